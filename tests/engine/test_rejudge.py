"""Traffic that was recorded, judged again: the same verdicts, whatever the catalogue of that day."""

from __future__ import annotations

import asyncio
import threading
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.secrets import Secret
from conformance.contract.clause import Catalogue, Level
from conformance.contract.message import Trouble
from conformance.engine.assembly import session_of
from conformance.engine.properties import PropertyRunner, Stopped
from conformance.engine.rejudge import about_run, rejudge, verdicts_of
from conformance.exceptions import UsageError
from conformance.judge.summary import Conclusion
from conformance.judge.verdict import Outcome
from conformance.mock import Mock, Refused
from conformance.mock.faults import FAULTS
from conformance.mock.message import Refusal
from conformance.report.har import Traffic, exchange_of, read_traffic
from conformance.report.record import About
from conformance.runner.embedded import embedded_target
from conformance.selftest import judge_application
from conformance.spec import load_contract
from tests.engine.sessions import complete, everything, preparation

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.judge.summary import Summary
    from conformance.mock import Account, Application
    from conformance.mock.app import Mirror
    from conformance.mock.message import Receive, Scope, Send

CONTRACT = load_contract()


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Traffic:
    """The traffic of a run on a target whose error answers have no error_code where they say 403."""
    return _recorded(tmp_path_factory.mktemp("traffic") / "traffic.har", "forbidden-without-code")[0]


def _recorded(har: Path, fault: str) -> tuple[Traffic, Summary]:
    judged = judge_application(FAULTS[fault].make(), har, profile="smoke")
    assert judged.summary is not None
    return read_traffic(har), judged.summary


def _failed(summary: Summary) -> set[str]:
    return {result.clause.id for result in summary.clauses if result.outcome is Outcome.FAIL}


@pytest.mark.parametrize("fault", ["id-one-refused", "second-association-refused", "token-repeated", "url-masked"])
def test_the_verdicts_are_the_same(tmp_path: Path, fault: str) -> None:
    """Clause by clause, with as many exchanges that speak of each; what is withheld still is."""
    traffic, summary = _recorded(tmp_path / "traffic.har", fault)
    again = rejudge(traffic, CONTRACT).summary
    told = [(one.clause.id, one.outcome, one.checked, one.withheld, len(one.failures)) for one in summary.clauses]
    assert [(one.clause.id, one.outcome, one.checked, one.withheld, len(one.failures)) for one in again.clauses] == told
    assert (again.conclusion, again.gating, again.untested) == (summary.conclusion, summary.gating, summary.untested)
    assert _failed(again)


def test_generated_requests_that_were_not_concluded_settle_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that ended before them says what its traffic says, to the length from which tokens are refused."""

    def stopped(*_: object, **__: object) -> None:
        raise Stopped

    monkeypatch.setattr(PropertyRunner, "conclude", stopped)
    judged = judge_application(FAULTS["header-over-8190-answered-400"].make(), tmp_path / "traffic.har")
    assert judged.summary is not None
    again = rejudge(read_traffic(tmp_path / "traffic.har"), CONTRACT)
    assert "property.tokens.length" in again.about.unjudged
    said, said_again = (
        {(one.clause, one.probe, one.exchange, one.message) for result in of.clauses for one in result.failures}
        for of in (judged.summary, again.summary)
    )
    assert any("characters and more are refused" in message for *_, message in said)
    assert said == said_again


class Held:
    """An application that answers so many requests, and no further one until it is told to go on."""

    def __init__(self, application: Application, answered: int) -> None:
        self.go_on, self.holding = threading.Event(), threading.Event()
        self._application = application
        self._left = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer now or later."""
        self._left -= scope["type"] == "http"
        while self._left < 0 and not self.go_on.is_set():
            self.holding.set()
            await asyncio.sleep(0.01)
        await self._application(scope, receive, send)


def test_a_run_that_waits_for_nothing_says_what_its_traffic_says(tmp_path: Path) -> None:
    """The answers that came before it was abandoned are judged as a whole."""
    held = Held(FAULTS["header-over-8190-answered-400"].make(), answered=150)
    with embedded_target(held) as target:
        prepared = preparation(target, concurrency=1)
        session = session_of(prepared, tmp_path / "traffic.har")
        session.open(everything(session))
        session.start(everything(session))
        assert held.holding.wait(60)
        session.abandon("interrupted")
        session.recorder.close(about_run(prepared, session, complete=False).as_data())
        verdicts = {(one.clause, one.exchange, one.outcome, one.message) for one in session.verdicts}
        held.go_on.set()
        session.join()
        session.client.close()
    again = verdicts_of(read_traffic(tmp_path / "traffic.har"), CONTRACT)
    assert {(one.clause, one.exchange, one.outcome, one.message) for one in again} == verdicts
    assert {(one.clause, one.exchange, one.outcome, one.message) for one in session.verdicts} == verdicts
    assert any("characters and more are refused" in message for *_, message in verdicts)


