"""An operation is read from the two files of a contract; whatever is wrong with them is one line."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.operation import ORDINARY_LENGTH, Credential, Operation, Place, operation_of
from conformance.contract.values import Boolean, Enumeration, Integer, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    Files = tuple[dict[str, Any], dict[str, Any]]

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
BOOK = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "pattern": r"^\w+$"},
        "cover": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"key": {"type": "string"}}}},
    },
}
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/v1/{place}/books/{book_id}": {
            "parameters": [{"$ref": "#/components/parameters/book"}],
            "get": {"operationId": "show_book", "responses": {"200": {"description": ""}}},
            "put": {
                "operationId": "store_book",
                "parameters": [
                    {"name": "place", "in": "path", "required": True, "schema": {"enum": ["north", "south"]}},
                    {"name": "draft", "in": "query", "schema": {"type": "boolean"}, "example": True},
                    {"name": "note", "in": "query", "schema": {"type": "string", "maxLength": 9}},
                    {"name": "X-Key", "in": "header", "schema": {"$ref": "#/components/schemas/Key"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": BOOK, "examples": {"one": {"value": {"title": "Emma"}}}}
                    },
                },
                "responses": {
                    "204": {"description": ""},
                    "201": {
                        "description": "",
                        "content": {"application/json": {"schema": BOOK, "example": {"title": "Emma"}}},
                    },
                    "404": {"$ref": "#/components/responses/Missing"},
                    "401": {"description": ""},
                },
            },
        },
    },
    "components": {
        "securitySchemes": {"key": KEY},
        "schemas": {"Key": {"type": "string", "minLength": 8, "maxLength": 64}},
        "parameters": {
            "book": {
                "name": "book_id",
                "in": "path",
                "required": True,
                "schema": {"type": "integer", "minimum": 1, "maximum": 99},
                "examples": {"one": {"value": 7}},
            }
        },
        "responses": {
            "Missing": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}},
        },
    },
}
HEAD: dict[str, Any] = {
    "operation": "store_book",
    "resource": "book_id",
    "target": {
        "book": {"parameter": "book_id", "role": "permitted"},
        "lost_book": {"parameter": "book_id", "role": "missing"},
        "cover": {"member": "cover", "form": "http-url", "about": "A page.", "example": "https://a.invalid/"},
    },
    "envelope": {
        "code": "code",
        "text": "text",
        "service": r"S\d+",
        "gateway": r"G\d+",
        "statuses": {404: {"code": "reason", "text": "detail"}},
    },
    "read-back": {"path": "/v1/{place}/books/{book_id}"},
}


def files() -> Files:
    """Both files, to be changed."""
    return copy.deepcopy(OPENAPI), copy.deepcopy(HEAD)


def read(change: Callable[[dict[str, Any], dict[str, Any]], object] | None = None) -> Operation:
    """The operation of both files, once they are changed."""
    openapi, head = files()
    if change is not None:
        change(openapi, head)
    return operation_of(openapi, head)


def put(openapi: dict[str, Any]) -> dict[str, Any]:
    """The documented operation in the OpenAPI file."""
    found: dict[str, Any] = openapi["paths"]["/v1/{place}/books/{book_id}"]["put"]
    return found


GOOD = read()


def test_the_request_line_is_the_documented_one() -> None:
    """Method, path template, its segments and the names in it; values are put in byte for byte."""
    assert (GOOD.id, GOOD.method, GOOD.template) == ("store_book", "PUT", "/v1/{place}/books/{book_id}")
    assert GOOD.segments == ("v1", "{place}", "books", "{book_id}")
    assert GOOD.names == ("place", "book_id")
    values = {"place": b"north", "book_id": b"%37", "note": b"a"}
    assert GOOD.target(values) == b"/v1/north/books/%37?note=a"
    assert GOOD.target({**values, "draft": b"true"}) == b"/v1/north/books/%37?draft=true&note=a"
    assert GOOD.target({"place": b"north", "book_id": b"7"}) == b"/v1/north/books/7"


def test_a_target_on_the_path_is_matched() -> None:
    """One group for each path parameter, and the query; another path is none."""
    match = GOOD.path.fullmatch(b"/v1/north/books/7?note=a")
    assert match is not None
    assert match.groups() == (b"north", b"7", b"?note=a")
    assert GOOD.path.fullmatch(b"/v1/north/books//") is None
    assert GOOD.path.fullmatch(b"/v1/north/booksx7") is None


def test_parameters_have_their_domains() -> None:
    """Those of the path item come first, references are followed, and the header is none of them."""
    assert [(one.name, one.place, one.required) for one in GOOD.parameters] == [
        ("book_id", Place.PATH, True),
        ("place", Place.PATH, True),
        ("draft", Place.QUERY, False),
        ("note", Place.QUERY, False),
    ]
    domains = {one.name: one.domain for one in GOOD.parameters}
    assert domains == {
        "book_id": Integer(1, 99),
        "place": Enumeration(("north", "south")),
        "draft": Boolean(),
        "note": Text(0, 9),
    }
    assert [one.name for one in GOOD.queries] == ["draft", "note"]


def test_a_parameter_has_a_usual_value() -> None:
    """The example; else the first listed one of a required parameter; an optional one is left out."""
    assert {one.name: one.usual for one in GOOD.parameters} == {
        "book_id": "7",
        "place": "north",
        "draft": "true",
        "note": None,
    }


def test_a_parameter_is_found_by_its_name() -> None:
    """Another name is a KeyError."""
    assert GOOD.parameter("note").domain == Text(0, 9)
    with pytest.raises(KeyError, match="absent"):
        GOOD.parameter("absent")


def test_the_resource_is_named() -> None:
    """Its parameter, what it is called, the key of each role, and where it can be read back."""
    assert (GOOD.resource, GOOD.noun) == ("book_id", "book")
    assert GOOD.identifier is GOOD.parameter("book_id")
    assert [GOOD.key(role) for role in ("permitted", "missing", "restricted")] == ["book", "lost_book", None]
    assert GOOD.read_back == "/v1/{place}/books/{book_id}"


def test_an_operation_may_have_no_resource() -> None:
    """Nothing is then the identifier, and there is no key for a role."""

    def without(_: dict[str, Any], head: dict[str, Any]) -> None:
        head.pop("resource"), head.pop("read-back")
        head["target"] = {}

    found = read(without)
    assert (found.resource, found.identifier, found.noun, found.read_back) == (None, None, "resource", None)
    assert found.key("permitted") is None


def test_the_credential_has_a_header_and_bounds() -> None:
    """The header of the security scheme; its lengths are those of the parameter of this name, if there is one."""
    assert GOOD.credential == Credential(b"X-Key", 8, 64)
    assert read(lambda openapi, _: put(openapi)["parameters"].pop()).credential == Credential(b"X-Key", 1, None)


def test_a_token_without_a_maximum_is_allowed_up_to_an_ordinary_length() -> None:
    """Or to twice the usual one; with a maximum nothing else counts."""
    bounded, open_ = Credential(b"X", 8, 64), Credential(b"X", 8)
    assert [bounded.allows(length, 1000) for length in (7, 8, 64, 65)] == [False, True, True, False]
    assert [open_.allows(length) for length in (7, 8, ORDINARY_LENGTH, ORDINARY_LENGTH + 1)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [open_.allows(length, 5000) for length in (10_000, 10_001)] == [True, False]


def test_the_body_has_a_schema_and_an_example() -> None:
    """Its members are found by path; what the target description gives is told."""
    assert GOOD.body is not None
    assert (GOOD.body.required, GOOD.body.media, GOOD.body.example) == (True, "application/json", {"title": "Emma"})
    assert GOOD.body.member("cover") == {"type": "string"}
    assert GOOD.body.member("tags[].key") == {"type": "string"}
    assert [GOOD.body.member(path) for path in ("absent", "title.key", "tags.key")] == [None] * 3
    assert (GOOD.url_member, GOOD.given) == ("cover", ("cover",))


def test_an_operation_may_have_no_body() -> None:
    """Then nothing of the target description is in it."""

    def without(openapi: dict[str, Any], head: dict[str, Any]) -> None:
        put(openapi).pop("requestBody")
        head["target"].pop("cover")

    found = read(without)
    assert (found.body, found.url_member, found.given) == (None, None, ())


def test_answers_are_by_status() -> None:
    """In ascending order; the least 2xx is the success; a status without a body has no schema and no media type."""
    assert (GOOD.statuses, GOOD.success, GOOD.refusals) == ((201, 204, 401, 404), 201, (401, 404))
    created, missing = GOOD.responses[201], GOOD.responses[404]
    assert (created.media, created.examples) == ("application/json", ({"title": "Emma"},))
    assert set(created.members) == {"title", "cover", "tags"}
    assert (missing.media, missing.schema, missing.members) == ("text/plain", {"type": "string"}, {})
    assert (GOOD.responses[401].media, GOOD.responses[401].schema) == (None, None)


def test_a_status_may_have_an_envelope_of_its_own() -> None:
    """Its codes are those of all others."""
    assert (GOOD.envelope.of(401).code, GOOD.envelope.of(401).text) == ("code", "text")
    assert (GOOD.envelope.of(404).code, GOOD.envelope.of(404).text) == ("reason", "detail")
    assert GOOD.envelope.of(404).service.fullmatch("S1")
    assert GOOD.envelope.of(404).gateway.fullmatch("G1")


def test_parameters_that_say_where_the_resource_is_are_told() -> None:
    """Those of the path beside it, unless every listed value is fine, and those that the description gives."""

    def free(openapi: dict[str, Any], head: dict[str, Any]) -> None:
        put(openapi)["parameters"][0]["schema"] = {"type": "string"}
        head["target"]["shelf"] = {"parameter": "note"}

    assert GOOD.places == frozenset()
    assert read(free).places == {"place", "note"}


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("repository_id", "repository"), ("app-quota-id", "app quota"), ("clusterId", "cluster"), ("bid", "bid"),
        ("user_name", "user"), ("app__quota_id", "app quota"), ("id_of_book", "id of book"),
    ],
)  # fmt: skip
def test_the_noun_is_the_name_without_its_ending(name: str, noun: str) -> None:
    """In words, without underscores and hyphens."""

    def renamed(openapi: dict[str, Any], head: dict[str, Any]) -> None:
        item = openapi["paths"].pop("/v1/{place}/books/{book_id}")
        openapi["paths"][f"/v1/{{place}}/books/{{{name}}}"] = item
        openapi["components"]["parameters"]["book"]["name"] = name
        head["resource"] = name
        head["target"] = {"book": {"parameter": name, "role": "permitted"}}

    assert read(renamed).noun == noun


def test_a_body_may_be_described_apart() -> None:
    """A reference to it is followed."""

    def apart(openapi: dict[str, Any], _: dict[str, Any]) -> None:
        openapi["components"]["requestBodies"] = {"Book": put(openapi)["requestBody"]}
        put(openapi)["requestBody"] = {"$ref": "#/components/requestBodies/Book"}

    assert read(apart).body == GOOD.body


def _body(openapi: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = put(openapi)["requestBody"]["content"]["application/json"]
    return found


BAD: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], object], str]] = {
    "an unknown key": (lambda _, head: head.update(colour=1), "clauses.yaml has no key 'colour': use clauses, "),
    "an unknown operation": (
        lambda _, head: head.update(operation="burn_book"),
        "openapi.yaml has no operationId 'burn_book': name one of show_book, store_book",
    ),
    "no operation": (lambda _, head: head.pop("operation"), "openapi.yaml has no operationId None"),
    "no paths": (lambda openapi, _: openapi.pop("paths"), "openapi.yaml has no operationId 'store_book'"),
    "no credential": (
        lambda openapi, _: openapi["components"].pop("securitySchemes"),
        "openapi.yaml has no security scheme of type apiKey in a header",
    ),
    "a credential in a cookie": (
        lambda openapi, _: openapi["components"]["securitySchemes"].update(key={**KEY, "in": "cookie"}),
        "openapi.yaml has no security scheme of type apiKey in a header",
    ),
    "a body without an example": (
        lambda openapi, _: _body(openapi).pop("examples"),
        "openapi.yaml: the request body needs a content with a schema and an example",
    ),
    "a body without content": (
        lambda openapi, _: put(openapi)["requestBody"].pop("content"),
        "openapi.yaml: the request body needs a content with a schema and an example",
    ),
    "a path parameter that is not described": (
        lambda openapi, _: put(openapi)["parameters"].pop(0),
        "openapi.yaml: the path has {place}, and no parameter of that name",
    ),
    "a resource that is not in the path": (
        lambda _, head: head.update(resource="draft"),
        "clauses.yaml: resource: the path has no parameter 'draft'",
    ),
    "no success": (
        lambda openapi, _: [put(openapi)["responses"].pop(one) for one in ("201", "204")],
        "openapi.yaml: no response is a success (2xx)",
    ),
    "an answer of any other status": (
        lambda openapi, _: put(openapi)["responses"].update(default={"description": ""}),
        "openapi.yaml: responses: 'default' is not a status: name each one that is documented",
    ),
    "answers of a class": (
        lambda openapi, _: put(openapi)["responses"].update({"4XX": {"description": ""}}),
        "openapi.yaml: responses: '4XX' is not a status: name each one that is documented",
    ),
    "no answers": (
        lambda openapi, _: put(openapi).pop("responses"),
        "openapi.yaml: no response is a success (2xx)",
    ),
    "a parameter without a schema": (
        lambda openapi, _: put(openapi)["parameters"][2].pop("schema"),
        "openapi.yaml: parameter note: it has no schema",
    ),
    "a credential without a schema": (
        lambda openapi, _: put(openapi)["parameters"][3].pop("schema"),
        "openapi.yaml: parameter X-Key: it has no schema",
    ),
    "no envelope": (
        lambda _, head: head.pop("envelope"),
        "clauses.yaml: envelope: give code and text; service and gateway are patterns of codes ('envelope')",
    ),
    "an envelope without a text": (
        lambda _, head: head["envelope"].pop("text"),
        "clauses.yaml: envelope: give code and text; service and gateway are patterns of codes ('text')",
    ),
    "an envelope with a bad pattern": (
        lambda _, head: head["envelope"].update(service="("),
        "clauses.yaml: envelope: give code and text; service and gateway are patterns of codes (missing )",
    ),
    "an envelope of no status": (
        lambda _, head: head["envelope"].update(statuses={"some": {"code": "a", "text": "b"}}),
        "clauses.yaml: envelope: give code and text; service and gateway are patterns of codes (invalid literal",
    ),
    "a target key with an unknown word": (
        lambda _, head: head["target"].update(shelf={"parameter": "place", "colour": 1}),
        "clauses.yaml: target: shelf: give parameter and role, or member and form",
    ),
    "a target key of no parameter": (
        lambda _, head: head["target"].update(shelf={"parameter": "shelf"}),
        "clauses.yaml: target: shelf: there is no parameter 'shelf'",
    ),
    "a target key of nothing": (
        lambda _, head: head["target"].update(shelf={}),
        "clauses.yaml: target: shelf: give a parameter or a member",
    ),
    "a target key of two things": (
        lambda _, head: head["target"].update(shelf={"parameter": "note", "member": "cover"}),
        "clauses.yaml: target: shelf: give a parameter or a member",
    ),
    "a target key with an unknown role": (
        lambda _, head: head["target"].update(shelf={"parameter": "book_id", "role": "lent"}),
        "clauses.yaml: target: shelf: role is 'lent': give one of permitted, restricted, missing, each",
    ),
    "a role of another parameter": (
        lambda _, head: head["target"].update(shelf={"parameter": "place", "role": "missing"}),
        "clauses.yaml: target: shelf: only the resource has a role",
    ),
    "a target key of no member": (
        lambda _, head: head["target"].update(shelf={"member": "shelf"}),
        "clauses.yaml: target: shelf: the request body has no member 'shelf'",
    ),
    "a target key of a member without a body": (
        lambda openapi, _: put(openapi).pop("requestBody"),
        "clauses.yaml: target: cover: the request body has no member 'cover'",
    ),
    "no key for the resource": (
        lambda _, head: head["target"].pop("book"),
        "clauses.yaml: target: no key names a permitted book_id",
    ),
}


@pytest.mark.parametrize(("change", "words"), BAD.values(), ids=BAD)
def test_a_mistake_is_one_line(change: Callable[[dict[str, Any], dict[str, Any]], object], words: str) -> None:
    """It names the file, the place in it, and what to give."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are compared below
        read(change)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_codes_of_the_envelope_may_be_open() -> None:
    """No code is then the service's or a gateway's own."""

    def change(_: dict[str, Any], head: dict[str, Any]) -> None:
        del head["envelope"]["service"], head["envelope"]["gateway"]

    found = read(change).envelope
    assert not any(pattern.fullmatch(code) for pattern in (found.service, found.gateway) for code in ("", "S1", "G1"))


def test_a_reference_to_nothing_names_itself() -> None:
    """With the file that it is in."""
    with pytest.raises(ValueError, match=r"^openapi.yaml: nothing is at \$ref: #/components/parameters/book$"):
        read(lambda openapi, _: openapi["components"].pop("parameters"))
