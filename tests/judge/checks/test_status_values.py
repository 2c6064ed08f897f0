"""Status codes of an operation with values of its own: what is owed beside other statuses, and of what is invalid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.message import Token
from conformance.contract.operation import Response
from conformance.judge.checks import validate
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST
from conformance.judge.reading import Context
from conformance.judge.verdict import PASS, Finding, fail, untested
from tests.judge.invented import Row, contract_of, judged
from tests.judge.items import OPERATION, RESTRICTED, UNKNOWN, VALID, at, exchange

Sent = dict[str, Any]
BESIDE: list[Row] = [
    ("permitted", "owed", {"role": "permitted", "status": 200}),
    ("restricted", "owed", {"role": "restricted", "status": 403}),
    ("missing", "owed", {"role": "missing", "status": 404}),
    ("unknown", "owed", {"credential": "unknown", "status": 401}),
    ("above", "refused", {"parameter": "limit", "when": "above-maximum"}),
    ("long", "refused", {"member": "name", "when": "too-long"}),
    ("json", "refused", {"body": "not-json"}),
]
BROKEN, REFUSING = Context(succeeded=False, obstacle="it broke"), Context(obstacle="it refuses")


def owed(arguments: dict[str, Any], status: int, context: Context = Context(), **sent: Any) -> Finding | None:  # noqa: ANN401, B008 - as above
    """The finding of a row about a status, beside those of every role."""
    return judged(OPERATION, "owed", arguments, exchange(status, **sent), context, *BESIDE)


def wrong(status: int, due: str) -> Finding:
    """The failure of a status that was not due."""
    return fail(f"answered {status} instead of {due}", got=str(status), accepted=tuple(due.split(" or ")))


LONGEST = {"member": "name", "when": "longest"}


@pytest.mark.parametrize(
    ("arguments", "sent", "due"),
    [
        ({"role": "permitted", "status": 200}, {}, 200),
        ({"role": "restricted", "status": 403}, {"path": at("abc/north/6")}, 403),
        ({"role": "restricted", "status": 403}, {"token": RESTRICTED}, 403),
        ({"role": "missing", "status": 404}, {"path": at("abc/north/7")}, 404),
        ({"credential": "unknown", "status": 401}, {"token": UNKNOWN}, 401),
        ({"parameter": "limit", "when": "minimum"}, {"path": at("abc/north/5?limit=1")}, 200),
        (LONGEST, {"name": "abcd"}, 200),
        ({"member": "name", "when": "absent"}, {"name": ...}, 200),
        ({"member": "url", "form": "everyday"}, {"url": "https://a.invalid/"}, 200),
    ],
    ids=str,
)
def test_a_request_of_one_subject_gets_the_status_that_is_due(arguments: dict[str, Any], sent: Sent, due: int) -> None:
    """Any other fails, one that the row lists beside it passes."""
    assert owed(arguments, due, **sent) == PASS
    assert owed(arguments, 422, **sent) == wrong(422, str(due))
    assert owed({**arguments, "also": [422, 423]}, 422, **sent) == PASS
    assert owed({**arguments, "also": [422, 423]}, 424, **sent) == wrong(424, str(due))
    if due == 200:
        assert owed(arguments, 422, REFUSING, **sent) == untested("it refuses")
        assert owed(arguments, 422, REFUSING, probe=FIRST, **sent) == wrong(422, "200")
    elif due != 401:
        assert owed(arguments, due, BROKEN, **sent) == untested("it broke")
        assert owed(arguments, due, REFUSING, **sent) == PASS
        assert owed(arguments, 422, REFUSING, **sent) == wrong(422, str(due))
    else:
        assert owed(arguments, due, BROKEN, **sent) == PASS
        assert owed(arguments, 422, BROKEN, **sent) == wrong(422, "401")


def test_a_value_of_another_place_may_get_several_statuses() -> None:
    """All of them are told."""
    arguments = {"parameter": "project", "when": "shortest"}
    assert owed(arguments, 403, path=at("ab/north/5")) == PASS
    assert owed(arguments, 500, path=at("ab/north/5")) == wrong(500, "200 or 202 or 400 or 403 or 404 or 422")


def test_a_token_that_is_no_longer_valid_proves_nothing() -> None:
    """Of the account without permission; another status than 401 is judged."""
    arguments = {"role": "restricted", "status": 403}
    assert owed(arguments, 401, token=RESTRICTED) == untested(
        "restricted_token was refused (401): it is not a valid token"
    )
    assert owed(arguments, 401, path=at("abc/north/6")) == wrong(401, "403")


def test_the_first_success_shows_that_a_url_is_accepted() -> None:
    """The description's own; a later one, or another status, is left to the row that it is about."""
    everyday = {"member": "url", "form": "everyday"}
    assert owed(everyday, 200, probe=FIRST) == PASS
    assert owed(everyday, 202, probe=FIRST) is None
    assert owed(everyday, 200) is None
    assert owed(LONGEST, 200, probe=FIRST) is None


