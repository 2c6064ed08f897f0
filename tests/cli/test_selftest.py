"""`conformance selftest` as users call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.selftest.trial import run_trials
from tests.runner.command import command

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.selftest.trial import Trial

TWO = ("id-zero-accepted", "chunked")


def test_a_fault_and_a_variant(tmp_path: Path) -> None:
    """Exit 0, a row for each, nothing written to the working directory."""
    ran = command("selftest", *TWO, "--format", "json", "--workers", "1", cwd=tmp_path)
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert document["proven"]
    assert [row["id"] for row in document["faults"] + document["variants"]] == list(TWO)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_id_is_a_usage_error(tmp_path: Path) -> None:
    """One line, exit 2."""
    ran = command("selftest", "id-zero", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "no fault or variant is called id-zero" in ran.err


def test_trials_come_in_the_order_they_were_named() -> None:
    """Whichever ends first; each is told once, and an id that is named twice is tried once."""
    told: list[Trial] = []
    ran = run_trials(("chunked", "id-zero-accepted", "chunked"), 2, told.append, 2)
    assert [trial.id for trial in ran] == ["chunked", "id-zero-accepted"]
    assert {trial.id for trial in told} == {"chunked", "id-zero-accepted"}
