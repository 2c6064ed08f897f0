"""The OpenAPI file says what the document says, and marks what it adds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

SPEC = Path(__file__).parents[2] / "spec"
OPENAPI: dict[str, Any] = yaml.safe_load((SPEC / "openapi.yaml").read_text(encoding="utf-8"))
DOCUMENT = (SPEC / "document" / "associate-remote-mirror.txt").read_text(encoding="utf-8")
LINES = [line.strip() for line in DOCUMENT.splitlines() if line.strip()]

METHOD, HOST, PATH = re.search(r"^([A-Z]+) (https://[^/\s]+)(/\S+)$", DOCUMENT, re.MULTILINE).groups()  # type: ignore[union-attr]
OPERATION: dict[str, Any] = OPENAPI["paths"][PATH][METHOD.lower()]
PARAMETERS: dict[str, dict[str, Any]] = {parameter["name"]: parameter for parameter in OPERATION["parameters"]}
SCHEMAS: dict[str, dict[str, Any]] = OPENAPI["components"]["schemas"]
MEDIA_TYPE = "application/json"
FORMAT_CHECKER = Draft202012Validator.FORMAT_CHECKER


class Row(NamedTuple):
    """A row of one of the document's tables."""

    table: str
    status: str | None
    name: str
    mandatory: str | None
    type: str
    text: str


class Node(NamedTuple):
    """An object of the file, and the JSON pointer to it."""

    pointer: str
    value: dict[str, Any]


def rows() -> list[Row]:
    """Every row of the document's tables: a row's definition starts with the word "Definition"."""
    found: list[Row] = []
    table, status = "", None
    end = LINES.index("Example Requests")
    for index, line in enumerate(LINES[:end]):
        if line.startswith("Table "):
            table = line
        elif match := re.fullmatch(r"Status code: (\d{3})", line):
            status = match[1]
        elif line == "Definition":
            before = LINES[:index]
            mandatory = before[-2] if before[-2] in {"Yes", "No"} else None
            name = before[-3] if mandatory else before[-2]
            following = LINES[index + 1 : end]
            length = next((at for at, word in enumerate(following) if word == "Definition"), len(following))
            found.append(Row(table, status, name, mandatory, before[-1], " ".join(following[:length])))
    return found


def document_examples() -> list[tuple[str, Any]]:
    """Every JSON block of the document, with "request" or the status code that it stands under."""
    section = DOCUMENT[DOCUMENT.index("Example Requests") :]
    parts = re.split(r"^Status code: (\d{3})$", section, flags=re.MULTILINE)
    named = zip(["request", *parts[1::2]], parts[::2], strict=True)
    block = re.compile(r"^\{.*?^\}", re.MULTILINE | re.DOTALL)
    return [(name, json.loads(text)) for name, part in named for text in block.findall(part)]


