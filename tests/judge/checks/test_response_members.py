"""Members of an invented answer: optional ones, numbers, echoes of parameters and of a body, another media type."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.message import Token
from conformance.contract.operation import Response
from conformance.judge.verdict import PASS, Finding, fail, untested
from tests.judge.invented import judged
from tests.judge.items import OPERATION, PATH, USUAL_BODY, at, exchange

if TYPE_CHECKING:
    from conformance.contract.message import Exchange

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "size": {"type": ["number", "null"]},
        "at": {"type": "string", "format": "date-time"},
        "any": {},
    },
}
ANSWERING = replace(
    OPERATION,
    responses={
        **OPERATION.responses,
        200: Response(200, "application/vnd.items+json", SCHEMA),
        400: Response(400, None, {"properties": {"name": {"type": "string"}}}),
    },
)


def held(check: str, member: str | None, answered: object, status: int = 200, **more: Any) -> Finding | None:  # noqa: ANN401 - arguments, or what was sent
    """The finding of a row about a 200, or a member of it."""
    names = {"least", "parameter", "sent"}
    arguments = {name: value for name, value in more.items() if name in names}
    sent = {name: value for name, value in more.items() if name not in names}
    arguments |= {"status": 200} | ({"member": member} if member else {})
    return judged(ANSWERING, check, arguments, exchange(status, answered, **sent))


ELSEWHERE: list[dict[str, Any]] = [{"status": 201}, {"method": "POST"}, {"path": "/v1/other"}, {"path": PATH + "/"}]
QUERIED = PATH + "?x=1"


@pytest.mark.parametrize(
    ("check", "member", "answered", "more"),
    [
        ("object", None, [], {}),
        ("no-body", None, {}, {}),
        ("member-type", "id", {"id": "1"}, {}),
        ("not-null", "id", {"id": None}, {}),
        ("at-least", "size", {"size": -1}, {"least": 0}),
        ("format", "at", {"at": "today"}, {}),
        ("past", "at", {"at": "1970-01-01T00:00:00Z"}, {}),
        ("echo", "id", {"id": 6}, {"parameter": "item_id"}),
        ("echo", "name", {"name": "other"}, {"sent": "name"}),
        ("echo", "name", {"name": "https://other.invalid/"}, {"sent": "url"}),
    ],
)
def test_a_row_speaks_of_its_status_alone(
    check: str, member: str | None, answered: object, more: dict[str, Any]
) -> None:
    """By the documented method on the document's path, with any query."""
    for sent in ({}, {"path": QUERIED}, {"headers": ()}):
        assert held(check, member, answered, **more, **sent) is not None, sent
    for sent in ELSEWHERE:
        assert held(check, member, answered, **(more | sent)) is None, sent


def test_a_body_that_is_not_documented_fails() -> None:
    """Whatever it holds, JSON or not."""
    assert held("no-body", None, None) == PASS
    assert held("no-body", None, {}) == fail("the answer has a body: 200", got="200 with a body")


@pytest.mark.parametrize(
    ("member", "answered", "finding"),
    [
        ("id", {"id": 1}, PASS),
        ("id", {"id": "1"}, fail("id: '1' is not of type 'integer'", got="string")),
        ("id", {"id": None}, fail("id: None is not of type 'integer'", got="null")),
        ("id", {"name": "a"}, fail("id is missing", got="no such member")),
        ("id", [], untested("the body is not a JSON object")),
        ("id", None, untested("the body is not a JSON object")),
        ("name", {}, PASS),
        ("name", {"name": 1}, fail("name: 1 is not of type 'string'", got="integer")),
        ("at", {"at": "today"}, PASS),
    ],
)
def test_a_member_has_its_type(member: str, answered: object, finding: Finding) -> None:
    """One that is not required may be missing."""
    assert held("member-type", member, answered) == finding


def test_without_a_list_of_required_members_none_is() -> None:
    """Nor is one where a status has no such list."""
    free = replace(ANSWERING, responses={**ANSWERING.responses, 200: Response(200, None, {"properties": {"id": {}}})})
    assert judged(free, "member-type", {"status": 200, "member": "id"}, exchange(200, {})) == PASS


