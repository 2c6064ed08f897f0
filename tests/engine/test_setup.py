"""Setup and read-back, on targets that are not the documented service, and on broken ones that are."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.assembly import session_of
from conformance.engine.recorder import READ_BACK
from conformance.engine.setup import ELSEWHERE, REACH
from conformance.exceptions import ConformanceError, NoVerdict
from conformance.mock import Fixtures, Mock
from conformance.mock.app import Mirror
from conformance.mock.faults import FAULTS
from conformance.runner.embedded import embedded_target, target_of
from tests.engine.sessions import Recording, complete, everything, finished, preparation, target_with
from tests.traffic.servers import answer, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.engine.session import Session
    from conformance.mock import Answer, Request
    from conformance.report.record import ResourceChange
    from tests.traffic.servers import Connection, Received

MOST = 6
"""Requests into nothing."""
ENVELOPE = b'{"error_code": "CH.00000002", "error_msg": "no"}'
JSON, HTML = b"Content-Type: application/json", b"Content-Type: text/html"
NO_ROUTE = answer(b"404 Not Found", b'{"detail": "Not Found"}', JSON)
CRASH = answer(b"500 Internal Server Error", b"Internal Server Error", b"Content-Type: text/plain")


def opened(how: Callable[[Received], bytes], **options: object) -> tuple[str | None, list[Received]]:
    """The reason for no verdict after setup, or None, and the requests that the target received."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            connection.send(how(received))

    with serving(script) as server:
        of = session_of(preparation(target_of(Fixtures.default(), server.url), profile="smoke", **options), None)
        try:
            of.open(everything(of))
        except NoVerdict as error:
            return str(error), server.received
        finally:
            of.client.close()
    return None, server.received


def by_token(valid: bytes, other: bytes, elsewhere: bytes = NO_ROUTE) -> Callable[[Received], bytes]:
    """Answer the valid token so, others so, and other paths so."""

    def how(received: Received) -> bytes:
        if b"/remote-mirror/associate " not in received.line:
            return elsewhere
        return valid if received.values(b"x-auth-token") == [Fixtures.default().token.encode()] else other

    return how


@pytest.mark.parametrize("mutation", ["any", "never"])
def test_a_target_where_nobody_answers_is_told_by_a_few_requests(mutation: str) -> None:
    """Not clause after clause fails; whether or not a valid token may be sent to a repository."""
    cases = {
        "maintenance": answer(b"503 Service Unavailable", b"<title>Maintenance</title>", HTML),
        "a redirect": answer(b"301 Moved Permanently", b"", b"Location: https://elsewhere.invalid/"),
        "a page": answer(b"200 OK", b"<p>Welcome</p>", HTML),
        "no such route": NO_ROUTE,
        "a router that speaks the envelope": answer(b"404 Not Found", ENVELOPE, JSON),
    }
    wrong = {}
    for name, always in cases.items():
        said, received = opened(lambda _, always=always: always, mutation=mutation)  # type: ignore[misc]
        if said is None or "nothing there is the documented service" not in said or len(received) > MOST:
            wrong[name] = said, len(received)
    assert not wrong


def test_a_broken_service_is_opened() -> None:
    """A non-conformant service is not taken for an absent one."""
    unauthorized = answer(b"401 Unauthorized", ENVELOPE, JSON)
    cases = {
        "a repository that is not found": by_token(
            answer(b"404 Not Found", ENVELOPE, JSON), unauthorized, answer(b"404 Not Found", ENVELOPE, JSON)
        ),
        "500 in its envelope": by_token(*[answer(b"500 Oops", ENVELOPE, JSON)] * 3),
        "a crash for the valid token": by_token(CRASH, unauthorized),
        "a page for the valid token": by_token(answer(b"503 Busy", b"<p>", HTML), unauthorized),
        "a crash on this path": by_token(CRASH, CRASH),
    }
    assert not {name: said for name, how in cases.items() if (said := opened(how)[0])}


def test_a_service_that_answers_is_asked_nothing_more() -> None:
    """Only an answer that could be anybody's makes the suite look around; such a request holds no token."""
    _, received = opened(by_token(answer(b"403 None", ENVELOPE, JSON), CRASH))
    assert len(received) == 2
    _, received = opened(by_token(CRASH, CRASH))
    elsewhere = [one for one in received if b"is-not-there" in one.line]
    assert [one.values(b"x-auth-token") for one in elsewhere] == [[]]
    assert {ELSEWHERE, REACH} == {"suite.elsewhere", "suite.reach"}


ID = 2_112_029_391


def run(app: Mock, har: Path | None = None, **options: object) -> Session:
    """A run of one probe with the read-back, from before to after."""
    with embedded_target(app) as target:
        session = session_of(preparation(replace(target, read_back=True), **options), har)
        try:
            complete(session, {"state.first"})
        finally:
            session.client.close()
    return session


def of(session: Session, repository_id: int = ID) -> ResourceChange:
    """The change of a repository."""
    assert session.read_back is not None
    return next(left for left in session.read_back.changes if left.resource == repository_id)