def nodes(value: object = OPENAPI, pointer: str = "#") -> Iterator[Node]:
    """Every object of the file that is no example's value."""
    if isinstance(value, dict):
        yield Node(pointer, value)
        for key, member in value.items():
            if key != "value":
                yield from nodes(member, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from nodes(member, f"{pointer}/{index}")


def content(status: str) -> dict[str, Any]:
    """Find what the file says of the body of the request or of a response."""
    holder = OPERATION["requestBody"] if status == "request" else OPERATION["responses"][status]
    media: dict[str, Any] = holder["content"][MEDIA_TYPE]
    return media


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference to a component; any other schema is returned as it is."""
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def row_schema(row: Row) -> dict[str, Any]:
    """Find the schema of the parameter or property that a row describes."""
    if row.status is None:
        return resolved(PARAMETERS[row.name]["schema"])
    return resolved(resolved(content(row.status)["schema"])["properties"][row.name])


def types(schema: dict[str, Any]) -> set[str]:
    """List the types that a schema allows."""
    return {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])


def words(row: Row) -> str:
    """Name the test of a row."""
    return f"{row.status or 'request'} {row.name}"


def example_cases() -> list[Any]:
    """Every example of the file beside its schema."""
    return [
        pytest.param(node.value["schema"], example["value"], id=f"{node.pointer.removeprefix('#/paths/')}/{name}")
        for node in nodes()
        for name, example in node.value.get("examples", {}).items()
    ]


def test_finds_the_documents_tables_and_examples() -> None:
    """The document has 19 table rows and 5 JSON blocks; the tests below see all of them."""
    assert len(rows()) == 19
    assert len({row.table for row in rows()}) == len(re.findall(r"^Table \d", DOCUMENT, re.MULTILINE))
    assert [name for name, _ in document_examples()] == ["request", "201", "401", "403", "404"]


def test_is_valid_openapi() -> None:
    """openapi-spec-validator finds nothing in the file."""
    assert OPENAPI["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(OPENAPI).iter_errors()] == []


def test_has_the_documents_one_operation() -> None:
    """The file has the document's method and URI, with its host as a server variable, and no other operation."""
    assert {path: sorted(item) for path, item in OPENAPI["paths"].items()} == {PATH: [METHOD.lower()]}
    assert [server["url"] for server in OPENAPI["servers"]] == [HOST]


def test_server_reaches_nobody() -> None:
    """The host that stands in until a tool is told the real one is reserved and never resolves."""
    variables = [server["variables"] for server in OPENAPI["servers"]]
    assert [sorted(names) for names in variables] == [re.findall(r"\{(\w+)\}", HOST)]
    assert all(variable["default"].endswith(".invalid") for names in variables for variable in names.values())


def test_version_is_the_documents_date() -> None:
    """The file's version is the day on which the document was updated."""
    assert f"Updated on {OPENAPI['info']['version']} " in DOCUMENT


def test_leaves_the_schema_dialect_alone() -> None:
    """The file sets no jsonSchemaDialect and uses no `nullable`: either makes tools skip checks."""
    assert "jsonSchemaDialect" not in OPENAPI
    assert [node.pointer for node in nodes() if "nullable" in node.value] == []


@pytest.mark.parametrize(("schema", "value"), example_cases())
def test_example_matches_its_schema(schema: dict[str, Any], value: object) -> None:
    """An example is valid against the schema beside it, formats included."""
    whole = {**schema, "components": OPENAPI["components"]}
    assert [
        error.message for error in Draft202012Validator(whole, format_checker=FORMAT_CHECKER).iter_errors(value)
    ] == []


def test_formats_are_checked() -> None:
    """The only format in the file is date-time, and the format checker knows it."""
    schemas = [node.value for node in nodes() if not node.pointer.endswith("/x-assumed")]
    assert {schema["format"] for schema in schemas if {"type", "format"} <= schema.keys()} == {"date-time"}
    assert not FORMAT_CHECKER.conforms("yesterday", "date-time")


@pytest.mark.parametrize(("status", "example"), document_examples(), ids=[name for name, _ in document_examples()])
def test_documents_example_is_in_the_file(status: str, example: dict[str, Any]) -> None:
    """A JSON block of the document is the only example in its place, members in the same order."""
    values = [named["value"] for named in content(status)["examples"].values()]
    assert [json.dumps(value) for value in values] == [json.dumps(example)]


def test_example_request_line_is_in_the_file() -> None:
    """The id in the document's example request is an example of the path parameter; any other is marked."""
    printed = re.findall(rf"^{METHOD} (/\S+)$", DOCUMENT, re.MULTILINE)
    unmarked = [named for named in PARAMETERS["repository_id"]["examples"].values() if "x-assumed" not in named]
    assert [PATH.replace("{repository_id}", str(named["value"])) for named in unmarked] == printed


def test_examples_of_one_set_share_a_name() -> None:
    """The examples called `associated` agree: the 201 repeats the id of the path and the url of the body."""
    repository_id = PARAMETERS["repository_id"]["examples"]["associated"]["value"]
    sent = content("request")["examples"]["associated"]["value"]
    answered = content("201")["examples"]["associated"]["value"]
    assert (answered["repository_id"], answered["url"]) == (repository_id, sent["url"])


@pytest.mark.parametrize("row", rows(), ids=words)
def test_table_row_is_in_the_file(row: Row) -> None:
    """A table row is a parameter or a property of the same type; only null may be added."""
    assert types(row_schema(row)) - {"null"} == {row.type.lower()}


@pytest.mark.parametrize("row", [row for row in rows() if row.mandatory], ids=words)
def test_parameter_is_as_mandatory_as_in_its_table(row: Row) -> None:
    """A parameter stands where its table says, and is required where the table says Yes."""
    assert PARAMETERS[row.name]["in"] in row.table.lower()
    assert PARAMETERS[row.name]["required"] == (row.mandatory == "Yes")


def test_has_no_parameter_or_property_of_its_own() -> None:
    """Parameters and properties are the tables' and, for the request, the example's."""
    assert list(PARAMETERS) == [row.name for row in rows() if row.status is None]
    for status, example in document_examples():
        tabled = [row.name for row in rows() if row.status == status] or list(example)
        assert list(resolved(content(status)["schema"])["properties"]) == tabled


@pytest.mark.parametrize("row", rows(), ids=words)
def test_range_is_the_documents(row: Row) -> None:
    """The range of a row is the range of its schema; where the document has none, the file has none."""
    match = re.search(r"([\d,]+)[~–](\d[\d,]*)", row.text)  # noqa: RUF001 -- the vendor prints an en dash
    bounds = [int(number.replace(",", "")) for number in match.groups()] if match else []
    keywords = ("minLength", "maxLength") if row.type == "String" else ("minimum", "maximum")
    limits = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "enum"}
    assert {key: value for key, value in row_schema(row).items() if key in limits} == dict(
        zip(keywords, bounds, strict=False)
    )


