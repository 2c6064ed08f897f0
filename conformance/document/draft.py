"""A first contract from a page: openapi.yaml, clauses.yaml and the page as text; what a hand must decide is said."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft202012Validator

from conformance.contract.body import read_body
from conformance.document.labels import CODE, PROJECT, STATUSES, TEXT, TOKEN, Role
from conformance.document.openapi import openapi
from conformance.document.rows import Drafted, rows_of
from conformance.document.sheet import Heading, Sheet, Table, Text
from conformance.exceptions import UsageError
from conformance.spec import read_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.document.page import Field, Page

_UNSET = "decide"
_REFUSAL = 400  # RFC 9110 section 15
TAKEN = frozenset({
    "base_url", "token", "restricted_token", "tokens_by_length", "not_testable", "verify_tls", "client_certificate",
    "proxy", "timeout_seconds", "headers", "max_bad_credentials", "read_back", "iam",
})  # fmt: skip
"""The keys that every target description has: a parameter of such a name gets another key."""


def draft(page: Page, sheet: Sheet, folder: Path) -> list[str]:
    """Write the contract into a folder, and return a line for each thing that a hand must decide.

    UsageError where no contract can be made of the page, OSError where the folder cannot be written. Nothing is left
    behind then.
    """
    lines: list[str] = []
    if reason := _untestable(page):
        raise UsageError(f"{page.name}: {reason}")
    text = text_of(sheet)
    described = _described(page, lines)
    name = f"document/{page.name.rpartition('.')[0] or page.name}.txt"
    operation = next(iter(next(iter(described["paths"].values())).values()))
    target, resource = _target(operation, described, page, lines)
    envelope, codes = _envelope(page, lines)
    rows = list(rows_of(Drafted(page, text, operation, resource, target, _header(page), codes)))
    head = {
        "document": name, "revision": page.revision or "unknown", "title": page.title or page.name,
        "operation": operation["operationId"], **({"resource": resource} if resource else {}), "target": target,
        "envelope": envelope, "sections": {one: one for one in ("URI", "Request", *page.answers, STATUSES)},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        made = Path(place)
        (made / "document").mkdir()
        (made / name).write_text(text, encoding="utf-8")
        _dump(made / "openapi.yaml", described)
        _settle(made, head, rows, lines)
        _quieten(made, head, rows, lines)
        _copied(made, folder)
    lines += [f"line {one.line}: {one.text} ({one.why})" for one in page.unread]
    return lines


def _copied(made: Path, folder: Path) -> None:
    """Copy the files into a folder. OSError where one cannot be written: a part of a contract is none, so none is left.

    A folder that was there before stays.
    """
    files = sorted(file.relative_to(made) for file in made.rglob("*") if file.is_file())
    ours = [one for one in dict.fromkeys((folder, *(folder / file.parent for file in files))) if not one.exists()]
    try:
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes((made / file).read_bytes())
    except OSError:
        with suppress(OSError):
            for file in files:
                (folder / file).unlink(missing_ok=True)
            for one in sorted(ours, reverse=True):
                one.rmdir()
        raise


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


def _untestable(page: Page) -> str | None:
    """The reason why the suite cannot test such an operation, or None."""
    if not any(status.startswith("2") for status in page.answers):
        return "no status of success is documented: a contract needs one"
    if page.body and page.form:
        return "the request body is a form: this suite sends JSON"
    if page.body and page.body.whole:
        return "the request body is an array: this suite sends objects"
    return None


def _settle(made: Path, head: Mapping[str, Any], rows: list[dict[str, Any]], lines: list[str]) -> None:
    """Write clauses.yaml without the rows that this suite cannot test, and a line for each of them."""
    while True:
        _dump(made / "clauses.yaml", {**head, "clauses": rows})
        try:
            read_contract(made)
        except UsageError as error:
            bad = next((row for row in rows if f"clauses.yaml: {row['id']}: " in str(error)), None)
            if bad is None:
                raise UsageError(str(error).replace(str(made), head["document"])) from None
            rows.remove(bad)
            reason = str(error).partition(f"{bad['id']}: ")[2].partition("): name a")[0]
            lines.append(f"{bad['id']}: no clause, {reason}")
        else:
            return


def _quieten(made: Path, head: Mapping[str, Any], rows: list[dict[str, Any]], lines: list[str]) -> None:
    """Make those rows about members of the body silent that no change of its example can test."""
    from conformance.strategies.schemas import changed, variants  # noqa: PLC0415 - Hypothesis takes half a second

    operation = read_contract(made).operation
    if operation.body is None:
        return
    tested: set[tuple[str, str]] = set()
    for one in variants(operation.body.schema, operation.body.example):
        body = changed(operation.body.example, one.member, one.value)
        sent = read_body(json.dumps(body).encode(), operation)
        if sent.wrong == ((one.member, one.when),) or (one.member, one.when) in sent.edges:
            tested.add((one.member, one.when))
    quiet = 0
    for row in rows:
        said = row.get("with", {})
        if "member" in said and "when" in said and (said["member"], said["when"]) not in tested:
            quiet += 1
            note = "Decide: no change of the example of the body is so and nothing else: give one that has this member."
            row |= {"level": "silent", "basis": "inferred", "note": note}
    if quiet:
        lines.append(f"{quiet} rows about members are silent, since no change of the body's example tests them")
        _dump(made / "clauses.yaml", {**head, "clauses": rows})


def _dump(path: Path, data: Mapping[str, Any]) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, _data: object) -> bool:
            return True

    path.write_text(yaml.dump(data, Dumper=Plain, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")


def _header(page: Page) -> Field | None:
    """The row of the token's header."""
    rows = page.parameters.get(Role.HEADER, ())
    return next((one for one in rows if "token" in one.name.lower()), None)


