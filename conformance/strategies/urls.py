"""Values of the body's ``url``: absolute http(s) URLs (RFC 3986), and strings that are none.

Hosts are reserved names and documentation addresses (RFC 2606, RFC 5737, RFC 3849): nobody is ever called.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.contract.body import URL_MAXIMUM, http_url

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ANY_HOSTS", "INVALID_HOSTS", "http_urls", "other_urls"]

INVALID_HOSTS = ("mirror.invalid", "a.invalid", "MIRROR.Invalid", "xn--bcher-kva.invalid", "a-b.c--d.invalid")
"""Names that never resolve (RFC 6761 section 6.4)."""

ANY_HOSTS = (*INVALID_HOSTS, "example.com", "git.example.org", "mirror.test", "192.0.2.1", "[2001:db8::1]")
"""Reserved names of every kind, and documentation addresses."""

_SCHEMES = ("https", "http", "HTTPS", "Http")
_UNRESERVED = string.ascii_letters + string.digits + "-._~"
_PATH_CHARACTERS = _UNRESERVED + "!$&'()*+,;=:@"
_ENCODED = ("%20", "%2F", "%2f", "%25", "%00", "%0A", "%C3%A9", "%E2%82%AC", "%FF", "%7E", "%3A", "%40", "%23", "%3F")
_SEGMENTS = ("", ".", "..", "a.git", "test.git", "~user", "a;v=1", "a,b", "a=b", "@", ":", "*", "()", "%2e%2e")
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
"""What parsers throw at, and what databases, formats and dictionaries make something of."""


@st.composite
def http_urls(draw: st.DrawFn, hosts: Sequence[str] = INVALID_HOSTS) -> str:
    """Absolute http(s) URLs of at most 2,000 characters to one of `hosts`, in contract."""
    url = draw(
        st.builds(
            "{}://{}{}{}{}{}{}".format,
            st.sampled_from(_SCHEMES),
            st.just("")
            | st.sampled_from(("mirror@", "mirror:correct-horse-battery@", "m%40il:correct%3Ahorse@", ":@")),
            st.sampled_from(list(hosts)),
            st.just("") | st.just(":") | st.integers(0, 65_535).map(":{}".format),
            _paths(),
            st.just("") | _text("?", _PATH_CHARACTERS + "/?"),
            st.just("") | _text("#", _PATH_CHARACTERS + "/?"),
        ).filter(http_url)
    )
    padded = draw(st.just(0) | st.integers(0, URL_MAXIMUM - len(url)))
    return url + "a" * padded if set("/?#") & set(url.partition("//")[2]) else url  # not to the host


def other_urls(hosts: Sequence[str] = INVALID_HOSTS) -> st.SearchStrategy[str]:
    """Strings that are no absolute http(s) URL: relative, of other schemes, with odd characters, too long."""
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
