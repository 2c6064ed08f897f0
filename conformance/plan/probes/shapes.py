"""Unknown tokens of the shapes that other services give out, and one far over the maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.message import Token
from conformance.plan.fixtures import Profile
from conformance.plan.probe import Probe
from conformance.plan.probes.tokens import of_length
from conformance.plan.requests import documented
from conformance.plan.tokens import strange, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

__all__ = ["shape_probes"]

_FAR = 1_000_000
"""Characters, or ten times the maximum; a server may end the connection while so many come in."""

_SHAPES = (
    # {"alg":"none"} and {"sub":"root"} (RFC 7519 section 6), then {"alg":"HS256"}
    ("jwt-unsigned", b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.", "that is a JWT without a signature", False),
    ("jwt-signed", b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb290In0.%b", "that is a JWT with a wrong signature", False),
    ("base64-padded", b"%b==", "in base64, with padding", False),
    ("json", b'{"token":"%b"}', "that is an object of JSON", False),
    ("quoted", b'"%b"', "in quotation marks", False),
    ("jwe", b"eyJhbGciOiJkaXIifQ..%b.%b.%b", "that is a JWE", True),
    ("json-array", b'["%b"]', "that is an array of JSON", True),
    ("uuid", b"5f0c3b9a-6d1e-4b8e-9c57-0a2d3e4f5a6b", "that is a UUID", True),
    ("basic", b"Basic:%b", "that is credentials of another scheme", True),
    ("url", b"https://mirror.invalid/%b", "that is a url", True),
)


def shape_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """To the description's resource; a token far over the maximum goes to loopback only."""
    credential = fixtures.operation.credential
    for name, form, words, deep in _SHAPES:
        part = unknown(fixtures, f"shape-{name}", 42).value
        value = form.replace(b"%b", part)
        meant = not strange(value, fixtures.known.tokens)
        yield Probe(
            f"token.unknown.{name}",
            f"an unknown token {words}",
            of_length(clauses, credential, len(value)),
            None if meant else documented(fixtures, Token(value)),
            "a valid token begins like it" if meant else None,
            Profile.DEEP if deep else Profile.STANDARD,
        )
    if credential.longest is None:
        return
    far = max(_FAR, 10 * credential.longest)
    yield Probe(
        f"token.unknown.length-{far}",
        f"an unknown token of {far:,} characters (far over the maximum)",
        clauses.refused(credential="over-maximum"),
        documented(fixtures, unknown(fixtures, "length", far)) if fixtures.loopback else None,
        None if fixtures.loopback else "a token far over the maximum goes to loopback only",
    )