QUERIED = at("abc/north/6?x=1")


@pytest.mark.parametrize(
    ("role", "sent", "fails", "passes"),
    [
        pytest.param("restricted", {"path": QUERIED}, (201, 202), (200, 204, 403), id="a query"),
        pytest.param(
            "restricted", {"path": at("abc/north/6"), "headers": ()}, (200, 204, 299), (199, 300), id="no media type"
        ),
        pytest.param("restricted", {"token": RESTRICTED, "headers": ()}, (200,), (403,), id="the other account"),
        pytest.param("missing", {"path": at("abc/north/7"), "headers": ()}, (200,), (404,), id="no resource"),
        pytest.param("restricted", {"path": at("abc/north/7"), "headers": ()}, (), (200,), id="another role"),
        pytest.param("permitted", {"headers": ()}, (), (200, 400), id="with permission"),
        pytest.param(
            "restricted", {"path": at("abc/north/6"), "headers": (), "body": b"{"}, (), (200,), id="another body"
        ),
        pytest.param("restricted", {"path": at("abc/north/6?limit=51"), "headers": ()}, (), (200,), id="another value"),
        pytest.param("restricted", {"path": at("xyz/north/6"), "headers": ()}, (), (200,), id="elsewhere"),
        pytest.param(
            "restricted", {"path": at("abc/north/6"), "headers": (), "token": UNKNOWN}, (), (200,), id="no account"
        ),
        pytest.param("restricted", {"path": at("abc/north/6"), "method": "POST"}, (), (200,), id="another method"),
    ],
)
def test_an_odd_request_without_permission_is_not_let_in(
    role: str, sent: Sent, fails: tuple[int, ...], passes: tuple[int, ...]
) -> None:
    """The status of its refusal is open; a success of an unknown query fails if it says that something was made."""
    arguments = {"role": role, "status": {"permitted": 200, "restricted": 403, "missing": 404}[role]}
    assert [owed(arguments, status, **sent) for status in passes] == [None] * len(passes)
    assert [owed(arguments, status, **sent) for status in fails] == [
        fail(f"answered {status}", got=str(status), accepted=("any status but 2xx",)) for status in fails
    ]


BODY, PARAMETER = {"body": "invalid", "status": 400}, {"parameter": "invalid", "status": 422}


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        pytest.param(BODY, {"body": b"{"}, id="no JSON"),
        pytest.param(BODY, {"name": "abcde"}, id="a member"),
        pytest.param(PARAMETER, {"path": at("abc/north/5?limit=51")}, id="a parameter"),
    ],
)
def test_an_invalid_request_gets_the_documented_refusal(arguments: dict[str, Any], sent: Sent) -> None:
    """A success is told by the clause that forbids it; without further successes nothing is tested."""
    due = arguments["status"]
    assert owed(arguments, due, **sent) == PASS
    assert owed(arguments, 409, **sent) == wrong(409, str(due))
    assert owed(arguments, 500, **sent) == wrong(500, str(due))
    assert [owed(arguments, status, **sent) for status in (200, 204)] == [None, None]
    assert owed(arguments, due, REFUSING, **sent) == untested("it refuses")
    other = BODY if arguments is PARAMETER else PARAMETER
    assert owed(other, 409, **sent) is None
    assert owed(arguments, 409) is None
    assert owed(arguments, 409, **sent, token=UNKNOWN) is None


