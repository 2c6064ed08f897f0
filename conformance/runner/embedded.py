"""The embedded mock as a target: what `conformance run` tests when no target is named."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.config.targets import build_target
from conformance.mock import Fixtures, Mock, running
from conformance.plan.probes.lookups import float32_neighbour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.config.description import Target
    from conformance.mock import Application

__all__ = ["EMBEDDED", "embedded_target", "target_of"]

EMBEDDED = "embedded-mock"
_NEIGHBOUR = str(float32_neighbour(Fixtures.default().repository_id))


@contextmanager
def embedded_target(app: Application | None = None, latency_ms: float = 0) -> Iterator[Target]:
    """Serve the mock, or another application with its fixtures, on a free loopback port, and describe it."""
    fixtures = Fixtures.default()
    with running(app or Mock(fixtures), latency_ms=latency_ms) as base_url:
        yield target_of(fixtures, base_url)


def target_of(fixtures: Fixtures, base_url: str) -> Target:
    """The description of a server that has these fixtures."""
    table = {
        "base_url": base_url,
        "token": fixtures.token,
        "restricted_token": fixtures.restricted_token,
        "repository_id": fixtures.repository_id,
        "restricted_repository_id": fixtures.restricted_repository_id,
        "missing_repository_id": fixtures.missing_repository_id,
        "tokens_by_length": {str(length): token for length, token in fixtures.tokens_by_length.items()},
        "repositories": {"1": "permitted", "2147483647": "permitted", _NEIGHBOUR: "missing"},
    }
    return build_target(EMBEDDED, table, environ={})
