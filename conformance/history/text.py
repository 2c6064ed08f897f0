"""Runs and comparisons as text, for people (terminal, Markdown) and for programs (JSON)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from conformance.history.compare import Change, Comparison, Kind, Shift
from conformance.history.nights import Sends, signal_of
from conformance.history.snapshot import Snapshot, exchange_name, in_one_line
from conformance.history.stability import Flaky, flaky_text
from conformance.judge.verdict import in_words
from conformance.report.files import dumps
from conformance.report.words import count_words, first_words, minute, since_words, wrapped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from conformance.history.runs import Run
    from conformance.report.record import Since

_HEAD = ("run", "started (UTC)", "target", "verdict", "pass", "fail", "not tested", "requests", "")


def folded(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """The ids of the runs, the newest first, each with the narrowed ones that followed it.

    A narrowed run is folded into the whole one before it, of its service; where there is none it stands for itself.
    """
    found: dict[str, list[Run]] = {}
    whole: dict[object, str] = {}
    for run in reversed([*runs]):
        if run.narrowed and run.service in whole:
            found[whole[run.service]].append(run)
            continue
        found[run.id] = []
        if not run.narrowed:
            whole[run.service] = run.id
    return dict(reversed(found.items()))


def run_table(
    runs: Sequence[Run],
    limit: int | None = None,
    width: int | None = None,
    narrowed: Mapping[str, Sequence[Run]] | None = None,
) -> Iterator[str]:
    """The runs, the newest first; the last column marks those that differ from the last run of the same requests.

    Targets that share a name, but not a base URL or an operation, are told apart. `limit` is how many runs are shown,
    of those in `narrowed` where it is given: with the narrowed runs that are folded into each.
    Where the table is wider than `width` columns, a run is a paragraph, and there is no head.
    """
    narrowed = dict.fromkeys((run.id for run in runs), ()) if narrowed is None else narrowed
    shared = {
        name for name in {run.target for run in runs} if len({run.service for run in runs if run.target == name}) > 1
    }
    shown = [(run, runs[place + 1 :], narrowed[run.id]) for place, run in enumerate(runs) if run.id in narrowed][:limit]
    rows = [_HEAD, *((*_cells(run, shared), _mark(run, older, after)) for run, older, after in shown)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    if width is None or max(map(len, table)) <= width:
        yield from table
        return
    for run, started, target, verdict, passed, failed, untested, requests, mark in rows[1:]:
        counts = f"{passed} passed, {failed} failed, {untested} not tested, {count_words(int(requests), 'request')}"
        yield from wrapped(f"{run}  {started}  {target}", width)
        yield from wrapped(f"  {verdict}: {counts}", width)
        if mark:
            yield f"  {mark}"


def run_lines(run: Run, report: Mapping[str, Any], width: int | None = None) -> Iterator[str]:
    """One run, in lines of at most `width` columns: who judged whom, and what failed."""
    for line in _run_lines(run, report):
        yield from wrapped(line, width)


def _run_lines(run: Run, report: Mapping[str, Any]) -> Iterator[str]:
    yield f"{run.id}  {run.target} at {run.base_url}"
    yield f"started {minute(run.started_at)}, finished {minute(run.finished_at)} (UTC)"
    yield f"profile {run.profile}, mutation {run.mutation}, seed {run.seed}, {count_words(run.requests, 'request')}"
    edition = report["suite"].get("edition")
    yield f"suite {run.suite_version}, document of {run.document_revision}{f', edition {edition}' if edition else ''}"
    yield f"openapi.yaml {run.openapi_sha256[:12]}, clauses.yaml {run.clauses_sha256[:12]}"
    yield f"{run.conclusion}: {run.passed} passed, {run.failed} failed, {run.not_tested} not tested"
    if run.no_verdict:
        yield f"no verdict: {run.no_verdict}"
    for clause in report["clauses"]:
        if clause["verdict"] == "fail":
            yield f"  {clause['level']} {clause['id']}: {clause['title']}"
            for failure in clause["failures"]:
                yield f"    {failure['probe']}: {failure['message']}"


def runs_json(runs: Iterable[Run]) -> str:
    """The rows as JSON."""
    return dumps([asdict(run) for run in runs], indent=2)


def report_text(report: Mapping[str, Any]) -> str:
    """A run's report.json, as the run wrote it."""
    return dumps(report, indent=2)


