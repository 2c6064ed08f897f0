"""The owners of a status where another operation has values with clauses of their own, and refusals of invalid ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.facts import Facts, KnownTarget, Role, facts_of
from conformance.contract.message import Exchange, Request, Token
from conformance.contract.values import Argument, ValueKind
from conformance.judge.expected import AGAIN, BURST, CREATION, Expectation, expectation_of
from tests.judge.invented import Row, contract_of
from tests.judge.items import KNOWN, OPERATION, RESTRICTED, UNKNOWN, VALID, at, facts, request
from tests.plan.fixtures import other, parameter

ROWS: list[Row] = [
    *((f"role.{role}", "owed", {"role": role, "status": status})
      for role, status in (("permitted", 200), ("restricted", 403), ("missing", 404))),
    *((f"token.{kind}", "owed", {"credential": kind, "status": 401})
      for kind in ("missing", "empty", "unknown", "near-valid")),
    *((f"token.{kind}", "owed", {"credential": kind})
      for kind in ("minimum-length", "length", "maximum-length", "name")),
    ("token.order", "owed", {"credential": "unrecognised", "resource": "other", "status": 401}),
    *((f"{name}.{when}", "owed", {"parameter": name, "when": when})
      for name, when in (("item_id", "minimum"), ("item_id", "maximum"), ("limit", "minimum"), ("limit", "maximum"),
                         ("limit", "absent"), ("project", "shortest"), ("project", "longest"), ("side", "listed"))),
    *((f"{name}.{when}", "owed", {"member": name, "when": when})
      for name, when in (("action", "listed"), ("name", "longest"), ("name", "absent"))),
    ("url.everyday", "owed", {"member": "url", "form": "everyday"}),
    ("invalid.body", "owed", {"body": "invalid", "status": 400}),
    ("invalid.parameter", "owed", {"parameter": "invalid", "status": 422}),
    ("body.not-json", "refused", {"body": "not-json"}),
    ("name.too-long", "refused", {"member": "name", "when": "too-long"}),
    ("limit.above", "refused", {"parameter": "limit", "when": "above-maximum"}),
    ("again.id", "same-again", {"member": "id"}),
    ("again", "same-again", {"at-once": False}),
    ("at-once", "same-again", {"at-once": True}),
]  # fmt: skip
EXPECTATION = Expectation(contract_of(OPERATION, ROWS))


def owners(of: Facts, status: int, probe: str = "a.probe") -> set[str]:
    """The clauses that are judged by the status of an answer."""
    return set(EXPECTATION.owners(Exchange(1, probe, request(), of), status))


LISTED = {"action.listed", "side.listed"}
VALUES = {"limit.absent", *LISTED}
"""The clauses about values that a usual request proves by its success."""

OWED: dict[str, tuple[dict[str, Any], set[int], set[str], set[str]]] = {
    "the usual request": ({}, {200}, {"role.permitted"} | VALUES, {"role.permitted"}),
    "a resource without permission": ({"path": at("abc/north/6")}, {403}, {"role.restricted"}, {"role.restricted"}),
    "no resource": ({"path": at("abc/north/7")}, {404}, {"role.missing"}, {"role.missing"}),
    "one that nobody named": ({"path": at("abc/north/8")}, {200, 202, 400, 403, 404, 422}, set(), set()),
    "the least": ({"path": at("abc/north/1")}, {200}, {"item_id.minimum"}, {"item_id.minimum"}),
    "the greatest, which is missing": ({"path": at("abc/north/9")}, {404}, {"item_id.maximum"}, {"item_id.maximum"}),
    "another value": (
        {"path": at("abc/north/5?limit=7")}, {200}, {"role.permitted", *LISTED}, {"role.permitted"},
    ),
    "a value at its minimum": (
        {"path": at("abc/north/5?limit=1")}, {200}, {"limit.minimum", *LISTED}, {"limit.minimum"},
    ),
    "at its maximum": (
        {"path": at("abc/north/5?limit=50")}, {200}, {"limit.maximum", *LISTED}, {"limit.maximum"},
    ),
    "at its minimum, without permission": (
        {"path": at("abc/north/6?limit=1")}, {403}, {"role.restricted"}, {"role.restricted"},
    ),
    "another that is listed": ({"path": at("abc/south/5")}, {200}, VALUES, {"side.listed"}),
    "the shortest name of another place": (
        {"path": at("ab/north/5")}, {200, 202, 400, 403, 404, 422}, {"project.shortest"}, {"project.shortest"},
    ),
    "the longest": (
        {"path": at("abcd/north/5")}, {200, 202, 400, 403, 404, 422}, {"project.longest"}, {"project.longest"},
    ),
    "a name between": ({"path": at("xyz/north/5")}, {200, 202, 400, 403, 404, 422}, set(), set()),
    "a long member": ({"name": "abcd"}, {200}, {"name.longest"} | VALUES, {"name.longest"}),
    "a member left out": ({"name": ...}, {200}, {"name.absent"} | VALUES, {"name.absent"}),
    "an edge without a clause": ({"name": "ab"}, {200}, {"role.permitted"} | VALUES, {"role.permitted"}),
    "another listed member": ({"action": "remove"}, {200}, VALUES, {"action.listed"}),
    "two values": (
        {"action": "remove", "path": at("abc/north/5?limit=1")},
        {200}, {"limit.minimum", *LISTED}, {"limit.minimum", "action.listed"},
    ),
    "another url": ({"url": "https://a.invalid/"}, {200}, {"url.everyday"} | VALUES, {"url.everyday"}),
    "another url and a long member": (
        {"url": "https://a.invalid/", "name": "abcd"}, {200}, {"name.longest"} | VALUES, {"name.longest"},
    ),
    "the header in other letters": ({"token_header": b"x-key"}, {200}, {"token.name"}, {"token.name"}),
    "and a long member": ({"token_header": b"x-key", "name": "abcd"}, {200}, {"token.name"}, {"token.name"}),
    "the other account": ({"token": RESTRICTED}, {403}, {"role.restricted"}, {"role.restricted"}),
    "its rights elsewhere": ({"token": RESTRICTED, "path": at("abc/north/6")}, set(), set(), set()),
    "an unknown token": ({"token": UNKNOWN}, {401}, {"token.unknown"}, {"token.unknown"}),
    "and the least resource": (
        {"token": UNKNOWN, "path": at("abc/north/1")}, {401}, {"item_id.minimum"}, {"item_id.minimum"},
    ),
    "and another resource": ({"token": UNKNOWN, "path": at("abc/north/6")}, {401}, {"token.order"}, {"token.order"}),
    "and a value": ({"token": UNKNOWN, "path": at("abc/north/5?limit=1")}, {401}, {"token.unknown"}, {"token.unknown"}),
    "no token": ({"token": None}, {401}, {"token.missing"}, {"token.missing"}),
    "an empty one": ({"token": Token(b"")}, {401}, {"token.empty"}, {"token.empty"}),
    "a changed one": ({"token": Token(VALID.value + b"x")}, {401}, {"token.near-valid"}, {"token.near-valid"}),
    "one with a space": ({"token": Token(b"a b c d")}, set(), set(), set()),
    "the shortest token": ({"token": Token(b"12345")}, {401}, {"token.minimum-length"}, {"token.minimum-length"}),
    "a shorter one": ({"token": Token(b"1234")}, set(), set(), set()),
    "6 characters": ({"token": Token(b"123456")}, {401}, {"token.unknown"}, {"token.unknown"}),
    "4,096 characters": ({"token": Token(b"?", b"!", 4096)}, {401}, {"token.unknown"}, {"token.unknown"}),
    "4,097 characters": ({"token": Token(b"?", b"!", 4097)}, {401}, {"token.length"}, {"token.length"}),
    "two under the longest": ({"token": Token(b"?", b"!", 8998)}, {401}, {"token.length"}, {"token.length"}),
    "one under": ({"token": Token(b"?", b"!", 8999)}, {401}, {"token.maximum-length"}, {"token.maximum-length"}),
    "the most": ({"token": Token(b"?", b"!", 9000)}, {401}, {"token.maximum-length"}, {"token.maximum-length"}),
    "one over": ({"token": Token(b"?", b"!", 9001)}, set(), set(), set()),
    "a value out of range": ({"path": at("abc/north/5?limit=51")}, set(), set(), set()),
    "one that is not listed": ({"path": at("abc/west/5")}, set(), set(), set()),
    "a wrong member": ({"name": "abcde"}, set(), set(), set()),
    "another method": ({"method": "POST"}, set(), set(), set()),
    "no media type": ({"headers": ()}, set(), set(), set()),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "statuses", "passed", "failed"), OWED.values(), ids=OWED)
def test_a_status_is_judged_by_the_clauses_of_its_subject(
    sent: dict[str, Any], statuses: set[int], passed: set[str], failed: set[str]
) -> None:
    """A success proves every value in the request; any other status is a matter of the values that are not usual."""
    found = facts(**sent)
    assert EXPECTATION.expected(found) == statuses
    success = min(statuses, default=200)
    assert owners(found, success) == passed == EXPECTATION.of_status(found, success)
    assert owners(found, 500) == failed
    assert owners(found, success, AGAIN) == ({"again", "again.id"} if statuses else set())
    for probe in (BURST, CREATION):
        assert owners(found, success, probe) == ({"at-once"} if statuses else set())


def test_a_refusal_of_another_place_as_invalid_proves_nothing() -> None:
    """By a documented status of what is invalid; 403 and 404 are told of the place."""
    found = facts(at("ab/north/5"))
    assert {status: owners(found, status) for status in (400, 422, 403, 404)} == {
        400: set(), 422: set(), 403: {"project.shortest"}, 404: {"project.shortest"},
    }  # fmt: skip


def test_an_edge_without_a_good_token_is_a_matter_of_the_order_where_the_resource_was_looked_up() -> None:
    """403 and 404 say so, unless the description permits the resource."""
    missing, permitted = facts(at("abc/north/9"), token=UNKNOWN), facts(at("abc/north/1"), token=UNKNOWN)
    assert [owners(missing, status) for status in (400, 403, 404)] == [
        {"item_id.maximum"}, {"token.order"}, {"token.order"},
    ]  # fmt: skip
    assert [owners(permitted, status) for status in (400, 403, 404)] == 3 * [{"item_id.minimum"}]


def test_at_the_main_resources_edge_only_an_ordinary_request_has_both_clauses() -> None:
    """An unusual request is a matter of what is unusual in it."""
    known = replace(KNOWN, resource=1)
    for sent, both in (
        ({}, {"role.permitted", "item_id.minimum"}),
        ({"token": UNKNOWN}, {"token.unknown", "item_id.minimum"}),
        ({"token": None}, {"token.missing"}),
        ({"name": "abcd"}, {"name.longest"}),
        ({"token": RESTRICTED}, {"role.restricted"}),
    ):
        assert owners(facts(at("abc/north/1"), known, **sent), 500) == both, sent
    assert owners(facts(at("abc/north/9"), replace(KNOWN, resource=9, roles={})), 500) == {"item_id.maximum"}


@pytest.mark.parametrize(
    ("sent", "general", "edge"),
    [
        ({}, {"role.permitted"}, False),
        ({"name": "abcd", "url": "https://a.invalid/"}, {"url.everyday"}, True),
        ({"path": at("abc/north/1")}, {"role.permitted"}, True),
        ({"path": at("abc/north/5?limit=1")}, {"role.permitted"}, True),
        ({"path": at("xyz/north/5")}, set(), False),
        ({"token": UNKNOWN, "path": at("abc/north/1")}, {"token.order"}, True),
        ({"token": UNKNOWN}, {"token.unknown"}, False),
        ({"token": RESTRICTED}, {"role.restricted"}, False),
    ],
    ids=str,
)
def test_clauses_beside_the_edges_are_told(sent: dict[str, Any], general: set[str], *, edge: bool) -> None:
    """They would be judged by the status if no value had a clause of its own."""
    assert EXPECTATION.beside_edges(facts(**sent)) == general
    assert EXPECTATION.at_edge(facts(**sent)) is edge


ABOVE = at("abc/north/5?limit=51")


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"body": b"{"}, {400}, id="a body that a row names"),
        pytest.param({"body": b"[]"}, set(), id="one that none names"),
        pytest.param({"body": None}, set(), id="no body, which none names"),
        pytest.param({"name": "abcde"}, {400}, id="a member that a row names"),
        pytest.param({"name": "a"}, set(), id="one that none names"),
        pytest.param({"name": "abcde", "action": "x"}, set(), id="two members"),
        pytest.param({"path": ABOVE}, {422}, id="a parameter that a row names"),
        pytest.param({"path": at("abc/north/5?limit=0")}, {422}, id="the same in another way"),
        pytest.param({"path": at("abc/west/5")}, set(), id="one that none names"),
        pytest.param({"path": at("abc/west/5?limit=51")}, set(), id="two parameters"),
        pytest.param({"path": ABOVE, "body": b"{"}, set(), id="a parameter and the body"),
        pytest.param({"path": ABOVE, "name": "abcde"}, set(), id="a parameter and a member"),
        pytest.param({"path": at("abc/north/0"), "body": b"{"}, set(), id="the resource's id and the body"),
        pytest.param({"path": at("abc/north/6"), "body": b"{"}, set(), id="and no permission"),
        pytest.param({"token": UNKNOWN, "body": b"{"}, set(), id="and an unknown token"),
        pytest.param({"method": "POST", "body": b"{"}, set(), id="and another method"),
        pytest.param({"headers": (), "body": b"{"}, set(), id="and no media type"),
    ],
)
def test_a_documented_refusal_is_that_of_one_thing_wrong(sent: dict[str, Any], statuses: set[int]) -> None:
    """With a valid token for a resource that it may use, and named by a row."""
    assert EXPECTATION.invalid(facts(**sent)) == statuses


def test_a_contract_without_such_rows_says_nothing() -> None:
    """Of what is invalid, of the same again, of edges; what a good token may do is then open."""
    bare = Expectation(
        contract_of(OPERATION, [("a", "owed", {"role": "permitted", "status": 200}), ("b", "answered", {})])
    )
    assert (bare.same, bare.repeat, bare.at_once, bare.edge_clauses) == (None, set(), set(), set())
    assert (bare.unauthorised, bare.success) == (set(), 200)
    assert bare.expected(facts(at("abc/north/6"))) == bare.expected(facts(token=RESTRICTED)) == set()
    assert bare.invalid(facts(body=b"{")) == bare.invalid(facts(ABOVE)) == set()
    assert bare.expected(facts(at("abc/north/8"))) == {200, 202, 400, 401, 403, 404, 422}
    assert bare.owners(Exchange(1, "p", request(), facts(name="abcd")), 500) == {"a"}


def test_an_expectation_knows_its_rows() -> None:
    """The member that the same again shows again, the rows of each kind, and the status of success."""
    assert (EXPECTATION.same, EXPECTATION.success, EXPECTATION.unauthorised) == ("id", 200, {401})
    assert (EXPECTATION.repeat, EXPECTATION.at_once) == ({"again", "again.id"}, {"at-once"})
    assert EXPECTATION.edge_clauses == {name for name, check, row in ROWS if check == "owed" and "when" in row}
    contract = contract_of(OPERATION, ROWS)
    assert expectation_of(contract) is expectation_of(contract)


@pytest.mark.parametrize("schema", [{"enum": ["north", "south"]}, {"type": "boolean"}], ids=["listed", "boolean"])
def test_a_resource_of_a_list_is_known_by_its_value(schema: dict[str, Any]) -> None:
    """Beside the clause of an ordinary request, and alone by no other."""
    side = other(
        "/v1/sides/{side}",
        parameter("side", **schema),
        lengths=(5, None),
        resource="side",
        target={"side": {"parameter": "side", "role": "permitted"}},
    )
    rows: list[Row] = [
        ("permitted", "owed", {"role": "permitted", "status": 200}),
        ("missing", "owed", {"credential": "missing", "status": 401}),
        ("unknown", "owed", {"credential": "unknown", "status": 401}),
        ("order", "owed", {"credential": "unrecognised", "resource": "other", "status": 401}),
        ("listed", "owed", {"parameter": "side", "when": "listed"}),
    ]
    first, second = ("north", "south") if "enum" in schema else ("true", "false")
    known = KnownTarget(side, KNOWN.tokens, {first: Role.PERMITTED, second: Role.PERMITTED}, first, token=VALID.value)
    expectation = Expectation(contract_of(side, rows))

    def owned(value: str, token: Token | None, status: int = 500) -> set[str]:
        sent = Request("GET", f"/v1/sides/{value}".encode(), token, token_header=b"X-Key")
        return set(expectation.of_status(facts_of(sent, known), status))

    assert owned(first, VALID) == owned(second, VALID) == owned(second, VALID, 200) == {"permitted", "listed"}
    assert owned(first, UNKNOWN) == {"unknown", "listed"}
    assert owned(first, None) == {"missing"}
    assert owned(second, None) == owned(second, UNKNOWN) == {"order", "listed"}
    assert owned("east", VALID) == set()


def test_a_router_s_converter_takes_what_is_in_range_and_reads_no_query() -> None:
    """It may be limited to 32 bits; a sign, a zero in front or an encoded digit may be no path to it either."""
    words = ("0", "123", "2147483648", "9" * 4_301, "-1", "-" + "9" * 4_301, "01", "+1", "%31", "abc", "1.0")
    reached = {word: facts(path=at(f"abc/north/{word}")) for word in (*words, "5")}
    assert all(one.served for one in reached.values())
    assert {word for word, one in reached.items() if EXPECTATION.routed(one)} == {"5"}
    for limit in ("-1", "x", "05"):
        assert EXPECTATION.routed(facts(path=at(f"abc/north/5?limit={limit}")))


def test_every_number_of_a_path_has_to_be_one_to_a_router() -> None:
    """The resource and the others alike."""
    for kind in (ValueKind.NOT_INTEGER, ValueKind.NOTATION, ValueKind.BELOW, ValueKind.ABOVE):
        assert not EXPECTATION.routed(replace(facts(), arguments={"side": Argument(kind, 7)}))
    assert EXPECTATION.routed(replace(facts(), arguments={"side": Argument(ValueKind.IN_RANGE, 7)}))
