"""Facts of the other parameters, of a body with several members, and of operations without a resource."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.body import SHORT_BODY, BodyKind
from conformance.contract.facts import Facts, KnownTarget, Role, facts_of
from conformance.contract.known_tokens import KnownTokens, TokenKind
from conformance.contract.message import Request, Token
from conformance.contract.values import Argument, ValueKind
from tests.plan.fixtures import other, parameter

VALID = Token(b"MIIabcDEF-0123456789")
OPERATION = other(
    "/v1/{project_id}/{side}/books/{book_id}",
    parameter("project_id", type="string", minLength=2),
    parameter("side", enum=["north", "south"]),
    parameter("book_id", type="integer", minimum=1, maximum=9),
    parameter("limit", "query", type="integer", minimum=1, maximum=50, example=5),
    parameter("draft", "query", required=False, type="boolean"),
    resource="book_id",
    target={"book": {"parameter": "book_id", "role": "permitted"}, "project": {"parameter": "project_id"}},
)
KNOWN = KnownTarget(
    operation=OPERATION,
    tokens=KnownTokens(frozenset({VALID.value}), frozenset()),
    roles={7: Role.PERMITTED, 8: Role.MISSING},
    resource=7,
    token=VALID.value,
    values={"project_id": "p1", "side": "north", "limit": "5"},
)
IN_RANGE, ABSENT = ValueKind.IN_RANGE, Argument(ValueKind.ABSENT)
USUAL = {
    "project_id": Argument(IN_RANGE, "p1"),
    "side": Argument(IN_RANGE, "north"),
    "limit": Argument(IN_RANGE, 5),
    "draft": ABSENT,
}


def facts(target: str | bytes, known: KnownTarget = KNOWN, **changes: Any) -> Facts:  # noqa: ANN401 - fields of Request
    """The facts of a request to this target, changed as told."""
    method, header = known.operation.method, known.operation.credential.header
    return facts_of(
        replace(
            Request(method, target.encode() if isinstance(target, str) else target, VALID, token_header=header),
            **changes,
        ),
        known,
    )


def test_every_fact_of_an_ordinary_request_is_told() -> None:
    """All of them at once: nothing is left to what is usual where nobody says so."""
    assert vars(facts("/v1/p1/north/books/7?limit=5")) == {
        "method": "GET", "documented_method": True, "exact_path": True, "id_kind": IN_RANGE, "id": 7,
        "role": Role.PERMITTED, "main": True, "token": TokenKind.VALID, "token_length": 20, "token_in_range": True,
        "body": BodyKind.DOCUMENTED, "url": None, "plain": True, "usual_name": True, "usual_url": True,
        "usual_token": True, "usual_body": True, "arguments": USUAL, "urls": (), "wrong": (), "edges": frozenset(),
        "usual_edges": frozenset(), "unusual": (), "queried": False, "one_segment": True, "well_formed": True,
        "stranger": False, "respelt": False, "beyond": False, "passwords": (), "repeatable": True, "elsewhere": False,
        "carriers": (),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "changed", "unusual", "elsewhere"),
    [
        ("/v1/p1/north/books/7?draft=true&limit=5", {"draft": Argument(IN_RANGE, "true")}, ("draft",), False),
        ("/v1/p1/north/books/7?limit=6", {"limit": Argument(IN_RANGE, 6)}, ("limit",), False),
        ("/v1/p1/north/books/7?limit=51", {"limit": Argument(ValueKind.ABOVE, 51)}, ("limit",), False),
        ("/v1/p1/north/books/7?limit=", {"limit": Argument(ValueKind.EMPTY)}, ("limit",), False),
        ("/v1/p1/north/books/7", {"limit": Argument(ValueKind.EMPTY)}, ("limit",), False),
        ("/v1/p1/south/books/7?limit=5", {"side": Argument(IN_RANGE, "south")}, ("side",), False),
        ("/v1/p1/west/books/7?limit=5", {"side": Argument(ValueKind.NOT_LISTED, "west")}, ("side",), False),
        ("/v1/p2/north/books/7?limit=5", {"project_id": Argument(IN_RANGE, "p2")}, ("project_id",), True),
        ("/v1/p/north/books/7?limit=5", {"project_id": Argument(ValueKind.TOO_SHORT, "p")}, ("project_id",), False),
        (
            "/v1/p2/south/books/7?limit=5",
            {"project_id": Argument(IN_RANGE, "p2"), "side": Argument(IN_RANGE, "south")},
            ("project_id", "side"),
            True,
        ),
    ],
)
def test_a_value_that_is_not_the_descriptions_is_unusual(
    target: str, changed: dict[str, Argument], unusual: tuple[str, ...], *, elsewhere: bool
) -> None:
    """In range, it names another place if the parameter says where the resource is: no role is then known."""
    found = facts(target)
    assert found.arguments == USUAL | changed
    assert (found.unusual, found.usual_values, found.elsewhere) == (unusual, not unusual, elsewhere)
    assert (found.role, found.main) == ((None, False) if elsewhere else (Role.PERMITTED, True))
    assert (found.exact_path, found.queried, found.id) == (True, False, 7)
    assert found.valued == found.addressed == all(one.kind in {IN_RANGE, ValueKind.ABSENT} for one in changed.values())
    assert found.succeeds == (found.valued and not elsewhere)


@pytest.mark.parametrize(
    "query", ["?limit=5&limit=5", "?limit=5&page=1", "?limit=5&", "?", "?Limit=5", "?limit=5&\xe9=1", "?&limit=5"]
)
def test_a_query_of_other_than_documented_parameters_is_none(query: str) -> None:
    """Each at most once; the path is the document's, and the request takes its turn as if the query were left out."""
    found = facts(b"/v1/p1/north/books/7" + query.encode("latin-1"))
    assert (found.exact_path, found.queried, found.operates, found.succeeds) == (False, True, True, False)
    assert {name: one for name, one in found.arguments.items() if name in {"limit", "draft"}} == {}
    assert (found.id, found.role, found.takes_turns) == (7, Role.PERMITTED, True)


