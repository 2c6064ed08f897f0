"""The status that a request is owed, the clause that owes it, and the same association again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.facts import Role
from conformance.contract.message import Token
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST
from conformance.judge.reading import Context
from conformance.judge.verdict import AnsweredBy, Outcome
from tests.judge.cases import Case
from tests.judge.exchanges import (
    KNOWN,
    LONGEST,
    MISSING,
    NEAR,
    RESTRICTED,
    SHORTEST,
    STRANGE,
    UNKNOWN,
    WITHOUT_PERMISSION,
    answer,
    created,
    exchange,
    failing,
    from_gateway,
    outcome_of,
    refused,
    target_of,
    unknown,
    verdicts,
    with_role,
)
from tests.shipped import MAXIMUM

if TYPE_CHECKING:
    from tests.judge.exchanges import Answer

GOOD = exchange(created())
BEFORE = Context(same=12439)
BYE = "the target refuses the same request again: it answered 409"
REFUSES = Context(obstacle=BYE, same=12439)


def owed(*statuses: int, bad: int = 400, **sent: Any) -> Case:  # noqa: ANN401 - those of exchange()
    """A case for a request that is owed one of these statuses, and got another with the code of the service."""
    good = created(repository_id=sent.get("id", 123)) if statuses[0] == 201 else refused(statuses[0])
    words = tuple(map(str, statuses))
    return Case(
        passes=exchange(good, **sent),
        fails=exchange(refused(bad, "CH.010001"), **sent),
        message=f"answered {bad} CH.010001 instead of {' or '.join(words)}",
        got=f"{bad} CH.010001",
        accepted=words,
        says_nothing_of=exchange(created(), id=0),
    )


CASES = {
    "path.repository_id.minimum": owed(401, id=1, token=UNKNOWN),
    "path.repository_id.maximum": owed(201, 403, 404, id=MAXIMUM),
    "status.401.missing-token": owed(401, token=None),
    "status.401.empty-token": owed(401, token=Token(b"")),
    "status.401.unknown-token": owed(401, token=UNKNOWN),
    "status.401.near-valid-token": owed(401, token=NEAR),
    "status.401.precedence": owed(401, bad=404, token=UNKNOWN, id=MISSING),
    "header.x-auth-token.minimum-length": owed(401, token=unknown(1)),
    "header.x-auth-token.length": owed(401, bad=431, token=unknown(65_536)),
    "header.x-auth-token.maximum-length": owed(201, bad=431, token=LONGEST),
    "header.x-auth-token.name": owed(201, bad=401, token_header=b"x-auth-token"),
    "request.url.http": Case(
        passes=exchange(created(url="http://a.invalid:8080"), url="http://a.invalid:8080"),
        fails=exchange(refused(400, "CH.010001"), url="http://a.invalid:8080"),
        message="answered 400 CH.010001 instead of 201",
        got="400 CH.010001",
        accepted=("201",),
        says_nothing_of=GOOD,
    ),
    "request.url.uncommon": Case(
        passes=exchange(created(url="https://invalid/a"), url="https://invalid/a"),
        fails=exchange(refused(400, "CH.010001"), url="HTTPS://mirror.invalid/a"),
        message="answered 400 CH.010001 instead of 201",
        got="400 CH.010001",
        accepted=("201",),
        says_nothing_of=GOOD,
    ),
    "status.201.permitted": owed(201, bad=403),
    "status.403.no-permission": owed(403, bad=404, id=RESTRICTED),
    "status.404.no-repository": owed(404, bad=403, id=MISSING),
    "status.documented": Case(
        passes=GOOD,
        fails=exchange(from_gateway(494, "APIGW.0201"), token=unknown(100_000)),
        message="answered 494 APIGW.0201, which is not documented",
        got="494 APIGW.0201",
        accepted=("201", "401", "403", "404"),
        says_nothing_of=exchange(refused(400), id=0),
        answered_by=AnsweredBy.GATEWAY,
    ),
    "state.repeat": Case(
        passes=exchange(created(), probe=AGAIN),
        fails=exchange(created(id=12440), probe=AGAIN),
        message="the id was 12439 and is 12440",
        got="id 12440",
        accepted=("201 with the same id",),
        says_nothing_of=GOOD,
        context=BEFORE,
    ),
    "state.concurrent": Case(
        passes=exchange(created(), probe=BURST),
        fails=exchange(refused(409), probe=BURST),
        message="answered 409 CH.00000001 instead of 201",
        got="409 CH.00000001",
        accepted=("201 with one id",),
        says_nothing_of=exchange(created(), probe=AGAIN),
        context=BEFORE,
    ),
}


@pytest.mark.parametrize("clause", CASES)
def test_an_owed_status_passes(clause: str) -> None:
    """Every clause passes with the status that is owed."""
    CASES[clause].check_pass(clause)


@pytest.mark.parametrize("clause", CASES)
def test_another_status_fails_with_what_came_and_what_was_accepted(clause: str) -> None:
    """Every clause fails with another status, and names those that would have been accepted."""
    CASES[clause].check_failure(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_clause_is_silent_about_other_requests(clause: str) -> None:
    """No clause speaks of a request that is not its own."""
    CASES[clause].check_silence(clause)


@pytest.mark.parametrize("status", [201, 401, 403, 404])
def test_the_four_documented_statuses_are_documented(status: int) -> None:
    """For any status that was owed, these four are documented."""
    assert outcome_of("status.documented", exchange(answer(status, b"x"))) is Outcome.PASS


@pytest.mark.parametrize("status", [100, 200, 202, 204, 301, 400, 405, 409, 415, 422, 431, 494, 500, 503])
def test_every_other_status_is_not(status: int) -> None:
    """An in-contract request is answered 201, 401, 403 or 404, nothing else."""
    assert outcome_of("status.documented", exchange(answer(status, b"x"), token=UNKNOWN)) is Outcome.FAIL


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"id": 0}, id="id 0"),
        pytest.param({"id": "0123"}, id="a leading zero"),
        pytest.param({"token": None}, id="no token"),
        pytest.param({"token": Token(b"")}, id="an empty token"),
        pytest.param({"token": unknown(100_001)}, id="100,001 characters (one over)"),
        pytest.param({"token": Token(b"\xe9" * 20)}, id="obs-text in the token"),
        pytest.param({"body": None}, id="no body"),
        pytest.param({"body": b'{"url": "https://a.invalid", "x": 1}'}, id="a further member"),
        pytest.param({"headers": ()}, id="no Content-Type"),
        pytest.param({"method": "PUT"}, id="another method"),
        pytest.param({"target": b"/v4/repositories/123/remote-mirror/associate?x"}, id="a query"),
    ],
)
def test_out_of_contract_no_status_is_owed(sent: dict[str, Any]) -> None:
    """The document is silent on the 4xx of an out-of-contract request."""
    assert outcome_of("status.documented", exchange(refused(418), **sent)) is None


@pytest.mark.parametrize("status", [200, 400, 403, 404, 500])
@pytest.mark.parametrize("token", [None, Token(b"")], ids=["no token", "an empty token"])
def test_without_a_token_the_answer_is_401_alone(status: int, token: Token | None) -> None:
    """Missing and empty tokens are out of contract, and yet owed a 401."""
    assert [clause for clause in failing(exchange(refused(status), token=token)) if clause.startswith("status.401")]


@pytest.mark.parametrize(
    ("token", "clause"),
    [
        pytest.param(unknown(1), "header.x-auth-token.minimum-length", id="1 character"),
        pytest.param(unknown(2), "status.401.unknown-token", id="2 characters"),
        pytest.param(unknown(4096), "status.401.unknown-token", id="4,096 characters"),
        pytest.param(unknown(4097), "header.x-auth-token.length", id="4,097 characters"),
        pytest.param(unknown(99_998), "header.x-auth-token.length", id="99,998 characters (two under)"),
        pytest.param(unknown(99_999), "header.x-auth-token.maximum-length", id="99,999 characters (one under)"),
        pytest.param(unknown(100_000), "header.x-auth-token.maximum-length", id="100,000 characters (the most)"),
        pytest.param(SHORTEST, "header.x-auth-token.minimum-length", id="a valid one of 1 character"),
        pytest.param(LONGEST, "header.x-auth-token.maximum-length", id="a valid one of 100,000 characters"),
    ],
)
def test_a_tokens_length_owns_its_request(token: Token, clause: str) -> None:
    """One clause falls for the length of a token, besides that of undocumented statuses."""
    assert failing(exchange(refused(431), token=token)) == {clause, "status.documented"}


@pytest.mark.parametrize("number", [1, MAXIMUM], ids=["1", "2147483647"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PERMITTED, 201), (Role.RESTRICTED, 403), (Role.MISSING, 404)],
    ids=["permitted", "restricted", "missing"],
)
def test_an_edge_is_answered_by_existence_and_permission(number: int, role: Role, status: int) -> None:
    """If the description names the edge, one status is accepted with a valid token."""
    clause = "path.repository_id.minimum" if number == 1 else "path.repository_id.maximum"
    known = with_role(number, role)
    for given in (201, 403, 404):
        good = created(repository_id=number) if given == 201 else refused(given)
        expected = Outcome.PASS if given == status else Outcome.FAIL
        assert outcome_of(clause, exchange(good, id=number, known=known)) is expected
        assert failing(exchange(good, id=number, known=known)) == (set() if given == status else {clause})


@pytest.mark.parametrize("status", [201, 403, 404])
def test_a_strange_repository_may_be_anything_to_a_valid_token(status: int) -> None:
    """If nobody knows whether it exists, no clause fails."""
    good = created(repository_id=STRANGE) if status == 201 else refused(status)
    assert not failing(exchange(good, id=STRANGE))
    assert not failing(exchange(good if status != 201 else created(repository_id=1), id=1))


def test_a_token_without_permission_is_owed_403_on_the_main_repository_only() -> None:
    """Elsewhere the description does not say what that account may; without a repository either is right."""
    assert failing(exchange(refused(404), token=WITHOUT_PERMISSION)) == {"status.403.no-permission"}
    assert not failing(exchange(refused(403), token=WITHOUT_PERMISSION))
    for status in (403, 404):
        assert not failing(exchange(refused(status), token=WITHOUT_PERMISSION, id=MISSING))


TEXT = ((b"Content-Type", b"text/plain"),)


@pytest.mark.parametrize(
    ("sent", "clause"),
    [
        pytest.param({"token": WITHOUT_PERMISSION}, "status.403.no-permission", id="no permission, the token"),
        pytest.param({"id": RESTRICTED}, "status.403.no-permission", id="no permission, the repository"),
        pytest.param({"id": MISSING}, "status.404.no-repository", id="no repository"),
    ],
)
def test_what_is_refused_is_not_let_in_with_another_content_type(sent: dict[str, Any], clause: str) -> None:
    """A success fails the clause; of any refusal nothing is said, nor where something else is wrong too."""
    assert clause in failing(exchange(created(repository_id=sent.get("id", 123)), headers=TEXT, **sent))
    assert outcome_of(clause, exchange(refused(415), headers=TEXT, **sent)) is None
    assert clause not in failing(exchange(created(), headers=TEXT, body=b"[]", **sent))


@pytest.mark.parametrize(("status", "fails"), [(201, True), (202, True), (200, False), (400, False)])
def test_with_an_unknown_query_what_is_refused_makes_nothing(status: int, fails: bool) -> None:  # noqa: FBT001 - a case
    """Something else may be asked for, and shown."""
    of = exchange(answer(status, {}), token=WITHOUT_PERMISSION, target=target_of(b"123") + b"?dry_run=true")
    assert ("status.403.no-permission" in failing(of)) is fails


def test_a_restricted_token_that_is_no_token_proves_nothing() -> None:
    """A 401 to it is the description's fault, with that reason; any other status is the target's."""
    verdict = verdicts(exchange(refused(401), token=WITHOUT_PERMISSION))["status.403.no-permission"]
    assert verdict.outcome is Outcome.NOT_TESTED
    assert verdict.message == "restricted_token was refused (401): it is not a valid token"
    assert outcome_of("status.404.no-repository", exchange(refused(401), id=MISSING)) is Outcome.FAIL


@pytest.mark.parametrize("number", [1, MAXIMUM], ids=["1", "2147483647"])
def test_a_404_before_the_401_is_no_matter_of_the_edge(number: int) -> None:
    """The status decides which of the two clauses fails."""
    assert failing(exchange(refused(404), id=number, token=UNKNOWN)) == {"status.401.precedence"}


def test_a_first_association_that_was_made_has_accepted_a_url() -> None:
    """So that urls are tested even where the target refuses the same again; a refused one says nothing of them."""
    assert outcome_of("request.url.http", exchange(created(), probe=FIRST)) is Outcome.PASS
    assert outcome_of("status.404.no-repository", exchange(created(), probe=FIRST)) is None
    assert outcome_of("request.url.http", exchange(refused(403), probe=FIRST)) is None
    assert outcome_of("request.url.http", exchange(created())) is None


def test_a_failed_association_is_not_said_twice() -> None:
    """If a target refuses the same request again, further 201s are not tested, with that reason."""
    for sent in ({}, {"token": LONGEST}, {"token_header": b"x-auth-token"}, {"url": "http://a.invalid"}):
        again = exchange(refused(409), **sent)
        assert failing(again, Context())
        assert not failing(again, REFUSES)
        untested = [verdict for verdict in verdicts(again, REFUSES).values() if verdict.outcome is Outcome.NOT_TESTED]
        assert {verdict.message for verdict in untested} == {BYE}
        assert len(untested) == 2


def test_what_needs_no_201_is_judged_whatever_the_target_refuses() -> None:
    """An obstacle excuses only those that were owed a 201."""
    assert failing(exchange(refused(400), token=UNKNOWN), REFUSES) == {"status.401.unknown-token", "status.documented"}
    assert failing(exchange(refused(400), id=MISSING), REFUSES) == {"status.404.no-repository", "status.documented"}
    assert failing(exchange(refused(418), token=WITHOUT_PERMISSION, id=MISSING), REFUSES) == {"status.documented"}


def test_a_201_that_comes_all_the_same_passes() -> None:
    """An obstacle excuses; it forbids nothing."""
    assert outcome_of("status.201.permitted", GOOD, REFUSES) is Outcome.PASS


def test_the_first_association_is_never_excused() -> None:
    """It is what the obstacle was told from."""
    first = exchange(refused(403), probe=FIRST)
    context = Context(obstacle="the first valid request was answered 403 CH.00401001", succeeded=False)
    assert failing(first, context) == {"status.201.permitted"}


@pytest.mark.parametrize("status", [403, 404, 409, 422])
def test_the_same_again_is_owed_a_201(status: int) -> None:
    """A refusal fails state.repeat alone: the answer to an associated repository is a hole of the document."""
    again = exchange(refused(status), probe=AGAIN)
    assert failing(again, REFUSES) == {"state.repeat"}
    documented = Outcome.PASS if status in {403, 404} else None
    assert outcome_of("status.documented", again, REFUSES) is documented


@pytest.mark.parametrize("status", [200, 202, 302])
def test_the_same_again_answered_otherwise_is_no_refusal(status: int) -> None:
    """It is an in-contract request like any other then."""
    again = exchange(answer(status), probe=AGAIN)
    assert failing(again, BEFORE) == {"state.repeat", "status.documented"}


def test_the_same_again_is_not_tested_where_the_first_was_refused() -> None:
    """There was no association that it could be the same as."""
    context = Context(obstacle="the first valid request was answered 403", succeeded=False)
    for probe, clause in ((AGAIN, "state.repeat"), (BURST, "state.concurrent")):
        verdict = verdicts(exchange(refused(403), probe=probe), context)[clause]
        assert (verdict.outcome, verdict.message) == (Outcome.NOT_TESTED, context.obstacle)


def test_a_refused_repetition_fails_even_where_the_first_answer_had_no_id() -> None:
    """A missing id excuses no refusal."""
    context = Context(obstacle=BYE, same=None)
    assert failing(exchange(refused(409), probe=AGAIN), context) == {"state.repeat"}


@pytest.mark.parametrize(
    ("context", "body"),
    [
        pytest.param(Context(), created(), id="none in the first answer"),
        pytest.param(BEFORE, created(id=...), id="none in this one"),
        pytest.param(BEFORE, answer(201, b"x"), id="no JSON in this one"),
    ],
)
@pytest.mark.parametrize(("probe", "clause"), [(AGAIN, "state.repeat"), (BURST, "state.concurrent")])
def test_without_ids_nothing_is_compared(probe: str, clause: str, context: Context, body: Answer) -> None:
    """A missing id fails its type, not the repetition."""
    verdict = verdicts(exchange(body, probe=probe), context)[clause]
    assert (verdict.outcome, verdict.message) == (Outcome.NOT_TESTED, "the answers have no id to compare")


def test_an_id_of_1_and_one_of_1_point_0_are_the_same() -> None:
    """Numbers are compared as numbers; a text is another id than a number, and the failure shows it."""
    one = Context(same=1)
    assert outcome_of("state.repeat", exchange(created(id=1.0), probe=AGAIN), one) is Outcome.PASS
    assert verdicts(exchange(created(id="1"), probe=AGAIN), one)["state.repeat"].message == "the id was 1 and is '1'"


def test_the_burst_is_judged_only_where_ids_are_steady() -> None:
    """If one association after the other changes the id, many at once prove nothing of it; a refusal still fails."""
    unsteady = Context(same=12439, steady=False)
    verdict = verdicts(exchange(created(id=7), probe=BURST), unsteady)["state.concurrent"]
    assert verdict.outcome is Outcome.NOT_TESTED
    assert verdict.message == "the id changes even where one request follows the other"
    assert "state.concurrent" in failing(exchange(refused(409), probe=BURST), unsteady)


def test_a_burst_is_not_tested_where_the_target_refuses_to_associate_again() -> None:
    """One refusal is not said twenty times more."""
    assert not failing(exchange(refused(409), probe=BURST), REFUSES)
    assert verdicts(exchange(refused(409), probe=BURST), REFUSES)["state.concurrent"].message == BYE


def test_a_refused_burst_fails_its_clause_and_an_undocumented_status() -> None:
    """A target that associates twice in turn, and not at once, breaks both."""
    assert failing(exchange(refused(409), probe=BURST), BEFORE) == {"state.concurrent", "status.documented"}
    assert failing(exchange(created(id=8), probe=BURST), BEFORE) == {"state.concurrent"}


def test_a_new_association_has_the_id_that_the_first_of_them_was_given() -> None:
    """Not that of the opening: whether another url has another id is the target's affair."""
    context = Context(same=12439, created=7)
    assert failing(exchange(created(id=8), probe=CREATION), context) == {"state.concurrent"}
    assert not failing(exchange(created(id=7), probe=CREATION), context)
    assert failing(exchange(refused(409), probe=CREATION), context) == {"state.concurrent", "status.documented"}
    refuses = replace(REFUSES, created=7)
    assert not failing(exchange(refused(409), probe=CREATION), refuses)
    unsteady = replace(context, steady=False)
    assert not failing(exchange(created(id=8), probe=CREATION), unsteady)


