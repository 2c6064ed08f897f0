"""The status that a request is owed, and the clauses that own that question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.facts import Role, facts_of
from conformance.contract.message import Token
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST, LAST
from conformance.plan.plan import all_probes
from conformance.plan.probe import Mutation
from tests.plan.fixtures import CATALOGUE, fixtures
from tests.shipped import MAXIMUM, expected, owners

from .exchanges import (
    CONTRACT,
    KNOWN,
    LONGEST,
    MISSING,
    NEAR,
    OTHER,
    RESTRICTED,
    SHORTEST,
    STRANGE,
    UNKNOWN,
    VALID,
    WITHOUT_PERMISSION,
    answer,
    exchange,
    main_repository,
    request,
    unknown,
    with_role,
)

ANY = {201, 403, 404}


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        pytest.param({}, {201}, id="the documented request"),
        pytest.param({"id": OTHER}, {201}, id="another permitted repository"),
        pytest.param({"id": RESTRICTED}, {403}, id="a repository without permission"),
        pytest.param({"id": MISSING}, {404}, id="no repository"),
        pytest.param({"id": STRANGE}, ANY, id="a repository that nobody named"),
        pytest.param({"token": WITHOUT_PERMISSION}, {403}, id="the account without permission"),
        pytest.param({"token": WITHOUT_PERMISSION, "id": MISSING}, set(), id="neither permission nor repository"),
        pytest.param({"token": WITHOUT_PERMISSION, "id": STRANGE}, set(), id="its rights elsewhere"),
        pytest.param({"token": None}, {401}, id="no token"),
        pytest.param({"token": Token(b"")}, {401}, id="an empty token"),
        pytest.param({"token": UNKNOWN, "id": MISSING}, {401}, id="an unknown token and no repository"),
        pytest.param({"token": NEAR}, {401}, id="a valid token, changed"),
        pytest.param({"token": unknown(100_000)}, {401}, id="100,000 characters (the most)"),
        pytest.param({"token": unknown(100_001)}, set(), id="100,001 characters (one over)"),
        pytest.param({"token": Token(b"a b")}, set(), id="a space in the token"),
        pytest.param({"id": 0}, set(), id="id 0"),
        pytest.param({"id": "0123"}, set(), id="a leading zero"),
        pytest.param({"body": b"{}"}, set(), id="no url"),
        pytest.param({"headers": ()}, set(), id="no Content-Type"),
        pytest.param({"method": "PUT"}, set(), id="another method"),
        pytest.param({"token": None, "id": MAXIMUM}, {401}, id="no token and 2147483647"),
    ],
)
def test_a_status_is_owed_where_the_document_decides_it(sent: dict[str, Any], statuses: set[int]) -> None:
    """By token, existence and permission; nothing is owed where the document is silent."""
    assert expected(facts_of(*request(**sent))) == statuses


@pytest.mark.parametrize(
    ("sent", "owner"),
    [
        pytest.param({}, "status.201.permitted", id="the documented request"),
        pytest.param({"probe": FIRST}, "status.201.permitted", id="the first association"),
        pytest.param({"id": OTHER}, "status.201.permitted", id="another permitted repository"),
        pytest.param({"probe": AGAIN}, "state.repeat", id="the same again"),
        pytest.param({"probe": BURST}, "state.concurrent", id="many at once"),
        pytest.param({"url": "http://a.invalid"}, "request.url.http", id="another url"),
        pytest.param({"token_header": b"x-auth-token"}, "header.x-auth-token.name", id="the name in lower case"),
        pytest.param({"token": SHORTEST}, "header.x-auth-token.minimum-length", id="a valid token of 1 character"),
        pytest.param({"token": LONGEST}, "header.x-auth-token.maximum-length", id="a valid token of 100,000"),
        pytest.param({"token": None}, "status.401.missing-token", id="no token"),
        pytest.param({"token": Token(b"")}, "status.401.empty-token", id="an empty token"),
        pytest.param({"token": UNKNOWN}, "status.401.unknown-token", id="an unknown token"),
        pytest.param(
            {"token": UNKNOWN, "token_header": b"x-auth-token"}, "status.401.unknown-token", id="and another name"
        ),
        pytest.param({"token": NEAR}, "status.401.near-valid-token", id="a valid token, changed"),
        pytest.param(
            {"token": Token(VALID.value, length=65_536)}, "status.401.near-valid-token", id="a valid token, padded"
        ),
        pytest.param({"token": unknown(4096)}, "status.401.unknown-token", id="4,096 characters (still usual)"),
        pytest.param({"token": unknown(4097)}, "header.x-auth-token.length", id="4,097 characters"),
        pytest.param({"token": unknown(65_536)}, "header.x-auth-token.length", id="65,536 characters"),
        pytest.param({"token": unknown(99_998)}, "header.x-auth-token.length", id="99,998 characters"),
        pytest.param({"token": unknown(99_999)}, "header.x-auth-token.maximum-length", id="99,999 characters"),
        pytest.param({"token": UNKNOWN, "id": MISSING}, "status.401.precedence", id="an unknown token, no repository"),
        pytest.param({"token": None, "id": STRANGE}, "status.401.precedence", id="no token, any repository"),
        pytest.param({"token": NEAR, "id": OTHER}, "status.401.precedence", id="a changed token, another repository"),
        pytest.param({"id": RESTRICTED}, "status.403.no-permission", id="no permission"),
        pytest.param({"token": WITHOUT_PERMISSION}, "status.403.no-permission", id="the other account"),
        pytest.param({"id": MISSING}, "status.404.no-repository", id="no repository"),
        pytest.param({"id": 1}, "path.repository_id.minimum", id="id 1"),
        pytest.param({"id": MAXIMUM}, "path.repository_id.maximum", id="id 2147483647"),
        pytest.param({"id": STRANGE}, None, id="a repository that nobody named"),
        pytest.param({"id": 0}, None, id="id 0"),
        pytest.param({"id": "abc"}, None, id="a word"),
        pytest.param({"token": unknown(100_001)}, None, id="100,001 characters (one over)"),
    ],
)
def test_a_question_has_one_owner(sent: dict[str, Any], owner: str | None) -> None:
    """One defect fails the clause whose subject it is."""
    assert owners(exchange(answer(400), **sent), 400) == ({owner} if owner else set())


@pytest.mark.parametrize("token", [SHORTEST, LONGEST], ids=["1 character", "100,000 characters"])
def test_the_token_of_the_description_is_ordinary_whatever_its_length(token: Token) -> None:
    """Tokens as they are issued have thousands of characters: what they may do is no question of their length."""
    known = replace(KNOWN, token=token.value)
    assert owners(exchange(answer(400), token=token, known=known), 400) == {"status.201.permitted"}


@pytest.mark.parametrize("number", [1, MAXIMUM], ids=["1", "2147483647"])
@pytest.mark.parametrize("token", [None, UNKNOWN], ids=["no token", "an unknown token"])
def test_an_edge_without_a_valid_token_asks_for_the_id_or_for_the_order(number: int, token: Token | None) -> None:
    """403 and 404 say that the repository was looked at first, which is no matter of the edge."""
    edge = "path.repository_id.minimum" if number == 1 else "path.repository_id.maximum"
    for status in (0, 201, 400, 401, 500):
        assert owners(exchange(answer(status), id=number, token=token), status) == {edge}
    for status in (403, 404):
        assert owners(exchange(answer(status), id=number, token=token), status) == {"status.401.precedence"}
        permitted = exchange(answer(status), id=number, token=token, known=with_role(number, Role.PERMITTED))
        assert owners(permitted, status) == {edge}


@pytest.mark.parametrize("role", Role)
def test_an_edge_with_a_valid_token_asks_for_the_id_whatever_its_role(role: Role) -> None:
    """It is another repository than the description's, so that its id is what is unusual about it."""
    assert owners(exchange(answer(400), id=1, known=with_role(1, role)), 400) == {"path.repository_id.minimum"}