def test_an_empty_segment_leaves_the_path() -> None:
    """Of the resource or of another parameter."""
    for target in ("/v1//north/books/7?limit=5", "/v1/p1/north/books/?limit=5", "/v1//north/books/7?a=b"):
        found = facts(target)
        assert (found.exact_path, found.queried, found.operates, found.succeeds) == (False, False, False, False)


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/v1/p1/north/books/7/?limit=5", IN_RANGE),
        ("/v1/p1/north/books/10/?a?b#c", ValueKind.ABOVE),
        ("/V1/p1/north/books/7", IN_RANGE),
        ("/../v1/x/../p1/./north//books/7", IN_RANGE),
        ("/v1;a/p1/north/BOOKS;b;c/7", IN_RANGE),
        ("/v1/p1/north/books/07.json/", ValueKind.NOT_INTEGER),
        ("/v1/p1/north/book/7/", None),
        ("/v1.json/p1/north/books/7", None),
        ("/v2/p1/north/books/7", None),
    ],
)
def test_a_lenient_router_takes_another_spelling_for_the_path(target: str, kind: ValueKind | None) -> None:
    """The id is that reading's, and its value is not told."""
    found = facts(target)
    assert (found.respelt, found.id_kind, found.id) == (kind is not None, kind, None)
    assert (found.exact_path, found.arguments, found.role) == (False, {}, None)


def test_an_operation_may_have_no_resource() -> None:
    """Every account is permitted, on the exact path, and every request is the main one's."""
    bare = other("/v1/quota")
    known = replace(KNOWN, operation=bare, roles={}, resource=None, values={})
    found = facts("/v1/quota", known)
    assert (found.id_kind, found.id, found.role, found.main) == (None, None, Role.PERMITTED, True)
    assert (found.exact_path, found.valued, found.succeeds, found.arguments) == (True, True, True, {})
    assert [facts(target, known).respelt for target in ("/v1/quota/", "/v1/QUOTA", "/v1/quotas")] == [True, True, False]
    assert facts("/v1/quota?a=b", known).queried


