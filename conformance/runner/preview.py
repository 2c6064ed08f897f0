"""Before anything is sent: the list of requests (`--dry-run`), and the consent to changes on the target."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from conformance.contract.facts import Role, facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.engine.properties import Replay
from conformance.exceptions import UsageError
from conformance.plan.policy import MUTATION
from conformance.plan.probe import Mutation, Stage
from conformance.report.words import count_words
from conformance.runner.case import Kind, selected

if TYPE_CHECKING:
    from rich.console import Console

    from conformance.engine.preparation import Preparation

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}  # RFC 9110 section 9.2.1


def dry_run(preparation: Preparation, console: Console) -> int:
    """Print every probe that would be sent, the withheld ones with the reason, and the counts by kind; return 0."""

    def say(line: str = "") -> None:
        """Print a line; on a terminal the rest of a long one stands below its words."""
        hang = " " * 10
        whole = not console.is_terminal
        rows = [] if whole else textwrap.wrap(line, console.width, subsequent_indent=hang, break_on_hyphens=False)
        for row in rows or [line]:
            console.print(row, soft_wrap=True, markup=False)

    wanted = {probe for kind in (Kind.PROBE, Kind.PROPERTY) for _, probe, _ in selected(preparation, kind)}
    wanted |= {probe.id for probe in preparation.plan.sent if probe.stage is Stage.SETUP}
    probes = [probe for probe in preparation.plan.probes if probe.id in wanted]
    kinds: Counter[str] = Counter()
    for probe in probes:
        if probe.withheld is not None or probe.request is None:
            say(f"withheld  {probe.id}: {probe.withheld}")
            continue
        facts = facts_of(probe.request, preparation.fixtures.known)
        kinds[f"with a token {'' if facts.token is TokenKind.UNUSUAL else 'that is '}{facts.token}"] += probe.copies
        times = f" ({probe.copies} times)" if probe.copies > 1 else ""
        say(f"{probe.request.method:<8}  {probe.id}{times}: {probe.title}")
    drawn = {prop.id: prop.examples(preparation.profile) for prop in preparation.properties if prop.id in wanted}
    for name, count in drawn.items():
        say(f"{count:<8}  {name}: up to {count_words(count, 'generated request')}")
    replay = Replay(preparation.fixtures, saved=preparation.examples)
    again = {name: len(requests) for name in drawn if (requests := replay.requests(name))}
    for name, count in again.items():
        say(f"{count:<8}  {name}: saved when they failed in an earlier run")
    say()
    for kind, count in sorted(kinds.items(), key=lambda pair: -pair[1]):
        say(f"{count:5} {kind}")
    withheld = sum(probe.withheld is not None for probe in probes)
    total = sum(kinds.values()) + sum(drawn.values()) + sum(again.values())
    say(f"{total:5} requests, to {preparation.target.base_url}")
    say("      retries, and requests that shrink a generated failure, come on top")
    say(f"{withheld:5} probes withheld")
    freed = sum((probe.withheld or "").startswith(MUTATION) for probe in probes)
    if freed and preparation.target.loopback:
        say(f"{freed:5} of them would be sent with `--mutation any`, which is safe on loopback")
    say("nothing was sent")
    return 0


def changes(preparation: Preparation) -> str | None:
    """One sentence about the changes that the run makes on its target, or None where it needs no consent."""
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
        f"{_reach(preparation)}{urls}; the suite undoes none of these changes"
    )


def require_consent(preparation: Preparation, flag: str) -> None:
    """Raise UsageError where consent is needed and was not given; for callers that cannot ask."""
    said = changes(preparation)
    if said and not preparation.settings.yes:
        raise UsageError(f"{said}; give {flag} to agree")


def _reach(preparation: Preparation) -> str:
    """The resources that a target which keeps its promises lets it change."""
    name = preparation.contract.operation.resource
    if name is None:
        return ""
    if preparation.mutation is Mutation.ANY:
        return f" for any {name} of the account"
    permitted = [str(found) for found, role in preparation.fixtures.roles.items() if role is Role.PERMITTED]
    return f" for {name} {' and '.join(permitted)}"
