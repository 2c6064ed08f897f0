"""The clauses of a 201: its fields and their types, dates, minima, echoes and media type."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.clause import Level
from conformance.judge.checks.response import is_json_media
from conformance.judge.verdict import AnsweredBy, Outcome
from tests.judge.cases import Case
from tests.judge.exchanges import (
    CONTRACT,
    MAIN,
    STRANGE,
    URL,
    answer,
    created,
    exchange,
    failing,
    mirror,
    outcome_of,
    reading,
    refused,
    silence,
    verdicts,
)

if TYPE_CHECKING:
    from conformance.contract.message import Exchange

GOOD = exchange(created())
REFUSED = exchange(refused(403))


def with_members(**changes: object) -> Exchange:
    """A 201 with members changed."""
    return exchange(created(**changes))


def type_case(name: str, value: object, said: str, got: str, *accepted: str) -> Case:
    """A case for the type of a member."""
    return Case(GOOD, with_members(**{name: value}), f"{name}: {said}", got, accepted, REFUSED)


CASES = {
    "response.201.object": Case(
        passes=GOOD,
        fails=exchange(answer(201, b"[]")),
        message="the body is JSON, but not an object",
        got="201, array",
        accepted=("a JSON object (RFC 8259)",),
        says_nothing_of=REFUSED,
        answered_by=AnsweredBy.OTHER,
    ),
    "response.201.unique-members": Case(
        passes=GOOD,
        fails=exchange(answer(201, json.dumps(mirror()).encode()[:-1] + b', "id": 12439, "url": "x"}')),
        message="id, url stands twice",
        got="id, url twice",
        accepted=("each member once",),
        says_nothing_of=exchange(answer(201, b"[]")),
    ),
    "response.201.id.type": type_case("id", "7", "'7' is not of type 'integer'", "string", "an integer"),
    "response.201.repository_id.type": type_case(
        "repository_id", True, "True is not of type 'integer'", "boolean", "an integer"
    ),
    "response.201.update_status.type": type_case(
        "update_status", None, "None is not of type 'string'", "null", "a string"
    ),
    "response.201.last_update_at.type": type_case(
        "last_update_at", 1745496284, "1745496284 is not of type 'string', 'null'", "integer", "a string", "null"
    ),
    "response.201.last_successful_update_at.type": type_case(
        "last_successful_update_at", True, "True is not of type 'string', 'null'", "boolean", "a string", "null"
    ),
    "response.201.url.type": type_case("url", [], "[] is not of type 'string'", "array", "a string"),
    "response.201.number_of_failures.type": type_case(
        "number_of_failures", 1.5, "1.5 is not of type 'integer', 'null'", "number", "an integer", "null"
    ),
    "response.201.mirroring_enabled.type": type_case(
        "mirroring_enabled", 0, "0 is not of type 'boolean'", "integer", "a boolean"
    ),
    "response.201.is_private.type": type_case(
        "is_private", "false", "'false' is not of type 'boolean'", "string", "a boolean"
    ),
    "response.201.endpoint_uuid.type": type_case(
        "endpoint_uuid", False, "False is not of type 'string', 'null'", "boolean", "a string", "null"
    ),
    "response.201.last_error.type": type_case(
        "last_error", {}, "{} is not of type 'string', 'null'", "object", "a string", "null"
    ),
    "response.201.last_update_at.not-null": Case(
        passes=GOOD,
        fails=with_members(last_update_at=None),
        message="last_update_at is null",
        got="null",
        accepted=("a string",),
        says_nothing_of=with_members(last_update_at=...),
    ),
    "response.201.last_successful_update_at.not-null": Case(
        passes=GOOD,
        fails=with_members(last_successful_update_at=None),
        message="last_successful_update_at is null",
        got="null",
        accepted=("a string",),
        says_nothing_of=with_members(last_successful_update_at=1745496284),
    ),
    "response.201.last_update_at.format": Case(
        passes=GOOD,
        fails=with_members(last_update_at="2025-04-24T20:04:44"),
        message="last_update_at is '2025-04-24T20:04:44'",
        got="2025-04-24T20:04:44",
        accepted=("an RFC 3339 date-time",),
        says_nothing_of=with_members(last_update_at=None),
    ),
    "response.201.last_successful_update_at.format": Case(
        passes=GOOD,
        fails=with_members(last_successful_update_at="yesterday"),
        message="last_successful_update_at is 'yesterday'",
        got="yesterday",
        accepted=("an RFC 3339 date-time",),
        says_nothing_of=with_members(last_successful_update_at=...),
    ),
    "response.201.last_update_at.past": Case(
        passes=with_members(last_update_at="2025-04-25T20:04:44+08:00"),
        fails=with_members(last_update_at="2025-04-25T20:04:44Z"),
        message="last_update_at is '2025-04-25T20:04:44Z', after the answer's own Date, Fri, 25 Apr 2025 12:04:44 GMT",
        got="2025-04-25T20:04:44Z",
        accepted=("a date-time up to the answer's Date",),
        says_nothing_of=with_members(last_update_at=None),
    ),
    "response.201.last_successful_update_at.past": Case(
        passes=with_members(last_successful_update_at="2025-04-25T12:04:44Z"),
        fails=with_members(last_successful_update_at="1970-01-01T08:00:00+08:00"),
        message="last_successful_update_at is '1970-01-01T08:00:00+08:00', of 1970 or earlier",
        got="1970-01-01T08:00:00+08:00",
        accepted=("a date-time up to the answer's Date",),
        says_nothing_of=with_members(last_successful_update_at="yesterday"),
    ),
    "response.201.id.minimum": Case(
        passes=with_members(id=1),
        fails=with_members(id=0),
        message="id is 0",
        got="0",
        accepted=("1 or more",),
        says_nothing_of=with_members(id="0"),
    ),
    "response.201.number_of_failures.minimum": Case(
        passes=with_members(number_of_failures=0),
        fails=with_members(number_of_failures=-1),
        message="number_of_failures is -1",
        got="-1",
        accepted=("0 or more", "null"),
        says_nothing_of=with_members(number_of_failures=...),
    ),
    "response.201.repository_id.echo": Case(
        passes=GOOD,
        fails=with_members(repository_id=2112029391),
        message="123 was asked for, the answer says 2112029391",
        got="2112029391",
        accepted=("the id of the path",),
        says_nothing_of=exchange(created(), id="0x7b"),
    ),
    "response.201.url.echo": Case(
        passes=GOOD,
        fails=with_members(url=URL + "/"),
        message=f"{URL} was sent, the answer says {URL}/",
        got=URL + "/",
        accepted=("the url that was sent, with or without its user info",),
        says_nothing_of=exchange(created(), url="ssh://mirror.invalid/test.git"),
    ),
    "response.201.content-type": Case(
        passes=GOOD,
        fails=exchange(answer(201, mirror(), (b"content-type", b"text/html"))),
        message="Content-Type is text/html",
        got="text/html",
        accepted=("application/json, with or without parameters",),
        says_nothing_of=exchange(answer(200, mirror(), (b"content-type", b"text/html"))),
    ),
}
FIELDS = tuple(mirror())
NULLABLE = {"number_of_failures", "endpoint_uuid", "last_error"}
DATES = {"last_update_at", "last_successful_update_at"}


@pytest.mark.parametrize("clause", CASES)
def test_a_good_answer_passes(clause: str) -> None:
    """Every clause of a 201 passes where it holds."""
    CASES[clause].check_pass(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_bad_answer_fails_with_what_came_and_what_was_accepted(clause: str) -> None:
    """Every clause of a 201 fails where it does not hold."""
    CASES[clause].check_failure(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_clause_is_silent_about_other_answers(clause: str) -> None:
    """No clause of a 201 speaks of what it is not about."""
    CASES[clause].check_silence(clause)


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_must_be_there(name: str) -> None:
    """A 201 without one of the 11 fields fails that field's type, and nothing else."""
    incomplete = with_members(**{name: ...})
    verdict = verdicts(incomplete)[f"response.201.{name}.type"]
    assert (verdict.outcome, verdict.message, verdict.got) == (Outcome.FAIL, f"{name} is missing", "no such member")
    assert failing(incomplete) == {f"response.201.{name}.type"}


