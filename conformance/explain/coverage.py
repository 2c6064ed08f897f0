"""The coverage of a contract both ways: lines of the page, clauses, keywords of openapi.yaml; what is left is a gap."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Clause, Level
from conformance.contract.contract import Contract, passage_of
from conformance.contract.strictjson import resolve
from conformance.document.labels import BREADCRUMB, CAPTION, METHODS, REVISED, STATUS, label
from conformance.document.sheet import Heading, Table
from conformance.document.text import sheet
from conformance.explain.catalogue import checks
from conformance.mock.faults import FAULTS
from conformance.report.words import first_words
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NOTHING = re.compile(r"N/?A\.?|-+|None\.?", re.IGNORECASE)
_BAD_TOKENS = {"missing", "empty", "unknown", "near-valid", "unrecognised"}
_IN_A_SCHEMA = (
    "type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "enum",
    "format", "minItems", "maxItems", "uniqueItems", "additionalProperties", "required",
)  # fmt: skip
_METHODS = {one.lower() for one in METHODS}
_FEW = 3
_NONE = "**nothing**"
_HEAD = """# Coverage of the contract, both ways

<!-- Made by `conformance clauses --coverage`. Change the contract, not this page. -->

The page is "{title}". {gaps}

- Every line of it has the clauses that quote it, or the reason why none does.
- Every clause has its lines, its place in openapi.yaml, its check, its probes, and the faults of the mock that it is
  there to catch.
- Every keyword of openapi.yaml has the probes that send what it allows and what it forbids. What an answer must not be
  no probe can send: there the faults of the mock answer so."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page, counted from 1: the clauses that quote it, or the reason why there is none."""

    number: int
    text: str
    clauses: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword of openapi.yaml by its JSON pointer: the clauses about it, and the probes on either side of it.

    `reason` says why no request breaks it.
    """

    pointer: str
    value: Any
    clauses: tuple[str, ...]
    valid: tuple[str, ...]
    invalid: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All three tables; `probes` and `faults` are by clause, and `faults` is None where no mock serves the contract."""

    contract: Contract
    lines: tuple[Line, ...]
    keywords: tuple[Keyword, ...]
    probes: Mapping[str, Sequence[str]]
    faults: Mapping[str, Sequence[str]] | None

    def broken(self, keyword: Keyword) -> tuple[str, ...]:
        """The faults of the mock that answer what a keyword of an answer forbids."""
        faults = self.faults or {}
        return tuple(dict.fromkeys(fault for clause in keyword.clauses for fault in faults.get(clause, ())))

    def unproven(self, keyword: Keyword) -> bool:
        """Whether it is of an answer, and no mock serves the contract."""
        of_answers = any("status" in self.contract.catalogue[clause].arguments for clause in keyword.clauses)
        return self.faults is None and of_answers

    @property
    def gaps(self) -> list[str]:
        """The parts that nothing covers and nothing excuses, a line each."""
        found = [
            f"line {one.number}: {one.text}: no clause quotes it, and `unquoted` in clauses.yaml has no reason"
            for one in self.lines
            if not one.clauses and not one.reason
        ]
        for clause in self.contract.catalogue:
            if clause.level is Level.SILENT:
                continue
            if clause.id not in self.probes and not clause.sent.startswith("every"):
                found.append(f"{clause.id}: no probe tests it")
            if self.faults is not None and clause.id not in self.faults:
                found.append(f"{clause.id}: no fault of the mock proves it")
        return found + [
            f"{one.pointer}: no probe sends what it {'allows' if one.invalid else 'forbids'}, or no fault answers so"
            for one in self.keywords
            if not one.reason and not (one.valid and (one.invalid or self.broken(one) or self.unproven(one)))
        ]


def coverage_of(contract: Contract) -> Coverage:
    """The coverage of a contract; the faults are those of the mock, which serves the shipped one."""
    probes = {clause: [one.partition(" (")[0] for one in found] for clause, found in checks(contract).items()}
    faults: dict[str, list[str]] = {}
    for fault in FAULTS.values():
        faults.setdefault(fault.clause, []).append(fault.id)
    return covered(contract, probes, faults if contract.operation.id == load_contract().operation.id else None)


def covered(
    contract: Contract, probes: Mapping[str, Sequence[str]], faults: Mapping[str, Sequence[str]] | None
) -> Coverage:
    """The same, by the ids of the probes and of the faults for each clause."""
    return Coverage(contract, tuple(_lines(contract)), tuple(_keywords(contract, probes)), probes, faults)


