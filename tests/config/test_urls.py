"""URLs in the configuration, and loopback."""

from __future__ import annotations

import socket

import pytest

from conformance.config.errors import InvalidValue
from conformance.config.urls import base_url, is_loopback, parse_url, proxy_url, repeated, sent_url


@pytest.fixture(autouse=True)
def _without_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every resolution of a name fail the test."""

    def refuse(*arguments: object) -> None:
        pytest.fail(f"a name was resolved: {arguments}")

    for function in ("getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, function, refuse)


def wrong(function: object, text: str, **kwargs: str) -> str:
    """Return what is wrong with a URL."""
    assert callable(function)
    with pytest.raises(InvalidValue) as caught:
        function(text, **kwargs)
    return caught.value.problem


@pytest.mark.parametrize("host", ["localhost", "LocalHost", "127.0.0.1", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1"])
def test_loopback_is_localhost_127_and_one(host: str) -> None:
    """Loopback is the name localhost, 127.0.0.0/8 and ::1."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("localhost.example.com", id="localhost as a label"),
        pytest.param("127.0.0.1.example.com", id="address as labels"),
        pytest.param("localhost.", id="localhost with a final dot"),
        pytest.param("notlocalhost", id="localhost as an ending"),
        pytest.param("::ffff:127.0.0.1", id="IPv4 mapped into IPv6"),
        pytest.param("2130706433", id="127.0.0.1 as one decimal number"),
        pytest.param("0x7f000001", id="127.0.0.1 in hexadecimal"),
        pytest.param("127.1", id="two numbers"),
        pytest.param("0177.0.0.1", id="octal"),
        pytest.param("0.0.0.0", id="any address"),  # noqa: S104 - nothing is bound to it
        pytest.param("128.0.0.0", id="one over 127.0.0.0/8"),
        pytest.param("126.255.255.255", id="one under 127.0.0.0/8"),
        pytest.param("::2", id="one over ::1"),
        pytest.param("::1%lo", id="scope"),
        pytest.param("::", id="unspecified"),
        pytest.param("", id="empty"),
    ],
)
def test_any_other_spelling_is_elsewhere(host: str) -> None:
    """Any other spelling that may lead to this machine counts as elsewhere."""
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://a.test", "https://a.test", id="bare"),
        pytest.param("https://a.test/", "https://a.test", id="slash at the end"),
        pytest.param("https://a.test///", "https://a.test", id="slashes at the end"),
        pytest.param("HTTPS://A.Test:8443/Api/v1/", "https://a.test:8443/Api/v1", id="capitals, port and path prefix"),
        pytest.param("http://127.0.0.1:80", "http://127.0.0.1:80", id="plain http on loopback"),
        pytest.param("http://[::1]:80", "http://[::1]:80", id="IPv6 loopback"),
        pytest.param("https://[2001:DB8:0::1]", "https://[2001:db8::1]", id="IPv6 elsewhere"),
        pytest.param("http://LOCALHOST", "http://localhost", id="localhost in capitals"),
        pytest.param("https://a.test/%7Ex", "https://a.test/%7Ex", id="percent-encoded path"),
    ],
)
def test_base_url_is_normalised(text: str, expected: str) -> None:
    """A base URL has a lower-case scheme and host and no slash at its end; a path prefix stays."""
    assert base_url(text) == expected


