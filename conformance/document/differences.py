"""The differences between two editions of an operation, their meaning for a client, and their forms as text."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from conformance.document.facts import KEYWORDS, Fact, facts
from conformance.document.remarks import Turn, turned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.contract.contract import Contract

_WORDS = "words"
"""The keyword of a difference between sentences that bind a field and are no keyword."""
_INTERPRETED = {"nullable", "pattern"}
"""Keywords of a contract that are a hand's reading of words or of an example: a page without them says nothing else."""
_MANDATORY = re.compile(r"\b(?:mandatory|required)\b", re.IGNORECASE)
_FRACTION = ("integer", "number")
"""The one change of a type that keeps its bounds."""
_LOW = {"minimum", "minLength", "minItems", "exclusiveMinimum"}
_HIGH = {"maximum", "maxLength", "maxItems", "exclusiveMaximum"}


class Change(StrEnum):
    """The class of a difference; all but wording make the command end with exit code 1."""

    BREAKING = "breaking"
    WIDENING = "widening"
    NEW = "new promise"
    LOST = "lost promise"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its class, its place, what was said, what is said, the line, what it means for a client."""

    change: Change
    place: str
    keyword: str
    before: Any
    after: Any
    line: int
    means: str


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The differences of two OpenAPI files that were made of pages, the structural ones first."""
    found = list(_structural(facts(before), facts(after)))
    return [*found, *_wording(before, after)]


def against_contract(contract: Contract, page: Mapping[str, Any]) -> list[Difference]:
    """The differences between a page and the contract, in both directions; assumptions of the contract are left out.

    A contract has keywords and no remarks.
    """
    said = facts(contract.openapi, contract.operation.id)
    now = facts(page)
    shown = _example_members(page)
    known = {
        key: fact
        for key, fact in said.items()
        if key in now or not (fact.place.split(" ", 1)[0] == "request" and fact.place.removeprefix("request ") in shown)
    }
    guessed = facts(contract.openapi, contract.operation.id, assumed=True)
    return [
        one
        for one in _structural(known, now)
        if one.keyword != _WORDS
        and not (one.after is None and one.keyword in _INTERPRETED)
        and not (
            one.after is not None
            and (one.place, one.keyword) in guessed
            and guessed[one.place, one.keyword].value == one.after
        )
    ]


def clauses_of(contract: Contract, difference: Difference) -> tuple[str, ...]:
    """The clauses that speak of the place of a difference; of the whole body where none speaks of its member."""
    where, _, name = difference.place.partition(" ")
    found = []
    for clause in contract.catalogue:
        given = clause.arguments
        status = str(given.get("status", ""))
        if (
            (where in {"path", "query"} and given.get("parameter") == name)
            or (where == "header" and "credential" in given and name.encode() == contract.operation.credential.header)
            or (
                where == "request"
                and not status
                and str(given.get("member", "")).split("[")[0] == name.split("[")[0].split(".")[0]
            )
            or (where.isdigit() and status == where and (not name or given.get("member") == name))
            or (where == "operation" and "method" in given)
        ):
            found.append(clause.id)
    if where.isdigit() and name and not found:
        return tuple(
            clause.id
            for clause in contract.catalogue
            if str(clause.arguments.get("status", "")) == where and not {"member", "role"} & clause.arguments.keys()
        )
    return tuple(found)