@pytest.mark.parametrize("name", FIELDS)
def test_null_stands_only_where_the_example_shows_it(name: str) -> None:
    """Null passes in the three members of the example, is a should in the two dates, and fails in the six others."""
    kind = "not-null" if name in DATES else "type"
    expected = set() if name in NULLABLE else {f"response.201.{name}.{kind}"}
    assert failing(with_members(**{name: None})) == expected


def test_a_mirror_that_was_never_synchronised_breaks_no_must() -> None:
    """The page never says which members may be null: two dates that nothing gave a value to are a should."""
    fresh = with_members(**dict.fromkeys(DATES), update_status="none")
    fallen = failing(fresh)
    assert fallen == {f"response.201.{name}.not-null" for name in DATES}
    assert {CONTRACT.catalogue[clause].level for clause in fallen} == {Level.SHOULD}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        pytest.param("id", b"1.0", id="id 1.0"),
        pytest.param("id", b"12e3", id="id 12e3"),
        pytest.param("id", b"9007199254740993", id="id 2^53 + 1"),
        pytest.param("repository_id", b"123.0", id="repository_id 123.0"),
        pytest.param("number_of_failures", b"-0", id="number_of_failures -0"),
        pytest.param("number_of_failures", b"0.0", id="number_of_failures 0.0"),
    ],
)
def test_an_integer_is_a_number_without_a_fraction(name: str, raw: bytes) -> None:
    """1.0 is an integer (JSON Schema 2020-12), and an id may be beyond 2^53."""
    body = json.dumps(mirror(**{name: "HERE"})).encode().replace(b'"HERE"', raw)
    assert not failing(exchange(answer(201, body)))


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        pytest.param("id", b"true", id="id true"),
        pytest.param("number_of_failures", b"false", id="number_of_failures false"),
        pytest.param("number_of_failures", b"1e999", id="number_of_failures beyond every float"),
        pytest.param("number_of_failures", b"0.5", id="number_of_failures one half"),
        pytest.param("number_of_failures", b'"0"', id="number_of_failures in quotation marks"),
    ],
)
def test_a_value_that_is_no_integer_fails_the_type_alone(name: str, raw: bytes) -> None:
    """True is no integer, nor is a fraction or a text."""
    body = json.dumps(mirror(**{name: "HERE"})).encode().replace(b'"HERE"', raw)
    assert failing(exchange(answer(201, body))) == {f"response.201.{name}.type"}


