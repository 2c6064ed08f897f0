"""The bounds that a sentence says: lengths of strings, numbers of items, numbers. Each is a keyword with its value."""

from __future__ import annotations

import re

from conformance.document.datatype import DataType, number_of, whole_of
from conformance.document.patterns import CONSEQUENT, COUNTS, INCLUDED, LENGTHS, NUMBER, NUMBERS, OTHER, TO, UNIT

_Bounds = list[tuple[str, int | float | None]]
"""A value of None stands for figures that no page means."""
_KEYS = (("minimum", "low"), ("maximum", "high"), ("maximum", "also"), ("above", "above"), ("below", "below"))

_FIGURES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPELT = re.compile(rf"\b(maximum of|at most|up to|no more than) ({'|'.join(_FIGURES)})\b", re.IGNORECASE)
_ALLOWED = re.compile(rf"\bcan (?:also )?be set to ({NUMBER})(?= for\b| if\b| when\b)", re.IGNORECASE)
"""One more value that is allowed in some case."""

_APART = re.compile(
    rf"(?<!than ){NUMBER} or (?:(?:ranges? )?(?:from )?{NUMBER}{TO}{NUMBER}"
    r"|(?:an? |any )?(?:positive|(?:greater|larger|more|higher) than))"
    rf"|{NUMBER}{UNIT}{TO}{NUMBER},? (?:or|and) {NUMBER}",
    re.IGNORECASE,
)
"""A number beside a range."""


def lengths(words: str) -> _Bounds:
    """The least and the greatest number of characters; none where a sentence has two of them, for two things."""
    for pattern in LENGTHS:
        if found := pattern.search(words):
            groups = found.groupdict()
            if len({one["high"] for one in pattern.finditer(words) if "high" in groups}) > 1:
                return []
            keys = (("minLength", "low"), ("maxLength", "high"), ("minLength", "exact"), ("maxLength", "exact"))
            return [(keyword, whole_of(groups[key])) for keyword, key in keys if groups.get(key)]
    return []


def counts(words: str) -> _Bounds:
    """The least and the greatest number of items of an array."""
    words = _SPELT.sub(lambda found: f"{found[1]} {_FIGURES.index(found[2].lower()) + 1}", words)
    if OTHER.search(words):
        return []
    for pattern in COUNTS:
        if found := pattern.search(words):
            groups = found.groupdict()
            keys = (("minItems", "low"), ("maxItems", "high"), ("minItems", "exact"), ("maxItems", "exact"))
            return [(keyword, whole_of(groups[key])) for keyword, key in keys if groups.get(key)]
    return []


def numbers(words: str, kind: DataType) -> _Bounds:
    """The least and the greatest number that a field of this type can be."""
    words = re.sub(r"\bthan zero\b", "than 0", INCLUDED.sub("", words))
    if OTHER.search(words) or _APART.search(words) or "(exclusive" in words:
        return []
    for pattern in NUMBERS:
        if made := [one for found in pattern.finditer(words) for one in _numbers(found.groupdict(), kind)]:
            return made
    return []


def exceptions(words: str, kind: DataType) -> _Bounds:
    """The bounds that a sentence says under a condition; an array has none here."""
    if OTHER.search(words) or kind.name not in {"string", "integer", "number"}:
        return []
    if kind.name != "string" and (one := _ALLOWED.search(words)):
        return [(keyword, number_of(one[1], kind)) for keyword in ("minimum", "maximum")]
    found = CONSEQUENT.match(words)
    if found is None:
        return []
    then = found["then"] or found["first"] or ""
    return lengths(then) if kind.name == "string" else numbers(then, kind)


def _numbers(groups: dict[str, str | None], kind: DataType) -> _Bounds:
    whole = kind.name == "integer"
    made: _Bounds = [("above", 0)] if groups.get("positive") else [("minimum", 0)] if groups.get("natural") else []
    made += [(keyword, number_of(figures, kind)) for keyword, key in _KEYS if (figures := groups.get(key))]
    names = {"above": ("minimum", "exclusiveMinimum", 1), "below": ("maximum", "exclusiveMaximum", -1)}
    for number, (keyword, value) in enumerate(made):
        if keyword in names:
            inside, outside, step = names[keyword]
            made[number] = (inside, None if value is None else value + step) if whole else (outside, value)
    return made
