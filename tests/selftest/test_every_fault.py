"""The matrix: every fault of the catalogue fails the clause that it breaks, and no variant fails any.

Where the traffic is written, it is judged again from the file, and the night is compared with a good one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.rejudge import rejudge
from conformance.history.compare import Comparison, Kind, compare
from conformance.history.snapshot import of_record
from conformance.judge.verdict import Outcome
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.report.har import read_traffic
from conformance.runner.process import keep_tables
from conformance.selftest import judge_application, try_out
from conformance.spec import load_contract
from tests.selftest.matrix import tries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.history.snapshot import Snapshot
    from conformance.selftest import Trial
    from tests.selftest.matrix import Try


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each fault, variant and seed; the seed of the commit is the first."""
    if "one" in metafunc.fixturenames:
        catalogue = FAULTS if "fault" in metafunc.function.__name__ else VARIANTS
        chosen = [one for one in tries(metafunc.config.getoption("--matrix-seed")) if one.name in catalogue]
        nightly = pytest.mark.nightly
        metafunc.parametrize("one", [pytest.param(o, id=o.id, marks=nightly if o.nightly else ()) for o in chosen])


@pytest.fixture(scope="module", autouse=True)
def _tables() -> None:
    """Hypothesis makes its tables of characters once for all processes."""
    keep_tables()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Snapshot]:
    """A night on the mock as it should be, made when it is asked for."""
    made: list[Snapshot] = []

    def make() -> Snapshot:
        if not made:
            har = tmp_path_factory.mktemp("good") / "traffic.har"
            judge_application(None, har, seed=1)
            made.append(of_record(rejudge(read_traffic(har), load_contract())))
        return made[0]

    return make


def _tried(one: Try, directory: Path, good: Callable[[], Snapshot]) -> tuple[Trial, Comparison | None]:
    """The trial, and where its traffic is recorded what changed since a good night; the traffic says the same again."""
    socket = True if one.socket else None
    if not one.recorded:
        return try_out(one.name, one.seed, socket=socket), None
    har = directory / "traffic.har"
    trial = try_out(one.name, one.seed, har, socket=socket)
    again = rejudge(read_traffic(har), load_contract())
    results = again.summary.clauses
    assert {result.clause.id for result in results if result.outcome is Outcome.FAIL} == trial.failed
    assert {result.clause.id for result in results if result.outcome is Outcome.NOT_TESTED} == trial.untested
    return trial, compare(good(), good(), of_record(again))


def test_a_fault_fails_what_it_breaks(one: Try, tmp_path: Path, good: Callable[[], Snapshot]) -> None:
    """Its clause fails, and none that it does not break; a narrow one at deep. Beside a good night it is named."""
    trial, comparison = _tried(one, tmp_path, good)
    fault = FAULTS[one.name]
    assert trial.no_verdict is None
    assert not trial.missed, fault.summary
    assert not trial.false_positives, fault.summary
    if comparison is not None:
        fails = {Kind.FAILING, Kind.FOUND} | ({Kind.TESTED} if fault.narrow else set())
        assert fault.clause in {change.clause for change in comparison.changes if change.kind in fails}
        assert all(fault.breaks(change.clause) for change in comparison.regressions)


def test_a_variant_fails_nothing(one: Try, tmp_path: Path, good: Callable[[], Snapshot]) -> None:
    """At must and at should; beside a good night only its behaviour changed."""
    trial, comparison = _tried(one, tmp_path, good)
    assert trial.no_verdict is None
    assert not trial.failed, VARIANTS[one.name].summary
    if comparison is not None:
        assert {change.kind for change in comparison.changes} <= {Kind.TESTED, Kind.UNTESTED}
