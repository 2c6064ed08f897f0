"""Urls with a password in requests that are refused: a refusal that quotes what it refuses gives it away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind, read_body
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.requests import body_of, documented
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory

__all__ = ["password_probes"]

_URL = "https://mirror:correct-horse-battery@mirror.invalid/test.git"


def password_probes(inventory: Inventory) -> Iterator[Probe]:
    """For each reason to refuse a request one whose url has a password."""
    body = body_of(_URL)
    associated = documented(inventory, inventory.token, body=body)
    restricted, missing = inventory.restricted_token, inventory.missing_resource
    rows = (
        ("unknown-token", "with an unknown token", replace(associated, token=unknown(inventory, "password", 64))),
        ("restricted-token", "without permission", restricted and replace(associated, token=restricted)),
        (
            "missing-repository",
            "to no repository",
            missing and documented(inventory, inventory.token, missing, body=body),
        ),
        ("bad-id", "to id 0", documented(inventory, inventory.token, 0, body=body)),
        ("method", "with PUT", replace(associated, method="PUT")),
        ("media-type", "as text", replace(associated, headers=((b"Content-Type", b"text/plain"),))),
    )
    deep = {"bad-id", "media-type"}
    for name, words, request in rows:
        key = {"restricted-token": "restricted_token", "missing-repository": "missing_repository_id"}.get(name, "")
        yield _probe(name, words, request or None, key, Profile.DEEP if name in deep else Profile.STANDARD)
    for name, words, sent, profile in _bodies():
        yield _probe(name, words, replace(associated, body=sent), "", profile)


def _probe(name: str, words: str, request: Request | None, key: str, profile: Profile) -> Probe:
    withheld = None if request else f"the description has no {key}"
    documented = (
        request is not None and request.method == "POST" and read_body(request.body).kind is BodyKind.DOCUMENTED
    )
    clauses = (
        ("leak.password", "status.documented") if documented and profile is Profile.STANDARD else ("leak.password",)
    )
    return Probe(f"password.{name}", f"a url with a password, {words}", clauses, request, withheld, profile)


def _bodies() -> Iterator[tuple[str, str, bytes, Profile]]:
    text = json.dumps(_URL).encode()
    yield "port", "and a port that is no number", body_of(_URL.replace("d/", "d:port/")), Profile.STANDARD
    yield "truncated", "in a body that is cut", b'{"url": %b' % text, Profile.STANDARD
    yield "array", "in an array", b'{"url": [%b]}' % text, Profile.STANDARD
    yield "other-member", "in another member", b'{"uri": %b}' % text, Profile.STANDARD
    yield "scheme", "and another scheme", body_of(_URL.replace("https", "ssh")), Profile.DEEP
    yield "bracket", "and a bracket", body_of(_URL.replace("mirror.", "[mirror.")), Profile.DEEP
    yield "long", "of 2,001 characters", body_of(_URL.ljust(2001, "a")), Profile.DEEP
    yield "string", "that is the whole body", text, Profile.DEEP
