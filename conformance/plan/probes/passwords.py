"""Urls with a password in requests that are refused: a refusal that quotes what it refuses gives it away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind, read_body
from conformance.contract.operation import Integer
from conformance.plan.fixtures import Profile
from conformance.plan.probe import Probe
from conformance.plan.probes.bodies import Documented, called
from conformance.plan.requests import documented
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

    Row = tuple[str, str, Request | None, str | None, Profile]

__all__ = ["password_probes"]

_URL = "https://mirror:correct-horse-battery@mirror.invalid/test.git"


def password_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """For each reason to refuse a request one whose url has a password."""
    member = fixtures.operation.url_member
    if member is None:
        return
    for name, words, request, key, profile in (*_refused(fixtures), *_bodies(fixtures)):
        declared = clauses.ids("no-password")
        if request is not None and profile is Profile.STANDARD and _in_question(request, fixtures):
            declared += clauses.documented
        withheld = None if request else f"the description has no {key}"
        title = f"{called(member)} with a password, {words}"
        yield Probe(f"password.{name}", title, declared, request, withheld, profile)


def _in_question(request: Request, fixtures: TargetFixtures) -> bool:
    """Whether the body and the method are the documented ones, so that the status has to be."""
    operation = fixtures.operation
    return request.method == operation.method and read_body(request.body, operation).kind is BodyKind.DOCUMENTED


def _refused(fixtures: TargetFixtures) -> Iterator[Row]:
    body, operation = fixtures.body_with(_URL), fixtures.operation
    usual = documented(fixtures, fixtures.token, body=body)
    restricted, missing = fixtures.restricted_token, fixtures.missing_resource
    stranger, noun = unknown(fixtures, "password"), operation.noun
    yield "unknown-token", "with an unknown token", replace(usual, token=stranger), None, Profile.STANDARD
    without = replace(usual, token=restricted) if restricted else None
    yield "restricted-token", "without permission", without, "restricted_token", Profile.STANDARD
    if key := operation.key("missing"):
        lost = None if missing is None else documented(fixtures, fixtures.token, missing, body=body)
        yield f"missing-{noun.replace(' ', '-')}", f"to no {noun}", lost, key, Profile.STANDARD
    domain = operation.identifier.domain if operation.identifier else None
    if isinstance(domain, Integer) and domain.minimum is not None:
        below = domain.minimum - 1
        bad = documented(fixtures, fixtures.token, below, body=body)
        yield "bad-id", f"to id {below}", bad, None, Profile.DEEP
    other = "PUT" if operation.method != "PUT" else "POST"
    yield "method", f"with {other}", replace(usual, method=other), None, Profile.STANDARD
    text = replace(usual, headers=((b"Content-Type", b"text/plain"),))
    yield "media-type", "as text", text, None, Profile.DEEP


def _bodies(fixtures: TargetFixtures) -> Iterator[Row]:
    described = fixtures.operation.body
    if described is None:
        return
    own, text = Documented(fixtures, described), json.dumps(_URL).encode()
    whole = fixtures.body_with(_URL) or b""
    for name, words, body, profile in (
        (
            "port",
            "and a port that is no number",
            fixtures.body_with(_URL.replace("d/", "d:port/")),
            Profile.STANDARD,
        ),
        ("truncated", "in a body that is cut", whole[:-1], Profile.STANDARD),
        ("array", "in an array", own.put(b"[%b]" % text), Profile.STANDARD),
        ("other-member", "in another member", own.renamed(own.other_name, _URL), Profile.STANDARD),
        ("scheme", "and another scheme", fixtures.body_with(_URL.replace("https", "ssh")), Profile.DEEP),
        ("bracket", "and a bracket", fixtures.body_with(_URL.replace("mirror.", "[mirror.")), Profile.DEEP),
        ("long", "of 2,001 characters", fixtures.body_with(_URL.ljust(2001, "a")), Profile.DEEP),
        ("string", "that is the whole body", text, Profile.DEEP),
    ):
        yield name, words, documented(fixtures, fixtures.token, body=body), None, profile
