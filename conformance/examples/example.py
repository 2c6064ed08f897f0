"""An example: a generated request that failed a clause, as a JSON document that holds no secret.

Tokens of the target description stand in it by their role; a request that holds one elsewhere is not kept at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.contract.message import Request, Token

if TYPE_CHECKING:
    from conformance.plan.fixtures import TargetFixtures

__all__ = ["FORMAT", "Example", "from_document", "to_document"]

FORMAT = "conformance-example/1"


@dataclass(frozen=True, slots=True)
class Example:
    """A request that a property drew, and the clause that failed."""

    property: str
    clause: str
    request: Request


def to_document(example: Example, fixtures: TargetFixtures) -> dict[str, Any] | None:
    """The example for `json.dumps`, bytes in latin-1; None where it would give a secret away."""
    request = example.request
    token = None if request.token is None else _role(request.token, fixtures) or _recipe(request.token, fixtures)
    if (request.token is not None and token is None) or _tells(request, fixtures):
        return None
    return {
        "format": FORMAT,
        "property": example.property,
        "clause": example.clause,
        "request": {
            "method": request.method,
            "target": request.target.decode("latin-1"),
            "token_header": request.token_header.decode("latin-1"),
            "token": token,
            "headers": [[part.decode("latin-1") for part in field] for field in request.headers],
            "body": None if request.body is None else request.body.decode("latin-1"),
        },
    }


def from_document(document: Any, fixtures: TargetFixtures) -> Example | None:  # noqa: ANN401 - whatever a file holds
    """The example; None where its token is one that the description has no more.

    Raises ValueError, TypeError, KeyError or AttributeError for what `to_document` did not make.
    """
    if document["format"] != FORMAT:
        raise ValueError(document["format"])
    request = document["request"]
    token = None if request["token"] is None else _token(request["token"], fixtures)
    if request["token"] is not None and token is None:
        return None
    return Example(
        str(document["property"]),
        str(document["clause"]),
        Request(
            method=str(request["method"]),
            target=request["target"].encode("latin-1"),
            token=token,
            body=None if request["body"] is None else request["body"].encode("latin-1"),
            headers=tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in request["headers"]),
            token_header=request["token_header"].encode("latin-1"),
        ),
    )


def _known(fixtures: TargetFixtures) -> dict[str, Token]:
    """The description's tokens by the name of their place in it."""
    by_length = {f"tokens_by_length.{length}": token for length, token in fixtures.tokens_by_length.items()}
    restricted = {"restricted_token": fixtures.restricted_token} if fixtures.restricted_token else {}
    return {"token": fixtures.token, **restricted, **by_length}


def _role(token: Token, fixtures: TargetFixtures) -> dict[str, Any] | None:
    value = token.value
    return next(({"role": name} for name, known in _known(fixtures).items() if known.value == value), None)


def _recipe(token: Token, fixtures: TargetFixtures) -> dict[str, Any] | None:
    if token.secret is not None or fixtures.known.tokens.near(token.value):
        return None
    return {"head": token.head.decode("latin-1"), "fill": token.fill.decode("latin-1"), "length": token.length}


def _token(document: dict[str, Any], fixtures: TargetFixtures) -> Token | None:
    if "role" in document:
        return _known(fixtures).get(document["role"])
    head, fill, length = document["head"].encode("latin-1"), document["fill"].encode("latin-1"), document["length"]
    if not (fill and isinstance(length, int) and length >= 0):
        raise ValueError(document)
    return Token(head, fill=fill, length=length)


def _tells(request: Request, fixtures: TargetFixtures) -> bool:
    """Whether a token of the description stands anywhere but in its header; of one character anything holds it."""
    known = fixtures.known.tokens.valid | fixtures.known.tokens.restricted
    parts = (request.target, request.body or b"", *(part for field in request.headers for part in field))
    return any(len(secret) > 1 and secret in part for secret in known for part in parts)
