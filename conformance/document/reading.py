"""The keywords of a description, each with its line and words; contradictions are taken out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.document.sheet import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["LEFT", "ONE_KIND", "Found", "Reading", "consistent", "wider"]

LEFT = "looks like a bound and was not read"
ONE_KIND = "binds one kind only"


@dataclass(frozen=True, slots=True)
class Found:
    """The value of a keyword, with the line and the words that say it."""

    value: Any
    line: int
    words: str


@dataclass(slots=True)
class Reading:
    """A description as read: keywords of the field and of an array's items, conditions, and the rest."""

    keywords: dict[str, Found] = field(default_factory=dict)
    items: dict[str, Found] = field(default_factory=dict)
    conditions: list[Found] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def leave(self, line: int, text: str, why: str) -> None:
        """Keeps a sentence as unread, once for each reason."""
        if (one := Unread(line, text, why)) not in self.unread:
            self.unread.append(one)


def consistent(keywords: dict[str, Found], unread: list[Unread]) -> None:
    """Takes out what contradicts itself: the page may, the result must not."""
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        if low in keywords and high in keywords and keywords[low].value > keywords[high].value:
            for key in (low, high):
                found = keywords.pop(key)
                unread.append(Unread(found.line, found.words, f"{low} is above {high}"))
    if "default" in keywords:
        value = keywords["default"].value
        if ("enum" in keywords and value not in keywords["enum"].value) or _outside(value, keywords):
            found = keywords.pop("default")
            unread.append(Unread(found.line, found.words, "this default is no allowed value"))


def wider(keywords: Mapping[str, Found], lists: Iterable[Sequence[Any]]) -> bool:
    """Whether both ends of a range are read, and more lies between them than the values that are explained."""
    if not {"minimum", "maximum"} <= keywords.keys():
        return False
    low, high = keywords["minimum"].value, keywords["maximum"].value
    return low is None or high is None or any(len(values) < high - low + 1 for values in lists)


def _outside(value: Any, keywords: dict[str, Found]) -> bool:  # noqa: ANN401 - any JSON
    def limit(keyword: str, otherwise: float) -> float:
        return float(keywords[keyword].value) if keyword in keywords else otherwise

    size = len(value) if isinstance(value, str | list) else value
    kind = "Length" if isinstance(value, str) else "Items" if isinstance(value, list) else "imum"
    names = (f"min{kind}", f"max{kind}")
    return not limit(names[0], float("-inf")) <= size <= limit(names[1], float("inf"))
