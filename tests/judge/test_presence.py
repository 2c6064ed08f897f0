"""Whether the documented service is there, told from a few invented answers."""

from __future__ import annotations

from conformance.contract.message import Exchange
from conformance.judge.presence import absence, speaks
from tests.judge.exchanges import (
    CONTRACT,
    UNKNOWN,
    VALID,
    Answer,
    answer,
    created,
    exchange,
    from_gateway,
    refused,
    silence,
)

HTML = (b"Content-Type", b"text/html; charset=utf-8")
PLAIN = (b"Content-Type", b"text/plain")
PAGE = answer(503, b"<html><head><title>Down for\n maintenance</title></head></html>", HTML)
NO_ROUTE = answer(404, {"detail": "Not Found"})


def told(answers: list[Answer | Exchange], elsewhere: Answer = NO_ROUTE) -> str | None:
    """What is said of these answers, to the valid token, an unknown one, none, and an id out of range."""
    ways: list[dict[str, object]] = [{"token": VALID}, {"token": UNKNOWN}, {"token": None}, {"token": UNKNOWN, "id": 0}]
    exchanges = [
        one if isinstance(one, Exchange) else exchange(one, **way) for one, way in zip(answers, ways, strict=False)
    ]
    return absence(exchanges, exchange(elsewhere, target=b"/elsewhere", token=None), CONTRACT)


def test_what_answers_everything_in_its_own_way_is_not_the_service() -> None:
    """The words say what stands there, and how often it was asked."""
    moved = answer(302, b"", (b"Location", b"https://login.invalid/?next=/v4"))
    cases = {
        "a maintenance page": ([PAGE] * 4, NO_ROUTE, 'all 4 requests were answered 503 text/html "Down for main'),
        "a redirect": ([moved] * 4, moved, "302 to https://login.invalid/?next=/v4"),
        "a redirect of this path alone": ([moved] * 4, NO_ROUTE, "302 to https://login.invalid/?next=/v4"),
        "a page": ([answer(200, b"<p>Welcome", HTML)] * 4, NO_ROUTE, '200 text/html "<p>Welcome"'),
        "a framework": ([NO_ROUTE] * 4, NO_ROUTE, '404 application/json "{"detail": "Not Found"}"'),
        "a framework that names the path and the time": (
            [answer(404, {"path": f"/v4/{turn}", "at": turn}) for turn in range(4)],
            answer(404, {"path": "/elsewhere", "at": 9}),
            '404 application/json "{"path": "/v4/0", "at": 0}"',
        ),
        "a proxy": ([answer(404, b"<h1>404</h1>", HTML)] * 4, answer(404, b"<h1>no</h1>", HTML), "404 text/html"),
        "a gateway without this API": (
            [from_gateway(404, "APIGW.0101")] * 4, from_gateway(404, "APIGW.0101"), "APIGW.0101",
        ),
        "a health check that answers everything": ([answer(200, {"ok": True})] * 4, answer(200, {"ok": True}), "200"),
        "two of these by turns": ([PAGE, NO_ROUTE, PAGE, NO_ROUTE], NO_ROUTE, "404 application/json"),
        "an empty answer": ([answer(502, b"", PLAIN)] * 4, NO_ROUTE, "502 text/plain without a body"),
    }  # fmt: skip
    wrong = {
        name: words
        for name, (answers, elsewhere, expected) in cases.items()
        if expected not in (words := told(answers, elsewhere) or "something")
        or not words.endswith("; check base_url")
        or "\n" in words
    }
    assert not wrong


