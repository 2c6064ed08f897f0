"""Requests that schemathesis makes of the OpenAPI file: its examples, every boundary, and generated ones."""

from __future__ import annotations

import ast
import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.contract.body import BodyKind
from conformance.contract.facts import Facts, facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.values import ValueKind
from conformance.spec import load_contract
from conformance.strategies import openapi, openapi_requests
from conformance.strategies.openapi import PRIVATE, private
from tests.plan.fixtures import described, fixtures, held_to, parameter
from tests.strategies.drawing import drawn

if TYPE_CHECKING:
    from conformance.contract.message import Request

KNOWN = fixtures(resource=4711, url="https://mirror.invalid/known.git")
CONTRACT = load_contract()


@pytest.fixture(name="made", scope="module")
def _made():  # type: ignore[no-untyped-def]  # noqa: ANN202
    return openapi_requests(
        CONTRACT.openapi, CONTRACT.operation, KNOWN.token, KNOWN.arguments, json.loads(KNOWN.body or b"")
    )


def facts(request: Request) -> Facts:
    """The facts of a request."""
    return facts_of(request, KNOWN.known)


def test_an_example_reaches_a_201(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """It is the documented request, with the repository, url and token that were given."""
    assert made.examples
    assert all(facts(request).succeeds for request in made.examples)


def test_coverage_lies_at_and_beyond_every_boundary(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Ids, tokens, methods and types of the body, each wrong by one while all else is right."""
    found = [facts(request) for request in made.coverage]
    assert {1, 2, 2147483646, 2147483647, 0, 2147483648} <= {fact.id for fact in found}
    assert {ValueKind.BELOW, ValueKind.ABOVE, ValueKind.NOT_INTEGER} <= {fact.id_kind for fact in found}
    assert {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.VALID} <= {fact.token for fact in found}
    assert {BodyKind.NOT_OBJECT, BodyKind.INVALID, BodyKind.MEMBER_ABSENT} <= {fact.body for fact in found}
    assert {"PUT", "DELETE", "PATCH"} <= {fact.method for fact in found}
    assert 100_001 in {fact.token_length for fact in found}
    assert len(set(made.coverage)) == len(made.coverage)


def test_fuzzing_draws_right_and_wrong(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """If the header is meant to be right the token stands there; if not, another or none."""
    found = [facts(request) for request in drawn(made.fuzzing, 150)]
    kinds = {fact.token for fact in found}
    assert TokenKind.VALID in kinds
    assert kinds & {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.UNKNOWN, TokenKind.UNUSUAL}
    assert ValueKind.IN_RANGE in {fact.id_kind for fact in found}
    assert len({fact.body for fact in found}) > 3


def test_the_document_is_left_as_it_is(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Examples are put into a copy."""
    assert CONTRACT.openapi == load_contract().openapi


ITEMS = described(
    "/v2/{kind}/items/{item_id}",
    parameter("kind", type="string", enum=["book", "film"]),
    parameter("item_id", type="integer", minimum=10, maximum=99, example=12),
    parameter("dry_run", "query", required=False, type="boolean"),
)


def test_another_operation_is_made_by_its_id() -> None:
    """Without a body, with a query and another header, from the file that describes it."""
    document, operation = ITEMS
    known = held_to(operation, None, values={"kind": "film", "item_id": "12", "dry_run": "true"})
    made = openapi_requests(document, operation, known.token, known.arguments)
    assert {(one.method, one.token_header) for one in made.examples} == {("GET", b"X-Key")}
    assert {one.target for one in made.examples} == {b"/v2/film/items/12?dry_run=true"}
    found = [facts_of(request, known.known) for request in made.coverage]
    numbers = {fact.arguments["item_id"].value for fact in found if "item_id" in fact.arguments}
    assert {9, 10, 99, 100} <= numbers
    assert all(request.body is None for request in made.examples)


@pytest.mark.parametrize(("module", "names"), PRIVATE.items())
def test_what_is_used_of_private_modules_is_there(module: str, names: dict[str, tuple[str, ...]]) -> None:
    """After an upgrade that moved one of these, this says which."""
    for name, parts in names.items():
        found = getattr(import_module(module), name, None)
        assert found is not None, f"schemathesis no longer has {module}.{name}: see conformance/strategies/openapi.py"
        known = {*dir(found), *inspect.signature(found).parameters}
        lost = [part for part in parts if part not in known]
        assert lost == [], (
            f"{module}.{name} of schemathesis no longer has {lost}: see conformance/strategies/openapi.py"
        )


def test_a_lost_private_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line that says what to install."""
    monkeypatch.setitem(PRIVATE, "schemathesis.generation", {"gone": ()})
    with pytest.raises(RuntimeError, match=r"has no schemathesis\.generation\.gone: install the release of req"):
        private("gone")


def test_private_modules_are_used_in_one_place() -> None:
    """Nothing else in the package imports a part of schemathesis, and that place only the listed ones by `private`."""
    package = Path(openapi.__file__).parents[1]
    found = {
        (path.name, name)
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
        if name.split(".")[0] == "schemathesis"
    }
    assert found == {("openapi.py", "schemathesis")}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
