"""The session: setup alone, the rest in the background, and an end to every wait."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.message import Exchange, Trouble
from conformance.engine.assembly import session_of
from conformance.engine.properties import PropertyRunner
from conformance.engine.session import FIRST_FAILURE
from conformance.exceptions import ConformanceError, NoVerdict, SafetyViolation
from conformance.judge.verdict import Outcome
from conformance.mock import Mirror, Mock, Refused, Request, drop
from conformance.mock.faults import FAULTS
from conformance.mock.message import FORBIDDEN, UNAUTHORIZED
from conformance.plan.probe import Profile, Stage
from conformance.runner.embedded import target_of
from tests.engine.sessions import Recording, Watching, complete, everything, finished, preparation, session, stop
from tests.traffic.servers import closed_port, serving

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.engine.session import Session
    from conformance.mock import Account, Answer
    from conformance.mock.app import Mirror
    from conformance.mock.message import Receive, Scope, Send

FIRST, AGAIN = "state.first", "state.again"


class Unauthorized(Mock):
    """Recognises nobody."""

    def account_of(self, token: str) -> Account:
        """Refuse."""
        raise Refused(UNAUTHORIZED)


class Deaf(Mock):
    """Drops every connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say nothing."""
        await drop(scope)


class DeafToTheValid(Mock):
    """Drops every connection on which the valid token comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say nothing to some."""
        if dict(scope["headers"]).get(b"x-auth-token") == self.fixtures.token.encode():
            await drop(scope)
        else:
            await super().__call__(scope, receive, send)


def evidence_of(of: Session) -> list[str]:
    """The probes whose evidence is kept."""
    return [evidence.har["_conformance"]["probe"] for evidence in of.recorder.evidence.values()]  # type: ignore[index]


def test_the_opening_goes_first_and_alone() -> None:
    """The first association and the same again are done, one after the other, before anything else begins."""
    app = Watching()
    with session(app, profile="smoke") as of:
        of.open(everything(of))
        assert app.events[:3] == ["begin", "end", "begin"]
        of.start(everything(of))
        of.join()
        assert of.result(FIRST) is not None
    assert len(app.events) > 20


def test_only_the_chosen_first_request_is_sent() -> None:
    """One probe is one request."""
    app = Recording()
    with session(app) as of:
        complete(of, {FIRST})
        assert finished(of) == (1, 1)
        assert [behaviour.probe for behaviour in of.behaviours] == [FIRST]
    assert len(app.requests) == 1


def test_the_first_is_sent_even_where_it_was_not_chosen() -> None:
    """Other probes depend on the first request; it is no result of theirs."""
    app = Recording()
    with session(app) as of:
        complete(of, {"id.zero"})
        assert of.result(FIRST) is None
        assert of.result("no.such.probe") is None
        found = of.result("id.zero")
        assert found is not None
        assert found.verdicts
    assert len(app.requests) == 3


def test_a_closed_port_is_no_verdict() -> None:
    """Nobody there: one line says so, with what the system said."""
    target = target_of(Mock().fixtures, f"http://127.0.0.1:{closed_port()}")
    of = session_of(preparation(target), None)
    with pytest.raises(NoVerdict, match=r"^the target cannot be reached: .*refused") as caught:
        of.open(everything(of))
    of.client.close()
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_credentials_that_are_refused_are_no_verdict() -> None:
    """A 401 to the first valid request says nothing of the target: the user has to look at the token."""
    with session(Unauthorized()) as of:
        with pytest.raises(NoVerdict, match=r"the credentials were refused: .* 401 .* check token") as caught:
            of.open(everything(of))
        assert of.client.requests == 1
    assert "\n" not in str(caught.value)
    assert of.fixtures.token.value.decode() not in str(caught.value)


def test_a_target_that_answers_nothing_is_no_verdict() -> None:
    """A target that answers neither the valid request nor another is not judged."""
    with (
        session(Deaf()) as of,
        pytest.raises(NoVerdict, match="does not answer: the connection was dropped"),
    ):
        of.open(everything(of))


def test_a_target_that_is_silent_is_given_up_after_two_requests() -> None:
    """The first association and another request are waited for; a third timeout would tell nothing new."""
    over = threading.Event()
    with serving(lambda _: over.wait(30)) as server:
        of = session_of(preparation(replace(target_of(Mock().fixtures, server.url), timeout_seconds=0.1)), None)
        with pytest.raises(NoVerdict, match=r"^the target does not answer: no answer in time"):
            of.open(everything(of))
        over.set()
        of.client.close()
    assert of.client.requests == 2


def test_a_target_that_answers_others_only_is_judged() -> None:
    """A valid request that alone is dropped is a finding."""
    with session(DeafToTheValid(), profile="smoke") as of:
        complete(of)
        found = of.result(FIRST)
        assert found is not None
        failed = {verdict.clause for verdict in found.verdicts if verdict.outcome is Outcome.FAIL}
    assert failed == {"connection.dropped"}


def test_in_never_mode_no_valid_token_reaches_a_repository() -> None:
    """Setup probes are withheld, a request with an unknown token shows the target, and the rest is judged."""
    app = Recording()
    with session(app, mutation="never") as of:
        complete(of)
        assert of.result(FIRST) is None
        assert not [probe for probe in of.plan.sent if probe.stage is Stage.SETUP]
        assert of.verdicts
    valid = {token.encode() for token in app.fixtures.tokens}
    reached = [request for request in app.requests if valid & set(request.values(b"x-auth-token"))]
    assert reached
    assert all(no_repository(request) for request in reached)
    assert app.mirrors == {}


def no_repository(request: Request) -> bool:
    """Whether the id of a request is none that could exist."""
    segment = request.path.split(b"/")[3]
    return not (segment.isdigit() and 1 <= int(segment[:20]) <= 2_147_483_647)


def test_in_never_mode_a_closed_port_is_no_verdict() -> None:
    """A target has to be there even if nothing is associated."""
    target = target_of(Mock().fixtures, f"http://127.0.0.1:{closed_port()}")
    of = session_of(preparation(target, mutation="never"), None)
    with pytest.raises(NoVerdict, match="the target cannot be reached"):
        of.open(everything(of))
    of.client.close()


@pytest.mark.parametrize("concurrency", [pytest.param(n, id=f"{n} at a time") for n in (1, 6)])
def test_no_more_is_in_flight_than_allowed(concurrency: int) -> None:
    """Valid requests to a repository go one at a time but for the bursts, and all together within the limit."""
    app = Watching()
    with session(app, concurrency=concurrency) as of:
        complete(of, {probe.id for probe in of.plan.probes} - {"state.creation", "state.burst"})
    assert app.most == concurrency
    assert max(app.most_alike) == 1
    assert len(app.most_alike) > 3


def test_a_burst_is_in_flight_at_once_as_far_as_allowed() -> None:
    """Eight at once are as many as the option says."""
    app = Watching(0.05)
    with session(app, concurrency=4) as of:
        complete(of, {"state.burst"})
        found = of.result("state.burst")
        assert found is not None
        assert len({verdict.exchange for verdict in found.verdicts}) == 8
    assert max(app.most_alike) == app.most == 4


def sent(seed: int, profile: str, **options: object) -> Recording:
    """The requests of a run."""
    app = Recording()
    with session(app, seed=seed, profile=profile, **options) as of:
        complete(of)
    return app


def test_the_same_seed_sends_the_same_bytes() -> None:
    """A whole standard run, side by side as it goes, can be repeated byte for byte."""
    first, second = sent(7, "standard"), sent(7, "standard", concurrency=3)
    assert len(first.requests) > 300
    assert first.bytes == second.bytes


def test_another_seed_sends_other_bytes() -> None:
    """Tokens that nobody was given are drawn."""
    assert sent(7, "smoke").bytes != sent(8, "smoke").bytes


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


def test_the_outlook_counts_requests_and_never_more_than_there_will_be() -> None:
    """The expected number is known from the beginning. Shrinking gets no number."""
    seen = []
    with session(FAULTS["header-over-65536-answered-431"].make()) as of:
        assert of.progress == ("Reporting", 0, 0)
        send = of.client.send

        def watched(name: str, request: object) -> Exchange:
            exchange = send(name, request)  # type: ignore[arg-type]
            seen.append(of.progress)
            return exchange

        of.client.send = watched  # type: ignore[method-assign,assignment]
        chosen = everything(of)
        complete(of, chosen)
        end = of.progress
    assert end == ("Reporting", of.client.requests, of.client.requests)
    sending = [one for one in seen if one.words == "Sending"]
    assert len(sending) > 300
    assert all(one.expected is not None and one.requests <= one.expected for one in sending)
    shrinking = [one for one in seen if one.words == "Simplifying the failures"]
    assert shrinking[-1].requests > len(sending)
    assert all(one.expected is None for one in shrinking)
    first, last = sending[5].expected or 0, sending[-1].expected or 0
    assert abs(first - last) <= 20, "it is known from the beginning"


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


class RefusesAgain(Mock):
    """Associates a repository once."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        """Refuse the second time."""
        if self.mirrors:
            raise Refused(FORBIDDEN)
        return super().associate(request, raw_id)


def test_what_the_opening_shows_is_kept_in_mind() -> None:
    """Probes that need another 201 are not tested on a target that does not associate again."""
    with session(RefusesAgain()) as of:
        complete(of, {"url.http"} & {probe.id for probe in of.plan.probes} or {"token.header.x-auth-token"})
        [name] = of._sent
        found = of.result(name)
        assert found is not None
        assert any("refuses the same request again" in verdict.message for verdict in found.verdicts)


def test_a_failure_that_the_whole_run_explains_waits_for_its_end() -> None:
    """A token that is refused for its length is no changed token; what nothing can explain is told at once."""
    changed = "token.valid.length-100000.last-changed"
    with session(FAULTS["header-over-8192-answered-431"].make()) as of:
        chosen = {probe.id for probe in of.plan.sent}
        of.open(chosen)
        of.start(chosen)
        told = {name: of.result(name) for name in ("token.unknown.length-65536", changed)}
        found = {name: [one for one in sent.verdicts if one.exchange] for name, sent in told.items() if sent}
        of.join()
    long = next(one for one in found["token.unknown.length-65536"] if one.clause == "header.x-auth-token.length")
    assert long.message.endswith("the longest that was answered as it should be has 8,192")
    near = next(one for one in found[changed] if one.clause == "status.401.near-valid-token")
    assert near.outcome is Outcome.NOT_TESTED
