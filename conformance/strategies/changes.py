"""Changes of a valid token: for each thing that a server may do to a token before it compares it, or compare instead.

A change is text in latin-1, a byte for each character as on the wire, and the Python that makes it of the token,
``{}``.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from conformance.contract.message import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Made = tuple[str, str]

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"  # RFC 4648 section 4
_QUARTET = 4  # characters of base64 that make whole bytes
_HASHED = 31  # the factor of Java's String.hashCode
_EDGE = 16


@dataclass(frozen=True, slots=True)
class Change:
    """A changed token: `words` say how; `make` is the changed text of a token and the Python that makes it."""

    name: str
    words: str
    make: Callable[[str], Made]


def apply(change: Change, token: Token) -> Token:
    """The token, changed; the valid one itself where it cannot be changed in this way."""
    value, made_by = change.make(token.value.decode("latin-1"))
    return Token(value.encode("latin-1"), secret=token.secret, made_by=made_by)


def _around(before: str, after: str = "") -> Callable[[str], Made]:
    parts = [ascii(before)] * bool(before) + ["{}"] + [ascii(after)] * bool(after)
    return lambda text: (before + text + after, " + ".join(parts))


def _method(name: str) -> Callable[[str], Made]:
    return lambda text: (getattr(text, name)(), f"{{}}.{name}()")


def _part(start: int | None, end: int | None) -> Callable[[str], Made]:
    return lambda text: (text[start:end], f"{{}}[{'' if start is None else start}:{'' if end is None else end}]")


def _half(text: str) -> Made:
    cut = len(text) // 2
    return text[:-cut], f"{{}}[:-{cut}]"


def _last_half(text: str) -> Made:
    cut = len(text) // 2
    return text[cut:], f"{{}}[{cut}:]"


def _other(character: str) -> str:
    return "0" if character != "0" else "1"


def _first_changed(text: str) -> Made:
    return _other(text[0]) + text[1:], f"'{_other(text[0])}' + {{}}[1:]"


def _middle_changed(text: str) -> Made:
    at = len(text) // 2
    other = _other(text[at])
    return text[:at] + other + text[at + 1 :], f"{{}}[:{at}] + '{other}' + {{}}[{at + 1}:]"


def _one_as(sign: str) -> Callable[[str], Made]:
    """A character near the middle as a sign that stands for any one: to SQL, names of files or a regular expression."""

    def make(text: str) -> Made:
        middle = len(text) // 2
        at = next((n for n in range(middle, len(text)) if text[n] != sign), middle)
        return text[:at] + sign + text[at + 1 :], f"{{}}[:{at}] + {sign!r} + {{}}[{at + 1}:]"

    return make


def _look_alike(text: str) -> Made:
    """A character of the second half as another one that looks like it."""
    table = {"0": "O", "O": "0", "1": "l", "l": "1", "I": "1"}
    at = next((n for n in range(len(text) // 2 + 1, len(text)) if text[n] in table), None)
    if at is None:
        return text, "{}"
    return text[:at] + table[text[at]] + text[at + 1 :], f"{{}}[:{at}] + '{table[text[at]]}' + {{}}[{at + 1}:]"


def _last_changed(text: str) -> Made:
    other = "0" if text.endswith("1") else "1"
    return text[:-1] + other, f"{{}}[:-1] + '{other}'"


def _half_and(what: str) -> Callable[[str], Made]:
    """The first half and a pattern of anything."""

    def make(text: str) -> Made:
        kept = len(text) - len(text) // 2
        return text[:kept] + what, f"{{}}[:{kept}] + {what!a}"

    return make


def _inside(what: str) -> Callable[[str], Made]:
    def make(text: str) -> Made:
        at = len(text) // 2
        return text[:at] + what + text[at:], f"{{}}[:{at}] + {what!a} + {{}}[{at}:]"

    return make


def _base64(text: str) -> Made:
    made_by = "__import__('base64').b64encode({}.encode('latin-1')).decode()"
    return b64encode(text.encode("latin-1")).decode(), made_by


def _sha_256(text: str) -> Made:
    made_by = "__import__('hashlib').sha256({}.encode('latin-1')).hexdigest()"
    return sha256(text.encode("latin-1")).hexdigest(), made_by


def _exchanged(some: str, others: str) -> Callable[[str], Made]:
    table, made_by = str.maketrans(some, others), f"{{}}.translate(str.maketrans({some!r}, {others!r}))"
    return lambda text: (text.translate(table), made_by)


def _first_as(form: str) -> Callable[[str], Made]:
    """A character in another notation, the first whose number has no letters; `form` has it for the % operator."""

    def make(text: str) -> Made:
        at = next((n for n in range(len(text)) if f"{ord(text[n]):x}".isdigit()), 0)
        made_by = f"{{}}[:{at}] + {form!r} % ord({{}}[{at}]) + {{}}[{at + 1}:]"
        return text[:at] + form % ord(text[at]) + text[at + 1 :], made_by

    return make


def _transposed(text: str) -> Made:
    """Two neighbours that differ, near the middle: every character is there as often as before."""
    middle = len(text) // 2
    at = next((n for n in range(middle, len(text) - 1) if text[n] != text[n + 1]), middle)
    made_by = f"{{}}[:{at}] + {{}}[{at + 1}] + {{}}[{at}] + {{}}[{at + 2}:]"
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :], made_by


def _same_ends(text: str) -> Made:
    inside = len(text) - 2 * _EDGE
    made_by = f"{{}}[:{_EDGE}] + 'x' * (len({{}}) - {2 * _EDGE}) + {{}}[-{_EDGE}:]"
    return text[:_EDGE] + "x" * inside + text[-_EDGE:], made_by


def _same_hash(text: str) -> Made:
    """Two neighbours of which the first is one more and the second 31 less: the same to Java's String.hashCode."""
    pairs = (n for n in range(len(text) - 1) if _hashes_alike(text[n], text[n + 1]))
    at = next(pairs, None)
    if at is None:
        return text, "{}"
    made_by = f"{{}}[:{at}] + chr(ord({{}}[{at}]) + 1) + chr(ord({{}}[{at + 1}]) - {_HASHED}) + {{}}[{at + 2}:]"
    return text[:at] + chr(ord(text[at]) + 1) + chr(ord(text[at + 1]) - _HASHED) + text[at + 2 :], made_by


