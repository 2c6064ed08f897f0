"""Edits of the shipped contract's files, and what follows of each for the suite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.spec.edited import Named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from tests.spec.edited import Names
    from tests.spec.files import Files

__all__ = ["EDITS", "Edit"]


@dataclass(frozen=True)
class Edit:
    """One edit, and everything that it changes.

    `touches` are globs of the ids of probes and properties: ``-`` of those that are gone, ``+`` of new ones, and ``~`` of
    such as say or send something else, apart from `names`, which are written otherwise wherever they stand. `breaks` are
    the clauses that fail on a target which does not follow: the shipped one, or one that `stale` edits; `judged` are
    probes that show it, beside those of the smoke profile and the touched ones. `broke` are the clauses of the shipped
    contract that fail on a target which follows, where that can be asked. `says` are words of plan, catalogue and
    verdicts, `unsaid` those that were. `draws` maps a property to what is true of one request at least that it draws.
    """

    name: str
    change: Callable[[Files], None]
    touches: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    names: Names = ()
    says: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    broke: tuple[str, ...] | None = None
    judged: tuple[str, ...] = ()
    draws: Mapping[str, Callable[[Request, Facts], bool]] = field(default_factory=dict)
    named: Named = Named()
    stale: Callable[[Files], None] = lambda files: None


def _bound(name: str, **bounds: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON Schema
    """Move bounds of a parameter."""

    def change(files: Files) -> None:
        files.parameter(name).update(bounds)

    return change


def _both(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    """Several changes, one after the other."""

    def change(files: Files) -> None:
        for one in changes:
            one(files)

    return change


def _without_bound(name: str, keyword: str, *rows: tuple[str, str, str]) -> Callable[[Files], None]:
    """Take a bound of a parameter out, and the rows about it: check, what they are about, and when."""

    def change(files: Files) -> None:
        del files.parameter(name)[keyword]
        for check, about, value in rows:
            files.drop(check, **({about: value} if about == "credential" else {about: name, "when": value}))

    return change


def _renaming(before: str, after: str) -> Callable[[Files], None]:
    return lambda files: files.rename(before, after)


def _member(name: str, schema: dict[str, Any], value: Any, *rows: tuple[str, str, str], required: bool = False) -> Callable[[Files], None]:  # noqa: ANN401 - JSON
    """Add a member to the request body, with rows: check, id, and when."""

    def change(files: Files) -> None:
        files.sent["properties"][name] = schema
        files.body_example[name] = value
        if required:
            files.sent.setdefault("required", []).append(name)
        for check, row, when in rows:
            files.add(f"request.{name}.{row}", check, member=name, when=when)

    return change


def _of_url(rows: tuple[tuple[str, str, str], ...], **schema: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON Schema
    """Say more of the url."""

    def change(files: Files) -> None:
        files.sent["properties"]["url"] |= schema
        for check, row, when in rows:
            files.add(f"request.url.{row}", check, member="url", when=when)

    return change


def _url_needed(files: Files) -> None:
    files.sent["required"] = ["url"]
    files.drop("recorded", about="absent", member="url")
    files.add("request.url.mandatory", "refused", member="url", when="missing")


def _body_needed(files: Files) -> None:
    files.operation[2]["requestBody"]["required"] = True
    files.row("recorded", about="absent", member=None).update({"level": "must", "check": "refused", "with": {"body": "absent"}})


def _put(files: Files) -> None:
    item = next(iter(files.openapi["paths"].values()))
    item["put"] = item.pop("post")


def _media(part: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        node = files.operation[2]["requestBody"] if part == "body" else files.response(201)
        node["content"] = {"application/vnd.mirror+json": node["content"].pop("application/json")}

    return change


def _parameter(name: str, place: str, schema: dict[str, Any], example: object = None, *rows: tuple[str, str, str], required: bool = False) -> Callable[[Files], None]:
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


def _project(files: Files) -> None:
    files.clauses["target"]["project_id"] = {"parameter": "project_id", "example": PROJECT}


def _ids_are_listed(files: Files) -> None:
    files.parameter(ID).clear()
    files.parameter(ID).update({"type": "string", "enum": ["north", "south", "west"]})
    _ids_are_texts(files)
    files.row("refused", parameter=ID, when="below-minimum")["with"]["when"] = "not-listed"
    files.drop("refused", parameter=ID, when="above-maximum")
    files.row("owed", parameter=ID, when="minimum")["with"]["when"] = "listed"
    files.drop("owed", parameter=ID, when="maximum")


def _ids_have_lengths(files: Files) -> None:
    files.parameter(ID).clear()
    files.parameter(ID).update({"type": "string", "minLength": 2, "maxLength": 32, "pattern": "^[a-z0-9-]+$"})
    _ids_are_texts(files)
    for check, before, after in (
        ("refused", "below-minimum", "too-short"), ("refused", "above-maximum", "too-long"),
        ("owed", "minimum", "shortest"), ("owed", "maximum", "longest"),
    ):  # fmt: skip
        files.row(check, parameter=ID, when=before)["with"]["when"] = after
    files.add("path.repository_id.characters", "refused", parameter=ID, when="other-pattern")


def _ids_are_texts(files: Files) -> None:
    parameter = next(one for one in files.operation[2]["parameters"] if one["name"] == ID)
    parameter["examples"] = {"associated": {"value": "north"}}
    files.answered["properties"][ID]["type"] = "string"
    files.example(201)[ID] = "north"
    files.drop("refused", parameter=ID, when="wrong-type")


def _answer(name: str, **schema: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON Schema
    """Say something else of a member of the answer."""
    return lambda files: files.answered["properties"][name].update(schema)


def _example(name: str, value: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON
    """Show another value of a member of the answer."""
    return lambda files: files.example(201).update({name: value})


def _more_is_answered(files: Files) -> None:
    files.answered["properties"]["sync_interval"] = {"type": "integer"}
    files.answered["required"].append("sync_interval")
    files.example(201)["sync_interval"] = 60
    files.add("response.201.sync_interval.type", "member-type", status=201, member="sync_interval")


def _less_is_answered(files: Files) -> None:
    del files.answered["properties"]["last_error"]
    files.answered["required"].remove("last_error")
    del files.example(201)["last_error"]
    files.drop("member-type", status=201, member="last_error")


def _optional(files: Files) -> None:
    files.answered["required"].remove("endpoint_uuid")
    del files.example(201)["endpoint_uuid"]


def _a_400(files: Files) -> None:
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
    files.add("status.400.values", "owed", parameter="invalid", status=400)
    files.add("error.400.envelope", "envelope", status=400)
    files.add("error.400.content-type", "media-type", status=400)


def _without_404(files: Files) -> None:
    del files.operation[2]["responses"]["404"]
    files.drop(status=404)


def _without_403(files: Files) -> None:
    del files.operation[2]["responses"]["403"]
    files.drop(status=403)


def _status(before: int, after: int) -> Callable[[Files], None]:
    """Write one status for another, wherever rows and the OpenAPI file say it; ids of rows stay."""

    def change(files: Files) -> None:
        responses = files.operation[2]["responses"]
        responses[str(after)] = responses.pop(str(before))
        for row in files.rows(status=before):
            row["with"]["status"] = after

    return change


def _without_body(files: Files) -> None:
    _status(201, 204)(files)
    del files.response(204)["content"]
    files.rows("object")[0].update({"check": "no-body"})
    for check in ("unique-members", "member-type", "not-null", "format", "at-least", "echo", "media-type"):
        files.drop(check, status=204)
    files.drop("recorded", about="values")
    files.drop("recorded", about="nulls")
    for row in files.rows("same-again"):
        del row["with"]["member"]


def _restricted_is_missing(files: Files) -> None:
    files.row("owed", role="restricted")["with"]["status"] = 404


def _code(status: int, code: str) -> Callable[[Files], None]:
    return lambda files: files.example(status).update({"error_code": code})


def _two_codes(files: Files) -> None:
    (content,) = files.response(404)["content"].values()
    content["examples"]["gone"] = {"value": {"error_code": "CH.00402001", "error_msg": "Gone."}}


def _level(level: str, check: str, **about: object) -> Callable[[Files], None]:
    return lambda files: files.row(check, **about).update({"level": level})


def _drop(check: str, **about: object) -> Callable[[Files], None]:
    return lambda files: files.drop(check, **about)


def _head(**values: Any) -> Callable[[Files], None]:  # noqa: ANN401 - YAML
    return lambda files: files.clauses.update(values)


def _codes(service: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files.clauses["envelope"]["service"] = service
        files.rename('"CH.', '"RM-')

    return change


def _no_read_back(files: Files) -> None:
    del files.clauses["read-back"]
    files.drop("recorded", about="read-back")


def _least(number: int) -> Callable[[Files], None]:
    return lambda files: files.row("at-least", member="id")["with"].update({"least": number})


def _same_url(files: Files) -> None:
    for row in files.rows("same-again"):
        row["with"]["member"] = "url"


ID, TOKEN = "repository_id", "X-Auth-Token"
TEXTS = Named("north", "south", "west")
DRY, DEPTH = {"type": "boolean"}, {"type": "integer", "minimum": 1, "maximum": 50}
PROJECT = "5e0d7a1b9c3f4826a1d0e7f3b2c49586"
EDITS: tuple[Edit, ...] = (
    Edit("nothing", lambda files: None),
    # Bounds of the identifier
    Edit("maximum-one-less", _bound(ID, maximum=2147483646)),
    Edit("maximum-one-more", _bound(ID, maximum=2147483648)),
    Edit("maximum-much-less", _bound(ID, maximum=1_000_000)),
    Edit("maximum-much-more", _bound(ID, maximum=9007199254740991)),
    Edit("no-maximum", _without_bound(ID, "maximum", ("refused", "parameter", "above-maximum"), ("owed", "parameter", "maximum"))),
    Edit("minimum-one-more", _bound(ID, minimum=2)),
    Edit("minimum-one-less", _bound(ID, minimum=0)),
    Edit("minimum-much-more", _bound(ID, minimum=30)),
    Edit("no-minimum", _without_bound(ID, "minimum", ("refused", "parameter", "below-minimum"), ("owed", "parameter", "minimum"))),
    Edit("ids-are-listed", _ids_are_listed, named=TEXTS),
    Edit("ids-have-lengths", _ids_have_lengths, named=TEXTS),
    # Bounds of the token
    Edit("longest-one-more", _bound(TOKEN, maxLength=100_001)),
    Edit("longest-one-less", _bound(TOKEN, maxLength=99_999)),
    Edit("longest-much-less", _bound(TOKEN, maxLength=50_000)),
    Edit("longest-much-more", _bound(TOKEN, maxLength=180_000)),
    Edit("no-longest", _without_bound(TOKEN, "maxLength", ("refused", "credential", "over-maximum"), ("owed", "credential", "maximum-length"))),
    Edit("shortest-one-more", _bound(TOKEN, minLength=2)),
    Edit("shortest-much-more", _bound(TOKEN, minLength=40)),
    Edit("no-shortest", _without_bound(TOKEN, "minLength")),
    # The request body
    Edit("body-is-mandatory", _body_needed),
    Edit("url-is-mandatory", _url_needed),
    Edit("url-has-a-maximum", _of_url((("refused", "too-long", "too-long"), ("owed", "longest", "longest")), maxLength=200)),
    Edit("url-has-a-minimum", _of_url((("refused", "too-short", "too-short"),), minLength=20)),
    Edit("url-has-a-pattern", _of_url((("refused", "pattern", "other-pattern"),), pattern="^https://")),
    Edit("a-text-is-sent", _member("branch", {"type": "string", "maxLength": 20}, "main", ("refused", "type", "wrong-type"), ("refused", "too-long", "too-long"), ("owed", "longest", "longest"), ("owed", "absent", "absent"))),
    Edit("a-word-is-sent", _member("mode", {"type": "string", "enum": ["mirror", "copy"]}, "mirror", ("refused", "mandatory", "missing"), ("refused", "not-listed", "not-listed"), ("owed", "listed", "listed"), required=True)),
    Edit("a-number-is-sent", _member("depth", DEPTH, 10, ("refused", "above-maximum", "above-maximum"), ("owed", "maximum", "maximum"), ("refused", "type", "wrong-type"))),
    Edit("words-are-sent", _member("tags", {"type": "array", "items": {"type": "string"}, "maxItems": 3}, ["a"], ("refused", "too-many", "too-many"), ("owed", "most", "most"))),
    Edit("body-is-of-another-type", _media("body")),
    # Parameters, path and names
    Edit("a-word-in-the-query", _parameter("dry_run", "query", DRY, None, ("refused", "type", "wrong-type"), ("owed", "listed", "listed"))),
    Edit("a-number-in-the-query", _parameter("depth", "query", DEPTH, 10, ("refused", "mandatory", "missing"), ("refused", "above-maximum", "above-maximum"), ("owed", "maximum", "maximum"), required=True)),
    Edit("a-second-word-in-the-path", _parameter("kind", "path", {"type": "string", "enum": ["git", "svn"]}, "git", ("refused", "not-listed", "not-listed"), ("owed", "listed", "listed"))),
    Edit("a-second-name-in-the-path", _both(_parameter("project_id", "path", {"type": "string", "minLength": 32, "maxLength": 32, "pattern": "^[0-9a-f]*$"}, None, ("refused", "too-long", "too-long"), ("refused", "too-short", "too-short")), _project), named=Named(keys=(("project_id", PROJECT),), values=(("project_id", PROJECT),))),
    Edit("path-is-renamed", _renaming("remote-mirror/associate", "remote-copy/link")),
    Edit("version-is-renamed", _renaming("/v4/", "/v5/")),
    Edit("method-is-put", _put),
    Edit("header-is-renamed", _renaming("X-Auth-Token", "X-Api-Key")),
    Edit("parameter-is-renamed", _renaming("repository_id", "volume_id")),
    Edit("keys-are-renamed", _both(_renaming("missing_repository_id", "absent_one"), _renaming("restricted_repository_id", "foreign_one"))),
    Edit("member-is-renamed", _renaming('"url"', '"address"')),
    Edit("operation-is-renamed", _renaming("associateRemoteMirror", "linkCopy")),
    # The answer
    Edit("more-is-answered", _more_is_answered),
    Edit("less-is-answered", _less_is_answered),
    Edit("answer-is-retyped", _both(_answer("update_status", type="integer"), _example("update_status", 3))),
    Edit("answer-is-listed", _both(_answer("update_status", enum=["done", "failed"]), _example("update_status", "done"))),
    Edit("answer-is-optional", _optional),
    Edit("answer-may-be-null", _both(_answer("is_private", type=["boolean", "null"]), _example("is_private", None))),
    Edit("answer-has-another-format", _both(_answer("last_update_at", format="date"), _example("last_update_at", "2025-04-24"))),
    Edit("answer-is-renamed", _renaming("update_status", "sync_state")),
    Edit("answer-is-at-least", _both(_least(20_000), _example("id", 30_000))),
    Edit("no-echo", _drop("echo", member="repository_id")),
    Edit("answer-is-of-another-type", _media("answer")),
    # Statuses and envelopes
    Edit("a-400-is-documented", _a_400),
    Edit("no-404-is-documented", _without_404),
    Edit("no-403-is-documented", _without_403),
    Edit("success-is-200", _status(201, 200)),
    Edit("success-has-no-body", _without_body),
    Edit("restricted-is-missing", _restricted_is_missing),
    Edit("another-code", _code(403, "CH.00409999")),
    Edit("a-second-code", _two_codes),
    Edit("code-is-renamed", _renaming("error_code", "code")),
    Edit("text-is-renamed", _renaming("error_msg", "message")),
    Edit("codes-have-another-form", _codes(r"RM-\d{8}")),
    # The catalogue
    Edit("section-is-renamed", _renaming("Table 6", "Table 9")),
    Edit("title-is-changed", _head(title="Linking a Volume", revision="2027-01-31")),
    Edit("a-must-is-a-should", _level("should", "documented-status")),
    Edit("read-back-is-renamed", lambda files: files.clauses["read-back"].update(path="/v4/mirrors/{repository_id}")),
    Edit("no-read-back", _no_read_back),
    Edit("nothing-many-at-once", _drop("same-again", **{"at-once": True})),
    Edit("the-url-is-the-same-again", _same_url),
)
