"""Urls with characters beyond ASCII (RFC 3987), and the URIs that they stand for."""

from __future__ import annotations

import re
from urllib.parse import quote

__all__ = ["forms_of"]

_PARTS = re.compile(r"([^/?#]*//(?:[^/?#@]*@)?)([^/?#:]*)(.*)", re.DOTALL)


def forms_of(url: str) -> frozenset[str]:
    """The url, and where it has characters beyond ASCII the URIs that it is mapped to (RFC 3987 section 3.1).

    The rest is percent-encoded; the host is that too, or in Punycode, or stays. Nothing is normalised.
    """
    match = _PARTS.fullmatch(url)
    if url.isascii() or match is None:
        return frozenset({url})
    before, host, rest = match.groups()
    encoded = [(_encoded(before), one, _encoded(rest)) for one in (host, _encoded(host), _ascii(host))]
    return frozenset({url, *map("".join, encoded)})


def _encoded(text: str) -> str:
    return "".join(character if character.isascii() else _percent(character) for character in text)


def _percent(character: str) -> str:
    return quote(character.encode("utf-8", "surrogatepass"), safe="")


def _ascii(host: str) -> str:
    """The host in Punycode, or as it is where IDNA has no form for it."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