def _hashes_alike(one: str, other: str) -> bool:
    made = (chr(ord(one) + 1), chr(max(ord(other) - _HASHED, 0)))
    return all(character.isascii() and character.isalnum() for character in made)


def _spare_bits(text: str) -> Made:
    """Bits of the last character that base64 does not use; where it uses all, one character that makes no byte."""
    last = text[-1:]
    if len(text) % _QUARTET in {2, 3} and last in _ALPHABET:
        other = _ALPHABET[_ALPHABET.index(last) ^ 1]
        return text[:-1] + other, f"{{}}[:-1] + '{other}'"
    return text + "A", "{} + 'A'"


def _swapped_letter(text: str) -> Made:
    at = next((n for n in range(len(text) - 1, -1, -1) if text[n].swapcase() != text[n]), len(text) - 1)
    return text[:at] + text[at].swapcase() + text[at + 1 :], f"{{}}[:{at}] + {{}}[{at}].swapcase() + {{}}[{at + 1}:]"


def _swapped_first(text: str) -> Made:
    at = next((n for n in range(len(text)) if text[n].swapcase() != text[n]), 0)
    return text[:at] + text[at].swapcase() + text[at + 1 :], f"{{}}[:{at}] + {{}}[{at}].swapcase() + {{}}[{at + 1}:]"


def _spaces_for_plus(text: str) -> Made:
    """As a form reads them, inside the token: what stands around a field's value is no part of it."""
    inside = text[1:-1].replace("+", " ")
    return text[:1] + inside + text[-1:], "{}[:1] + {}[1:-1].replace('+', ' ') + {}[-1:]"


def _full_width(text: str) -> Made:
    """A letter or digit of ASCII as its full-width twin, in UTF-8: the same to NFKC."""
    at = next((n for n in range(len(text)) if text[n].isascii() and text[n].isalnum()), 0)
    wide = chr(ord(text[at]) + 0xFEE0).encode().decode("latin-1")
    made_by = f"{{}}[:{at}] + chr(ord({{}}[{at}]) + 0xfee0).encode().decode('latin-1') + {{}}[{at + 1}:]"
    return text[:at] + wide + text[at + 1 :], made_by


def _as_latin_1(some: str, others: str) -> Callable[[str], Made]:
    """The first of some letters as another one of latin-1, a byte: what normalisation, or a program, makes equal."""

    def make(text: str) -> Made:
        at = next((n for n in range(len(text)) if text[n] in some), None)
        if at is None:
            return text, "{}"
        other = others[some.index(text[at])]
        return text[:at] + other + text[at + 1 :], f"{{}}[:{at}] + {other!a} + {{}}[{at + 1}:]"

    return make


_LATIN, _CYRILLIC = (
    "ABCEHKMOPTXaceopx",
    "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425\u0430\u0441\u0435\u043e\u0440\u0445",
)