def test_token_is_a_security_scheme_too() -> None:
    """The token header is also the one security scheme, required everywhere: tools take its presence from there."""
    schemes = OPENAPI["components"]["securitySchemes"]
    assert [(scheme["type"], scheme["in"], scheme["name"]) for scheme in schemes.values()] == [
        ("apiKey", "header", "X-Auth-Token")
    ]
    assert OPERATION.get("security", OPENAPI["security"]) == [{name: []} for name in schemes]


def test_status_codes_are_the_documents() -> None:
    """The file has the status codes of the document's list, and no other and no default."""
    listed = LINES[LINES.index("Status Codes") : LINES.index("Error Codes")]
    assert list(OPERATION["responses"]) == [line for line in listed if re.fullmatch(r"\d{3}", line)]


def test_everything_is_described() -> None:
    """The file, its operation and every parameter, property, schema, body, response, server and tag are described."""
    members = "parameters|responses|properties|schemas|securitySchemes|servers|tags|variables"
    place = re.compile(rf"#/info|.*/(post|requestBody|({members})/\w+)")
    described = [node for node in nodes() if place.fullmatch(node.pointer)]
    assert len(described) == 30
    assert [node.pointer for node in described if not node.value.get("description", "").strip()] == []


def test_every_assumption_has_a_reason() -> None:
    """`x-assumed` maps keywords that stand beside it to a sentence."""
    marked = [node for node in nodes() if "x-assumed" in node.value]
    assert marked
    for node in marked:
        assert node.value["x-assumed"], node.pointer
        for keyword, reason in node.value["x-assumed"].items():
            assert keyword in node.value, f"{node.pointer}: no {keyword}"
            assert re.fullmatch(r"[A-Z].{15,}\.", reason), f"{node.pointer}: {keyword} has no reason"


def assumptions() -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every keyword of the file that the document does not say: pointer, object, keyword."""
    tabled = re.compile(r"#/components/schemas/(RemoteMirror|Error)/properties/\w+")
    for pointer, value in nodes():
        if pointer.endswith(("/properties", "/x-assumed")):
            continue
        in_schema = pointer.startswith("#/components/schemas/")
        keywords = {"additionalProperties", "default", "format", "content"}
        if in_schema or pointer.endswith("/requestBody"):
            keywords.add("required")
        if in_schema and "type" in value and (not tabled.fullmatch(pointer) or "null" in types(value)):
            keywords.add("type")
        yield from ((pointer, value, keyword) for keyword in sorted(keywords & value.keys()))


@pytest.mark.parametrize(
    ("value", "keyword"),
    [pytest.param(value, keyword, id=f"{pointer} {keyword}") for pointer, value, keyword in assumptions()],
)
def test_assumptions_are_marked(value: dict[str, Any], keyword: str) -> None:
    """Optional bodies, required members, null, formats, media types and defaults are marked as assumptions."""
    assert keyword in value.get("x-assumed", {})


def test_null_is_allowed_where_the_example_shows_it_and_in_the_dates() -> None:
    """The properties that may be null are those of the document's 201, and dates that nothing gave a value to."""
    shown = next(example for status, example in document_examples() if status == "201")
    properties = SCHEMAS["RemoteMirror"]["properties"]
    assert {name for name, schema in properties.items() if "null" in types(schema)} == {
        name for name, value in shown.items() if value is None or properties[name].get("format") == "date-time"
    }


@pytest.mark.parametrize("name", ["RemoteMirror", "Error", "AssociateRequest"])
def test_schema_is_open(name: str) -> None:
    """Further members are allowed in every body."""
    assert SCHEMAS[name]["additionalProperties"] is True


@pytest.mark.parametrize("status", ["201", "401", "403", "404"])
def test_every_answer_has_all_tabled_members(status: str) -> None:
    """Every member of an answer's table is required; the request's body and its url are not."""
    schema = resolved(content(status)["schema"])
    assert schema["required"] == [row.name for row in rows() if row.status == status]
    assert OPERATION["requestBody"]["required"] is False
    assert "required" not in SCHEMAS["AssociateRequest"]
