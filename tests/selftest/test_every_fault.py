"""Every fault and variant of the catalogue with further seeds; for the first, `.ci/run` runs `conformance selftest`.

With the last of them the traffic is written, and judged again from the file, and the night compared with a good one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.traffic import judge_again
from conformance.history.compare import Comparison, Kind, compare
from conformance.history.snapshot import of_record
from conformance.judge.verdict import Outcome
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.report.recorded import read_traffic
from conformance.selftest.trial import judge_application, try_out
from conformance.spec import load_contract

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.history.snapshot import Snapshot
    from conformance.selftest.trial import Trial

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("seed", [2, 3])]
_RECORDED = 3


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A night on the mock as it should be."""
    har = tmp_path_factory.mktemp("good") / "traffic.har"
    judge_application(None, har, seed=1)
    return of_record(judge_again(read_traffic(har), load_contract()))


def _tried(name: str, seed: int, directory: Path, good: Snapshot) -> tuple[Trial, Comparison | None]:
    """The trial, and where its traffic is recorded what changed since a good night; the traffic says the same again."""
    if seed != _RECORDED:
        return try_out(name, seed), None
    har = directory / "traffic.har"
    trial = try_out(name, seed, har)
    again = judge_again(read_traffic(har), load_contract())
    results = again.summary.clauses
    assert {result.clause.id for result in results if result.outcome is Outcome.FAIL} == trial.failed
    assert {result.clause.id for result in results if result.outcome is Outcome.NOT_TESTED} == trial.untested
    return trial, compare(good, good, of_record(again))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_fells_what_it_breaks(name: str, seed: int, tmp_path: Path, good: Snapshot) -> None:
    """Its clause fails, and none that it does not break; a narrow one at deep. Beside a good night it is named."""
    trial, comparison = _tried(name, seed, tmp_path, good)
    assert trial.no_verdict is None
    assert not trial.escaped, FAULTS[name].sin
    assert not trial.accused, FAULTS[name].sin
    if comparison is not None:
        fails = {Kind.FAILING, Kind.FOUND} | ({Kind.TESTED} if FAULTS[name].narrow else set())
        assert FAULTS[name].clause in {change.clause for change in comparison.changes if change.kind in fails}
        assert all(FAULTS[name].breaks(change.clause) for change in comparison.regressions)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_not_accused(name: str, seed: int, tmp_path: Path, good: Snapshot) -> None:
    """At must and at should; beside a good night only its behaviour changed."""
    trial, comparison = _tried(name, seed, tmp_path, good)
    assert trial.no_verdict is None
    assert not trial.failed, VARIANTS[name].otherwise
    if comparison is not None:
        assert {change.kind for change in comparison.changes} <= {Kind.TESTED, Kind.UNTESTED}
