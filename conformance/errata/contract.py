"""The contract that follows from a changed page: what the reader finds changed is changed in it, and nothing else."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from conformance.contract.strictjson import resolve
from conformance.document.facts import facts
from conformance.document.openapi import openapi
from conformance.document.reader import interpret
from conformance.document.text import sheet
from conformance.errata.edits import Edit, Effect, amended, having, moved, read
from conformance.exceptions import UsageError
from conformance.spec import contract_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.contract.contract import Contract
    from conformance.document.page import Page

_ROW = re.compile(r"clauses\.yaml: (?P<id>\S+): ")


def page_of_contract(contract: Contract) -> Page:
    """The content of the contract's page, as the reader finds it."""
    return interpret(sheet(contract.document_path, contract.document))


def follow(contract: Contract, edits: Sequence[Edit], page: Page | None = None) -> Contract | None:
    """The contract by the edited page; None where none follows from it.

    A row that has nothing to speak of any more goes: the form of a member that has none, an edge that is no edge.
    `page` is what was read of the page before.
    """
    document = amended(contract.document, edits)
    before, after = page or page_of_contract(contract), interpret(sheet(contract.document_path, document))
    if len(after.unread) > len(before.unread):
        return None
    change = _Change(contract, before, after)
    try:
        change.make()
        rows = [_requoted(row, contract, edits, document) for row in change.rows]
        while True:
            try:
                return contract_of(change.openapi, {**change.head, "clauses": rows}, document)
            except ValueError as error:
                bad = _ROW.match(" ".join(str(error).split()))
                if bad is None or not any(row["id"] == bad["id"] for row in rows):
                    return None
                rows = [row for row in rows if row["id"] != bad["id"]]
    except (LookupError, TypeError, ValueError, UsageError):
        return None


def _requoted(row: dict[str, Any], contract: Contract, edits: Sequence[Edit], document: str) -> dict[str, Any]:
    """The row with the quote that now stands where its own stood."""
    clause = contract.catalogue[row["id"]]
    place = contract.passage(clause)
    if row["quote"] != clause.quote or place is None:
        return row
    if not any(edit.first <= place.last_line and edit.first + edit.gone > place.first_line for edit in edits):
        return row
    first, last = moved(place.first_line, edits), moved(place.last_line, edits, end=True)
    return {**row, "quote": "\n".join(document.split("\n")[first - 1 : last]).strip()}


