"""Tokens that nobody was given, as recipes: by length, by alphabet, by shape. All characters are VCHAR (RFC 9110)."""

from __future__ import annotations

import base64
import string
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.contract.message import Token
from conformance.strategies.alphabets import ALPHABETS

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["token_lengths", "token_shapes", "tokens"]

_LONGEST = 131_072
_HEAD = 48
_LIMITS = (4096, 8190, 16_384, 32_768, 65_536, TOKEN_MAXIMUM)  # of common servers, and the document's
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_WORDS = (
    "null", "undefined", "true", "false", "None", "NaN", "0", "-1", "Bearer", "{}", "[]", '""', "''", "''or'1'='1",
    "${token}", "{{token}}", "%s%s%s%n", "%00", "%41%42", "<token>", "../../etc/passwd", "a,b", "a;b", "a:b", "a=b",
)  # fmt: skip


def token_lengths(maximum: int = _LONGEST) -> st.SearchStrategy[int]:
    """Lengths of 1 to `maximum` characters, those around the limits of common servers among them."""
    edges = [n + step for n in _LIMITS for step in (-1, 0, 1) if n + step <= maximum]
    lengths = st.integers(1, maximum)
    return lengths | st.sampled_from(edges) if edges else lengths


def tokens(
    lengths: st.SearchStrategy[int] | None = None, alphabet: Collection[str] = ALPHABETS["base64url"]
) -> st.SearchStrategy[Token]:
    """Tokens of `lengths` (1 or more; by default `token_lengths`) out of `alphabet`, of ASCII characters.

    Of a long one at most 48 characters are drawn, and repeated.
    """
    heads = st.text(sorted(alphabet), min_size=1, max_size=_HEAD).map(str.encode)
    return st.builds(
        lambda length, head: Token(head[:length], fill=head, length=length),
        token_lengths() if lengths is None else lengths,
        heads,
    )


def token_shapes() -> st.SearchStrategy[Token]:
    """Tokens of 1 to some 300 characters that look like something: a JWT, base64, a digest, a UUID, a literal."""
    text = _text(string.ascii_letters + string.digits + "-_")
    return st.one_of(
        st.integers(2, 5).flatmap(lambda parts: st.lists(text, min_size=parts, max_size=parts)).map(".".join),
        st.binary(min_size=1, max_size=60).map(lambda raw: base64.b64encode(raw).decode()),
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


def _text(alphabet: str) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=60)
