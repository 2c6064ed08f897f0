"""Runs by what a user calls them, and two of them brought under one suite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import UsageError
from conformance.history.compare import Kind
from conformance.history.resolve import compare_runs, resolve_run, target_named
from conformance.history.runs import Entry
from conformance.history.stability import FURTHEST, judged_before
from conformance.history.store import History
from conformance.spec import load_contract
from tests.history.entries import CLAUSE, PROBE, entry, in_a_file, play, url
from tests.history.nights import played
from tests.report.builders import CATALOGUE, failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[History]:
    """Six nights of one target; the last but one broke off, and the last was asked for one probe only."""
    history = History(url(tmp_path))
    for night in range(6):
        history.add(entry(night, complete=night != 4, narrowed=night == 5))
    yield history
    history.close()


@pytest.mark.parametrize(
    ("words", "run"),
    [
        ("latest", "night-003"),
        ("latest~0", "night-003"),
        ("latest~3", "night-000"),
        ("staging:latest", "night-003"),
        ("2026-01-02", "night-001"),
        ("2027-01-01", "night-003"),
        ("night-005", "night-005"),
        ("night-004", "night-004"),
        ("night-005~1", "night-003"),
        ("night-004~1", "night-003"),
        ("night-003~2", "night-001"),
        ("night-003~0", "night-003"),
    ],
)
def test_a_run_has_many_names(nights: History, words: str, run: str) -> None:
    """Runs that broke off or were narrowed are meant by their id only."""
    assert resolve_run(nights, words).id == run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("latest~4", "4 whole runs of staging"),
        ("2025-12-31", "0 whole runs of staging by 2025-12-31"),
        ("2026-13-01", "no such day"),
        ("night-0", "several runs begin so"),
        ("nonsense", "no such run"),
        ("", "no such run"),
        ("latest~x", "no such run"),
        ("other:latest", "0 whole runs of other"),
    ],
)
def test_a_name_that_is_none_is_a_usage_error(nights: History, words: str, said: str) -> None:
    """One line with what to do."""
    with pytest.raises(UsageError, match=said) as caught:
        resolve_run(nights, words)
    assert "conformance history" in str(caught.value)


def test_a_run_may_be_named_by_the_beginning_of_its_id(nights: History) -> None:
    """As long as one run begins so; an id that is whole comes first."""
    nights.add(entry(9, id="night-0001"))
    assert resolve_run(nights, "night-000").id == "night-000"
    assert resolve_run(nights, "night-0001").id == "night-0001"


def test_the_run_before_was_asked_for_the_same(history: History) -> None:
    """A run of another profile or mutation mode, or without a verdict, is no before."""
    history.add(entry(0))
    history.add(entry(1, profile="smoke"))
    history.add(entry(2, mutation="never"))
    history.add(entry(3, base_url="https://elsewhere.example.test"))
    history.add(entry(4, no_verdict="the target is gone"))
    history.add(entry(5))
    assert resolve_run(history, "night-005~1").id == "night-000"
    with pytest.raises(UsageError, match="night-005~2: the history has 1 whole run before it of profile standard"):
        resolve_run(history, "night-005~2")


def test_of_a_name_that_several_checkouts_use_the_described_one_is_meant(history: History) -> None:
    """If none is described, or nothing is recorded there, the newest is meant."""
    here, there = "https://here.example.test", "https://there.example.test"
    for night, address in enumerate((here, here, there, there)):
        history.add(entry(night, base_url=address))
    assert [resolve_run(history, words).id for words in ("latest", "latest~1")] == ["night-003", "night-002"]
    history.addresses = {"staging": here}
    assert [resolve_run(history, words).id for words in ("latest", "latest~1")] == ["night-001", "night-000"]
    history.addresses = {"staging": "https://nowhere.example.test"}
    assert resolve_run(history, "latest").id == "night-003"


def test_of_several_targets_one_is_named(nights: History) -> None:
    """Or meant, because the other run's name says so."""
    nights.add(entry(7, target_name="production"))
    with pytest.raises(UsageError, match=r"write for example production:latest \(known are production, staging\)"):
        resolve_run(nights, "latest")
    assert resolve_run(nights, "production:latest").id == "night-007"
    assert resolve_run(nights, "latest", "staging").id == "night-003"


def test_the_target_that_a_name_speaks_of(nights: History) -> None:
    """None where it leaves that open."""
    assert target_named("latest~2", nights) is None
    assert target_named("staging:2026-01-01", nights) == "staging"
    assert target_named("night-002", nights) == "staging"


def test_an_empty_history_says_so(tmp_path: Path) -> None:
    """And how it is filled."""
    history = History(url(tmp_path))
    with pytest.raises(UsageError, match="the history is empty"):
        resolve_run(history, "latest")
    history.close()


def test_the_run_before_the_latest_is_of_its_operation(nights: History) -> None:
    """Runs of another contract on the same target are no nights before."""
    nights.add(entry(6, operation="otherOperation"))
    nights.add(entry(7))
    assert [resolve_run(nights, words).id for words in ("latest", "latest~1")] == ["night-007", "night-003"]


