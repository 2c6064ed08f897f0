"""A request in words: method, path, header fields and body, without secrets and short enough for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.contract.known_tokens import TokenKind
from conformance.judge.verdict import in_words
from conformance.report.words import count_words
from conformance.traffic.redaction import SENSITIVE

if TYPE_CHECKING:
    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from conformance.traffic.redaction import Redactor

__all__ = ["Sent", "sent_of"]

_LONGEST = 300


@dataclass(frozen=True)
class Sent:
    """The requests that are sent.

    Attributes:
        method: the request's method.
        path: the request target below the base URL.
        headers: names and values; of a token its kind and length.
        body: the body, or a word for none.

    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str


def sent_of(request: Request, facts: Facts, redactor: Redactor) -> Sent:
    """The request in words."""
    fields = [(_shown(name, redactor), _value(name, value, redactor)) for name, value in request.headers]
    header = request.token_header.decode("latin-1")
    return Sent(
        in_words(request.method, _LONGEST),
        _shown(request.target, redactor),
        ((header, _token(request, facts, redactor)), *fields),
        _body(request.body, redactor),
    )


def _token(request: Request, facts: Facts, redactor: Redactor) -> str:
    if request.token is None:
        return "not sent"
    if request.token.length == 0:
        return "sent, and empty"
    shown = in_words(redactor.token(request.token), _LONGEST)
    length = "" if facts.token.good else f", {count_words(request.token.length, 'character')}"
    return f"{_KINDS[facts.token]}{length}: {shown}"


_KINDS = {
    TokenKind.VALID: "the valid token",
    TokenKind.RESTRICTED: "the valid token of the account without permission",
    TokenKind.NEAR_VALID: "a valid token, changed",
    TokenKind.UNKNOWN: "an unknown token",
    TokenKind.UNUSUAL: "a token with characters that the document is silent about",
}


def _value(name: bytes, value: bytes, redactor: Redactor) -> str:
    sensitive = name.decode("latin-1").lower() in SENSITIVE and value
    return redactor.opaque(value) if sensitive else _shown(value, redactor)


def _body(body: bytes | None, redactor: Redactor) -> str:
    if body is None:
        return "none"
    if not body:
        return "empty"
    size = f" ({len(body):,} bytes)" if len(body) > _LONGEST else ""
    return _shown(body, redactor) + size


def _shown(data: bytes, redactor: Redactor) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return in_words(redactor.text(text), _LONGEST)