def test_the_record_is_the_run_s(traffic: Traffic) -> None:
    """Its id, seed, times and requests, and what sends a failed probe again; a behaviour for each probe."""
    record = rejudge(traffic, CONTRACT)
    assert (record.about.id, record.about.seed, record.about.profile, record.about.requests) == (
        traffic.about.id,
        1,
        "smoke",
        traffic.about.requests,
    )
    assert record.reproduce
    tail = "--seed 1 --output reports/again --probe"
    assert all(line.endswith(f"{tail} {probe}") for probe, line in record.reproduce.items())
    assert {one.probe for one in record.behaviour} > record.reproduce.keys()


def test_another_level_gates(traffic: Traffic) -> None:
    """The run's own where none is asked for."""
    assert rejudge(traffic, CONTRACT, Level.MUST).about.fail_on == "must"
    assert rejudge(traffic, CONTRACT).about.fail_on == traffic.about.fail_on == "should"


def test_a_catalogue_without_the_clause_fails_nothing(traffic: Traffic) -> None:
    """A clause that is not there any more has no verdict, and its rule is not asked."""
    rest = Catalogue("2026-04-28", tuple(one for one in CONTRACT.catalogue if one.id != "error.403.envelope"))
    again = rejudge(traffic, replace(CONTRACT, catalogue=rest)).summary
    assert _failed(rejudge(traffic, CONTRACT).summary) - _failed(again) == {"error.403.envelope"}


def test_traffic_without_a_verdict_gives_none(traffic: Traffic) -> None:
    """A run that broke off is as incomplete as it was, and what had not been judged is not judged now."""
    everything = {entry.probe for entry in traffic.entries}
    about = replace(traffic.about, complete=False, no_verdict="the target went away", unjudged=sorted(everything))
    record = rejudge(Traffic(about, traffic.entries), CONTRACT)
    assert record.about.no_verdict == "the target went away"
    assert record.summary.conclusion is Conclusion.INCOMPLETE
    assert not any(result.checked for result in record.summary.clauses)


class LongWinded(Mock):
    """Answers one length of token with a crash, whose page has 100 kB."""

    def account_of(self, token: str) -> Account:
        """Crash at 8,192 characters."""
        if len(token) == 8_192:
            raise Refused(Refusal(500, "X.1", "x" * 100_000))
        return super().account_of(token)


