"""Defaults: the words that call a value the default, and the value in the type of its field."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from conformance.document.datatype import number_of
from conformance.document.enumeration import ADJECTIVE, token
from conformance.document.patterns import DEFAULT, NOT_GIVEN, NOTHING, NUMBER, UNIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.document.datatype import DataType

NO_VALUE: Final = object()
"""Words that are no value of the type: prose about a default."""
_CONDITION = re.compile(r"\b(?:if|when|for|otherwise)\b|^(?:in|on|with)\b", re.IGNORECASE)
_ABSENT = re.compile(rf"^if {NOT_GIVEN},", re.IGNORECASE)
"""A condition that there is no value: the default is for that case."""
_EMPTY = re.compile(r"(?:an |the )?empty (?:character )?(?:string|text)|[\"']{2}|\u201c\u201d", re.IGNORECASE)
_SIGN = re.compile(r"an? (?:comma|semicolon|colon|hyphen|period|vertical bar|underscore) \(([^\w\s])\)", re.IGNORECASE)
CHOSEN = re.compile(
    r"random|current|now|today|tomorrow|yesterday|(?:un)?known|optional|mandatory|required|arbitrary|unique"
    r"|(?:auto|random|system|server|service|user)-\w+ed|\w+(?:domly|ically)",
    re.IGNORECASE,
)
"""Words that say how a value comes about, or judge it: a literal only where a list has them."""
_JUDGES = re.compile(
    rf"^if {NOT_GIVEN}[^,]*, (?:(?:its|the) value is|it (?:is|will be)(?: automatically)? set to"
    r"|the system (?:automatically )?sets it to) (?P<value>[a-z-]+)$",
    re.IGNORECASE,
)
_TIMES = r"(?:milliseconds?|ms|seconds?|s|minutes?|hours?|days?|weeks?|months?|years?)"
_SIZES = r"(?:bytes?|[KMGT]i?B|(?:kilo|mega|giga)bytes?)"
_MEASURED = re.compile(rf"(?<![\w'\u2019])(?<!\d )(?:(?P<time>{_TIMES})|(?P<size>{_SIZES}))(?!\w)", re.IGNORECASE)
"""A unit that does not stand behind a figure."""
_OWN = re.compile(rf"\d\s?(?:(?P<time>{_TIMES})|(?P<size>{_SIZES}))$", re.IGNORECASE)
_NOUN = r" (?:records|results|lines|rows|times|replicas|copies|nodes|instances|objects|percent|retries|threads|pages)"
"""The nouns that a default counts: no multiplier such as a million."""
_PAGED = re.compile(
    rf"^if {NOT_GIVEN}[^,]*, (?:a maximum of )?(?P<value>\d+) (?:\w+ ){{1,3}}are \w+(?: on each page)? by default$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"\u201c].+[\"\u201d]")


def spoken(words: str) -> str | None:
    """The words behind `default` in a sentence; None where it has none, or where a condition comes first."""
    for pattern in DEFAULT:
        if found := pattern.search(words):
            value = found["value"] or found.groupdict().get("also") or ""
            before = _ABSENT.sub("", words[: found.start()])
            return None if _CONDITION.search(before) else value
    return None


def judged(words: str) -> str | None:
    """The adjective that a sentence has where others have a default: a literal only where a list has it."""
    found = _JUDGES.match(words)
    return found["value"] if found and ADJECTIVE.search(found["value"]) else None


def counted(words: str) -> str | None:
    """The number of records that a sentence says are shown by default: the default of a limit only."""
    found = _PAGED.search(words)
    return found["value"] if found else None


def units(words: str) -> dict[str, set[str]]:
    """The units of time and of size that a description names apart from a figure."""
    made: dict[str, set[str]] = {"time": set(), "size": set()}
    for found in _MEASURED.finditer(words):
        made[found.lastgroup or ""].add(_unit(found[0]))
    return made


def _unit(words: str) -> str:
    word = words.lower()
    return {"ms": "millisecond", "s": "second"}.get(word, word.removesuffix("s").replace("ib", "b"))


def valued(  # noqa: PLR0911 - an answer for each type
    words: str, kind: DataType, *, literal: bool = False, named: Mapping[str, set[str]] = MappingProxyType({})
) -> Any:  # noqa: ANN401 - any JSON
    """The default of a field of this type; `literal` where `no` is a value like any other.

    A figure with another unit than the field's, one of those `named`, is none.
    """
    said = words.strip().rstrip(".;").strip()
    if kind.name == "string" and _EMPTY.fullmatch(said):
        return ""
    if kind.name == "string" and (sign := _SIGN.fullmatch(said)):
        return sign[1]
    value = re.sub(r"\s*\(.*\)$", "", said).strip("\"'\u201c\u201d")
    if kind.name == "array" and value == "[]":
        return []
    if value.lower() in NOTHING | {"empty", "blank", ":"} and not (literal and value):
        return NO_VALUE
    if CHOSEN.fullmatch(value) and not literal:
        return NO_VALUE
    own = _OWN.search(value)
    field = named.get(own.lastgroup or "") if own else None
    if own and _unit(own[own.lastgroup or ""]) not in (field or ()) and (field or kind.name != "string"):
        return NO_VALUE
    match kind.name:
        case "boolean" if value.lower() in {"true", "false"}:
            return value.lower() == "true"
        case "integer" | "number" | "any" if found := re.match(
            rf"(?P<number>{NUMBER})(?:{UNIT}|{_NOUN})$", value, re.IGNORECASE
        ):
            return number_of(found["number"], kind)
        case "string" if token(value) or _QUOTED.fullmatch(said):
            return value
    return NO_VALUE
