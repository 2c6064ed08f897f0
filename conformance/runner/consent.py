"""Before the first write off loopback the run says what it will change, and asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.facts import Role, facts_of
from conformance.exceptions import UsageError
from conformance.plan.policy import Mutation

if TYPE_CHECKING:
    from conformance.engine.preparation import Preparation

__all__ = ["changes", "require_consent"]

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}  # RFC 9110 section 9.2.1


def changes(preparation: Preparation) -> str | None:
    """What the run will change on its target, in a sentence, or None where it needs no consent."""
    target, fixtures = preparation.target, preparation.fixtures
    if target.loopback or preparation.settings.dry_run or preparation.mutation is Mutation.NEVER:
        return None
    operation = fixtures.operation
    valid = [
        (probe, probe.request.method)
        for probe in preparation.plan.sent
        if probe.request is not None and facts_of(probe.request, fixtures.known).token.good
    ]
    if not {operation.method, *(method for _, method in valid)} - _SAFE:
        return None
    generated = sum(prop.examples(preparation.profile) for prop in preparation.properties)
    each = sum(probe.copies for probe, _ in valid) + generated + len(preparation.examples)
    repeat = preparation.settings.repeat
    most = preparation.max_requests
    runs = f" in {repeat} runs" if repeat > 1 else ""
    urls = f" with {target.url} and other urls" if target.url else ""
    return (
        f"{target.base_url}: about {min(each, most) * repeat:,} requests with a valid token{runs} (at most "
        f"{most * repeat:,} where failures are shrunk) send {operation.method} {operation.template}"
        f"{_reach(preparation)}{urls}; what they change, nothing here undoes"
    )


def require_consent(preparation: Preparation, flag: str) -> None:
    """Raise UsageError where consent is needed and was not given; for callers that cannot ask."""
    said = changes(preparation)
    if said and not preparation.settings.yes:
        raise UsageError(f"{said}; give {flag} if that is meant")


def _reach(preparation: Preparation) -> str:
    """The resources that a target which keeps its promises lets it change."""
    name = preparation.contract.operation.resource
    if name is None:
        return ""
    if preparation.mutation is Mutation.ANY:
        return f" for any {name} of the account"
    permitted = [str(found) for found, role in preparation.fixtures.roles.items() if role is Role.PERMITTED]
    return f" for {name} {' and '.join(permitted)}"
