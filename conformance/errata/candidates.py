"""Edits of the page that could make a failure right: those that change a cell first, a sentence last."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from conformance.contract.strictjson import read_json
from conformance.document.sheet import Table
from conformance.document.text import sheet
from conformance.errata.edits import (
    HAVING,
    Edit,
    Effect,
    added,
    field_of,
    fields_in,
    having,
    place_of,
    replaced,
    written,
)
from conformance.judge.reading import json_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.contract.contract import Contract
    from conformance.document.page import Field, Page
    from conformance.errata.erratum import Failure

_MISSING = object()
_TYPES = {"integer": "Integer", "string": "String", "boolean": "Boolean", "number": "Double", "array": "Array",
          "object": "Object"}  # fmt: skip
_BOUNDS = {
    "above-maximum": "maximum", "maximum": "maximum", "below-minimum": "minimum", "minimum": "minimum",
}  # fmt: skip
_LENGTHS = {
    "minimum-length": "minLength", "below-minimum": "minLength", "length": "maxLength", "maximum-length": "maxLength",
    "over-maximum": "maxLength",
}  # fmt: skip
_SHOWN = 3


def candidates(
    failure: Failure, others: Iterable[Failure], page: Page, contract: Contract, titles: Mapping[str, str]
) -> Iterator[list[Edit]]:
    """The edits to try in turn.

    `others` are the failures of the same run, which one edit may explain too; `titles` say of probes what they send.
    """
    yield from _Candidates(failure, list(others), page, contract, titles).all()


class _Candidates:
    """The edits for one failure."""

    def __init__(
        self, failure: Failure, others: list[Failure], page: Page, contract: Contract, titles: Mapping[str, str]
    ) -> None:
        self._failure, self._others, self._page, self._contract = failure, others, page, contract
        self._titles = titles
        self._clause, self._given = failure.clause, failure.clause.arguments
        self._lines = contract.document.split("\n")

    def all(self) -> Iterator[list[Edit]]:
        """Every edit, the most telling one first."""
        cells = {
            "documented-status": self._documented, "media-type": self._media, "member-type": self._member,
            "not-null": self._member, "format": self._example, "error-code": self._example, "at-least": self._least,
            "envelope": self._envelope, "owed": self._request, "refused": self._request, "accepted": self._request,
        }  # fmt: skip
        if self._clause.check in cells:
            yield from cells[self._clause.check]()
        said = " or ".join(map(str, self._failure.statuses))
        for detail in dict.fromkeys((self._detail(), "")):
            yield from self._sentence(Effect.ALSO, said, detail)
            yield from self._sentence(Effect.OPEN, said, detail)

    def _request(self) -> Iterator[list[Edit]]:
        """The failure lies in the answer to a request: a bound of its values, a form, or the status."""
        given = self._given
        if "parameter" in given and given.get("when") in _BOUNDS:
            yield from self._bound()
        elif given.get("credential") in _LENGTHS:
            yield from self._length()
        elif "form" in given:
            yield from self._form()
        elif self._clause.check == "owed" and "status" in given:
            yield from self._status()

    def _sentence(self, effect: Effect, value: str = "", detail: str = "", *more: Edit) -> Iterator[list[Edit]]:
        words = written(self._clause, effect, self._contract.operation, value, detail)
        if words:
            yield [*more, place_of(self._clause, words, self._page, self._contract)]

    def _detail(self) -> str:
        """The property that the failing requests share, in words."""
        if self._given.get("when") == "wrong-type" and "parameter" in self._given:
            template = self._contract.operation.segments
            at = template.index("{" + str(self._given["parameter"]) + "}") + 1
            parts = [one.request.target.decode("latin-1").split("/") for one in self._failure.failed]
            return _few(dict.fromkeys(part[at] for part in parts if len(part) > at))
        if "method" in self._given:
            return _few(dict.fromkeys(one.request.method for one in self._failure.failed))
        if self._clause.check not in {"owed", "refused", "accepted"}:
            return ""
        return _few(dict.fromkeys(self._titles[one.probe] for one in self._failure.failed if one.probe in self._titles))

    # cells

    def _bound(self) -> Iterator[list[Edit]]:
        field, when = field_of(self._clause, self._page, self._contract), str(self._given["when"])
        keyword = _BOUNDS[when]
        accepted = self._clause.check == "refused"
        ids = [one.facts.id for one in (self._failure.failed if accepted else self._failure.fine)]
        numbers = [one for one in ids if isinstance(one, int)]
        if field and numbers:
            bound = self._contract.operation.parameter(field.name).domain
            old = getattr(bound, keyword)
            if not accepted:
                numbers = [one for one in numbers if (one < old if keyword == "maximum" else one > old)]
            if numbers:
                most = max(numbers) if keyword == "maximum" else min(numbers)
                yield from self._figures(field, keyword, old, most)

    def _length(self) -> Iterator[list[Edit]]:
        field = field_of(self._clause, self._page, self._contract)
        keyword = _LENGTHS[str(self._given["credential"])]
        credential = self._contract.operation.credential
        old = credential.shortest if keyword == "minLength" else credential.longest
        if field is None or old is None:
            return
        failed = {one.facts.token_length for one in self._failure.failed}
        if self._clause.check == "refused":
            yield from self._figures(field, keyword, old, max(failed) if keyword == "maxLength" else min(failed))
            return
        fine = {one.facts.token_length for one in self._failure.fine if one.facts.token_length}
        if keyword == "minLength":
            tried = sorted(length for length in fine if length > max(failed))
        else:
            tried = sorted((length for length in fine if length < min(failed)), reverse=True)
        yield from (found for length in tried[:2] for found in self._figures(field, keyword, old, length))

    def _figures(self, field: Field, keyword: str, old: int, new: int) -> Iterator[list[Edit]]:
        found = field.reading.keywords.get(keyword)
        if found is None:
            return
        line = self._lines[found.line - 1]
        for figures in (str(old), f"{old:,}"):
            spans = [one.span() for one in re.finditer(rf"(?<![\d,.]){re.escape(figures)}(?![\d]|,\d)", line)]
            if spans:
                start, end = spans[-1] if keyword.startswith("max") else spans[0]
                said = f"{new:,}" if "," in figures or "," in line else str(new)
                yield [replaced(found.line, line[:start] + said + line[end:])]
                return

    def _form(self) -> Iterator[list[Edit]]:
        """The property that all refused urls have, and no accepted one."""
        refused = [one.facts.url for one in self._failure.failed if one.facts.url]
        success = self._contract.operation.success
        taken = [
            one.facts.url
            for one in self._failure.fine
            if one.facts.url and one.response and one.response.status == success
        ]
        if not refused or not taken:
            return
        if max(map(len, taken)) < min(map(len, refused)):
            yield from self._sentence(Effect.LONGEST, str(max(map(len, taken))))
        most = max(url.count("/") - 2 for url in taken)
        for words in (*HAVING, f"more than {most} segments"):
            form = re.compile(str(having(words)), re.ASCII)
            if all(map(form.search, refused)) and not any(map(form.search, taken)):
                yield from self._sentence(Effect.FORM, words)

    def _status(self) -> Iterator[list[Edit]]:
        statuses = self._failure.statuses
        if len(statuses) != 1:
            return
        status = statuses[0]
        success = self._contract.operation.success
        if self._given["status"] == success and 200 <= status < 300 and str(status) not in self._page.answers:  # noqa: PLR2004 - RFC 9110 section 15.3
            named = re.compile(rf"(?:Status code: )?{success}\s*$", re.IGNORECASE)
            yield [
                replaced(number, line.replace(str(success), str(status)))
                for number, line in enumerate(self._lines, 1)
                if named.match(line)
            ]
        if not self._failure.passed:
            more = [] if str(status) in self._page.answers else [self._row(status)]
            alike = [
                one
                for one in self._others
                if one.clause.check == "owed" and one.clause.arguments.keys() == {"credential", "status"}
            ]
            several = len(alike) > 1 and "credential" in self._given and all(one.statuses == statuses for one in alike)
            yield from self._sentence(Effect.STATUSES if several else Effect.STATUS, str(status), "", *more)

    def _documented(self) -> Iterator[list[Edit]]:
        new = [status for status in self._failure.statuses if str(status) not in self._page.answers]
        if new:
            yield [self._row(*new)]

    def _row(self, *statuses: int) -> Edit:
        """The edit that adds rows to the table of status codes."""
        tables = [one for one in sheet("", self._contract.document).blocks if isinstance(one, Table)]
        last = max(text.line for row in tables[-1].rows for cell in row for text in cell.texts)
        return added(last, *(text for status in statuses for text in (str(status), _reason(status))))

    def _media(self) -> Iterator[list[Edit]]:
        said = {one.response.header("content-type") for one in self._failure.failed if one.response}
        if len(said) == 1 and (media := said.pop()) and not self._failure.passed:
            yield from self._sentence(Effect.MEDIA, media.split(";")[0].strip())

    def _member(self) -> Iterator[list[Edit]]:
        status, name = self._given["status"], str(self._given["member"])
        alike = [
            one
            for one in self._others
            if one.clause.check == "member-type" and one.clause.arguments["status"] == status
        ]
        if len(alike) > _SHOWN:
            yield from self._sentence(Effect.OPEN)
            return
        values = [_value(one.response, name) for one in self._failure.failed if one.response]
        if all(value is _MISSING for value in values):
            yield from self._sentence(Effect.OPTIONAL, name)
        elif all(value is None for value in values):
            yield from self._sentence(Effect.NULL, name)
        kinds = {json_type(value) for value in values if value is not _MISSING and value is not None}
        yield from self._type(status, name, kinds)

    def _type(self, status: int, name: str, kinds: set[str]) -> Iterator[list[Edit]]:
        field = next((one for one in fields_in(self._page, status) if one.name == name), None)
        line = field.lines.get("type") if field else None
        if line and len(kinds) == 1 and (said := _TYPES.get(kinds.pop())):
            yield [replaced(line, said)]

    def _envelope(self) -> Iterator[list[Edit]]:
        status = self._given["status"]
        fields = fields_in(self._page, status)
        wrong: dict[str, set[str]] = {}
        for one in self._failure.failed:
            for field in fields:
                value = _value(one.response, field.name)
                kind = "missing" if value is _MISSING else json_type(value)
                if kind != field.type.name:
                    wrong.setdefault(field.name, set()).add(kind)
        if len(wrong) == 1:
            ((name, kinds),) = wrong.items()
            row = next(one for one in fields if one.name == name)
            last = max(text.line for text in row.texts)
            if kinds == {"missing"}:
                yield [added(last, f"A {status} may come without {name}.")]
            elif kinds == {"null"}:
                yield [added(last, f"{name} of a {status} may be null.")]
            yield from self._type(status, name, kinds)

    def _example(self) -> Iterator[list[Edit]]:
        """The example shows what comes: of each failing member of the answer."""
        status = self._given["status"]
        alike = [
            one
            for one in self._others
            if one.clause.check == self._clause.check and one.clause.arguments["status"] == status
        ]
        edits = []
        for failure in alike:
            name = failure.clause.arguments.get("member") or self._contract.operation.envelope.of(status).code
            values = [_value(one.response, str(name)) for one in failure.failed]
            edits += self._shown(status, str(name), values)
        if edits:
            yield edits

    def _shown(self, status: int, name: str, values: list[Any]) -> list[Edit]:
        answer = self._page.answers.get(str(status))
        for example in answer.examples if answer else ():
            for number in range(example.line, example.line + example.code.count("\n") + 1):
                if found := re.match(
                    rf'(\s*"{re.escape(name)}"\s*:\s*)(?:"[^"]*"|[^,]*?)(,?)\s*$', self._lines[number - 1]
                ):
                    return [replaced(number, f"{found[1]}{json.dumps(values[0], ensure_ascii=False)}{found[2]}")]
        return []

    def _least(self) -> Iterator[list[Edit]]:
        numbers = [_value(one.response, str(self._given["member"])) for one in self._failure.failed]
        field = field_of(self._clause, self._page, self._contract)
        if field and all(isinstance(one, int) for one in numbers):
            yield [added(max(text.line for text in field.texts), f"Minimum: {min(numbers)}")]


def _value(response: Any, name: str) -> Any:  # noqa: ANN401 - any JSON
    """A member of the body of an answer, or _MISSING."""
    found = read_json(response.body).value if response else None
    return found.get(name, _MISSING) if isinstance(found, dict) else _MISSING


def _few(words: Iterable[str]) -> str:
    shown = list(words)
    return ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused"
