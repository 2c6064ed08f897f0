"""Spellings of what a request carries: secrets as an answer may show them, urls beyond ASCII, passwords in urls."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from conformance.contract.message import Request

_VARIOUS = 5  # different characters: sixteen zeros stand in any id that is empty
_UNLIKELY_LENGTH = 256  # no text repeats one character so often by chance
_TELLING_PASSWORD = 8  # a shorter one stands in any text by chance
_OTHERS = re.compile(r"[^A-Za-z0-9_.~-]")  # RFC 3986 section 2.3
_CODES = {chr(byte): f"%{byte:02X}" for byte in range(256)}
_PARTS = re.compile(r"([^/?#]*//(?:[^/?#@]*@)?)([^/?#:]*)(.*)", re.DOTALL)
_USER_INFO = re.compile(r"[/\\]{2}[^/?#\s\"'<>@:\\]*:([^/?#\s\"'<>\\]+)@")  # linear: no part crosses a slash
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(/))")  # RFC 8259 section 7, as far as it can hide a url


def spellings(text: str) -> frozenset[bytes]:
    """The forms in which a secret can come back whole: as it is, escaped as in JSON, percent-encoded."""
    raw = text.encode(errors="surrogatepass")
    escaped, encoded = json.dumps(text)[1:-1], percent_encoded(raw)
    texts = {escaped, escaped.replace("/", r"\/"), encoded, re.sub("%..", _lower, encoded)}
    return frozenset({raw, *(spelling.encode("ascii") for spelling in texts)})


def percent_encoded(raw: bytes) -> str:
    """The bytes percent-encoded as by `urllib.parse.quote(raw, safe="")`, faster for long tokens."""
    return _OTHERS.sub(_code, raw.decode("latin-1"))


def _code(match: re.Match[str]) -> str:
    return _CODES[match.group()]


def _lower(match: re.Match[str]) -> str:
    return match.group().lower()


def forms_of(url: str) -> frozenset[str]:
    """The url, and the URIs that characters beyond ASCII in it are mapped to (RFC 3987 section 3.1).

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
    return quote(character.encode(errors="surrogatepass"))


def _ascii(host: str) -> str:
    """The host in Punycode, or as it is where IDNA has no form for it."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def passwords_of(url: str | None, request: Request) -> tuple[str, ...]:
    """Every password in the urls that `request` carries in its body, each once; `url` is the one that was read in it.

    A url that no parser takes, one in another member or type, and one in a body that is not JSON carry passwords too.
    The path, query and fragment of a url that has a host carry none: an answer may have to repeat them.
    """
    host, password = _parsed(url or "")
    if password:
        return (password,)
    body = (request.body or b"").decode(errors="replace")
    text = _JSON_ESCAPE.sub(_unescaped, body) if "@" in body or r"\u0040" in body else ""
    own = _USER_INFO.findall(url or "")
    found = [*own, *_USER_INFO.findall(text)]
    return tuple(dict.fromkeys(one for one in found if not host or one not in own))


def telling(secret: bytes | str, shortest: int) -> bool:
    """Whether a secret stands in no text by chance: it is long enough, and not one character again and again."""
    various = len(set(secret)) >= _VARIOUS or len(secret) >= _UNLIKELY_LENGTH
    return various and len(secret) >= shortest


def telling_passwords(url: str | None, request: Request) -> tuple[str, ...]:
    """The texts by which an answer gives away a password of the urls in `request`; `url` as for `passwords_of`.

    A password that is short, that has few different characters, or that stands in the url twice is one between a colon
    and an at sign only.
    """
    sent = url or (request.body or b"").decode("utf-8", "replace")
    return tuple(
        dict.fromkeys(
            text if telling(secret, _TELLING_PASSWORD) and sent.count(secret) == 1 else f":{text}@"
            for secret in passwords_of(url, request)
            for text in (secret, unquote(secret))
        )
    )


def _parsed(url: str) -> tuple[str | None, str | None]:
    """The host and the password of a url; neither where no parser takes it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None, None
    return parts.hostname, parts.password


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else "/"