def _structural(before: Mapping[tuple[str, str], Fact], after: Mapping[tuple[str, str], Fact]) -> Iterator[Difference]:
    gone = {place for place, keyword in before if keyword == "present" and (place, keyword) not in after}
    come = {place for place, keyword in after if keyword == "present" and (place, keyword) not in before}
    kinds = {place for place, keyword in {*before, *after} if keyword == "type"}
    types = {place: (_value(before, place, "type"), _value(after, place, "type")) for place in kinds - gone - come}
    other = {place for place, (was, now) in types.items() if was != now and (was, now) != _FRACTION}
    for key in sorted({*before, *after}, key=lambda key: (key[0], key[1] != "present", key[1])):
        place, keyword = key
        old, new = before.get(key), after.get(key)
        if old and new and old.value == new.value:
            continue
        if _within(place, gone | come | other) or (keyword != "present" and place in gone | come):
            continue
        if place in other and (place, "type") in before and keyword in {*KEYWORDS, "conditions", "remarks"}:
            continue  # the bounds of another type
        if keyword == "body" and (old.value if old else new.value if new else "") == "object" and not (old and new):
            continue  # its members are told
        if keyword in {"conditions", "remarks"}:
            yield from _said(key, old, new, before, after)
            continue
        change, means = _classed(place, keyword, old, new, after)
        yield Difference(
            change,
            place,
            keyword,
            old.value if old else None,
            new.value if new else None,
            new.line if new else 0,
            means,
        )


def _said(
    key: tuple[str, str],
    old: Fact | None,
    new: Fact | None,
    before: Mapping[tuple[str, str], Fact],
    after: Mapping[tuple[str, str], Fact],
) -> Iterator[Difference]:
    """The change of the sentences that bind a field and are no keyword."""
    place, keyword = key
    was, now = old.value if old else (), new.value if new else ()
    if keyword == "conditions":
        must = [_value(of, place, "required") for of in (before, after)]
        if must[0] is not must[1] or must[1]:  # told as mandatory or not
            was, now = ([one for one in these if not _MANDATORY.search(one)] for these in (was, now))
    turn = turned(was, now, conditions=keyword == "conditions")
    if turn is None:
        return
    answer = _is_answer(place)
    if turn is Turn.NARROWER:
        change = Change.NEW if answer else Change.BREAKING
        means = f"More is said of {place}." if answer else f"{place} is bound further: what was right may be refused."
    elif turn is Turn.WIDER:
        change = Change.LOST if answer and keyword == "conditions" else Change.WIDENING
        means = f"Less is said of {place}." if answer else f"{place} is bound less than it was."
    else:
        change = Change.WIDENING if answer else Change.BREAKING
        means = f"{place} is bound otherwise: " + ("a client may meet others." if answer else "it may be refused.")
    gone = "; ".join(one for one in was if one not in now) or None
    come = "; ".join(one for one in now if one not in was) or None
    yield Difference(change, place, _WORDS, gone, come, new.line if new else 0, means)


def _is_answer(place: str) -> bool:
    return place[:1].isdigit() or place.startswith("default")


def _within(place: str, places: set[str]) -> bool:
    """Whether a place is inside one that came or went: told once."""
    return any(
        place != one and place.startswith(one) and place[len(one)] in " .[{" for one in places if len(one) < len(place)
    )


def _classed(  # noqa: C901, PLR0911, PLR0912 - a rule for each keyword
    place: str, keyword: str, old: Fact | None, new: Fact | None, after: Mapping[tuple[str, str], Fact]
) -> tuple[Change, str]:
    """The class of one difference, and what it means for a client."""
    answer = _is_answer(place)
    if place == "operation":
        return Change.BREAKING, f"A client that uses the old {keyword} reaches another operation or none."
    if keyword == "present":
        return _presence(place, new is not None, answer=answer, required=_is_required(place, after))
    if keyword == "body":
        return _body(place, old, new, answer=answer)
    if keyword == "required":
        must = bool(new and new.value)
        if answer:
            return (Change.NEW, f"{place} is always there.") if must else (Change.LOST, f"{place} may be missing.")
        if must:
            return Change.BREAKING, f"A request without {place} was right and is refused now."
        return Change.WIDENING, f"{place} may be left out."
    if keyword == "type":
        was, now = old.value if old else None, new.value if new else None
        if (was, now) == _FRACTION:
            return Change.WIDENING, f"{place} may have a fraction."
        if was is None:
            return Change.NEW, f"{place} has a type now."
        if now is None:
            return Change.LOST, f"The page no longer says of which type {place} is."
        return Change.BREAKING, f"{place} is {now} instead of {was}: what reads or writes it fails."
    if keyword == "default":
        if old is None:
            return Change.NEW, f"Where {place} is left out, {new.value if new else None!r} counts."
        if new is None:
            return Change.LOST, f"The page no longer says what happens where {place} is left out."
        return Change.BREAKING, f"Where {place} is left out, {new.value!r} counts instead of {old.value!r}."
    if keyword == "deprecated":
        return (Change.LOST, f"{place} may go.") if new else (Change.NEW, f"{place} is no longer deprecated.")
    narrower = _narrower(keyword, old, new)
    if narrower is None:
        if answer:
            return Change.BREAKING, f"{place} has another {keyword}: a client may meet values that it never met."
        return Change.BREAKING, f"{place} has another {keyword}: values that were right may be refused."
    if answer:
        if narrower:
            return Change.NEW, f"{place} has fewer possible values."
        return Change.WIDENING, f"{place} may have values that a client never met."
    if narrower:
        return Change.BREAKING, f"Values of {place} that were right are refused now ({keyword})."
    return Change.WIDENING, f"{place} takes values that were refused ({keyword})."