def test_the_state_before_and_after() -> None:
    """Nothing before, the eleven fields after; what was not associated is none before and after."""
    session = run(Mock())
    left = of(session)
    assert left.before is not None
    assert left.after is not None
    assert (left.before.status, left.before.shown, left.after.status) == (404, None, 200)
    assert left.after.shown is not None
    assert len(left.after.shown) == 11
    other = of(session, 1)
    assert other.before == other.after
    url = session.fixtures.url
    assert str(left) == f"repository_id {ID}: shows {url}; before the run: shows nothing (answered 404)"


def test_the_state_is_read_after_the_first_failure_too() -> None:
    """The state after `--exitfirst` is known as well."""
    session = run(FAULTS["id-missing"].make(), exitfirst=True)
    assert session.ended
    left = of(session).after
    assert left is not None
    assert left.status == 200


def test_a_password_in_what_was_there_before_is_hidden() -> None:
    """A mirror that somebody else made may name a password."""
    app = Mock()
    app.mirrors[ID] = Mirror(1, ID, "https://me:hush-hush@mirror.test/a.git", app.clock())
    left = of(run(app))
    assert left.before is not None
    assert left.before.shown is not None
    assert left.before.shown["url"] == "https://me:***@mirror.test/a.git"


class Talkative(Mock):
    """Tells of a mirror what the document does not speak of."""

    def __init__(self, answer: Callable[[dict[str, object]], object]) -> None:
        super().__init__()
        self.mirrors[ID] = Mirror(1, ID, "https://mirror.test/a.git", self.clock())
        self.tell = answer

    def answer(self, request: Request) -> Answer:
        """Say more to whoever reads back."""
        answer = super().answer(request)
        if request.method != "GET" or answer.status != 200:
            return answer
        return replace(answer, body=json.dumps(self.tell(json.loads(answer.body))).encode())


@pytest.mark.parametrize(
    ("tell", "fields"),
    [
        pytest.param(lambda fields: {**fields, "password": "hush-hush", "token": "hush"}, 11, id="further members"),
        pytest.param(lambda fields: {**fields, "last_error": {"password": "hush-hush"}}, 10, id="a member that nests"),
        pytest.param(lambda fields: [{**fields, "password": "hush-hush"}], None, id="an array"),
    ],
)
def test_only_the_documented_fields_are_kept(
    tell: Callable[[dict[str, object]], object], fields: int | None, tmp_path: Path
) -> None:
    """Neither what was left behind nor the traffic holds anything else."""
    har = tmp_path / "traffic.har"
    session = run(Talkative(tell), har)
    session.recorder.close({})
    left = of(session)
    assert left.before is not None
    assert (None if left.before.shown is None else len(left.before.shown)) == fields
    assert "hush" not in str(session.read_back and session.read_back.changes)
    assert "hush" not in har.read_text(encoding="utf-8")


def test_it_reads_only_repositories_that_may_be_associated(tmp_path: Path) -> None:
    """One GET for each before, and one after, with the valid token; each is in the traffic."""
    app = Recording()
    har = tmp_path / "traffic.har"
    session = run(app, har)
    paths = [request.path for request in app.requests if request.method == "GET"]
    assert sorted(paths) == sorted(2 * [b"/v4/repositories/%d/remote-mirror" % number for number in (1, ID, 2**31 - 1)])
    session.recorder.close({})
    entries = json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]
    assert sum(entry["_conformance"]["probe"] == READ_BACK for entry in entries) == 6


def test_a_run_that_changes_nothing_reads_nothing() -> None:
    """With mutation = never there is nothing to be left behind."""
    app = Recording()
    with embedded_target(app) as target:
        asked = replace(target, read_back=True)
        assert session_of(preparation(asked, mutation="never"), None).read_back is None


def test_it_is_the_default_off_loopback_only() -> None:
    """The description's key decides, where it is there."""
    away = target_with()
    with embedded_target() as here:
        assert (away.reads_back, here.reads_back) == (True, False)
        assert replace(here, read_back=True).reads_back
    assert not target_with(read_back=False).reads_back


def test_a_target_that_breaks_off_leaves_it_open() -> None:
    """The state after a run is not known when nothing may be sent any more."""
    with embedded_target(Mock()) as target:
        session = session_of(preparation(replace(target, read_back=True)), None)
        session.open({"state.first"})
        session.client.stop("interrupted")
        session.start({"state.first"})
        session.join()
        session.client.close()
    left = of(session)
    assert left.before is not None
    assert left == replace(left, after=None)
    assert str(left).startswith(f"repository_id {ID}: not read; before the run: ")


def test_a_read_back_that_breaks_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait for a probe ends with the error."""
    with embedded_target(Mock()) as target:
        session = session_of(preparation(replace(target, read_back=True)), None)
        assert session.read_back is not None
        monkeypatch.setattr(session.read_back, "after", lambda: {}["gone"])
        session.open({"state.first", "token.missing"})
        session.start({"state.first", "token.missing"})
        with pytest.raises(ConformanceError, match="the run broke off: KeyError: 'gone'"):
            session.join()
        session.client.close()
    done, of_all = finished(session)
    assert done == of_all
