"""The facts of one operation in an OpenAPI file, each with its place, so that two files can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEYWORDS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
    "enum", "default", "pattern", "deprecated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is said: where (`path id`, `request labels[].key`, `201 id`), which keyword, what, on which line.

    The keyword `present` says that there is such a parameter, member or status, `body` of which type a body is;
    `conditions` and `remarks` have the sentences that bind a field and are no keyword.
    """

    place: str
    keyword: str
    value: Any
    line: int = 0


def facts(
    file: Mapping[str, Any], operation_id: str | None = None, *, assumed: bool = False
) -> dict[tuple[str, str], Fact]:
    """The facts of an operation: the named one, or the only one.

    What `x-assumed` names, no page says: it is no fact, unless asked for by `assumed`.
    """
    found: dict[tuple[str, str], Fact] = {}
    for fact in _Walk(file, assumed=assumed).operation(operation_id):
        found.setdefault((fact.place, fact.keyword), fact)
    return found


class _Walk:
    """A walk over the operation of a file; references are followed, assumptions left out."""

    def __init__(self, file: Mapping[str, Any], *, assumed: bool) -> None:
        self._file = file
        self._with = assumed

    def operation(self, operation_id: str | None) -> Iterator[Fact]:
        """All facts of the operation."""
        for path, item in self._file["paths"].items():
            for method, operation in item.items():
                if not isinstance(operation, dict) or operation_id not in {None, operation.get("operationId")}:
                    continue
                line = operation.get("x-source", {}).get("path", 0)
                yield Fact("operation", "method", method.upper(), line)
                yield Fact("operation", "path", path, line)
                for parameter in [*item.get("parameters", ()), *operation.get("parameters", ())]:
                    yield from self._parameter(self._resolved(parameter))
                yield from self._body("request", self._resolved(operation.get("requestBody", {})))
                for status, answer in operation.get("responses", {}).items():
                    yield from self._answer(status, self._resolved(answer))
                return

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            found: Any = self._file
            for name in node["$ref"].removeprefix("#/").split("/"):
                found = found[name.replace("~1", "/").replace("~0", "~")]
            node = {**found, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def _assumed(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        return {} if self._with else node.get("x-assumed", {})

    def _parameter(self, parameter: Mapping[str, Any]) -> Iterator[Fact]:
        place = f"{parameter['in']} {parameter['name']}"
        assumed = self._assumed(parameter)
        source = parameter.get("x-source", {})
        yield Fact(place, "present", value=True, line=source.get("name", 0))
        if "required" not in assumed:
            yield Fact(place, "required", parameter.get("required", False), source.get("required", 0))
        if parameter.get("deprecated"):
            yield Fact(place, "deprecated", value=True, line=source.get("name", 0))
        yield from self._schema(place, self._resolved(parameter.get("schema", {})), source.get("name", 0))

    def _body(self, place: str, body: Mapping[str, Any]) -> Iterator[Fact]:
        for media in body.get("content", {}).values():
            schema = self._resolved(media.get("schema", {}))
            if (kind := schema.get("type")) and "type" not in self._assumed(schema):
                yield Fact(place, "body", kind, schema.get("x-source", {}).get("type", 0))
            yield from self._members(place, schema)
            return

    def _answer(self, status: str, answer: Mapping[str, Any]) -> Iterator[Fact]:
        line = answer.get("x-source", {}).get("status", 0)
        yield Fact(status, "present", value=True, line=line)
        for name, header in answer.get("headers", {}).items():
            place = f"{status} header {name}"
            yield Fact(place, "present", value=True, line=line)
            yield from self._schema(place, self._resolved(self._resolved(header).get("schema", {})), line)
        yield from self._body(status, answer)

    def _members(self, place: str, schema: Mapping[str, Any], depth: int = 0) -> Iterator[Fact]:
        """The members of an object, of an array's items, of a map's values; `place` ends where their names begin."""
        if depth > 30:  # noqa: PLR2004 - a reference to itself
            return
        assumed = self._assumed(schema)
        space = "." if " " in place else " "
        for name, raw in schema.get("properties", {}).items():
            inner = self._resolved(raw)
            where = f"{place}{space}{name}"
            source = inner.get("x-source", {})
            line = source.get("type", 0)
            yield Fact(where, "present", value=True, line=line)
            told = "required" in source or name in schema.get("required", ()) or place.startswith("request")
            if told and "required" not in assumed:
                yield Fact(where, "required", name in schema.get("required", ()), source.get("required", line))
            yield from self._schema(where, inner, line)
        for marks, of in (("[]", schema.get("items")), ("{}", schema.get("additionalProperties"))):
            if isinstance(of, dict):
                yield from self._members(f"{place}{marks}", self._resolved(of), depth + 1)

    def _schema(self, place: str, schema: Mapping[str, Any], line: int) -> Iterator[Fact]:
        assumed, source = self._assumed(schema), schema.get("x-source", {})
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "type" not in assumed and kind:
            yield Fact(place, "type", next((one for one in kinds if one != "null"), "null"), source.get("type", line))
        if "null" in kinds and "type" not in assumed:
            yield Fact(place, "nullable", value=True, line=source.get("nullable", line))
        for keyword in KEYWORDS:
            if keyword in schema and keyword not in assumed:
                yield Fact(place, keyword, schema[keyword], source.get(keyword, line))
        for keyword in ("conditions", "remarks"):
            if said := schema.get(f"x-{keyword}"):
                yield Fact(place, keyword, tuple(one["text"] for one in said), min(one["line"] for one in said))
        for marks, of in (("[]", schema.get("items")), ("{}", schema.get("additionalProperties"))):
            inner = self._resolved(of) if isinstance(of, dict) else {}
            if inner.get("type") not in {"object", None}:
                yield from self._schema(f"{place}{marks}", inner, line)
        yield from self._members(place, schema)
