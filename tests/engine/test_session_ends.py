"""The end of a session: by an error, by a stop, or by the verdict that ends it; nobody is kept waiting."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Exchange, Trouble
from conformance.engine.properties import PropertyRunner
from conformance.engine.session import FIRST_FAILURE
from conformance.exceptions import ConformanceError, SafetyViolation
from conformance.judge.verdict import Outcome
from conformance.mock import Mock
from conformance.mock.faults import FAULTS
from conformance.plan.probe import Profile, Stage
from tests.engine.sessions import Watching, complete, everything, finished, session, stop

if TYPE_CHECKING:
    from conformance.engine.session import Session

FIRST, AGAIN = "state.first", "state.again"


def breaking(of: Session, probe: str, error: BaseException) -> None:
    """Let the client fail at a probe."""
    send = of.client.send

    def fail(name: str, request: object) -> Exchange:
        if name == probe:
            raise error
        return send(name, request)  # type: ignore[arg-type]

    of.client.send = fail  # type: ignore[method-assign,assignment]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(SafetyViolation("forbidden"), id="the policy"),
        pytest.param(OSError("disk full"), id="disk"),
    ],
)
@pytest.mark.parametrize("probe", ["id.zero", "property.ids.in-range"])
def test_a_session_that_breaks_off_keeps_nobody_waiting(probe: str, error: Exception) -> None:
    """Every result is there at once and raises what broke the run off; nothing more is sent."""
    with session(Mock()) as of:
        of.open(everything(of))
        breaking(of, probe, error)
        of.start(everything(of))
        for name in (probe, "state.burst", "property.openapi"):
            with pytest.raises(ConformanceError, match=str(error)):
                of.result(name)
        with pytest.raises(ConformanceError, match=str(error)) as caught:
            of.join()
        assert isinstance(error, ConformanceError) == (caught.value is error)
        done, total = finished(of)
        assert done == total
        assert of.client.stopped
        before = of.client.requests
        assert of.client.send("later", of.plan.by_id["id.zero"].request).trouble is Trouble.NOT_SENT  # type: ignore[arg-type]
        assert of.client.requests == before


def test_an_error_in_drawing_breaks_off_when_it_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probes are done all the same; who asks for a property learns why there is none."""

    def draw(_: PropertyRunner) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(PropertyRunner, "draw", draw)
    with session(Mock(), profile="standard") as of:
        of.open(everything(of))
        of.start({"id.zero", "property.openapi"})
        with pytest.raises(ConformanceError, match="the run broke off: ZeroDivisionError"):
            of.result("property.openapi")
        assert [behaviour.probe for behaviour in of.behaviours] == ["id.zero"]


def test_stop_ends_a_session() -> None:
    """Requests in flight are answered, the others say that they were not sent, drawn ones are not judged."""
    app = Watching(0.05)
    with session(app, concurrency=2) as of:
        of.open(everything(of))
        of.start(everything(of))
        assert of.result("token.missing") is not None
        started = time.monotonic()
        stop(of, "interrupted")
        took = time.monotonic() - started
        before = len(app.events)
        done, total = finished(of)
        assert done == total
        unsent = [verdict for verdict in of.verdicts if verdict.message == "interrupted"]
        found = of.result("property.ids.in-range")
        assert found is not None
        assert found.verdicts == []
        time.sleep(0.06)
        assert len(app.events) < 2 * len(of.plan.sent)
    assert unsent
    assert all(verdict.outcome is Outcome.NOT_TESTED for verdict in unsent)
    assert len(app.events) == before
    assert took < 5


def test_a_session_ends_with_the_verdict_that_ends_it() -> None:
    """Requests in flight are answered and judged; the others say why they were not sent."""
    with session(FAULTS["id-missing"].make(), concurrency=2, exitfirst=True) as of:
        complete(of)
        assert of.ended
        assert of.client.requests < 6
        assert {behaviour.probe for behaviour in of.behaviours} >= {FIRST}
        assert len(of.behaviours) <= of.client.requests, "what was not sent has none"
        assert {verdict.clause for verdict in of.verdicts if verdict.outcome is Outcome.FAIL}
        reasons = {verdict.message for verdict in of.verdicts if verdict.outcome is Outcome.NOT_TESTED}
    assert FIRST_FAILURE in reasons


def test_a_session_ends_with_a_generated_request_when_that_is_shrunk() -> None:
    """The failure shown is minimal, as it is where everything is sent; what was drawn for others is not sent."""
    chosen = {"property.tokens.length", "property.openapi"}
    with session(FAULTS["header-over-65536-answered-431"].make(), profile="deep", exitfirst=True) as of:
        complete(of, chosen)
        assert of.ended
        assert of.client.requests < sum(map(len, of.drawn.values())) / 2
        failures = [verdict for verdict in of.verdicts if verdict.outcome is Outcome.FAIL]
        lengths = [of.recorder.evidence[one.exchange].har["_conformance"]["token"]["length"] for one in failures]  # type: ignore[index]
    assert min(lengths) == 65_537 + 512


def test_a_session_without_failures_does_not_end_early() -> None:
    """Nor where it is to end with the first failure."""
    with session(Mock(), profile="smoke", exitfirst=True) as of:
        complete(of)
        assert not of.ended
        assert not of.client.stopped


def test_the_probes_of_the_smoke_profile_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """By them most failures show. The bursts go after all others, and the last association after everything."""
    names: list[str] = []
    with session(Mock(), concurrency=1) as of:
        send = of.client.send
        monkeypatch.setattr(of.client, "send", lambda probe, request: names.append(probe) or send(probe, request))
        complete(of)
        probes = [of.plan.by_id[name] for name in names if name in of.plan.by_id]
    order = [(probe.stage, probe.profile is not Profile.SMOKE) for probe in probes if probe.stage is not Stage.SETUP]
    assert order.count((Stage.MAIN, False)) > 20
    assert order.count((Stage.BURST, True)) >= 8
    assert order == sorted(order)
    assert names[-2:] == ["state.last"] * 2


def test_stop_ends_the_drawing_of_generated_requests() -> None:
    """A run that is stopped at its beginning is over at once, without an error, however much it was to send."""
    with session(Mock(), profile="deep") as of:
        of.start(everything(of))
        of.abandon("interrupted")
        of.join()
        done, total = finished(of)
    assert done == total
    assert of.error is None


def test_a_session_can_be_stopped_before_it_begins() -> None:
    """There is nothing to wait for."""
    with session(Mock()) as of:
        stop(of, "interrupted")
        of.join()
        assert of.result(FIRST) is None
        assert of.verdicts == []


def test_results_can_be_asked_for_from_many_threads() -> None:
    """Each waits for its own."""
    answers: list[bool] = []
    with session(Watching(), profile="smoke") as of:
        of.open(everything(of))
        of.start(everything(of))
        names = [probe.id for probe in of.plan.sent]

        def ask(name: str) -> None:
            found = of.result(name)
            answers.append(found is not None and found.done.is_set() and bool(found.verdicts))

        threads = [threading.Thread(target=ask, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [True] * len(names)
