"""The grammar of HTTP: what is not a request of RFC 9110 a parser may refuse before any application sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from conformance.contract.message import Request

__all__ = ["is_http", "is_one_segment"]

_TOKEN = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")  # RFC 9110 section 5.6.2
_TARGET = re.compile(rb"/(?:[-A-Za-z0-9._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")  # RFC 9112 section 3.2.1
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110 section 5.5
_ROUTED_ELSEWHERE = re.compile(rb"[\x00-\x1f\x7f/\\?#]")
_DOT_SEGMENTS = {b".", b".."}  # RFC 3986 section 5.2.4


def is_http(request: Request) -> bool:
    """Whether method, target and header fields are of HTTP's grammar, byte for byte."""
    fields = request.header_fields()
    return (
        _TOKEN.fullmatch(request.method.encode("utf-8", "surrogatepass")) is not None
        and _TARGET.fullmatch(request.target) is not None
        and all(_TOKEN.fullmatch(name) and _VALUE.fullmatch(value) for name, value in fields)
    )


def is_one_segment(segment: bytes) -> bool:
    """Whether every router sees one segment of the path in it.

    A slash, backslash, question mark or hash, encoded, dot segments and control characters make it another path to
    some, and are refused by others before any path is looked at (RFC 3986 section 7.3).
    """
    decoded = unquote_to_bytes(segment)
    return decoded not in _DOT_SEGMENTS and _ROUTED_ELSEWHERE.search(decoded) is None