def _cells(run: Run, shared: Collection[str]) -> tuple[str, ...]:
    verdict = run.conclusion if run.complete else f"{run.conclusion} (broken off)"
    return (
        run.id,
        minute(run.started_at),
        f"{run.target}, {run.operation} at {run.base_url}" if run.target in shared else run.target,
        f"{verdict} (narrowed)" if run.narrowed else verdict,
        str(run.passed),
        str(run.failed),
        str(run.not_tested),
        str(run.requests),
    )


def _asked(run: Run) -> tuple[object, ...]:
    """The target and the profile: another profile sends other probes, which is no change."""
    return run.service, run.profile, run.mutation


def _mark(run: Run, older: Sequence[Run], narrowed: Sequence[Run]) -> str:
    after = [f"{count_words(len(narrowed), 'narrowed run')} after it"] if narrowed else []
    kinds = {
        "failed": [one for one in narrowed if one.failed],
        "without a verdict": [one for one in narrowed if one.no_verdict],
    }
    after += [f"{len(alike)} {words}" for words, alike in kinds.items() if alike]
    return "; ".join([*_changed(run, older), *([", ".join(after)] if after else [])])


def _changed(run: Run, older: Sequence[Run]) -> Iterator[str]:
    alike = (other for other in older if _asked(other) == _asked(run) and other.counts)
    before = next(alike, None)
    if before is None or not run.counts:
        return
    parts = (
        ("suite", before.suite != run.suite),
        ("verdicts", before.verdicts != run.verdicts),
        ("behaviour", before.behaviour != run.behaviour),
    )
    changed = [name for name, differs in parts if differs]
    if changed:
        yield f"changed: {', '.join(changed)}"


