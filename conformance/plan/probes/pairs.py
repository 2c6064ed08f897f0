"""Requests with two things wrong at once, or three: the classes of each part, and the combinations that are sent.

Checks in the wrong order, and checks that are skipped on one way through a program, show nowhere else. `STANDARD` is a
covering array: every pair of classes of two parts stands in at least one row. A row has at most three things wrong,
since what is refused for one reason hides the others. Another method hides all, so in its rows more may be wrong. The
rows that must-clauses hang on are wrong in two things alone.
The first rows were chosen; covertable made the others from the model in `tests/plan/covering.py`. They are kept as
data, and with them the probes' names. Deep sends every pair of classes alone.

Whatever is wrong, the id may be read as the description's resource and as no other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.message import Token
from conformance.contract.operation import with_article
from conformance.contract.values import Integer, Text
from conformance.plan.fixtures import UNCHANGEABLE, cut, padded, unknown
from conformance.plan.probe import Probe, Profile
from conformance.plan.probes.bodies import member_words
from conformance.plan.probes.requests import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.contract.message import Request
    from conformance.contract.operation import Operation
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

__all__ = [
    "BODILESS",
    "FIRST",
    "PARTS",
    "PLAIN",
    "STANDARD",
    "Combination",
    "classes_of",
    "combination",
    "deep_rows",
    "pair_probes",
    "spelling",
    "standard_rows",
    "word_over",
    "wrong_member",
]

_METHODS = ("PUT", "HEAD", "GET", "DELETE")
_PATHS = {
    "slash": "with a slash at the end of the path",
    "query": "with a query",
    "doubled": "with a doubled slash in the path",
    "capitals": "with the path in capitals",
    "encoded": "with an encoded letter in the path",
}
_MEDIA: Mapping[str, tuple[tuple[bytes, bytes], ...]] = {
    "text": ((b"Content-Type", b"text/plain"),),
    "none": (),
    "form": ((b"Content-Type", b"application/x-www-form-urlencoded"),),
}
PARTS = ("token", "id", "body", "media", "method", "path")
"""The parts of a request in the order in which combinations name them."""


def classes_of(operation: Operation) -> dict[str, dict[str, str]]:
    """The ways in which each part of a request can be wrong, in words; any other part is as documented.

    A part that the operation does not have has no classes.
    """
    longest = operation.credential.longest
    token = {
        "missing": "no token",
        "unknown": "an unknown token",
        "empty": "an empty token",
        "near": "the valid token, cut",
    }
    if longest is not None:
        token["over"] = f"the valid token, padded to {longest + 1:,} characters"
    own = operation.method
    alike = {own, "HEAD"} if own == "GET" else {own}  # what answers GET answers HEAD (RFC 9110 section 9.3.2)
    spelt = spellings(operation)
    return {
        "token": token,
        "id": _ids(operation),
        "body": _bodies(operation),
        "media": {"text": "as plain text", "none": "without Content-Type", "form": "as a form"}
        if operation.body
        else {},
        "method": {method: f"with {method}" for method in _METHODS if method not in alike},
        "path": {name: words for name, words in _PATHS.items() if name in spelt},
    }


def spelling(operation: Operation, name: str) -> Callable[[bytes], bytes]:
    """The change of a request target for a class of the path."""
    return spellings(operation)["queries" if name == "query" else name]


def _ids(operation: Operation) -> dict[str, str]:
    found: dict[str, str] = {}
    domain = operation.identifier.domain if operation.identifier else None
    if isinstance(domain, Integer):
        if domain.minimum is not None and domain.minimum >= 0:
            found["below"] = "negative"
        if domain.maximum is not None and domain.maximum < WORDS[-1]:
            found["above"] = f"plus {_power(word_over(domain.maximum))}"
        found["word"] = "followed by letters"
        found["text"] = "that is a word"
    elif isinstance(domain, Text):
        if domain.longest is not None:
            found["above"] = "too long"
        found["word"] = "followed by NUL"
    noun = with_article(operation.noun)
    return {
        name: f"{noun}'s id, {words}".replace(", plus", " plus").replace(", that", " that")
        for name, words in found.items()
    }


def _bodies(operation: Operation) -> dict[str, str]:
    if operation.body is None:
        return {}
    found = {"truncated": "a truncated body"}
    if (wrong := wrong_member(operation)) is not None:
        words = "that is a number" if wrong[1] == 1 else "that is a string"
        found["number"] = member_words(operation.body, wrong[0], words)
    return {**found, "absent": "no body", "array": "an array as body"}


WORDS = (2**32, 2**64)
"""The number of values of an integer of 32 bits, and of 64."""


def word_over(maximum: int) -> int:
    """The least of 2^32 and 2^64 that is over `maximum`."""
    return next(word for word in WORDS if word > maximum)


def _power(number: int) -> str:
    return f"2^{number.bit_length() - 1}"


def wrong_member(operation: Operation) -> tuple[str, object] | None:
    """A member of the body, the url where there is one, and a value that is not of its type; None without members."""
    members = (operation.body.schema.get("properties") or {}) if operation.body else {}
    name = operation.url_member or next(iter(members), None)
    if name is None:
        return None
    return name, "x" if (members.get(name) or {}).get("type") in {"integer", "number"} else 1


BODILESS = frozenset({"HEAD", "GET", "DELETE"})
_CHANGED = frozenset({"near", "over"})
"""Classes of the valid token, changed, which goes to the description's resource and to no word."""

