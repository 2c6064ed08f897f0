"""Requests with two things wrong at once, or three: the classes of each part, and the combinations that are sent.

Checks in the wrong order, and checks that are skipped on one way through a program, show nowhere else. `STANDARD` is
made of covering arrays: with the documented method every pair of classes stands in at least one row, and every class
beside each method and a slash too many. A row has at most four things wrong, and token, id and body together in most.
What is refused for one reason may hide the others, so that the rows that must-clauses hang on are wrong in one or two
things alone (`FIRST`, `PLAIN`). Another method hides all.
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

from conformance.contract.message import Request, Token
from conformance.contract.operation import Operation, with_article
from conformance.contract.values import Domain, Integer, Text
from conformance.plan.fixtures import UNCHANGEABLE, TargetFixtures, cut, padded, unknown
from conformance.plan.probe import Declared, Probe, Profile
from conformance.plan.probes.bodies import member_words
from conformance.plan.probes.requests import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_METHODS = ("PUT", "HEAD", "GET", "DELETE", "PATCH")
_PATHS = {
    "slash": "with a slash at the end of the path",
    "query": "with a query",
    "debug": "with a query of one parameter",
    "slash-query": "with a slash at the end of the path and a query",
    "doubled": "with a doubled slash in the path",
    "capitals": "with the path in capitals",
    "encoded": "with an encoded letter in the path",
    "respelt": "with a doubled slash, an encoded letter and a slash at the end of the path",
}
_MEDIA: Mapping[str, tuple[tuple[bytes, bytes], ...]] = {
    "text": ((b"Content-Type", b"text/plain"),),
    "none": (),
    "form": ((b"Content-Type", b"application/x-www-form-urlencoded"),),
    "xml": ((b"Content-Type", b"application/xml"),),
    "multipart": ((b"Content-Type", b"multipart/form-data; boundary=x"),),
}
_MEDIA_WORDS = {
    "text": "as plain text",
    "none": "without Content-Type",
    "form": "as a form",
    "xml": "as XML",
    "multipart": "as a form of several parts",
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
        "odd": "an unknown token with bytes over 127",
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
        "media": dict(_MEDIA_WORDS) if operation.body else {},
        "method": {method: f"with {method}" for method in _METHODS if method not in alike},
        "path": {name: words for name, words in _PATHS.items() if name in spelt},
    }


def spelling(operation: Operation, name: str) -> Callable[[bytes], bytes]:
    """The change of a request target for a class of the path."""
    return spellings(operation)[name]


def _ids(operation: Operation) -> dict[str, str]:
    domain = operation.identifier.domain if operation.identifier else None
    noun = with_article(operation.noun)
    words_of = {
        name: f"{noun}'s id, {words}".replace(", plus", " plus").replace(", that", " that")
        for name, words in _changed_ids(domain).items()
    }
    if isinstance(domain, Integer):
        bounds = {"under": (domain.minimum, -1), "over": (domain.maximum, 1)}
        words_of |= {name: f"id {bound + by}" for name, (bound, by) in bounds.items() if bound is not None}
    if operation.key("missing"):
        words_of["missing"] = f"no {operation.noun}"
    if operation.key("restricted"):
        words_of["restricted"] = f"{noun} without permission"
    if isinstance(domain, Integer) and domain.maximum is not None:
        words_of["maximum"] = "the greatest id"
    return words_of


def _changed_ids(domain: Domain | None) -> dict[str, str]:
    """The classes of ids that are made of the description's."""
    found: dict[str, str] = {}
    if isinstance(domain, Integer):
        if domain.minimum is not None and domain.minimum >= 0:
            found["below"] = "negative"
        if domain.maximum is not None and domain.maximum < WORDS[-1]:
            found["above"] = f"plus {_power(word_over(domain.maximum))}"
        found["word"] = "followed by letters"
        found["padded"] = "with a leading zero"
        found["encoded"] = "with a percent-encoded digit"
        found["text"] = "that is a word"
    elif isinstance(domain, Text):
        if domain.longest is not None:
            found["above"] = "too long"
        found["word"] = "followed by NUL"
    return found


