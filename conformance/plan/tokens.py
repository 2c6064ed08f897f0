"""Tokens that nobody was given, and valid ones changed a little."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Token
from conformance.strategies.alphabets import ALPHABETS

if TYPE_CHECKING:
    from conformance.contract.known_tokens import KnownTokens
    from conformance.plan.fixtures import TargetFixtures

__all__ = ["cut", "extended", "ordinary", "padded", "strange", "unknown", "usual_length"]

_HEAD = 48
_TRIES = 1000
_USUAL = 64  # characters, as far as the document allows


def usual_length(fixtures: TargetFixtures) -> int:
    """How many characters an unknown token has of which nothing depends on its length."""
    credential = fixtures.operation.credential
    longest = _USUAL if credential.longest is None else min(_USUAL, credential.longest)
    return max(longest, credential.shortest)


def unknown(
    fixtures: TargetFixtures, label: str, length: int | None = None, alphabet: str = ALPHABETS["base64url"]
) -> Token:
    """A token of `length` >= 1 characters that the target's accounts were not given, the same for one seed and label.

    By default it is of an everyday length. It neither begins like a short valid token nor is the beginning of a long
    one, so that a lenient comparison does not take it for valid; it begins with a letter or digit where there are any.
    ValueError where the alphabet allows none.
    """
    length = usual_length(fixtures) if length is None else length
    source = random.Random(f"{fixtures.seed}:{label}:{length}")  # noqa: S311 - reproducible, not secret
    known_tokens = fixtures.known.tokens
    for _ in range(_TRIES):
        head = "".join(source.choice(alphabet) for _ in range(min(length, _HEAD))).encode("ascii")
        if strange(head, known_tokens) and (head[:1].isalnum() or not any(map(str.isalnum, alphabet))):
            fill = bytes(source.sample(head, len(head)))
            return Token(head, fill=fill, length=length)
    raise ValueError(f"every token of {length} characters of {alphabet!r} is near a valid one")


def ordinary(fixtures: TargetFixtures) -> Token:
    """An unknown token of an everyday length, for whatever needs just one."""
    return unknown(fixtures, "ordinary")


def strange(head: bytes, known_tokens: KnownTokens) -> bool:
    """Whether the account of no valid token is meant by `head`, even by a target that compares leniently."""
    known = known_tokens.valid | known_tokens.restricted
    lower = head.lower()
    near = any(lower.startswith(value[:_HEAD].lower()) or value.lower().startswith(lower) for value in known)
    return not near and known_tokens.classify(head) is TokenKind.UNKNOWN


def cut(token: Token, characters: int = 1) -> Token:
    """The token without its last `characters`, of which it has as many."""
    return Token(
        token.value, length=max(token.length - characters, 0), secret=token.secret, made_by=f"{{}}[:-{characters}]"
    )


def extended(token: Token, tail: bytes) -> Token:
    """The token with `tail` (ASCII, no secret) after it."""
    return Token(token.value + tail, secret=token.secret, made_by=f"{{}} + {tail.decode('ascii')!r}")


def padded(token: Token, length: int) -> Token:
    """The token, padded with x to `length` characters."""
    return Token(token.value, length=length, secret=token.secret, made_by=f"({{}} + 'x' * {length})[:{length}]")