@pytest.mark.parametrize(
    ("member", "answered", "finding"),
    [
        ("id", {"id": None}, fail("id is null", got="null")),
        ("id", {"id": 0}, PASS),
        ("id", {"id": "1"}, None),
        ("id", {}, None),
        ("id", [], None),
    ],
)
def test_a_member_may_have_to_be_more_than_null(member: str, answered: object, finding: Finding | None) -> None:
    """A missing one and one of another type are for its type."""
    assert held("not-null", member, answered) == finding


@pytest.mark.parametrize(
    ("member", "value", "finding"),
    [
        ("size", 1, PASS),
        ("size", 1.5, PASS),
        ("size", 0.5, fail("size is 0.5", got="0.5")),
        ("size", -3, fail("size is -3", got="-3")),
        ("size", None, PASS),
        ("size", "1", None),
        ("size", True, None),
        ("size", False, None),
        ("id", None, None),
    ],
)
def test_a_number_is_not_under_its_least(member: str, value: object, finding: Finding | None) -> None:
    """Null passes if the schema allows it; another type is for the member's type."""
    assert held("at-least", member, {member: value}, least=1) == finding
    assert held("at-least", member, {}, least=1) is None


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        ("2026-01-01T00:00:00Z", PASS),
        ("2016-12-31T23:59:60Z", PASS),
        ("2017-01-01T05:29:60+05:30", PASS),
        ("2016-12-31T18:29:60.5-05:30", PASS),
        ("2017-01-01T00:00:60Z", fail("at is '2017-01-01T00:00:60Z'", got="2017-01-01T00:00:60Z")),
        ("2016-12-31T23:59:60-05:30", fail("at is '2016-12-31T23:59:60-05:30'", got="2016-12-31T23:59:60-05:30")),
        ("2026-01-01T00:00:00Z\n", fail("at is '2026-01-01T00:00:00Z\\n'", got="2026-01-01T00:00:00Z\n")),
        ("today", fail("at is 'today'", got="today")),
        (1, None),
        (None, None),
    ],
)
def test_a_member_has_its_format(value: object, finding: Finding | None) -> None:
    """A leap second is one at 23:59:60 UTC, whatever the offset; what is no string is for the type."""
    assert held("format", "at", {"at": value}) == finding
    assert held("format", "at", {}) is None


LATE = "at is '{}', after the answer's own Date, Thu, 01 Jan 2026 12:00:00 GMT"
ZERO = "at is '{}', of 1970 or earlier"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2026-01-01T12:00:00Z", None),
        ("2026-01-01T12:15:00Z", None),
        ("2026-01-01t20:15:00.0+08:00", None),
        ("1971-01-01T00:00:00Z", None),
        ("2026-01-01T12:15:01Z", LATE),
        ("2026-01-01T20:00:00.123Z", LATE),
        ("9999-12-31T23:59:59-08:00", LATE),
        ("0001-01-01T00:00:00Z", ZERO),
        ("0001-01-01T00:00:00+08:00", ZERO),
        ("1970-01-01T00:00:00Z", ZERO),
        ("1969-12-31T16:00:00-08:00", ZERO),
        ("1970-12-31T23:59:59Z", ZERO),
    ],
)
def test_what_happened_has_passed(value: str, message: str | None) -> None:
    """Beside the answer's own Date, with a quarter of an hour for clocks; a zero happened at no time."""
    finding = PASS if message is None else fail(message.format(value), got=value)
    assert held("past", "at", {"at": value}, fields=((b"date", b"Thu, 01 Jan 2026 12:00:00 GMT"),)) == finding


@pytest.mark.parametrize(
    "said",
    [
        None, b"", b"today", b"2026-01-01T12:00:00Z", b"Thu, 01 Jan 2026 12:00:00", b"Thu, 01 Jan 2026 12:00:00 +0800",
        b"Thu, 01 Jan 0000 12:00:00 GMT", b"Thu, 01 Xyz 2026 12:00:00 GMT", b"Thu, 01 Jan 1970 00:00:00 GMT",
        *(b"Thu, 01 Jan 1%b 12:00:00 GMT" % (b"0" * zeros) for zeros in (4, 10, 20, 4_400)),
    ],
)  # fmt: skip
def test_without_a_date_nothing_is_late(said: bytes | None) -> None:
    """A zero stays one."""
    fields = () if said is None else ((b"Date", said),)
    assert held("past", "at", {"at": "2999-01-01T00:00:00Z"}, fields=fields) == untested(
        "the answer has no Date to compare with"
    )
    assert held("past", "at", {"at": "1970-01-01T00:00:00Z"}, fields=fields) == fail(
        ZERO.format("1970-01-01T00:00:00Z"), got="1970-01-01T00:00:00Z"
    )