def _homoglyph(text: str) -> Made:
    """A letter as the Cyrillic one that looks like it, in UTF-8 (Unicode's confusables)."""
    at = next((n for n in range(len(text)) if text[n] in _LATIN), None)
    if at is None:
        return text, "{}"
    alike = _CYRILLIC[_LATIN.index(text[at])].encode().decode("latin-1")
    return text[:at] + alike + text[at + 1 :], f"{{}}[:{at}] + {alike!a} + {{}}[{at + 1}:]"


_ROWS = (
    ("case-swapped", "in the other case", _method("swapcase")),
    ("upper-case", "in upper case", _method("upper")),
    ("lower-case", "in lower case", _method("lower")),
    ("one-letter-swapped", "with its last letter in the other case", _swapped_letter),
    ("first-letter-swapped", "with its first letter in the other case", _swapped_first),
    ("cut", "without its last character", _part(None, -1)),
    ("half", "of which only the first half is left", _half),
    ("headless", "without its first character", _part(1, None)),
    ("last-half", "of which only the second half is left", _last_half),
    ("first-changed", "with another first character", _first_changed),
    ("middle-changed", "with another character in its middle", _middle_changed),
    ("wildcard", "with an underscore for a character in its middle", _one_as("_")),
    ("glob", "with a question mark for a character in its middle", _one_as("?")),
    ("expression", "with a point for a character in its middle", _one_as(".")),
    ("last-changed", "with another last character", _last_changed),
    ("transposed", "with two characters in its middle exchanged", _transposed),
    ("same-ends", "with its first and last 16 characters and others between", _same_ends),
    ("same-hash", "with two characters changed that hash alike in Java", _same_hash),
    ("one-more", "and one character more", _around("", "x")),
    ("one-before", "after one character more", _around("x")),
    ("doubled", "twice", lambda text: (text * 2, "{} * 2")),
    ("equals-sign", "with the padding of base64", _around("", "=")),
    ("zero-before", "with a zero before it", _around("0")),
    ("spare-bits", "with other bits where base64 has none", _spare_bits),
    ("double-quoted", "in quotation marks", _around('"', '"')),
    ("single-quoted", "in single quotation marks", _around("'", "'")),
    ("angle-bracketed", "in angle brackets", _around("<", ">")),
    ("bracketed", "in brackets", _around("[", "]")),
    ("braced", "in braces", _around("{", "}")),
    ("parenthesised", "in parentheses", _around("(", ")")),
    ("backquoted", "in backquotes", _around("`", "`")),
    ("percent-encoded", "with a character percent-encoded", _first_as("%%%02X")),
    ("escaped", "with a character escaped as in JSON", _first_as("\\u%04x")),
    ("quoted-printable", "with a character escaped as in mail", _first_as("=%02X")),
    ("entity", "with a character escaped as in HTML", _first_as("&#%d;")),
    ("backslash", "after a backslash", _around("\\")),
    ("before-backslash", "and a backslash", _around("", "\\")),
    ("bearer", "after the word Bearer", _around("Bearer")),
    ("json", "as the only member of an object of JSON", _around('{"token":"', '"}')),
    ("json-array", "as the only element of an array of JSON", _around('["', '"]')),
    ("rotated", "with its last character at its beginning", lambda text: (text[-1:] + text[:-1], "{}[-1:] + {}[:-1]")),
    ("assigned", "after token and an equals sign", _around("token=")),
    ("comma", "and a comma", _around("", ",")),
    ("second-of-list", "after another and a comma", _around("x,")),
    ("semicolon", "and a semicolon", _around("", ";")),
    ("colon", "and a colon", _around("", ":")),
    ("after-colon", "after another text and a colon", _around("x:")),
    ("after-point", "after another text and a point", _around("x.")),
    ("point", "and a point", _around("", ".")),
    ("slash", "and a slash", _around("", "/")),
    ("vertical-bar", "and a vertical bar", _around("", "|")),
    ("hash-sign", "and a hash sign", _around("", "#")),
    ("question-mark", "and a question mark", _around("", "?")),
    ("ampersand", "and an ampersand", _around("", "&")),
    ("at-sign", "and an at sign", _around("", "@")),
    ("half-like", "of which the first half is left, and a percent sign", _half_and("%")),
    ("half-glob", "of which the first half is left, and a star", _half_and("*")),
    ("half-expression", "of which the first half is left, and a point and a star", _half_and(".*")),
    ("encoded-nul", "and an encoded NUL", _around("", "%00")),
    ("dash-inside", "with a dash inside", _inside("-")),
    ("underscore-inside", "with an underscore inside", _inside("_")),
    ("foreign-character", "with a character inside that is not of base64", _inside("!")),
    ("reversed", "from its end to its beginning", lambda text: (text[::-1], "{}[::-1]")),
    ("look-alikes", "with a character for another that looks like it", _look_alike),
    ("alphabets-exchanged", "with the characters of the other base64", _exchanged("+/-_", "-_+/")),
    ("dashes-exchanged", "with dashes for underscores and the reverse", _exchanged("-_", "_-")),
)  # fmt: skip
_ODD_ROWS = (
    ("scheme-and-space", "after the word Token and a space", _around("Token ")),
    ("bearer-and-space", "after the word Bearer and a space", _around("Bearer ")),
    ("space-and-more", "and a space and more", _around("", " x")),
    ("space-inside", "with a space inside", _inside(" ")),
    ("tab-inside", "with a tab inside", _inside("\t")),
    ("full-width", "with a full-width character", _full_width),
    ("homoglyph", "with a Cyrillic letter that looks like its own", _homoglyph),
    ("superscript", "with a raised letter or digit of latin-1", _as_latin_1("ao123", "\xaa\xba\xb9\xb2\xb3")),
    ("accented", "with an accent of latin-1", _as_latin_1("aeiouAEIOU", "\xe0\xe9\xed\xf3\xfa\xc0\xc9\xcd\xd3\xda")),
    ("list-and-space", "after another, a comma and a space", _around("x, ")),
    ("zero-width", "with a zero-width space inside", _inside("\xe2\x80\x8b")),
    ("no-break-space", "and a no-break space", _around("", "\xc2\xa0")),
    ("latin-1-spaces", "between no-break spaces of a byte each", _around("\xa0", "\xa0")),
    ("space-for-plus", "with spaces for plus signs", _spaces_for_plus),
    ("byte-order-mark", "after a byte order mark", _around("\xef\xbb\xbf")),
    ("combining-accent", "with a combining accent inside", _inside("\xcc\x81")),
    ("obs-text", "and a byte over 127", _around("", "\xad")),
)  # fmt: skip

