"""The url of a mirror, absolute, by the grammar of RFC 3986 and shown without user info; and paths, read leniently."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote_to_bytes

MAXIMUM_LENGTH = 2_000

_ID = 2  # the segment of a path

_PERCENT = "%[0-9A-Fa-f]{2}"
_UNRESERVED = r"A-Za-z0-9\-._~"
_DELIMITERS = r"!$&'()*+,;="
_URL = re.compile(
    rf"""
    https?://
    (?P<user>(?:[{_UNRESERVED}{_DELIMITERS}:]|{_PERCENT})*@)?
    (?:
        \[(?P<six>[0-9A-Fa-f:.]+)\]
      | \[v[0-9A-Fa-f]+\.[{_UNRESERVED}{_DELIMITERS}:]+\]
      | (?:[{_UNRESERVED}{_DELIMITERS}]|{_PERCENT})+
    )
    (?::[0-9]*)?
    (?:/(?:[{_UNRESERVED}{_DELIMITERS}:@/]|{_PERCENT})*)?
    (?:\?(?:[{_UNRESERVED}{_DELIMITERS}:@/?]|{_PERCENT})*)?
    (?:\#(?:[{_UNRESERVED}{_DELIMITERS}:@/?]|{_PERCENT})*)?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_absolute(url: str) -> bool:
    """Tell whether it is an absolute http(s) URL with a host, of at most 2,000 characters."""
    if len(url) > MAXIMUM_LENGTH:
        return False
    match = _URL.fullmatch(url)
    return match is not None and (match["six"] is None or _is_ipv6(match["six"]))


def is_international(url: str) -> bool:
    """Tell whether it is one but for characters beyond ASCII (RFC 3987), of which it has some."""
    try:
        url.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return not url.isascii() and is_absolute("".join(one if one.isascii() else "a" for one in url))


def without_user(url: str) -> str:
    """Return the url without its user info, as answers may repeat it; what is no absolute URL comes back as it is."""
    match = _URL.fullmatch(url)
    if match is None or match["user"] is None:
        return url
    return url[: match.start("user")] + url[match.end("user") :]


def respelt(path: bytes) -> bytes:
    """Return a path as a lenient router reads it: as the document spells it, where it is that one.

    A slash too many, dots, capitals, encoded letters, matrix parameters and a suffix make no difference. The segment of
    the id stays as it is.
    """
    segments: list[bytes] = []
    for segment in path.removesuffix(b".json").split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in {b"", b"."}:
            segments.append(segment)
    return b"/" + b"/".join(
        segment if place == _ID else unquote_to_bytes(segment).lower().partition(b";")[0]
        for place, segment in enumerate(segments)
    )


def _is_ipv6(address: str) -> bool:
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True