def _described(page: Page, lines: list[str]) -> dict[str, Any]:
    """The OpenAPI file, with what a contract needs beside what the page says; each such thing is assumed."""
    made = copy.deepcopy(openapi(page))
    operation = next(iter(next(iter(made["paths"].values())).values()))
    operation["responses"] = {status: one for status, one in operation["responses"].items() if status.isdigit()}
    header = _header(page)
    scheme: dict[str, Any] = {"type": "apiKey", "in": "header", "name": header.name if header else TOKEN}
    if header is None:
        scheme["x-assumed"] = {"name": "The page has no header of a token."}
        lines.append(f"securitySchemes: the page has no header of a token: {TOKEN} is assumed")
    made["components"] = {"securitySchemes": {"userToken": scheme}}
    operation["security"] = [{"userToken": []}]
    lines.extend(
        f"{one.name}: this header is mandatory: give it under `headers` of the target description"
        for one in page.parameters.get(Role.HEADER, ())
        if one.required and one is not header and one.name.lower() != "content-type"
    )
    for status, answer in operation["responses"].items():
        for media in answer.get("content", {}).values():
            _check_examples(media, f"responses: {status}", lines)
    if body := operation.get("requestBody"):
        _body(body, lines)
    return made


def _body(body: dict[str, Any], lines: list[str]) -> None:
    """Keep the examples of the request body that fit its table; make one where none does."""
    media = next(iter(body["content"].values()))
    for name, example in media.get("examples", {}).items():
        known = _known(example["value"], media["schema"])
        if known != example["value"]:
            lines.append(f"requestBody: the example of {name} has members that no table has: they are left out")
            example["value"] = known
    _check_examples(media, "requestBody", lines)
    if not media.get("examples"):
        media["examples"] = {_UNSET: {"value": _value(media["schema"])}}
        media["x-assumed"] = {"examples": "The page shows none that is JSON and fits its table."}
        lines.append("requestBody: the page shows no example that is JSON: give one")


def _known(value: Any, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The value without the members of objects that their schema does not name."""
    if isinstance(value, dict) and (named := schema.get("properties")):
        return {name: _known(inner, named[name]) for name, inner in value.items() if name in named}
    if isinstance(value, list):
        return [_known(inner, schema.get("items") or {}) for inner in value]
    return value


def _check_examples(media: dict[str, Any], place: str, lines: list[str]) -> None:
    """Take out the examples that break their own table, each with a line."""
    validator = Draft202012Validator(media.get("schema", {}))
    for name, example in list(media.get("examples", {}).items()):
        for wrong in list(validator.iter_errors(example["value"]))[:1]:
            lines.append(f"{place}: the example of {name} breaks its own table: {wrong.message[:200]}")
            del media["examples"][name]


def _value(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    from conformance.strategies.plain import plain_value  # noqa: PLC0415 - Hypothesis takes half a second

    return plain_value(schema)


def _target(
    operation: Mapping[str, Any], described: Mapping[str, Any], page: Page, lines: list[str]
) -> tuple[dict[str, Any], str | None]:
    """The keys of the target description, and the resource: the last path parameter that is no project and no list."""
    from conformance.strategies.plain import plain_values  # noqa: PLC0415 - as above

    inside = re.findall(r"\{([^{}]+)\}", next(iter(described["paths"])))
    open_ended = [
        one for one in operation["parameters"] if one["in"] in {"path", "query"} and "enum" not in one["schema"]
    ]
    names = {one["name"] for one in open_ended if one["in"] == "path"}
    resource = next((name for name in reversed(inside) if name in names and name != PROJECT), None)
    target: dict[str, Any] = {}
    for one in open_ended:
        if not one["required"]:
            continue
        key = re.sub(r"\W", "_", one["name"]).lower()
        key = f"{one['in']}_{key}" if key in TAKEN or key in target else key
        schema = {"type": "string", **one["schema"]}
        if schema["type"] == "string":
            schema["minLength"] = max(1, schema.get("minLength", 0))
        values = iter(plain_values(schema, 3))
        target[key] = {"parameter": one["name"], "example": next(values)}
        if one["name"] != resource or one["in"] != "path":
            continue
        target[key]["role"] = "permitted"
        for status, role in (("403", "restricted"), ("404", "missing")):
            if status in page.answers and (value := next(values, None)) is not None:
                target[f"{role}_{key}"] = {"parameter": resource, "role": role, "example": value}
        lines.append(
            f"{resource}: the roles are taken to be about this parameter: decide whether an account may be refused it"
        )
    return target, resource


def _envelope(page: Page, lines: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The envelope of refusals, that of most of them first, and the member of each that holds its code."""
    found: dict[str, tuple[str, str]] = {}
    for status, answer in page.answers.items():
        if not status.isdigit() or int(status) < _REFUSAL or not answer.body:
            continue
        members = [one.name for one in answer.body.fields]
        code = next((one for one in members if re.search(r"code", one, re.IGNORECASE)), None)
        words = next((one for one in members if re.search(r"msg|message|desc", one, re.IGNORECASE)), None)
        if code is None:
            lines.append(f"responses: {status}: no member is called a code: {CODE} is assumed")
        found[status] = (code or CODE, words or TEXT)
    usual = Counter(found.values()).most_common(1)[0][0] if found else (CODE, TEXT)
    others = {
        int(status): {"code": code, "text": words} for status, (code, words) in found.items() if (code, words) != usual
    }
    envelope = {"code": usual[0], "text": usual[1], "service": ".+"}
    return {**envelope, **({"statuses": others} if others else {})}, {
        status: code for status, (code, _) in found.items()
    }
