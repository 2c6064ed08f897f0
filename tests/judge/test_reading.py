"""An exchange is read once: its JSON, and the sender of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Response, Trouble
from conformance.judge.reading import Context, json_type
from conformance.judge.summary import disagree
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from tests.shipped import responder_of

from .exchanges import CONTRACT, UNKNOWN, answer, created, exchange, mirror, reading, refused, silence
from .invented import contract_of

if TYPE_CHECKING:
    from conformance.contract.message import Exchange

    from .exchanges import Answer


@pytest.mark.parametrize(
    ("code", "responder"),
    [
        ("CH.00000002", AnsweredBy.SERVICE),
        ("CH.010001", AnsweredBy.SERVICE),
        ("CH.01000", AnsweredBy.SERVICE),
        ("DEV.CH.x-1", AnsweredBy.SERVICE),
        ("DEV.12345678", AnsweredBy.SERVICE),
        ("APIGW.0301", AnsweredBy.GATEWAY),
        ("APIG.0101", AnsweredBy.GATEWAY),
        ("CH.1", AnsweredBy.OTHER),
        ("CH.123456789", AnsweredBy.OTHER),
        ("DEV.1234567", AnsweredBy.OTHER),
        ("APIGX.0301", AnsweredBy.OTHER),
        ("APIGW.03011", AnsweredBy.OTHER),
        ("xAPIGW.0301", AnsweredBy.OTHER),
        ("APIGW.0301\n", AnsweredBy.OTHER),
        ("", AnsweredBy.OTHER),
        (2, AnsweredBy.OTHER),
        (None, AnsweredBy.OTHER),
    ],
)
def test_the_answering_party_is_told_from_the_code(code: object, responder: AnsweredBy) -> None:
    """The service's codes and the gateway's are the vendor's; where only a code is there, any other is a stranger's."""
    assert reading(exchange(answer(400, {"error_code": code}))).answered_by is responder


@pytest.mark.parametrize("code", ["CH.00000002", "CH.1", "", "ch.00000002", "APIGW.03011", "Unauthorized"])
def test_the_documented_envelope_is_the_services_whatever_its_code(code: str) -> None:
    """Two strings of these names; the gateway's code alone tells the gateway, and a code that is none tells nobody."""
    assert reading(exchange(answer(400, {"error_code": code, "error_msg": ""}))).answered_by is AnsweredBy.SERVICE
    gateway = answer(400, {"error_code": "APIGW.0301", "error_msg": code})
    assert reading(exchange(gateway)).answered_by is AnsweredBy.GATEWAY
    for other in ({"error_code": 2, "error_msg": code}, {"error_code": "x", "error_msg": None}, {"error_msg": code}):
        assert reading(exchange(answer(400, other))).answered_by is AnsweredBy.OTHER


@pytest.mark.parametrize(
    ("answered", "responder"),
    [
        pytest.param(created(), AnsweredBy.SERVICE, id="201 with an object"),
        pytest.param(answer(200, {}), AnsweredBy.SERVICE, id="200 with an object"),
        pytest.param(answer(201, b"<html>"), AnsweredBy.OTHER, id="201 with a page"),
        pytest.param(answer(204), AnsweredBy.OTHER, id="204"),
        pytest.param(answer(302, {}), AnsweredBy.OTHER, id="302"),
        pytest.param(answer(404, b"[]"), AnsweredBy.OTHER, id="404 with an array"),
    ],
)
def test_a_success_in_json_is_the_services(answered: Answer, responder: AnsweredBy) -> None:
    """Without a code, a 2xx with an object comes from the service."""
    assert reading(exchange(answered)).answered_by is responder


def test_without_an_answer_there_is_nothing_to_read() -> None:
    """Status 0, no JSON, nobody spoke."""
    silent = reading(silence(Trouble.TIMEOUT))
    assert (silent.status, silent.got, silent.succeeded, silent.cut) == (0, "0", False, False)
    assert (silent.object, silent.error_code, silent.answered_by) == (None, None, AnsweredBy.OTHER)
    assert silent.json.defect == "it is empty"


def test_what_came_is_the_status_and_the_code() -> None:
    """In few words, on one line, whatever the target chose for a code."""
    assert reading(exchange(refused(404))).got == "404 CH.00402000"
    assert reading(exchange(answer(404))).got == "404"
    assert reading(exchange(refused(404, "x" * 101))).got == "404 " + "x" * 100 + "…"
    assert reading(exchange(refused(404, "\x1b[31m\n"))).got == r"404 \x1b[31m\n"


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"x"], ids=["an array", "a string", "null", "no JSON"])
def test_other_json_has_none(body: bytes) -> None:
    """Neither object nor code."""
    read = reading(exchange(answer(400, body)))
    assert (read.object, read.error_code) == (None, None)


