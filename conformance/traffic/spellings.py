"""How a text can be spelt: percent-encoded, escaped as in JSON or HTML, in base64, in another case, in UTF-16."""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.contract.spelling import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FOLD", "decodings", "runs_of", "spellings", "token_spellings"]

# Case, and the two alphabets of base64, make no difference; one byte for each character keeps positions.
FOLD = bytes(ord(chr(byte).lower().translate({0x2D: "+", 0x5F: "/"})) for byte in range(256))

_ALIGNED = 4096  # longer secrets are looked for in base64 only where they begin it: the index would be too large
_URL_SAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


@lru_cache(maxsize=4)  # most requests carry the valid token
def token_spellings(value: bytes) -> tuple[bytes, ...]:
    """How a token can come back whole, in base64 too, the longest first; what `leak.token` looks for."""
    packed = base64.b64encode(value).rstrip(b"=")
    forms = {value, packed, packed.translate(_URL_SAFE)} | spellings(value.decode("latin-1"))
    return tuple(sorted(forms, key=len, reverse=True))


def runs_of(value: str) -> Iterator[bytes]:
    """What a part of `value` is a part of, folded: itself, in latin-1 and UTF-8, and its base64 at every alignment."""
    for raw in _bytes_of(value):
        yield raw.translate(FOLD)
        for shift in range(3 if len(raw) <= _ALIGNED else 1):
            not_only_its_own = -(-shift * 4 // 3)
            yield base64.b64encode(b"\0" * shift + raw).rstrip(b"=")[not_only_its_own:].translate(FOLD)


def _bytes_of(value: str) -> set[bytes]:
    """The bytes of a text: in UTF-8, and in latin-1 where that has its characters."""
    raw = value.encode("utf-8", "surrogatepass")
    try:
        return {raw, value.encode("latin-1")}
    except UnicodeEncodeError:
        return {raw}


def decodings(text: str) -> Iterator[tuple[str, Callable[[int], int]]]:
    """`text` decoded once, in every way that applies, and a function from places in that to places in `text`."""
    for mark, pattern, meaning in _CODES:
        if mark in text:
            decoded, place = _decoded(text, pattern, meaning)
            if len(decoded) < len(text):
                yield decoded, place


def _decoded(text: str, pattern: re.Pattern[str], meaning: Callable[[str], str]) -> tuple[str, Callable[[int], int]]:
    decoded = pattern.sub(lambda match: meaning(match.group()), text)
    here: list[int] = []
    there: list[int] = []

    def place(position: int) -> int:
        if not here:  # it is seldom asked
            for mine, its in _marks(text, pattern, meaning):
                here.append(mine)
                there.append(its)
        index = bisect_right(here, position) - 1
        return there[index] + position - here[index]

    return decoded, place


def _marks(text: str, pattern: re.Pattern[str], meaning: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    """Places in the decoded text, and in `text`, from which on the two go side by side."""
    yield 0, 0
    length = end = 0
    for match in pattern.finditer(text):
        length += match.start() - end
        yield length, match.start()
        length, end = length + len(meaning(match.group())), match.end()
        yield length, end


@lru_cache(maxsize=1_000)
def _percent(found: str) -> str:
    return chr(int(f"0x{found[1:]}", 0))


@lru_cache(maxsize=1_000)
def _backslash(found: str) -> str:
    return _ESCAPES.get(found[1], found[1]) if len(found) == len(r"\n") else chr(int(f"0x{found[2:]}", 0))


def _entity(found: str) -> str:
    name = found[1:-1]
    if not name.startswith("#"):
        return _ENTITIES[name]
    return chr(int(f"0{name[1:]}", 0) if name[1] in "xX" else int(name[1:]))


def _nothing(_: str) -> str:
    return ""


_CODES: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("%", re.compile(r"%[0-9a-fA-F]{2}"), _percent),
    ("\\", re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^ux])", re.DOTALL), _backslash),
    ("&", re.compile(r"&(?:#[0-9]{1,4}|#[xX][0-9a-fA-F]{1,4}|amp|lt|gt|quot|apos);"), _entity),
    ("\0", re.compile("\0"), _nothing),  # UTF-16
)
