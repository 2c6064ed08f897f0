"""One sentence of a description: what it says of the field, as keywords, conditions, or as unread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.document.datatype import DataType, number_of, whole_of
from conformance.document.defaults import CHOSEN, NO_VALUE, counted, judged, spoken, units, valued
from conformance.document.enumeration import listed, of_type, separate
from conformance.document.limits import counts, exceptions, lengths, numbers
from conformance.document.page import LEFT, ONE_KIND, Found, Reading
from conformance.document.patterns import (
    ABOVE,
    BLANK,
    CONDITION,
    CONDITIONAL,
    COUNTED,
    DEPRECATED,
    EACH,
    INCLUDED,
    LOOKS_BOUND,
    NOTHING,
    NULL,
    OF_ANOTHER,
    OF_ITEM,
    OF_ONE_KIND,
    ONLY_RANGE,
    OTHER,
    PATTERN,
    RANGE,
    RULES,
    SIGNS,
    SUBJECT,
    WEAK,
)
from conformance.document.sheet import Form, Text

if TYPE_CHECKING:
    from collections.abc import Sequence


def bare(words: str) -> str:
    """A sentence without its full stop, and without brackets around all of it."""
    words = words.strip().rstrip(".").strip()
    return words[1:-1] if re.fullmatch(r"\([^()]*\)", words) else words


def _kinds(one: str, other: str) -> bool:
    """Whether two sentences are about one kind of the thing each, such as two kinds of disks."""
    if OF_ONE_KIND.match(one) and OF_ONE_KIND.match(other):
        return True
    first, second = SUBJECT.match(one), SUBJECT.match(other)
    return bool(first and second and first["kind"] != second["kind"] and first["thing"] == second["thing"])


_LIMIT = re.compile(r"(?:limit|size|count|per_?page|max_?(?:items|results|keys|records))$", re.IGNORECASE)
"""The end of the name of a field that says how many records an answer has."""


class Sentences:
    """Reads the sentences about one field, and keeps what they say."""

    def __init__(self, kind: DataType, *, answer: bool, name: str = "") -> None:
        self.reading = Reading()
        self._kind = kind
        self._leaf = kind.leaf() if kind.name == "array" else kind
        self._answer = answer
        self._enumerations: dict[int, list[tuple[Any, Text]]] = {}
        self._exceptions: list[tuple[str, Any, Text]] = []
        subject = rf"^(?:the |an? )?(?:value of )?{re.escape(name)}"
        self._own = re.compile(rf"{subject}(?= (?:can|must|cannot|ranges?|is|should)\b)", re.IGNORECASE)
        self._named = re.compile(rf"(?<=\bdefault )(?:value of )?{re.escape(name)}(?= is\b)", re.IGNORECASE)
        self._absent = re.compile(rf"(?<=\bif ){re.escape(name)}(?= is (?:not|left|omitted|empty)\b)", re.IGNORECASE)
        self._name = name
        self._units = units("")
        self._nouns = [nouns[-1]] if (nouns := re.findall(r"[A-Z]?[a-z\d]+|[A-Z]+", name)) else []
        self._nothing: list[tuple[Any, Text]] = []
        self._ranged = False
        self._shown = ""

    def sentence(self, words: str, text: Text) -> None:
        """One sentence: a default, a list, a bound, a condition; or left over where it looks like one of them."""
        words = bare(words)
        if not words:
            return
        where = Text(text.line, words)
        words = self._renamed(words)
        understood = False
        if DEPRECATED.search(words):
            self._set("deprecated", value=True, text=where)
            understood = True
        if CONDITIONAL.search(words):
            self.reading.conditions.append(Found(where.text, text.line, where.text))
            understood = True
        found_pattern = PATTERN.search(words) if self._leaf.name == "string" else None
        if found_pattern and not (found_pattern.start() and OF_ANOTHER.match(words)):
            self._set("pattern", next(one for one in found_pattern.groups() if one), where, items=True)
            understood = True
        if NULL.search(words) and (self._answer or re.search(r"\bcan be null\b", words, re.IGNORECASE)):
            self._set("nullable", value=True, text=where)
            understood = True
        if text.form is not Form.ITEM or not OF_ITEM.match(words):
            understood |= self._sentence_default(words, where)
        self._ranged |= self._leaf.name in {"integer", "number"} and bool(
            re.search(rf"\branges?\b.*{RANGE}", words, re.IGNORECASE)
        )
        conditional = CONDITION.search(SIGNS.sub("", words)) or OF_ANOTHER.match(words)
        if conditional:
            self._exceptions += [(keyword, value, where) for keyword, value in exceptions(words, self._kind)]
        else:
            counted = COUNTED.match(words)
            if values := separate(words) if counted else listed(words, of=self._nouns):
                understood |= self._enumerate(values, where, 2 if counted else 3)
            else:
                bound = self._sentence_bound(words, where)
                understood = bound or (understood and not counted)
        if not understood and LOOKS_BOUND.search(words) and (conditional or not ABOVE.search(words)):
            self._left(where)

    def _renamed(self, words: str) -> str:
        """The words of a sentence with `value` and `this parameter` for the name of the field."""
        words = RULES.sub("", words)
        if not self._name:
            return words
        words = self._named.sub("value", self._own.sub("The value", words))
        return self._absent.sub("this parameter", words)

    def _sentence_default(self, words: str, text: Text) -> bool:
        if adjective := judged(words):
            self._nothing.append((adjective, text))
            return False
        said = (counted(words) if _LIMIT.search(self._name) else None) or spoken(words)
        return said is not None and self._default(said, text, literal=f"{said} (" in words)

    def _default(self, words: str, text: Text, *, literal: bool = False) -> bool:
        """A default of the field's type; prose about one is left over."""
        value = valued(words, self._kind, literal=literal, named=self._units)
        if value is not NO_VALUE:
            self._set("default", value, text)
        elif words.lower() in NOTHING or CHOSEN.fullmatch(words):
            self._nothing.append((words, text))
        elif figure := re.fullmatch(r"(\d+)\s?[a-z]+", words, re.IGNORECASE):
            self._nothing.append((valued(figure[1], self._kind), text))
        return value is not NO_VALUE

    def _sentence_bound(self, words: str, text: Text) -> bool:
        words = BLANK.sub("", words)
        if self._leaf.name == "any":
            return self._number(words, text) or self._length(words, text)
        if self._leaf.name == "string":
            return self._length(words, text)
        if self._leaf.name in {"integer", "number"}:
            return self._number(words, text)
        own = re.split(r"(?:^|,? and )each\b", words, flags=re.IGNORECASE)[0]
        return self._kind.name == "array" and self._keep(counts(own), text, items=False)

    def _length(self, words: str, text: Text) -> bool:
        """The number of characters of a string; for an array, of each of its items."""
        each = bool(EACH.search(words))
        if OTHER.search(words) or (each and self._kind.name != "array"):
            return False
        if self._kind.name == "array":
            if self._keep(counts(words), text, items=False):
                return True
            if not each and re.match(r"the (?!values?\b|strings?\b)", words, re.IGNORECASE):
                return False
        return self._keep(lengths(words), text)

    def _number(self, words: str, text: Text) -> bool:
        """The numbers that an integer or a number can be."""
        return self._plain_range(words, text) or self._keep(numbers(words, self._leaf), text)

    def _keep(self, bounds: Sequence[tuple[str, Any]], text: Text, *, items: bool = True) -> bool:
        for keyword, value in bounds:
            self._set(keyword, value, text, items=items)
        return bool(bounds)

    def _set(self, keyword: str, value: Any, text: Text, *, items: bool = False) -> None:  # noqa: ANN401 - any JSON
        """Keeps a keyword; of two that contradict each other the first stays and the second is left over."""
        if value is None:
            self._left(text)
            return
        place = self.reading.items if items and self._kind.name == "array" else self.reading.keywords
        if place.get(keyword, Found(0, 0, "")).value is None:
            self.reading.leave(text.line, text.text, ONE_KIND)
            return
        known = place.setdefault(keyword, Found(value, text.line, text.text))
        if known.value != value and (keyword == "default" or _kinds(text.text, known.words)):
            place[keyword] = Found(None, known.line, known.words)
            for line, words in ((known.line, known.words), (text.line, text.text)):
                self.reading.leave(line, words, ONE_KIND)
        elif known.value != value and keyword == "minimum" and WEAK.search(known.words):
            place[keyword] = Found(value, text.line, text.text)
        elif known.value != value and not (keyword == "minimum" and WEAK.search(text.text)):
            self.reading.leave(text.line, text.text, f"a second {keyword}, beside {known.value}")

    def _left(self, text: Text) -> None:
        if text.text.lower().rstrip(".") not in NOTHING:
            self.reading.leave(text.line, text.text, LEFT)

    def _enumerate(self, values: list[str], text: Text, rank: int) -> bool:
        """Keeps a closed list; the list below its own label (rank 0) wins over one in prose."""
        if self._leaf.name == "boolean":
            return True
        typed = of_type(self._leaf.name, values)
        if not typed:
            return False
        self._enumerations.setdefault(rank, []).append((typed, text))
        return True

    def _plain_range(self, words: str, text: Text) -> bool:
        """Numbers and nothing else: `1-100`, `[1, 65535]`, `1 to 64 characters`."""
        words = re.sub(r"(?<=\d), excluding \d.*$", "", words)
        found = ONLY_RANGE.match(
            re.sub(r"^(?:it |the value |value )?(?:ranges?|is) from ", "", INCLUDED.sub("", words), flags=re.IGNORECASE)
        )
        if found is None or "(exclusive" in words:
            return False
        unit = (found["unit2"] or found["unit"]).strip().lower()
        if self._leaf.name in {"integer", "number", "any"} and not unit.startswith("char"):
            self._set("minimum", number_of(found["low"], self._leaf), text, items=True)
            self._set("maximum", number_of(found["high"], self._leaf), text, items=True)
        elif self._leaf.name == "string" and unit.startswith("char"):
            self._set("minLength", whole_of(found["low"]), text, items=True)
            self._set("maxLength", whole_of(found["high"]), text, items=True)
        elif self._kind.name == "array" and unit.startswith(("item", "element")):
            self._set("minItems", whole_of(found["low"]), text)
            self._set("maxItems", whole_of(found["high"]), text)
        else:
            self._left(text)
        return True
