"""`conformance baseline` as users call it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.config.baseline import read_baseline
from tests.history.entries import entry
from tests.report.builders import failed

if TYPE_CHECKING:
    from pathlib import Path

CLAUSE = "path.repository_id.maximum"
NAMES = [f"probe-{number:02}" for number in range(25)]


@pytest.mark.parametrize(("older", "accepted"), [(False, 25), (True, 20)])
def test_every_failure_of_a_report_is_accepted(tmp_path: Path, older: bool, accepted: int) -> None:  # noqa: FBT001
    """Also those beyond the twenty that it shows; where an older report does not name them, that is said."""
    report = json.loads(json.dumps(entry(0, [failed(CLAUSE, name) for name in NAMES]).report))
    for row in report["clauses"] if older else ():
        del row["failed_probes"]
    path, output = tmp_path / "report.json", tmp_path / "baseline.toml"
    path.write_text(json.dumps(report))
    words = ["baseline", "accept", str(path), "--reason", "known", "--output", str(output)]
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert {one.pair for one in read_baseline(output).entries} == {(CLAUSE, name) for name in NAMES[:accepted]}
    assert (f"does not name every probe that failed {CLAUSE}" in done.output) is older


@pytest.mark.parametrize(("days", "code"), [(-1, 2), (0, 0), (1, 0)])
def test_a_last_day_that_has_passed_is_refused(tmp_path: Path, days: int, code: int) -> None:
    """The acceptance would have expired before the next run; today it is still valid."""
    path, output = tmp_path / "report.json", tmp_path / "baseline.toml"
    path.write_text(json.dumps(entry(0, [failed(CLAUSE)]).report))
    day = (datetime.now(UTC) + timedelta(days=days)).date()
    words = ["baseline", "accept", str(path), "--reason", "known", "--output", str(output), "--expires", str(day)]
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, output.exists()) == (code, code == 0)
    assert (f"{day} has passed" in done.output) is (code == 2)