@pytest.mark.parametrize("value", [None, 1, "today", "2999-01-01", "2999-01-01T00:00:00", "2998-12-31T23:59:60Z"])
def test_what_is_no_date_is_for_the_format(value: object) -> None:
    """So is what is missing; of a leap second nothing is said."""
    assert held("past", "at", {"at": value}) is None
    assert held("past", "at", {}) is None


@pytest.mark.parametrize(
    ("parameter", "path", "said", "finding"),
    [
        ("item_id", PATH, 5, PASS),
        ("item_id", PATH, 5.0, PASS),
        ("item_id", PATH, 6, fail("5 was asked for, the answer says 6", got="6")),
        ("item_id", PATH, "5", None),
        ("item_id", PATH, True, None),
        ("item_id", at("abc/north/1"), True, None),
        ("item_id", at("abc/north/05"), 5, PASS),
        ("item_id", at("abc/north/05"), 6, fail("5 was asked for, the answer says 6", got="6")),
        ("item_id", at("abc/north/0x5"), 6, None),
        ("item_id", at("abc/north/10"), 6, None),
        ("project", PATH, "abc", PASS),
        ("project", PATH, "ABC", fail("abc was asked for, the answer says ABC", got="ABC")),
        ("project", PATH, 1, None),
        ("project", at("%61bc/north/5"), "x", None),
        ("side", PATH, "south", fail("north was asked for, the answer says south", got="south")),
        ("limit", PATH + "?limit=7", 8, fail("7 was asked for, the answer says 8", got="8")),
        ("limit", PATH + "?limit=7", 7, PASS),
        ("limit", PATH + "?limit=51", 8, None),
        ("limit", PATH, 8, None),
        ("limit", PATH + "?x=1", 8, None),
    ],
)
def test_a_parameter_is_repeated(parameter: str, path: str, said: object, finding: Finding | None) -> None:
    """In range, or an integer in another notation, and by a value of its type."""
    assert held("echo", "any", {"any": said}, parameter=parameter, path=path) == finding
    assert held("echo", "any", {}, parameter=parameter, path=path) is None


NESTED: dict[str, Any] = {**USUAL_BODY, "spec": {"size": [1, 2]}}


@pytest.mark.parametrize(
    ("member", "said", "finding"),
    [
        ("name", "abc", PASS),
        ("name", "ABC", fail("abc was sent, the answer says ABC", got="ABC")),
        ("name", " ", fail('abc was sent, the answer says " "', got='" "')),
        ("name", None, fail("abc was sent, the answer says None", got="None")),
        ("spec.size", [1, 2], PASS),
        ("spec.size", [1.0, 2], PASS),
        ("spec.size", [True, 2], fail("[1, 2] was sent, the answer says [True, 2]", got="[True, 2]")),
        ("spec.size", [2, 1], fail("[1, 2] was sent, the answer says [2, 1]", got="[2, 1]")),
        ("spec.none", 1, None),
        ("name.none", 1, None),
    ],
)
def test_a_member_of_the_body_is_repeated(member: str, said: object, finding: Finding | None) -> None:
    """Value by value; one that was not sent is not looked for."""
    schema = {"properties": {"action": {}, "name": {}, "url": {}, "spec": {}}}
    assert ANSWERING.body is not None
    operation = replace(ANSWERING, body=replace(ANSWERING.body, schema=schema))

    def found(answered: object, **sent: Any) -> Finding | None:  # noqa: ANN401 - fields of Request
        sent = {"body": json.dumps(NESTED).encode()} | sent
        of = exchange(200, answered, **sent)
        arguments = {"status": 200, "member": "any", "sent": member}
        return judged(operation, "echo", arguments, documented(of))

    assert found({"any": said}) == finding
    assert found({}) is None
    assert found({"any": said}, body=None) is None


def documented(of: Exchange) -> Exchange:
    """The exchange, its body being a documented one if it has any."""
    kind = type(of.facts.body).DOCUMENTED if of.request.body else of.facts.body
    return replace(of, facts=replace(of.facts, body=kind))