class _Change:
    """The two files of a contract, changed by the differences between two readings of its page."""

    def __init__(self, contract: Contract, before: Page, after: Page) -> None:
        self._contract = contract
        self._before, self._after = before, after
        self.openapi: dict[str, Any] = copy.deepcopy(dict(contract.openapi))
        self.head: dict[str, Any] = copy.deepcopy(dict(contract.head))
        self.rows: list[dict[str, Any]] = [clause.row for clause in contract.catalogue]

    def make(self) -> None:
        """Make every change."""
        was, now = facts(openapi(self._before)), facts(openapi(self._after))
        documented = [{key[0] for key in one if key[0].isdigit() and key[1] == "present"} for one in (was, now)]
        self._statuses(*documented)
        other = documented[0] ^ documented[1]
        for place, keyword in {**was, **now}:
            old, new = was.get((place, keyword)), now.get((place, keyword))
            if " " not in place or place.partition(" ")[0] in other:
                continue
            if keyword in {"present", "type"} and (old is None or new is None):
                raise ValueError(f"{place}: no erratum adds or drops a row, or leaves one without a type")
            if (old and old.value) != (new and new.value):
                self._keyword(place, keyword, None if new is None else new.value)
        self._examples()
        for text in _new_texts(self._before, self._after):
            for said in read(text, self._contract.catalogue, self._contract.operation):
                self._say(said.clause, said.effect, said.value, text)

    @property
    def _operation(self) -> dict[str, Any]:
        wanted = self._contract.operation.id
        found: dict[str, Any] = next(
            one
            for item in self.openapi["paths"].values()
            for one in item.values()
            if isinstance(one, dict) and one.get("operationId") == wanted
        )
        return found

    def _statuses(self, was: set[str], now: set[str]) -> None:
        """A status that is another one now keeps its answer; a new one has none."""
        responses, gone, come = self._operation["responses"], sorted(was - now), sorted(now - was)
        if len(gone) == len(come) == 1:
            responses[come[0]] = responses.pop(gone[0])
            for row in self.rows:
                if row["with"].get("status") == int(gone[0]):
                    row["with"]["status"] = int(come[0])
            return
        for status in come:
            responses.setdefault(status, {"description": self._after.answers[status].description or status})
        for status in gone:
            responses.pop(status, None)
            self.rows = [row for row in self.rows if row["with"].get("status") != int(status)]

    def _keyword(self, place: str, keyword: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        where, _, name = place.partition(" ")
        schema = self._answer(where)["properties"][name] if where.isdigit() else self._parameter(where, name)
        if where.isdigit() and keyword == "minimum":
            for row in self.rows:
                if row["check"] == "at-least" and row["with"].get("member") == name:
                    row["with"]["least"] = value
        if keyword == "type" and isinstance(schema.get("type"), list):
            value = [value, "null"]
        if value is None:
            schema.pop(keyword, None)
        else:
            schema[keyword] = value
        if keyword == "type":
            schema.pop("format", None)

    def _parameter(self, where: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(
            one["schema"] for one in self._operation["parameters"] if (one["in"], one["name"]) == (where, name)
        )
        return found

    def _member(self, row: dict[str, Any]) -> dict[str, Any]:
        """The schema of the member of the body that a row is about."""
        body = self._operation["requestBody"]
        schema = self._own(next(iter(body["content"].values())))
        found: dict[str, Any] = schema["properties"][row["with"]["member"]]
        return found

    def _answer(self, status: str) -> dict[str, Any]:
        """The schema of an answer, which from now on is its own."""
        return self._own(next(iter(self._operation["responses"][status]["content"].values())))

    def _own(self, content: dict[str, Any]) -> dict[str, Any]:
        reference = content["schema"].get("$ref")
        if reference:
            content["schema"] = copy.deepcopy(resolve(self.openapi, reference))
        schema: dict[str, Any] = content["schema"]
        return schema

    def _examples(self) -> None:
        """The examples of answers that show otherwise; a form that the new value lacks is none of the member's."""
        for status, answer in self._after.answers.items():
            old = self._before.answers.get(status)
            if old is None:
                continue
            shown, was = _shown(answer.examples), _shown(old.examples)
            for name in shown.keys() & was.keys():
                if shown[name] == was[name]:
                    continue
                content = next(iter(self._operation["responses"][status]["content"].values()))
                for example in content["examples"].values():
                    example["value"][name] = shown[name]
                member = self._answer(status).get("properties", {}).get(name, {})
                if "format" in member and self._contract.format_errors({**member}, shown[name]):
                    del member["format"]

    def _say(self, clause: str, effect: Effect, value: str, text: str) -> None:
        """Do what a sentence says of a clause."""
        row = next((one for one in self.rows if one["id"] == clause), None)
        if row is None:
            return
        status = str(row["with"].get("status"))
        match effect:
            case Effect.STATUS | Effect.STATUSES:
                row["with"]["status"] = int(value)
                row["quote"] = text
            case Effect.ALSO:
                row["with"]["also"] = [int(status) for status in re.findall(r"\d{3}", value)]
                row["quote"] = text
            case Effect.MEDIA:
                content = self._operation["responses"][status]["content"]
                content[value] = content.pop(next(iter(content)))
            case Effect.OPTIONAL:
                schema = self._answer(status)
                schema["required"] = [one for one in schema["required"] if one != value]
            case Effect.NULL:
                member = self._answer(status)["properties"][value]
                if not isinstance(member["type"], list):
                    member["type"] = [member["type"], "null"]
            case Effect.LONGEST | Effect.FORM:
                self._member(row).update(_limit(effect, value))
            case Effect.OPEN:
                row |= {"level": "silent", "quote": text}


def _limit(effect: Effect, value: str) -> dict[str, Any]:
    """The keyword that a limit of a member is in its schema; none for words that name no form."""
    if effect is Effect.LONGEST:
        return {"maxLength": int(value)}
    form = having(value)
    if form is None:
        return {}
    before = "" if form.startswith("^") else ".*"
    return {"pattern": f"^(?!{before}(?:{form.removeprefix('^')}))"}


def _shown(examples: Iterable[Any]) -> dict[str, Any]:
    """The members of the examples that are JSON objects."""
    found: dict[str, Any] = {}
    for one in examples:
        try:
            value = json.loads(one.code)
        except ValueError:
            continue
        found |= value if isinstance(value, dict) else {}
    return found


def _new_texts(before: Page, after: Page) -> Iterator[str]:
    """The sentences that the later page has and the earlier one has not, wherever they stand."""
    left = Counter(_texts(before))
    for text in _texts(after):
        if left[text] > 0:
            left[text] -= 1
        else:
            yield text


def _texts(page: Page) -> Iterator[str]:
    for text in page.function:
        yield text.text
    for _, text in page.texts:
        yield text.text
    for _, field in page.fields():
        for text in field.texts:
            yield text.text
