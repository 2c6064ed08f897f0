"""Two things wrong at once, or three: the rows of the covering array, and at deep every pair of classes alone.

Whatever is wrong, the id may be read as the description's resource and as no other.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.message import Token
from conformance.contract.operation import Integer, Text
from conformance.plan.fixtures import Profile
from conformance.plan.pairs import (
    BODILESS,
    classes_of,
    deep_rows,
    spelling,
    standard_rows,
    word_over,
    wrong_member,
)
from conformance.plan.probe import Probe
from conformance.plan.requests import documented
from conformance.plan.tokens import cut, padded, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.message import Request
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.pairs import Combination
    from conformance.plan.probe import Declared

__all__ = ["combination_probes"]

_TELLING = 16  # near means nothing for shorter tokens
_MEDIA: Mapping[str, tuple[tuple[bytes, bytes], ...]] = {
    "text": ((b"Content-Type", b"text/plain"),),
    "none": (),
    "form": ((b"Content-Type", b"application/x-www-form-urlencoded"),),
}


def combination_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """The rows of the standard profile in their order, then those of deep."""
    known = classes_of(fixtures.operation)
    for rows, profile in ((standard_rows(known), Profile.STANDARD), (deep_rows(known), Profile.DEEP)):
        for row in rows:
            changes = {"near", "over"} & set(row.classes.values()) and fixtures.token.length < _TELLING
            yield Probe(
                f"pair.{row.name}",
                row.words(known),
                _clauses(row, clauses),
                None if changes else _request(row, fixtures),
                "the valid token cannot be changed in this way" if changes else None,
                profile,
            )


def _clauses(row: Combination, clauses: Declared) -> tuple[str, ...]:
    """What a row is there for: without a known token nothing succeeds. Of too long a one its length forbids that."""
    parts = row.classes.keys()
    owned = row.classes.get("token") == "over" and "path" not in parts
    mandatory = "token" in parts and "method" not in parts and not owned
    return (clauses.unrecognised if mandatory else ()) + clauses.recorded("order")


def _request(row: Combination, fixtures: TargetFixtures) -> Request:
    """The documented request with everything of the row in it."""
    classes = row.classes
    segment = _segment(classes["id"], fixtures) if "id" in classes else None
    request = documented(fixtures, _token(row, fixtures), segment)
    if "body" in classes:
        request = replace(request, body=_body(classes["body"], fixtures))
    method = classes.get("method", request.method)
    if method in BODILESS:
        request = replace(request, body=None, headers=())
    if "media" in classes:
        request = replace(request, headers=_MEDIA[classes["media"]])
    if "path" in classes:
        request = replace(request, target=spelling(fixtures.operation, classes["path"])(request.target))
    return replace(request, method=method)


def _segment(name: str, fixtures: TargetFixtures) -> bytes:
    """The description's resource, changed as the class says; no reading of it is another resource."""
    own, parameter = fixtures.resource, fixtures.operation.identifier
    domain = parameter.domain if parameter else None
    if isinstance(domain, Integer) and isinstance(own, int):
        above = own + word_over(domain.maximum or 0)
        return {"below": f"-{own}", "above": str(above), "word": f"{own}abc"}[name].encode()
    plain = quote(str(own), safe="").encode()
    if name == "above" and isinstance(domain, Text):
        longer = (domain.longest or 0) // len(str(own) or "x") + 1
        return quote((str(own) * (longer + 1))[: (domain.longest or 0) + 1], safe="").encode()
    return plain + b"%00"


def _body(name: str, fixtures: TargetFixtures) -> bytes | None:
    own = fixtures.body or b""
    wrong = wrong_member(fixtures.operation)
    match name:
        case "truncated":
            return own[:-1]
        case "number" if wrong is not None:
            return json.dumps({**json.loads(own), wrong[0]: wrong[1]}).encode("ascii")
        case "array":
            return b"[%b]" % own
        case _:
            return None


def _token(row: Combination, fixtures: TargetFixtures) -> Token | None:
    valid = fixtures.token
    match row.classes.get("token"):
        case None:
            return valid
        case "missing":
            return None
        case "empty":
            return Token(b"")
        case "near":
            return cut(valid)
        case "over":
            return padded(valid, (fixtures.operation.credential.longest or 0) + 1)
        case _:
            return unknown(fixtures, f"pair-{row.name}")