def test_a_member_of_a_body_that_is_not_as_documented_is_not_looked_for() -> None:
    """A server may read such a body in several ways."""
    assert held("echo", "name", {"name": "x"}, sent="action", action="add") is not None
    for body in (b'{"action": "add", "name": "abcde"}', b'{"action": "add", "action": "remove"}', b"{", b"[]"):
        assert held("echo", "name", {"name": "x"}, sent="action", body=body) is None, body


def test_a_long_member_is_shown_in_part() -> None:
    """250 characters of it, of a url as of any other."""
    of = documented(exchange(200, {"any": "x"}, name="a" * 251))
    found = judged(ANSWERING, "echo", {"status": 200, "member": "any", "sent": "name"}, of)
    assert found == fail(f"{'a' * 250}… was sent, the answer says x", got="x")
    found = held("echo", "name", {"name": "x"}, sent="url", url="https://a.invalid/" + "a" * 300)
    assert found == fail(f"https://a.invalid/{'a' * 232}… was sent, the answer says x", got="x")


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        (b"application/vnd.items+json", PASS),
        (b"Application/VND.items+JSON ; v=1", PASS),
        (b"\tapplication/vnd.items+json\t", PASS),
        (b"application/json", fail("Content-Type is application/json", got="application/json")),
        (b"", fail("Content-Type is missing", got="no Content-Type")),
    ],
)
def test_an_answer_says_its_documented_media_type(said: bytes, finding: Finding) -> None:
    """In any case and with any parameters."""
    of = exchange(200, {})
    assert of.response is not None
    typed = replace(of, response=replace(of.response, headers=((b"content-TYPE", said),)))
    assert judged(ANSWERING, "media-type", {"status": 200}, typed) == finding


@pytest.mark.parametrize(
    ("status", "sent", "judges"),
    [
        (200, {}, True),
        (200, {"path": QUERIED}, True),
        (200, {"token": Token(b"a\0b")}, True),
        (200, {"method": "POST"}, False),
        (400, {}, True),
        (400, {"path": QUERIED}, False),
        (400, {"token": Token(b"a\0b")}, False),
        (400, {"path": at("a%2Fb/north/5")}, False),
        (400, {"method": "POST"}, False),
    ],
)
def test_a_refusals_media_type_is_judged_if_the_service_gave_it(
    status: int, sent: dict[str, Any], *, judges: bool
) -> None:
    """A success is always the service's; without a documented type it is JSON's."""
    expected = "application/json" if status == 400 else "application/vnd.items+json"
    of = exchange(status, {}, **sent)
    assert of.response is not None
    for media, finding in ((expected, PASS), ("text/html", fail("Content-Type is text/html", got="text/html"))):
        typed = replace(of, response=replace(of.response, headers=((b"Content-Type", media.encode()),)))
        found = judged(ANSWERING, "media-type", {"status": status}, typed)
        assert found == (finding if judges else None)


def test_a_body_that_is_no_json_is_told_by_its_media_type_or_its_defect() -> None:
    """A position helps where JSON was meant."""
    of = exchange(200)
    assert of.response is not None
    for media, why in ((b"text/html", "Content-Type is text/html"), (b"application/vnd.items+json", "it is empty")):
        typed = replace(of, response=replace(of.response, headers=((b"Content-Type", media),)))
        found = judged(ANSWERING, "object", {"status": 200}, typed)
        assert found == fail(f"the body is not JSON: {why}", got="200, not JSON")


def test_members_that_stand_twice_are_told_once_each() -> None:
    """In alphabetical order, at any depth; a body that is no object says nothing."""
    of = exchange(200)
    assert of.response is not None
    for body, finding in (
        (b'{"b": 1, "b": 2, "a": {"c": 1, "c": 2, "b": 1, "b": 2}}', fail("b, c stands twice", got="b, c twice")),
        (b'{"b": 1, "a": {"b": 1}}', PASS),
        (b'[{"b": 1, "b": 2}]', None),
    ):
        typed = replace(of, response=replace(of.response, body=body))
        assert judged(ANSWERING, "unique-members", {"status": 200}, typed) == finding
        assert judged(ANSWERING, "unique-members", {"status": 400}, typed) is None
