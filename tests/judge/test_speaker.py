"""Who answered; the codes themselves are told apart in test_reading."""

from __future__ import annotations

import pytest

from conformance.contract.message import Response
from conformance.judge.speaker import disagree
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from tests.shipped import speaker_of

GATEWAY = b'{"error_code": "APIGW.0301", "error_msg": "x", "request_id": "1"}'


def failure(by: AnsweredBy) -> Verdict:
    """A failure in somebody's answer."""
    return Verdict("a.b", "p", 1, Outcome.FAIL, answered_by=by)


@pytest.mark.parametrize(
    ("response", "speaker"),
    [
        pytest.param(Response(401, "", (), GATEWAY), AnsweredBy.GATEWAY, id="the gateway's envelope"),
        pytest.param(Response(494, "", (), b"<html>"), AnsweredBy.OTHER, id="a page"),
        pytest.param(Response(404, "", (), b'{"error_code": "CH.00402000"}'), AnsweredBy.SERVICE, id="the service's"),
        pytest.param(Response(201, "", (), b"{}"), AnsweredBy.SERVICE, id="a success"),
        pytest.param(Response(201, "", (), b"{}", truncated=True), AnsweredBy.OTHER, id="a success that was cut"),
    ],
)
def test_an_answer_says_who_sent_it(response: Response, speaker: AnsweredBy) -> None:
    """It is told from status and body alone."""
    assert speaker_of(response) is speaker


def test_they_disagree_where_the_gateway_alone_answered() -> None:
    """One failure of the service, or of nobody known, makes it the product's; no failure is no disagreement."""
    gateway, service, other = (failure(by) for by in (AnsweredBy.GATEWAY, AnsweredBy.SERVICE, AnsweredBy.OTHER))
    assert disagree([gateway, gateway])
    assert not disagree([gateway, service])
    assert not disagree([gateway, other])
    assert not disagree([])


@pytest.mark.parametrize(
    ("status", "body", "speaker"),
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
def test_the_form_of_an_answer_says_whose_it_is(status: int, body: bytes, speaker: AnsweredBy) -> None:
    """An object in a success, or the two strings of the envelope, is the service's; a code alone may be anybody's."""
    assert speaker_of(Response(status, "", (), body)) is speaker


def test_what_was_cut_is_nobodys() -> None:
    """Its beginning is not read, even where it is JSON by chance."""
    for body in (b'{"error_code": "CH.00402000", "error_msg": ""}', GATEWAY):
        assert speaker_of(Response(404, "", (), body, truncated=True)) is AnsweredBy.OTHER
