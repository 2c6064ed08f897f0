"""Recorded runs, judged by each edition, give the verdicts that they gave when the edition was new.

`recorded/verdicts.jsonl` has a line for each run and edition. A new edition adds its lines; no line ever changes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.clause import Level
from conformance.engine.rejudge import rejudge
from conformance.judge.verdict import Outcome
from conformance.report.har import parse_traffic
from conformance.report.record import report_data
from conformance.spec import load_contract, read_contract, spec_directory
from tests.spec.files import shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.contract import Contract
    from conformance.report.har import Traffic
    from conformance.report.record import RunRecord
    from tests.spec.files import Files

HERE = Path(__file__).parent / "recorded"
RUNS = sorted(path.name.removesuffix(".har.gz") for path in HERE.glob("*.har.gz"))
EDITION = "0.1.0"
CRASHES, LEAKS = "path.repository_id.maximum", "error.401.content-type"


@cache
def traffic(run: str) -> Traffic:
    """A run that was recorded."""
    return parse_traffic(gzip.decompress((HERE / f"{run}.har.gz").read_bytes()), run)


def verdict(run: str, edition: str, contract: Contract) -> str:
    """The verdict of an edition on a run, as a line of JSON: of the clauses that both have and judge alike."""
    record = rejudge(traffic(run), contract, edition=edition)
    summary = record.summary
    assert summary.edition is not None
    counted = [one for one in summary.clauses if not summary.edition.informs(one.clause.id)]
    file = spec_directory() / "editions" / f"{edition}.json"
    said = {
        "edition": edition,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "run": run,
        "exit_code": record.exit_code,
        "verdict": summary.conclusion,
        "gating": summary.gating,
        "untested": summary.untested,
        **{outcome.value: sorted(one.clause.id for one in counted if one.outcome is outcome) for outcome in Outcome},
    }
    return json.dumps(said) + "\n"


def test_each_run_by_each_edition_is_what_it_was() -> None:
    """Byte for byte: a good target, one that breaks a must clause, and one that breaks a should clause."""
    contract = load_contract()
    said = "".join(verdict(run, edition, contract) for edition in contract.editions for run in RUNS)
    assert said == (HERE / "verdicts.jsonl").read_text(encoding="utf-8")


@cache
def _said() -> dict[str, str]:
    lines = (HERE / "verdicts.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    return {row["run"]: line for line in lines if (row := json.loads(line))["edition"] == EDITION}


def _upgraded(directory: Path, change: Callable[[Files], object]) -> Contract:
    """A later release: another catalogue beside the same editions."""
    files = shipped().copy()
    change(files)
    shutil.copytree(spec_directory() / "editions", directory / "editions")
    return read_contract(files.write(directory))


def _row(files: Files, clause: str) -> dict[str, Any]:
    return next(row for row in files.clauses["clauses"] if row["id"] == clause)


def _newer(files: Files) -> None:
    files.clauses["clauses"].append({**_row(files, CRASHES), "id": "a.new.clause"})


def _stricter(files: Files) -> None:
    _row(files, LEAKS)["level"] = "must"


def _laxer(files: Files) -> None:
    _row(files, CRASHES)["level"] = "should"


@pytest.mark.parametrize("change", [_newer, _stricter, _laxer])
@pytest.mark.parametrize("run", ["broken", "unclean"])
def test_an_upgrade_of_the_catalogue_changes_no_verdict(
    tmp_path: Path, run: str, change: Callable[[Files], object]
) -> None:
    """A new clause, or another level, is reported of the run, and gates once the edition is adopted."""
    contract = _upgraded(tmp_path, change)
    said = json.loads(verdict(run, EDITION, contract))
    for outcome in Outcome:
        said[outcome.value] = [name for name in said[outcome.value] if name != "a.new.clause"]
    assert json.dumps(said) + "\n" == _said()[run]


def test_newer_clauses_inform_until_they_are_adopted(tmp_path: Path) -> None:
    """The report marks the clause, and without the edition it gates."""
    contract = _upgraded(tmp_path, _newer)
    for edition, note, gates in ((EDITION, f"not in edition {EDITION}", False), ("none", None, True)):
        report: Any = report_data(rejudge(traffic("broken"), contract, edition=edition))
        row = next(row for row in report["clauses"] if row["id"] == "a.new.clause")
        assert (row["verdict"], row["edition"]) == ("fail", note)
        assert ("a.new.clause" in report["summary"]["gating"]) is gates
        assert report["suite"]["edition"] == (EDITION if note else None)


def _judged(contract: Contract) -> RunRecord:
    return rejudge(traffic("broken"), contract, Level.SHOULD, EDITION)


def test_clauses_that_are_judged_otherwise_leave_the_gate(tmp_path: Path) -> None:
    """Another bound is another promise, which was not adopted."""
    contract = _upgraded(tmp_path, lambda files: files.parameter("repository_id").update(maximum=2_147_483_646))
    edition = contract.editions[EDITION]
    assert edition.notes[CRASHES] == f"judged otherwise than in edition {EDITION}"
    assert CRASHES not in _judged(contract).summary.gating


def test_dropped_clauses_are_told(tmp_path: Path) -> None:
    """The clause cannot be judged any more; the report names it."""
    contract = _upgraded(tmp_path, lambda files: files.clauses["clauses"].remove(_row(files, CRASHES)))
    report: Any = report_data(_judged(contract))
    assert report["suite"]["dropped"] == [CRASHES]


def test_the_run_is_judged_by_its_own_edition_unless_another_is_named() -> None:
    """The traffic names it; runs from before there were editions have none."""
    contract = load_contract()
    record = rejudge(traffic("broken"), contract)
    assert (record.about.edition, record.summary.edition) == (EDITION, contract.editions[EDITION])
    assert rejudge(traffic("broken"), contract, edition="none").about.edition is None
