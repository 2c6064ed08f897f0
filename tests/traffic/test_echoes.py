"""Answers that show the url of another request."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING

from conformance.contract.message import Request
from tests.shipped import HEADER, body_of
from tests.traffic.harness import MARK, ON, PROBE, accounts, harness
from tests.traffic.servers import Connection, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER = "https://mirror.invalid/other.git"


def showing(url: str) -> bytes:
    """A success with this url."""
    return answer(b"201 Created", json.dumps({"url": url}).encode(), b"Content-Type: application/json")


def url_of(body: bytes) -> str:
    """The url that came in."""
    return re.findall(r'"url": "([^"]*)"', body.decode())[0]


def test_an_answer_with_the_url_of_a_request_in_flight_is_asked_for_again() -> None:
    """An association by an odd spelling of the id is in the other's answer; alone the answer is right."""
    written, first = threading.Event(), threading.Event()

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            if url_of(received.body) == OTHER and not first.is_set():
                first.set()
                written.wait(5)
                connection.send(showing(ON.url))
            else:
                connection.send(showing(url_of(received.body)))
                written.set()

    with harness(script) as at:
        slow = threading.Thread(target=lambda: at.client.send(PROBE, ON.request(ON.token, body=body_of(OTHER))))
        slow.start()
        first.wait(5)
        at.client.send("odd", ON.request(ON.token, b"+%d" % ON.resource))
        slow.join()
        accounts(at)
    shown = {exchange.probe: json.loads(exchange.response.body)["url"] for exchange in at.settled if exchange.response}
    assert shown == {PROBE: OTHER, "odd": ON.url}
    assert [exchange.probe for exchange in at.superseded] == [PROBE]


def test_the_url_of_a_duplicate_member_is_another_requests_too() -> None:
    """The request does not say which of two urls a lenient target takes: both count as sent."""
    twice = json.dumps({"url": ON.url}).encode()[:-1] + b', "url": %s}' % json.dumps(OTHER).encode()
    shown = iter([OTHER, OTHER, ON.url])

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(showing(next(shown)))

    with harness(script) as at:
        at.client.send("twice", ON.request(ON.token, body=twice))
        at.client.send(PROBE, ON.request(ON.token))
        accounts(at)
    assert [exchange.probe for exchange in at.superseded] == [PROBE]


def test_a_url_is_another_requests_however_json_spells_it() -> None:
    """Escaped slashes and letters, and a url in another member, are the same text."""
    body = OTHER.replace("/", "\\/").replace("h", "\\u0068", 1)
    within = f'{{"url": "{ON.url}", "more": ["{body}"]}}'
    for spelt, own in ((f'{{"url": "{body}"}}', OTHER), (within, ON.url)):
        shown = iter([own, OTHER, ON.url])

        def script(connection: Connection, shown: Iterator[str] = shown) -> None:
            while connection.read() is not None:
                connection.send(showing(next(shown)))

        with harness(script) as at:
            at.client.send("spelt", ON.request(ON.token, body=spelt.encode()))
            at.client.send(PROBE, ON.request(ON.token))
            accounts(at)
        assert at.client.crossed == [PROBE], spelt


def test_the_url_of_another_repository_is_not_excused() -> None:
    """Nothing about ids is lenient there: the answer is judged as it came."""

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(showing(OTHER))

    with harness(script) as at:
        at.client.send("other", ON.request(ON.token, 987_654, body=body_of(OTHER)))
        at.client.send(PROBE, ON.request(ON.token))
        accounts(at)
    assert at.superseded == []
    assert at.client.crossed == []


def test_a_target_that_always_shows_another_url_is_believed_soon() -> None:
    """Two answers that are the same alone are enough: what follows is sent once."""

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(showing(ON.url))

    with harness(script) as at:
        at.client.send("usual", ON.request(ON.token))
        for number in range(4):
            at.client.send(PROBE, ON.request(ON.token, body=body_of(f"{OTHER}?{number}")))
        accounts(at)
    assert len(at.superseded) == 2
    assert len(at.server.received) == 7


def test_a_url_that_nobody_sent_is_not_asked_for_again() -> None:
    """A url that was changed is the target's own; so is an answer that is not an object."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            connection.send(answer(b"201 Created", b"[]") if MARK in received.line else showing(OTHER))

    with harness(script) as at:
        at.client.send(PROBE, ON.request(ON.token))
        at.client.send(PROBE, Request("POST", MARK, ON.token, body_of(OTHER), token_header=HEADER))
        accounts(at)
    assert at.superseded == []


def test_a_url_that_was_sent_with_user_info_is_another_requests_without_it_too() -> None:
    """A target leaves user info out, or masks it: its url without it is that request's still."""
    sent = "https://mirror:some-password@mirror.invalid/other.git"
    for hidden in (OTHER, OTHER.replace("://", "://*****:*****@")):
        shown = iter([hidden, hidden, ON.url])

        def script(connection: Connection, shown: Iterator[str] = shown) -> None:
            while connection.read() is not None:
                connection.send(showing(next(shown)))

        with harness(script) as at:
            at.client.send("user-info", ON.request(ON.token, body=body_of(sent)))
            at.client.send(PROBE, ON.request(ON.token))
            accounts(at)
        assert [exchange.probe for exchange in at.superseded] == [PROBE], hidden
