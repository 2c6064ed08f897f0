"""`conformance run --dry-run`: what would be sent, and nothing sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.engine.properties import Replay
from conformance.plan.policy import MUTATION
from conformance.plan.probe import Stage
from conformance.runner.case import Case, Kind, cases_of

if TYPE_CHECKING:
    from rich.console import Console

    from conformance.engine.preparation import Preparation

__all__ = ["dry_run"]


def dry_run(preparation: Preparation, console: Console) -> int:
    """Print every probe that would be sent, the withheld ones with the reason, and the counts by kind; return 0."""
    cases = [case for kind in (Kind.PROBE, Kind.PROPERTY) for case in cases_of(preparation, kind, Case.verify)]
    wanted = {case.probe for case in cases} | {
        probe.id for probe in preparation.plan.sent if probe.stage is Stage.SETUP
    }
    probes = [probe for probe in preparation.plan.probes if probe.id in wanted]
    kinds: Counter[str] = Counter()
    for probe in probes:
        if probe.withheld is not None or probe.request is None:
            console.print(f"withheld  {probe.id}: {probe.withheld}", soft_wrap=True, markup=False)
            continue
        facts = facts_of(probe.request, preparation.fixtures.known)
        kinds[f"with a token that is {facts.token}"] += probe.copies
        times = f" ({probe.copies} times)" if probe.copies > 1 else ""
        console.print(f"{probe.request.method:<8}  {probe.id}{times}: {probe.title}", soft_wrap=True, markup=False)
    drawn = {prop.id: prop.examples(preparation.profile) for prop in preparation.properties if prop.id in wanted}
    for name, count in drawn.items():
        console.print(f"{count:<8}  {name}: up to {count} generated requests", soft_wrap=True, markup=False)
    replay = Replay(preparation.fixtures, saved=preparation.examples)
    again = {name: len(requests) for name in drawn if (requests := replay.requests(name))}
    for name, count in again.items():
        console.print(f"{count:<8}  {name}: saved when they failed in an earlier run", soft_wrap=True, markup=False)
    console.print()
    for kind, count in sorted(kinds.items(), key=lambda pair: -pair[1]):
        console.print(f"{count:5} {kind}", markup=False)
    withheld = sum(probe.withheld is not None for probe in probes)
    total = sum(kinds.values()) + sum(drawn.values()) + sum(again.values())
    console.print(f"{total:5} requests, to {preparation.target.base_url}", soft_wrap=True, markup=False)
    console.print("      retries, and what shrinks a generated failure, come on top", markup=False)
    console.print(f"{withheld:5} probes withheld", markup=False)
    freed = sum((probe.withheld or "").startswith(MUTATION) for probe in probes)
    if freed and preparation.target.loopback:
        console.print(f"{freed:5} of them `--mutation any` would send: on loopback nobody is harmed", markup=False)
    console.print("nothing was sent", markup=False)
    return 0
