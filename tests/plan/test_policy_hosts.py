"""Hosts that a url in a request may name (docs/safety.md): nobody is made to call a stranger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.message import Request, Token
from conformance.plan.probes import hostile, urls
from tests.plan.fixtures import DECLARED, MIRROR_URL, fixtures
from tests.plan.test_policy import (
    ANY,
    FIXTURE,
    NAMED,
    NEVER,
    REMOTE,
    asked,
    body_of,
    told,
)

if TYPE_CHECKING:
    from conformance.plan.fixtures import TargetFixtures

STRANGERS = {
    "a stranger": "https://evil.com/x.git",
    "a stranger in capitals": "HTTPS://EVIL.COM/",
    "a stranger with user info": "https://mirror.invalid@evil.com/",
    "a stranger with a port": "https://evil.com:443/",
    "without a scheme": "//evil.com/",
    "one slash": "https:/evil.com/",
    "no slash": "https:evil.com",
    "three slashes": "https:///evil.com/",
    "backslashes": "https:\\\\evil.com\\",
    "a backslash before the host": "https://evil.com\\@mirror.invalid/",
    "another scheme": "ssh://git@evil.com/",
    "as scp has it": "git@evil.com:x.git",
    "a name that only ends like a reserved one": "https://evilexample.com/",
    "a reserved name in front": "https://example.com.evil.com/",
    "an encoded slash in the host": "https://evil.com%2f.invalid/",
    "an ampersand in the host": "https://evil.com&.invalid/",
    "a public address": "https://8.8.8.8/",
    "a private address": "https://10.0.0.1/",
    "the address of the machine": "https://127.0.0.1/",
    "the metadata service": "http://169.254.169.254/latest/",
    "a decimal address": "https://2130706433/",
    "an IPv6 address": "https://[2606:4700::1111]/",
    "an IPv4 address in an IPv6 one": "https://[::ffff:8.8.8.8]/",
    "an encoded url in a query": "https://mirror.invalid/?next=https%3A%2F%2Fevil.com%2F",
    "a bracket that is not closed": "https://[evil.com/",
    "brackets in brackets": "https://[[2606:4700::1111]]/",
    "a full-width slash": "https://evil.com\uff0f.invalid/",
    "an ideographic full stop": "https://evil\u3002com/",
    "a character that is a slash when it is normalised": "https://evil.com\u2100.invalid/",
    "a fraction": "https://evil.com\u00bd.invalid/",
    "a digit with a full stop, beyond 16 bits": "https://evil\U0001f100com/",
    "a reserved name with a Cyrillic letter": "https://e\u0445ample.com/",
}
RESERVED = {
    ".invalid": "https://mirror.invalid/x.git",
    ".test": "https://mirror.test/",
    ".example": "https://mirror.example/",
    "localhost": "http://localhost:8080/",
    "example.com": "https://example.com/",
    "below example.org": "https://git.example.org/",
    "RFC 5737, first": "https://192.0.2.1/",
    "RFC 5737, second": "https://198.51.100.255/",
    "RFC 5737, third": "https://203.0.113.7/",
    "RFC 3849": "https://[2001:db8::1]:443/",
}
ODD = {
    "letters beyond ASCII": "https://b\u00fccher.invalid/",
    "composed of two characters": "https://bu\u0308cher.invalid/",
    "Cyrillic letters": "https://\u043f\u0440\u0438\u043c\u0435\u0440.invalid/",
    "a character beyond 16 bits": "https://\U0001f600.invalid/",
    "an empty label": "https://mirror..invalid/",
    "a bracket that is not closed": "https://[mirror.invalid/",
    "a name in brackets": "https://[mirror.invalid]/",
}


@pytest.mark.parametrize("whole", [ANY, REMOTE], ids=["on loopback", "off loopback"])
def test_no_stranger_is_called(whole: TargetFixtures) -> None:
    """A body that names a host which is not reserved never leaves, however it is spelt."""
    bodies = [
        body
        for url in STRANGERS.values()
        for body in (
            body_of(url),
            json.dumps({"a": [{"b": url}]}).encode(),
            b'{"url": "' + url.encode() + b'"',
            url.encode(),
        )
    ]
    assert [body for body in bodies if not asked(whole, whole.token, NAMED, body=body)] == []


@pytest.mark.parametrize("whole", [ANY, REMOTE], ids=["on loopback", "off loopback"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"url": "https:\\/\\/evil.com\\/"}', id="escaped slashes"),
        pytest.param(b'{"url": "https:\\u002f\\u002fevil.com"}', id="slashes as escapes"),
        pytest.param(b'{"url": "\\u0068ttps://mirror.invalid", "u": "//\\u0065vil.com"}', id="a letter as an escape"),
        pytest.param('{"url": "https://evil.com"}'.encode("utf-16-le"), id="UTF-16"),
        pytest.param(b"url=https%3A%2F%2Fevil.com", id="a form"),
        pytest.param(b"<url>https://evil.com</url>", id="XML"),
    ],
)
def test_no_stranger_is_called_in_another_encoding(body: bytes, whole: TargetFixtures) -> None:
    """Escapes and encodings hide no host."""
    assert asked(whole, whole.token, NAMED, body=body)


def test_on_loopback_reserved_names_may_be_named() -> None:
    """RFC 2606, RFC 6761, RFC 5737 and RFC 3849 set hosts aside that are nobody's."""
    refused = {words: asked(ANY, ANY.token, NAMED, body=body_of(url)) for words, url in RESERVED.items()}
    assert refused == dict.fromkeys(RESERVED)


