"""The arguments of a row: the forms that each check takes, and the bounds that openapi.yaml has to have for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.operation import Response
from conformance.judge.checks import CHECKS, validate
from conformance.judge.checks.registry import Check, Kind, missing_bound
from tests.judge.invented import clause, contract_of
from tests.plan.fixtures import other, parameter

ITEM = {
    "type": "object",
    "required": ["key"],
    "properties": {"key": {"type": "string", "minLength": 0, "maxLength": 9}, "more": {}},
}
BODY = {
    "type": "object",
    "required": ["action"],
    "properties": {
        "action": {"type": "string", "enum": ["add"]},
        "name": {"minLength": 1, "maxLength": 9, "pattern": "a"},
        "count": {"minimum": 1, "maximum": 9},
        "tags": {"minItems": 0, "maxItems": 9, "uniqueItems": True, "items": ITEM},
        "free": {},
    },
}
OPERATION = other(
    "/v1/{number}/{word}/{side}",
    parameter("number", type="integer", minimum=1, maximum=9),
    parameter("word", type="string", minLength=2, maxLength=9, pattern="a"),
    parameter("side", enum=["north"]),
    parameter("flag", "query", required=False, type="boolean"),
    parameter("open", "query", type="integer"),
    parameter("any", "query", required=False, type="string"),
    method="post",
    body={"schema": BODY, "example": {"action": "add"}},
    lengths=(2, 9),
)
ANSWERS = {
    200: Response(200, "application/json", {"properties": {"id": {}, "at": {"format": "date-time"}}}, ({"id": 1},)),
    401: Response(401, "application/json", {"properties": {"code": {}}}, ({}, {"code": "C"})),
    404: Response(404, "application/json", {"properties": {"reason": {}}}, ({"reason": "C"},)),
}
OPERATION = replace(OPERATION, responses=ANSWERS)


def bound(arguments: dict[str, Any], check: str = "owed", **changes: Any) -> str | None:  # noqa: ANN401 - fields of Operation
    """The reason why no request can be as a row's arguments say."""
    return missing_bound(clause("a.row", check, arguments), replace(OPERATION, **changes))


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("number", {"missing", "wrong-type", "below-minimum", "minimum", "above-maximum", "maximum"}),
        ("word", {"missing", "too-short", "shortest", "too-long", "longest", "other-pattern"}),
        ("side", {"missing", "not-listed", "listed"}),
        ("flag", {"missing", "absent", "wrong-type", "listed"}),
        ("open", {"missing", "wrong-type"}),
        ("any", {"missing", "absent"}),
    ],
)
def test_a_value_can_be_so_where_its_domain_has_the_bound(name: str, possible: set[str]) -> None:
    """Any value can be missing, and an optional one absent."""
    words = {
        "missing", "absent", "wrong-type", "below-minimum", "minimum", "above-maximum", "maximum", "too-short",
        "shortest", "too-long", "longest", "other-pattern", "not-listed", "listed",
    }  # fmt: skip
    said = {when: bound({"parameter": name, "when": when}) for when in words}
    assert {when for when, reason in said.items() if reason is None} == possible
    for when in words - possible:
        assert said[when] == f"when: no value of {name} in openapi.yaml can be {when}"


