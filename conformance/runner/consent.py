"""Before the first write off loopback the run says what it will change, and asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from conformance.engine.preparation import Preparation

__all__ = ["changes", "require_consent"]


def changes(preparation: Preparation) -> str | None:
    """What the run will change on its target, in a sentence, or None where it needs no consent."""
    target, inventory = preparation.target, preparation.inventory
    if target.loopback or preparation.settings.dry_run or preparation.mutation == "never":
        return None
    writes = [
        probe
        for probe in preparation.plan.sent
        if probe.request is not None and facts_of(probe.request, inventory.surroundings).token.good
    ]
    reach = (
        f"repository {target.repository_id}" if preparation.mutation == "fixture" else "any repository of the account"
    )
    count = sum(probe.copies for probe in writes)
    return (
        f"{target.base_url}: up to {count} requests with a valid token associate {reach} with {target.mirror_url} "
        "and other urls; an association cannot be undone through the API"
    )


def require_consent(preparation: Preparation, flag: str) -> None:
    """Raise UsageError where consent is needed and was not given; for callers that cannot ask."""
    said = changes(preparation)
    if said and not preparation.settings.yes:
        raise UsageError(f"{said}; give {flag} if that is meant")
