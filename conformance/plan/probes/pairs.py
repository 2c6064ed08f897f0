"""Requests with two things wrong at once, or three: the classes of each part, and the combinations that are sent.

Checks in the wrong order, and checks that are skipped on one way through a program, show nowhere else. `STANDARD` is
made of covering arrays: with a good token every pair of classes stands in at least one row, and every class beside each
bad token, each method and a slash too many. A row has at most three things wrong, since what is refused for one reason
hides the others. Another method hides all, so in its rows more may be wrong. The rows that must-clauses hang on are
wrong in two things alone.
The first rows were chosen; covertable made the others from the model in `tests/plan/covering.py`. They are kept as
data, and with them the probes' names. Deep sends every pair of classes alone.

Whatever is wrong, the id may be read as a resource that the description names and as no other, but for the greatest
id.
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

_METHODS = ("PUT", "HEAD", "GET", "DELETE", "PATCH")
_PATHS = {
    "slash": "with a slash at the end of the path",
    "query": "with a query",
    "doubled": "with a doubled slash in the path",
    "capitals": "with the path in capitals",
    "encoded": "with an encoded letter in the path",
    "respelt": "with a doubled slash, an encoded letter and a slash at the end of the path",
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
    if operation.resource is not None:
        token["restricted"] = "a valid token without permission"
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
    words_of = {
        name: f"{noun}'s id, {words}".replace(", plus", " plus").replace(", that", " that")
        for name, words in found.items()
    }
    if operation.key("missing"):
        words_of["missing"] = f"no {operation.noun}"
    if operation.key("restricted"):
        words_of["restricted"] = f"{noun} without permission"
    if isinstance(domain, Integer) and domain.maximum is not None:
        words_of["maximum"] = "the greatest id"
    return words_of


def _bodies(operation: Operation) -> dict[str, str]:
    if operation.body is None:
        return {}
    found = {"truncated": "a truncated body"}
    if (wrong := wrong_member(operation)) is not None:
        words = "that is a number" if wrong[1] == 1 else "that is a string"
        found["number"] = member_words(operation.body, wrong[0], words)
    return {**found, "absent": "no body", "array": "an array as body", "empty": "an empty object as body"}


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
_IN_CONTRACT = frozenset({"missing", "restricted", "maximum"})
"""Classes of ids that are in contract, and are answered by what the token may do."""

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

_MADE = """
token-restricted.media-text token-restricted.media-form.path-query id-restricted.media-none
id-missing.media-form.path-query id-word.body-empty.media-none id-text.body-absent.media-form
id-below.media-text.path-query id-restricted.body-array.media-form token-restricted.id-below.body-empty
id-missing.body-empty.media-text id-word.body-truncated.media-form id-word.body-array.media-text
id-text.body-truncated.media-none id-text.body-number.path-query id-below.body-array.media-none
id-text.body-array.path-query id-above.body-number.media-form id-above.body-empty.path-query
id-restricted.media-text.path-query body-number.media-none.path-query token-restricted.id-word.path-query
id-word.body-absent.media-text id-text.body-empty.media-form token-restricted.id-restricted.body-empty
token-restricted.id-above.body-truncated id-below.body-absent.media-form id-text.body-truncated.media-text
id-above.body-array.media-none token-restricted.id-word.body-number body-absent.path-query
id-below.body-truncated.path-query id-below.body-number.media-text token-missing.id-above.path-query
token-missing.body-truncated.media-form token-missing.id-text.media-none token-missing.body-empty
token-missing.body-array token-unknown.id-word.media-text token-unknown.body-absent.media-form
token-unknown.id-text.media-none token-unknown.body-empty token-unknown.body-number token-unknown.id-below
token-unknown.body-array token-empty.id-above.path-query token-empty.body-truncated.media-text
token-empty.id-word.media-form token-empty.body-absent.media-none token-empty.id-text token-empty.body-empty
token-empty.body-number token-empty.id-below token-empty.body-array token-near.id-above.path-query
token-near.body-truncated.media-text token-near.id-word.media-form token-near.body-absent.media-none
token-near.body-empty token-near.body-number token-near.id-below token-near.body-array token-unknown.method-GET
id-restricted.method-GET token-empty.id-maximum.method-GET id-above.method-GET token-near.id-below.method-GET
token-restricted.id-text.method-GET id-missing.method-GET token-missing.id-word.method-GET
token-unknown.body-number.method-PUT id-restricted.body-empty.media-text.method-PUT
token-empty.id-maximum.media-form.method-PUT id-above.body-array.media-none.method-PUT
token-near.id-below.body-absent.method-PUT token-restricted.id-text.body-truncated.method-PUT id-missing.method-PUT
token-missing.id-word.method-PUT token-unknown.method-DELETE id-restricted.method-DELETE
token-empty.id-maximum.method-DELETE id-above.method-DELETE token-near.id-below.method-DELETE
token-restricted.id-text.method-DELETE id-missing.method-DELETE token-missing.id-word.method-DELETE
token-unknown.body-number.method-PATCH id-restricted.body-empty.media-text.method-PATCH
token-empty.id-maximum.media-form.method-PATCH id-above.body-array.media-none.method-PATCH
token-near.id-below.body-absent.method-PATCH token-restricted.id-text.body-truncated.method-PATCH
id-missing.method-PATCH token-missing.id-word.method-PATCH token-unknown.id-below.method-HEAD
token-empty.id-word.method-HEAD token-restricted.method-HEAD id-restricted.method-HEAD id-above.method-HEAD
token-missing.method-HEAD id-missing.method-HEAD token-unknown.id-below.body-empty.path-slash
token-empty.body-truncated.media-none.path-slash token-restricted.body-absent.media-form.path-slash
id-restricted.body-number.media-text.path-slash id-above.body-array.method-PATCH.path-slash
id-missing.method-PUT.path-slash method-GET.path-slash method-DELETE.path-slash
token-unknown.id-below.body-empty.path-respelt token-empty.body-truncated.media-none.path-respelt
token-restricted.id-word.media-form.path-respelt id-restricted.body-absent.media-text.path-respelt
id-above.body-number.method-PATCH.path-respelt token-missing.body-array.method-PUT.path-respelt
id-missing.method-GET.path-respelt method-DELETE.path-respelt
"""
STANDARD: tuple[str, ...] = (*FIRST, *_MADE.split())

PLAIN: tuple[str, ...] = (
    "token-missing.path-capitals",
    "token-missing.path-encoded",
    "token-restricted.id-maximum",
    "id-maximum.body-truncated.media-none.path-query",
)
"""Rows of classes that the arrays leave to deep: ways round the token, and the greatest id."""


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
            withheld = _lacking(row, fixtures)
            request = None if withheld else _request(row, fixtures)
            declared = _clauses(row, clauses, fixtures.operation)
            yield Probe(f"pair.{row.name}", row.words(known), declared, request, withheld, profile)


def _lacking(row: Combination, fixtures: TargetFixtures) -> str | None:
    """The reason why the description does not allow a row, or None."""
    token, named = row.classes.get("token"), row.classes.get("id")
    if token in _CHANGED and not fixtures.changeable:
        return UNCHANGEABLE
    if token == "restricted" and fixtures.restricted_token is None:  # noqa: S105 - a class
        return "the description has no restricted_token"
    resource = {"missing": fixtures.missing_resource, "restricted": fixtures.restricted_resource}.get(named or "", 0)
    return f"the description has no {fixtures.operation.key(str(named))}" if resource is None else None


def _clauses(row: Combination, clauses: Declared, operation: Operation) -> tuple[str, ...]:
    """The clauses of a row: without a known token nothing succeeds, nor with one that is too long."""
    parts, token = row.classes.keys(), row.classes.get("token")
    if parts == {"token", "id"} and row.classes["id"] in _IN_CONTRACT and token != "over":  # noqa: S105 - a class
        edge = clauses.owed(parameter=operation.resource, when="maximum") if row.classes["id"] == "maximum" else ()
        stranger = () if token == "restricted" else edge or clauses.precedence  # noqa: S105 - a class
        return stranger + clauses.documented + clauses.recorded("order")
    owned = token == "over" and "path" not in parts  # noqa: S105 - a class
    mandatory = token not in {None, "restricted"} and "method" not in parts and not owned
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
    if name in {"missing", "restricted"}:
        resource = fixtures.missing_resource if name == "missing" else fixtures.restricted_resource
        return quote(str(resource), safe="").encode()
    if isinstance(domain, Integer) and isinstance(own, int):
        if name == "above":
            return str(own + word_over(domain.maximum or 0)).encode()
        of = {"below": f"-{own}", "word": f"{own}abc", "text": "current", "maximum": str(domain.maximum)}
        return of[name].encode()
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
        case "empty":
            return b"{}"
        case _:
            return None


def _token(row: Combination, fixtures: TargetFixtures) -> Token | None:
    name, valid = row.classes.get("token", ""), fixtures.token
    given = {"": valid, "missing": None, "empty": Token(b""), "restricted": fixtures.restricted_token}
    if name in given:
        return given[name]
    if name == "near":
        return cut(valid)
    if name == "over":
        return padded(valid, (fixtures.operation.credential.longest or 0) + 1)
    return unknown(fixtures, f"pair-{row.name}")