class LongSuccess(Mock):
    """Says so much of a success that the file has not room for it."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """Add 100 kB, and leave a member out."""
        return {"note": "x" * 100_000} | {key: value for key, value in super().fields(mirror).items() if key != "id"}


@pytest.mark.parametrize("kind", [LongWinded, LongSuccess])
def test_an_answer_that_was_cut_keeps_its_verdicts(tmp_path: Path, kind: type[Mock]) -> None:
    """Its end is not there, so what it proved when it was whole stands; the opening may be one of them."""
    judged = judge_application(kind(), tmp_path / "traffic.har")
    assert judged.summary is not None
    assert _failed(judged.summary)
    traffic = read_traffic(tmp_path / "traffic.har")
    assert None in [entry.exchange for entry in traffic.entries]
    again = rejudge(traffic, CONTRACT).summary
    assert [one.outcome for one in again.clauses] == [one.outcome for one in judged.summary.clauses]


class LongRefusals(Mock):
    """Refuses tokens of more than 8,190 characters with 400, and every other unknown one in 100 kB."""

    def account_of(self, token: str) -> Account:
        """Refuse briefly, or at length."""
        if len(token) > 8_190:
            raise Refused(Refusal(400, "X.1", "too long"))
        try:
            return super().account_of(token)
        except Refused as error:
            raise Refused(replace(error.refusal, error_msg="x" * 100_000)) from None


class LongRepeats(LongSuccess):
    """Gives every association from the third on another id, in an answer of 100 kB."""

    associations = 0

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """Count them."""
        self.associations += 1
        found = super().fields(mirror)
        return {"note": "x" * 100_000, **found, "id": mirror.id + (self.associations if self.associations > 2 else 0)}


class HalvesAsIds(LongSuccess):
    """Gives the first two associations half a surrogate pair as id, and every later one U+FFFD, in 100 kB."""

    associations = 0

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """Count them."""
        self.associations += 1
        return super().fields(mirror) | {"id": chr(0xD800 if self.associations <= 2 else 0xFFFD)}


class HugeIds(LongSuccess):
    """Gives the first two associations a number of 400 digits as id, and every later one the same in a string."""

    associations = 0

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """Count them."""
        self.associations += 1
        return super().fields(mirror) | {"id": 10**400 if self.associations <= 2 else str(10**400)}


@pytest.mark.parametrize("kind", [LongRefusals, LongRepeats, HalvesAsIds, HugeIds])
def test_an_answer_that_was_cut_is_compared_with_others(tmp_path: Path, kind: type[Mock]) -> None:
    """Its status, its length and its id are known, so what the run as a whole shows is the same again."""
    har = tmp_path / "traffic.har"
    with embedded_target(kind()) as target:
        prepared = preparation(target)
        session = session_of(prepared, har)
        complete(session, {probe.id for probe in prepared.plan.sent if probe.id.startswith(("token.", "state."))})
        session.recorder.close(about_run(prepared, session).as_data())
        session.client.close()
    traffic = read_traffic(har)
    assert traffic.about.kept
    verdicts = {(one.clause, one.exchange, one.outcome, one.message) for one in session.verdicts}
    again = {(one.clause, one.exchange, one.outcome, one.message) for one in verdicts_of(traffic, CONTRACT)}
    assert again == verdicts
    assert Outcome.FAIL in {outcome for _, _, outcome, _ in verdicts}
    assert {one.probe: one for one in rejudge(traffic, CONTRACT).behaviour} == {
        one.probe: one for one in session.behaviours
    }


class TokenAsId(Mock):
    """Gives every association the valid token as its id."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """In place of the number."""
        return super().fields(mirror) | {"id": self.fixtures.token}


def test_the_context_of_recorded_traffic_has_no_secret(tmp_path: Path) -> None:
    """The member by which successes are compared may be anything."""
    judged = judge_application(TokenAsId(), tmp_path / "traffic.har", profile="smoke")
    assert "leak.token" in judged.clauses(Outcome.FAIL)
    text = (tmp_path / "traffic.har").read_text()
    assert Mock().fixtures.token not in text
    traffic = read_traffic(tmp_path / "traffic.har")
    assert str(traffic.about.context["same"]).startswith("$")
    assert _failed(rejudge(traffic, CONTRACT).summary) == judged.clauses(Outcome.FAIL)


@pytest.mark.parametrize("number", [f"1{'4815162342' * 4}", f"1{'4815162342' * 40}"], ids=["short", "over a double"])
def test_a_number_that_holds_a_secret_is_left_out(number: str) -> None:
    """A token of digits may stand in one; without it, the text of the number is none any more."""
    digits = Secret("4815162342" * 4, reference="env:TOKEN", name="TOKEN")
    with embedded_target() as target:
        planned = preparation(replace(target, token=digits))
        session = session_of(planned, None)
        session.context = replace(session.context, same=int(number))
        assert about_run(planned, session).context["same"] is None
        session.context = replace(session.context, same=7)
        assert about_run(planned, session).context["same"] == 7
        session.client.close()


def test_a_baseline_is_held_against_it_again(traffic: Traffic) -> None:
    """Accepted deviations stay accepted, and an expired entry still fails the run."""
    failing = [
        (one.clause.id, one.failures[0].probe) for one in rejudge(traffic, CONTRACT).summary.clauses if one.failures
    ]
    pair = list(failing[0])
    accepted = rejudge(Traffic(replace(traffic.about, baseline=True, accepted=[pair]), traffic.entries), CONTRACT)
    assert accepted.deviations is not None
    assert accepted.deviations.accepted == (tuple(pair),)
    over = rejudge(Traffic(replace(traffic.about, baseline=True, expired=[pair]), traffic.entries), CONTRACT)
    assert over.deviations is not None
    assert over.deviations.stale
    assert over.exit_code == 1


def test_a_file_of_an_earlier_version_is_read(traffic: Traffic) -> None:
    """Members that came later have a default; the older format, and one to come, are other things."""
    data = traffic.about.as_data()
    har: dict[str, Any] = deepcopy(dict(traffic.entries[0].har))
    facts = har["_conformance"]["facts"]
    for fact in ("passwords", "repeatable"):
        del facts[fact]
    assert exchange_of(har) == traffic.entries[0].exchange
    for later in ("baseline", "accepted", "expired", "context", "kept", "kept_same", "kept_behaviour"):
        data.pop(later)
    assert About.from_data(data).id == traffic.about.id
    for other in (1, 3):
        with pytest.raises(UsageError, match=f"format {other}"):
            About.from_data({**data, "format": other})
    with pytest.raises(ValueError, match="isoformat"):
        About.from_data({**data, "started_at": "yesterday"})


def test_a_catalogue_may_lack_any_clause(traffic: Traffic) -> None:
    """Even the one that exchanges without an answer speak of."""
    rest = Catalogue("2026-04-28", tuple(one for one in CONTRACT.catalogue if one.id != "connection.dropped"))
    silent = tuple(
        replace(
            entry, exchange=replace(entry.exchange, response=None, trouble=Trouble.DROPPED) if entry.exchange else None
        )
        for entry in traffic.entries
    )
    assert rejudge(Traffic(traffic.about, silent), replace(CONTRACT, catalogue=rest)).summary.clauses