@pytest.mark.parametrize(
    ("member", "possible"),
    [
        ("action", {"missing", "wrong-type", "not-listed", "listed"}),
        ("name", {"absent", "too-short", "shortest", "too-long", "longest", "other-pattern"}),
        ("count", {"absent", "below-minimum", "minimum", "above-maximum", "maximum"}),
        ("tags", {"absent", "fewest", "too-many", "most", "repeated"}),
        ("tags[].key", {"missing", "wrong-type", "shortest", "too-long", "longest"}),
        ("tags[].more", {"absent"}),
        ("free", {"absent"}),
    ],
)
def test_a_member_can_be_so_where_its_schema_has_the_keyword(member: str, possible: set[str]) -> None:
    """Missing is said of a mandatory one, absent of another; nothing is under a bound of 0."""
    keywords = {
        "wrong-type": "type", "not-listed": "enum", "listed": "enum", "too-short": "minLength", "shortest": "minLength",
        "too-long": "maxLength", "longest": "maxLength", "too-few": "minItems", "fewest": "minItems",
        "too-many": "maxItems", "most": "maxItems", "below-minimum": "minimum", "minimum": "minimum",
        "above-maximum": "maximum", "maximum": "maximum", "other-pattern": "pattern", "repeated": "uniqueItems",
    }  # fmt: skip
    said = {when: bound({"member": member, "when": when}) for when in (*keywords, "missing", "absent")}
    assert {when for when, reason in said.items() if reason is None} == possible
    for when, keyword in keywords.items():
        if when in {"too-short", "too-few"} and keyword in (OPERATION.body.member(member) if OPERATION.body else {}):
            keyword_is_0 = f"when: nothing is under the {keyword} of {member} in openapi.yaml, which is 0"
            assert said[when] in {None, keyword_is_0}
        elif when not in possible:
            assert said[when] == f"when: openapi.yaml has no {keyword} for {member}"
    assert {said["missing"], said["absent"]} == {
        None,
        f"when: openapi.yaml does not make mandatory {member}"
        if "absent" in possible
        else f"when: openapi.yaml makes mandatory {member}",
    }


@pytest.mark.parametrize(
    ("lengths", "impossible"),
    [
        ((2, 9), set()),
        ((1, 9), {"below-minimum"}),
        ((2, None), {"over-maximum", "maximum-length", "length"}),
        ((1, None), {"over-maximum", "maximum-length", "length", "below-minimum"}),
    ],
)
def test_a_token_can_be_so_where_its_header_has_the_bound(
    lengths: tuple[int, int | None], impossible: set[str]
) -> None:
    """A shorter one than one character is empty, which is another clause."""
    words = {"over-maximum", "maximum-length", "length", "below-minimum", "minimum-length", "missing", "unknown"}
    credential = other("/v1", header="X-Own", lengths=lengths).credential
    said = {when: bound({"credential": when}, credential=credential) for when in words}
    assert {when for when, reason in said.items() if reason} == impossible
    for when in impossible - {"below-minimum"}:
        assert said[when] == "credential: openapi.yaml has no maxLength for the header X-Own"
    assert said["below-minimum"] in {None, "credential: no token is shorter than 1 and not empty"}


@pytest.mark.parametrize(
    ("check", "arguments", "reason"),
    [
        ("format", {"status": 200, "member": "at"}, None),
        ("format", {"status": 200, "member": "id"}, "member: openapi.yaml has no format for id of a 200"),
        ("member-type", {"status": 200, "member": "id"}, None),
        ("error-code", {"status": 401}, None),
        ("error-code", {"status": 404}, "status: no example of a 404 in openapi.yaml has code"),
        ("object", {"status": 404}, None),
        ("body", {"body": "absent"}, None),
    ],
)
def test_an_answer_has_the_format_or_the_code_that_a_row_speaks_of(
    check: str, arguments: dict[str, Any], reason: str | None
) -> None:
    """Other checks need neither."""
    assert bound(arguments, check) == reason


def test_a_code_is_looked_for_in_the_statuss_own_envelope() -> None:
    """By the member that is documented for it."""
    own = replace(OPERATION.envelope, others={404: replace(OPERATION.envelope, code="reason")})
    assert bound({"status": 404}, "error-code", envelope=own) is None
    assert bound({"status": 401}, "error-code", envelope=own) is None


