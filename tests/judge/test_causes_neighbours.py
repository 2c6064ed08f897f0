"""A clause about one value holds where that value is treated like its neighbours."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.facts import Role
from conformance.contract.message import Token
from conformance.judge.verdict import Outcome
from tests.shipped import MAXIMUM

from .exchanges import MISSING, NEAR, STRANGE, UNKNOWN, answer, created, exchange, main_repository, refused, with_role
from .observed import fallen, in_turn, of_clause, settled

EDGES = {1: "path.repository_id.minimum", MAXIMUM: "path.repository_id.maximum"}
MANDATORY = "header.x-auth-token.mandatory"


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize(("token", "status"), [(None, 422), (None, 400), (UNKNOWN, 422), (Token(b""), 500)])
def test_an_edge_that_is_answered_like_its_neighbours_is_no_edge(edge: int, token: Token | None, status: int) -> None:
    """Without a good token every id is answered alike: that is the token's clause, and precedence."""
    run = in_turn(exchange(refused(status), token=token, id=edge), exchange(refused(status), token=token, id=STRANGE))
    assert EDGES[edge] not in fallen(run)
    assert fallen(run)["status.401.precedence"] == [1, 2]
    assert of_clause(EDGES[edge], run) == {1: Outcome.PASS}


def test_a_neighbour_may_be_the_description_s_repository() -> None:
    """A server that answers 422 to every id without a token treats id 1 like any other."""
    run = in_turn(exchange(refused(422), token=None), exchange(refused(422), token=None, id=1))
    assert fallen(run) == {"status.401.missing-token": [1], "status.401.precedence": [2]}


UNLIKE: dict[str, dict[str, Any]] = {
    "it is answered as it should be": {"answered": refused(401)},
    "it is answered otherwise": {"answered": refused(400)},
    "it has another token": {"answered": refused(422), "token": UNKNOWN},
    "it is out of contract": {"answered": refused(422), "id": 0},
    "it is the other edge": {"answered": refused(422), "id": MAXIMUM},
}


@pytest.mark.parametrize("other", UNLIKE.values(), ids=UNLIKE)
def test_an_edge_that_is_answered_unlike_its_neighbours_fails(other: dict[str, Any]) -> None:
    """Then it is the value that the defect is about."""
    sent = {"token": None, "id": STRANGE, **other}
    run = in_turn(exchange(refused(422), token=None, id=1), exchange(sent.pop("answered"), **sent))
    assert 1 in fallen(run)["path.repository_id.minimum"]


def test_an_edge_alone_has_no_neighbours() -> None:
    """A failure that one probe shows alone is said of it."""
    assert fallen(in_turn(exchange(refused(422), token=None, id=1))) == {"path.repository_id.minimum": [1]}


def test_to_a_good_token_an_edge_is_like_its_neighbours_where_these_fail_alike() -> None:
    """By role and status; a repository that nobody named may be anything but undocumented."""
    run = in_turn(exchange(refused(422), id=1), exchange(refused(422), id=STRANGE))
    assert fallen(run) == {"status.documented": [1, 2]}
    known = with_role(1, Role.MISSING)
    run = in_turn(exchange(refused(403), id=1, known=known), exchange(refused(403), id=MISSING))
    assert fallen(run) == {"status.404.no-repository": [1, 2]}
    run = in_turn(exchange(refused(403), id=1, known=known), exchange(refused(404), id=MISSING))
    assert fallen(run) == {"path.repository_id.minimum": [1]}
    run = in_turn(exchange(refused(403), id=1, known=known), exchange(created(repository_id=MISSING), id=MISSING))
    assert fallen(run) == {"path.repository_id.minimum": [1], "status.404.no-repository": [2]}


def test_accepted_unknown_tokens_are_no_matter_of_the_edge() -> None:
    """An answer as to a known token is 201, 403 or 404, by id: these are alike."""
    for status in (403, 404):
        run = in_turn(
            exchange(created(repository_id=1), token=UNKNOWN, id=1),
            exchange(refused(status), token=UNKNOWN, id=STRANGE),
        )
        assert set(fallen(run)) == {"status.401.precedence"}


