"""Changes of a contract's files, each a small function of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.spec.files import Files

ID, TOKEN = "repository_id", "X-Auth-Token"
PROJECT = "5e0d7a1b9c3f4826a1d0e7f3b2c49586"
DEPTH = {"type": "integer", "minimum": 1, "maximum": 50}


def bound(name: str, **bounds: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON Schema
    """Move bounds of a parameter."""

    def change(files: Files) -> None:
        files.parameter(name).update(bounds)

    return change


def both(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    """Several changes, one after the other."""

    def change(files: Files) -> None:
        for one in changes:
            one(files)

    return change


def without_bound(name: str, keyword: str, *rows: tuple[str, str, str]) -> Callable[[Files], None]:
    """Take a bound of a parameter out, and the rows about it: check, what they are about, and when."""

    def change(files: Files) -> None:
        del files.parameter(name)[keyword]
        for check, about, value in rows:
            files.drop(check, **({about: value} if about == "credential" else {about: name, "when": value}))

    return change


def renaming(before: str, after: str) -> Callable[[Files], None]:
    """Write one text for another in both files."""
    return lambda files: files.rename(before, after)


def member(
    name: str, schema: dict[str, Any], value: object, *rows: tuple[str, str, str], required: bool = False
) -> Callable[[Files], None]:
    """Add a member to the request body, with rows: check, id, and when."""

    def change(files: Files) -> None:
        files.sent["properties"][name] = schema
        files.body_example[name] = value
        if required:
            files.sent.setdefault("required", []).append(name)
        for check, row, when in rows:
            files.add(f"request.{name}.{row}", check, member=name, when=when)

    return change


def of_url(rows: tuple[tuple[str, str, str], ...], **schema: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON Schema
    """Say more of the url."""

    def change(files: Files) -> None:
        files.sent["properties"]["url"] |= schema
        for check, row, when in rows:
            files.add(f"request.url.{row}", check, member="url", when=when)

    return change


def url_needed(files: Files) -> None:
    """Make the url mandatory."""
    files.sent["required"] = ["url"]
    files.drop("recorded", about="absent", member="url")
    files.add("request.url.mandatory", "refused", member="url", when="missing")


def body_needed(files: Files) -> None:
    """Make the body mandatory."""
    files.operation[2]["requestBody"]["required"] = True
    files.row("recorded", about="absent", member=None).update(
        {"level": "must", "check": "refused", "with": {"body": "absent"}}
    )


def put(files: Files) -> None:
    """Make it a PUT."""
    item = next(iter(files.openapi["paths"].values()))
    item["put"] = item.pop("post")


def media(part: str) -> Callable[[Files], None]:
    """Give a body, of the request or of the answer, another media type."""

    def change(files: Files) -> None:
        node = files.operation[2]["requestBody"] if part == "body" else files.response(201)
        node["content"] = {"application/vnd.mirror+json": node["content"].pop("application/json")}

    return change


def parameter(
    name: str,
    place: str,
    schema: dict[str, Any],
    example: object = None,
    *rows: tuple[str, str, str],
    required: bool = False,
) -> Callable[[Files], None]:
    """Add a parameter, with rows: check, id, and when; one of the path stands before the resource."""

    def change(files: Files) -> None:
        template, _, operation = files.operation
        own = {"name": name, "in": place, "required": required or place == "path", "schema": schema}
        operation["parameters"].append(own if example is None else {**own, "example": example})
        if place == "path":
            before, after = template.split("/{repository_id}")
            files.openapi["paths"] = {f"{before}/{{{name}}}/{{repository_id}}{after}": files.openapi["paths"][template]}
        for check, row, when in rows:
            files.add(f"{place}.{name}.{row}", check, parameter=name, when=when)

    return change


def project(files: Files) -> None:
    """Let the target description name the project."""
    files.clauses["target"]["project_id"] = {"parameter": "project_id", "example": PROJECT}


def ids_are_listed(files: Files) -> None:
    """List the identifiers."""
    files.parameter(ID).clear()
    files.parameter(ID).update({"type": "string", "enum": ["north", "south", "west"]})
    ids_are_texts(files)
    files.row("refused", parameter=ID, when="below-minimum")["with"]["when"] = "not-listed"
    files.drop("refused", parameter=ID, when="above-maximum")
    files.row("owed", parameter=ID, when="minimum")["with"]["when"] = "listed"
    files.drop("owed", parameter=ID, when="maximum")


def ids_have_lengths(files: Files) -> None:
    """Make identifiers texts with bounds."""
    files.parameter(ID).clear()
    files.parameter(ID).update({"type": "string", "minLength": 2, "maxLength": 32, "pattern": "^[a-z0-9-]+$"})
    ids_are_texts(files)
    for check, before, after in (
        ("refused", "below-minimum", "too-short"), ("refused", "above-maximum", "too-long"),
        ("owed", "minimum", "shortest"), ("owed", "maximum", "longest"),
    ):  # fmt: skip
        files.row(check, parameter=ID, when=before)["with"]["when"] = after
    files.add("path.repository_id.characters", "refused", parameter=ID, when="other-pattern")


def ids_are_texts(files: Files) -> None:
    """Make identifiers texts, in the example too."""
    parameter = next(one for one in files.operation[2]["parameters"] if one["name"] == ID)
    parameter["examples"] = {"associated": {"value": "north"}}
    files.answered["properties"][ID]["type"] = "string"
    files.example(201)[ID] = "north"
    files.drop("refused", parameter=ID, when="wrong-type")


def answer(name: str, **schema: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON Schema
    """Say something else of a member of the answer."""
    return lambda files: files.answered["properties"][name].update(schema)


def example(name: str, value: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON
    """Show another value of a member of the answer."""
    return lambda files: files.example(201).update({name: value})


def more_is_answered(files: Files) -> None:
    """Add a member to the answer."""
    files.answered["properties"]["sync_interval"] = {"type": "integer"}
    files.answered["required"].append("sync_interval")
    files.example(201)["sync_interval"] = 60
    files.add("response.201.sync_interval.type", "member-type", status=201, member="sync_interval")


def less_is_answered(files: Files) -> None:
    """Take a member out of the answer."""
    del files.answered["properties"]["last_error"]
    files.answered["required"].remove("last_error")
    del files.example(201)["last_error"]
    files.drop("member-type", status=201, member="last_error")


def optional(files: Files) -> None:
    """Let a member of the answer be left out."""
    files.answered["required"].remove("endpoint_uuid")
    del files.example(201)["endpoint_uuid"]


def a_400(files: Files) -> None:
    """Document what is invalid."""
    operation = files.operation[2]
    operation["responses"]["400"] = {
        "description": "Invalid.",
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Error"},
                "examples": {"invalid": {"value": {"error_code": "CH.00400000", "error_msg": "Invalid."}}},
            }
        },
    }
    files.add("status.400.invalid", "owed", body="invalid", status=400)
    files.add("error.400.envelope", "envelope", status=400)
    files.add("error.400.content-type", "media-type", status=400)


def unprocessable(files: Files) -> None:
    """Refuse what is invalid with a status of its own."""
    files.add("status.422.body", "owed", body="invalid", status=422)


def without_404(files: Files) -> None:
    """Document no 404."""
    del files.operation[2]["responses"]["404"]
    files.drop(status=404)


def without_403(files: Files) -> None:
    """Document no 403."""
    del files.operation[2]["responses"]["403"]
    files.drop(status=403)


def status(before: int, after: int) -> Callable[[Files], None]:
    """Write one status for another, wherever rows and the OpenAPI file say it; ids of rows stay."""

    def change(files: Files) -> None:
        responses = files.operation[2]["responses"]
        responses[str(after)] = responses.pop(str(before))
        for row in files.rows(status=before):
            row["with"]["status"] = after

    return change


def without_body(files: Files) -> None:
    """Answer a success without a body."""
    status(201, 204)(files)
    del files.response(204)["content"]
    files.rows("object")[0].update({"check": "no-body"})
    for check in ("unique-members", "member-type", "not-null", "format", "past", "at-least", "echo", "media-type"):
        files.drop(check, status=204)
    files.drop("recorded", about="values")
    files.drop("recorded", about="nulls")
    for row in files.rows("same-again"):
        del row["with"]["member"]


def restricted_is_missing(files: Files) -> None:
    """Tell nobody whether a resource exists; the 403 that nobody is owed stays documented."""
    files.row("owed", role="restricted")["with"]["status"] = 404
    files.drop(status=403)


def url_renamed(files: Files) -> None:
    """Call the url otherwise, in the bodies."""
    described = files.openapi.pop("servers"), files.openapi.pop("info")
    files.rename('"url"', '"address"')
    files.openapi["servers"], files.openapi["info"] = described


def code(status: int, code: str) -> Callable[[Files], None]:
    """Show another code."""
    return lambda files: files.example(status).update({"error_code": code})


def two_codes(files: Files) -> None:
    """Show two codes."""
    (content,) = files.response(404)["content"].values()
    content["examples"]["gone"] = {"value": {"error_code": "CH.00402001", "error_msg": "Gone."}}


def level(level: str, check: str, **about: object) -> Callable[[Files], None]:
    """Give a row another level."""
    return lambda files: files.row(check, **about).update({"level": level})


def drop(check: str, **about: object) -> Callable[[Files], None]:
    """Take rows out."""
    return lambda files: files.drop(check, **about)


def head(**values: Any) -> Callable[[Files], None]:  # noqa: ANN401 - YAML
    """Write other values into the head."""
    return lambda files: files.clauses.update(values)


def codes(service: str) -> Callable[[Files], None]:
    """Give the service's codes another form."""

    def change(files: Files) -> None:
        files.clauses["envelope"]["service"] = service
        files.rename('"CH.', '"RM-')

    return change


def no_read_back(files: Files) -> None:
    """Name no read-back."""
    del files.clauses["read-back"]
    files.drop("recorded", about="read-back")


def read_back(files: Files) -> None:
    """Name another read-back."""
    files.clauses["read-back"]["path"] = "/v4/mirrors/{repository_id}"


def least(number: int) -> Callable[[Files], None]:
    """Ask for more."""
    return lambda files: files.row("at-least", member="id")["with"].update({"least": number})


def same_url(files: Files) -> None:
    """Compare another member of the same request again."""
    for row in files.rows("same-again"):
        row["with"]["member"] = "url"