def test_many_at_once_are_held_against_the_first_of_them() -> None:
    """An association in between may have given another id: among themselves they have one."""
    context = Context(same=12439, burst=7)
    assert not failing(exchange(created(id=7), probe=BURST), context)
    verdict = verdicts(exchange(created(id=12439), probe=BURST), context)["state.concurrent"]
    assert (verdict.outcome, verdict.message) == (Outcome.FAIL, "the id of the first of them is 7 and is 12439")
    again = verdicts(exchange(created(id=7), probe=AGAIN), context)["state.repeat"]
    assert again.message == "the id was 12439 and is 7"


@pytest.mark.parametrize(
    "url", ["HTTPS://mirror.invalid/a", "https://invalid/a", "https://git_mirror.invalid/a", "Http://A_b:80"]
)
def test_an_uncommon_url_is_a_should_and_its_refusal_breaks_nothing_else(url: str) -> None:
    """Legal and rare: no must falls, whatever the status; a crash is one all the same."""
    for status in (400, 401, 403, 404, 422):
        assert failing(exchange(refused(status), url=url)) == {"request.url.uncommon"}
    assert failing(exchange(refused(500), url=url)) == {"request.url.uncommon", "status.server-error"}
    assert not failing(exchange(created(url=url), url=url))


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"token": UNKNOWN}, id="an unknown token"),
        pytest.param({"token": WITHOUT_PERMISSION}, id="no permission"),
        pytest.param({"id": MISSING}, id="no repository"),
        pytest.param({"id": STRANGE}, id="a repository that nobody named"),
        pytest.param({"id": 0}, id="id 0"),
        pytest.param({"headers": ()}, id="no Content-Type"),
        pytest.param({"method": "PUT"}, id="another method"),
    ],
)
def test_an_uncommon_url_proves_nothing_where_something_else_decides(sent: dict[str, Any]) -> None:
    """The url may not have been looked at."""
    assert outcome_of("request.url.uncommon", exchange(refused(400), url="https://invalid/a", **sent)) is None


