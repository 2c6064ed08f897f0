"""Who answered; the codes themselves are told apart in test_reading."""

from __future__ import annotations

import pytest

from conformance.contract.message import Response
from conformance.judge.speaker import disagree, speaker_of
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict

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