_SIGNS = {
    "!": "exclamation-mark", '"': "quotation-mark", "$": "dollar-sign", "%": "percent-sign", "'": "apostrophe",
    "*": "star", "+": "plus-sign", "-": "dash", "^": "circumflex", "_": "underscore", "`": "backquote", "~": "tilde",
    "@": "at-sign", "#": "hash-sign", "&": "ampersand", "/": "slash", "?": "question-mark", "|": "vertical-bar",
    ";": "semicolon", "=": "equals-sign",
}  # fmt: skip
_SIGN_ROWS = (
    *((f"after-{name}", f"after {sign}", _around(sign)) for sign, name in _SIGNS.items()),
    *((f"before-{name}", f"and {sign}", _around("", sign)) for sign, name in _SIGNS.items()),
)

_AGAIN = {
    "before-hash-sign", "before-question-mark", "before-at-sign", "before-semicolon", "before-ampersand",
    "before-equals-sign", "before-slash", "before-vertical-bar",
}  # fmt: skip
"""Signs behind the token that have a row of their own."""

_ALL = (*_ROWS, *(row for row in _SIGN_ROWS if row[0] not in _AGAIN))

SIGNS = frozenset(row[0] for row in _SIGN_ROWS)
"""The names of changes by a sign alone, before the token or behind it: the long tail."""

CHANGES: Mapping[str, Change] = {name: Change(name, words, make) for name, words, make in _ALL}
"""By name; of ordinary characters where the token is."""

DERIVED: Mapping[str, Change] = {
    "base64": Change("base64", "in base64", _base64),
    "sha-256": Change("sha-256", "of which only the SHA-256 is left", _sha_256),
}
"""By name; each is what a program may keep in place of the token."""

ODD_CHANGES: Mapping[str, Change] = {name: Change(name, words, make) for name, words, make in _ODD_ROWS}
"""By name; each puts spaces or bytes over 127 into the token."""


def changes(header: bytes) -> dict[str, Change]:
    """`CHANGES`, and the name of the token's field before the token, as in a whole line of a header."""
    words, make = "after the header's name and a colon", _around(f"{header.decode('ascii')}:")
    return {**CHANGES, "header-name": Change("header-name", words, make)}


def odd_changes(header: bytes) -> dict[str, Change]:
    """`ODD_CHANGES`, and the name of the token's field before the token, with a space."""
    words, make = "after the header's name, a colon and a space", _around(f"{header.decode('ascii')}: ")
    return {**ODD_CHANGES, "header-and-space": Change("header-and-space", words, make)}
