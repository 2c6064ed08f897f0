"""Refusals of values, bodies, members and tokens of an operation that has many of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.message import Token
from conformance.contract.operation import Response
from conformance.contract.values import Boolean, Text
from conformance.judge.checks import validate
from conformance.judge.reading import Context
from conformance.judge.verdict import PASS, Finding, Outcome, fail, untested
from tests.judge.invented import contract_of, judged
from tests.judge.items import KNOWN, OPERATION, RESTRICTED, UNKNOWN, VALID, at, exchange

Sent = dict[str, Any]


def parameter(name: str, when: str) -> dict[str, Any]:
    """The arguments of a row about the value of a parameter."""
    return {"parameter": name, "when": when}


ABOVE, LIMIT = {"path": at("abc/north/5?limit=51")}, {"parameter": "limit", "when": "above-maximum"}
ACTION = {"member": "action"}
LONG, NAME = {"name": "abcde"}, {"member": "name", "when": "too-long"}
NOT_JSON: Sent = {"body": b"{"}
FORMS: dict[str, tuple[dict[str, Any], Sent, str]] = {
    "a parameter above": (LIMIT, ABOVE, "limit that is above the maximum"),
    "one below": (
        parameter("limit", "below-minimum"), {"path": at("abc/north/5?limit=0")}, "limit that is below the minimum",
    ),
    "no number": ({**LIMIT, "when": "wrong-type"}, {"path": at("abc/north/5?limit=x")}, "limit that is no integer"),
    "none": ({**LIMIT, "when": "missing"}, {"path": at("abc/north/5?limit=")}, "limit that is empty"),
    "not listed": (
        parameter("side", "not-listed"), {"path": at("abc/west/5")}, "side that is none of the listed values",
    ),
    "too short": (parameter("project", "too-short"), {"path": at("a/north/5")}, "project that is too short"),
    "too long": (parameter("project", "too-long"), {"path": at("abcde/north/5")}, "project that is too long"),
    "an id": (parameter("item_id", "above-maximum"), {"path": at("abc/north/10")}, "an id that is above the maximum"),
    "a member": (NAME, LONG, "a name that is too long"),
    "a member of another type": ({**NAME, "when": "wrong-type"}, {"name": 1}, "a name that is no string"),
    "a listed member": (
        {**ACTION, "when": "not-listed"}, {"action": "x"}, "an action that is none of the listed values",
    ),
    "a member left out": ({**ACTION, "when": "missing"}, {"action": ...}, "an action that is missing"),
    "no JSON": ({"body": "not-json"}, NOT_JSON, "a body that is no JSON"),
    "no object": ({"body": "not-object"}, {"body": b"[]"}, "a body that is no object"),
    "no body": ({"body": "absent"}, {"body": None}, "no body"),
    "a long token": ({"credential": "over-maximum"}, {"token": Token(b"?", b"!", 9001)}, "a token of 9,001 characters"),
    "a short token": ({"credential": "below-minimum"}, {"token": Token(b"1234")}, "a token of 4 characters"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sent", "said"), FORMS.values(), ids=FORMS)
def test_a_success_fails_and_a_refusal_passes(arguments: dict[str, Any], sent: Sent, said: str) -> None:
    """A 5xx is no refusal; after a first valid request that failed, a refusal proves nothing."""

    def found(status: int, context: Context = Context()) -> Finding | None:  # noqa: B008 - frozen
        return judged(OPERATION, "refused", arguments, exchange(status, **sent), context)

    broken = Context(succeeded=False, obstacle="it broke")
    assert found(200) == fail(f"{said} was answered 200", got="200")
    assert found(299) == fail(f"{said} was answered 299", got="299")
    assert [found(status) for status in (199, 300, 400, 401, 404, 499)] == [PASS] * 6
    assert found(500) == untested("answered 500, which is not a refusal")
    assert found(501) == untested("answered 501, which is not a refusal")
    assert found(200, broken) == fail(f"{said} was answered 200", got="200")
    assert found(400, broken) == untested("it broke")
    assert found(400, Context(succeeded=False)) == untested("the first valid request did not succeed")
    assert judged(OPERATION, "refused", arguments, exchange(200)) is None


PROOF: dict[str, tuple[dict[str, Any], Sent]] = {
    "a parameter, and the token": (LIMIT, ABOVE | {"token": UNKNOWN}),
    "a parameter, and the other account's token": (LIMIT, ABOVE | {"token": RESTRICTED}),
    "a parameter, and the body": (LIMIT, ABOVE | NOT_JSON),
    "a parameter, and a member": (LIMIT, ABOVE | LONG),
    "a parameter, and another": (LIMIT, {"path": at("abc/west/5?limit=51")}),
    "a parameter, and the id": (LIMIT, {"path": at("abc/north/0?limit=51")}),
    "a parameter, and the headers": (LIMIT, ABOVE | {"headers": ()}),
    "an id, and a parameter": ({"parameter": "item_id", "when": "below-minimum"}, {"path": at("abc/north/0?limit=51")}),
    "an id, and a query": ({"parameter": "item_id", "when": "below-minimum"}, {"path": at("abc/north/0?x=1")}),
    "a member, and the token": (NAME, LONG | {"token": UNKNOWN}),
    "a member, and the id": (NAME, LONG | {"path": at("abc/north/0")}),
    "a member, and another": (NAME, LONG | {"action": "x"}),
    "a body, and the token": ({"body": "not-json"}, NOT_JSON | {"token": UNKNOWN}),
    "a body, and the id": ({"body": "not-json"}, NOT_JSON | {"path": at("abc/north/0")}),
    "a token, and the body": ({"credential": "over-maximum"}, NOT_JSON | {"token": Token(b"?", b"!", 9001)}),
}


@pytest.mark.parametrize(("arguments", "sent"), PROOF.values(), ids=PROOF)
def test_a_refusal_of_two_things_wrong_proves_neither(arguments: dict[str, Any], sent: Sent) -> None:
    """A success is a failure all the same."""
    found = judged(OPERATION, "refused", arguments, exchange(200, **sent))
    assert found is not None
    assert found.outcome is Outcome.FAIL
    assert judged(OPERATION, "refused", arguments, exchange(400, **sent)) is None


SILENT: dict[str, tuple[dict[str, Any], Sent]] = {
    "a parameter by another method": (LIMIT, ABOVE | {"method": "POST"}),
    "another parameter": ({**LIMIT, "parameter": "side"}, ABOVE),
    "a parameter that is wrong otherwise": ({**LIMIT, "when": "below-minimum"}, ABOVE),
    "a member on another path": (NAME, LONG | {"path": at("abc/north/5?x=1")}),
    "a member by another method": (NAME, LONG | {"method": "POST"}),
    "a member of another media type": (NAME, LONG | {"headers": ()}),
    "a member that is wrong otherwise": ({**NAME, "when": "too-short"}, LONG),
    "a body by another method": ({"body": "not-json"}, NOT_JSON | {"method": "POST"}),
    "a body of another media type": ({"body": "not-json"}, NOT_JSON | {"headers": ()}),
    "a body that is wrong otherwise": ({"body": "not-object"}, NOT_JSON),
    "a long token with a query": (
        {"credential": "over-maximum"}, {"token": Token(b"?", b"!", 9001), "path": at("abc/north/5?x=1")},
    ),
    "a long token with a space": ({"credential": "over-maximum"}, {"token": Token(b"? ", b"!", 9001)}),
    "the longest token": ({"credential": "over-maximum"}, {"token": Token(b"?", b"!", 9000)}),
    "the shortest token": ({"credential": "below-minimum"}, {"token": Token(b"12345")}),
    "no token": ({"credential": "below-minimum"}, {"token": None}),
    "an empty token": ({"credential": "below-minimum"}, {"token": Token(b"")}),
    "a short token of the other row": ({"credential": "over-maximum"}, {"token": Token(b"1234")}),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sent"), SILENT.values(), ids=SILENT)
def test_a_row_says_nothing_of_other_requests(arguments: dict[str, Any], sent: Sent) -> None:
    """Not even of a success."""
    assert judged(OPERATION, "refused", arguments, exchange(200, **sent)) is None


def test_a_row_knows_the_domain_of_its_parameter() -> None:
    """A boolean that is neither word, and a text of another pattern."""
    for domain, when, value, said in (
        (Boolean(), "wrong-type", "maybe", "neither true nor false"),
        (Text(1, None, "^a"), "other-pattern", "b", "not of the documented pattern"),
    ):
        parameters = tuple(replace(one, domain=domain) if one.name == "limit" else one for one in OPERATION.parameters)
        operation = replace(OPERATION, parameters=parameters)
        known = replace(KNOWN, operation=operation)
        sent = exchange(200, known=known, path=at(f"abc/north/5?limit={value}"))
        found = judged(operation, "refused", {"parameter": "limit", "when": when}, sent)
        assert found == fail(f"limit that is {said} was answered 200", got="200")


@pytest.mark.parametrize(
    ("kind", "said"),
    [("string", "no string"), (["string", "null"], "no string or null"), (None, "no value of the documented type")],
)
def test_a_member_of_another_type_is_told_by_its_type(kind: object, said: str) -> None:
    """Or by several, or by none."""
    assert OPERATION.body is not None
    schema = {} if kind is None else {"type": kind}
    body = replace(OPERATION.body, schema={"properties": {**OPERATION.body.schema["properties"], "name": schema}})
    sent = exchange(200, name=1)
    sent = replace(sent, facts=replace(sent.facts, wrong=(("name", "wrong-type"),)))
    found = judged(replace(OPERATION, body=body), "refused", {"member": "name", "when": "wrong-type"}, sent)
    assert found == fail(f"a name that is {said} was answered 200", got="200")


def test_nothing_shows_that_a_token_which_was_never_tried_is_valid() -> None:
    """A 401 is then no refusal of the value; another status is."""
    untried = Context(recognised=False)

    def found(status: int, **sent: Any) -> Finding | None:  # noqa: ANN401 - as above
        return judged(
            OPERATION,
            "refused",
            {"credential": "over-maximum"} if sent else LIMIT,
            exchange(status, **(sent or ABOVE)),
            untried,
        )

    assert found(401) == untested("answered 401, and nothing shows that the token is valid")
    assert found(400) == PASS
    assert found(401, token=Token(b"?", b"!", 9001)) == PASS


UNRECOGNISED = {"credential": "unrecognised"}
QUERIED = {"path": at("abc/north/5?x=1")}
RESPELT = {"path": at("abc/north/5") + "/"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"token": None} | QUERIED, "no token"),
        ({"token": Token(b"")} | QUERIED, "an empty token"),
        ({"token": UNKNOWN} | NOT_JSON, "an unknown token"),
        ({"token": Token(VALID.value + b"x")} | LONG, "a valid token, changed,"),
        ({"token": Token(b"a b")}, "an unknown token of unusual characters"),
        ({"token": Token(b"1234")}, "an unknown token"),
        ({"token": UNKNOWN, "headers": ()}, "an unknown token"),
        ({"token": Token(b"?", b"!", 9001)} | QUERIED, "an unknown token"),
        ({"token": Token(b"? ", b"!", 9001)}, "an unknown token of unusual characters"),
    ],
    ids=str,
)
def test_without_a_known_token_nothing_succeeds(sent: Sent, said: str) -> None:
    """Whatever else is odd; a refusal passes once the first valid request succeeded."""

    def found(status: int, context: Context = Context()) -> Finding | None:  # noqa: B008 - frozen
        return judged(OPERATION, "refused", UNRECOGNISED, exchange(status, **sent), context, UNAUTHORISED)

    refused = fail(f"a request with {said} was answered 200", got="200", accepted=("any status but 2xx",))
    assert found(200) == found(200, Context(succeeded=False)) == refused
    assert [found(status) for status in (300, 400, 401, 499)] == [PASS] * 4
    assert found(500) == untested("answered 500, which is not a refusal")
    assert found(401, Context(succeeded=False, obstacle="it broke")) == untested("it broke")
    assert found(401, Context(succeeded=False)) == untested("the first valid request did not succeed")


def test_a_token_in_another_field_is_told_by_the_names_of_the_fields() -> None:
    """The documented one was absent; the value is never repeated."""
    fields = ((b"Authorization", b"Bearer " + VALID.value), (b"Accept", b"*/*"), (b"X-Token", VALID.value))
    sent = {"token": None, "headers": fields}
    found = judged(OPERATION, "refused", UNRECOGNISED, exchange(200, **sent), Context(), UNAUTHORISED)
    header = OPERATION.credential.header.decode()
    assert found == fail(
        f"a request without {header}, and with a valid token in Authorization, X-Token, was answered 200",
        got="200",
        accepted=("any status but 2xx",),
    )


UNAUTHORISED = ("unknown", "owed", {"credential": "unknown", "status": 401})


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"token": UNKNOWN},
        {"token": RESTRICTED} | QUERIED,
        {"token": Token(b"?", b"!", 9001)},
        {"token": UNKNOWN, "method": "POST"},
        {"token": UNKNOWN, "method": "POST"} | RESPELT,
        {"token": UNKNOWN, "path": "/v1/other"},
        {"token": Token(b" " + VALID.value)},
    ],
    ids=str,
)
def test_other_clauses_speak_of_other_tokens(sent: Sent) -> None:
    """A refusal that is owed, a length that is forbidden, and a token that may be read as a good one."""
    assert judged(OPERATION, "refused", UNRECOGNISED, exchange(200, **sent), Context(), UNAUTHORISED) is None


@pytest.mark.parametrize(
    ("status", "body", "fails"),
    [
        (201, None, True), (202, None, True), (204, None, False), (200, None, False), (200, {"id": 1}, False),
        (200, {"id": 1, "name": 2}, True), (200, {"id": 1, "name": 2, "more": 3}, True),
        (404, {"id": 1, "name": 2}, False),
    ],
)  # fmt: skip
def test_another_spelling_of_the_path_may_be_another_resource(status: int, body: object, *, fails: bool) -> None:
    """Only 201, 202, or a success with the documented members, says that the operation was carried out."""
    answered = Response(
        200, "application/json", {"required": ["id", "name"], "properties": {"id": {}, "name": {}, "more": {}}}
    )
    operation = replace(OPERATION, responses={**OPERATION.responses, 200: answered})
    sent = exchange(status, body, token=UNKNOWN, **RESPELT)
    failed = fail(
        f"a request with an unknown token was answered {status}",
        got=str(status),
        accepted=("any status but 201 and 202",),
    )
    assert judged(operation, "refused", UNRECOGNISED, sent) == (failed if fails else PASS)
    free = replace(operation, responses={**OPERATION.responses, 200: replace(answered, schema={})})
    if status == 200:
        assert judged(free, "refused", UNRECOGNISED, sent) == PASS


@pytest.mark.parametrize(
    ("method", "path", "status", "outcome"),
    [
        ("POST", at("abc/north/5"), 200, Outcome.FAIL),
        ("POST", at("abc/north/5"), 405, Outcome.PASS),
        ("POST", at("abc/north/5"), 501, Outcome.PASS),
        ("POST", at("abc/north/5"), 500, Outcome.NOT_TESTED),
        ("POST", at("abc/north/0"), 405, None),
        ("POST", at("abc/north/5?x=1"), 200, None),
        ("POST", at("abc/north/5") + "/", 201, None),
        ("PATCH", at("abc/north/5?x=1"), 200, Outcome.FAIL),
        ("DELETE", at("abc/north/5?x=1"), 200, Outcome.FAIL),
        ("DELETE", at("abc/north/5?x=1"), 405, Outcome.PASS),
        ("DELETE", at("abc/north/5") + "/", 202, Outcome.FAIL),
        ("DELETE", at("abc/north/5") + "/", 204, None),
        ("DELETE", at("abc/north/5") + "/", 200, None),
        ("HEAD", at("abc/north/5"), 200, Outcome.FAIL),
        ("OPTIONS", at("abc/north/5"), 200, Outcome.PASS),
        ("OPTIONS", at("abc/north/5"), 204, Outcome.PASS),
        ("OPTIONS", at("abc/north/5"), 201, Outcome.FAIL),
        ("OPTIONS", at("abc/north/5"), 202, Outcome.FAIL),
        ("PUT", at("abc/north/5"), 200, None),
        ("DELETE", "/v1/other", 200, None),
    ],
)
def test_other_methods_do_not_succeed(method: str, path: str, status: int, outcome: Outcome | None) -> None:
    """OPTIONS makes nothing; with a query, or on another spelling of the path, only what changes something fails."""
    found = judged(OPERATION, "refused", {"method": "other"}, exchange(status, method=method, path=path))
    assert (found and found.outcome) == outcome
    if found and outcome is Outcome.FAIL:
        accepted = ("any status but 201 and 202",) if path.endswith("/") else ()
        assert found == fail(f"{method} was answered {status}", got=str(status), accepted=accepted)


def test_head_goes_with_get() -> None:
    """With no other method."""
    get = replace(OPERATION, method="GET")
    assert judged(get, "refused", {"method": "other"}, unlike(exchange(200, method="HEAD"))) is None
    assert judged(get, "refused", {"method": "other"}, unlike(exchange(200, method="POST"))) is not None


def unlike(of: Any) -> Any:  # noqa: ANN401 - Exchange
    """The exchange, its method being another than the documented one."""
    return replace(of, facts=replace(of.facts, documented_method=False))


def test_another_methods_refusal_needs_a_valid_token() -> None:
    """A 401 to an unknown one says nothing of the method; a success does."""
    sent: Sent = {"method": "POST", "token": UNKNOWN}
    assert judged(OPERATION, "refused", {"method": "other"}, exchange(401, **sent)) is None
    assert judged(OPERATION, "refused", {"method": "other"}, exchange(200, **sent)) is not None


RARE = {"member": "url", "form": "uncommon"}


@pytest.mark.parametrize(
    ("sent", "finding"),
    [
        ({}, "told"),
        ({"token": UNKNOWN}, None),
        ({"token": RESTRICTED}, None),
        ({"path": at("abc/north/6")}, None),
        ({"path": at("abc/north/0")}, None),
        ({"path": at("abc/north/5?x=1")}, None),
        ({"headers": ()}, None),
        ({"method": "POST"}, None),
        ({"url": "https://everyday.invalid/"}, None),
    ],
    ids=str,
)
def test_a_rare_form_is_accepted(sent: Sent, finding: str | None) -> None:
    """Nothing else is out of contract; after a first valid request that failed it is not tested."""
    sent = {"url": "https://one-label/"} | sent

    def found(status: int, context: Context = Context()) -> Finding | None:  # noqa: B008 - frozen
        return judged(OPERATION, "accepted", RARE, exchange(status, **sent), context)

    told = (PASS, fail("answered 202 instead of 200", got="202"), untested("it broke"), PASS)
    all_ = (found(200), found(202), found(400, Context(obstacle="it broke")), found(200, Context(obstacle="it broke")))
    assert all_ == (told if finding else (None,) * 4)


MEMBERS = {
    "missing": "missing", "wrong-type": "no string", "not-listed": "none of the listed values",
    "too-short": "too short", "too-long": "too long", "too-few": "too few", "too-many": "too many",
    "below-minimum": "below the minimum", "above-maximum": "above the maximum",
    "other-pattern": "not of the documented pattern", "repeated": "repeated",
}  # fmt: skip


@pytest.mark.parametrize(("when", "said"), MEMBERS.items(), ids=MEMBERS)
def test_a_member_is_told_by_its_defect(when: str, said: str) -> None:
    """A row may name each defect that a schema knows, and no other."""
    every = {
        "type": "string", "enum": ["a"], "minLength": 1, "maxLength": 2, "minItems": 1, "maxItems": 2, "minimum": 1,
        "maximum": 2, "pattern": "a", "uniqueItems": True,
    }  # fmt: skip
    assert OPERATION.body is not None
    body = replace(OPERATION.body, schema={"required": ["name"], "properties": {"name": every, "url": {}}})
    operation, arguments = replace(OPERATION, body=body), {"member": "name", "when": when}
    validate(contract_of(operation, [("a", "refused", arguments)]))
    sent = exchange(200)
    sent = replace(sent, facts=replace(sent.facts, wrong=(("name", when),)))
    assert judged(operation, "refused", arguments, sent) == fail(f"a name that is {said} was answered 200", got="200")


@pytest.mark.parametrize(
    "arguments",
    [
        *({"parameter": name, "when": when} for name, when in (
            ("item_id", "missing"), ("limit", "wrong-type"), ("limit", "below-minimum"), ("item_id", "above-maximum"),
            ("side", "not-listed"), ("project", "too-short"), ("project", "too-long"),
        )),
        *({"credential": when} for when in ("over-maximum", "below-minimum", "unrecognised")),
        *({"body": kind} for kind in ("not-json", "not-object", "absent")),
        {"method": "other"},
    ],
    ids=str,
)  # fmt: skip
def test_a_row_may_ask_for_a_refusal_of_these(arguments: dict[str, Any]) -> None:
    """The words of clauses.yaml for a value, a token, a body and a method; one more letter is another word."""
    validate(contract_of(OPERATION, [("a", "refused", arguments)]))
    *_, (name, word) = arguments.items()
    with pytest.raises(ValueError, match="is none of"):
        validate(contract_of(OPERATION, [("a", "refused", {**arguments, name: f"{word}s"})]))
