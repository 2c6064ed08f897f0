"""A first contract from a page: openapi.yaml, clauses.yaml and the page as text; what a hand must decide is said."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft202012Validator

from conformance.document.labels import Role
from conformance.document.openapi import openapi
from conformance.document.sheet import Heading, Sheet, Table, Text
from conformance.exceptions import UsageError
from conformance.spec import read_contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.document.page import Field, Page
    from conformance.document.reading import Found

__all__ = ["draft", "text_of"]

_UNSET = "decide"
_REFUSAL, _BROKEN = 400, 500  # RFC 9110 section 15
_MOST_ROWS = 2000


def draft(page: Page, sheet: Sheet, folder: Path) -> list[str]:
    """Write the contract into a folder, and return a line for each thing that a hand must decide.

    UsageError where the page names no success, so that no contract can be made of it.
    """
    lines: list[str] = []
    described = _described(page, lines)
    if not any(status.startswith("2") for status in page.answers):
        raise UsageError(f"{page.name}: no status of success is documented: a contract needs one")
    stem = page.name.rpartition(".")[0] or page.name
    name = f"document/{stem}.txt"
    head = _head(page, described, name)
    rows = list(_rows(page))
    (folder / "document").mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text_of(sheet), encoding="utf-8")
    _dump(folder / "openapi.yaml", described)
    for _ in range(_MOST_ROWS):
        _dump(folder / "clauses.yaml", {**head, "clauses": rows})
        try:
            read_contract(folder)
        except UsageError as error:
            bad = next(
                (row for row in rows if re.search(rf"clauses\.yaml: {re.escape(row['id'])}: ", str(error))), None
            )
            if bad is None:
                raise
            rows.remove(bad)
            lines.append(
                f"{bad['id']}: no clause, {str(error).partition(bad['id'] + ': ')[2].partition('): name a')[0]}"
            )
        else:
            break
    lines += [f"line {one.line}: {one.text} ({one.why})" for one in page.unread]
    return lines


def text_of(sheet: Sheet) -> str:
    """The page as text, one cell a line."""
    parts: list[str] = []
    for block in sheet.blocks:
        match block:
            case Heading() | Text():
                parts.append(block.text)
            case Table():
                parts += [block.caption] if block.caption else []
                cells = [*block.head, *(cell for row in block.rows for cell in row)]
                parts += [text.text for cell in cells for text in cell.texts]
    return "\n\n".join(parts) + "\n"


def _dump(path: Path, data: Mapping[str, Any]) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, _data: object) -> bool:
            return True

    path.write_text(yaml.dump(data, Dumper=Plain, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")


def _described(page: Page, lines: list[str]) -> dict[str, Any]:
    """The OpenAPI file, with what a contract needs beside what the page says; each such thing is assumed."""
    made = copy.deepcopy(openapi(page))
    operation = next(iter(next(iter(made["paths"].values())).values()))
    operation["responses"].pop("default", None)
    names = [one["name"] for one in operation["parameters"] if one["in"] == "header" and "token" in one["name"].lower()]
    scheme: dict[str, Any] = {"type": "apiKey", "in": "header", "name": names[0] if names else "X-Auth-Token"}
    if not names:
        scheme["x-assumed"] = {"name": "The page has no header of a token."}
        lines.append("securitySchemes: the page has no header of a token: X-Auth-Token is assumed")
    made["components"] = {"securitySchemes": {"userToken": scheme}}
    operation["security"] = [{"userToken": []}]
    body = operation.get("requestBody")
    media = next(iter(body["content"].values())) if body else {}
    validator = Draft202012Validator(media.get("schema", {}))
    for name, example in list(media.get("examples", {}).items()):
        for wrong in list(validator.iter_errors(example["value"]))[:1]:
            lines.append(f"requestBody: the example of {name} breaks its own table: {wrong.message}")
            del media["examples"][name]
    if body and not media.get("examples"):
        media["examples"] = {_UNSET: {"value": _value(media["schema"])}}
        media["x-assumed"] = {"examples": "The page shows none that is JSON."}
        lines.append("requestBody: the page shows no example that is JSON: give one")
    return made


def _value(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """A small value of a schema."""
    if "default" in schema or "enum" in schema:
        return schema.get("default", next(iter(schema.get("enum", ())), None))
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            return {name: _value(inner) for name, inner in known.items() if name in schema.get("required", ())}
        case "array":
            return [_value(schema.get("items", {}))] * max(1, int(schema.get("minItems", 1)))
        case "integer" | "number":
            return schema.get("minimum", schema.get("maximum", 1))
        case "boolean":
            return True
    return _UNSET.ljust(int(schema.get("minLength", 0)), "x")[: int(schema.get("maxLength", 1000))]


def _other(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Another value than `_value` gives."""
    value = _value(schema)
    if isinstance(value, str):
        return value[:-1] + ("z" if value[-1:] != "z" else "y")
    return value + 1 if value != schema.get("maximum") else value - 1


