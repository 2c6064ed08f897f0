"""An operation by its parts: methods, statuses, parameters, the credential, and what references point at."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.operation import ORDINARY_LENGTH, Credential, Operation, operation_of, with_article
from conformance.contract.values import Enumeration, Integer, Text

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}


def operation(
    *parameters: dict[str, Any],
    method: str = "post",
    responses: tuple[str, ...] = ("200",),
    body: dict[str, Any] | None = None,
) -> Operation:
    """An operation with these parameters and nothing else."""
    described: dict[str, Any] = {"operationId": "do", "responses": {one: {"description": ""} for one in responses}}
    described |= {"parameters": list(parameters)} if parameters else {}
    described |= {"requestBody": body} if body else {}
    components = {"securitySchemes": {"key": KEY}, "schemas": {"Word": {"type": "string", "minLength": 3}}}
    envelope = {"code": "code", "text": "text"}
    openapi = {"paths": {"/do": {method: described}}, "components": components}
    return operation_of(openapi, {"operation": "do", "envelope": envelope})


@pytest.mark.parametrize("method", ["get", "put", "post", "delete", "options", "head", "patch", "trace"])
def test_any_method_may_be_documented(method: str) -> None:
    """An operation with nothing but answers has neither parameters nor a resource."""
    found = operation(method=method)
    assert (found.method, found.parameters, found.resource, found.read_back) == (method.upper(), (), None, None)
    assert (found.credential, found.fixtures, found.envelope.others) == (Credential(b"X-Key", 1, None), (), {})


@pytest.mark.parametrize(
    ("statuses", "success", "refusals"),
    [
        pytest.param(("200", "199", "399", "400"), 200, (400,), id="200 and 400"),
        pytest.param(("299", "300", "401", "599"), 299, (401, 599), id="299 and 401"),
    ],
)
def test_classes_of_statuses_have_edges(statuses: tuple[str, ...], success: int, refusals: tuple[int, ...]) -> None:
    """A success is 2xx, a refusal 400 or more."""
    found = operation(responses=statuses)
    assert (found.success, found.refusals) == (success, refusals)


@pytest.mark.parametrize("status", ["199", "300"])
def test_other_classes_are_no_success(status: str) -> None:
    """Neither what lies just under 2xx nor just over it."""
    with pytest.raises(ValueError, match=r"no response is a success \(2xx\)"):
        operation(responses=(status,))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("app quota", "an app quota"), ("Elephant", "an Elephant"), ("id", "an id"), ("order", "an order"),
        ("url", "a url"), ("book", "a book"), ("bid", "a bid"),
    ],
)  # fmt: skip
def test_words_have_their_article(words: str, told: str) -> None:
    """By the first letter, whatever its case; a u is spoken as in you."""
    assert with_article(words) == told


@pytest.mark.parametrize(
    ("described", "domain", "usual"),
    [
        pytest.param({"schema": {"$ref": "#/components/schemas/Word"}}, Text(3), None, id="a reference"),
        pytest.param({"schema": {"type": "string", "minLength": 2}}, Text(2), None, id="nothing that is usual"),
        pytest.param({"schema": {"type": "string", "examples": ["a", "b"]}}, Text(), "a", id="examples of the schema"),
        pytest.param({"schema": {"type": "string", "default": "c"}}, Text(), "c", id="a default"),
        pytest.param({"schema": {"type": "string"}, "example": "Ab"}, Text(), "Ab", id="an example in capitals"),
        pytest.param(
            {"schema": {"enum": ["North", 7, True]}}, Enumeration(("North", "7", "true")), "North", id="a list"
        ),
        pytest.param({"schema": {"type": "integer", "minimum": 0}}, Integer(0), None, id="an open range"),
        pytest.param({"schema": {"type": "string", "pattern": "a\nb"}}, Text(0, None, "a\nb"), None, id="a line feed"),
    ],
)
def test_a_required_parameter_has_a_domain_and_may_have_a_usual_value(
    described: dict[str, Any], domain: object, usual: str | None
) -> None:
    """Its example, else one of its schema's, else the default, else the first that is listed."""
    found = operation({"name": "word", "in": "query", "required": True, **described}).parameter("word")
    assert (found.domain, found.usual) == (domain, usual)


@pytest.mark.parametrize("described", [{"type": "string", "default": "c"}, {"enum": ["a", "b"]}])
def test_an_optional_parameter_is_left_out_without_an_example(described: dict[str, Any]) -> None:
    """Neither its default is sent, which a server takes anyway, nor the first that is listed."""
    assert operation({"name": "word", "in": "query", "schema": described}).parameter("word").usual is None


def test_another_place_of_the_headers_name_is_no_bound() -> None:
    """A query parameter that is called like the header, and another header, say nothing of the token's length."""
    query = {"name": "X-Key", "in": "query", "schema": {"type": "string", "maxLength": 5}}
    header = {"name": "X-Other", "in": "header", "schema": {"type": "string", "maxLength": 6}}
    assert operation(query, header).credential == Credential(b"X-Key", 1, None)


def test_references_are_followed_wherever_they_stand() -> None:
    """In members of a schema, and in its lists."""
    schema = {"properties": {"word": {"$ref": "#/components/schemas/Word"}}, "anyOf": [{"required": ["word"]}]}
    content = {"application/json": {"schema": {"allOf": [schema]}, "example": {"word": "abc"}}}
    found = operation(body={"content": content}).body
    assert found is not None
    word = {"type": "string", "minLength": 3}
    assert found.schema == {"allOf": [{"properties": {"word": word}, "anyOf": [{"required": ["word"]}]}]}
    assert (found.required, found.example) == (False, {"word": "abc"})


def test_an_ordinary_token_is_no_longer_than_servers_take() -> None:
    """4,096 characters, a number of this suite's."""
    assert ORDINARY_LENGTH == 4096
