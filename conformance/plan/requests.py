"""Requests made of the fixtures: the documented one, and that one with something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.message import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.message import Token
    from conformance.contract.values import Identifier
    from conformance.plan.fixtures import TargetFixtures

__all__ = ["SAFE", "documented", "media_of"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""The methods that change nothing (RFC 9110 section 9.2.1)."""


def media_of(fixtures: TargetFixtures) -> tuple[tuple[bytes, bytes], ...]:
    """The header fields of the documented request, beside the token's."""
    body = fixtures.operation.body
    return ((b"Content-Type", body.media.encode("ascii")),) if body else ()


def documented(
    fixtures: TargetFixtures,
    token: Token | None,
    resource: Identifier | bytes | None = None,
    *,
    body: bytes | None = None,
    changed: Mapping[str, bytes | None] | None = None,
) -> Request:
    """The documented request with an identifier or the bytes of a path segment; by default the description's.

    `body` takes the place of the documented one, `changed` that of the bytes of other parameters; a query parameter
    that is None in it is left out.
    """
    segment = resource if isinstance(resource, bytes) or resource is None else quote(str(resource), safe="").encode()
    return Request(
        fixtures.operation.method,
        fixtures.target(segment, changed),
        token,
        fixtures.body if body is None else body,
        media_of(fixtures),
        token_header=fixtures.header,
    )
