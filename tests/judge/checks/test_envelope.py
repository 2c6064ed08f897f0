"""The envelope of refusals: its shape, its codes, its media type, and whose answers are looked at."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.message import Token
from conformance.judge.verdict import AnsweredBy, Outcome
from tests.judge.cases import Case
from tests.judge.exchanges import (
    JSON,
    MISSING,
    NEAR,
    RESTRICTED,
    UNKNOWN,
    VALID,
    answer,
    created,
    exchange,
    failing,
    from_gateway,
    outcome_of,
    refused,
    unknown,
    verdicts,
)

SENT: dict[int, dict[str, Any]] = {401: {"token": UNKNOWN}, 403: {"id": RESTRICTED}, 404: {"id": MISSING}}
CODES = {401: "CH.00000002", 403: "CH.00401001", 404: "CH.00402000"}
ENVELOPE = ("an object with string error_code and string error_msg",)
MEDIA = ("application/json, with or without parameters",)
CREATED = exchange(created())


def cases_of(status: int) -> dict[str, Case]:
    """The cases of a documented refusal."""
    sent = SENT[status]
    good = exchange(refused(status), **sent)
    return {
        f"error.{status}.envelope": Case(
            passes=good,
            fails=exchange(answer(status, {"error_code": CODES[status]}), **sent),
            message="'error_msg' is a required property",
            got=f"{status}, an object of error_code",
            accepted=ENVELOPE,
            says_nothing_of=CREATED,
        ),
        f"error.{status}.code": Case(
            passes=good,
            fails=exchange(refused(status, "CH.99999999"), **sent),
            message="error_code is 'CH.99999999'",
            got="CH.99999999",
            accepted=(CODES[status],),
            says_nothing_of=exchange(from_gateway(status), **sent),
        ),
        f"error.{status}.content-type": Case(
            passes=good,
            fails=exchange(
                answer(status, {"error_code": CODES[status], "error_msg": ""}, (b"content-type", b"text/plain")), **sent
            ),
            message="Content-Type is text/plain",
            got="text/plain",
            accepted=MEDIA,
            says_nothing_of=CREATED,
        ),
    }


CASES = {
    **cases_of(401),
    **cases_of(403),
    **cases_of(404),
    "error.other.envelope": Case(
        passes=exchange(refused(400), id=0),
        fails=exchange(answer(400, b"Bad Request"), id=0),
        message="the body is not JSON: Expecting value (line 1, column 1)",
        got="400, not JSON",
        accepted=ENVELOPE,
        says_nothing_of=exchange(answer(405), method="HEAD"),
        answered_by=AnsweredBy.OTHER,
    ),
}


@pytest.mark.parametrize("clause", CASES)
def test_a_documented_refusal_passes(clause: str) -> None:
    """The examples of the document hold."""
    CASES[clause].check_pass(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_bad_refusal_fails_with_what_came_and_what_was_accepted(clause: str) -> None:
    """Every clause of the envelope fails where it does not hold."""
    CASES[clause].check_failure(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_clause_is_silent_about_other_answers(clause: str) -> None:
    """No clause of the envelope speaks of what it is not about."""
    CASES[clause].check_silence(clause)


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize(
    ("body", "got"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b"<html>", "not JSON", id="HTML"),
        pytest.param(b'{"error_code": "CH.1", "error_msg": "x"}}', "not JSON", id="garbage after it"),
        pytest.param(b'\xef\xbb\xbf{"error_code": "CH.1", "error_msg": "x"}', "not JSON", id="a byte order mark"),
        pytest.param(b"[]", "array", id="an array"),
        pytest.param(b"null", "null", id="null"),
        pytest.param(b"{}", "an empty object", id="an empty object"),
        pytest.param(
            b'{"error_code": "CH.1", "error_msg": null}', "an object of error_code, error_msg", id="a null message"
        ),
        pytest.param(
            b'{"error_code": 2, "error_msg": "x"}', "an object of error_code, error_msg", id="an integer code"
        ),
        pytest.param(b'{"error": {"error_code": "CH.1", "error_msg": "x"}}', "an object of error", id="wrapped"),
    ],
)
def test_a_malformed_envelope_fails_the_envelope_alone(status: int, body: bytes, got: str) -> None:
    """The envelope is an object with the strings error_code and error_msg; one defect, one clause."""
    bad = exchange(answer(status, body.replace(b"CH.1", CODES[status].encode())), **SENT[status])
    assert verdicts(bad)[f"error.{status}.envelope"].got == f"{status}, {got}"
    assert failing(bad) == {f"error.{status}.envelope"}


def test_all_that_an_envelope_lacks_is_named() -> None:
    """One failure, a sentence for each defect."""
    verdict = verdicts(exchange(answer(401, {"error_code": 2}), token=UNKNOWN))["error.401.envelope"]
    assert sorted(verdict.message.split("; ")) == ["'error_msg' is a required property", "2 is not of type 'string'"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_further_members_of_an_envelope_are_welcome(status: int) -> None:
    """Error objects stay open, and texts are free."""
    assert not failing(exchange(refused(status, error_msg="", request_id="8f", error={"code": 1}), **SENT[status]))


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"id": 1, "headers": ()}, id="id 1 and no Content-Type"),
        pytest.param({"body": None}, id="no body"),
        pytest.param({"headers": ()}, id="no Content-Type"),
        pytest.param({"token": None, "body": None}, id="no token and no body"),
        pytest.param({"token": unknown(100_001)}, id="100,001 characters (one over)"),
    ],
)
def test_the_envelope_speaks_of_every_post_on_the_exact_path_and_the_code_does_not(
    status: int, sent: dict[str, Any]
) -> None:
    """For any id in range, token and body: envelope and media type are owed, the example's code is not."""
    bare = exchange(answer(status, b"x", (b"content-type", b"text/plain")), **sent)
    assert {f"error.{status}.envelope", f"error.{status}.content-type"} <= failing(bare)
    assert outcome_of("error.other.envelope", bare) is None
    other = exchange(refused(status, "CH.99999999"), **sent)
    assert outcome_of(f"error.{status}.code", other) is None
    assert outcome_of(f"error.{status}.envelope", other) is Outcome.PASS


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"method": "PUT"}, id="PUT"),
        pytest.param({"method": "GET"}, id="GET"),
        pytest.param({"method": "PATCH"}, id="PATCH"),
        pytest.param({"method": "DELETE"}, id="DELETE"),
        pytest.param({"method": "OPTIONS"}, id="OPTIONS"),
    ],
)
def test_with_another_method_the_same_statuses_are_any_other_4xx(status: int, sent: dict[str, Any]) -> None:
    """Only the envelope of every other 4xx is asked for."""
    bare = exchange(answer(status, b"x", (b"content-type", b"text/plain")), **sent)
    assert failing(bare) == {"error.other.envelope"}
    assert not failing(exchange(refused(status), **sent))


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("id_", [b"abc", b"1.0", b"-1", b"0", b"2147483648", b"9" * 4_301, b"+1", b"01", b"%31", b"1'"])
def test_a_router_may_know_no_path_with_an_id_that_is_no_number_in_range(status: int, id_: bytes) -> None:
    """A converter for 32 bits answers 404 for itself, a firewall 403; a 401 is an answer to the token."""
    assert failing(exchange(answer(status, b"x"), id=id_)) == {"error.other.envelope"}
    assert not failing(exchange(refused(status, "anything"), id=id_))
    assert "error.401.envelope" in failing(exchange(answer(401, b"x"), id=id_))