def test_an_answer_that_was_cut_says_nothing() -> None:
    """The part that came may be JSON by chance; it is not read."""
    cut = reading(exchange(answer(201, mirror()), truncated=True))
    assert cut.cut
    assert cut.object is None
    assert cut.json.defect == "it was not read to its end"
    assert cut.answered_by is AnsweredBy.OTHER


def coded(answered: Answer, coding: str, *, damaged: bool = False) -> Exchange:
    """An exchange whose answer has a coding that is not undone."""
    found = exchange(answered)
    assert found.response is not None
    return replace(found, response=replace(found.response, coding=coding, damaged=damaged))


@pytest.mark.parametrize(
    ("damaged", "words"),
    [
        (False, r"the answer is in the content coding b\x1br…, which is not undone"),
        (True, r"the body is not in the content coding b\x1br…, as the answer says"),
    ],
)
def test_an_answer_in_a_coding_says_in_which(words: str, *, damaged: bool) -> None:
    """In few words, on one line; where the body can be read all the same, it is."""
    said = reading(coded(answer(201, b"\x1f\x8b"), "b\x1br" + "x" * 200, damaged=damaged)).unread
    assert said is not None
    assert said.replace("x" * 97, "") == words
    assert reading(coded(answer(201, mirror()), "br")).unread is None


def test_a_body_without_a_coding_was_read() -> None:
    """A body that is no JSON says something too, and one that never came says nothing."""
    assert reading(exchange(answer(400, b"x"))).unread is None
    assert reading(silence()).unread is None


def test_a_code_is_a_string() -> None:
    """A number is none."""
    assert reading(exchange(answer(400, {"error_code": 2}))).error_code is None


@pytest.mark.parametrize(("status", "succeeded"), [(199, False), (200, True), (299, True), (300, False)])
def test_success_is_2xx(status: int, *, succeeded: bool) -> None:
    """200 to 299."""
    assert reading(exchange(answer(status))).succeeded is succeeded


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "null"), (True, "boolean"), (1, "integer"), (1.0, "number"), ("", "string"), ([], "array"), ({}, "object")],
)
def test_json_types_have_the_names_of_json(value: object, name: str) -> None:
    """RFC 8259 section 3, and integer apart."""
    assert json_type(value) == name


def test_a_context_of_nothing_hinders_nothing() -> None:
    """By default there is no obstacle, nothing to compare with, and the contract is the one that was read."""
    assert Context() == Context(
        obstacle=None,
        succeeded=True,
        same=None,
        steady=True,
        recognised=True,
        created=None,
        burst=None,
    )
    assert reading(silence()).contract is CONTRACT
    assert reading(exchange(created())).facts.succeeds


GATEWAY = b'{"error_code": "APIGW.0301", "error_msg": "x", "request_id": "1"}'


def failure(by: AnsweredBy) -> Verdict:
    """A failure in somebody's answer."""
    return Verdict("a.b", "p", 1, Outcome.FAIL, answered_by=by)


@pytest.mark.parametrize(
    ("response", "responder"),
    [
        pytest.param(Response(401, "", (), GATEWAY), AnsweredBy.GATEWAY, id="the gateway's envelope"),
        pytest.param(Response(494, "", (), b"<html>"), AnsweredBy.OTHER, id="a page"),
        pytest.param(Response(404, "", (), b'{"error_code": "CH.00402000"}'), AnsweredBy.SERVICE, id="the service's"),
        pytest.param(Response(201, "", (), b"{}"), AnsweredBy.SERVICE, id="a success"),
        pytest.param(Response(201, "", (), b"{}", truncated=True), AnsweredBy.OTHER, id="a success that was cut"),
    ],
)
def test_an_answer_says_who_sent_it(response: Response, responder: AnsweredBy) -> None:
    """It is told from status and body alone."""
    assert responder_of(response) is responder


def test_they_disagree_where_the_gateway_alone_answered() -> None:
    """One failure of the service, or of nobody known, makes it the product's; no failure is no disagreement."""
    gateway, service, other = (failure(by) for by in (AnsweredBy.GATEWAY, AnsweredBy.SERVICE, AnsweredBy.OTHER))
    assert disagree([gateway, gateway])
    assert not disagree([gateway, service])
    assert not disagree([gateway, other])
    assert not disagree([])


