"""A page as an OpenAPI 3.1 file: what the page says, the line of each keyword, and what was not read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conformance.document.labels import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.document.datatype import DataType
    from conformance.document.page import Answer, Example, Field, Found, Object, Page

_IN = {Role.PATH: "path", Role.QUERY: "query", Role.HEADER: "header", Role.COOKIE: "cookie"}


def openapi(page: Page) -> dict[str, Any]:
    """The OpenAPI file of a page that describes an operation."""
    unread = [
        {"line": one.line, "text": one.text, "why": one.why} for one in sorted(page.unread, key=lambda one: one.line)
    ]
    title = page.title or page.name
    operation: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "-", title.lower()).strip("-") or "operation",
        "summary": title,
        "description": "\n\n".join(text.text for text in page.function) or title,
        "parameters": _parameters(page, unread),
    }
    if page.body:
        operation["requestBody"] = _body(page)
    elif page.examples:
        operation["x-examples"] = [_shown(one) for one in page.examples]
    operation["responses"] = _answers(page, unread)
    operation["x-source"] = {"method": page.uri_line, "path": page.uri_line}
    path = page.path if page.path.startswith("/") else f"/{page.path}"
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": page.revision or "unknown", "description": page.breadcrumb or title},
        "paths": {path: {page.method.lower(): operation}},
        "x-page": page.name,
        "x-texts": [{"section": where, "line": text.line, "text": text.text} for where, text in page.texts],
        "x-unread": unread,
    }


def _parameters(page: Page, unread: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for role, place in _IN.items():
        for one in page.parameters.get(role, ()):
            schema = _schema(one)
            source = {"name": one.line, **({"required": one.lines["required"]} if "required" in one.lines else {})}
            parameter: dict[str, Any] = {
                "name": one.name,
                "in": place,
                "required": bool(one.required) or role is Role.PATH,
            }
            if role is Role.PATH and one.required is False:
                unread.append(
                    {"line": one.line, "text": one.name, "why": "a path parameter that the page calls optional"}
                )
            if description := schema.pop("description", None):
                parameter["description"] = description
            if schema.pop("deprecated", False):
                parameter["deprecated"] = True
            made.append({**parameter, "schema": schema, "x-source": source})
    known = {one["name"] for one in made if one["in"] == "path"}
    for name in dict.fromkeys(re.findall(r"\{([^{}]+)\}", page.path)):
        if name not in known:
            unread.append({"line": page.uri_line, "text": name, "why": "no row describes this path parameter"})
            made.append(
                {"name": name, "in": "path", "required": True, "schema": {}, "x-source": {"name": page.uri_line}}
            )
    return made


def _shown(one: Example) -> dict[str, Any]:
    """An example of a request whose body no table describes."""
    value = _parsed(one.code)
    return {"line": one.line, **({"text": one.code} if value is _NONE else {"value": value})}


def _body(page: Page) -> dict[str, Any]:
    body = page.body
    assert body is not None  # noqa: S101 - the caller asks
    must = any(one.required for one in body.fields) or bool(body.whole and body.whole.required)
    media: dict[str, Any] = {"schema": _object(body)}
    if examples := _examples([one for one in page.examples if _parsed(one.code) is not _NONE]):
        media["examples"] = examples
    return {"required": must, "content": {"multipart/form-data" if page.form else "application/json": media}}


def _answers(page: Page, unread: list[dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for status in sorted(page.answers):
        answer = page.answers[status]
        made[status] = _answer(answer)
        if answer.assumed:
            unread.append({"line": answer.line, "text": status, "why": "no line says which status this answer has"})
    if not made:
        unread.append({"line": page.uri_line, "text": page.title, "why": "no answer is described"})
        made["default"] = {"description": "The page describes no answer."}
    examples = [*page.examples, *(one for answer in page.answers.values() for one in answer.examples)]
    unread.extend(
        {"line": one.line, "text": one.code.strip().splitlines()[0], "why": "an example that is no JSON"}
        for one in examples
        if _parsed(one.code) is _NONE and re.search(r"^\s*[{\[]", one.code, re.MULTILINE)
    )
    return made


def _answer(answer: Answer) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": answer.description or f"Status {answer.status}",
        "x-source": {"status": answer.line},
    }
    if answer.headers:
        made["headers"] = {one.name: _header(one) for one in answer.headers}
    media: dict[str, Any] = {}
    if answer.body:
        media["schema"] = _object(answer.body)
    if examples := _examples([one for one in answer.examples if _parsed(one.code) is not _NONE]):
        media["examples"] = examples
    if media:
        made["content"] = {"application/json": media}
    return made


def _header(one: Field) -> dict[str, Any]:
    schema = _schema(one)
    description = schema.pop("description", "")
    return {"description": description, "schema": schema}


def _object(body: Object) -> dict[str, Any]:
    if body.whole:
        return _schema(body.whole)
    made: dict[str, Any] = {"type": "object"}
    if body.name:
        made["title"] = body.name
    if body.recursive:
        return {**made, "x-recursive": True, "x-source": {"type": body.line}}
    made["properties"] = {one.name: _schema(one) for one in body.fields}
    if must := [one.name for one in body.fields if one.required]:
        made["required"] = must
    return {**made, "x-source": {"properties": body.line}}


def _schema(one: Field) -> dict[str, Any]:
    """The schema of a field, its keywords with their lines."""
    made = _typed(one.type, one, one.reading.items)
    if one.words:
        made["description"] = one.words
    source: dict[str, int] = {key: line for key, line in one.lines.items() if key in {"type", "required"}}
    _keywords(made, source, one.reading.keywords)
    if one.reading.conditions:
        made["x-conditions"] = [{"line": found.line, "text": found.words} for found in one.reading.conditions]
    if left := {found.text: found.line for found in reversed(one.reading.unread)}:
        made["x-remarks"] = [{"line": line, "text": text} for text, line in reversed(left.items())]
    if source:
        made["x-source"] = source
    return made


def _keywords(made: dict[str, Any], source: dict[str, int], keywords: Mapping[str, Found]) -> None:
    for keyword, found in keywords.items():
        source[keyword] = found.line
        if keyword == "nullable":
            if isinstance(made.get("type"), str):
                made["type"] = [made["type"], "null"]
        else:
            made[keyword] = found.value


def _typed(kind: DataType, one: Field, items: Mapping[str, Found]) -> dict[str, Any]:
    match kind.name:
        case "array":
            inner = _typed(kind.of, one, items) if kind.of else {}
            if items and (kind.of is None or kind.of.name not in {"array", "map"}):
                source: dict[str, int] = {}
                _keywords(inner, source, items)
                inner["x-source"] = source
            return {"type": "array", "items": inner}
        case "map":
            return {"type": "object", "additionalProperties": _typed(kind.of, one, {}) if kind.of else True}
        case "object":
            return _object(one.members) if one.members else {"type": "object"}
        case "any":
            return {}
    made: dict[str, Any] = {"type": kind.name}
    if kind.format:
        made["format"] = kind.format
    return made


_NONE = object()


def _parsed(code: str) -> Any:  # noqa: ANN401 - any JSON
    """The JSON of an example, after the line of its request where it has one."""
    start = re.search(r"^\s*[{\[]", code, re.MULTILINE)
    if start is None:
        return _NONE
    try:
        return json.loads(code[start.start() :], parse_constant=_refused)
    except (ValueError, RecursionError):
        return _NONE


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _examples(examples: list[Example]) -> dict[str, Any]:
    return {
        f"line-{one.line}": {**({"summary": one.title} if one.title else {}), "value": _parsed(one.code)}
        for one in examples
    }