FORMAT = "conformance-comparison/1"
_MOST_PROBES = 5
_COPIED = "reproduce: "
_LONGEST = 300
_EXPLAINING = ("answered_by", "status", "error_code", "content_type", "shape")
_RESPONDERS = {"service": "the service", "gateway": "the gateway", "other": "something else"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: a heading where `depth` is 0, else an item of a list."""

    depth: int
    text: str


def comparison_text(comparison: Comparison, form: str, width: int | None = None, *, night: bool = False) -> str:
    """The comparison as a ``table``, as ``json``, as ``markdown``, or as the ``probes`` to send again.

    One line where nothing changed. Of a `night` it is told, too, what its baseline does not accept. Lines of the table
    are wrapped at `width` columns, but for those that are to be copied.
    """
    if form == "json":
        return dumps(comparison_data(comparison), indent=2)
    if form == "probes":
        return "\n".join(comparison.to_send_again)
    unaccepted = comparison.unaccepted if night else ()
    if comparison.quiet and not unaccepted:
        return "\n".join(wrapped(_quiet(comparison), width if form == "table" else None))
    lines = [*_lines(comparison, _Exchanges(comparison)), *_unaccepted(unaccepted, comparison.after)]
    return "\n".join(_markdown(comparison, lines) if form == "markdown" else _plain(comparison, lines, width))


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON data, with both exchanges of each probe that changed.

    A change names by probe the exchange of the later run that failed the clause.
    """
    exchanges = None if comparison.quiet else _Exchanges(comparison)
    clauses: dict[str, str | None] = {}
    for change in comparison.changes:
        for probe in change.probes:
            clauses.setdefault(probe, change.clause)
    clauses = {**{shift.probe: None for shift in comparison.shifts}, **clauses}
    return {
        "format": FORMAT,
        "before": _side(comparison.before),
        "after": _side(comparison.after),
        "same_suite": comparison.same_suite,
        "notes": list(comparison.notes),
        "regressions": sorted({change.clause for change in comparison.regressions}),
        "changes": [
            {
                **asdict(change),
                "messages": _messages(change, comparison.after),
                "exchanges": {probe: comparison.after.failing(change.clause, probe) for probe in change.probes},
            }
            for change in comparison.changes
        ],
        "behaviour": [asdict(shift) for shift in comparison.shifts],
        "flaky": [asdict(one) for one in comparison.flaky],
        "resent": [_resent(pair, comparison) for pair in comparison.resent],
        "probes_only_before": list(comparison.probes_before),
        "probes_only_after": list(comparison.probes_after),
        "exchanges": {probe: exchanges.of(probe, clauses[probe]) for probe in sorted(clauses)} if exchanges else {},
    }


class _Exchanges:
    """The exchanges of both runs, each printed once."""

    def __init__(self, comparison: Comparison) -> None:
        self._sides = {
            name: (side, side.exchanges) for name, side in (("before", comparison.before), ("after", comparison.after))
        }
        self._printed: set[tuple[str, int]] = set()

    def of(self, probe: str, clause: str | None = None) -> dict[str, Mapping[str, Any] | None]:
        """Both exchanges of a probe, those that failed the clause where some did; None where there is none to show."""
        return {
            name: exchanges.of(probe, side.failing(clause, probe) if clause else None)
            for name, (side, exchanges) in self._sides.items()
        }

    def lines(self, probe: str, depth: int, clause: str | None = None) -> Iterator[_Line]:
        """Both exchanges of a probe, a line each."""
        for name, exchange in self.of(probe, clause).items():
            if exchange is None:
                continue
            known = (name, exchange["exchange"])
            said = f"{exchange_name(exchange)}, above" if known in self._printed else in_one_line(exchange)
            self._printed.add(known)
            yield _Line(depth, f"{name}: {said}")


def _side(run: Snapshot) -> dict[str, Any]:
    return {
        "run": run.id,
        "target": run.target,
        "base_url": run.report["target"]["base_url"],
        "started_at": run.at,
        "profile": run.report["run"]["profile"],
        "suite": asdict(run.suite),
        "summary": run.report["summary"],
    }


def _name(run: Snapshot) -> str:
    return f"{run.id} ({minute(run.at)})"


def _between(comparison: Comparison) -> str:
    before, after = comparison.before, comparison.after
    if before.target == after.target:
        return f"{after.target}: {_name(before)} → {_name(after)}"
    return f"{before.target}: {_name(before)} → {after.target}: {_name(after)}"


def _quiet(comparison: Comparison) -> str:
    summary = comparison.after.report["summary"]
    clauses = sum(one.of == "clause" for one in comparison.flaky)  # all of them are named, and come first
    names = first_words([one.name for one in comparison.flaky], max(_MOST_PROBES, clauses))
    flaky = [f"flaky: {names}"] if names else []
    counts = f"{summary['pass']} passed, {summary['fail']} failed, {summary['not_tested']} not tested"
    said = f"nothing changed in {_between(comparison)}: {counts}"
    return "; ".join([said, *_notes(comparison), *flaky, *_watched(comparison)])


def _flaky(found: Iterable[Flaky]) -> Iterator[_Line]:
    """The evidence of each; probes whose answers went back and forth alike are told together, as changes are."""
    kinds: dict[Flaky, list[Flaky]] = {}
    for one in found:
        kinds.setdefault(replace(one, name="", probe="") if one.of == "behaviour" else one, []).append(one)
    for alike in kinds.values():
        if len(alike) == 1:
            yield _Line(1, in_words(flaky_text(alike[0]), _LONGEST))
        else:
            of_all = replace(alike[0], name=f"of each of {len(alike)} probes")
            yield _Line(1, in_words(flaky_text(of_all), _LONGEST))
            yield _Line(2, first_words([one.name for one in alike]))


def _watched(comparison: Comparison) -> Iterator[str]:
    """The probes that failed and passed, a line each."""
    for probe in dict.fromkeys(probe for _, probe in comparison.watch):
        clauses = [clause for clause, one in comparison.watch if one == probe]
        yield f"watch {probe}: {_times(comparison.resent[clauses[0], probe])} ({', '.join(clauses)})"


def _times(nights: Sequence[Sends]) -> str:
    tonight = f"failed {nights[0].failed} of {nights[0].sent} times"
    failed, sent = sum(night.failed for night in nights), sum(night.sent for night in nights)
    return tonight if len(nights) == 1 else f"{tonight}, {failed} of {sent} in {len(nights)} nights"


def _resent(pair: tuple[str, str], comparison: Comparison) -> dict[str, Any]:
    nights = comparison.resent[pair]
    clause, probe = pair
    return {"clause": clause, "probe": probe, "signal": signal_of(nights), "nights": [asdict(one) for one in nights]}


def _notes(comparison: Comparison) -> Iterator[str]:
    yield from comparison.notes
    sides = (comparison.before, comparison.after)
    before, after = (side.report["target"]["base_url"] for side in sides)
    if before != after and comparison.before.target == comparison.after.target:
        yield f"base URLs differ: {before} → {after}"
    before, after = (side.report["run"]["profile"] for side in sides)
    if before != after:
        yield f"profiles differ: {before} → {after}"
    for probes, which in ((comparison.probes_before, "before"), (comparison.probes_after, "after")):
        if probes:
            yield f"{count_words(len(probes), 'probe')} sent {which} only"


def _lines(comparison: Comparison, exchanges: _Exchanges) -> Iterator[_Line]:
    for kind, changes in groupby(comparison.changes, key=lambda change: change.kind):
        alike = list(changes)
        unsure = "" if comparison.same_suite or kind is Kind.VANISHED else " (suite changed)"
        yield _Line(0, f"{kind.capitalize()}: {count_words(len({one.clause for one in alike}), 'clause')}{unsure}")
        if kind is Kind.UNTESTED:
            yield from _untested(alike, comparison.after)
            continue
        for change in alike:
            yield from _change(change, comparison, exchanges)
    if comparison.shifts:
        yield _Line(0, f"Changed behaviour: {count_words(len(comparison.shifts), 'probe')}")
        yield from _shifts(comparison.shifts, exchanges)
    if watched := [*_watched(comparison)]:
        yield _Line(0, "Watch: failed, and passed when sent again")
        yield from (_Line(1, line.removeprefix("watch ")) for line in watched)
    if comparison.flaky:
        yield _Line(0, "Flaky: changed back and forth")
        yield from _flaky(comparison.flaky)


def _unaccepted(pairs: Sequence[tuple[tuple[str, str], str]], after: Snapshot) -> Iterator[_Line]:
    """The deviations that the baseline does not accept, each with what was answered, and the entries not needed."""
    if pairs:
        yield _Line(0, f"Baseline: {count_words(len(pairs), 'pair')} of clause and probe to see to")
        for (clause, probe), words in pairs:
            yield _Line(1, f"{clause}, {probe}: {words}")
            failures = after.rows.get(clause, {}).get("failures", ())
            yield from (_Line(2, failure["message"]) for failure in failures if failure["probe"] == probe)


def _change(change: Change, comparison: Comparison, exchanges: _Exchanges) -> Iterator[_Line]:
    after = comparison.after
    yield _Line(1, f"{change.level} {change.clause}: {change.title}")
    messages = _messages(change, after)
    if messages and (quote := after.rows[change.clause].get("quote")):
        yield _Line(2, f'the document: "{in_words(" ".join(quote.split()), _LONGEST)}"')
    told: dict[tuple[str, ...], list[str]] = {}
    for probe in change.probes:
        since = comparison.since.get((change.clause, probe))
        words = _since(change, since, comparison.resent.get((change.clause, probe))) if since else ""
        told.setdefault((messages.get(probe, ""), words), []).append(probe)
    for (message, words), (probe, *alike) in [*told.items()][:_MOST_PROBES]:
        yield _Line(2, f"{probe}: {message}" if message else probe)
        yield from exchanges.lines(probe, 3, change.clause)
        if words:
            yield _Line(3, words)
        if probe in messages and (again := after.report["run"]["reproduce"].get(probe)):
            yield _Line(3, f"{_COPIED}{again}")
        if alike:
            yield _Line(3, f"alike: {first_words(alike)}")
    more = sum(map(len, [*told.values()][_MOST_PROBES:]))
    if more > 0:
        yield _Line(2, f"and {count_words(more, 'more probe')}")


def _since(change: Change, since: Since, nights: Sequence[Sends] | None) -> str:
    """The first failing run and the last passing one; what was drawn for the first time has no past."""
    if change.kind is Kind.FOUND:
        first = since.first_failed
        return since_words(since) if since.last_passed else f"first found {minute(first.at)} ({first.run})"
    return "; ".join([f"alarm: {since_words(since)}", *([_times(nights)] if nights else [])])


def _untested(changes: Iterable[Change], after: Snapshot) -> Iterator[_Line]:
    """The clauses without a verdict, by the reason; or the probes without one, where others gave it."""
    reasons: dict[str, list[str]] = {}
    for change in changes:
        reason = after.rows[change.clause]["reason"]
        name = change.clause if reason else f"{change.clause} by {', '.join(change.probes[:_MOST_PROBES])}"
        reasons.setdefault(reason or "tested by other probes only", []).append(name)
    for reason, names in reasons.items():
        yield _Line(1, in_words(reason, _LONGEST))
        yield _Line(2, ", ".join(names))


def _messages(change: Change, after: Snapshot) -> dict[str, str]:
    """The failing probes that the later run's report names."""
    row = after.rows.get(change.clause, {})
    found = {failure["probe"]: failure["message"] for failure in row.get("failures", ())}
    return {probe: found[probe] for probe in change.probes if probe in found}


def shifts_alike(shifts: Iterable[Shift]) -> dict[str, list[str]]:
    """The probes whose answers changed, by what changed, in words; most of them first.

    Of what changed the member counts that explains the others: who answers, then the status, and so on. What else
    changed is said where it is the same for all of them.
    """
    causes: dict[str, list[Shift]] = {}
    for shift in shifts:
        causes.setdefault(next(_differences(shift)), []).append(shift)
    said = sorted(causes.items(), key=lambda cause: -len(cause[1]))
    return {"; ".join([cause, *_besides(alike)]): [shift.probe for shift in alike] for cause, alike in said}


def _besides(shifts: Sequence[Shift]) -> Iterator[str]:
    """The words for the change of the suite, the same for all."""
    first, *others = ([*_differences(shift)][1:] for shift in shifts)
    yield from (one for one in first if all(one in other for other in others))


def _shifts(shifts: Iterable[Shift], exchanges: _Exchanges) -> Iterator[_Line]:
    for difference, probes in shifts_alike(shifts).items():
        yield _Line(1, f"{count_words(len(probes), 'probe')}: {difference}")
        yield _Line(2, first_words(probes))
        yield from exchanges.lines(probes[0], 3)


def _differences(shift: Shift) -> Iterator[str]:
    """The members that changed, the one first that explains the others."""
    for name in sorted(shift.before, key=lambda name: (_EXPLAINING.index(name) if name in _EXPLAINING else 9, name)):
        was, now = shift.before[name], shift.after[name]
        if name == "answered_by":
            yield f"answered by {_RESPONDERS.get(now, 'nobody')} instead of {_RESPONDERS.get(was, 'nobody')}"
        elif name == "headers":
            signs = [*(f"-{one}" for one in was if one not in now), *(f"+{one}" for one in now if one not in was)]
            yield in_words(f"headers {', '.join(signs)}", _LONGEST)
        else:
            yield f"{name.replace('_', ' ')} {_value(was)} → {_value(now)}"


def _value(value: Any) -> str:  # noqa: ANN401 - JSON holds anything
    return "none" if value is None else in_words(str(value), _LONGEST)


def _plain(comparison: Comparison, lines: Iterable[_Line], width: int | None) -> Iterator[str]:
    for words in (_between(comparison), *_notes(comparison)):
        yield from wrapped(words, width)
    for line in lines:
        if line.depth == 0:
            yield ""
        yield from wrapped("  " * line.depth + line.text, None if line.text.startswith(_COPIED) else width)


def _markdown(comparison: Comparison, lines: Iterable[_Line]) -> Iterator[str]:
    yield f"# {_escaped(_between(comparison))}"
    for note in _notes(comparison):
        yield f"\n{_escaped(note)}"
    for line in lines:
        if line.depth == 0:
            yield f"\n## {_escaped(line.text)}\n"
        else:
            yield f"{'  ' * (line.depth - 1)}- {_escaped(line.text)}"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>|#&~" else character for character in text)
