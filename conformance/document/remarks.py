"""Sentences that bind a field and are no keyword: conditions, bounds under them, characters in words, and their sense.

The sense of a sentence is a refusal, the direction of a bound, units, places, and the names in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.document.patterns import NUMBER, RANGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
_SPECIAL = re.compile(r"\bcharacters?\W*\((?P<signs>[^a-z0-9\s](?:[^a-z0-9]|\b(?:and|or)\b)*)\)", re.IGNORECASE)
"""Signs in brackets; those behind the name of one sign say nothing more."""
_DENIED = re.compile(r"\b(?:cannot|can't|must not|may not|should not|except|excluding|other than)\b", re.IGNORECASE)
_REFUSED = re.compile(
    r"\b(?:(?:is|are|be) not|cannot be|must not be) (?:allowed|supported|permitted|used)\b", re.IGNORECASE
)
_OBLIGED = re.compile(
    r"\bmust (?:also )?(?:contain|include|have)\b(?! (?:only|\d|at most|a maximum|between|from|up to))"
    r"|\bat least (?:one|two|three|four|\d+) of\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w)])-?\d+(?:\.\d+)*|[^\W_]+(?:_+[^\W_]+)*")
_LONGEST, _HIGHEST = 30, 1000
"""The digits of a base and the highest exponent that are reckoned with: no page has a bound above them."""
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
_ANY_WORD = re.compile(r"\w+(?:[.-]\w+)*")
_PLAIN = frozenset({
    "a", "an", "and", "any", "are", "as", "at", "available", "be", "blank", "by", "empty", "exist", "exists", "for",
    "from", "given", "in", "it", "left", "mandatory", "more", "must", "not", "of", "on", "one", "only", "optional",
    "or", "present", "required", "set", "that", "the", "then", "there", "this", "to", "up", "used", "valid", "with",
    "you", "your",
})  # fmt: skip
"""Words behind `is` that name no value; no participle does, but two."""
_STATES = frozenset({"enabled", "disabled"})


class Turn(StrEnum):
    """The change of the remarks on a field."""

    NARROWER = "narrower"
    WIDER = "wider"
    OTHER = "other"


def turned(before: Sequence[str], after: Sequence[str], *, conditions: bool = False) -> Turn | None:
    """The change of the remarks; None where only their wording changed.

    A remark more binds the field further, one less binds it less. Where one was written anew, its numbers, the
    characters that it names and its sense are held against each other. A remark without numbers and characters says
    something only as a condition.
    """
    old, new = [
        {_bare(one): one for one in these if conditions or _figures([one]) or _CHARACTERS.search(one)}
        for these in (before, after)
    ]
    gone = [one for key, one in old.items() if key not in new]
    come = [one for key, one in new.items() if key not in old]
    if not gone or not come:
        return Turn.NARROWER if come else Turn.WIDER if gone else None
    turns = {_numbers(gone, come), *_characters(gone, come), _sense(gone, come)} - {None}
    if not turns:
        return None
    return turns.pop() if len(turns) == 1 else Turn.OTHER


def _bare(words: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """A sentence without what a change of markup, of case or of spaces makes of it."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", words).casefold()
    return tuple(_WORD.findall(plain)), frozenset(_signs([words]))


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
    return _of(
        narrower=all(low <= lower and higher <= high for (low, high), (lower, higher) in pairs),
        wider=all(lower <= low and high <= higher for (low, high), (lower, higher) in pairs),
    )


def _of(*, narrower: bool, wider: bool) -> Turn:
    return Turn.NARROWER if narrower else Turn.WIDER if wider else Turn.OTHER


def _figures(sentences: Iterable[str]) -> list[tuple[float, ...]]:
    """The ranges and the single numbers of sentences."""
    found: list[tuple[float, ...]] = []
    for words in sentences:
        found += [(_number(one["low"]), _number(one["high"])) for one in _RANGE.finditer(words)]
        found += [(_number(one[0]),) for one in _NUMBER.finditer(_RANGE.sub(" ", words))]
    return found


def _number(figures: str) -> float:
    """A number; a power as an integer of any size, for a float ends at 10^308."""
    base, _, power = figures.replace(",", "").partition("^")
    if not power:
        return float(base)
    exponent, _, less = power.partition("-")
    whole: int = int(base[:_LONGEST]) ** min(int(exponent.strip()[:_LONGEST]), _HIGHEST)
    return whole - int(less.strip() or 0)


def _characters(gone: Sequence[str], come: Sequence[str]) -> set[Turn | None]:
    """The changes of the characters that are allowed and of those that are refused, a refusal the other way round."""
    allowed, refused = ([_parted(these)[at] for these in (gone, come)] for at in (0, 1))
    obliged = any(_OBLIGED.search(words) for words in (*gone, *come))
    turns: set[Turn | None] = set()
    for name in (_named, _signs):
        turns.add(_compared(*map(name, allowed)))
        turns.add(_compared(*reversed([name(these) for these in refused])))
    return {one and Turn.OTHER for one in turns} if obliged else turns


def _parted(sentences: Iterable[str]) -> tuple[list[str], list[str]]:
    """The parts of sentences that allow, and those that refuse."""
    allowed, refused = [], []
    for words in sentences:
        denied = _DENIED.search(words)
        if _REFUSED.search(words):
            refused.append(words)
        elif denied:
            allowed.append(words[: denied.start()])
            refused.append(words[denied.end() :])
        else:
            allowed.append(words)
    return allowed, refused


def _compared(old: set[str], new: set[str]) -> Turn | None:
    if old == new or not old or not new:
        return None
    return _of(narrower=new < old, wider=old < new)


def _named(sentences: Iterable[str]) -> set[str]:
    """The kinds of characters that sentences name; special ones may be any sign."""
    kinds = {_kind(one[0]) for words in sentences for one in _CHARACTERS.finditer(words)}
    return kinds | _SIGNS if "special character" in kinds else kinds


def _signs(sentences: Iterable[str]) -> set[str]:
    """The signs in brackets behind the word characters."""
    found = {sign for words in sentences for one in _SPECIAL.finditer(words) for sign in one["signs"]}
    return {sign for sign in found if not sign.isalnum()} - set(" \"'`,")


def _kind(words: str) -> str:
    singular = words.lower().removesuffix("s")
    return _SAME.get(singular, singular)


def _sense(gone: Iterable[str], come: Iterable[str]) -> Turn | None:
    """Another sense binds otherwise: in which direction, words do not tell."""
    old, new = (sense_of(these) for these in (gone, come))
    return Turn.OTHER if old.differs(new) else None


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
    words = {word.casefold() for text in texts for word in _ANY_WORD.findall(text)} - _PLAIN
    return frozenset(word.replace("_", "") for word in words if word in _STATES or not re.search(r"(?:ed|ing)$", word))