def _head(page: Page, described: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The head of clauses.yaml: a key of the target description for each required parameter without a list of values."""
    path, item = next(iter(described["paths"].items()))
    operation = next(iter(item.values()))
    inside = re.findall(r"\{([^{}]+)\}", path)
    resource = inside[-1] if inside else None
    target: dict[str, Any] = {}
    for one in operation["parameters"]:
        if one["in"] in {"path", "query"} and one["required"] and "enum" not in one["schema"]:
            key = re.sub(r"\W", "_", one["name"]).lower()
            target[key] = {"parameter": one["name"], "example": _value(one["schema"])}
            if one["name"] == resource:
                target[key]["role"] = "permitted"
                target[f"missing_{key}"] = {
                    "parameter": one["name"],
                    "role": "missing",
                    "example": _other(one["schema"]),
                }
    refusal = next((one.body for status, one in page.answers.items() if int_of(status) >= _REFUSAL and one.body), None)
    members = [one.name for one in refusal.fields] if refusal else []
    code = next((one for one in members if "code" in one.lower()), "error_code")
    words = next((one for one in members if re.search(r"msg|message", one, re.IGNORECASE)), "error_msg")
    head = {
        "document": name, "revision": page.revision or "unknown", "title": page.title or page.name,
        "operation": operation["operationId"], "target": target, "envelope": {"code": code, "text": words, "service": ".+"},
        "sections": {one: one for one in ("URI", "Request", *page.answers, "Status Codes")},
    }  # fmt: skip
    return (
        head
        if resource is None or resource not in {one.get("parameter") for one in target.values()}
        else {**head, "resource": resource}
    )


def int_of(status: str) -> int:
    """A status as a number; 0 for `default`."""
    return int(status) if status.isdigit() else 0


def _rows(page: Page) -> Iterator[dict[str, Any]]:
    """The rows that the page's words carry, each with its quote."""
    for role in (Role.PATH, Role.QUERY):
        for one in page.parameters.get(role, ()):
            yield from _bounds(one, role.value, {"parameter": one.name}, "URI" if role is Role.PATH else "Request")
    for place, one in page.fields():
        if place.startswith("request "):
            yield from _bounds(one, "body", {"member": place.removeprefix("request ")}, "Request")
    documented = sorted(status for status in page.answers if status.isdigit())
    quote = page.answers[documented[0]].description or documented[0]
    yield _row(
        "status.documented",
        quote,
        "Status Codes",
        "A request within the contract gets a documented status",
        "documented-status",
        {},
        documented,
    )
    for status in documented:
        answer = page.answers[status]
        if int(status) < _REFUSAL and answer.body:
            yield _row(
                f"response.{status}.object",
                status,
                status,
                f"The body of a {status} is a JSON object",
                "object",
                {"status": int(status)},
                ["a JSON object"],
            )
            for one in answer.body.fields:
                said = {"status": int(status), "member": one.name}
                yield _row(
                    f"response.{status}.{one.name}.type",
                    one.name,
                    status,
                    f"{one.name} is {one.type.name}",
                    "member-type",
                    said,
                    [one.type.name],
                )
        elif answer.body and _REFUSAL <= int(status) < _BROKEN:
            yield _row(
                f"error.{status}.envelope",
                status,
                status,
                f"A {status} has the documented members",
                "envelope",
                {"status": int(status)},
                ["the documented members"],
            )


_WHENS = {
    "minimum": (("refused", "below-minimum"), ("owed", "minimum")), "maximum": (("refused", "above-maximum"), ("owed", "maximum")),
    "minLength": (("refused", "too-short"), ("owed", "shortest")), "maxLength": (("refused", "too-long"), ("owed", "longest")),
    "minItems": (("refused", "too-few"), ("owed", "fewest")), "maxItems": (("refused", "too-many"), ("owed", "most")),
    "enum": (("refused", "not-listed"), ("owed", "listed")), "pattern": (("refused", "other-pattern"),),
}  # fmt: skip


def _bounds(one: Field, place: str, argument: dict[str, str], section: str) -> Iterator[dict[str, Any]]:
    """The rows about a parameter or a member of the body."""
    name = next(iter(argument.values()))
    if one.required:
        yield _row(
            f"{place}.{name}.missing",
            one.name,
            section,
            f"A request without {name} does not succeed",
            "refused",
            {**argument, "when": "missing"},
            ["any status but 2xx"],
        )
    if one.type.name != "string":
        yield _row(
            f"{place}.{name}.type",
            one.name,
            section,
            f"{name} of another type does not succeed",
            "refused",
            {**argument, "when": "wrong-type"},
            ["any status but 2xx"],
        )
    for keyword, found in one.reading.keywords.items():
        for check, when in _WHENS.get(keyword, ()):
            accepted = ["any status but 2xx"] if check == "refused" else ["what a valid request gets"]
            title = (
                f"{name}, {when}: {'does not succeed' if check == 'refused' else 'is answered like any other value'}"
            )
            yield _row(
                f"{place}.{name}.{when}",
                _quote(one, found),
                section,
                title,
                check,
                {**argument, "when": when},
                accepted,
            )


def _quote(one: Field, found: Found) -> str:
    """The words of a keyword as they stand on the page, where dashes may be longer."""
    return next(
        (text.text for text in one.texts if text.line == found.line and _plain(found.words) in _plain(text.text)),
        found.words,
    )


def _plain(words: str) -> str:
    return re.sub(r"[\W_]", "", words)


def _row(  # noqa: PLR0917 - the keys of a row
    identity: str, quote: str, section: str, title: str, check: str, said: dict[str, Any], accepted: list[str]
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": re.sub(r"[^\w.{}\[\]-]", "-", identity), "level": "must", "basis": "quoted", "section": section, "quote": quote,
        "title": title, "sent": title, "check": check,
    }  # fmt: skip
    return {**row, **({"with": said} if said else {}), "accepted": accepted}
