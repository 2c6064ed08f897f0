"""Tokens as recipes: those that nobody was given, by length, alphabet and shape, and a given one, changed a little.

All characters are VCHAR (RFC 9110), but for those of a changed token.
"""

from __future__ import annotations

import base64
import string
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.contract.message import Token
from conformance.strategies.changes import apply, changes, odd_changes

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.contract.operation import Credential

ALPHABETS = {
    "letters": string.ascii_letters,
    "digits": string.digits,
    "hexadecimal": string.hexdigits.lower()[:16],
    "base64": string.ascii_letters + string.digits + "+/=",
    "base64url": string.ascii_letters + string.digits + "-_",
    "jwt": string.ascii_letters + string.digits + "-_.",
    "token": "!#$%&'*+-.^_`|~" + string.ascii_letters + string.digits,
    "delimiters": '"(),/:;<=>?@[\\]{}',
}
"""The characters that tokens are made of, by name; all are VCHAR (RFC 9110 section 5.5).

The last two are RFC 9110's token characters (section 5.6.2) and its delimiters.
"""

_OPEN = 131_072  # characters, where the document has no maximum
_HEAD = 48
_LIMITS = (4096, 8190, 16_384, 32_768, 65_536)  # of common servers
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_JOSE_HEADERS = (
    "eyJhbGciOiJub25lIn0",
    "eyJhbGciOiJOb25lIn0",
    "eyJhbGciOiJIUzI1NiJ9",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ",
)
_CLAIMS = (b"{}", b"[]", b'{"sub":"root"}', b'{"sub":1}', b'{"exp":1e999}', b'{"exp":"never"}', b"null", b"{")
_WRAPPED = ('"{}"', "'{}'", '{{"token":"{}"}}', '["{}"]', "<token>{}</token>", "Basic:{}", "https://mirror.invalid/{}")
_ESCAPES = ("%%%02X", "%%%02x", "%%25%02X", "\\u%04x", "\\x%02x", "&#%d;", "&#x%x;", "=%02X")
_WORDS = (
    "null", "undefined", "true", "false", "None", "NaN", "0", "-1", "Bearer", "{}", "[]", '""', "''", "''or'1'='1",
    "${token}", "{{token}}", "%s%s%s%n", "%00", "%41%42", "<token>", "../../etc/passwd", "a,b", "a;b", "a:b", "a=b",
    "constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "__class__", "%%", "__", "*", "*)(uid=*", ".*",
    "(((", "[a-z]*", "{0}", "%(a)s", "{{a}}", "a'--", '"or"1"="1', '{"$gt":""}', "$HOME", "\\", "\\u0000", "%0d%0aa",
    "..", "0e0", "Infinity", "<a>&amp;",
)  # fmt: skip


def token_lengths(credential: Credential, most: int | None = None) -> st.SearchStrategy[int]:
    """Lengths from the shortest, or 1, to `most` characters; those around the limits of common servers among them.

    By default `most` is the power of two above the longest, so that some are over it.
    """
    longest = credential.longest
    end = most or (_OPEN if longest is None else 1 << longest.bit_length())
    least = max(credential.shortest, 1)
    limits = (least, *_LIMITS, *([] if longest is None else [longest]))
    edges = sorted({n + step for n in limits for step in (-1, 0, 1) if least <= n + step <= end})
    lengths = st.integers(least, end)
    return lengths | st.sampled_from(edges) if edges else lengths


def tokens(
    lengths: st.SearchStrategy[int], alphabet: Collection[str] = ALPHABETS["base64url"]
) -> st.SearchStrategy[Token]:
    """Tokens of `lengths` (1 or more) out of `alphabet`, of ASCII characters.

    Of a long one at most 48 characters are drawn, and repeated.
    """
    heads = st.text(sorted(alphabet), min_size=1, max_size=_HEAD).map(str.encode)
    return st.builds(
        lambda length, head: Token(head[:length], fill=head, length=length),
        lengths,
        heads,
    )