def test_no_number_of_failures_is_not_under_0() -> None:
    """Null stands where nothing was counted, and tests the clause; the id has to be one."""
    assert outcome_of("response.201.number_of_failures.minimum", exchange(created(number_of_failures=None))) is (
        Outcome.PASS
    )
    assert outcome_of("response.201.id.minimum", exchange(created(id=None))) is None


@pytest.mark.parametrize("value", [True, "1", [1], {}], ids=["true", "a string", "an array", "an object"])
def test_what_is_no_number_has_neither_minimum_nor_echo(value: object) -> None:
    """The type fails; that true is not under 1, and is not the id of the path, is not said."""
    odd = exchange(created(id=value, repository_id=value, number_of_failures=value), id=1)
    for clause in ("id.minimum", "number_of_failures.minimum", "repository_id.echo"):
        assert outcome_of(f"response.201.{clause}", odd) is None


@pytest.mark.parametrize(
    ("body", "defect"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b" \r\n", "it is empty", id="white space"),
        pytest.param(b"\xef\xbb\xbf" + json.dumps(mirror()).encode(), "it begins with a byte order mark", id="BOM"),
        pytest.param(json.dumps(mirror()).encode("utf-16"), "it begins with a byte order mark", id="UTF-16 with BOM"),
        pytest.param(json.dumps(mirror()).encode("utf-16-le"), "Expecting property name", id="UTF-16"),
        pytest.param(b'{"id": "\xff"}', "it is not UTF-8 (byte 8)", id="not UTF-8"),
        pytest.param(b'{"id": NaN}', "NaN is not a JSON number", id="NaN"),
        pytest.param(b'{"id": -Infinity}', "-Infinity is not a JSON number", id="Infinity"),
        pytest.param(json.dumps(mirror()).encode()[:-1], "Expecting ',' delimiter", id="truncated"),
        pytest.param(json.dumps(mirror()).encode() + b"x", "Extra data", id="trailing garbage"),
        pytest.param(b"{'id': 1}", "Expecting property name", id="single quotation marks"),
        pytest.param(b"<html>Created</html>", "Expecting value", id="HTML"),
        pytest.param(b"[" * 100_000, "nested over 500 levels deep", id="100,000 brackets"),
    ],
)
def test_a_body_that_is_no_json_fails_the_object_and_leaves_its_members_untested(body: bytes, defect: str) -> None:
    """One defect, one failure: what the members would have been is not known."""
    found = verdicts(exchange(answer(201, body)))
    assert {clause for clause, verdict in found.items() if verdict.outcome is Outcome.FAIL} == {"response.201.object"}
    assert found["response.201.object"].message.startswith("the body is not JSON: ")
    assert defect in found["response.201.object"].message
    assert found["response.201.object"].got == "201, not JSON"
    assert found["response.201.object"].answered_by is AnsweredBy.OTHER
    untested = {clause for clause, verdict in found.items() if verdict.outcome is Outcome.NOT_TESTED}
    assert untested == {f"response.201.{name}.type" for name in FIELDS}
    assert found["response.201.id.type"].message == "the body is not a JSON object"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(
            b'{"id": %s}' % (b"9" * 5000), "it has a number of over 4,000 digits", id="a number of 5,000 digits"
        ),
        pytest.param(b'{"a": %s}' % (b"[" * 600 + b"]" * 600), "it is nested over 500 levels deep", id="600 levels"),
    ],
)
def test_a_body_too_long_or_deep_to_be_read_fails_nothing(body: bytes, why: str) -> None:
    """It may be JSON all the same: what the body says is not known."""
    found = verdicts(exchange(answer(201, body)))
    assert [clause for clause, verdict in found.items() if verdict.outcome is Outcome.FAIL] == []
    assert found["response.201.object"].outcome is Outcome.NOT_TESTED
    said = f"the body was not read: {why}, which is not read"
    assert found["response.201.object"].message == found["response.201.id.type"].message == said


