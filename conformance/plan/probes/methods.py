"""Other methods on the path, and other spellings of the path."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.plan.fixtures import Profile
from conformance.plan.paths import spellings
from conformance.plan.probe import Probe
from conformance.plan.requests import SAFE, documented
from conformance.plan.tokens import ordinary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.operation import Operation
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

__all__ = ["method_probes"]

_WITHOUT_BODY = {"GET", "TRACE"}  # others carry it: who takes them for the documented one refuses an empty one
_OF_APPLICATIONS = {"GET", "POST", "PUT", "PATCH", "DELETE"}  # what a parser or a proxy does not answer by itself


def method_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Methods with the valid token, then paths that are nearly the document's."""
    request = documented(fixtures, fixtures.token)
    own = request.method
    other = clauses.refused(method="other")
    for method in _methods(fixtures.operation):
        changed = replace(request, method=method)
        if method in _WITHOUT_BODY:
            changed = replace(changed, body=None, headers=())
        envelope = clauses.ids("envelope", status="other") if method in _OF_APPLICATIONS else ()
        name = "lower-case-" * (method == own.lower()) + method
        profile = Profile.SMOKE if method in {"GET", "PUT"} else Profile.STANDARD
        yield Probe(f"method.{name}", f"{method} on the path", other + envelope, changed, profile=profile)
    if own not in SAFE and request.body is not None:
        changed = replace(request, method="GET")
        yield Probe("method.GET.with-body", "GET with a body on the path", other, changed, profile=Profile.DEEP)
    if own != "OPTIONS":
        ids = other + clauses.recorded("options")
        yield Probe("method.OPTIONS", "OPTIONS on the path", ids, replace(request, method="OPTIONS"))
    if own not in SAFE:
        fields = (*request.headers, (b"X-HTTP-Method-Override", own.encode()))
        changed = replace(request, method="GET", headers=fields)
        yield Probe("method.override", f"GET that asks to be taken for {own}", other, changed)
    yield from _paths(fixtures, clauses)


def _methods(operation: Operation) -> Iterator[str]:
    """Methods that are not the documented one; one is made of the path's last word, and one has small letters."""
    own = operation.method
    alike = {own, "HEAD"} if own == "GET" else {own}  # what answers GET answers HEAD (RFC 9110 section 9.3.2)
    yield from (one for one in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE") if one not in alike)
    literals = [segment for segment in operation.segments if not segment.startswith("{")]
    words = [word for word in (re.sub("[^A-Z]", "", literal.upper()) for literal in literals) if word]
    yield words[-1] if words and words[-1] not in alike else "UNKNOWN"
    yield own.lower()
    yield from ("COPY", "PROPFIND", "LINK")


def _paths(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    request, spelt = documented(fixtures, fixtures.token), spellings(fixtures.operation)
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
            profile = Profile.DEEP if name in {"dot-segment", "suffix"} else Profile.STANDARD  # as others are
            yield Probe(f"path.{name}", f"the path {words}", clauses.recorded("path"), changed, profile=profile)
    queried = replace(request, target=spelt["query"](request.target), token=ordinary(fixtures))
    ids = clauses.unrecognised + clauses.recorded("path")
    yield Probe("path.query.unknown-token", "the path with a query, with an unknown token", ids, queried)
    for spelling, name, words in (
        ("suffix", "suffix", "with a suffix"),
        ("dot-segments", "dot-segment", "with dot segments"),
        ("matrix", "matrix", "with a matrix parameter"),
    ):
        if spelling in spelt:
            changed = replace(request, target=spelt[spelling](request.target), token=None)
            yield Probe(f"path.{name}.missing-token", f"the path {words}, with no token", ids, changed)