history = in_a_file


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Entry:
    """A night on a fault, with its traffic."""
    return played("maximum-id-crashes", tmp_path_factory.mktemp("night"))


def never() -> History:
    """The history of somebody who has none."""
    raise AssertionError("the history was opened")


def test_two_runs_of_a_target_are_compared_in_the_order_of_their_time(history: History) -> None:
    """Whichever is named first."""
    play(history, "pf")
    for words in (("latest", "latest~1"), ("latest~1", "latest"), ("2026-01-01", "night-001")):
        comparison = compare_runs(*words, lambda: history, load_contract)
        assert (comparison.before.id, comparison.after.id) == ("night-000", "night-001")
        assert [change.clause for change in comparison.regressions] == [CLAUSE]


def test_two_targets_are_compared_in_the_order_given(history: History) -> None:
    """Side by side; a target that one of them names is not meant by the other's bare word."""
    play(history, "f", target_name="production")
    play(history, "p")
    comparison = compare_runs("staging:latest", "production:latest", lambda: history, load_contract)
    assert (comparison.before.target, comparison.after.target) == ("staging", "production")
    assert [change.clause for change in comparison.regressions] == [CLAUSE]
    play(history, "p")
    assert compare_runs("latest", "staging:latest~1", lambda: history, load_contract).after.id == "night-002"


def test_incomplete_runs_are_told(history: History) -> None:
    """A newer run that broke off is passed over, and named; so is a side that did."""
    play(history, "pp")
    play(history, "p", complete=False, no_verdict="the target is gone")
    comparison = compare_runs("latest", "latest~1", lambda: history, load_contract)
    assert comparison.after.id == "night-001"
    assert comparison.notes == ("night-002 is newer and incomplete: the target is gone",)
    comparison = compare_runs("night-000", "night-002", lambda: history, load_contract)
    assert comparison.notes == ("night-002 is incomplete: the target is gone",)


def as_if_older(given: Entry, *, traffic: bool = True) -> Entry:
    """The run, as if another catalogue had judged it, which found nothing wrong."""
    report = json.loads(json.dumps(given.report))
    report["suite"]["clauses_sha256"] = "0" * 64
    report["run"] |= {"id": "older", "started_at": "2026-01-01T00:00:00+00:00"}
    for row in report["clauses"]:
        if row["verdict"] == "fail":
            row |= {"verdict": "pass", "failures": [], "failures_total": 0, "failed_probes": []}
    verdicts = json.loads(json.dumps(given.verdicts))
    for row in verdicts["clauses"].values():
        row["probes"] = row["probes"].replace("f", "p")
        row["verdict"] = "pass" if row["verdict"] == "fail" else row["verdict"]
    return Entry(report, verdicts, given.traffic if traffic else None)


def test_a_change_of_the_suite_is_no_change_of_the_vendor(history: History, bad: Entry) -> None:
    """The older traffic is judged again: what fails tonight failed then, though nobody knew."""
    history.add(as_if_older(bad))
    history.add(bad)
    comparison = compare_runs("latest", "latest~1", lambda: history, load_contract)
    assert comparison.before.id == "older"
    assert comparison.quiet
    assert comparison.same_suite
    assert comparison.notes == ("suite changed: older judged again with today's catalogue",)


def test_without_the_older_traffic_the_line_says_suite_changed(history: History, bad: Entry) -> None:
    """It is no regression then."""
    history.add(as_if_older(bad, traffic=False))
    history.add(bad)
    comparison = compare_runs("latest", "latest~1", lambda: history, load_contract)
    assert CLAUSE in {change.clause for change in comparison.changes if change.kind is Kind.FAILING}
    assert comparison.regressions == ()
    assert comparison.notes == ("suite changed, and older cannot be judged again: a change may be the suite's",)


def test_a_clause_that_vanished_from_the_catalogue_is_told_all_the_same(history: History, bad: Entry) -> None:
    """Judging again must not hide it."""
    older = as_if_older(bad)
    row = {**older.report["clauses"][0], "id": "path.old-promise"}
    verdicts = {**older.verdicts, "clauses": {**older.verdicts["clauses"], "path.old-promise": _passed(older)}}
    history.add(Entry({**older.report, "clauses": [*older.report["clauses"], row]}, verdicts, older.traffic))
    history.add(bad)
    comparison = compare_runs("latest", "latest~1", lambda: history, load_contract)
    assert [(change.kind, change.clause) for change in comparison.regressions] == [(Kind.VANISHED, "path.old-promise")]


def _passed(of: Entry) -> dict[str, object]:
    return {"verdict": "pass", "probes": "." * len(of.verdicts["probes"]), "found": []}


def test_a_run_without_a_verdict_is_not_the_before_of_another(history: History) -> None:
    """Nothing was judged in it; as the later of two it says what is no longer tested."""
    play(history, "p")
    everything = {clause.id: "why" for clause in CATALOGUE}
    history.add(entry(1, untested=everything, complete=False, no_verdict="nothing there is the documented service"))
    play(history, "p")
    with pytest.raises(UsageError, match=r"night-001 has no verdict to compare with .nothing there"):
        compare_runs("night-001", "night-002", lambda: history, load_contract)
    assert compare_runs("night-000", "night-001", lambda: history, load_contract).changes
    assert compare_runs("latest~1", "latest", lambda: history, load_contract).before.id == "night-000"