def test_an_edge_of_which_nothing_else_is_known_asks_for_the_id() -> None:
    """Even where it is the description's repository."""
    known = replace(KNOWN, resource=1, roles={})
    assert owners(exchange(answer(400), id=1, known=known), 400) == {"path.repository_id.minimum"}


def test_the_state_is_asked_for_by_probes_of_the_plan() -> None:
    """The judge knows the opening, the bursts and the end by the names that the plan gives them."""
    probes = all_probes(fixtures(mutation=Mutation.ANY), CATALOGUE)
    assert {FIRST, AGAIN, CREATION, BURST, LAST} <= {probe.id for probe in probes}


@pytest.mark.parametrize("number", [1, MAXIMUM], ids=["1", "2147483647"])
@pytest.mark.parametrize(
    ("sent", "owner", "both"),
    [
        pytest.param({}, "status.201.permitted", True, id="the documented request"),
        pytest.param({"token": UNKNOWN}, "status.401.unknown-token", True, id="an unknown token"),
        pytest.param({"token": None}, "status.401.missing-token", False, id="no token"),
        pytest.param({"token": unknown(65_536)}, "header.x-auth-token.length", False, id="65,536 characters"),
        pytest.param({"token": LONGEST}, "header.x-auth-token.maximum-length", False, id="a valid token of 100,000"),
        pytest.param({"token": WITHOUT_PERMISSION}, "status.403.no-permission", False, id="no permission"),
        pytest.param({"url": "http://a.invalid"}, "request.url.http", False, id="another url"),
    ],
)
def test_where_the_main_repository_is_an_edge_only_ordinary_requests_speak_of_it(
    number: int, sent: dict[str, Any], owner: str, *, both: bool
) -> None:
    """The unusual part of a request is its subject; an ordinary one tells nothing else but the id."""
    edge = "path.repository_id.minimum" if number == 1 else "path.repository_id.maximum"
    found = owners(exchange(answer(400), id=number, known=main_repository(number), **sent), 400)
    assert found == ({owner, edge} if both else {owner})


def test_owners_are_clauses_of_the_catalogue() -> None:
    """For any request, the owner stands in the catalogue."""
    ids = {clause.id for clause in CONTRACT.catalogue}
    for token in (None, Token(b""), UNKNOWN, NEAR, VALID, WITHOUT_PERMISSION, LONGEST, SHORTEST):
        for number in (1, 2, 123, RESTRICTED, MISSING, STRANGE, MAXIMUM):
            assert owners(exchange(answer(400), id=number, token=token), 400) <= ids
