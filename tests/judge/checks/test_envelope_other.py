"""Envelopes and codes of an operation whose refusals have two forms."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.message import Response as Answer
from conformance.contract.message import Token
from conformance.contract.operation import Response
from conformance.judge.reading import Context
from conformance.judge.verdict import PASS, Finding, fail
from tests.judge.invented import Row, judged
from tests.judge.items import OPERATION, RESTRICTED, UNKNOWN, at, exchange

CODED = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}
REASONED = {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string"}}}
EXAMPLES = ({"code": "S.1"}, {"message": "no code"}, {"code": "S.2"})
REFUSING = replace(
    OPERATION,
    responses={
        200: OPERATION.responses[200],
        400: Response(400, "application/json", CODED, EXAMPLES),
        401: Response(401, "application/json", CODED, EXAMPLES),
        403: Response(403, "application/json", CODED, EXAMPLES),
        404: Response(404, "application/json", REASONED),
    },
)
OTHER = {"status": "other"}
LONG, SHORT = Token(b"?", b"!", 9001), Token(b"1234")
GOOD, BAD = {"code": "S.1", "message": "No."}, {"code": 1}


def held(
    check: str,
    status: int,
    answered: object,
    arguments: dict[str, Any] = OTHER,
    *rows: Row,
    **sent: Any,  # noqa: ANN401 - members, or fields of Request
) -> Finding | None:
    """The finding of a row about envelopes or codes."""
    return judged(REFUSING, check, arguments, exchange(status, answered, **sent), Context(), *rows)


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        (GOOD, PASS),
        ({**GOOD, "more": 1}, PASS),
        ({"reason": "No."}, PASS),
        ({"reason": 1}, fail("1 is not of type 'string'", got="422, an object of reason")),
        ({"z": 1, "a": 2}, fail("'reason' is a required property", got="422, an object of a, z")),
        ({}, fail("'reason' is a required property", got="422, an empty object")),
        ([], fail("the body is JSON, but not an object", got="422, array")),
        (None, fail("the body is not JSON: it is empty", got="422, not JSON")),
    ],
)
def test_another_refusal_has_one_of_the_documented_forms(body: object, finding: Finding) -> None:
    """Any of them; the last one is held against it if none fits."""
    assert held("envelope", 422, body) == finding


@pytest.mark.parametrize(
    ("status", "sent", "judges"),
    [
        (422, {}, True), (400, {}, False), (404, {}, False), (399, {}, False), (499, {}, True), (500, {}, False),
        (422, {"token": UNKNOWN}, True), (422, {"name": "abcde"}, True), (422, {"headers": ()}, True),
        (422, {"path": at("abc/north/5?x=1")}, False), (404, {"path": "/v1/other"}, False),
        (422, {"method": "HEAD"}, False), (422, {"method": "TRACE"}, False), (422, {"method": "BREW"}, False),
        *((404, {"method": method}, True) for method in ("GET", "POST", "PATCH", "DELETE", "OPTIONS")),
        (422, {"token": Token(b"a\0b")}, False), (422, {"path": at("a%2Fb/north/5")}, False),
        *((status, {"token": LONG}, False) for status in (400, 413, 414, 431, 494)),
        (422, {"token": LONG}, True), (413, {"token": SHORT}, True), (413, {}, True), (431, {"token": None}, True),
    ],
)  # fmt: skip
def test_another_refusal_of_the_service_carries_an_envelope(status: int, sent: dict[str, Any], *, judges: bool) -> None:
    """A documented one has a row of its own; parsers, routers and proxies answer for themselves."""
    found = held("envelope", status, BAD, **sent)
    assert (found is not None) is judges
    if judges:
        assert found == fail("'reason' is a required property", got=f"{status}, an object of code")


@pytest.mark.parametrize("path", [at("abc/north/x"), at("abc/north/-1"), at("abc/north/05")])
def test_a_documented_400_to_an_id_that_is_no_number_is_the_service_s(path: str) -> None:
    """A router answers 404 there, and a firewall 403; whoever answers 400 has read the id."""
    assert held("envelope", 400, BAD, {"status": 400}, path=path) is not None
    assert held("envelope", 400, BAD, path=path) is None
    for status in (403, 404):
        assert held("envelope", status, BAD, {"status": status}, path=path) is None
        assert held("envelope", status, BAD, path=path) is not None


def test_without_a_documented_refusal_no_form_is_known() -> None:
    """Nothing is said of others then."""
    silent = replace(REFUSING, responses={200: OPERATION.responses[200]})
    assert judged(silent, "envelope", OTHER, exchange(422, BAD)) is None
    free = replace(REFUSING, responses={200: OPERATION.responses[200], 404: Response(404, None, None)})
    assert judged(free, "envelope", OTHER, exchange(422, {"any": 1})) == PASS
    assert judged(free, "envelope", {"status": 404}, exchange(404, {"any": 1})) == PASS


@pytest.mark.parametrize(
    ("status", "body", "finding"),
    [
        (401, GOOD, PASS),
        (
            401,
            {"code": 1},
            fail("'message' is a required property; 1 is not of type 'string'", got="401, an object of code"),
        ),
        (404, {"reason": "No."}, PASS),
        (404, GOOD, fail("'reason' is a required property", got="404, an object of code, message")),
    ],
)
def test_a_documented_refusal_has_its_own_form(status: int, body: object, finding: Finding) -> None:
    """Of requests that reach the service by the documented method on the exact path."""
    assert held("envelope", status, body, {"status": status}) == finding
    assert held("envelope", status, body, {"status": 400}) is None
    for sent in (
        {"method": "POST"},
        {"path": at("abc/north/5?x=1")},
        {"token": Token(b"a\0b")},
        {"path": at("a%2Fb/north/5")},
    ):
        assert held("envelope", status, body, {"status": status}, **sent) is None, sent


CODE = {"status": 401}
UNAUTHORISED: Row = ("missing", "owed", {"credential": "missing", "status": 401})
INVALID: list[Row] = [
    ("invalid", "owed", {"body": "invalid", "status": 400}),
    ("json", "refused", {"body": "not-json"}),
]


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("S.1", PASS), ("S.2", PASS), ("S.3", fail("code is 'S.3'", got="S.3")), ("", fail("code is ''", got="")),
        ("G.1", None), (1, None), (None, None),
    ],
)  # fmt: skip
def test_a_code_is_one_of_the_examples(code: object, finding: Finding | None) -> None:
    """A gateway has codes of its own, and a code that is no text is for the envelope."""
    assert held("error-code", 401, {**GOOD, "code": code}, CODE, token=UNKNOWN) == finding


@pytest.mark.parametrize(
    ("status", "sent", "judges"),
    [
        (401, {"token": UNKNOWN}, True), (401, {}, True), (403, {"token": RESTRICTED}, True),
        (401, {"token": None}, True),
        (401, {"token": Token(b"")}, True), (401, {"token": SHORT}, False), (401, {"token": LONG}, False),
        (401, {"headers": ()}, False), (401, {"token": None, "headers": ()}, False), (401, {"name": "abcde"}, False),
        (403, {"token": None}, False), (401, {"path": at("xyz/north/5")}, False), (400, {"body": b"{"}, True),
        (400, {"body": b"[]"}, False), (403, {"body": b"{"}, False), (400, {"body": b"{", "token": UNKNOWN}, False),
        (401, {"path": at("xyz/north/5"), "token": None}, False),
    ],
)  # fmt: skip
def test_a_code_is_judged_of_requests_that_the_document_refuses(
    status: int, sent: dict[str, Any], *, judges: bool
) -> None:
    """In contract, without a token, or invalid as a row says; another status is another row's."""
    found = held("error-code", status, {**GOOD, "code": "S.3"}, {"status": status}, UNAUTHORISED, *INVALID, **sent)
    assert found == (fail("code is 'S.3'", got="S.3") if judges else None)
    other = {"status": 401 if status != 401 else 400}
    assert held("error-code", status, {**GOOD, "code": "S.3"}, other, UNAUTHORISED, *INVALID, **sent) is None


def test_a_code_stands_in_the_statuss_own_envelope() -> None:
    """By the member that is documented for it."""
    own = replace(OPERATION.envelope, code="reason", text="detail")
    operation = replace(
        REFUSING,
        envelope=replace(OPERATION.envelope, others={403: own}),
        responses={**REFUSING.responses, 403: Response(403, None, None, ({"reason": "S.9"},))},
    )
    of = exchange(403, {"reason": "S.8", "code": "S.9"}, path=at("abc/north/6"))
    assert judged(operation, "error-code", {"status": 403}, of) == fail("reason is 'S.8'", got="S.8")
    of = replace(of, response=Answer(403, "", (), json.dumps({"reason": "S.9"}).encode()))
    assert judged(operation, "error-code", {"status": 403}, of) == PASS
