"""Behaviour: an answer without the values that vary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract.message import Trouble
from conformance.judge.behaviour import Behaviour
from conformance.judge.verdict import AnsweredBy
from tests.shipped import behaviour_of

from .exchanges import Answer, answer, created, exchange, mirror, refused, silence


def test_the_behaviour_of_a_refusal_is_all_but_texts_and_values() -> None:
    """Status, code, type, shape, who answered, names of headers, what becomes of the connection."""
    assert behaviour_of(exchange(refused(404, error_msg="x"), probe="p")) == Behaviour(
        "p",
        404,
        "CH.00402000",
        "application/json",
        "{error_code: string, error_msg: string}",
        AnsweredBy.SERVICE,
        ("content-type",),
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
def test_who_answered_is_behaviour(response: Answer, who: AnsweredBy) -> None:
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