def test_a_broken_service_is_not_taken_for_nobody() -> None:
    """One answer that only a service gives, or that another path does not get, and everything is judged."""
    crash = answer(500, b"Internal Server Error", PLAIN)
    cases = {
        "500 in the envelope": ([refused(500)] * 4, NO_ROUTE),
        "an envelope with a code of its own": ([refused(500, "E-1")] * 4, refused(500, "E-1")),
        "documented refusals, and a crash for the valid token": ([crash, refused(401), refused(401)], NO_ROUTE),
        "a page for the valid token alone": ([PAGE, refused(401), refused(401)], NO_ROUTE),
        "refusals of a framework's own": ([crash, answer(401, {"detail": "who?"})], NO_ROUTE),
        "a crash on this path alone": ([crash] * 4, NO_ROUTE),
        "a wrong status on this path alone": ([answer(400, {"detail": "no"})] * 4, NO_ROUTE),
        "another method is routed": ([answer(405, {"detail": "no"})] * 4, NO_ROUTE),
        "success without authentication": ([created()] * 4, created()),
        "success in another shape": ([answer(201, {"data": {}})] * 4, NO_ROUTE),
        "dropped for the valid token": ([silence(), NO_ROUTE, NO_ROUTE], NO_ROUTE),
        "nothing was asked": ([], NO_ROUTE),
    }
    assert not {name: words for name, (answers, elsewhere) in cases.items() if (words := told(answers, elsewhere))}


def test_the_service_is_known_by_its_language() -> None:
    """The envelope, or a success with a documented member; a gateway's envelope is not the service's."""
    speaking = [created(), answer(201, {"id": 1}), refused(404), refused(500, "E-1")]
    foreign = [PAGE, NO_ROUTE, answer(201, {"ok": True}), answer(201, b""), from_gateway(404, "APIGW.0101")]
    foreign.append(answer(404, {"error_msg": "no code"}))
    assert all(speaks(exchange(one), CONTRACT) for one in speaking)
    assert not any(speaks(exchange(one), CONTRACT) for one in foreign)


def test_many_kinds_of_answers_are_not_all_told() -> None:
    """Three are shown."""
    pages = [answer(status, b"", HTML) for status in (502, 503, 504, 302)]
    words = told(pages)
    assert words is not None
    assert "504 text/html without a body and others;" in words


def test_redirects_and_pages_are_told_by_their_class_of_status() -> None:
    """3xx whatever it says, 2xx where it is a page, and 502 to 504; beside these a service may have spoken."""
    redirects = {status: told([answer(status, b"", PLAIN)] * 4) is not None for status in (299, 300, 399, 400)}
    pages = {status: told([answer(status, b"<p>", HTML)] * 4) is not None for status in (200, 299, 400)}
    proxies = {status: told([answer(status, b"<p>", HTML)] * 4) is not None for status in (501, 502, 503, 504, 505)}
    assert redirects == {299: False, 300: True, 399: True, 400: False}
    assert pages == {200: True, 299: True, 400: False}
    assert proxies == {501: False, 502: True, 503: True, 504: True, 505: False}


def test_what_stands_there_is_told_in_few_words() -> None:
    """A title rather than the page, the beginning rather than all of it, and nothing that steers a terminal."""
    shown = {
        b"<html><title lang=en>\x1b[31mSign in</title>": r'"\x1b[31mSign in"',
        b"x" * 200: f'"{"x" * 80}…"',
        b" \r\n": "without a body",
        b"\xff": '"\ufffd"',
    }
    wrong = {
        body: words
        for body, expected in shown.items()
        if expected not in (words := str(told([answer(503, body, HTML)])))
    }
    assert not wrong


def test_the_whole_line() -> None:
    """Each kind of answer once, in their order; where a redirect leads, what a page is called, and no media type."""
    assert told([answer(503, b"<TITLE>Down</TITLE>", HTML), answer(503, b"", (b"X", b"y")), PAGE]) == (
        "nothing there is the documented service: all 3 requests were answered "
        '503 text/html "Down", 503 without a body; check base_url'
    )
    three = told([answer(status, b"", HTML) for status in (502, 503, 504)])
    assert three is not None
    assert three.endswith("504 text/html without a body; check base_url")
    away = (b"Location", b"/login")
    led = {
        status: "to /login" in str(told([answer(status, b"", away)] * 4, answer(status))) for status in (300, 399, 400)
    }
    assert led == {300: True, 399: True, 400: False}
