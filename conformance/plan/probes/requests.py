"""The documented request, first, again, at once and last; then with other methods, and other spellings of its path."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.message import Request
from conformance.plan.fixtures import TargetFixtures, ordinary
from conformance.plan.policy import SAFE
from conformance.plan.probe import Declared, Probe, Profile, Stage
from conformance.strategies.schemas import left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.contract.operation import Operation

_CREATION, _BURST, _LAST = 4, 8, 2  # how many requests
_WITHOUT_BODY = {"GET", "TRACE"}  # others carry it: who takes them for the documented one refuses an empty one
_OF_APPLICATIONS = {"GET", "POST", "PUT", "PATCH", "DELETE"}  # what a parser or a proxy does not answer by itself
_RARE = ("SEARCH", "LINK", "LOCK", "QUERY")
_ALIKE = {
    "trailing-slash",
    "dot-segment",
    "suffix",
    "query",
    "capitals",
    "encoded-letter",
    "other-version",
    "double-slash",
}
"""Spellings of the path that pairs are alike, or that are another resource to every router; deep sends them."""

_VERSION = re.compile(r"v(\d+)")
_UNDOCUMENTED = (
    ("dry_run", "true"), ("debug", "1"), ("admin", "true"), ("token", "admin"), ("access_token", "admin"),
    ("api_key", "admin"), ("callback", "f"), ("debug", "true"), ("force", "true"), ("internal", "true"),
    ("mock", "true"), ("noauth", "1"), ("preview", "true"), ("signature", "x"), ("skip_auth", "true"), ("test", "1"),
    ("trace", "1"), ("user", "admin"), ("user_id", "1"), ("version", "1"), ("unknown_parameter", "1"),
)  # fmt: skip
"""Query parameters that some operation may have, and this one has not."""


def state_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """The first request carries every clause of a success; what follows looks at the state that it left.

    A request that is not said to be the same when it is repeated is not repeated for that, nor sent many at once.
    """
    operation = fixtures.operation
    first = fixtures.request(fixtures.token)
    success = (*clauses.success(operation.success), *_without(fixtures, clauses))
    opening = [("state.first", "the first request", tuple(dict.fromkeys(success)))]
    if again := clauses.same_again(at_once=False):
        opening.append(("state.again", "the same request again", again))
    for name, title, ids in opening:
        yield Probe(name, title, ids, first, profile=Profile.SMOKE, stage=Stage.SETUP)
    if at_once := clauses.same_again(at_once=True):
        if operation.url_member is not None and operation.method not in SAFE:
            url = f"https://mirror.invalid/at-once-{fixtures.seed}.git"
            fresh = fixtures.request(fixtures.token, body=fixtures.body_with(url))
            title = f"a request with a new {operation.url_member}, {_CREATION} times at once"
            yield Probe("state.creation", title, at_once, fresh, stage=Stage.CREATION, copies=_CREATION)
        title = f"the same request {_BURST} times at once"
        yield Probe("state.burst", title, at_once, first, stage=Stage.BURST, copies=_BURST)
    if fixtures.resource is not None and (target := fixtures.read_back(fixtures.resource)) is not None:
        request = Request("GET", target, fixtures.token, token_header=fixtures.header)
        title = f"the {operation.noun}, read back"
        yield Probe("state.read-back", title, clauses.recorded("read-back"), request, stage=Stage.BURST)
    title = f"the same request after everything else, {_LAST} times"
    owed = clauses.owed(role="permitted") + clauses.documented
    yield Probe("state.last", title, owed, first, stage=Stage.LAST, copies=_LAST)


def _without(fixtures: TargetFixtures, clauses: Declared) -> Iterator[str]:
    """The clauses about the members that the documented request leaves out."""
    body = fixtures.operation.body
    for member in left_out(body.schema, json.loads(fixtures.body or b"{}")) if body else ():
        yield from clauses.owed(member=member, when="absent")


def method_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Methods with the valid token, then paths that are nearly the document's."""
    request = fixtures.request(fixtures.token)
    own = request.method
    other, rare = clauses.refused(method="other"), {own.title(), *_RARE}
    for method in _methods(fixtures.operation):
        changed = replace(request, method=method)
        if method in _WITHOUT_BODY:
            changed = replace(changed, body=None, headers=())
        envelope = clauses.ids("envelope", status="other") if method in _OF_APPLICATIONS else ()
        name = "lower-case-" * (method == own.lower()) + "mixed-case-" * (method == own.title()) + method
        profile = Profile.SMOKE if method in {"GET", "PUT"} else Profile.DEEP if method in rare else Profile.STANDARD
        yield Probe(f"method.{name}", f"{method} on the path", other + envelope, changed, profile=profile)
    if own not in SAFE and request.body is not None:
        changed = replace(request, method="GET")
        yield Probe("method.GET.with-body", "GET with a body on the path", other, changed, profile=Profile.DEEP)
    if own != "OPTIONS":
        ids = other + clauses.recorded("options")
        yield Probe("method.OPTIONS", "OPTIONS on the path", ids, replace(request, method="OPTIONS"))
    if own not in SAFE:
        names = (b"X-HTTP-Method-Override", b"X-HTTP-Method", b"X-Method-Override")
        fields = (*request.headers, *((name, own.encode()) for name in names))
        changed = replace(request, method="GET", headers=fields)
        yield Probe("method.override", f"GET that asks to be taken for {own}", other, changed)
        mark, body = (b"&" if b"?" in request.target else b"?"), b'{"_method": "%b"' % own.encode()
        target = request.target + mark + b"&".join(b"%b=%b" % (name, own.encode()) for name in (b"_method", b"method"))
        whole = body + b", " * (request.body not in {None, b"{}"}) + (request.body or b"{}")[1:]
        changed = replace(request, method="PUT" if own != "PUT" else "PATCH", target=target, headers=fields, body=whole)
        title = f"{changed.method} that asks in the query to be taken for {own}"
        yield Probe("method.override.query", title, other, changed)
    yield from _paths(fixtures, clauses)


