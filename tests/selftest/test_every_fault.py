"""Every fault and variant of the catalogue with further seeds; for the first, `.ci/run` runs `conformance selftest`.

With the last of them the traffic is written, and judged again from the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.traffic import judge_again
from conformance.judge.verdict import Outcome
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.report.recorded import read_traffic
from conformance.selftest.trial import try_out
from conformance.spec import load_contract

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.selftest.trial import Trial

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("seed", [2, 3])]
_RECORDED = 3


def _tried(name: str, seed: int, directory: Path) -> Trial:
    """The trial; recorded traffic says the same when it is judged again."""
    if seed != _RECORDED:
        return try_out(name, seed)
    har = directory / "traffic.har"
    trial = try_out(name, seed, har)
    again = judge_again(read_traffic(har), load_contract()).summary
    assert {result.clause.id for result in again.clauses if result.outcome is Outcome.FAIL} == trial.failed
    assert {result.clause.id for result in again.clauses if result.outcome is Outcome.NOT_TESTED} == trial.untested
    return trial


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_fells_what_it_breaks(name: str, seed: int, tmp_path: Path) -> None:
    """Its clause fails, and none that it does not break; a narrow one at deep."""
    trial = _tried(name, seed, tmp_path)
    assert trial.no_verdict is None
    assert not trial.escaped, FAULTS[name].sin
    assert not trial.accused, FAULTS[name].sin


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_not_accused(name: str, seed: int, tmp_path: Path) -> None:
    """At must and at should."""
    trial = _tried(name, seed, tmp_path)
    assert trial.no_verdict is None
    assert not trial.failed, VARIANTS[name].otherwise