def test_names_under_invalid_may_be_odd() -> None:
    """However a server reads letters, empty labels and brackets, the name stays under .invalid."""
    bodies = [(words, form) for words, url in ODD.items() for form in (body_of(url), _raw_body(url))]
    asks = [(words, asked(whole, whole.token, NAMED, body=body)) for whole in (ANY, REMOTE) for words, body in bodies]
    assert [(words, reason) for words, reason in asks if reason] == []


def _raw_body(url: str) -> bytes:
    return json.dumps({"url": url}, ensure_ascii=False).encode()


def test_off_loopback_only_invalid_and_the_mirror_s_own_host_may_be_named() -> None:
    """Names under .invalid never resolve, and mirror_url is the user's own; everything else is refused."""
    refused = {words: asked(REMOTE, REMOTE.token, NAMED, body=body_of(url)) for words, url in RESERVED.items()}
    assert {words for words, reason in refused.items() if reason is None} == {".invalid", "example.com"}


@pytest.mark.parametrize(
    "mirror_url",
    ["https://git.mine.dev/x.git", "https://git.mine.dev:8443/", "https://u:p@GIT.MINE.DEV/x", "https://[2606::1]/x"],
    ids=["a name", "a name and a port", "user info and capitals", "an IPv6 address"],
)
@pytest.mark.parametrize("loopback", [True, False], ids=["on loopback", "off loopback"])
def test_the_mirror_s_own_host_may_be_named(mirror_url: str, loopback: bool) -> None:  # noqa: FBT001 - a row above
    """The host of mirror_url may be called: the user asked for it; other hosts stay strangers."""
    own = fixtures(url=mirror_url, loopback=loopback)
    assert told(own.request(own.token), own) is None
    assert asked(own, own.token, NAMED, body=body_of("https://git.other.dev/x.git"))


@pytest.mark.parametrize("scheme", ["file", "javascript", "data", "jar", "gopher", "dict", "ldap", "FILE"])
def test_off_loopback_no_scheme_without_a_host_is_sent(scheme: str) -> None:
    """A url that makes the service read its own files, or speak another protocol, stays on loopback."""
    body = body_of(f"{scheme}:/etc/passwd")
    assert asked(REMOTE, REMOTE.token, NAMED, body=body) == "the url in the body names no host that is reserved"
    assert asked(ANY, ANY.token, NAMED, body=body) is None


@pytest.mark.parametrize("body", [None, b"", b"{}", b"https://", b'{"url": ""}', b'{"url": "/test.git"}'], ids=repr)
def test_a_body_without_a_host_may_leave(body: bytes | None) -> None:
    """If no host is named, nobody is called."""
    assert asked(REMOTE, REMOTE.token, NAMED, body=body) is None


@given(
    host=st.from_regex(r"([a-z0-9-]{1,10}\.){1,3}[a-z]{2,6}", fullmatch=True),
    scheme=st.sampled_from(["http://", "https://", "ssh://", "//", "git://", "https:/", "http:\\\\"]),
    before=st.sampled_from(["", "user@", "a.invalid@", "user:a.invalid@"]),
    after=st.sampled_from(["", "/", "/x.git", ":443/", "?a.invalid", "#.invalid", "\\.invalid"]),
)
def test_any_name_that_is_not_reserved_is_a_stranger(scheme: str, before: str, host: str, after: str) -> None:
    """Off loopback a host passes only where it ends in .invalid or is mirror_url's."""
    reason = asked(REMOTE, REMOTE.token, NAMED, body=body_of(scheme + before + host + after))
    assert (reason is None) == (host.endswith(".invalid") or host == "example.com")


@given(body=st.binary(), target=st.binary(), token=st.none() | st.binary().map(Token))
def test_the_policy_has_an_answer_for_any_request(body: bytes, target: bytes, token: Token | None) -> None:
    """Any bytes are refused with words, or not; nothing is raised."""
    for whole in (NEVER, FIXTURE, ANY, REMOTE):
        answer = told(Request("POST", target, token, body, token_header=whole.header), whole)
        assert answer is None or answer


@pytest.mark.parametrize("raw", [b"/" * 300_000, b"//a" * 100_000, b"\\" * 300_000, b"@" * 300_000, b"@a" * 150_000])
def test_the_policy_reads_a_long_body_in_time(raw: bytes) -> None:
    """A body of 300,000 characters of any kind is read in linear time (this test would hang)."""
    asked(ANY, ANY.token, NAMED, body=raw)


def test_the_urls_of_the_probes_are_allowed_where_they_are_sent() -> None:
    """On loopback no url of the tables is refused; off it documentation addresses and schemes without a host are."""
    hostless = (b'"file:', b'"javascript:', b'"data:', b'"ldap:')
    for probe in (*urls.url_probes(REMOTE, DECLARED), *hostile.hostile_probes(REMOTE, DECLARED)):
        assert probe.request is not None
        assert told(probe.request, ANY) is None, probe.id
        address = b"192.0.2." in (probe.request.body or b"") or b"2001:db8::1" in (probe.request.body or b"")
        kept = address or any(scheme in (probe.request.body or b"") for scheme in hostless)
        assert (told(probe.request, REMOTE) is None) == (not kept), probe.id


def test_a_documented_path_is_where_the_policy_expects_it() -> None:
    """The target of a documented request has its id as one segment, and MIRROR_URL is what it carries."""
    assert FIXTURE.target(str(NAMED).encode()).split(b"/")[3] == str(NAMED).encode()
    assert MIRROR_URL.encode() in (ANY.request(None).body or b"")
