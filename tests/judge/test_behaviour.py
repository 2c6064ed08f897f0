"""Behaviour is what stays the same from day to day; it shows whether the documented service is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract.message import Exchange, Trouble
from conformance.judge.behaviour import Behaviour, absence, speaks
from conformance.judge.verdict import AnsweredBy
from tests.shipped import behaviour_of

from .exchanges import (
    CONTRACT,
    UNKNOWN,
    VALID,
    Answer,
    answer,
    created,
    exchange,
    from_gateway,
    mirror,
    refused,
    silence,
)


def test_the_behaviour_of_a_refusal_is_all_but_texts_and_values() -> None:
    """Status, code, type, shape, who answered, names of headers, what becomes of the connection."""
    assert behaviour_of(exchange(refused(404, error_msg="x"), probe="p")) == Behaviour(
        "p",
        404,
        "CH.00402000",
        "application/json",
        "{error_code: string, error_msg: string}",
        AnsweredBy.SERVICE,
        ("content-type", "date"),
        "kept",
    )
    one, other = (behaviour_of(exchange(refused(404, error_msg=text))) for text in ("x", "y"))
    assert one == other


def test_without_an_answer_there_is_none_of_it() -> None:
    """Status 0, and nothing else."""
    assert behaviour_of(silence(Trouble.DROPPED, probe="p")) == Behaviour("p", 0, None, None, None)


def test_values_and_order_of_a_201_do_not_matter() -> None:
    """The same members in another order, with other values of the same types, are the same behaviour."""
    members = dict(reversed(mirror(id=7, update_status="failed").items()))
    assert behaviour_of(exchange(created())) == behaviour_of(exchange(answer(201, members)))


def test_another_type_is_another_behaviour() -> None:
    """Null where there was a boolean changes the shape."""
    assert behaviour_of(exchange(created())) != behaviour_of(exchange(created(is_private=None)))


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<html>", "text"),
        (b"\xff", "text"),
        (b"null", "null"),
        (b"true", "boolean"),
        (b"1", "integer"),
        (b"1.5", "number"),
        (b'"x"', "string"),
        (b"{}", "{}"),
        (b"[]", "[]"),
        (b'[1, "x", 2, null]', "[integer | null | string]"),
        (b'{"b": [{"c": 1}], "a": true}', "{a: boolean, b: [{c: integer}]}"),
        (b'{"a": {"b": {"c": {"d": 1}}}}', "{a: {b: {c: object}}}"),
        (b"[[[[1]]]]", "[[[[]]]]"),
    ],
)
def test_a_body_has_a_shape(body: bytes, shape: str) -> None:
    """Member names and JSON types, three levels deep."""
    assert behaviour_of(exchange(answer(200, body))).shape == shape


@pytest.mark.parametrize(
    ("said", "media"),
    [
        ((b"Content-Type", b"Application/JSON; charset=utf-8"), "application/json"),
        ((b"content-type", b""), None),
        ((b"server", b"x"), None),
    ],
    ids=["parameters", "empty", "missing"],
)
def test_a_media_type_has_neither_case_nor_parameters(said: tuple[bytes, bytes], media: str | None) -> None:
    """RFC 9110 section 8.3.1."""
    assert behaviour_of(exchange(answer(200, b"", said))).content_type == media


@pytest.mark.parametrize("code", [None, 1, [], {}], ids=["null", "a number", "an array", "an object"])
def test_a_code_that_is_no_text_is_none(code: object) -> None:
    """Its type stands in the shape."""
    body = {"error_code": code}
    assert behaviour_of(exchange(answer(400, body))).error_code is None


@pytest.mark.parametrize(
    ("response", "who"),
    [
        (refused(401), AnsweredBy.SERVICE),
        (created(), AnsweredBy.SERVICE),
        (answer(401, {"error_code": "APIGW.0301", "error_msg": "x"}), AnsweredBy.GATEWAY),
        (answer(502, b"<html>"), AnsweredBy.OTHER),
    ],
)
def test_the_answering_party_is_behaviour(response: Answer, who: AnsweredBy) -> None:
    """As the rules tell it."""
    assert behaviour_of(exchange(response)).answered_by is who


def test_the_names_of_headers_are_behaviour_their_values_are_not() -> None:
    """Each once, in lower case, in alphabetical order."""
    one = answer(200, b"", (b"X-B", b"1"), (b"x-a", b"2"), (b"X-A", b"3"))
    assert behaviour_of(exchange(one)).headers == ("x-a", "x-b")
    other = answer(200, b"", (b"X-A", b"9"), (b"x-b", b"8"))
    assert behaviour_of(exchange(one)) == behaviour_of(exchange(other))


@pytest.mark.parametrize(
    ("version", "said", "connection"),
    [
        ("HTTP/1.1", b"", "kept"),
        ("HTTP/1.1", b"x, Close", "closed"),
        ("HTTP/1.0", b"", "closed"),
        ("HTTP/1.0", b"Keep-Alive", "kept"),
    ],
)
def test_whether_the_connection_is_kept_is_behaviour(version: str, said: bytes, connection: str) -> None:
    """RFC 9112 section 9.3."""
    one = exchange(answer(200, b"", (b"Connection", said)))
    assert one.response is not None
    one = replace(one, response=replace(one.response, http_version=version))
    assert behaviour_of(one).connection == connection


def test_what_the_target_chose_steers_no_terminal() -> None:
    """Names and codes that are not printable are escaped."""
    found = behaviour_of(exchange(answer(404, {"\x1b[31m": 1, "\ud800": 2, "error_code": "\x1b[0m"})))
    assert found.error_code == r"\x1b[0m"
    assert found.shape == r"{\x1b[31m: integer, error_code: string, \ud800: integer}"


HTML = (b"Content-Type", b"text/html; charset=utf-8")
PLAIN = (b"Content-Type", b"text/plain")
PAGE = answer(503, b"<html><head><title>Down for\n maintenance</title></head></html>", HTML)
NO_ROUTE = answer(404, {"detail": "Not Found"})


def told(answers: list[Answer | Exchange], elsewhere: Answer = NO_ROUTE) -> str | None:
    """The sentence about these answers, to the valid token, an unknown one, none, and an id out of range."""
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
        or not words.endswith(("; check base_url", "; check that the service is up, and base_url"))
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


def test_another_server_is_told_in_few_words() -> None:
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
        '503 text/html "Down", 503 without a body; check that the service is up, and base_url'
    )
    three = told([answer(status, b"", HTML) for status in (502, 503, 504)])
    assert three is not None
    assert three.endswith("504 text/html without a body; check that the service is up, and base_url")
    away = (b"Location", b"/login")
    led = {
        status: "to /login" in str(told([answer(status, b"", away)] * 4, answer(status))) for status in (300, 399, 400)
    }
    assert led == {300: True, 399: True, 400: False}
