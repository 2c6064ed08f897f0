"""What changed from one night to the next, as the feed of the trend page tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.history.compare import Kind, compare
from conformance.history.comparison_page import shifts_alike
from conformance.history.flakiness import in_words as flaky_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.history.compare import Change
    from conformance.history.entry import Run
    from conformance.history.flakiness import Flaky
    from conformance.history.snapshot import Snapshot

__all__ = ["Morning", "morning"]

_MOST_PROBES, _MOST_EXCHANGES = 5, 2
_SUITE = "suite changed: what changed with it may be the suite's doing; compare judges both nights with one"


@dataclass(frozen=True, slots=True)
class Morning:
    """What is told after a night: JSON data, and of each of its changes the probes whose exchanges are worth showing.

    Behaviour that was flaky that night is left out, and so is a flaky clause that passes again.
    """

    before: Run
    after: Run
    data: dict[str, Any]
    exchanges: list[tuple[dict[str, Any], list[str]]] = field(default_factory=list)


def morning(
    runs: tuple[Run, Run],
    nights: tuple[Snapshot, Snapshot],
    flaky: tuple[Flaky, ...],
    known: tuple[Flaky, ...],
) -> Morning | None:
    """What the second night changed; None where that is nothing. `known` is what was flaky the night before."""
    comparison = compare(nights[0], *nights, flaky=flaky)
    names = {(one.of, one.name) for one in known}
    fresh = [one for one in flaky if (one.of, one.name) not in names]
    if comparison.quiet and comparison.same_suite and not fresh:
        return None
    worse = {(change.kind, change.clause) for change in comparison.regressions}
    told = Morning(*runs, {})
    told.data.update(
        notes=[] if comparison.same_suite else [_SUITE],
        clauses=[_clause(told, change, (change.kind, change.clause) in worse) for change in comparison.changes],
        behaviour=[_behaviour(told, what, probes) for what, probes in shifts_alike(comparison.shifts).items()],
        flaky=[*_flaky(fresh)],
    )
    return told


def _clause(told: Morning, change: Change, worse: bool) -> dict[str, Any]:  # noqa: FBT001 - of one caller
    data = {"kind": change.kind.value, "clause": change.clause, "worse": worse, **_named(change.probes)}
    # What a property found has no exchange of the night before.
    if change.kind is not Kind.FOUND:
        told.exchanges.append((data, list(change.probes[:_MOST_EXCHANGES])))
    return data


def _behaviour(told: Morning, what: str, probes: Sequence[str]) -> dict[str, Any]:
    data = {"what": what, **_named(probes)}
    told.exchanges.append((data, list(probes[:1])))
    return data


def _flaky(fresh: Sequence[Flaky]) -> Iterator[str]:
    """Each clause with its evidence; probes whose behaviour is meant together, since there may be hundreds."""
    yield from (flaky_in_words(one) for one in fresh if one.of == "clause")
    probes = [one.name for one in fresh if one.of == "behaviour"]
    if probes:
        more = f" and {len(probes) - _MOST_PROBES} more" if len(probes) > _MOST_PROBES else ""
        yield f"behaviour of {', '.join(probes[:_MOST_PROBES])}{more}"


def _named(probes: Sequence[str]) -> dict[str, Any]:
    return {"probes": list(probes[:_MOST_PROBES]), "more": max(0, len(probes) - _MOST_PROBES)}
