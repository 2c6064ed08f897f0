"""Urls with a password in requests that are refused: a refusal that quotes what it refuses gives it away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind, read_body
from conformance.contract.operation import Integer
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.probes.bodies import Documented, called
from conformance.plan.requests import documented
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory
    from conformance.plan.probe import Declared

    Row = tuple[str, str, Request | None, str | None, Profile]

__all__ = ["password_probes"]

_URL = "https://mirror:correct-horse-battery@mirror.invalid/test.git"


def password_probes(inventory: Inventory, clauses: Declared) -> Iterator[Probe]:
    """For each reason to refuse a request one whose url has a password."""
    member = inventory.operation.url_member
    if member is None:
        return
    for name, words, request, key, profile in (*_refused(inventory), *_bodies(inventory)):
        declared = clauses.ids("no-password")
        if request is not None and profile is Profile.STANDARD and _in_question(request, inventory):
            declared += clauses.documented
        withheld = None if request else f"the description has no {key}"
        title = f"{called(member)} with a password, {words}"
        yield Probe(f"password.{name}", title, declared, request, withheld, profile)


def _in_question(request: Request, inventory: Inventory) -> bool:
    """Whether the body and the method are the documented ones, so that the status has to be."""
    operation = inventory.operation
    return request.method == operation.method and read_body(request.body, operation).kind is BodyKind.DOCUMENTED


def _refused(inventory: Inventory) -> Iterator[Row]:
    body, operation = inventory.body_with(_URL), inventory.operation
    usual = documented(inventory, inventory.token, body=body)
    restricted, missing = inventory.restricted_token, inventory.missing_resource
    stranger, noun = unknown(inventory, "password"), operation.noun
    yield "unknown-token", "with an unknown token", replace(usual, token=stranger), None, Profile.STANDARD
    without = replace(usual, token=restricted) if restricted else None
    yield "restricted-token", "without permission", without, "restricted_token", Profile.STANDARD
    if key := operation.key("missing"):
        lost = None if missing is None else documented(inventory, inventory.token, missing, body=body)
        yield f"missing-{noun.replace(' ', '-')}", f"to no {noun}", lost, key, Profile.STANDARD
    domain = operation.identifier.domain if operation.identifier else None
    if isinstance(domain, Integer) and domain.minimum is not None:
        below = domain.minimum - 1
        bad = documented(inventory, inventory.token, below, body=body)
        yield "bad-id", f"to id {below}", bad, None, Profile.DEEP
    other = "PUT" if operation.method != "PUT" else "POST"
    yield "method", f"with {other}", replace(usual, method=other), None, Profile.STANDARD
    text = replace(usual, headers=((b"Content-Type", b"text/plain"),))
    yield "media-type", "as text", text, None, Profile.DEEP


def _bodies(inventory: Inventory) -> Iterator[Row]:
    described = inventory.operation.body
    if described is None:
        return
    own, text = Documented(inventory, described), json.dumps(_URL).encode()
    whole = inventory.body_with(_URL) or b""
    for name, words, body, profile in (
        (
            "port",
            "and a port that is no number",
            inventory.body_with(_URL.replace("d/", "d:port/")),
            Profile.STANDARD,
        ),
        ("truncated", "in a body that is cut", whole[:-1], Profile.STANDARD),
        ("array", "in an array", own.put(b"[%b]" % text), Profile.STANDARD),
        ("other-member", "in another member", own.renamed(own.other_name, _URL), Profile.STANDARD),
        ("scheme", "and another scheme", inventory.body_with(_URL.replace("https", "ssh")), Profile.DEEP),
        ("bracket", "and a bracket", inventory.body_with(_URL.replace("mirror.", "[mirror.")), Profile.DEEP),
        ("long", "of 2,001 characters", inventory.body_with(_URL.ljust(2001, "a")), Profile.DEEP),
        ("string", "that is the whole body", text, Profile.DEEP),
    ):
        yield name, words, documented(inventory, inventory.token, body=body), None, profile