@pytest.mark.parametrize(
    ("body", "got"),
    [(b"null", "null"), (b"true", "boolean"), (b"7", "integer"), (b"7.5", "number"), (b'"x"', "string")],
    ids=["null", "true", "an integer", "a decimal", "a string"],
)
def test_json_that_is_no_object_is_named_as_json_names_it(body: bytes, got: str) -> None:
    """The value is told in the words of JSON, not of Python."""
    assert verdicts(exchange(answer(201, body)))["response.201.object"].got == f"201, {got}"


def test_an_answer_that_was_not_read_to_its_end_fails_nothing() -> None:
    """If reading stopped early, the JSON may have been good."""
    cut = exchange(answer(201, json.dumps(mirror()).encode()), truncated=True)
    found = verdicts(cut)
    assert not failing(cut)
    assert found["response.201.object"].outcome is Outcome.NOT_TESTED
    assert found["response.201.object"].message == "the answer is too long to be read to its end"
    assert found["response.201.id.type"].outcome is Outcome.NOT_TESTED


def test_a_member_twice_fails_only_its_clause() -> None:
    """The last one counts for everything else, and duplicates deep inside count as well."""
    body = json.dumps(mirror(extra="HERE")).encode().replace(b'"HERE"', b'{"a": 1, "a": 2}')
    assert failing(exchange(answer(201, body))) == {"response.201.unique-members"}


def test_the_repository_id_of_the_path_is_repeated_wherever_it_is_known() -> None:
    """Every 201 repeats it, the request in contract or not."""
    odd = exchange(created(repository_id=STRANGE), headers=(), id=MAIN)
    assert failing(odd) == {"response.201.repository_id.echo"}


@pytest.mark.parametrize(
    "said",
    [
        b"application/json",
        b"application/json;charset=UTF-8",
        b"Application/JSON ; charset=utf-8",
        b"application/json; a=b; c=d",
        b"application/json;",
    ],
    ids=["plain", "a charset", "capitals and a space", "two parameters", "a semicolon"],
)
def test_parameters_and_case_do_not_matter_in_a_media_type(said: bytes) -> None:
    """RFC 9110 section 8.3.1."""
    assert not failing(exchange(answer(201, mirror(), (b"CONTENT-TYPE", said))))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"text/json",
        b"application/problem+json",
        b"application/jsonp",
        b"application/json, application/json",
        b"application/json\xa0",
        b"json",
        b"Xapplication/json",
        b";application/json",
    ],
    ids=[
        "empty",
        "text",
        "a suffix",
        "longer",
        "twice",
        "a no-break space",
        "no type",
        "X before",
        "a parameter first",
    ],
)
def test_another_media_type_fails_the_content_type_alone(said: bytes) -> None:
    """Only application/json is JSON's media type."""
    assert failing(exchange(answer(201, mirror(), (b"content-type", said)))) == {"response.201.content-type"}


