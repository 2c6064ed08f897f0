"""Differences as a table, JSON or Markdown."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from conformance.document.differences import Change, Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Compared", "render"]


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


def render(compared: Sequence[Compared], form: str) -> str:
    """All of them in one form: table, json or markdown."""
    if form == "json":
        return json.dumps([_data(one) for one in compared], ensure_ascii=False, indent=2) + "\n"
    return "\n".join(_markdown(one) if form == "markdown" else _table(one) for one in compared)


def _data(one: Compared) -> dict[str, object]:
    rows = [{**asdict(difference), "clauses": list(clauses)} for difference, clauses in one.differences]
    return {"page": one.page, "compared_with": one.other, "unread": one.unread, "differences": rows}


def _table(one: Compared) -> str:
    lines = [_head(one)]
    for difference, clauses in one.differences:
        where = f"{one.page}:{difference.line}: " if difference.line else ""
        lines.append(f"  {difference.change:<13} {where}{difference.place}: {_what(difference)}")
        if difference.change is not Change.WORDING:
            lines.append(f"  {'':<13} {difference.means}{_clauses(clauses)}")
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
    return f"{difference.keyword} {_value(difference.before)} → {_value(difference.after)}"


def _value(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _clauses(clauses: tuple[str, ...]) -> str:
    return f" Clauses: {', '.join(clauses)}" if clauses else ""


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")