@pytest.mark.parametrize("status", [400, 402, 405, 409, 413, 414, 415, 418, 422, 431, 451, 494, 499])
def test_every_other_4xx_carries_the_envelope(status: int) -> None:
    """Plain sense: clients read one envelope, and its code is free."""
    assert failing(exchange(answer(status, b"x"), id=0)) == {"error.other.envelope"}
    assert not failing(exchange(refused(status, "anything"), id=0))
    assert not failing(exchange(from_gateway(status, "APIG.0201"), id=0))


@pytest.mark.parametrize("status", [302, 304, 399])
def test_an_answer_below_400_owes_no_envelope(status: int) -> None:
    """A redirection is no refusal."""
    assert not failing(exchange(answer(status, b"x"), id=0))


def test_a_5xx_owes_no_envelope() -> None:
    """A 500 fails the clause that it breaks, which is not the envelope."""
    assert failing(exchange(answer(500, b"x"), id=0)) == {"status.server-error"}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_an_answer_to_head_owes_no_envelope(status: int) -> None:
    """It has no body (RFC 9110 section 9.3.2)."""
    assert not failing(exchange(answer(status), method="HEAD", body=None, headers=()))


@pytest.mark.parametrize("code", ["APIGW.0301", "APIG.0301", "APIGW.0101"])
@pytest.mark.parametrize("status", [401, 403, 404])
def test_the_code_of_the_gateway_is_not_judged(status: int, code: str) -> None:
    """A gateway's answer inside the contract carries the gateway's codes."""
    answered = exchange(from_gateway(status, code), **SENT[status])
    assert not failing(answered)
    assert verdicts(answered)[f"error.{status}.envelope"].answered_by is AnsweredBy.GATEWAY


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("code", ["", "ch.00000002", "CH.0000000 2", "APIGW.03011", "WAF.0001", "E401", "Not allowed"])
def test_a_damaged_code_does_not_make_the_answer_somebody_elses(status: int, code: str) -> None:
    """The documented envelope is the service's whatever its code: what is judged does not decide who answered."""
    answered = exchange(answer(status, {"error_code": code, "error_msg": "No."}), **SENT[status])
    assert failing(answered) == {f"error.{status}.code"}
    assert verdicts(answered)[f"error.{status}.code"].answered_by is AnsweredBy.SERVICE