def _presence(place: str, come: bool, *, answer: bool, required: bool) -> tuple[Change, str]:  # noqa: FBT001 - two directions
    status = " " not in place
    if answer and status:
        if come:
            return Change.WIDENING, f"A client can be answered {place}."
        return Change.LOST, f"The page no longer says when {place} is answered."
    if answer:
        return (
            (Change.NEW, f"The answer has {place}.")
            if come
            else (Change.LOST, f"A client may look for {place} in vain.")
        )
    if come:
        if required:
            return Change.BREAKING, f"A request without {place} was right and is refused now."
        return Change.NEW, f"A request may have {place}."
    return Change.LOST, f"Whether {place} is still read is not said."


def _body(place: str, old: Fact | None, new: Fact | None, *, answer: bool) -> tuple[Change, str]:
    if old is None and answer:
        return Change.NEW, f"The answer {place} has a body."
    if new is None and answer:
        return Change.LOST, f"The page no longer says that the answer {place} has a body."
    if new is None:
        return Change.LOST, "Whether the body of a request is still read is not said."
    was = old.value if old else "no body"
    return Change.BREAKING, f"The body of {place} is of type {new.value} instead of {was}."


def _value(of: Mapping[tuple[str, str], Fact], place: str, keyword: str) -> Any:  # noqa: ANN401 - any JSON
    fact = of.get((place, keyword))
    return fact.value if fact else None


def _is_required(place: str, after: Mapping[tuple[str, str], Fact]) -> bool:
    fact = after.get((place, "required"))
    return bool(fact and fact.value)


def _narrower(keyword: str, old: Fact | None, new: Fact | None) -> bool | None:  # noqa: PLR0911 - a rule for each
    """Whether fewer values are allowed; None where this cannot be told."""
    if keyword == "nullable":
        return new is None
    if old is None:
        return True
    if new is None:
        return False
    if keyword == "enum":
        was, now = set(map(str, old.value)), set(map(str, new.value))
        return True if now < was else False if was < now else None
    if keyword in _LOW:
        return bool(new.value > old.value)
    if keyword in _HIGH:
        return bool(new.value < old.value)
    return None