PLAIN_HTTP = "plain http is refused for a target that is not loopback"
USER_INFO = "contains user info (the part before '@')"
CHARACTER = "contains a character that a URL cannot contain"
NO_URL = "is not an absolute http or https URL"
QUERY = "contains a query or a fragment"
SEGMENT = "has an empty, '.' or '..' segment in its path"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("http://a.test", PLAIN_HTTP, id="plain http"),
        pytest.param("http://localhost.example.com", PLAIN_HTTP, id="localhost as a label"),
        pytest.param("http://127.0.0.1.example.com", PLAIN_HTTP, id="address as labels"),
        pytest.param("http://[::ffff:127.0.0.1]", PLAIN_HTTP, id="mapped address"),
        pytest.param("http://2130706433", PLAIN_HTTP, id="decimal address"),
        pytest.param("http://127.0.0.1@evil.test", USER_INFO, id="address as user info"),
        pytest.param("http://evil.test@127.0.0.1", USER_INFO, id="host as user info"),
        pytest.param("http://a:hush@b@127.0.0.1", USER_INFO, id="two at signs"),
        pytest.param("http://@127.0.0.1", USER_INFO, id="empty user info"),
        pytest.param("http://127.0.0.1\\@evil.test", CHARACTER, id="backslash"),
        pytest.param("https://a.test/a b", CHARACTER, id="space"),
        pytest.param("https://a.test\n", CHARACTER, id="line break at the end"),
        pytest.param("https://ä.test", CHARACTER, id="letter outside ASCII"),
        pytest.param("https://a.test/%zz", CHARACTER, id="percent without digits"),
        pytest.param("", NO_URL, id="empty"),
        pytest.param("a.test", NO_URL, id="no scheme"),
        pytest.param("//a.test", NO_URL, id="relative"),
        pytest.param("ftp://a.test", NO_URL, id="other scheme"),
        pytest.param("https:a.test", NO_URL, id="no slashes"),
        pytest.param("https://", "has no host", id="no host"),
        pytest.param("https://:80", "has no host", id="port only"),
        pytest.param("https:///path", "has no host", id="path only"),
        pytest.param("https://a..test", "has an invalid host name", id="empty label"),
        pytest.param("https://%61.test", "has an invalid host name", id="percent-encoded host"),
        pytest.param("https://[::1", "has no valid host and port", id="open bracket"),
        pytest.param("https://[v1.x]", "has no valid host and port", id="future address"),
        pytest.param("https://[]", "has an invalid IPv6 address as its host", id="empty brackets"),
        pytest.param("https://[1::2::3]", "has an invalid IPv6 address as its host", id="impossible IPv6 address"),
        pytest.param("https://a.test:", "has an invalid port", id="empty port"),
        pytest.param("https://a.test:0", "has an invalid port", id="port 0"),
        pytest.param("https://a.test:65536", "has an invalid port", id="port 65536 (one over)"),
        pytest.param("https://a.test:000080", "has an invalid port", id="port with zeros before it"),
        pytest.param("https://a.test:x", "has no valid host and port", id="port of letters"),
        pytest.param("https://a.test?x", QUERY, id="query"),
        pytest.param("https://a.test?", QUERY, id="empty query"),
        pytest.param("https://a.test#x", QUERY, id="fragment"),
        pytest.param("http://evil.test#@127.0.0.1", QUERY, id="at sign in a fragment"),
        pytest.param("https://a.test/x/../y", SEGMENT, id="two dots"),
        pytest.param("https://a.test/./y", SEGMENT, id="one dot"),
        pytest.param("https://a.test//y", SEGMENT, id="empty segment"),
    ],
)
def test_base_url_refuses(text: str, expected: str) -> None:
    """A base URL is http(s) with a host and nothing that could be read in two ways."""
    assert wrong(base_url, text) == expected


def test_last_port_is_allowed() -> None:
    """Port 65535 is the last one."""
    assert parse_url("https://a.test:65535").port == 65535


MIRROR = "https://example.com/"


def test_sent_url_stays_as_it_is() -> None:
    """A mirror URL is sent exactly as written; plain http and a query are allowed."""
    assert sent_url("HTTP://Example.com/a.git/?b") == "HTTP://Example.com/a.git/?b"


def test_sent_url_may_have_2000_characters() -> None:
    """A url that is sent has at most 2,000 characters."""
    longest = MIRROR + "x" * (2000 - len(MIRROR))
    assert sent_url(longest) == longest
    assert wrong(sent_url, longest + "x") == "is 2001 characters long, over 2000"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://u:hush@example.com/a", USER_INFO),
        ("https://example.com/a#b", "contains a fragment"),
        ("git@example.com:a.git", NO_URL),
    ],
)
def test_sent_url_refuses(text: str, expected: str) -> None:
    """A url that is sent has neither user info nor a fragment."""
    assert wrong(sent_url, text) == expected


def test_proxy_url_may_carry_user_info_where_allowed() -> None:
    """A proxy's user info is allowed where the URL does not stand in the file."""
    assert proxy_url("http://u:p@proxy.test:3128/", user_info="allowed") == "http://u:p@proxy.test:3128/"
    assert wrong(proxy_url, "http://u:hush@proxy.test", user_info="refused") == USER_INFO


@pytest.mark.parametrize(
    ("text", "expected"),
    [("socks5://a.test", NO_URL), ("http://a.test/path", "has a path"), ("http://a.test?q", QUERY)],
)
def test_proxy_url_refuses(text: str, expected: str) -> None:
    """A proxy is an http(s) URL of scheme, host and port."""
    assert wrong(proxy_url, text, user_info="allowed") == expected


def test_the_beginning_of_a_documented_path_at_the_end_of_a_base_url_is_seen() -> None:
    """Requests would go to it twice; a prefix of a deployment's own is left alone."""
    paths = ["/v4/repositories/{repository_id}/remote-mirror/associate"]
    whole = "/v4/repositories/5/remote-mirror/associate"
    ends = {
        "https://a.test/v4": "/v4",
        "https://a.test/v4/": "/v4",
        "https://a.test/proxy/v4/repositories": "/v4/repositories",
        "https://a.test/v4/repositories/2112029391": "/v4/repositories/2112029391",
        f"https://a.test{whole}": whole,
        f"https://a.test/proxy{whole}": whole,
        "https://a.test": None,
        "https://a.test/": None,
        "https://a.test/v4/proxy": None,
        "https://a.test/proxy": None,
        "https://a.test/repositories": None,
        "https://v4": None,
    }
    assert {base: repeated(base, paths) for base in ends} == ends