LABELS = {
    "type": "object",
    "required": ["action"],
    "properties": {
        "action": {"enum": ["add", "remove"]},
        "mode": {"enum": ["x", "y"]},
        "name": {"type": "string", "maxLength": 2},
    },
}
LABELLING = other("/v1/labels", method="post", body={"schema": LABELS, "example": {"action": "add"}})
SAME = {("action", "listed"), ("mode", "absent"), ("name", "longest")}
JSON = (b"Content-Type", b"application/json")


def labelled(body: bytes | None, usual: bytes | None = b'{"action": "add", "name": "ab"}', **changes: Any) -> Facts:  # noqa: ANN401 - fields of Request
    """The facts of a request with this body, where the description's body is `usual`."""
    known = replace(KNOWN, operation=LABELLING, roles={}, resource=None, values={}, body=usual)
    return facts("/v1/labels", known, **{"body": body, "headers": (JSON,)} | changes)


@pytest.mark.parametrize(
    ("body", "edges", "shared"),
    [
        ('{"action": "add", "name": "ab"}', SAME, "all"),
        ('{"action": "add"}', {("action", "listed"), ("mode", "absent"), ("name", "absent")}, {"action", "mode"}),
        ('{"action": "remove", "name": "ab"}', SAME, {"mode", "name"}),
        ('{"action": "add", "mode": "x", "name": "a"}', {("action", "listed"), ("mode", "listed")}, {"action"}),
    ],
)  # fmt: skip
def test_edges_that_the_usual_body_has_too_are_told(
    body: str, edges: set[tuple[str, str]], shared: set[str] | str
) -> None:
    """Another value of an enumeration is another edge."""
    found = labelled(body.encode())
    assert found.edges == edges
    assert found.usual_edges == {edge for edge in edges if shared == "all" or edge[0] in shared}
    assert found.usual_body == (shared == "all")
    assert found.succeeds


def test_a_wrong_body_is_told_by_its_members() -> None:
    """As the body's reading has it, short or long."""
    for padding in (b"", b" " * SHORT_BODY):
        found = labelled(b'{"action": "burn"}' + padding)
        assert (found.body, found.wrong) == (BodyKind.INVALID, (("action", "not-listed"),))
        assert (found.edges, found.usual_edges, found.addressed) == (frozenset(), frozenset(), False)
    assert labelled(None, None).usual_body


@pytest.mark.parametrize(
    ("headers", "plain"),
    [
        ((JSON,), True),
        ((JSON, (b"X-Trace", b"1")), True),
        ((), False),
        ((JSON, JSON), False),
        (((b"content-TYPE", b"text/plain"),), False),
        *(((JSON, (name, b"x")), False) for name in (b"Accept", b"EXPECT", b"content-encoding", b"Transfer-Encoding")),
        ((JSON, (b"x-KEY", b"1")), False),
    ],
)
def test_headers_of_an_ordinary_request_are_plain(headers: tuple[tuple[bytes, bytes], ...], *, plain: bool) -> None:
    """One token, the documented media type, and nothing that changes the answer's form."""
    assert labelled(b'{"action": "add"}', headers=headers).plain is plain


def test_without_a_body_no_media_type_is_plain() -> None:
    """There is nothing that it could be the type of."""
    assert facts("/v1/p1/north/books/7?limit=5").plain
    assert not facts("/v1/p1/north/books/7?limit=5", headers=(JSON,)).plain


def test_facts_that_are_not_given_are_the_usual() -> None:
    """Traffic that was recorded by an older release has no others."""
    given = (
        "GET", True, True, None, None, None, True, TokenKind.VALID, 1, True, BodyKind.DOCUMENTED, None, True, True,
        True, True,
    )  # fmt: skip
    found = Facts(*given)
    assert (found.usual_body, found.one_segment, found.well_formed) == (True, True, True)
    assert (found.queried, found.stranger, found.respelt, found.elsewhere) == (False, False, False, False)
    assert (found.arguments, found.urls, found.wrong, found.edges) == ({}, (), (), frozenset())
    assert (found.usual_edges, found.unusual) == (frozenset(), ())
    known = KnownTarget(OPERATION, KNOWN.tokens, {}, 7)
    assert (known.url, known.token, known.values, known.body) == (None, None, {}, None)
