"""Sentences that bind a field and are no keyword: conditions, bounds under them, characters in words."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.document.patterns import NUMBER, RANGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Turn", "turned"]

_RANGE = re.compile(RANGE, re.IGNORECASE)
_NUMBER = re.compile(NUMBER)
_CHARACTERS = re.compile(
    r"\b(?:uppercase letters?|lowercase letters?|letters?|digits?|numbers?|special characters?|hyphens?|underscores?"
    r"|periods?|spaces?|commas?|slash(?:es)?|colons?|asterisks?|dots?|plus signs?|equal signs?|percent signs?)\b",
    re.IGNORECASE,
)
_SAME = {"number": "digit", "dot": "period", "slashe": "slash"}
_SIGNS = {
    "special character", "hyphen", "underscore", "period", "space", "comma", "slash", "colon", "asterisk", "plus sign",
    "equal sign", "percent sign",
}  # fmt: skip


class Turn(StrEnum):
    """The change of the remarks on a field."""

    NARROWER = "narrower"
    WIDER = "wider"
    OTHER = "other"


def turned(before: Sequence[str], after: Sequence[str], *, conditions: bool = False) -> Turn | None:
    """The change of the remarks; None where only their wording changed.

    A remark more binds the field further, one less binds it less. Where one was written anew, its numbers and the
    characters that it names are held against each other. A remark without them says something only as a condition.
    """
    old, new = [
        {_bare(one): one for one in these if conditions or _figures([one]) or _CHARACTERS.search(one)}
        for these in (before, after)
    ]
    gone = [one for key, one in old.items() if key not in new]
    come = [one for key, one in new.items() if key not in old]
    if not gone or not come:
        return Turn.NARROWER if come else Turn.WIDER if gone else None
    turns = {_numbers(gone, come), _characters(gone, come)} - {None}
    if not turns:
        return None
    return turns.pop() if len(turns) == 1 else Turn.OTHER


def _bare(words: str) -> str:
    """A sentence without what a change of markup, of case or of spaces makes of it."""
    return re.sub(r"[\W_]", "", words).lower()


def _numbers(gone: Iterable[str], come: Iterable[str]) -> Turn | None:
    old, new = _figures(gone), _figures(come)
    if sorted(old) == sorted(new):
        return None
    left = [one for one in old if one not in new]
    right = [one for one in new if one not in old]
    if len(left) != len(right) or any(len(one) != len(other) for one, other in zip(left, right, strict=True)):
        return Turn.OTHER
    pairs = [(one, other) for one, other in zip(left, right, strict=True) if len(one) > 1]
    if len(pairs) < len(left):
        return Turn.OTHER
    if all(low <= lower and higher <= high for (low, high), (lower, higher) in pairs):
        return Turn.NARROWER
    return Turn.WIDER if all(lower <= low and high <= higher for (low, high), (lower, higher) in pairs) else Turn.OTHER


def _figures(sentences: Iterable[str]) -> list[tuple[float, ...]]:
    """The ranges and the single numbers of sentences."""
    found: list[tuple[float, ...]] = []
    for words in sentences:
        found += [(_number(one["low"]), _number(one["high"])) for one in _RANGE.finditer(words)]
        found += [(_number(one[0]),) for one in _NUMBER.finditer(_RANGE.sub(" ", words))]
    return found


def _number(figures: str) -> float:
    base, _, power = figures.replace(",", "").partition("^")
    return float(base) ** float(power.partition("-")[0].strip()) if power else float(base)


def _characters(gone: Iterable[str], come: Iterable[str]) -> Turn | None:
    old, new = (_named(these) for these in (gone, come))
    if old == new or not old or not new:
        return None
    return Turn.WIDER if old < new else Turn.NARROWER if new < old else Turn.OTHER


def _named(sentences: Iterable[str]) -> set[str]:
    """The kinds of characters that sentences name; special ones may be any sign."""
    kinds = {_kind(one[0]) for words in sentences for one in _CHARACTERS.finditer(words)}
    return kinds | _SIGNS if "special character" in kinds else kinds


def _kind(words: str) -> str:
    singular = words.lower().removesuffix("s")
    return _SAME.get(singular, singular)