def test_where_the_edge_is_the_description_s_repository_its_other_clause_is_said_once() -> None:
    """Both clauses fail on one exchange; with neighbours alike the one of the token is left."""
    known = main_repository(1)
    run = in_turn(
        exchange(refused(400), token=UNKNOWN, id=1, known=known), exchange(refused(400), token=UNKNOWN, id=STRANGE)
    )
    assert fallen(run) == {
        "status.401.unknown-token": [1],
        "status.documented": [1, 2],
        "status.401.precedence": [2],
    }


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (None, "status.401.missing-token"),
        (Token(b""), "status.401.empty-token"),
        (UNKNOWN, "status.401.unknown-token"),
    ],
    ids=["missing", "empty", "unknown"],
)
def test_a_token_that_is_accepted_in_contract_is_said_there(token: Token | None, told: str) -> None:
    """Anything else that is odd about a request then makes no difference: one cause, one clause."""
    run = in_turn(exchange(created(), token=token, headers=()), exchange(created(), token=token))
    assert fallen(run) == {told: [2]}
    assert of_clause(MANDATORY, run) == {1: Outcome.NOT_TESTED}


def test_an_odd_token_is_said_where_an_ordinary_one_is_accepted() -> None:
    """A server that drops what stands in front of a token drops it with a space as well."""
    odd = exchange(created(), token=Token(b"a b" * 10))
    assert fallen(in_turn(odd, exchange(created(), token=UNKNOWN))) == {"status.401.unknown-token": [2]}
    assert fallen(in_turn(odd, exchange(created(), token=Token(b"")))) == {"status.401.empty-token": [2]}
    assert fallen(in_turn(odd, exchange(answer(200), token=NEAR)))["status.401.near-valid-token"] == [2]
    for other in (exchange(created(), token=None), exchange(refused(401), token=UNKNOWN), exchange(created())):
        assert fallen(in_turn(odd, other))[MANDATORY] == [1]


def test_another_kind_of_token_explains_nothing() -> None:
    """Nor does a success that is not one."""
    odd = exchange(answer(204), token=None, headers=())
    for other in (
        exchange(created(), token=UNKNOWN),
        exchange(answer(300), token=None),
        exchange(refused(401), token=None),
    ):
        assert fallen(in_turn(odd, other))[MANDATORY] == [1]


def test_what_is_settled_says_so_in_its_verdict() -> None:
    """An edge that passes has nothing to say; a token that is accepted anyway says where that stands."""
    edge, *_ = in_turn(exchange(refused(422), token=None, id=1), exchange(refused(422), token=None, id=STRANGE))
    run = [edge, *_]
    passed = next(one for one in settled(run) if one.clause == "path.repository_id.minimum")
    assert (passed.outcome, passed.message, passed.got, passed.exchange) == (Outcome.PASS, "", "", 1)
    moved = next(one for one in settled(run) if one.clause == "status.401.precedence" and one.exchange == 1)
    assert (moved.message, moved.got) == ("answered 422 CH.00000001 instead of 401", "422 CH.00000001")
    odd = in_turn(exchange(created(), token=None, headers=()), exchange(created(), token=None))
    untested = next(one for one in settled(odd) if one.clause == MANDATORY)
    assert untested.message == "such tokens are accepted in contract too: status.401.missing-token"
    assert (untested.accepted, untested.got) == ((), "")


def test_what_a_property_sends_is_shown_once() -> None:
    """It shows one failure of a clause: an edge that is like its neighbours adds none to it."""
    prop = "property.ids.in-range"
    run = in_turn(
        exchange(refused(422), token=None, id=1, probe=prop), exchange(refused(422), token=None, id=STRANGE, probe=prop)
    )
    assert fallen(run) == {"status.401.precedence": [2]}
    probes = in_turn(
        exchange(refused(422), token=None, id=1, probe="a"), exchange(refused(422), token=None, id=STRANGE, probe="a")
    )
    assert fallen(probes) == {"status.401.precedence": [1, 2]}


def test_passes_are_left_as_they_are() -> None:
    """Only failures are looked at, and only those whose exchange was seen."""
    run = in_turn(exchange(refused(401), token=None, id=1), exchange(refused(422), token=None, id=STRANGE))
    assert of_clause("path.repository_id.minimum", run) == {1: Outcome.PASS}
    assert not [one for one in settled(run) if one.clause == "status.401.precedence" and one.exchange == 1]
