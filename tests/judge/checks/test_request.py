"""Requests that must not succeed: ids, tokens, bodies and methods out of contract."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.message import Token
from conformance.judge.reading import Context
from conformance.judge.verdict import Outcome
from tests.judge.cases import Case
from tests.judge.exchanges import (
    JSON,
    LONGEST,
    NEAR,
    UNKNOWN,
    VALID,
    WITHOUT_PERMISSION,
    answer,
    body_of,
    created,
    exchange,
    failing,
    mirror,
    outcome_of,
    refused,
    unknown,
    verdicts,
)

NOT_2XX = ("any status but 2xx",)
GOOD = exchange(created())


def case(message: str, **sent: Any) -> Case:  # noqa: ANN401 - those of exchange()
    """A case for a request that must not be answered 2xx."""
    return Case(
        passes=exchange(refused(400), **sent),
        fails=exchange(created(), **sent),
        message=message,
        got="201",
        accepted=NOT_2XX,
        says_nothing_of=GOOD,
    )


CASES = {
    "path.repository_id.mandatory": case("an id that is empty was answered 201", id=b""),
    "path.repository_id.type": case("an id that is no integer was answered 201", id="123.5"),
    "path.repository_id.below-minimum": case("an id that is below the minimum was answered 201", id=0),
    "path.repository_id.above-maximum": case("an id that is above the maximum was answered 201", id=2147483648),
    "header.x-auth-token.over-maximum": case(
        "a token of 100,001 characters was answered 201", token=Token(LONGEST.value + b"x")
    ),
    "request.body.not-json": case("a body that is no JSON was answered 201", body=b"{"),
    "request.body.not-object": case("a body that is no object was answered 201", body=b"[]"),
    "request.url.type": case("a url that is no string was answered 201", body=b'{"url": 1}'),
    "method.other": Case(
        passes=exchange(refused(400), method="PUT"),
        fails=exchange(created(), method="PUT"),
        message="PUT was answered 201",
        got="201",
        accepted=("any status but 2xx", "to OPTIONS any status but 201 and 202"),
        says_nothing_of=GOOD,
    ),
    "header.x-auth-token.mandatory": case("a request with no token was answered 201", token=None, headers=()),
}


@pytest.mark.parametrize("clause", CASES)
def test_a_refusal_passes(clause: str) -> None:
    """Any status but 2xx is accepted for what is out of contract."""
    CASES[clause].check_pass(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_success_fails_with_what_came_and_what_was_accepted(clause: str) -> None:
    """A 201 to what is out of contract fails."""
    CASES[clause].check_failure(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_documented_request_is_not_spoken_of(clause: str) -> None:
    """The clauses of refusals say nothing of a documented request."""
    CASES[clause].check_silence(clause)


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        pytest.param(Outcome.FAIL, (200, 202, 204, 299), id="no 2xx is accepted, with or without a body"),
        pytest.param(Outcome.PASS, (199, 300, 302, 400, 401, 403, 404, 405), id="how it is refused is silent"),
        pytest.param(Outcome.NOT_TESTED, (500, 502, 600), id="a server that fails refuses nothing"),
    ],
)
def test_what_is_a_success_a_refusal_or_neither(outcome: Outcome, statuses: tuple[int, ...]) -> None:
    """Of every clause alike; a 5xx fails another clause, and is no proof that this one holds."""
    pairs = [(clause, status) for clause in CASES for status in statuses]
    found = {pair: outcome_of(pair[0], exchange(answer(pair[1]), **_sent(pair[0]))) for pair in pairs}
    assert {pair: other for pair, other in found.items() if other is not outcome} == {}


def test_what_is_sent_here_is_what_the_cases_send() -> None:
    """So that the statuses above are answers to it."""
    assert [
        name for name, one in CASES.items() if one.fails.request != exchange(answer(200), **_sent(name)).request
    ] == []


@pytest.mark.parametrize("clause", CASES)
def test_a_target_that_refuses_everything_proves_nothing(clause: str) -> None:
    """A target that does not associate at all may refuse for any reason."""
    refuses_all = Context(obstacle="the first valid request was answered 404", succeeded=False)
    verdict = verdicts(exchange(answer(404), **_sent(clause)), refuses_all)[clause]
    assert (verdict.outcome, verdict.message) == (Outcome.NOT_TESTED, refuses_all.obstacle)
    silent = verdicts(exchange(answer(404), **_sent(clause)), Context(succeeded=False))[clause]
    assert (silent.outcome, silent.message) == (Outcome.NOT_TESTED, "the first valid request did not succeed")


def test_a_token_that_was_never_recognised_proves_nothing() -> None:
    """Without a first association, a 401 may be about the token."""
    sent = _sent("path.repository_id.above-maximum")
    outcome = outcome_of("path.repository_id.above-maximum", exchange(answer(401), **sent), Context(recognised=False))
    assert outcome is Outcome.NOT_TESTED


def _sent(clause: str) -> dict[str, Any]:
    request = CASES[clause].fails.request
    names = ("method", "target", "body", "headers")
    return {"token": request.token, **{name: getattr(request, name) for name in names}}


@pytest.mark.parametrize(
    ("segment", "clause"),
    [
        pytest.param("-1", "path.repository_id.below-minimum", id="-1"),
        pytest.param("-0", "path.repository_id.below-minimum", id="-0"),
        pytest.param("4294967419", "path.repository_id.above-maximum", id="the repository plus 2^32"),
        pytest.param("18446744073709551739", "path.repository_id.above-maximum", id="the repository plus 2^64"),
        pytest.param("9" * 5000, "path.repository_id.above-maximum", id="5,000 digits"),
        pytest.param("123.0", "path.repository_id.type", id="a decimal zero"),
        pytest.param("1e2", "path.repository_id.type", id="an exponent"),
        pytest.param("0x7b", "path.repository_id.type", id="hexadecimal"),
        pytest.param("123%20", "path.repository_id.type", id="a space after it"),
        pytest.param("%EF%BC%91", "path.repository_id.type", id="a full-width digit"),
    ],
)
def test_an_id_out_of_contract_fails_its_own_clause_alone(segment: str, clause: str) -> None:
    """One id, one clause, even where the 201 names another repository."""
    assert failing(exchange(created(repository_id=1), id=segment)) == {clause}


@pytest.mark.parametrize("segment", ["0123", "+123", "%31%32%33"], ids=["a leading zero", "a plus sign", "encoded"])
def test_other_notations_of_an_integer_may_succeed(segment: str) -> None:
    """The document does not say how an integer is written."""
    assert not failing(exchange(created(), id=segment))


@pytest.mark.parametrize("clause", [clause for clause in CASES if clause.startswith("path.")])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"token": None}, id="no token"),
        pytest.param({"token": UNKNOWN}, id="an unknown token"),
        pytest.param({"token": WITHOUT_PERMISSION}, id="a token without permission"),
        pytest.param({"body": b"{"}, id="a broken body"),
        pytest.param({"headers": ()}, id="no Content-Type"),
    ],
)
def test_a_refusal_proves_nothing_where_something_else_is_wrong(clause: str, sent: dict[str, Any]) -> None:
    """The id may not have been looked at; a success fails all the same."""
    assert outcome_of(clause, exchange(refused(401), **(_sent(clause) | sent))) is None
    assert outcome_of(clause, exchange(created(), **(_sent(clause) | sent))) is Outcome.FAIL


def test_an_id_out_of_contract_is_owed_no_401() -> None:
    """The document is silent on the order of refusals, so a success without a token breaks both."""
    assert failing(exchange(created(), id=0, token=None)) == {
        "path.repository_id.below-minimum",
        "header.x-auth-token.mandatory",
    }


@pytest.mark.parametrize("length", [100_001, 100_002, 131_072], ids=["one over", "two over", "2^17"])
@pytest.mark.parametrize("head", [VALID.value, b"nobody's"], ids=["it begins with a valid one", "unknown"])
def test_a_token_over_the_maximum_is_never_accepted(length: int, head: bytes) -> None:
    """Over 100,000 characters nothing succeeds, and the clause falls alone."""
    long = Token(head, length=length)
    assert failing(exchange(created(), token=long)) == {"header.x-auth-token.over-maximum"}
    assert not failing(exchange(refused(431), token=long))


@pytest.mark.parametrize("length", [99_999, 100_000], ids=["one under", "exactly"])
def test_a_token_up_to_the_maximum_is_not_over_it(length: int) -> None:
    """100,000 characters are in the range."""
    assert outcome_of("header.x-auth-token.over-maximum", exchange(created(), token=unknown(length))) is None


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(Token(b" ", fill=b" ", length=100_000), id="spaces"),
        pytest.param(Token(b"  " + LONGEST.value), id="the longest valid one after two spaces"),
        pytest.param(Token("é".encode(), fill="é".encode(), length=120_000), id="60,000 characters in UTF-8"),
    ],
)
def test_an_unusual_token_may_be_longer_in_bytes(token: Token) -> None:
    """White space around a field value is no part of it (RFC 9110 section 5.5), and bytes are no characters."""
    assert "header.x-auth-token.over-maximum" not in verdicts(exchange(created(), token=token))


def test_a_token_over_the_maximum_proves_something_where_nothing_else_is_wrong() -> None:
    """With an id out of range, the token may not have been looked at."""
    clause = "header.x-auth-token.over-maximum"
    assert outcome_of(clause, exchange(refused(400), token=unknown(100_001), id=0)) is None
    assert outcome_of(clause, exchange(refused(400), token=unknown(100_001), method="PUT")) is None
    assert failing(exchange(created(), token=unknown(100_001), id=0)) == {clause, "path.repository_id.below-minimum"}


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        pytest.param(body_of("https://a.invalid")[:-1], "request.body.not-json", id="truncated"),
        pytest.param(body_of("https://a.invalid") + b"x", "request.body.not-json", id="garbage after it"),
        pytest.param(b"{'url': 1}", "request.body.not-json", id="single quotation marks"),
        pytest.param(b'{"url": NaN}', "request.body.not-json", id="NaN"),
        pytest.param(b'{"url": "\xff"}', "request.body.not-json", id="not UTF-8"),
        pytest.param(b" ", "request.body.not-json", id="white space"),
        pytest.param(b"null", "request.body.not-object", id="null"),
        pytest.param(b'"https://a.invalid"', "request.body.not-object", id="a string"),
        pytest.param(b"[{}]", "request.body.not-object", id="an array"),
        pytest.param(b'{"url": null}', "request.url.type", id="a null url"),
        pytest.param(b'{"url": ["https://a.invalid"]}', "request.url.type", id="a url in an array"),
    ],
)
def test_a_body_out_of_contract_fails_its_own_clause_alone(body: bytes, clause: str) -> None:
    """No JSON, no object, or a url that is no string does not succeed."""
    assert failing(exchange(created(), body=body)) == {clause}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(None, id="none"),
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="no url"),
        pytest.param(body_of("ssh://git@mirror.invalid/a"), id="another scheme"),
        pytest.param(b'{"url": 1, "url": 2}', id="two urls"),
        pytest.param(b"\xef\xbb\xbf" + body_of("https://mirror.invalid/test.git"), id="a byte order mark"),
    ],
)
def test_what_the_document_is_silent_about_may_succeed(body: bytes | None) -> None:
    """Whether a body or a url in it is required is a hole of the document."""
    assert not failing(exchange(created(), body=body))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param((b"Content-Type", b"application/x-www-form-urlencoded"), id="a form"),
        pytest.param((b"Content-Encoding", b"gzip"), id="compressed"),
    ],
)
def test_bytes_that_say_they_are_something_else_may_succeed(header: tuple[bytes, bytes]) -> None:
    """Content types and encodings are silent: the bytes may be a form, or JSON in another dress."""
    headers = (header,) if header[0] == JSON[0] else (JSON, header)
    assert not failing(exchange(created(), body=b"url=https://mirror.invalid", headers=headers))


@pytest.mark.parametrize("clause", [clause for clause in CASES if clause.startswith("request.")])
def test_a_refused_body_proves_nothing_without_a_valid_token_and_an_id(clause: str) -> None:
    """The body may not have been looked at; a success fails all the same."""
    body = CASES[clause].fails.request.body
    for sent in ({"token": UNKNOWN}, {"token": None}, {"id": 0}):
        assert outcome_of(clause, exchange(refused(401), body=body, **sent)) is None
        assert outcome_of(clause, exchange(created(), body=body, **sent)) is Outcome.FAIL
    assert outcome_of(clause, exchange(created(), body=body, method="PUT")) is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "ASSOCIATE", "post"])
def test_other_methods_do_not_succeed(method: str) -> None:
    """Methods are case-sensitive (RFC 9110 section 9.1), so post is another one than POST."""
    assert failing(exchange(answer(200, {}), method=method)) == {"method.other"}
    assert not failing(exchange(refused(405), method=method))
    unknown = exchange(answer(501), method=method)  # RFC 9110 section 9.1: what a server answers that does not know it
    assert "status.server-error" not in failing(unknown)
    assert outcome_of("method.other", unknown) is Outcome.PASS


def test_options_may_succeed_and_other_paths_are_no_business_of_the_method() -> None:
    """OPTIONS tells what there is (RFC 9110 section 9.3.7), and the read-back is another operation."""
    for status in (200, 203, 204, 401, 404, 405):
        assert outcome_of("method.other", exchange(answer(status), method="OPTIONS")) is Outcome.PASS
    read = exchange(answer(200, {}), method="GET", target=b"/v4/repositories/123/remote-mirror")
    assert outcome_of("method.other", read) is None
    assert not failing(read)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_methods_that_change_do_not_succeed_with_a_query_or_on_another_spelling_of_the_path(method: str) -> None:
    """On another spelling only 201 and 202 say that something was made; a refusal there proves nothing.

    One with a query proves what it proves without: who compares two runs sees then that the refusal is gone.
    """
    spelt, asked = RESPELT % b"123", DOCUMENTED % b"123" + b"?debug=1"
    for done in (answer(200, {}), answer(204), answer(200), answer(202)):
        assert failing(exchange(done, method=method, target=asked)) == {"method.other"}
    assert failing(exchange(answer(202, {}), method=method, target=spelt)) == {"method.other"}
    for other in (answer(200, {}), answer(204), answer(200), answer(200, "a page"), refused(405)):
        assert not failing(exchange(other, method=method, target=spelt))
    for target, outcome in ((spelt, None), (asked, Outcome.PASS)):
        assert outcome_of("method.other", exchange(refused(405), method=method, target=target)) is outcome
        assert not failing(exchange(answer(200, {}), method="GET", target=target))


@pytest.mark.parametrize(
    "sent", [{"token": UNKNOWN}, {"token": None}, {"id": 0}], ids=["an unknown token", "no token", "id 0"]
)
def test_a_refused_method_proves_nothing_where_something_else_is_wrong(sent: dict[str, Any]) -> None:
    """The method may not have been looked at; a success fails all the same."""
    assert outcome_of("method.other", exchange(refused(401), method="PUT", **sent)) is None
    assert outcome_of("method.other", exchange(answer(204), method="PUT", **sent)) is Outcome.FAIL


def test_an_id_is_not_judged_with_another_method_or_path() -> None:
    """The clauses of the path parameter speak of POST on the path."""
    assert failing(exchange(answer(200, {}), method="GET", id=0)) == {"method.other"}
    assert not failing(exchange(answer(200, {}), target=b"/v4/repositories/0"))


@pytest.mark.parametrize("status", [201, 202])
def test_options_makes_nothing(status: int) -> None:
    """201 says that something was created, 202 that it will be; whoever asks for options asked for neither."""
    verdict = verdicts(exchange(answer(status, {}), method="OPTIONS"))["method.other"]
    assert (verdict.outcome, verdict.message) == (Outcome.FAIL, f"OPTIONS was answered {status}")


ODD: dict[str, dict[str, Any]] = {
    "no Content-Type": {"headers": ()},
    "another Content-Type": {"headers": ((b"Content-Type", b"text/plain"),)},
    "no body": {"body": None},
    "no url": {"body": b"{}"},
    "another scheme": {"url": "ssh://mirror.invalid/a"},
    "user info": {"url": "https://u@mirror.invalid/a"},
    "one label": {"url": "https://invalid/a"},
    "a further member": {"body": b'{"url": "https://a.invalid", "x": 1}'},
    "leading zeros": {"id": "0123"},
    "a query": {"target": b"/v4/repositories/123/remote-mirror/associate?a=b"},
}
STRANGERS = {
    "no token": None,
    "an empty token": Token(b""),
    "an unknown token": UNKNOWN,
    "a valid token, changed,": NEAR,
    "an unknown token of unusual characters": Token(b"a-token with a space in it"),
}


@pytest.mark.parametrize("words", STRANGERS)
def test_without_a_known_token_nothing_succeeds_whatever_else_is_odd(words: str) -> None:
    """Silent about how it is refused is not silent about whether it is."""
    clause = "header.x-auth-token.mandatory"
    for oddity, sent in ODD.items():
        for status in (200, 201, 202, 204):
            verdict = verdicts(exchange(answer(status, {}), token=STRANGERS[words], **sent))[clause]
            assert verdict.message == f"a request with {words} was answered {status}", oddity
        for status in (302, 400, 401, 403, 404, 415, 422):
            assert outcome_of(clause, exchange(refused(status), token=STRANGERS[words], **sent)) is Outcome.PASS, oddity
        crash = verdicts(exchange(refused(500), token=STRANGERS[words], **sent))[clause]
        assert crash.outcome is Outcome.NOT_TESTED
        assert crash.message == "answered 500 CH.00000001, which is not a refusal"


@pytest.mark.parametrize(
    "value",
    [b"a b", b" ", b"\t", b"caf\xe9", "\u6f22".encode(), VALID.value + b" x", b"a " + VALID.value, b"\x80" * 100_001],
)  # fmt: skip
def test_spaces_and_bytes_over_127_make_no_token_known(value: bytes) -> None:
    """Everything else is in contract, and no 401 is owed; a success all the same is none."""
    assert failing(exchange(created(), token=Token(value))) == {"header.x-auth-token.mandatory"}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"token": Token(b" " + VALID.value + b"\t")}, id="a valid token with white space around it"),
        pytest.param({"token": Token(VALID.value + b"\0x")}, id="a valid token and NUL"),
        pytest.param({"token": VALID, "headers": ()}, id="a valid token"),
        pytest.param({"token": WITHOUT_PERMISSION, "headers": ()}, id="the other account"),
        pytest.param({"headers": (JSON, (b"x-auth-token", VALID.value)), "token": UNKNOWN}, id="a valid one second"),
        pytest.param({"headers": (JSON, (b"x-auth-token", b"x"))}, id="a valid one in the first field"),
        pytest.param({"token": UNKNOWN}, id="in contract: status.401.unknown-token"),
        pytest.param({"token": unknown(100_001)}, id="too long: header.x-auth-token.over-maximum"),
        pytest.param({"token": None, "method": "PUT"}, id="another method: method.other"),
        pytest.param({"token": None, "target": b"/v3/repositories/123/remote-mirror/associate"}, id="another path"),
    ],
)  # fmt: skip
def test_what_may_be_known_or_is_anothers_question_is_not_judged(sent: dict[str, Any]) -> None:
    """A server may trim a token, or read one of two; and one defect has one clause."""
    for answered in (created(), refused(401)):
        assert outcome_of("header.x-auth-token.mandatory", exchange(answered, **sent)) is None


def test_two_unknown_tokens_are_no_known_one() -> None:
    """The document is silent on which of two counts; nobody was given either of these."""
    twice = exchange(created(), token=UNKNOWN, headers=(JSON, (b"X-Auth-Token", b"another-that-nobody-has")))
    assert failing(twice) == {"header.x-auth-token.mandatory"}


DOCUMENTED = b"/v4/repositories/%b/remote-mirror/associate"
RESPELT = DOCUMENTED + b"/"


@pytest.mark.parametrize(
    ("sent", "clause"),
    [
        pytest.param({"token": None}, "header.x-auth-token.mandatory", id="no token"),
        pytest.param({"token": NEAR}, "header.x-auth-token.mandatory", id="a changed token"),
        pytest.param({"token": unknown(100_001)}, "header.x-auth-token.mandatory", id="a token over the maximum"),
        pytest.param({"target": RESPELT % b"0"}, "path.repository_id.below-minimum", id="id 0"),
        pytest.param({"target": RESPELT % b"2147483648"}, "path.repository_id.above-maximum", id="id 2147483648"),
        pytest.param({"target": RESPELT % b"123.5"}, "path.repository_id.type", id="no integer"),
    ],
)
def test_another_spelling_of_the_path_is_no_way_round(sent: dict[str, Any], clause: str) -> None:
    """A request that makes something there fails; a page, which may be another resource's, proves nothing."""
    made = {"target": RESPELT % b"123", **sent}
    assert failing(exchange(created(), **made)) == {clause}
    assert failing(exchange(answer(202), **made)) == {clause}
    assert verdicts(exchange(created(), **made))[clause].accepted == ("any status but 201 and 202",)
    for other in (answer(200, b"<html></html>"), answer(204), refused(404), answer(301), refused(401)):
        assert failing(exchange(other, **made)) == set()
    assert outcome_of(clause, exchange(refused(400), method="GET", **made)) is None


def test_a_path_that_goes_on_is_no_way_round() -> None:
    """Another operation may be behind it; a 201 that shows the documented members is this one's."""
    further = {"target": DOCUMENTED % b"123" + b"/further", "token": None}
    assert failing(exchange(created(), **further)) == {"header.x-auth-token.mandatory"}
    for other in (answer(201, {"id": 1}), answer(202), answer(200, mirror()), answer(204), refused(404), refused(401)):
        assert failing(exchange(other, **further)) == set()
    assert failing(exchange(created(), **{**further, "token": VALID})) == set()


def test_a_good_request_may_succeed_in_any_spelling() -> None:
    """With a valid token and an id in range nothing is wrong but the spelling, of which the document says nothing."""
    assert failing(exchange(created(), target=RESPELT % b"123")) == set()