ELSEWHERE: dict[str, dict[str, Any]] = {
    "two fields of the token": {"headers": (JSON, (b"x-auth-token", b"b"))},
    "a control character in the token": {"token": Token(b"a\x01b" * 8)},
    "NUL in the token": {"token": Token(b"abc\0")},
    "DEL in the token": {"token": Token(b"abc\x7f")},
    "a line feed in another field": {"headers": (JSON, (b"X-A", b"a\nb"))},
    "a space in a name": {"headers": (JSON, (b"X A", b"a"))},
    "a bad percent-encoding": {"id": b"123%zz"},
    "braces in the path": {"id": b"{repository_id}"},
    "an encoded slash": {"id": b"123%2F"},
    "an encoded backslash": {"id": b"123%5c"},
    "an encoded question mark": {"id": b"123%3Fa=b"},
    "an encoded NUL": {"id": b"123%00"},
    "an encoded line feed": {"id": b"123%0A"},
    "a dot segment": {"id": b".."},
    "no id": {"id": b""},
    "a trailing slash": {"target": b"/v4/repositories/123/remote-mirror/associate/"},
    "a query": {"target": b"/v4/repositories/123/remote-mirror/associate?a=b"},
    "another path": {"target": b"/v4/repositories/123/remote-mirror"},
    "capitals": {"target": b"/V4/Repositories/123/Remote-Mirror/Associate"},
    "another version": {"target": b"/v3/repositories/123/remote-mirror/associate"},
    "HEAD": {"method": "HEAD"},
    "TRACE": {"method": "TRACE"},
    "an invented method": {"method": "ASSOCIATE"},
    "a method in lower case": {"method": "post"},
}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 431])
def test_what_does_not_reach_the_service_owes_no_envelope(status: int) -> None:
    """Parsers, routers and proxies answer what is not HTTP, other paths and other methods by themselves."""
    page = answer(status, b"<html>", (b"content-type", b"text/html"))
    clauses = {
        words: {clause for clause in verdicts(exchange(page, **sent)) if clause.startswith("error.")}
        for words, sent in ELSEWHERE.items()
    }
    assert {words: found for words, found in clauses.items() if found} == {}


