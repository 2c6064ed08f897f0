"""Target descriptions of the mock's fixtures, which are no secrets, and of other operations."""

from __future__ import annotations

from typing import Any

from conformance.contract.clause import Catalogue, Clause, Level
from conformance.contract.facts import Role
from conformance.contract.message import Token
from conformance.contract.operation import Operation, operation_of
from conformance.mock.fixtures import Fixtures
from conformance.plan.fixtures import TargetFixtures
from conformance.plan.probe import Declared
from conformance.spec import load_contract

FIXTURES = Fixtures.default()
CONTRACT = load_contract()
CATALOGUE = CONTRACT.catalogue
DECLARED = Declared(CATALOGUE)
MIRROR_URL = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"
LONG_TOKEN = FIXTURES.tokens_by_length[100_000]


def token(text: str) -> Token:
    """A token of these characters."""
    return Token(text.encode("ascii"))


def fixtures(**changes: Any) -> TargetFixtures:  # noqa: ANN401 - the fields of TargetFixtures
    """Everything that a description can have, changed as told."""
    whole: dict[str, Any] = {
        "operation": CONTRACT.operation,
        "token": token(FIXTURES.token),
        "resource": FIXTURES.repository_id,
        "url": MIRROR_URL,
        "restricted_token": token(FIXTURES.restricted_token),
        "restricted_resource": FIXTURES.restricted_repository_id,
        "missing_resource": FIXTURES.missing_repository_id,
        "tokens_by_length": {length: token(text) for length, text in FIXTURES.tokens_by_length.items()},
        "resources": {124: Role.PERMITTED, 457: Role.RESTRICTED, 458: Role.MISSING},
    }
    return TargetFixtures(**(whole | changes))


def least(**changes: Any) -> TargetFixtures:  # noqa: ANN401 - the fields of TargetFixtures
    """The keys that every description has, and nothing else, changed as told."""
    none = dict.fromkeys(("restricted_token", "restricted_resource", "missing_resource"))
    return fixtures(**({**none, "tokens_by_length": {}, "resources": {}} | changes))


NAMED = {1: Role.PERMITTED, 2: Role.MISSING, 2147483647: Role.PERMITTED}
"""Roles for the edges of the range, where a description names them."""

ENVELOPE = {"code": "code", "text": "message", "service": r"S\.\d+", "gateway": r"G\.\d+"}


def parameter(name: str, place: str = "path", *, required: bool = True, **schema: Any) -> dict[str, Any]:  # noqa: ANN401 - a schema
    """A parameter of openapi.yaml; `example` in the schema is the parameter's."""
    example = schema.pop("example", None)
    own = {"name": name, "in": place, "required": required, "schema": schema}
    return own if example is None else {**own, "example": example}


def described(
    template: str,
    *parameters: dict[str, Any],
    method: str = "get",
    body: dict[str, Any] | None = None,
    header: str = "X-Key",
    lengths: tuple[int, int | None] = (1, None),
    **head: Any,  # noqa: ANN401 - keys of clauses.yaml
) -> tuple[dict[str, Any], Operation]:
    """The OpenAPI document of another operation than the shipped one, and the operation that is read from it.

    `body` is the content of a JSON body, with its schema and example; `header` carries a token of these `lengths`.
    """
    least, most = lengths
    bounds = {"type": "string", "minLength": least, **({} if most is None else {"maxLength": most})}
    named = {"name": header, "in": "header", "required": True, "schema": bounds}
    found: dict[str, Any] = {"operationId": "other", "parameters": [*parameters, named]}
    found["responses"] = {
        "200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}},
        "401": {"description": ""},
        "404": {"description": ""},
    }
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": body}}
    scheme = {"type": "apiKey", "in": "header", "name": header}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "another", "version": "1"},
        "paths": {template: {method: found}},
        "components": {"securitySchemes": {"key": scheme}},
        "security": [{"key": []}],
    }
    return document, operation_of(document, {"operation": "other", "envelope": ENVELOPE, **head})


def other(
    template: str,
    *parameters: dict[str, Any],
    **described_so: Any,  # noqa: ANN401 - as above
) -> Operation:
    """Another operation than the shipped one."""
    return described(template, *parameters, **described_so)[1]


def held_to(operation: Operation, resource: int | str | None, **changes: Any) -> TargetFixtures:  # noqa: ANN401 - the same
    """The fixtures of another operation: a token and this resource, changed as told."""
    return TargetFixtures(**({"operation": operation, "token": token(FIXTURES.token), "resource": resource} | changes))


def declared(*rows: tuple[str, str, dict[str, Any]]) -> Declared:
    """A catalogue of clauses that are told by id, check and arguments alone."""
    clauses = [
        Clause(name, Level.MUST, "quoted", "Table 1", "", name, "", check, ("any",), arguments)
        for name, check, arguments in rows
    ]
    return Declared(Catalogue("2026-01-01", tuple(clauses)))
