"""Before the first write off loopback the run says what it will change, and asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.facts import Role, facts_of
from conformance.exceptions import UsageError
from conformance.plan.inventory import Mutation
from conformance.plan.properties import PROPERTIES

if TYPE_CHECKING:
    from conformance.engine.preparation import Preparation

__all__ = ["changes", "require_consent"]


def changes(preparation: Preparation) -> str | None:
    """What the run will change on its target, in a sentence, or None where it needs no consent."""
    target, inventory = preparation.target, preparation.inventory
    if target.loopback or preparation.settings.dry_run or preparation.mutation is Mutation.NEVER:
        return None
    writes = [
        probe
        for probe in preparation.plan.sent
        if probe.request is not None and facts_of(probe.request, inventory.surroundings).token.good
    ]
    generated = sum(prop.examples(preparation.profile) for prop in PROPERTIES)
    each = sum(probe.copies for probe in writes) + generated + len(preparation.examples)
    repeat = preparation.settings.repeat
    most = preparation.max_requests
    runs = f" in {repeat} runs" if repeat > 1 else ""
    return (
        f"{target.base_url}: about {min(each, most) * repeat:,} requests with a valid token{runs} (at most "
        f"{most * repeat:,} where failures are shrunk) associate {_reach(preparation)} with {target.mirror_url} "
        "and other urls; an association cannot be undone through the API"
    )


def require_consent(preparation: Preparation, flag: str) -> None:
    """Raise UsageError where consent is needed and was not given; for callers that cannot ask."""
    said = changes(preparation)
    if said and not preparation.settings.yes:
        raise UsageError(f"{said}; give {flag} if that is meant")


def _reach(preparation: Preparation) -> str:
    """The repositories that a target which keeps its promises lets it associate."""
    if preparation.mutation is Mutation.ANY:
        return "any repository of the account"
    permitted = [str(number) for number, role in preparation.inventory.roles.items() if role is Role.PERMITTED]
    return f"{'repository' if len(permitted) == 1 else 'the repositories'} {' and '.join(permitted)}"
