"""The url of a mirror."""

from __future__ import annotations

import pytest

from conformance.mock.url import is_absolute, without_user

_LONGEST = "https://example.com/" + "a" * 1_980


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git", id="the document's"),
        pytest.param("http://example.com", id="http, without a path"),
        pytest.param("HTTPS://EXAMPLE.COM/A", id="upper case"),
        pytest.param("https://example.com:8443/a", id="port"),
        pytest.param("https://example.com:/a", id="empty port"),
        pytest.param("https://192.0.2.1/a", id="IPv4 address"),
        pytest.param("https://[2001:db8::1]:8443/a", id="IPv6 address"),
        pytest.param("https://[v1.a:b]/a", id="address of the future"),
        pytest.param("https://user:pass@example.com/a", id="user info"),
        pytest.param("https://:@example.com/a", id="empty user info"),
        pytest.param("https://a%20b.example/%7Ea//b/../c;d=e,f?g=h&i=/?#j?/k", id="every part"),
        pytest.param("https://h!$&'()*+,;=_~/", id="delimiters in the host"),
        pytest.param("https://example.com?q", id="query right after the host"),
        pytest.param(_LONGEST, id="2,000 characters (the maximum)"),
    ],
)
def test_absolute(url: str) -> None:
    """A text that RFC 3986 allows as an absolute http(s) URL with a host is one."""
    assert is_absolute(url)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("example.com/a", id="no scheme"),
        pytest.param("//example.com/a", id="relative reference"),
        pytest.param("https:example.com", id="no authority"),
        pytest.param("https://", id="empty host"),
        pytest.param("https:///a", id="empty host and a path"),
        pytest.param("https://user@/a", id="empty host and user info"),
        pytest.param("https://:80/a", id="empty host and a port"),
        pytest.param("ssh://example.com/a", id="ssh"),
        pytest.param("https://example.com:80a/", id="letter in the port"),
        pytest.param("https://[2001:db8::g]/", id="no IPv6 address"),
        pytest.param("https://[1:2]/", id="half an IPv6 address"),
        pytest.param("https://[::1/", id="bracket left open"),
        pytest.param("https://a@b@c/", id="two user infos"),
        pytest.param("https://example.com/a b", id="space"),
        pytest.param("https://example.com/%zz", id="no percent-encoding"),
        pytest.param("https://example.com/é", id="beyond ASCII"),
        pytest.param("https://example.com/\n", id="line break at the end"),
        pytest.param("https://example.com/#a#b", id="two fragments"),
        pytest.param("https://example.com/\ud800", id="lone surrogate"),
        pytest.param(_LONGEST + "a", id="2,001 characters (one over)"),
    ],
)
def test_not_absolute(url: str) -> None:
    """Anything else is none."""
    assert not is_absolute(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://u:p@example.com/a@b", "https://example.com/a@b", id="user and password"),
        pytest.param("https://u@[::1]:1/", "https://[::1]:1/", id="user and IPv6 address"),
        pytest.param("https://example.com/u:p@x", "https://example.com/u:p@x", id="no user info"),
        pytest.param("ssh://u:p@example.com", "ssh://u:p@example.com", id="another scheme"),
    ],
)
def test_without_user(url: str, shown: str) -> None:
    """The user info goes, and nothing else does."""
    assert without_user(url) == shown