def _bodies(operation: Operation) -> dict[str, str]:
    if operation.body is None:
        return {}
    found = {"truncated": "a truncated body"}
    if (wrong := wrong_member(operation)) is not None:
        words = "that is a number" if wrong[1] == 1 else "that is a string"
        found["number"] = member_words(operation.body, wrong[0], words)
        found |= {kind: member_words(operation.body, wrong[0], f"that is {one}") for kind, one in _others(operation)}
    of_others = {"absent": "no body", "array": "an array as body", "nothing": "null as body"}
    return {**found, **of_others, "empty": "an empty object as body"}


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


def _others(operation: Operation) -> Iterator[tuple[str, str]]:
    """Further classes of a member that is not of its type, where it may be neither."""
    wrong = wrong_member(operation)
    members = (operation.body.schema.get("properties") or {}) if operation.body and wrong else {}
    types = (members.get(wrong[0]) or {}).get("type") if wrong else None
    for kind, words in (("object", "an object"), ("null", "null")):
        if types and kind not in ([types] if isinstance(types, str) else types):
            yield kind, words


BODILESS = frozenset({"HEAD", "GET", "DELETE"})
_CHANGED = frozenset({"near", "over"})
"""Classes of the valid token, changed, which goes to the description's resource and to nothing else."""
_STRAY = frozenset({"text", "under", "over"})
"""Classes of ids that are not made of the description's."""
_SILENT = frozenset({"padded", "encoded"})
"""Classes of ids that may name the resource: how is silent, so that they stand beside a stranger's token alone."""
_STRANGERS = frozenset({"missing", "unknown", "empty", "odd"})
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
token-restricted.media-text token-restricted.media-none token-restricted.media-form token-restricted.path-query
id-restricted.media-text id-restricted.media-none id-restricted.media-form id-restricted.path-query
id-missing.media-text id-missing.media-none id-missing.media-form id-missing.path-query
token-near.id-below.body-null.media-none id-under.body-absent.media-form.path-debug
token-empty.body-empty.media-xml.path-debug token-odd.id-padded.body-object.media-text
token-missing.id-over.body-empty.media-none token-restricted.id-over.body-number.media-xml
token-empty.id-padded.body-number.media-none id-text.body-object.media-xml.path-query
token-empty.id-under.body-truncated.media-text id-word.body-empty.media-multipart.path-query
token-odd.id-under.body-number.media-multipart token-odd.id-text.body-nothing.media-none
token-near.id-above.body-array.media-multipart token-near.id-word.body-absent.media-xml
token-empty.id-restricted.media-multipart token-restricted.id-below.body-object.media-multipart
token-missing.id-missing.body-object.media-form token-near.body-number.media-text.path-query
token-missing.body-truncated.media-xml.path-debug token-odd.id-missing.body-empty.media-xml
token-near.id-restricted.body-empty.media-xml token-empty.id-over.body-object
token-missing.body-null.media-multipart.path-debug token-empty.id-text.body-empty.media-text
token-unknown.id-text.body-absent.media-multipart token-empty.id-missing.body-absent.media-text
token-restricted.id-word.body-empty.media-form token-empty.id-text.body-nothing.media-form
id-word.body-nothing.media-none.path-debug token-odd.id-restricted.body-null.media-form
token-near.id-missing.body-truncated.media-form token-missing.id-restricted.body-array.media-xml
body-object.media-none token-missing.id-text.body-number.media-form
token-restricted.id-restricted.body-null.media-text token-empty.id-below.body-null.media-xml token-near.media-xml
id-below.body-nothing.media-text id-word.body-truncated.media-multipart token-near.body-object id-over.body-null
id-over.media-form id-under.body-empty id-word.body-null id-missing.media-multipart id-over.body-truncated
body-truncated.media-none id-text.body-truncated id-restricted.body-object id-text.body-null id-missing.body-null
token-unknown.id-maximum.body-array.method-PUT id-restricted.body-truncated.media-none.method-PUT
id-missing.body-absent.media-text.method-PUT token-restricted.id-text.media-form.method-PUT
id-above.body-empty.method-PUT token-missing.body-number.method-PUT token-unknown.id-maximum.method-DELETE
id-restricted.method-DELETE id-missing.method-DELETE token-restricted.id-text.method-DELETE id-above.method-DELETE
token-missing.method-DELETE token-restricted.method-GET id-missing.method-GET token-missing.method-GET
id-above.method-GET body-number.method-PATCH token-unknown.id-text.method-PATCH id-missing.method-PATCH
id-missing.method-HEAD token-missing.method-HEAD token-restricted.body-truncated.media-form.method-PUT.path-slash
id-missing.body-number.path-slash token-unknown.method-DELETE.path-slash
token-restricted.body-truncated.media-form.method-PUT.path-respelt id-missing.body-number.path-respelt
token-unknown.method-DELETE.path-respelt
"""
STANDARD: tuple[str, ...] = (*FIRST, *_MADE.split())

PLAIN: tuple[str, ...] = (
    "token-missing.path-capitals",
    "token-missing.path-encoded",
    "token-missing.path-query",
    "token-missing.path-debug",
    "token-unknown.path-slash-query",
    "token-empty.id-under",
    "token-restricted.id-under",
    "token-missing.id-padded",
    "token-unknown.id-encoded",
    "token-restricted.id-maximum",
    "token-missing.body-nothing",
    "token-unknown.body-array",
    "token-odd.body-truncated",
    "token-empty.media-form",
    "token-over.body-absent",
    "token-unknown.id-below.body-truncated",
    "token-missing.id-text.body-truncated",
    "token-empty.id-above.body-array",
    "token-restricted.body-null",
    "id-over.media-text",
    "id-word.media-text",
    "id-restricted.body-absent",
    "body-array.path-debug",
    "method-DELETE.path-query",
    "method-PATCH.path-slash",
    "method-PUT.path-capitals",
    "id-under.method-GET",
)
"""Rows of classes that the arrays leave to deep: ways round the token, the greatest id, members that a program reads
before it knows who asks; and rows that are wrong in three things which the arrays never have together."""


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
            stray = made.classes.get("id") in _STRAY and made.classes.get("token") in _CHANGED
            silent = made.classes.get("id") in _SILENT and made.classes.get("token") not in _STRANGERS
            if made.name not in (*STANDARD, *PLAIN) and not bodiless and not stray and not silent:
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
        if token == "odd":  # noqa: S105 - a class
            return clauses.unrecognised + clauses.recorded("order")
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
        of["padded"], of["encoded"] = f"0{own}", f"%{ord(str(own)[0]):02X}{str(own)[1:]}"
        of["under"], of["over"] = str((domain.minimum or 0) - 1), str((domain.maximum or 0) + 1)
        return of[name].encode()
    plain = quote(str(own), safe="").encode()
    if name == "above" and isinstance(domain, Text):
        longer = (domain.longest or 0) // len(str(own) or "x") + 1
        return quote((str(own) * (longer + 1))[: (domain.longest or 0) + 1], safe="").encode()
    return plain + b"%00"


def _body(name: str, fixtures: TargetFixtures) -> bytes | None:
    own = fixtures.body or b""
    wrong = wrong_member(fixtures.operation)
    if wrong is not None and name in {"number", "object", "null"}:
        member, number = wrong
        value = {"number": number, "object": {member: number}, "null": None}[name]
        return json.dumps({**json.loads(own), member: value}).encode("ascii")
    return {"truncated": own[:-1], "array": b"[%b]" % own, "nothing": b"null", "empty": b"{}"}.get(name)


def _token(row: Combination, fixtures: TargetFixtures) -> Token | None:
    name, valid = row.classes.get("token", ""), fixtures.token
    given = {"": valid, "missing": None, "empty": Token(b""), "restricted": fixtures.restricted_token}
    if name in given:
        return given[name]
    if name == "near":
        return cut(valid)
    if name == "over":
        return padded(valid, (fixtures.operation.credential.longest or 0) + 1)
    shortest = max(fixtures.operation.credential.shortest, 1) if row.classes.get("body") == "array" else None
    token = unknown(fixtures, f"pair-{row.name}", shortest)  # an extreme, and what is odd beside it
    return Token(token.value[:20] + b"\xe9\xff" + token.value[20:]) if name == "odd" else token
