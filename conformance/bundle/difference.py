"""The first difference between a report and its exchanges, in one line.

Left out is what no exchange gives: tests of pytest, resources left behind, `curl` lines, what a history knows, and
which of several reasons is told where a clause is not tested. Of generated requests a run tells the simplest failure
and counts none that it sent to find it; judged again, all count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import GENERATED, in_words
from conformance.report.report_json import MOST_FAILURES
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["difference"]

_COUNTS = ("checked", "failures_total")
_EDGE = "; the shortest token"
"""The words that a run that simplified a failure adds to its message."""
_SHOWN = 80

_Difference = tuple[str, object, object]


def difference(report: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """The first difference, and how many clauses differ; None where there is none.

    `found` is the report that the exchanges give, with every failure.
    """
    clauses = {row["id"]: row for row in found["clauses"]}
    simplified = any(probe.startswith(GENERATED) for row in clauses.values() for probe in row["failed_probes"])
    differences: dict[str, _Difference] = {}
    for row in report["clauses"]:
        name = row["id"]
        for one in _of_clause(row, clauses.get(name, {}), simplified=simplified):
            differences.setdefault(name, one)
    rest = None if _same(_rest(report), _rest(found)) else _first("", _rest(report), _rest(found))
    first = [*differences.values(), *([rest] if rest else [])]
    if not first:
        return None
    place, mine, its = first[0]
    more = f"; {len(differences)} clauses differ" if len(differences) > 1 else ""
    return f"{place}: {_shown(mine)} by report.json, {_shown(its)} by the exchanges{more}"


def _rest(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report without its clauses, of which the order is left."""
    return {
        **_without(report, "left_behind"),
        "summary": _without(report["summary"], "tests"),
        "clauses": [row["id"] for row in report["clauses"]],
    }


def _of_clause(said: Mapping[str, Any], found: Mapping[str, Any], *, simplified: bool) -> Iterator[_Difference]:
    name = said["id"]
    rows = [
        {**_without(row, "since", "failures", *_COUNTS), "reason": bool(row.get("reason"))} for row in (said, found)
    ]  # of several reasons the first is told, and what comes first is another order by the exchanges
    if not _same(*rows):
        yield _first(name, *rows)
        return
    for count in _COUNTS:
        if said[count] != found[count] and (not simplified or said[count] > found[count]):
            yield f"{name}: {count}", said[count], found[count]
    given = {_key(failure): _failure(failure) for failure in found["failures"]}
    told = {_key(failure): _failure(failure) for failure in said["failures"]}
    for key, failure in told.items():
        if not _same(failure, given.get(key)):
            yield _first(f"{name}: failure of {key[0]}", failure, given.get(key))
    all_told = said["failures_total"] <= MOST_FAILURES
    untold = [probe for probe, number in given if (probe, number) not in told and not probe.startswith(GENERATED)]
    if untold and all_told:
        yield f"{name}: failure of {untold[0]}", None, "a failure"
    if len(said["failures"]) != min(said["failures_total"], MOST_FAILURES):
        yield f"{name}: number of failures", len(said["failures"]), said["failures_total"]


def _key(failure: Mapping[str, Any]) -> tuple[str, int]:
    return failure["probe"], failure["exchange"]


def _failure(failure: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a failure that its exchange gives."""
    message = failure["message"]
    simple = message.partition(_EDGE)[0] if failure["probe"].startswith(GENERATED) else message
    return {**_without(failure, "since", "curl"), "message": simple}


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _same(one: object, other: object) -> bool:
    """Whether two JSON values are the same text: to Python 1, 1.0 and true are equal."""
    return dumps(one, sort_keys=True) == dumps(other, sort_keys=True)


def _first(place: str, one: object, other: object) -> _Difference:
    """The place of the first difference of two JSON values, and both sides of it."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted(one.keys() | other.keys(), key=lambda name: (name != "verdict", name))
        name = next(name for name in names if not _same(one.get(name, ""), other.get(name, "")))
        return _first(f"{place}: {name}".removeprefix(": "), one.get(name), other.get(name))
    if isinstance(one, list) and isinstance(other, list):
        for number, (mine, its) in enumerate(zip(one, other, strict=False), 1):
            if not _same(mine, its):
                return _first(f"{place} {number}", mine, its)
    return place, one, other


def _shown(value: object) -> str:
    text = in_words(value if isinstance(value, str) else dumps(value), _SHOWN)
    return text or "nothing"