@pytest.mark.parametrize("status", [400, 413, 414, 431, 494])
def test_a_head_over_the_documented_maximum_owes_no_envelope(status: int) -> None:
    """Parsers may have a limit there; up to the maximum, and with another status, the service answers."""
    page = answer(status, b"<html>", (b"content-type", b"text/html"))
    assert not failing(exchange(page, token=unknown(100_001)))
    assert "error.other.envelope" in failing(exchange(page, token=unknown(100_000)))
    other = answer(422, b"<html>", (b"content-type", b"text/html"))
    assert failing(exchange(other, token=unknown(100_001))) == {"error.other.envelope"}
    assert "error.401.envelope" in failing(exchange(answer(401, b"<html>"), token=unknown(100_001)))


@pytest.mark.parametrize("code", ["CH.00401001", "CH.00402000", "DEV.CH.1"])
def test_another_code_of_a_401_fails_the_code_alone(code: str) -> None:
    """Another status's code, or another one of the service, is not the example's; the envelope holds all the same."""
    body = {"error_code": code, "error_msg": ""}
    assert failing(exchange(answer(401, body), token=UNKNOWN)) == {"error.401.code"}


@pytest.mark.parametrize(
    "token",
    [UNKNOWN, NEAR, unknown(100_000), VALID, None, Token(b"")],
    ids=["unknown", "near", "long", "valid", "missing", "empty"],
)
def test_the_code_is_asked_of_every_in_contract_request(token: object) -> None:
    """In contract is any token of 1 to 100,000 characters; that a token is missing or empty is another 401."""
    assert "error.401.code" in failing(exchange(refused(401, "CH.00000003"), token=token))


@pytest.mark.parametrize("status", [403, 404])
def test_the_code_of_another_status_is_not_asked_without_a_token(status: int) -> None:
    """The status is wrong, which is said once."""
    assert f"error.{status}.code" not in failing(exchange(refused(status, "CH.99999999"), token=None))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error_code": 2, "error_msg": "x"}'], ids=["empty", "array", "number"])
def test_a_code_that_is_not_there_is_not_judged_a_second_time(body: bytes) -> None:
    """The envelope fails; of the code there is nothing to say."""
    assert outcome_of("error.401.code", exchange(answer(401, body), token=UNKNOWN)) is None


def test_an_envelope_that_was_not_read_to_its_end_is_not_tested() -> None:
    """If reading stopped early, no clause fails."""
    long = exchange(refused(404), id=MISSING, truncated=True)
    assert not failing(long)
    assert verdicts(long)["error.404.envelope"].outcome is Outcome.NOT_TESTED


def test_what_was_never_meant_as_json_is_called_by_its_content_type() -> None:
    """A position in what says that it is text helps nobody."""
    plain = exchange(answer(400, b"400 Bad Request", (b"Content-Type", b"text/plain; charset=utf-8")), id=0)
    found = verdicts(plain)["error.other.envelope"]
    assert found.message == "the body is not JSON: Content-Type is text/plain; charset=utf-8"
    assert found.got == "400, not JSON"


@pytest.mark.parametrize(
    "body", [b'{"url": "__proto__"}', b'<?xml version="1.0"?>', b'{"url": ["https://m.invalid/"]}']
)
def test_a_firewall_may_forbid_an_odd_body_with_a_page_of_its_own(body: bytes) -> None:
    """That is a should, as for an odd id; where permission lacks, the 403 is the service's whatever the body is."""
    page = answer(403, b"<html>blocked</html>", (b"Content-Type", b"text/html"))
    assert failing(exchange(page, body=body)) & {"error.403.envelope", "error.403.content-type"} == set()
    assert "error.other.envelope" in failing(exchange(page, body=body))
    assert {"error.403.envelope", "error.403.content-type"} <= failing(exchange(page, body=body, id=RESTRICTED))


@pytest.mark.parametrize("token", [Token("ü".encode() * 8), Token(b"' OR '1'='1")], ids=["beyond ASCII", "SQL"])
def test_a_token_of_unusual_characters_owes_no_envelope_but_that_of_a_401(token: Token) -> None:
    """Some gateways and firewalls refuse such a field for themselves; a 401 is an answer to the token."""
    page = (b"<html>", (b"content-type", b"text/html"))
    for status in (400, 403, 404):
        assert not {one for one in failing(exchange(answer(status, *page), token=token)) if one.startswith("error.")}
    assert "error.401.envelope" in failing(exchange(answer(401, *page), token=token))
