"""The recording of a session: the evidence and the behaviours that it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import Outcome
from conformance.mock import Mirror, Mock
from conformance.mock.faults import FAULTS
from tests.engine.sessions import complete, finished, session

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.engine.session import Session
    from conformance.mock.app import Mirror

FIRST, AGAIN = "state.first", "state.again"


def evidence_of(of: Session) -> list[str]:
    """The probes whose evidence is kept."""
    return [evidence.har["_conformance"]["probe"] for evidence in of.recorder.evidence.values()]  # type: ignore[index]


def test_evidence_of_generated_requests_is_forgotten(tmp_path: Path) -> None:
    """Exchanges that pass are not kept one by one in memory; the file has all traffic."""
    har = tmp_path / "traffic.har"
    with session(Mock(), har) as of:
        complete(of)
        assert not [probe for probe in evidence_of(of) if probe.startswith("property.")]
        assert FIRST in evidence_of(of)
        of.recorder.close()
    assert "property.openapi" in har.read_text(encoding="ascii")


def test_evidence_of_what_fails_is_kept() -> None:
    """A failure that a property found is shown with its exchange: off the edge, where another client fails too."""
    prop = "property.tokens.length"
    with session(FAULTS["header-over-8190-answered-400"].make()) as of:
        complete(of, {prop})
        found = of.result(prop)
        assert found is not None
        failed = {verdict.exchange for verdict in found.verdicts if verdict.outcome is Outcome.FAIL}
        kept = {
            number for number, evidence in of.recorder.evidence.items() if prop in str(evidence.har["_conformance"])
        }
        lengths = {of.recorder.evidence[number].har["_conformance"]["token"]["length"] for number in failed}  # type: ignore[index]
    assert failed
    assert kept == failed
    assert min(lengths) == 8_191 + 512


class Renumbers(Mock):
    """Gives every association from the third on another id."""

    associations = 0

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """Count the answers, and add their number to the id."""
        self.associations += 1
        found = super().fields(mirror)
        return {**found, "id": found["id"] + (self.associations if self.associations > 2 else 0)}


def test_evidence_of_a_good_answer_that_fails_beside_others_is_kept() -> None:
    """A generated success that shows another id than one before it is shown with its exchange."""
    prop = "property.openapi"
    with session(Renumbers()) as of:
        complete(of, {prop, "token.valid.length-1", "token.valid.length-100000"})
        found = of.result(prop)
        assert found is not None
        failed = {verdict.exchange for verdict in found.verdicts if verdict.outcome is Outcome.FAIL}
        assert failed
        assert failed <= of.recorder.evidence.keys()


def test_behaviours_come_in_the_order_of_the_plan() -> None:
    """A fingerprint does not depend on what was answered first."""
    with session(Mock(), profile="smoke") as of:
        complete(of)
        order = [probe.id for probe in of.plan.sent]
        assert [behaviour.probe for behaviour in of.behaviours] == order
        done, total = finished(of)
        assert done == total == len(order)