def _wording(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Texts that changed."""
    old, new = dict(_texts(before)), dict(_texts(after))
    for place in dict.fromkeys((*old, *new)):
        if old.get(place) != new.get(place):
            yield Difference(
                Change.WORDING,
                place,
                "text",
                old.get(place),
                new.get(place),
                0,
                "Another wording: what was read of it stands above, if anything.",
            )


def _texts(file: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "title", str(file["info"]["title"])
    yield "revision", str(file["info"]["version"])
    yield from _described("", next(iter(file["paths"].values())))
    sections: dict[str, list[str]] = {}
    for one in file.get("x-texts", ()):
        sections.setdefault(one["section"], []).append(one["text"])
    for section, texts in sections.items():
        yield section, "\n".join(texts)


def _described(place: str, node: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"description", "summary"} and isinstance(value, str):
                yield f"{place} {key}".strip(), value
            elif key == "examples":
                yield f"{place} examples".strip(), str([one.get("value") for one in value.values()])
            elif not key.startswith("x-"):
                yield from _described(f"{place} {key}".strip(), value)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            name = value.get("name", number) if isinstance(value, dict) else number
            yield from _described(f"{place} {name}".strip(), value)


def _example_members(page: Mapping[str, Any]) -> set[str]:
    """The members that only the examples of the request show."""
    operation = next(iter(next(iter(page["paths"].values())).values()))
    return {
        str(name)
        for one in operation.get("x-examples", ())
        if isinstance(one.get("value"), dict)
        for name in one["value"]
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """A page that was compared: its name, the other side's, the differences with their clauses, how much is unread."""

    page: str
    other: str
    differences: tuple[tuple[Difference, tuple[str, ...]], ...]
    unread: int

    @property
    def structural(self) -> int:
        """The number of differences that are more than wording."""
        return sum(one.change is not Change.WORDING for one, _ in self.differences)


_MEANING = 16
"""The column at which a difference of a table stands; lines that follow it begin there."""


def render(compared: Sequence[Compared], form: str, width: int | None = None) -> str:
    """All of them in one form: table (of at most `width` columns), json or markdown."""
    if form == "json":
        return json.dumps([_data(one) for one in compared], ensure_ascii=False, indent=2) + "\n"
    return "\n".join(_markdown(one) if form == "markdown" else _table(one, width) for one in compared)


def _data(one: Compared) -> dict[str, object]:
    rows = [{**asdict(difference), "clauses": list(clauses)} for difference, clauses in one.differences]
    return {"page": one.page, "compared_with": one.other, "unread": one.unread, "differences": rows}


def _table(one: Compared, width: int | None) -> str:
    lines = [_head(one)]
    for difference, clauses in one.differences:
        where = f"{one.page}:{difference.line}: " if difference.line else ""
        lines.append(f"  {difference.change:<13} {where}{difference.place}: {_what(difference)}")
        if difference.change is not Change.WORDING:
            lines.append(f"  {'':<13} {difference.means}{_clauses(clauses)}")
    if width is not None:
        hang = " " * _MEANING
        wrap = partial(textwrap.wrap, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
        lines = [row for line in lines for row in wrap(line, width)]
    return "\n".join(lines) + "\n"


def _markdown(one: Compared) -> str:
    lines = [f"## {_head(one)}", ""]
    if one.differences:
        lines += ["| class | line | place | difference | for a client | clauses |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {difference.change} | {difference.line or ''} | {difference.place} | {_cell(_what(difference))} | "
            f"{_cell(difference.means)} | {', '.join(clauses)} |"
            for difference, clauses in one.differences
        ]
    return "\n".join(lines) + "\n"


def _head(one: Compared) -> str:
    worded = len(one.differences) - one.structural
    are = f"{_count(one.unread, 'place')} of the page {'is' if one.unread == 1 else 'are'} unread"
    unread = f"; {are} (--openapi lists {'it' if one.unread == 1 else 'them'})" if one.unread else ""
    if not one.differences:
        return f"{one.page} says what {one.other} says{unread}"
    return f"{one.page} against {one.other}: {_count(one.structural, 'difference')} and {worded} of wording{unread}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _what(difference: Difference) -> str:
    if difference.keyword == "present":
        return "added" if difference.after else "removed"
    if difference.keyword == "text":
        return (
            "text added"
            if difference.before is None
            else "text removed"
            if difference.after is None
            else "text changed"
        )
    if difference.keyword == "quote":
        return f"\u201c{' '.join(difference.before.split())}\u201d is gone"
    return f"{difference.keyword} {_shown(difference.before)} → {_shown(difference.after)}"


def _shown(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _clauses(clauses: tuple[str, ...]) -> str:
    return f" Clauses: {', '.join(clauses)}" if clauses else ""


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")