FIRST: tuple[str, ...] = (
    "token-missing.id-below",
    "token-unknown.id-above",
    "token-missing.id-word",
    "token-unknown.body-truncated",
    "token-missing.body-number",
    "token-missing.body-absent",
    "token-missing.media-text",
    "token-missing.path-slash",
    "token-unknown.path-query",
    "token-missing.path-doubled",
    "id-above.body-absent",
    "id-above.media-text",
    "id-word.path-slash",
    "id-above.path-query",
    "id-above.path-doubled",
)
"""Rows in which two things alone are wrong, so that whichever check is skipped, no other one hides it."""

STANDARD: tuple[str, ...] = (
    *FIRST,
    "body-number.media-text.path-query",
    "id-below.body-number.path-doubled",
    "body-absent.media-text.path-slash",
    "id-below.body-truncated.path-query",
    "id-above.body-number.path-slash",
    "token-unknown.id-word.body-number",
    "token-unknown.id-below.media-text",
    "id-word.body-absent.path-query",
    "token-missing.id-above.body-truncated",
    "id-word.body-truncated.path-doubled",
    "token-unknown.body-absent.path-doubled",
    "id-below.body-absent.path-slash",
    "body-truncated.media-text.path-doubled",
    "token-unknown.body-truncated.path-slash",
    "id-word.media-text",
    "token-missing.path-query",
    "id-word.body-number.media-text.method-PUT.path-doubled",
    "token-missing.body-absent.method-PUT.path-slash",
    "token-unknown.id-below.body-truncated.method-PUT",
    "id-above.method-PUT.path-query",
    "id-word.media-text.method-HEAD",
    "token-missing.method-HEAD.path-slash",
    "token-unknown.id-below.method-HEAD.path-doubled",
    "id-above.method-HEAD.path-query",
)

PLAIN: tuple[str, ...] = (
    "token-missing.path-capitals",
    "token-missing.path-encoded",
    "token-missing.id-text",
    "token-empty.id-text.media-none",
    "token-empty.body-truncated",
    "token-empty.body-number.media-form",
    "id-text.media-form",
    "id-above.media-none.path-query",
    "id-text.method-GET.path-query",
)
"""Rows of classes that the array leaves to deep: ways round the token, and what a valid token alone comes to."""


@dataclass(frozen=True, slots=True)
class Combination:
    """The class of each part that is not as documented."""

    classes: Mapping[str, str]

    @property
    def name(self) -> str:
        """The classes in the order of the parts, as they stand in a probe's id."""
        return ".".join(f"{part}-{self.classes[part]}" for part in PARTS if part in self.classes)

    def words(self, known: Mapping[str, Mapping[str, str]]) -> str:
        """The faults, in the words of `classes_of`."""
        return ", ".join(known[part][self.classes[part]] for part in PARTS if part in self.classes)

    def possible(self, known: Mapping[str, Mapping[str, str]]) -> bool:
        """Whether the operation has all these classes."""
        return all(name in known[part] for part, name in self.classes.items())


def combination(name: str) -> Combination:
    """The combination of this name."""
    return Combination(dict(piece.split("-", 1) for piece in name.split(".")))


def standard_rows(known: Mapping[str, Mapping[str, str]]) -> tuple[Combination, ...]:
    """The rows of the standard profile that an operation with these classes can have."""
    return tuple(row for row in map(combination, STANDARD + PLAIN) if row.possible(known))


def deep_rows(known: Mapping[str, Mapping[str, str]]) -> Iterator[Combination]:
    """Every pair of classes of two parts alone, but for those that the standard profile sends."""
    for one, other in combinations(PARTS, 2):
        for first, second in product(known[one], known[other]):
            made = Combination({one: first, other: second})
            bodiless = made.classes.get("method") in BODILESS and "body" in made.classes
            stray = made.classes.get("id") == "text" and made.classes.get("token") in _CHANGED
            if made.name not in (*STANDARD, *PLAIN) and not bodiless and not stray:
                yield made


def pair_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """The rows of the standard profile in their order, then those of deep."""
    known = classes_of(fixtures.operation)
    for rows, profile in ((standard_rows(known), Profile.STANDARD), (deep_rows(known), Profile.DEEP)):
        for row in rows:
            changes = row.classes.get("token") in _CHANGED and not fixtures.changeable
            yield Probe(
                f"pair.{row.name}",
                row.words(known),
                _clauses(row, clauses),
                None if changes else _request(row, fixtures),
                UNCHANGEABLE if changes else None,
                profile,
            )


def _clauses(row: Combination, clauses: Declared) -> tuple[str, ...]:
    """The clauses of a row: without a known token nothing succeeds, nor with one that is too long."""
    parts = row.classes.keys()
    owned = row.classes.get("token") == "over" and "path" not in parts
    mandatory = "token" in parts and "method" not in parts and not owned
    return (clauses.unrecognised if mandatory else ()) + clauses.recorded("order")


def _request(row: Combination, fixtures: TargetFixtures) -> Request:
    """The documented request with everything of the row in it."""
    classes = row.classes
    segment = _segment(classes["id"], fixtures) if "id" in classes else None
    request = fixtures.request(_token(row, fixtures), segment)
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
        return {"below": f"-{own}", "above": str(above), "word": f"{own}abc", "text": "abc"}[name].encode()
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
