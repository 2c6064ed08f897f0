"""The session: setup alone, the rest in the background, and an end to every wait."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.assembly import session_of
from conformance.exceptions import NoVerdict
from conformance.judge.verdict import Outcome
from conformance.mock import Mock, Refused, Request, drop
from conformance.mock.faults import FAULTS
from conformance.mock.message import FORBIDDEN, UNAUTHORIZED
from conformance.plan.probe import Stage
from conformance.runner.embedded import target_of
from tests.engine.sessions import Recording, Watching, complete, everything, finished, preparation, session
from tests.traffic.servers import closed_port, serving

if TYPE_CHECKING:
    from conformance.contract.message import Exchange
    from conformance.mock import Account, Answer
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
