"""Redaction of secrets: those of 16 characters or more in any spelling, shorter ones by their position.

The placeholders never change:

- ``$NAME`` for the whole secret as it is, JSON-escaped, percent-encoded or in base64 (what `leak.token` looks for);
- ``<N characters of NAME>`` for any other run of at least 16 of its characters: cut, in another case, escaped in part;
- ``***`` for a password in a url's user info, ``*password*`` for that of the url that was sent, wherever it stands.

A second such password is ``*password-2*``, and so is the first where the target says ``*password*`` of itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import threading
from array import array
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.remembering import remembering
from conformance.contract.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conformance.contract.message import Token

SENSITIVE = frozenset(
    {"x-auth-token", "x-subject-token", "authorization", "proxy-authorization", "cookie", "set-cookie"}
)
SHORTEST_SECRET = 16
PASSWORD = "***"  # noqa: S105 - what stands in place of one
_OF_SENT = r"\*password(?:-\d{1,9})?\*"  # a target that masks a password may write three asterisks too
_GRAM = 8  # a run of 16 has one whole gram at a multiple of 8, wherever it stands
_DIGEST_FROM = 32  # the digest of a short secret gives it away
_DEPTH = 2  # encoded twice
_BREAKS_JSON = re.compile(r'["\\]|[^ -~]')  # a JSON string stays one when this is percent-encoded

_USER_INFO = re.compile(
    rf"((?:\\?/){{2}}[^\s/?#\"'<>@:\\]{{0,1000}}):(?!(?:\$[\w.-]{{1,200}}?)?{_OF_SENT}@)[^\s/?#\"'<>]{{1,1000}}@"
)
_USER_INFO_ENCODED = re.compile(
    rf"(%2f%2f(?:(?!%3a|%2f|%40)[\w.~%+-]){{0,1000}}%3a)(?!{_OF_SENT}%40)(?:(?!%2f|%40)[\w.~%+!*-]){{1,1000}}(?=%40)",
    re.IGNORECASE,
)
# Case, and the two alphabets of base64, make no difference; one byte for each character keeps positions.
FOLD = bytes(ord(chr(byte).lower().translate({0x2D: "+", 0x5F: "/"})) for byte in range(256))
_SHORT_TEXT, _TEXTS = 512, 4_096  # characters of a text that is remembered, and how many are
_ALIGNED = 4096  # longer secrets are looked for in base64 only where they begin it: the index would be too large
_URL_SAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def sent_password(number: int) -> str:
    """The mark in place of a password of the url that was sent."""
    return f"*password-{number}*" if number > 1 else "*password*"


class Redactor:
    """Takes secrets out of texts; `secrets` maps the name of each, as in ``$NAME``, to its value.

    Linear in the text, whatever the secrets' lengths; safe to share between threads; redacting twice changes nothing.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._secrets: tuple[tuple[str, str], ...] = ()
        self._whole: list[tuple[str, str]] = []
        self._unread: list[tuple[str, str]] = []
        self._index: dict[int, str] = {}
        self._placeholder: re.Pattern[str] | None = None
        self._remembered = remembering(self._text, _TEXTS, len, _SHORT_TEXT)
        for name, value in secrets.items():
            self.learn(name, value)

    def learn(self, name: str, value: str) -> None:
        """Take one more secret out from now on; a name may have had other values before."""
        with self._lock:
            if len(value) >= SHORTEST_SECRET:
                whole = [*self._whole, *((form, f"${name}") for form in _whole(value))]
                self._whole = sorted(whole, key=lambda pair: len(pair[0]), reverse=True)
                self._unread.append((name, value))
            secrets = (*self._secrets, (name, value))
            names = "|".join(re.escape(name) for name, _ in sorted(secrets, key=lambda pair: -len(pair[0])))
            self._placeholder = (
                re.compile(rf"(\$(?:{names})|<[0-9]+ characters of (?:{names})>)") if self._whole else None
            )
            self._secrets = secrets  # last: the number of secrets is the key of what is remembered

    def text(self, text: str) -> str:
        """`text` without secrets and without passwords in urls."""
        return self._remembered(text, len(self._secrets))

    def _text(self, text: str, _known: int) -> str:
        """The same; with every secret that is learnt, what is remembered counts no more."""
        if "@" in text:
            text = _USER_INFO.sub(rf"\1:{PASSWORD}@", text)
        if "%40" in text:
            text = _USER_INFO_ENCODED.sub(rf"\1{PASSWORD}", text)
        if self._placeholder is None or len(text) < SHORTEST_SECRET:
            return text
        before = None
        while text != before:
            before = text
            pieces = self._placeholder.split(text)
            pieces[::2] = [self._piece(piece) for piece in pieces[::2]]
            text = "".join(pieces)
        return text

    def raw(self, data: bytes) -> bytes:
        """`data`, of any encoding, without secrets and without passwords in urls."""
        return self.text(data.decode("latin-1")).encode("latin-1", "replace")

    def found_in(self, data: bytes) -> str | None:
        """The name of a secret of which a run stands in `data`, however it is spelt, or None."""
        text = data.decode("latin-1")
        for piece in self._placeholder.split(text)[::2] if self._placeholder else ():
            for form, placeholder in self._whole:
                if form in piece:
                    return placeholder.removeprefix("$")
            for _, _, name in self._spans(piece, _DEPTH):
                return name
        return None

    def name_of(self, value: bytes) -> str | None:
        """The name of the secret, of any length, that is `value`."""
        text = value.decode("latin-1")
        return next((name for name, secret in self._secrets if secret == text), None)

    def opaque(self, value: bytes) -> str:
        """The placeholder of a sensitive header's value: its name, or its length and digest."""
        if name := self.name_of(value):
            return f"${name}"
        digest = f", sha256:{hashlib.sha256(value).hexdigest()}" if len(value) >= _DIGEST_FROM else ""
        return f"<{len(value)} characters{digest}>"

    def token(self, token: Token) -> str:
        """The placeholder of a token: ``$NAME``, ``<$NAME.swapcase(), N characters, sha256:…>``, ``<N characters, …>``.

        It is part of a JSON string as it is: quotes, backslashes and what is not ASCII are percent-encoded.
        """
        made_by = self.derivation(token)
        if token.secret and made_by is None:
            return f"${token.secret}"
        source = f"{(made_by or '').replace('{}', f'${token.secret}')}, " if token.secret else ""
        source = _BREAKS_JSON.sub(lambda found: quote(found[0], safe=""), source)
        digest = self.digest(token)
        return f"<{source}{token.length} characters{f', sha256:{digest}' if digest else ''}>"

    def derivation(self, token: Token) -> str | None:
        """The derivation of `token` from its secret, as Python with ``{}`` for the secret, which it does not reveal."""
        if token.made_by is None:
            return None
        made_by = token.made_by
        for name, value in self._secrets:
            if name == token.secret:
                made_by = made_by.replace(repr(value), "{}")
        return self.text(made_by)

    def digest(self, token: Token) -> str | None:
        """The token's SHA-256 in hexadecimal, or None if it would reveal a short secret."""
        return None if token.secret and token.length < _DIGEST_FROM else token.digest

    def _piece(self, piece: str) -> str:
        """A piece of text between placeholders."""
        for form, placeholder in self._whole:
            if form in piece:
                return placeholder.join(self._piece(part) for part in piece.split(form))
        if len(piece) < SHORTEST_SECRET:
            return piece
        shown, end = [], 0
        for start, stop, name in sorted(self._spans(piece, _DEPTH)):
            if start >= end:
                shown += [piece[end:start], f"<{stop - start} characters of {name}>"]
            end = max(end, stop)
        return "".join([*shown, piece[end:]]) if shown else piece

    def _spans(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of every run of a secret in `text`, and in what it says when it is decoded."""
        yield from self._found(text.encode("latin-1", "replace").translate(FOLD))
        for decoded, place in decodings(text) if depth else ():
            yield from ((place(start), place(stop), name) for start, stop, name in self._spans(decoded, depth - 1))

    def _grams(self) -> dict[int, str]:
        """Every eight bytes in a row of every secret; read when they are first asked for, since they are many."""
        if self._unread:
            with self._lock:
                if self._unread:
                    index = dict(self._index)
                    for name, value in self._unread:
                        for run in runs_of(value):
                            for grams in _all_grams(run):
                                index.update(dict.fromkeys(grams, name))
                    self._index = index
                    self._unread = []
        return self._index

    def _found(self, data: bytes) -> Iterator[tuple[int, int, str]]:
        """The runs in folded bytes: grams at multiples of 8 are looked up, and what is found grows to both sides."""
        grams, end = self._grams(), 0
        aligned = _grams_of(data)
        if grams.keys().isdisjoint(aligned):
            return
        for index, gram in enumerate(aligned):
            first = last = index * _GRAM
            if last < end or gram not in grams:
                continue
            while first > end and _gram_at(data, first - 1) in grams:
                first -= 1
            while last + _GRAM < len(data) and _gram_at(data, last + 1) in grams:
                last += 1
            if last + _GRAM - first >= SHORTEST_SECRET:
                end = last + _GRAM
                yield first, end, grams[gram]


def _whole(value: str) -> set[str]:
    """The spellings of the whole secret, in text that was decoded as UTF-8 or byte by byte."""
    try:
        forms: Iterable[bytes] = token_spellings(value.encode("latin-1"))
    except UnicodeEncodeError:  # a password of IAM, which is text
        forms = spellings(value) | set(token_spellings(value.encode("utf-8", "surrogatepass")))
    return {value, *(form.decode("latin-1") for form in forms)}


def _grams_of(data: bytes) -> array[int]:
    return array("Q", data[: len(data) // _GRAM * _GRAM])


def _all_grams(data: bytes) -> Iterator[array[int]]:
    for offset in range(_GRAM):
        yield _grams_of(data[offset:])


def _gram_at(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + _GRAM], sys.byteorder)


@lru_cache(maxsize=4)  # most requests carry the valid token
def token_spellings(value: bytes) -> tuple[bytes, ...]:
    """The spellings of a whole token, base64 included, the longest first; those that `leak.token` looks for."""
    packed = base64.b64encode(value).rstrip(b"=")
    forms = {value, packed, packed.translate(_URL_SAFE)} | spellings(value.decode("latin-1"))
    return tuple(sorted(forms, key=len, reverse=True))


def runs_of(value: str) -> Iterator[bytes]:
    """The folded texts that hold any part of `value`: its latin-1 and UTF-8, and their base64 at every alignment."""
    for raw in _bytes_of(value):
        yield raw.translate(FOLD)
        for shift in range(3 if len(raw) <= _ALIGNED else 1):
            not_only_its_own = -(-shift * 4 // 3)
            yield base64.b64encode(b"\0" * shift + raw).rstrip(b"=")[not_only_its_own:].translate(FOLD)


def _bytes_of(value: str) -> set[bytes]:
    """The bytes of a text in UTF-8, and in latin-1 if that has its characters."""
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