def token_shapes() -> st.SearchStrategy[Token]:
    """Tokens of 1 to some 300 characters that look like something: a JWT, JSON, base64, a digest, a UUID, a literal."""
    text = _text(string.ascii_letters + string.digits + "-_")
    return st.one_of(
        st.integers(2, 5).flatmap(lambda parts: st.lists(text, min_size=parts, max_size=parts)).map(".".join),
        st.binary(min_size=1, max_size=60).map(lambda raw: base64.b64encode(raw).decode()),
        st.builds(
            "{}.{}.{}".format, st.sampled_from(_JOSE_HEADERS), _packed(st.sampled_from(_CLAIMS)), st.just("") | text
        ),
        st.builds(str.format, st.sampled_from(_WRAPPED), text),
        st.builds("{}{}{}".format, text, st.sampled_from(("=", "==", "+", "/", "%3D", "%2B")), text),
        st.builds(str.__add__, st.sampled_from(string.punctuation), text),
        st.builds(str.__add__, text, st.sampled_from(string.punctuation)),
        st.builds(str.__mul__, st.sampled_from(_VISIBLE), st.integers(1, 300)),
        st.sampled_from(sorted(ALPHABETS)).flatmap(lambda name: _text(ALPHABETS[name])),
        st.binary(min_size=16, max_size=64).map(bytes.hex),
        st.uuids().map(str),
        st.sampled_from(_WORDS),
        _text(_VISIBLE),
    ).map(lambda shape: Token(shape.encode("ascii")))


def changed_tokens(token: Token, header: bytes) -> st.SearchStrategy[Token]:
    """The token, at least 2 characters long, changed in one way that a server may undo before it compares, or not see.

    Any of `changes` and `odd_changes`, or another character, a cut, or something more at any place. Some leave a token
    as it was that has nothing to be changed. `header` is the name of its field.
    """
    every = [*changes(header).values(), *odd_changes(header).values()]
    named = st.sampled_from(every).map(lambda change: apply(change, token))
    text, length = token.value.decode("latin-1"), token.length
    place = st.integers(0, length - 1)
    few = st.text(_VISIBLE, min_size=1, max_size=3).filter(lambda new: "{}" not in new)  # that stands for the token

    def spliced(start: int, gone: int, new: str) -> Token:
        changed = (text[:start] + new + text[start + gone :]).encode("latin-1")
        return Token(changed, secret=token.secret, made_by=f"{{}}[:{start}] + {new!r} + {{}}[{start + gone}:]")

    def escaped(start: int, form: str) -> Token:
        changed = text[:start] + form % ord(text[start]) + text[start + 1 :]
        made_by = f"{{}}[:{start}] + {form!r} % ord({{}}[{start}]) + {{}}[{start + 1}:]"
        return Token(changed.encode("latin-1"), secret=token.secret, made_by=made_by)

    def swapped(start: int) -> Token:
        changed = text[:start] + text[start:].swapcase()
        made_by = f"{{}}[:{start}] + {{}}[{start}:].swapcase()"
        return Token(changed.encode("latin-1"), secret=token.secret, made_by=made_by)

    return st.one_of(
        named,
        st.builds(spliced, place, st.just(0), few),
        st.builds(spliced, place, st.just(1), few),
        st.builds(spliced, st.just(length), st.just(0), few),
        st.builds(spliced, place, st.integers(1, length - 1), st.just("")),
        st.builds(escaped, place, st.sampled_from(_ESCAPES)),
        st.builds(swapped, place),
    )


def _packed(raw: st.SearchStrategy[bytes]) -> st.SearchStrategy[str]:
    """As the parts of a JWT are (RFC 7515 section 2)."""
    return raw.map(lambda part: base64.urlsafe_b64encode(part).rstrip(b"=").decode())


def _text(alphabet: str) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=60)