def _lines(contract: Contract) -> Iterator[Line]:
    quoted: dict[int, list[str]] = {}
    for clause in contract.catalogue:
        place = contract.passage(clause)
        for number in range(place.first_line, place.last_line + 1) if place else ():
            quoted.setdefault(number, []).append(clause.id)
    reasons = dict(_layout(contract.document))
    for words, reason in contract.catalogue.unquoted.items():
        place = passage_of(contract.document, "", words)
        for number in range(place.first_line, place.last_line + 1) if place else ():
            reasons[number] = reason
    first: dict[str, int] = {}
    for number, text in enumerate(contract.document.split("\n"), 1):
        if not text.strip():
            continue
        if number in quoted:
            first.setdefault(text, number)
        again = f"It repeats line {first[text]}." if text in first else ""
        yield Line(number, text, tuple(quoted.get(number, ())), "" if number in quoted else reasons.get(number, again))


def _layout(document: str) -> Iterator[tuple[int, str]]:
    """Lines that promise nothing by their place on the page, each with the reason."""
    for block in sheet("", document).blocks:
        if isinstance(block, Heading):
            yield block.line, "A heading."
        elif isinstance(block, Table):
            yield from ((cell.line, "The head of a table.") for cell in block.head)
            for text in (text for row in block.rows for cell in row for text in cell.texts):
                if (found := label(text.text)) and not found[1]:
                    yield text.line, "A label."
                elif _NOTHING.fullmatch(text.text):
                    yield text.line, "It says that there is nothing to say."
        elif BREADCRUMB.match(block.text) or REVISED.match(block.text):
            yield block.line, "The place of the page and its date."
        elif CAPTION.match(block.text) or STATUS.match(block.text):
            yield block.line, "It names what follows."


def _keywords(contract: Contract, probes: Mapping[str, Sequence[str]]) -> Iterator[Keyword]:
    walk = _Walk(contract.openapi)
    by_pointer: dict[str, list[Clause]] = {}
    for clause in contract.catalogue:
        if clause.openapi:
            by_pointer.setdefault(walk.resolved(clause.openapi), []).append(clause)
    usual = [probe for clause in contract.catalogue.ids("owed", role="permitted") for probe in probes.get(clause, ())]
    for pointer, value in walk.keywords(contract.operation.id):
        rows = _about(pointer, by_pointer)
        valid = [probe for row in rows if not _refuses(row) for probe in probes.get(row.id, ())]
        invalid = [probe for row in rows if _refuses(row) for probe in probes.get(row.id, ())]
        if not valid and any(map(_refuses, rows)):
            valid = usual  # the request that is right in every part
        if not valid:
            valid = _met(rows, contract, probes)
        ids, reason = tuple(row.id for row in rows), "" if invalid else _harmless(pointer, value, rows)
        if not reason and not invalid and walk.of_a_path(pointer) and pointer.endswith("/minLength") and value == 1:
            reason = "An empty segment is another path."
        yield Keyword(pointer, value, ids, tuple(dict.fromkeys(valid)), tuple(dict.fromkeys(invalid)), reason)


def _met(rows: list[Clause], contract: Contract, probes: Mapping[str, Sequence[str]]) -> list[str]:
    """The probes that are answered with the status of clauses on every answer with it."""
    statuses = {row.arguments.get("status") for row in rows if row.sent.startswith("every")} - {None}
    return [
        probe
        for clause in contract.catalogue
        if clause.arguments.get("status") in statuses
        for probe in probes.get(clause.id, ())
    ]


def _harmless(pointer: str, value: object, rows: list[Clause]) -> str:
    """The reason why no request breaks a keyword; empty where one should."""
    name = pointer.rpartition("/")[2]
    if (name == "additionalProperties" and value is True) or (name == "minLength" and value == 0):
        return "It forbids nothing."
    if name == "required" and value is False:
        return "It is optional."
    if name == "name":
        return "Another name is none: see `required`."
    if name == "type" and value == "string" and "/parameters/" in pointer:
        return "All that can be sent here is text."
    return "The page leaves it open." if rows and all(row.level is Level.SILENT for row in rows) else ""


def _about(pointer: str, by_pointer: Mapping[str, list[Clause]]) -> list[Clause]:
    """The clauses about a keyword: with its pointer, or below it; else with that of the schema or part it stands in."""
    if pointer in by_pointer and "/properties/" in pointer:
        return by_pointer[pointer]
    above, _, name = pointer.rpartition("/")
    if name == "additionalProperties":
        return by_pointer.get(pointer, [])
    if name == "required":
        inside = f"{above}/properties/"
        if rows := [row for at, found in by_pointer.items() if at.startswith(inside) for row in found]:
            return rows
    if name in _METHODS:
        return [*by_pointer.get(pointer, ()), *by_pointer.get(above, ())]
    if rows := by_pointer.get(pointer) or [
        row for at, found in by_pointer.items() if at.startswith(pointer + "/") for row in found
    ]:
        return rows
    while above not in by_pointer and "/properties/" in above:
        above = above.rpartition("/properties/")[0]
    return by_pointer.get(above, [])


def _refuses(clause: Clause) -> bool:
    return clause.check == "refused" or clause.arguments.get("credential") in _BAD_TOKENS


