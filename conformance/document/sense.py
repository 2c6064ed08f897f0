"""The sense of sentences that bind a field: refusal, direction of a bound, units, places, and the names in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Sense", "sense_of"]

_THAN = r"(?:more|greater|larger|higher|longer) than"
_LESS = r"(?:less|fewer|smaller|lower|shorter) than"
_NOT = r"(?:cannot|can't|no|not)"
_MOST = re.compile(
    rf"\b{_NOT} (?:be )?{_THAN}\b|\b{_NOT} exceed\b|{_LESS} or equal to\b"
    r"|\b(?:at most|up to|maximum(?: of)?|max\b\.?|within|no later than)",
    re.IGNORECASE,
)
_LEAST = re.compile(
    rf"\b{_NOT} (?:be )?{_LESS}|{_THAN} or equal to\b|\b(?:at least|minimum(?: of)?|min\b\.?)", re.IGNORECASE
)
_GIVEN = r"(?:set|specified|passed|transferred|configured|provided|entered|given|filled in)"
_BLANK = r"(?:(?:left )?(?:blank|empty|unspecified)|omitted|left out)"
_PRESENT = re.compile(rf"\b(?:cannot|must not|is not|are not) (?:be )?{_BLANK}\b", re.IGNORECASE)
_ABSENT = re.compile(rf"\bnot (?:been |be )?{_GIVEN}\b|\b{_BLANK}\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|cannot|never|no|neither|nor|without|unless|except|excluding)\b|n't\b", re.IGNORECASE)
_UNIT = re.compile(
    r"\d\s*(?P<unit>[kmgt]i?b|bytes?|milliseconds?|ms|seconds?|s|minutes?|hours?|days?|weeks?|months?|years?|%)(?!\w)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?P<place>start|begin|end)(?:s|ning|ing)?(?= with\b| or\b| and\b)", re.IGNORECASE)
_QUOTE = "[\"'`*\u2018\u2019\u201c\u201d]*"
_NAME = rf"{_QUOTE}\w+(?:[.-]\w+)*{_QUOTE}"
_VALUES = re.compile(
    rf"(?:\b(?:is|are|be|equals?|to)|=) *(?P<names>{_NAME}(?:(?:, *(?:or |and )?| or | and ){_NAME})*)", re.IGNORECASE
)
_SUBJECT = re.compile(
    rf"\b(?:if|when|unless) (?:the (?:value of )?)?(?P<names>{_NAME}) (?:is|are|=)|\btogether with (?P<more>{_NAME})",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+(?:[.-]\w+)*")
_PLAIN = frozenset({
    "a", "an", "and", "any", "are", "as", "at", "available", "be", "blank", "by", "empty", "exist", "exists", "for",
    "from", "given", "in", "it", "left", "mandatory", "more", "must", "not", "of", "on", "one", "only", "optional",
    "or", "present", "required", "set", "that", "the", "then", "there", "this", "to", "up", "used", "valid", "with",
    "you", "your",
})  # fmt: skip
"""Words behind `is` that name no value; no participle does, but two."""
_STATES = frozenset({"enabled", "disabled"})


@dataclass(frozen=True, slots=True)
class Sense:
    """The sense of sentences beside their numbers and characters."""

    refuses: bool
    bounds: frozenset[str]
    units: frozenset[str]
    places: frozenset[str]
    subjects: frozenset[str]
    values: frozenset[str]

    def differs(self, other: Sense) -> bool:
        """Whether another thing is said, in the later sentences too.

        A name, a unit or a bound that only one side has is wording. A value beside the old ones is a kind that is new.
        """
        if (self.refuses, self.places) != (other.refuses, other.places):
            return True
        if self.subjects and other.subjects and not self.subjects & other.subjects:
            return True
        if self.values and other.values and not self.values <= other.values:
            return True
        both = ((self.bounds, other.bounds), (self.units, other.units))
        return any(one and another and one != another for one, another in both)


def sense_of(sentences: Iterable[str]) -> Sense:
    """The sense of all these sentences together."""
    words = " . ".join(sentences)
    rest = _LEAST.sub(" ", _MOST.sub(" ", words))
    absent = _PRESENT.sub(" ", rest)
    return Sense(
        refuses=bool(_ABSENT.search(absent) or _NEGATION.search(absent)),
        bounds=frozenset(name for name, of in (("most", _MOST), ("least", _LEAST)) if of.search(words)),
        units=frozenset(one["unit"].lower().removesuffix("s") for one in _UNIT.finditer(words)),
        places=frozenset(one["place"].lower().replace("begin", "start") for one in _PLACE.finditer(words)),
        subjects=_names(one["names"] or one["more"] for one in _SUBJECT.finditer(words)),
        values=_names(one["names"] for one in _VALUES.finditer(words)),
    )


def _names(texts: Iterable[str]) -> frozenset[str]:
    """The names in texts, whatever the case and the underscores of them."""
    words = {word.casefold() for text in texts for word in _WORD.findall(text)} - _PLAIN
    return frozenset(word.replace("_", "") for word in words if word in _STATES or not re.search(r"(?:ed|ing)$", word))
