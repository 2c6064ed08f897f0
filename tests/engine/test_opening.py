"""The opening on targets that are not the documented service, and on broken ones that are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.assembly import session_of
from conformance.engine.opening import ELSEWHERE, REACH
from conformance.exceptions import NoVerdict
from conformance.mock import Fixtures
from conformance.runner.embedded import target_of
from tests.engine.sessions import everything, preparation
from tests.traffic.servers import answer, serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.traffic.servers import Connection, Received

MOST = 6
"""Requests into nothing."""
ENVELOPE = b'{"error_code": "CH.00000002", "error_msg": "no"}'
JSON, HTML = b"Content-Type: application/json", b"Content-Type: text/html"
NO_ROUTE = answer(b"404 Not Found", b'{"detail": "Not Found"}', JSON)
CRASH = answer(b"500 Internal Server Error", b"Internal Server Error", b"Content-Type: text/plain")


def opened(how: Callable[[Received], bytes], **options: object) -> tuple[str | None, list[Received]]:
    """Why a target that answers so has no verdict after the opening, or None, and what it received."""

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
            of.sender.close()
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
    """What is non-conformant is not called nobody."""
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
