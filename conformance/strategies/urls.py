"""Values of the url member of a body: everyday http(s) URLs, rare ones that RFC 3986 allows, and strings that are none.

Hosts are reserved names and documentation addresses (RFC 2606, RFC 5737, RFC 3849): nobody is ever called.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.contract.body import BodyKind, http_url, kind_of_url
from conformance.contract.values import URL_MAXIMUM

if TYPE_CHECKING:
    from collections.abc import Sequence

INVALID_HOSTS = ("mirror.invalid", "a.invalid", "MIRROR.Invalid", "xn--bcher-kva.invalid", "git-2.a-b.invalid")
"""Names that never resolve (RFC 6761 section 6.4)."""

ANY_HOSTS = (*INVALID_HOSTS, "example.com", "git.example.org", "mirror.test")
"""Reserved names of every kind."""

_RARE_HOSTS = ("invalid", "a_b.invalid", "_git.mirror.invalid", "mirror.invalid.", "a..invalid")
_ADDRESSES = ("192.0.2.1", "[2001:db8::1]")
_USERS = ("mirror@", "mirror:correct-horse-battery@", "m%40il:correct%3Ahorse@", ":@")
_UNRESERVED = string.ascii_letters + string.digits + "-._~"
_PATH_CHARACTERS = _UNRESERVED + "!$&'()*+,;=:@"
_ENCODED = ("%20", "%2F", "%2f", "%25", "%C3%A9", "%E2%82%AC", "%7E", "%3A", "%40", "%23", "%3F")
_ENCODED_ODDLY = ("%00", "%0A", "%FF")
_SEGMENTS = ("", ".", "..", "a.git", "test.git", "~user", "a;v=1", "a,b", "a=b", "@", ":", "*", "()")
_CASES = (
    "", " ", "null", "/test.git", "//{host}/test.git", "{host}/test.git", "https://", "https:///test.git",
    "https:{host}/test.git", "https:/{host}/test.git", "https:\\\\{host}\\test.git", "ssh://git@{host}/test.git",
    "git@{host}:test.git", "git://{host}/test.git", "ftp://{host}/test.git", "https://{host}:port/test.git",
    "https://{host}/%", "https://{host}/%zz", "https://:8443/test.git", "https://@/test.git", " https://{host}/a.git",
    "https://{host}/a.git ", "\nhttps://{host}/a.git", "https://{host}/a\0.git", "hxxps://{host}/test.git",
)  # fmt: skip
_THROWN_AT = (
    "https://[{host}/test.git", "https://[{host}]/test.git", "https://{host}:443]/test.git", "http://[", "//[",
    "https://[]/", "https://[[::1]]/", "https://{host}:65536/", "https://{host}:-1/", "https://{host}:9999999999999/",
    "https://{host}:443:443/", "https://{host}: 443/", "https://{host}:\u0664/", "https://.{host}/", "https://a..{host}/",
    "https://{host}/%E0%A4%A", "https://{host}/%u0041", "https://a@b@{host}/", "https://\u2100@{host}/", "https:",
    "https://{host}/\ud800", "https://{host}/\U0001f600", "https://{host}/e\u0301", "https://{host}/\u202e",
    "https://{host}/\uffff", "https://b\u00fccher.{host}/", "https://\U0001f600.{host}/", "https://{host}/%s%n{0}${a}",
    "__proto__", "constructor", "toString", "https://{host}/<>^|`", "https://{host}/{{a}}", "https://u:p@{host}:port/",
)  # fmt: skip
"""Texts that parsers raise errors for, and that databases, formats and dictionaries interpret."""


@st.composite
def http_urls(draw: st.DrawFn, hosts: Sequence[str] = INVALID_HOSTS) -> str:
    """Absolute http(s) URLs of at most 2,000 characters to one of `hosts`, in contract.

    Of what is in contract only everyday forms are drawn, of which a run has fixed probes too.
    """
    port = st.just("") | st.integers(1, 65_535).map(":{}".format)
    url = draw(_urls(st.sampled_from(("https", "http")), st.just(""), st.sampled_from(list(hosts)), port, _paths()))
    padded = draw(st.just(0) | st.integers(0, URL_MAXIMUM - len(url)))
    return url + "a" * padded if set("/?#") & set(url.partition("//")[2]) else url  # not to the host


def rare_urls(hosts: Sequence[str] = INVALID_HOSTS, *, addresses: bool = False) -> st.SearchStrategy[str]:
    """Absolute http(s) URLs that are not in contract: capitals in the scheme, user info, odd hosts, ports, encodings.

    With `addresses`, to addresses of documentation too (RFC 5737, RFC 3849).
    """
    port = st.sampled_from(("", "", ":", ":0", ":0443", ":8443"))
    odd = st.builds("/{}{}".format, st.sampled_from(_ENCODED_ODDLY), st.sampled_from(_SEGMENTS))
    host = st.sampled_from((*hosts, *_RARE_HOSTS, *(_ADDRESSES if addresses else ())))
    user = st.just("") | st.sampled_from(_USERS)
    scheme = st.sampled_from(("https", "http", "HTTPS", "Http"))
    made = _urls(scheme, user, host, port, _paths() | odd)
    rare = {BodyKind.URL_UNCOMMON, BodyKind.URL_OPEN}
    return made.filter(lambda url: kind_of_url(url) in rare)


def _urls(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """URLs of a scheme, user info, host, port and path, with or without query and fragment."""
    query, fragment = (st.just("") | _text(mark, _PATH_CHARACTERS + "/?") for mark in "?#")
    return st.builds("{}://{}{}{}{}{}{}".format, *parts, query, fragment).filter(http_url)


def other_urls(hosts: Sequence[str] = INVALID_HOSTS) -> st.SearchStrategy[str]:
    """Strings that are not an absolute http(s) URL: relative, of other schemes, with odd characters, too long."""
    case = st.builds(
        lambda form, host: form.replace("{host}", host), st.sampled_from((*_CASES, *_THROWN_AT)), st.sampled_from(hosts)
    )
    over = st.integers(URL_MAXIMUM + 1, 70_000).map(lambda length: f"https://{hosts[0]}/".ljust(length, "a"))
    odd = st.builds(
        lambda host, text: f"https://{host}/{text}",
        st.sampled_from(hosts),
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    )
    text = st.text(st.characters(codec="utf-8", exclude_characters="/\\:@"), max_size=20)
    return st.one_of(case, over, odd, text).filter(lambda url: not http_url(url))


def _paths() -> st.SearchStrategy[str]:
    piece = st.text(_PATH_CHARACTERS, max_size=10) | st.sampled_from(_SEGMENTS)
    segment = piece | st.builds("{}{}{}".format, piece, st.sampled_from(_ENCODED), piece)
    return st.lists(segment.map("/{}".format), max_size=5).map("".join)


def _text(mark: str, alphabet: str) -> st.SearchStrategy[str]:
    return st.text(alphabet, max_size=12).map(lambda text: mark + text)