def test_what_is_invalid_in_the_body_is_no_matter_of_a_parameter() -> None:
    """Even if both have one status."""
    same = {**PARAMETER, "status": 400}
    assert owed(same, 409, body=b"{") is None
    assert owed({**BODY, "status": 422}, 409, path=at("abc/north/5?limit=51")) is None


@pytest.mark.parametrize(
    ("sent", "context", "status", "finding"),
    [
        ({}, Context(), 200, PASS),
        ({}, Context(), 404, PASS),
        ({}, Context(), 500, "undocumented"),
        ({}, REFUSING, 500, untested("it refuses")),
        ({"probe": FIRST}, REFUSING, 500, "undocumented"),
        ({"probe": AGAIN}, REFUSING, 500, None),
        ({"probe": AGAIN}, Context(), 500, "undocumented"),
        ({"token": UNKNOWN}, REFUSING, 500, "undocumented"),
        ({"token": UNKNOWN}, Context(), 401, PASS),
        ({"name": "abcde"}, Context(), 500, None),
        ({"headers": ()}, Context(), 500, None),
        ({"token": None}, Context(), 500, None),
    ],
)
def test_a_request_in_contract_gets_a_documented_status(
    sent: Sent, context: Context, status: int, finding: Finding | str | None
) -> None:
    """Unless the target refuses what it should accept."""
    if finding == "undocumented":
        finding = fail(f"answered {status}, which is not documented", got=str(status))
    assert judged(OPERATION, "documented-status", {}, exchange(status, **sent), context, *BESIDE) == finding


def again(
    probe: str,
    context: Context,
    status: int = 200,
    *,
    at_once: bool = False,
    member: bool = True,
    **answer: object,
) -> Finding | None:
    """The finding of a row about the same again."""
    arguments: dict[str, Any] = ({"member": "id"} if member else {}) | ({"at-once": True} if at_once else {})
    return judged(OPERATION, "same-again", arguments, exchange(status, answer, probe=probe), context)


def test_the_same_request_again_shows_the_same_member() -> None:
    """Whatever type it has; a refusal fails, unless the first was refused too."""
    first = Context(same=7)
    assert again(AGAIN, first, id=7) == PASS
    assert again(AGAIN, first, id=8) == fail("the id was 7 and is 8", got="id 8")
    assert again(AGAIN, Context(same="a"), id=["b"]) == fail("the id was 'a' and is ['b']", got="id ['b']")
    assert again(AGAIN, Context(same=1), id=1.0) == PASS
    assert again(AGAIN, Context(same=1), id=True) == fail("the id was 1 and is True", got="id True")
    assert again(AGAIN, first) == again(AGAIN, Context(), id=7) == untested("the answers have no id to compare")
    assert again(AGAIN, first, 409) == fail("answered 409 instead of 200", got="409")
    assert again(AGAIN, BROKEN, 409) == untested("it broke")
    assert again(AGAIN, REFUSING, 409) == fail("answered 409 instead of 200", got="409")
    assert again(AGAIN, Context(), member=False) == PASS
    assert again(AGAIN, Context(), 409, member=False) == fail("answered 409 instead of 200", got="409")
    for other in (FIRST, BURST, CREATION, "a.probe"):
        assert again(other, first, id=8) is None


def test_requests_at_once_are_compared_with_one_another() -> None:
    """Of the same request with the first one before they are told apart; of new ones with none else."""
    assert again(BURST, Context(same=7), at_once=True, id=7) == PASS
    assert again(BURST, Context(same=7), at_once=True, id=8) == fail("the id was 7 and is 8", got="id 8")
    assert again(BURST, Context(same=7, burst=8), at_once=True, id=8) == PASS
    of_them = fail("the id of the first of them is 8 and is 9", got="id 9")
    assert again(BURST, Context(same=7, burst=8), at_once=True, id=9) == of_them
    assert again(CREATION, Context(same=7, created=8), at_once=True, id=9) == of_them
    assert again(CREATION, Context(same=7, created=8, burst=9), at_once=True, id=8) == PASS
    assert again(CREATION, Context(same=7), at_once=True, id=7) == untested("the answers have no id to compare")
    changing = Context(same=7, steady=False)
    assert again(BURST, changing, at_once=True, id=8) == untested(
        "the id changes even where one request follows the other"
    )
    assert again(BURST, changing, 500, at_once=True) == fail("answered 500 instead of 200", got="500")
    assert again(BURST, REFUSING, 409, at_once=True) == again(BURST, REFUSING, at_once=True) == untested("it refuses")
    for other in (FIRST, AGAIN, "a.probe"):
        assert again(other, Context(same=7), at_once=True, id=8) is None