def _methods(operation: Operation) -> Iterator[str]:
    """Methods that are not the documented one; one is made of the path's last word, and two have small letters."""
    own = operation.method
    alike = {own, "HEAD"} if own == "GET" else {own}  # what answers GET answers HEAD (RFC 9110 section 9.3.2)
    yield from (one for one in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE") if one not in alike)
    literals = [segment for segment in operation.segments if not segment.startswith("{")]
    words = [word for word in (re.sub("[^A-Z]", "", literal.upper()) for literal in literals) if word]
    yield words[-1] if words and words[-1] not in alike else "UNKNOWN"
    yield own.lower()
    yield from (own.title(), "COPY", "PROPFIND", "PURGE", *_RARE)


def _paths(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    request, spelt = fixtures.request(fixtures.token), spellings(fixtures.operation)
    for spelling, name, words in (
        ("slash", "trailing-slash", "with a trailing slash"),
        ("doubled", "double-slash", "with a doubled slash"),
        ("query", "query", "with a query"),
        ("all-capitals", "capitals", "in capitals"),
        ("encoded", "encoded-letter", "with an encoded letter"),
        ("dot-segment", "dot-segment", "with a dot segment"),
        ("other-version", "other-version", "of another version"),
        ("suffix", "suffix", "with a suffix"),
    ):
        if spelling in spelt:
            changed = replace(request, target=spelt[spelling](request.target))
            profile = Profile.DEEP if name in _ALIKE else Profile.STANDARD
            yield Probe(f"path.{name}", f"the path {words}", clauses.recorded("path"), changed, profile=profile)
    empty = replace(request, target=request.target + b"?" * (b"?" not in request.target))
    silent = clauses.recorded("path")
    yield Probe("path.query.empty", "the path with an empty query", silent, empty, profile=Profile.DEEP)
    queried = replace(request, target=spelt["query"](request.target), token=ordinary(fixtures))
    ids = clauses.unrecognised + clauses.recorded("path")
    words = "the path with a query, with an unknown token"
    yield Probe("path.query.unknown-token", words, ids, queried, profile=Profile.DEEP)  # as pairs are
    for spelling, name, words in (
        ("suffix", "suffix", "with a suffix"),
        ("dot-segments", "dot-segment", "with dot segments"),
        ("matrix", "matrix", "with a matrix parameter"),
        ("further", "further-segment", "with a further segment"),
    ):
        if spelling in spelt:
            changed = replace(request, target=spelt[spelling](request.target), token=None)
            yield Probe(f"path.{name}.missing-token", f"the path {words}, with no token", ids, changed)


def spellings(operation: Operation) -> dict[str, Callable[[bytes], bytes]]:
    """Other spellings of a request target on the documented path, by name; each keeps the values in it.

    A lenient router takes them for the documented path; a strict one does not know them.
    """
    own = operation.segments
    literal = [not segment.startswith("{") for segment in own]
    first = literal.index(False) if False in literal else len(own)
    documented = {one.name for one in operation.queries}
    odd = [f"{name}={value}".encode() for name, value in _UNDOCUMENTED if name not in documented]
    debug = b"debug=1" if b"debug=1" in odd else odd[0]
    slash = _on_path(lambda segments: [*segments, b""])
    found: dict[str, Callable[[bytes], bytes]] = {
        "slash": slash,
        "query": lambda target: _queried(target, b"&".join(odd)),
        "debug": lambda target: _queried(target, debug),
        "slash-query": lambda target: _queried(slash(target), odd[-1]),
        "doubled": _on_path(lambda segments: [segments[0], b"", *segments[1:]]),
        "dot-segment": _on_path(lambda segments: [*segments[:first], b".", *segments[first:]]),
    }
    found["dot-segments"] = _on_path(
        lambda segments: [*segments[:first], b".", *segments[first:-1], b"x", b"..", segments[-1]]
    )
    if any(literal):
        last = max(place for place, fixed in enumerate(literal) if fixed)
        found["all-capitals"] = _on_path(_each(lambda place: literal[place], bytes.title))
        encoded = _each(lambda place: place == last, lambda one: b"%%%02X%b" % (one[0], one[1:]))
        found["encoded"] = _on_path(encoded)
        found["respelt"] = _on_path(lambda segments: [segments[0], b"", *encoded(segments)[1:], b""])
    if first:
        found["capitals"] = _on_path(_each(lambda place: place < first, bytes.title))
    versions = [place for place, segment in enumerate(own) if literal[place] and _VERSION.fullmatch(segment)]
    if versions:
        number = int(own[versions[0]][1:])
        other = b"v%d" % (number - 1 if number > 1 else number + 1)
        found["other-version"] = _on_path(_each(lambda place: place == versions[0], lambda _: other))
    if literal[-1]:
        found["suffix"] = _on_path(lambda segments: [*segments[:-1], segments[-1] + b".json"])
        found["further"] = _on_path(lambda segments: [*segments, b"further"])
        found["matrix"] = _on_path(lambda segments: [*segments[:-1], segments[-1] + b";v=1"])
    return found


def _queried(target: bytes, more: bytes) -> bytes:
    return target + (b"&" if b"?" in target else b"?") + more


def _each(where: Callable[[int], bool], change: Callable[[bytes], bytes]) -> Callable[[list[bytes]], list[bytes]]:
    """Changes the segments at some places of a path."""
    return lambda segments: [change(one) if where(place) else one for place, one in enumerate(segments)]


def _on_path(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    """Changes the segments of a target's path, and leaves its query."""

    def changed(target: bytes) -> bytes:
        path, mark, query = target.partition(b"?")
        return b"/" + b"/".join(change(path.split(b"/")[1:])) + mark + query

    return changed