@pytest.mark.parametrize(
    ("status", "body", "responder"),
    [
        pytest.param(200, b"{}", AnsweredBy.SERVICE, id="200"),
        pytest.param(299, b"{}", AnsweredBy.SERVICE, id="299"),
        pytest.param(199, b"{}", AnsweredBy.OTHER, id="199"),
        pytest.param(300, b"{}", AnsweredBy.OTHER, id="300"),
        pytest.param(200, b"[]", AnsweredBy.OTHER, id="200 with an array"),
        pytest.param(401, b'{"error_code": "", "error_msg": ""}', AnsweredBy.SERVICE, id="the envelope"),
        pytest.param(401, b'{"error_code": "", "ERROR_MSG": ""}', AnsweredBy.OTHER, id="half of it"),
        pytest.param(401, b'{"error_code": "x", "error_msg": 1}', AnsweredBy.OTHER, id="a text that is none"),
        pytest.param(401, b'{"error_code": 1, "error_msg": "x"}', AnsweredBy.OTHER, id="a code that is none"),
        pytest.param(200, GATEWAY, AnsweredBy.GATEWAY, id="the gateway's code in a success"),
    ],
)
def test_the_form_of_an_answer_says_whose_it_is(status: int, body: bytes, responder: AnsweredBy) -> None:
    """An object in a success, or the two strings of the envelope, is the service's; a code alone may be anybody's."""
    assert responder_of(Response(status, "", (), body)) is responder


def test_a_cut_answer_is_nobodys() -> None:
    """Its beginning is not read, even where it is JSON by chance."""
    for body in (b'{"error_code": "CH.00402000", "error_msg": ""}', GATEWAY):
        assert responder_of(Response(404, "", (), body, truncated=True)) is AnsweredBy.OTHER


@pytest.mark.parametrize(
    ("status", "method", "unimplemented"),
    [(501, "BREW", True), (501, "POST", False), (500, "BREW", False), (200, "BREW", False)],
)
def test_another_method_may_be_unimplemented(status: int, method: str, *, unimplemented: bool) -> None:
    """501 refuses it; to the documented method it is an error of the server."""
    assert reading(exchange(answer(status), method=method)).unimplemented is unimplemented
    assert not reading(silence(method=method)).unimplemented


def test_a_reading_knows_what_the_document_says_of_the_request() -> None:
    """Its statuses, the clauses that are judged by the status, and the member that is compared."""
    read = reading(exchange(created(id=7)))
    assert (read.allowed, read.owners, read.same) == ({201}, {"status.201.permitted"}, 7)
    assert (read.success, read.succeeded) == (True, True)
    for status, owner in ((401, "path.repository_id.minimum"), (404, "status.401.precedence")):
        strange = reading(exchange(answer(status, b"[]"), id=1, token=UNKNOWN))
        assert (strange.allowed, strange.owners, strange.same) == ({401}, {owner}, None)
        assert (strange.success, strange.succeeded) == (False, False)


def test_without_a_row_about_the_same_again_nothing_is_compared() -> None:
    """A member called None is none of it."""
    bare = contract_of(CONTRACT.operation, [("a", "same-again", {})])
    assert replace(reading(exchange(created(id=7))), contract=bare).same is None
    named = contract_of(CONTRACT.operation, [("a", "same-again", {"member": "url"})])
    assert replace(reading(exchange(created(url="u"))), contract=named).same == "u"


def test_a_body_that_was_not_read_says_why() -> None:
    """It is nested too deep, or was cut; an answer that is no JSON for another reason says nothing."""
    deep = reading(exchange(answer(201, b"[" * 501 + b"]" * 501)))
    assert deep.unread == "the body was not read: it is nested over 500 levels deep, which is not read"
    assert reading(exchange(answer(201, mirror()), truncated=True)).unread == (
        "the answer is too long to be read to its end"
    )
    assert reading(exchange(answer(201, mirror()))).unread is None


def test_a_code_is_that_of_the_statuss_own_envelope() -> None:
    """Of another status the usual one."""
    own = replace(CONTRACT.operation.envelope, code="reason", text="detail")
    envelope = replace(CONTRACT.operation.envelope, others={404: own})
    contract = contract_of(replace(CONTRACT.operation, envelope=envelope))
    for status, code in ((404, "APIGW.0101"), (400, None)):
        read = replace(reading(exchange(answer(status, {"reason": "APIGW.0101"}))), contract=contract)
        assert read.error_code == code
        assert read.answered_by is (AnsweredBy.GATEWAY if code else AnsweredBy.OTHER)