def test_files_need_no_history(tmp_path: Path, bad: Entry) -> None:
    """A report, beside which its traffic may lie, or the traffic alone."""
    good = played("", tmp_path)
    (tmp_path / "report.json").write_text(json.dumps(good.report))
    (tmp_path / "bad.har").write_bytes(bad.traffic or b"")
    comparison = compare_runs(str(tmp_path / "report.json"), str(tmp_path / "bad.har"), never, load_contract)
    assert {comparison.before.id, comparison.after.id} == {good.report["run"]["id"], bad.report["run"]["id"]}
    assert CLAUSE in {change.clause for change in comparison.changes}
    (tmp_path / "traffic.har").write_bytes(good.traffic or b"")
    again = compare_runs(str(tmp_path / "report.json"), str(tmp_path / "report.json"), never, load_contract)
    assert again.quiet
    assert again.before.traffic() == good.traffic


def test_the_traffic_of_another_run_is_not_taken_for_a_report_s_own(tmp_path: Path, bad: Entry) -> None:
    """Somebody copied the report."""
    good = played("", tmp_path)
    (tmp_path / "report.json").write_text(json.dumps(good.report))
    (tmp_path / "traffic.har").write_bytes(bad.traffic or b"")
    assert (
        compare_runs(
            str(tmp_path / "report.json"), str(tmp_path / "report.json"), never, load_contract
        ).before.traffic()
        is None
    )


def test_a_report_that_does_not_name_every_failure_is_said_to(tmp_path: Path) -> None:
    """As those of older suites do not."""
    report = json.loads(json.dumps(entry(0, [failed(CLAUSE, f"probe-{number}") for number in range(25)]).report))
    for row in report["clauses"]:
        del row["failed_probes"]
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report))
    assert "does not name every probe that failed" in " ".join(
        compare_runs(str(path), str(path), never, load_contract).notes
    )


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "x"}', '{"format": "conformance-report/1"}', '{"log": 1}']
)
def test_a_file_that_is_no_run_is_a_usage_error(tmp_path: Path, text: str) -> None:
    """One line with what to name."""
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"name the (report.json or )?traffic.har of a run") as caught:
        compare_runs(str(path), str(path), never, load_contract)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_a_usage_error() -> None:
    """It is not looked up in the history."""
    with pytest.raises(UsageError, match="No such file"):
        compare_runs("nowhere/report.json", "nowhere/report.json", never, load_contract)


def test_runs_of_two_operations_are_not_compared(history: History) -> None:
    """Of one target neither, whose clauses have the same ids; one line names both operations."""
    play(history, "pf")
    history.add(entry(2, operation="otherOperation"))
    with pytest.raises(UsageError) as caught:
        compare_runs("night-001", "night-002", lambda: history, load_contract)
    own = load_contract().operation.id
    said = f"night-001 is a run of {own}, night-002 of otherOperation: name two runs of one operation"
    assert str(caught.value) == said


def test_another_operation_than_the_contract_s_is_not_judged_again(history: History) -> None:
    """If the suite has changed since, the note says which contract is missing."""
    play(history, "p", operation="otherOperation")
    play(history, "f", operation="otherOperation", suite_version="0.0.1")
    comparison = compare_runs("latest~1", "latest", lambda: history, load_contract)
    assert any("name the contract of otherOperation with --spec" in note for note in comparison.notes)


def documents_read(history: History, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests of the documents that are read from now on."""
    read: list[str] = []
    document = history.document

    def reading(digest: str) -> object:
        read.append(digest)
        return document(digest)

    monkeypatch.setattr(history, "document", reading)
    return read


def test_only_the_runs_that_settle_a_comparison_are_read(in_a_file: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe was not tested the night before, and passed the one before that: what is older is not asked."""
    for night in range(FURTHEST + 9):
        in_a_file.add(entry(night, [failed(CLAUSE, f"probe.{night}")]))
    play(in_a_file, "pnf")
    oldest = in_a_file.runs()[FURTHEST + 1 :]
    read = documents_read(in_a_file, monkeypatch)
    comparison = compare_runs("latest~1", "latest", lambda: in_a_file, load_contract)
    assert [(one.kind, one.probes) for one in comparison.changes] == [(Kind.FAILING, (PROBE,))]
    assert not {*read} & {one.verdicts for one in oldest}


def test_of_the_runs_before_another_the_verdicts_alone_are_read(
    in_a_file: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each when it is asked for."""
    last = play(in_a_file, "pfpf").report["run"]["id"]
    (run, *older) = in_a_file.runs()
    assert run.id == last
    read = documents_read(in_a_file, monkeypatch)
    walk = judged_before(in_a_file, run)
    assert next(walk)[0] == older[0]
    assert read == [older[0].verdicts]
    assert [one for one, _ in walk] == older[1:]
    assert set(read) == {one.verdicts for one in older}
