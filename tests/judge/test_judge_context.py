"""The context: what the first association, and the same again, say of what follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Exchange, Trouble
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST
from conformance.judge.judge import context_of, with_many
from conformance.judge.reading import Context
from conformance.judge.verdict import Outcome

from .exchanges import (
    CONTRACT,
    LONGEST,
    MISSING,
    UNKNOWN,
    answer,
    clauses,
    created,
    exchange,
    failing,
    mirror,
    refused,
    silence,
    verdicts,
)

if TYPE_CHECKING:
    from .exchanges import Answer

DOCUMENTED = "status.documented"


def opened(first: Exchange, again: Exchange | None = None) -> Context:
    """The knowledge of a run after its opening."""
    return context_of([first] if again is None else [first, again], CONTRACT)


FOLLOWING = (
    exchange(refused(409), token=LONGEST),
    exchange(refused(409), token_header=b"x-auth-token"),
    exchange(refused(409), url="https://a.invalid:8443"),
    exchange(refused(409), probe=BURST),
    exchange(refused(401), token=UNKNOWN),
    exchange(refused(404), id=MISSING),
)


def test_a_refused_second_association_fails_the_repetition_alone() -> None:
    """Clauses that need further 201s are not tested, with that reason; all others are."""
    first, again = exchange(created(), probe=FIRST), exchange(refused(409), probe=AGAIN)
    context = opened(first, again)
    assert context.obstacle == "the target refuses the same request again: it answered 409 CH.00000001"
    run = (first, again, *FOLLOWING)
    assert set().union(*(failing(of, context) for of in run)) == {"state.repeat"}
    untested = [v for of in run for v in verdicts(of, context).values() if v.outcome is Outcome.NOT_TESTED]
    assert {verdict.clause for verdict in untested} == {
        "header.x-auth-token.maximum-length",
        "header.x-auth-token.name",
        "request.url.http",
        "state.concurrent",
        DOCUMENTED,
    }
    assert {verdict.message for verdict in untested} == {context.obstacle}
    assert clauses(Outcome.PASS, first, context) >= {"status.201.permitted", "response.201.id.type"}


@pytest.mark.parametrize(
    ("answered", "got", "fallen"),
    [
        pytest.param(refused(403), "403 CH.00401001", {"status.201.permitted"}, id="403"),
        pytest.param(
            answer(500), "500", {"status.201.permitted", DOCUMENTED, "status.server-error" }, id="500"
        ),
        pytest.param(answer(200, mirror()), "200", {"status.201.permitted", DOCUMENTED}, id="200"),
    ],
)  # fmt: skip
def test_a_refused_first_association_fails_once(answered: Answer, got: str, fallen: set[str]) -> None:
    """Later requests are answered in the same way and are not tested; nothing of a 201 is."""
    first, again = exchange(answered, probe=FIRST), exchange(answered, probe=AGAIN)
    context = opened(first, again)
    assert context == Context(obstacle=f"the first valid request was answered {got}", succeeded=False)
    assert failing(first, context) == fallen
    following = (again, exchange(answered, probe=BURST), exchange(answered, token=LONGEST), exchange(answered))
    everywhere = {"status.server-error"} & fallen
    assert set().union(*(failing(of, context) for of in following)) == everywhere
    declared = {"status.201.permitted", "response.201.id.type"}
    assert verdicts(first, context, declared)["response.201.id.type"].message == (
        f"{FIRST} was answered {got}, which does not test it"
    )


def test_two_associations_with_one_id_are_no_obstacle() -> None:
    """The id is remembered."""
    context = opened(exchange(created(), probe=FIRST), exchange(created(id=12439.0), probe=AGAIN))
    assert context == Context(same=12439)
    assert opened(exchange(created(), probe=FIRST)) == context


@pytest.mark.parametrize("status", [400, 403, 409, 499, 500, 503])
def test_a_4xx_or_5xx_to_the_second_association_is_an_obstacle(status: int) -> None:
    """The id of the first is remembered all the same."""
    context = opened(exchange(created(), probe=FIRST), exchange(answer(status), probe=AGAIN))
    obstacle = f"the target refuses the same request again: it answered {status}"
    assert context == Context(obstacle=obstacle, same=12439)


@pytest.mark.parametrize("status", [200, 202, 302, 399, 401])
def test_another_answer_to_the_second_association_is_none(status: int) -> None:
    """A 401 says that the token has expired, others are judged for themselves."""
    context = opened(exchange(created(), probe=FIRST), exchange(answer(status), probe=AGAIN))
    assert context == Context(same=12439)


def test_another_id_for_the_same_association_is_unsteady() -> None:
    """It fails the repetition, and the burst is not judged by ids."""
    again = exchange(created(id=12440), probe=AGAIN)
    context = opened(exchange(created(), probe=FIRST), again)
    assert context == Context(same=12439, steady=False)
    assert failing(again, context) == {"state.repeat"}
    assert not failing(exchange(created(id=1), probe=BURST), context)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(created(id=...), created(), id="none in the first"),
        pytest.param(created(), created(id=...), id="none in the second"),
        pytest.param(answer(201, b"x"), created(), id="the first is no JSON"),
        pytest.param(created(), answer(201, b"[]"), id="the second is no object"),
    ],
)
def test_an_id_that_is_missing_is_not_taken_for_another(first: Answer, again: Answer) -> None:
    """Its type fails; that ids change is not said."""
    context = opened(exchange(first, probe=FIRST), exchange(again, probe=AGAIN))
    assert context.steady
    assert context.obstacle is None
    assert "state.repeat" not in failing(exchange(again, probe=AGAIN), context)


def test_without_an_opening_nothing_is_known() -> None:
    """Other exchanges say nothing of the state."""
    assert context_of([], CONTRACT) == Context(recognised=False)
    assert context_of(
        [exchange(refused(403), probe="other"), exchange(refused(409), probe=AGAIN)], CONTRACT
    ) == Context(recognised=False)


def test_an_opening_without_an_answer_says_so() -> None:
    """A first that was not answered is an obstacle; a second only where silence came back."""
    first = silence(Trouble.TIMEOUT, probe=FIRST)
    assert opened(first).obstacle == "the first valid request was answered not at all (no answer in time)"
    made = exchange(created(), probe=FIRST)
    assert opened(made, silence(Trouble.DROPPED, probe=AGAIN, confirmed=True)).obstacle == (
        "the target refuses the same request again: it answered not at all (the connection was dropped)"
    )
    for trouble in (Trouble.NOT_SENT, Trouble.THROTTLED, Trouble.DROPPED):
        assert opened(made, silence(trouble, probe=AGAIN)) == Context(same=12439)


def test_the_first_of_many_at_once_says_which_id_a_new_association_has() -> None:
    """The first by number that is a 201 with an id; of what is refused or has none nothing is known."""
    before = Context(same=12439)
    many = [
        replace(exchange(created(id=9), probe=CREATION), number=8),
        replace(exchange(refused(409), probe=CREATION), number=5),
        replace(exchange(created(id=...), probe=CREATION), number=6),
        replace(exchange(created(id=8), probe=CREATION), number=7),
        silence(Trouble.DROPPED, probe=CREATION),
    ]
    assert with_many(before, many, CONTRACT) == replace(before, created=8)
    assert with_many(before, [], CONTRACT) == before
    burst = [replace(one, probe=BURST) for one in many]
    assert with_many(before, burst, CONTRACT) == replace(before, burst=8)
    later = [replace(exchange(created(id=5), probe=BURST), number=9)]
    both = with_many(before, [*many, *later], CONTRACT)
    assert both == replace(before, created=8, burst=5)
    assert with_many(both, [], CONTRACT) == both