STATUSES, OTHERS = (
    {"status": Kind.STATUS, "also?": Kind.STATUSES},
    {"form": frozenset({"b", "a"}), "least": Kind.NUMBER},
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"status": 200}, None),
        ({"status": 200, "also": [404, 200]}, None),
        ({"form": "a", "least": 0.5}, None),
        ({"status": 201}, "status: the operation documents no status 201"),
        ({"status": 200, "also": 404}, "also: is no list of statuses: 404"),
        ({"status": 200, "also": ["404"]}, "also: is no list of statuses: ['404']"),
        ({"also": [404]}, "lacks 'status'"),
        ({"status": 200, "x": 1, "b": 2}, "takes no 'b': give status, also?"),
        ({"form": "c", "least": 1}, "form: 'c' is none of a, b"),
        ({"form": ["a"], "least": 1}, "form: ['a'] is none of a, b"),
        ({"form": "a", "least": True}, "least: is not a number: True"),
        ({"form": "a"}, "lacks 'least'"),
        ({"form": "a", "x": 1}, "takes no 'x': give form, least"),
        ({"status": 200, "least": 1, "form": "a"}, "takes no 'status': give form, least"),
        ({}, "give status and also?, or form and least"),
    ],
    ids=str,
)
def test_arguments_are_of_one_of_the_forms(
    monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], said: str | None
) -> None:
    """The form that has most names in common tells the problem."""
    monkeypatch.setitem(CHECKS, "two-forms", Check(lambda _contract, _clause: lambda _: None, (STATUSES, OTHERS)))
    assert refusal("two-forms", arguments) == said


def refusal(check: str, arguments: dict[str, Any]) -> str | None:
    """The reason why a row is refused, without its place."""
    contract = contract_of(OPERATION, [("fine", "answered", {}), ("a.row", check, arguments)])
    try:
        validate(contract)
    except ValueError as error:
        return str(error).removeprefix(f"clauses.yaml: a.row: {check}: ")
    return None


@pytest.mark.parametrize(
    ("kind", "fit", "unfit", "said"),
    [
        (Kind.PARAMETER, ["number", "any"], ["action", 1, ["number"]], "the operation has no parameter"),
        (Kind.BODY_MEMBER, ["action", "tags[].key"], ["number", "tags.key"], "the request body has no member"),
        (Kind.ANSWER_MEMBER, ["id", "code", "reason"], ["action", ["id"]], "the answer has no member"),
        (Kind.STATUS, [200, 404], [500, "200", [200]], "the operation documents no status"),
        (Kind.STATUSES, [[], [500]], [500, [None]], "is no list of statuses:"),
        (Kind.NUMBER, [0, 1.5, -1], ["1", False], "is not a number:"),
        (Kind.FLAG, [True, False], [1, "true", None], "is neither true nor false:"),
    ],
)
def test_an_argument_is_of_its_kind(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, fit: list[object], unfit: list[object], said: str
) -> None:
    """A name of the operation, a status, a number, or true or false."""
    monkeypatch.setitem(CHECKS, "one", Check(lambda _contract, _clause: lambda _: None, ({"x": kind},)))
    assert [value for value in fit if refusal("one", {"x": value})] == []
    assert [refusal("one", {"x": value}) for value in unfit] == [f"x: {said} {value!r}" for value in unfit]


def test_a_member_of_an_answer_is_of_that_status() -> None:
    """One that the row names."""
    assert refusal("member-type", {"status": 401, "member": "code"}) is None
    assert refusal("member-type", {"status": 200, "member": "code"}) == "member: the answer has no member 'code'"


def test_an_operation_without_a_body_has_no_members() -> None:
    """A row about one is refused, whatever it says."""
    bare = contract_of(replace(OPERATION, body=None), [("a.row", "refused", {"member": "action", "when": "missing"})])
    with pytest.raises(ValueError, match="member: the request body has no member 'action'"):
        validate(bare)


def test_a_check_without_forms_takes_no_arguments() -> None:
    """Nor names any."""
    assert refusal("answered", {"x": 1}) == "takes no 'x'"


def test_a_bound_that_lacks_is_told_with_the_row() -> None:
    """By the row's place and check, as every other problem."""
    said = refusal("refused", {"parameter": "open", "when": "above-maximum"})
    assert said == "when: no value of open in openapi.yaml can be above-maximum"


def test_a_check_is_told_by_its_makers_docstring() -> None:
    """Without the indentation; without a docstring it is told by nothing."""

    def make(_contract: object, _clause: object) -> None:
        """Hold it.

        Always.
        """

    assert Check(make, ()).about == "Hold it.\n\nAlways."  # type: ignore[arg-type]
    assert Check(lambda _contract, _clause: lambda _: None, ()).about == ""