def test_nothing_is_said_of_a_silent_row() -> None:
    """Its answers are recorded elsewhere."""
    assert judged(OPERATION, "recorded", {"about": "members"}, exchange(500)) is None


def test_a_long_token_is_judged_by_its_length() -> None:
    """A valid one of the description is not."""
    arguments = {"credential": "length"}
    assert owed(arguments, 401, token=Token(b"?", b"!", 5000)) == PASS
    assert owed(arguments, 400, token=Token(b"?", b"!", 5000)) == wrong(400, "401")
    assert owed(arguments, 400, token=VALID) is None
    short = replace(OPERATION, credential=replace(OPERATION.credential, longest=None))
    assert judged(short, "owed", arguments, exchange(400, token=UNKNOWN), Context(), *BESIDE) is None


VALIDS: dict[str, list[dict[str, Any]]] = {
    "owed": [
        *({"credential": kind, "status": 401} for kind in ("missing", "empty", "unknown", "near-valid")),
        *({"credential": kind} for kind in ("minimum-length", "length", "maximum-length", "name")),
        {"credential": "unrecognised", "resource": "other", "status": 401},
        *({"parameter": name, "when": when} for name, when in (
            ("limit", "minimum"), ("limit", "maximum"), ("project", "shortest"), ("project", "longest"),
            ("side", "listed"), ("limit", "absent"),
        )),
        *({"member": "name", "when": when} for when in (
            "minimum", "maximum", "shortest", "longest", "fewest", "most", "listed", "absent",
        )),
        {"member": "url", "form": "everyday"},
        *({"role": role, "status": 403} for role in ("permitted", "restricted", "missing")),
        {"body": "invalid", "status": 400},
        {"parameter": "invalid", "status": 422},
    ],
    "recorded": [
        *({"about": word} for word in (
            "characters", "repeated", "absent", "members", "encoding", "content-type", "accept", "neither",
            "undocumented-status", "order", "example", "message", "other-codes", "options", "path", "read-back",
        )),
        *({"about": word, "parameter": "limit"} for word in ("notation", "repeated", "other-form")),
        *({"about": word, "member": "url"} for word in ("other-form", "open-form", "absent")),
        *({"about": word, "status": 200} for word in ("reason", "nulls", "extra")),
        {"about": "values", "status": 200, "member": "id"},
    ],
    "same-again": [{}, {"member": "id"}, {"at-once": True}, {"member": "id", "at-once": False}],
    "documented-status": [{}],
}  # fmt: skip


@pytest.mark.parametrize(("check", "rows"), VALIDS.items(), ids=VALIDS)
def test_rows_are_written_in_these_words(check: str, rows: list[dict[str, Any]]) -> None:
    """A clauses.yaml of today stays one; another status may stand beside the one that is due."""
    every = {
        "enum": ["a"], "minLength": 1, "maxLength": 2, "minItems": 1, "maxItems": 2, "minimum": 1, "maximum": 2,
    }  # fmt: skip
    assert OPERATION.body is not None
    body = replace(OPERATION.body, schema={"properties": {"name": every, "url": {}}})
    answers = {**OPERATION.responses, 200: Response(200, None, {"properties": {"id": {}}})}
    operation = replace(OPERATION, body=body, responses=answers)
    for row in rows:
        also = [{"also": [400]}] if check == "owed" and "invalid" not in row.values() else []
        for more in ({}, *also):
            validate(contract_of(operation, [("a", check, row | more)]))
        with pytest.raises(ValueError, match="takes no 'x'"):
            validate(contract_of(operation, [("a", check, row | {"x": 1})]))