class _Walk:
    """A walk over one operation of an OpenAPI file; a pointer stands for what its references lead to."""

    def __init__(self, file: Mapping[str, Any]) -> None:
        self._file = file
        self._seen: set[str] = set()

    def resolved(self, pointer: str) -> str:
        """The pointer of what a pointer leads to; unchanged where it leads nowhere."""
        try:
            node = resolve(self._file, pointer)
        except KeyError:
            return pointer
        return self.resolved(str(node["$ref"])) if isinstance(node, dict) and "$ref" in node else pointer

    def of_a_path(self, pointer: str) -> bool:
        """Whether a keyword is of the schema of a path parameter."""
        node = resolve(self._file, pointer.partition("/schema/")[0])
        return isinstance(node, dict) and node.get("in") == "path"

    def keywords(self, operation_id: str) -> Iterator[tuple[str, Any]]:
        """Every keyword that says something of requests or answers, with its pointer and value."""
        for path, item in self._file["paths"].items():
            for method, operation in item.items():
                if not isinstance(operation, dict) or operation.get("operationId") != operation_id:
                    continue
                at = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"
                yield at, f"{method.upper()} {path}"
                for number, one in enumerate(operation.get("parameters", ())):
                    if one["in"] != "path":  # a name in the path stands in it
                        yield f"{at}/parameters/{number}/name", one["name"]
                    if one.get("required"):
                        yield f"{at}/parameters/{number}/required", True
                    yield from self._schema(f"{at}/parameters/{number}/schema", one.get("schema", {}))
                if body := operation.get("requestBody"):
                    yield f"{at}/requestBody/required", body.get("required", False)
                    yield from self._content(f"{at}/requestBody", body)
                for status, answer in operation.get("responses", {}).items():
                    yield f"{at}/responses/{status}", status
                    yield from self._content(f"{at}/responses/{status}", answer)

    def _content(self, at: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for media, content in node.get("content", {}).items():
            place = f"{at}/content/{media.replace('/', '~1')}"
            yield place, media
            yield from self._schema(f"{place}/schema", content.get("schema", {}))

    def _schema(self, at: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        if "$ref" in schema:
            at = self.resolved(at)
            schema = resolve(self._file, at)
        if at in self._seen:
            return
        self._seen.add(at)
        yield from ((f"{at}/{keyword}", schema[keyword]) for keyword in _IN_A_SCHEMA if keyword in schema)
        for name, inner in schema.get("properties", {}).items():
            yield from self._schema(f"{at}/properties/{name}", inner)
        if isinstance(schema.get("items"), dict):
            yield from self._schema(f"{at}/items", schema["items"])


def markdown(coverage: Coverage) -> str:
    """The coverage as a page that ends with a line feed."""
    contract, gaps = coverage.contract, coverage.gaps
    said = "Nothing is left over." if not gaps else f"**{len(gaps)} are covered by nothing.**"
    rows = [_HEAD.format(title=contract.catalogue.title, gaps=said)]
    rows += _head("The page", "line", "it says", "clauses, or why there is none")
    for line in coverage.lines:
        covered = ", ".join(f"`{one}`" for one in line.clauses) or line.reason or _NONE
        rows.append(f"| {line.number} | {_cell(line.text)} | {covered} |")
    rows += _head("The clauses", "clause", "lines", "openapi.yaml", "check", "probes", "faults")
    for clause in contract.catalogue:
        place = contract.passage(clause)
        lines = " to ".join(map(str, sorted({place.first_line, place.last_line}))) if place else ""
        faults = _few((coverage.faults or {}).get(clause.id, ()))
        rows.append(
            f"| `{clause.id}` | {lines} | {_pointer(clause.openapi or '')} | {clause.check} "
            f"| {_few(coverage.probes.get(clause.id, ())) or 'every exchange'} "
            f"| {'silent' if clause.level is Level.SILENT else faults} |"
        )
    rows += _head("The keywords of openapi.yaml", "keyword", "value", "clauses", "valid", "invalid")
    for one in coverage.keywords:
        broken = coverage.broken(one)
        shown = f"faults: {_few(broken)}" if broken else "no mock serves it" if coverage.unproven(one) else _NONE
        invalid = _few(one.invalid) or one.reason or shown
        valid = _few(one.valid) or ("" if one.reason else _NONE)
        rows.append(
            f"| {_pointer(one.pointer)} | {_cell(_short(one.value))} | {_few(one.clauses)} | {valid} | {invalid} |"
        )
    return "\n".join(rows) + "\n"


def _head(title: str, *columns: str) -> tuple[str, ...]:
    return "", f"## {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"


def _few(ids: Sequence[str]) -> str:
    return first_words([f"`{one}`" for one in ids], _FEW)


def _pointer(pointer: str) -> str:
    return f"`{re.sub(r'#/paths/[^/]*/', '', pointer).removeprefix('#/components/')}`" if pointer else ""


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= 60 else words[:60] + "…"  # noqa: PLR2004 - a cell


def _cell(text: str) -> str:
    return re.sub(r"([|<*`])", r"\\\1", text.strip())