def test_an_uncommon_url_is_not_tested_where_nothing_can_be_associated_again() -> None:
    """The reason of the refusal may not have been the url."""
    verdict = verdicts(exchange(refused(409), url="https://invalid/a"), REFUSES)["request.url.uncommon"]
    assert (verdict.outcome, verdict.message) == (Outcome.NOT_TESTED, BYE)
    assert outcome_of(
        "request.url.uncommon", exchange(created(url="https://invalid/a"), url="https://invalid/a"), REFUSES
    ) is (Outcome.PASS)


@pytest.mark.parametrize(
    "url",
    ["https://u:p@mirror.invalid/", "https://mirror.invalid:/", "https://192.0.2.1/", "https://[2001:db8::1]/", "https://m.invalid/%00"],
)  # fmt: skip
def test_of_an_open_url_nothing_is_owed(url: str) -> None:
    """User info, addresses, an empty port and encoded control characters may be refused, in any way but 5xx."""
    for status in (201, 400, 401, 403, 404, 422):
        made = created(url=url.replace("u:p@", ""))
        assert not failing(exchange(made if status == 201 else refused(status), url=url))
    assert failing(exchange(refused(500), url=url)) == {"status.server-error"}


@pytest.mark.parametrize("url", ["http://10.0.0.5:3000/x.git", "https://gitea/x.git", "HTTPS://u@mirror.invalid/x.git"])
def test_the_url_of_the_description_is_in_contract_whatever_its_form(url: str) -> None:
    """The author of the description knows that the target takes it; the first association is owed a 201."""
    known = replace(KNOWN, url=url)
    assert failing(exchange(refused(422), url=url, known=known)) == {"status.201.permitted", "status.documented"}
    assert outcome_of("status.201.permitted", exchange(refused(422), url="gitea:/x.git", known=known)) is None
