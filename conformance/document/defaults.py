"""Defaults: the words that call a value the default, and the value in the type of its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from conformance.document.datatype import number_of
from conformance.document.enumeration import token
from conformance.document.patterns import DEFAULT, NOT_GIVEN, NOTHING, NUMBER, UNIT

if TYPE_CHECKING:
    from conformance.document.datatype import DataType

__all__ = ["NO_VALUE", "spoken", "valued"]

NO_VALUE: Final = object()
"""Words that are no value of the type: prose about a default."""
_CONDITION = re.compile(r"\b(?:if|when|for|otherwise)\b|^(?:in|on|with)\b", re.IGNORECASE)
_ABSENT = re.compile(rf"^if {NOT_GIVEN},", re.IGNORECASE)
"""A condition that there is no value: the default is for that case."""
_EMPTY = re.compile(r"(?:an |the )?empty (?:character )?(?:string|text)|[\"']{2}|\u201c\u201d", re.IGNORECASE)
_QUOTED = re.compile(r"[\"\u201c].+[\"\u201d]")


def spoken(words: str) -> str | None:
    """The words behind `default` in a sentence; None where it has none, or where a condition comes first."""
    for pattern in DEFAULT:
        if found := pattern.search(words):
            value = found["value"] or found.groupdict().get("also") or ""
            before = _ABSENT.sub("", words[: found.start()])
            return None if _CONDITION.search(before) else value
    return None


def valued(words: str, kind: DataType, *, literal: bool = False) -> Any:  # noqa: ANN401, PLR0911 - any JSON, an answer for each type
    """The default of a field of this type; `literal` where `no` is a value like any other."""
    said = words.strip().rstrip(".;").strip()
    if kind.name == "string" and _EMPTY.fullmatch(said):
        return ""
    value = re.sub(r"\s*\(.*\)$", "", said).strip("\"'\u201c\u201d")
    if kind.name == "array" and value == "[]":
        return []
    if value.lower() in NOTHING | {"empty", "blank", ":"} and not (literal and value):
        return NO_VALUE
    match kind.name:
        case "boolean" if value.lower() in {"true", "false"}:
            return value.lower() == "true"
        case "integer" | "number" | "any" if found := re.match(
            rf"(?P<number>{NUMBER})(?:{UNIT}| [a-z]+)$", value, re.IGNORECASE
        ):
            return number_of(found["number"], kind)
        case "string" if token(value) or _QUOTED.fullmatch(said):
            return value
    return NO_VALUE