def test_a_missing_media_type_is_named_so() -> None:
    """Without the header the failure says that it is missing; without an answer nothing else is said."""
    bare = verdicts(exchange(answer(201, mirror(), (b"server", b"x"))))["response.201.content-type"]
    assert (bare.message, bare.got) == ("Content-Type is missing", "no Content-Type")
    assert is_json_media(reading(silence())).got == "no Content-Type"


@pytest.mark.parametrize("status", [200, 202, 204, 301, 400, 401, 500])
def test_the_clauses_of_a_201_speak_of_no_other_status(status: int) -> None:
    """Every rule of the 201 is silent about other answers, even where the body is its own."""
    assert not [clause for clause in verdicts(exchange(answer(status, mirror()))) if clause.startswith("response.201.")]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"method": "PUT"},
        {"target": b"/v4/repositories/123/remote-mirror/associate/"},
        {"target": b"/v4/repositories/123/remote-mirror/associate/?a=b"},
        {"target": b"/v4/repositories/123/remote-mirror/associate#a"},
        {"target": b"/v4/repositories//remote-mirror/associate?a=b"},
        {"id": b""},
    ],
    ids=["another method", "another path", "another path with a query", "a fragment", "a query and no id", "no id"],
)
def test_the_clauses_of_a_201_speak_of_a_post_on_the_path(elsewhere: dict[str, Any]) -> None:
    """A 201 to anything else is no answer to an association."""
    found = verdicts(exchange(answer(201, b"x"), **elsewhere))
    assert not [clause for clause in found if clause.startswith("response.201.")]


@pytest.mark.parametrize("query", [b"?", b"?dry_run=true", b"?a=/b?c"])
def test_a_201_to_the_path_with_a_query_is_held_to_table_3(query: bytes) -> None:
    """The document is silent on the answer to such a request; a 201 is a 201."""
    target = b"/v4/repositories/123/remote-mirror/associate" + query
    assert not failing(exchange(created(), target=target))
    assert failing(exchange(created(id="7", url=URL + "x"), target=target)) == {
        "response.201.id.type",
        "response.201.url.echo",
    }
    assert failing(exchange(created(repository_id=STRANGE), target=target)) == {"response.201.repository_id.echo"}


@pytest.mark.parametrize(
    ("segment", "number"), [(b"%31%32%33", 123), (b"+123", 123), (b"%2B123", 123), (b"00123", 123), (b"0710", 710)]
)
def test_an_integer_in_another_notation_is_that_decimal_number(segment: bytes, number: int) -> None:
    """Whether it is accepted is silent; an escaped digit is that digit, and a zero in front makes nothing octal."""
    target = b"/v4/repositories/%b/remote-mirror/associate" % segment
    assert not failing(exchange(created(repository_id=number), target=target))
    assert failing(exchange(created(repository_id=456), target=target)) == {"response.201.repository_id.echo"}
    assert not failing(exchange(refused(404), target=target))


def test_further_members_and_headers_are_nobodys_business() -> None:
    """Extra members and headers of a 201 are silent."""
    more = answer(
        201, mirror(branch=None, links={"self": "/"}), (b"Set-Cookie", b"a=1"), (b"Content-Type", b"application/json")
    )
    assert not failing(exchange(more))


def test_what_a_target_chose_fills_no_report_and_steers_no_terminal() -> None:
    """Messages are of one printable line and end where it is enough."""
    long = verdicts(with_members(update_status=["x" * 5000]))["response.201.update_status.type"]
    assert len(long.message) == 601
    assert long.message.endswith("…")
    body = json.dumps(mirror(last_update_at="\x1b[2J\n\ud800")).encode()
    odd = verdicts(exchange(answer(201, body)))["response.201.last_update_at.format"]
    assert odd.got == r"\x1b[2J\n\ud800"
    assert odd.message == r"last_update_at is '\x1b[2J\n\ud800'"
    sent = "https://mirror.invalid/" + "a" * 1000
    other = verdicts(exchange(created(url="https://other.invalid/"), url=sent))["response.201.url.echo"]
    assert other.message == f"{sent[:250]}… was sent, the answer says https://other.invalid/"
