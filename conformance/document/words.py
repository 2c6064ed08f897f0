"""The words of a description: bounds, enumerations, defaults, conditions, and the sentences that were not understood.

A keyword is read only from words that bind this field in every case. A sentence that looks like a bound and is not read
is left over, with its line.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from conformance.document.datatype import DataType, number_of, whole_of
from conformance.document.defaults import units
from conformance.document.enumeration import composed, explained, listed, named, separate, spaced, token, told
from conformance.document.labels import Label, label
from conformance.document.page import ONE_KIND, Found, Reading, consistent, wider
from conformance.document.parts import Part, labelled, parts
from conformance.document.patterns import (
    ABOVE,
    ABSENT,
    ANY_VALUE,
    AT_END,
    BINDS,
    CHARS,
    CONDITION,
    ENGINE,
    EXPLAINS,
    INTRO,
    INTRO_OF_VALUES,
    LOOKS_BOUND,
    NOTED,
    NOTHING,
    NUMBER,
    OF_ANOTHER,
    ONLY_RANGE,
    OPEN_LIST,
    REMARK,
    REMARKED,
    RULE,
    SENTENCE,
    SEVERAL,
    UNIT,
    VOID,
)
from conformance.document.sentences import Sentences, bare
from conformance.document.sheet import Form, Text, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 3000
"""The characters of a text that is read; no page has one as long, and some patterns need the square of its length."""


def read(kind: DataType, texts: Iterable[Text], *, answer: bool = False, name: str = "") -> Reading:
    """Reads the texts of a field of this type and name; `answer` where the field is a member of an answer."""
    reader, known = _Reader(kind, answer=answer, name=name), list(texts)
    for text in (one for one in known if len(one.text) > LONGEST):
        reader.reading.leave(text.line, text.text, f"longer than {LONGEST:,} characters")
    reader.several(known)
    for part in parts(text for text in known if len(text.text) <= LONGEST):
        reader.part(part)
    reader.finish()
    return reader.reading


_BOUNDS = {
    Label.LOWEST, Label.HIGHEST, Label.MINIMUM, Label.MAXIMUM, Label.SHORTEST, Label.LONGEST, Label.ITEMS, Label.LENGTH,
}  # fmt: skip


_MORE = re.compile(r"\bvalue is (?:greater|less|larger|smaller|not)\b|\b(?:any )?other values?\b", re.IGNORECASE)
"""Words beside values which say that there are more."""


class _Reader(Sentences):
    """Reads the parts of one description."""

    _several = False

    def several(self, texts: Iterable[Text]) -> None:
        """Notes whether a string can hold several values, the units of the texts, and the noun that calls the field."""
        texts = list(texts)
        self._units = units(
            " ".join([*re.findall(r"[A-Z]?[a-z\d]+|[A-Z]+", self._name), *(text.text for text in texts)])
        )
        first = re.split(r"[.:,]\s| (?:of|for|in|that|which|to|on)\b|\.$", texts[0].text)[0] if texts else ""
        self._nouns += re.findall(r"(\w+)\W*$", first)
        self._several = any(SEVERAL.search(text.text) for text in texts)

    def part(self, part: Part) -> None:
        """Reads what stands below one label."""
        match part.label:
            case found if found in _BOUNDS:
                self._bound(part)
            case Label.DEFAULT:
                self._default_part(part)
            case Label.ENUMERATION:
                self._list(part, int(part.inside))
            case Label.RANGE:
                self._range(part)
            case Label.OTHER:
                self._shown += " " + " ".join(text.text for text in part.texts[:1])
                self._prose(part.texts[1:])
            case _:
                self._prose(part.texts)

    # -- labels ------------------------------------------------------------------------------------------------------

    def _bound(self, part: Part) -> None:
        """Minimum: 1, Maximum length: 64, Array Length: 1 - 50."""
        words = plain(" ".join(text.text for text in part.texts[:1]))
        rest = part.texts[1:]
        both = ONLY_RANGE.match(words)
        one = re.match(rf"(?P<number>{NUMBER})(?P<unit>{UNIT})\s*\.?$", words, re.IGNORECASE)
        if part.label in {Label.ITEMS, Label.LENGTH} and both and part.texts:
            low, high = ("minItems", "maxItems") if part.label is Label.ITEMS else ("minLength", "maxLength")
            if part.label is Label.LENGTH and self._leaf.name != "string":
                self._left(part.texts[0])
            else:
                self._set(low, whole_of(both["low"]), part.texts[0], items=part.label is Label.LENGTH)
                self._set(high, whole_of(both["high"]), part.texts[0], items=part.label is Label.LENGTH)
        elif one and part.inside and self._leaf.name == "string" and part.label in {Label.MINIMUM, Label.MAXIMUM}:
            self._left(part.texts[0])
        elif one and part.texts:
            self._one(part.label, one["number"], one["unit"].strip().lower(), part.texts[0])
        elif part.texts:
            rest = part.texts[1:] if re.match(rf"must be {NUMBER}\b", words) else part.texts
            if rest != part.texts:
                self._left(part.texts[0])
        self._prose(rest)

    def _one(self, found: Label | None, number: str, unit: str, text: Text) -> None:
        lengths = found in {Label.SHORTEST, Label.LONGEST, Label.LENGTH}
        low = found in {Label.LOWEST, Label.MINIMUM, Label.SHORTEST}
        numeric = self._leaf.name in {"integer", "number"}
        if found is Label.ITEMS:
            self._set("minItems", whole_of(number), text)
            self._set("maxItems", whole_of(number), text)
        elif numeric and not lengths:
            self._set("minimum" if low else "maximum", number_of(number, self._leaf), text, items=True)
        elif self._leaf.name == "string" and unit in {"", "characters", "character", "chars", "char"}:
            if found in {Label.LOWEST, Label.HIGHEST}:
                self._left(text)
                return
            if found is Label.LENGTH:
                self._set("minLength", whole_of(number), text, items=True)
                self._set("maxLength", whole_of(number), text, items=True)
            else:
                self._set("minLength" if low else "maxLength", whole_of(number), text, items=True)
        else:
            self._left(text)

    def _default_part(self, part: Part) -> None:
        if not part.texts:
            return
        first, rest = part.texts[0], part.texts[1:]
        if not self._default(first.text, first) and first.text.lower() not in NOTHING:
            self._prose([first])
        for text in rest:
            if text.text.lower() not in NOTHING:
                self._prose([text])

    def _range(self, part: Part) -> None:
        """Below a range: numbers, a list of values, or sentences."""
        texts = [text for text in part.texts if text.text not in VOID]
        if len(texts) == 1 and texts[0].text.startswith("^"):
            self.sentence(texts[0].text, texts[0])
            return
        if len(texts) == 1 and self._plain_range(texts[0].text, texts[0]):
            self._sentence_default(texts[0].text, texts[0])
            return
        if self._list(Part(part.label, part.line, texts), 1):
            return

    # -- lists of values ---------------------------------------------------------------------------------------------

    def _list(self, part: Part, rank: int) -> bool:
        """Values below a label, one a text; sentences among them are prose."""
        texts = [text for text in part.texts if text.text not in VOID]
        if not texts:
            return False
        if len(texts) > 1 and INTRO.match(texts[0].text):
            texts = texts[1:]
        texts = self._ungrouped(texts)
        first = texts[0]
        inline = self._inline(part, texts)
        if inline and (len(texts) == 1 or len(inline) > 1) and first.form is not Form.ITEM:
            self._sentence_default(first.text, first)
            closed = self._enumerate(inline, first, rank)
            if not closed:
                self._left(first)
            self._prose(texts[1:] if closed else texts)
            return closed
        bare = len(texts) > 1 and all(token(text.text) for text in texts)
        known = [(named(text.text, explicit=bare or part.label is Label.ENUMERATION), text) for text in texts]
        values = [(value[0], text, value[1]) for value, text in known if value]
        rest = [text for value, text in known if value is None]
        one = rank and len(values) == 1 and first.form is not Form.ITEM and not token(first.text)
        one = one and (part.label is Label.RANGE or not EXPLAINS.match(first.text))
        if not values or len(rest) > len(values) or one or self._open(part, [text for _, text, _ in values], rest):
            self._prose(texts)
            return False
        if not self._enumerate([value for names, _, _ in values for value in names], values[0][1], rank):
            return self._prose([text for _, text, _ in values]) or self._prose(rest)
        for names, text, default in values:
            if default and not self._default(names[0], text, literal=True):
                self._left(text)
        self._prose(rest)
        return True

    def _ungrouped(self, texts: list[Text]) -> list[Text]:
        """The texts without headings of groups, such as `Ready:`: each has two values or more below it."""
        known = [explained(text) for text in texts]
        heads = [number for number, text in enumerate(texts) if re.fullmatch(r"[\w ]+:", text.text)]
        if len(heads) < 2 or not all(known[number + 1 : number + 3] == [True, True] for number in heads):  # noqa: PLR2004
            return texts
        for number in heads:
            self.reading.leave(texts[number].line, texts[number].text, ONE_KIND)
        return [text for number, text in enumerate(texts) if number not in heads]

    def _open(self, part: Part, values: list[Text], rest: list[Text]) -> bool:
        """Whether the other texts say that the values are not all, or only parts of one."""
        before = [text for text in rest if text.line < values[0].line]
        if any(RULE.search(text.text) for text in before) or any(_MORE.search(text.text) for text in rest):
            return True
        return part.label is not Label.ENUMERATION and (
            any(CONDITION.search(text.text) for text in before)
            or any(
                text.form is Form.ITEM and not (text.line > values[-1].line and REMARK.match(text.text))
                for text in rest
            )
        )

    def _inline(self, part: Part, texts: list[Text]) -> list[str]:
        """The values that the first text lists."""
        first = texts[0]
        alone = len(texts) == 1 or (
            first.form is not Form.ITEM and (first.line == part.line or (", " in first.text and first.text[-1] != "."))
        )
        known = separate(first.text) or listed(first.text, closed=alone, of=self._nouns)
        several = alone and part.label is Label.ENUMERATION and self._leaf.name == "string"
        return known or (spaced(first.text) if several else [])

    def _prose(self, texts: list[Text]) -> bool:
        """Sentences; a run of items that name and explain values is a list."""
        texts = self._interleaved(texts)
        number = 0
        while number < len(texts):
            run = 0
            while number + run < len(texts) and texts[number + run].form is Form.ITEM:
                run += 1
            beside = 0
            while number + beside < len(texts) and explained(texts[number + beside]):
                beside += 1
            run = max(run, beside if beside > 1 else 0)
            if run:
                intro = texts[number - 1].text if number else ""
                self._items(intro, texts[number : number + run], " ".join(text.text for text in texts[:number]))
                number += run
                continue
            text = texts[number]
            *others, last = SENTENCE.split(text.text)
            if (
                INTRO.match(last)
                and not CONDITION.search(last)
                and "example" not in last
                and number + 1 < len(texts)
                and self._list(Part(None, text.line, texts[number + 1 :]), 1)
            ):
                for sentence in others:
                    self.sentence(sentence.strip(), text)
                return False
            if text.form is not Form.CODE and text.text.lower() not in NOTHING:
                bound = ENGINE.match(text.text)
                for sentence in self._untold(text):
                    if bound and not ENGINE.match(sentence):
                        self._bound_to_another(sentence, text)
                    else:
                        self.sentence(sentence.strip(), text)
            number += 1
        return False

    def _interleaved(self, texts: list[Text]) -> list[Text]:
        """The texts without the items that name values, where each has its explanation in paragraphs below it."""
        items = [text for text in texts if text.form is Form.ITEM]
        beside = any(one.form is other.form is Form.ITEM for one, other in pairwise(texts))
        if len(items) < 2 or beside or not all(map(explained, items)):  # noqa: PLR2004 - one item is no list
            return texts
        values = [name for text in items for name in (named(text.text, explicit=False) or ([], False))[0]]
        return [one for one in texts if one not in items] if self._enumerate(values, items[0], 2) else texts

    def _untold(self, text: Text) -> list[str]:
        """The sentences of a text without those that explain values one after the other: they are a list."""
        sentences: list[str] = []
        for one in SENTENCE.split(text.text):
            if sentences and told(one) and (above := label(sentences[-1])) and told(above[1]):
                sentences[-1] += f"; {one}"
            else:
                sentences.append(one)
        values = [told(one) for one in sentences]
        where = [number for number, names in enumerate(values) if names]
        if not where or (len(where) == 1 and len(values[where[0]]) == 1):
            return sentences
        if len(where) == 1 and not (sentences[where[0]][0].islower() or "".join(values[where[0]]).isupper()):
            return sentences
        first, last = where[0], where[-1] + 1
        every = any(sentences[number].startswith("-1 ") for number in where)
        if (
            every
            or last - first > len(where)
            or not self._enumerate([name for names in values for name in names], text, 4)
        ):
            for number in where:
                self._left(Text(text.line, sentences[number]))
            return sentences
        for one in sentences[first:last]:
            if (value := named(one, explicit=False)) and NOTED.match(one):
                self._default(value[0][0], text, literal=True)
        return sentences[:first] + sentences[last:]

    def _items(self, intro: str, texts: list[Text], before: str) -> None:
        """Items before the line that announces values are prose, those behind the values are remarks."""
        head = next((n for n, text in enumerate(texts, 1) if ABOVE.search(text.text) or INTRO.match(text.text)), 0)
        if 0 < head < len(texts):
            self._items(intro, texts[:head], before)
            intro, texts = texts[head - 1].text, texts[head:]
        more = next((n for n, text in enumerate(texts) if n > 1 and REMARKED.match(text.text)), None)
        if more and all(REMARKED.match(text.text) for text in texts[more:]):
            self._items("", texts[more:], before)
            texts = texts[:more]
        named_first = next((n for n, text in enumerate(texts) if not explained(text)), 0)
        if (
            named_first > 1
            and INTRO_OF_VALUES.search(intro)
            and not any(re.match(r"\S+: ", text.text) for text in texts[named_first:])
            and self._values(intro, texts[:named_first], before)
        ):
            self._rules("", texts[named_first:])
        elif not self._values(intro, texts, before):
            self._rules(intro, texts)

    def _values(self, intro: str, texts: list[Text], before: str) -> bool:
        """Items of which each names a value."""
        values = [named(text.text, explicit=False) for text in texts]
        plain_values = [value for value in values if value]
        last = SENTENCE.split(intro)[-1]
        open_list = OPEN_LIST.search(last) or (intro.endswith(":") and CONDITION.search(last))
        closing = re.search(
            r"\b(?:options|values?|can be|as follows|one of|types?|enumerat\w+|status(?:es)?)\b[^.]*:?$",
            intro,
            re.IGNORECASE,
        )
        if (
            not open_list
            and len({value[0][0] for value in plain_values}) == len(plain_values)
            and not composed([name for value in plain_values for name in value[0]], before)
            and len(plain_values) == len(values)
            and (len(values) > 1 or closing or (self._alone(texts[0].text) and not CONDITION.search(last)))
            and self._enumerate([name for value in plain_values for name in value[0]], texts[0], 2)
        ):
            for value, text in zip(plain_values, texts, strict=True):
                found = AT_END.search(text.text)
                said = found["value"] if found else value[0][0]
                if (found or value[1]) and not self._default(said, text, literal=True):
                    self._left(text)
                for sentence in SENTENCE.split(text.text)[1:]:
                    self._sentence_default(sentence, text)
            return True
        return False

    def _alone(self, words: str) -> bool:
        """Whether the only item is a value that it explains."""
        return bool(re.match(r"[A-Z\d_]+: indicates\b", words)) or (self._leaf.name == "integer" and ":" in words)

    def _rules(self, intro: str, texts: list[Text]) -> None:
        """Items of which each is a sentence; a condition at the start of one is about all of it."""
        cannot = bool(re.search(r"\bcannot:?$", intro, re.IGNORECASE))
        for text in texts:
            if cannot and (found := re.match(rf"exceed (?P<high>{NUMBER}) {CHARS}", text.text, re.IGNORECASE)):
                self._set("maxLength", whole_of(found["high"]), text, items=True)
                continue
            first, *others = SENTENCE.split(text.text)
            self.sentence(first.strip(), text)
            apart = OPEN_LIST.search(intro) and OF_ANOTHER.match(first)
            bound = apart or (BINDS.match(first) and not ABSENT.search(first) and not ANY_VALUE.search(first))
            for sentence in others:
                if bound:
                    self._bound_to_another(sentence, text)
                else:
                    self.sentence(sentence.strip(), text)

    def _bound_to_another(self, sentence: str, text: Text) -> None:
        """A sentence that binds the field in one case only."""
        if LOOKS_BOUND.search(sentence):
            self._left(Text(text.line, sentence.strip()))

    def sentence(self, words: str, text: Text) -> None:
        """One sentence; in the middle of a paragraph a label may begin it."""
        if found := label(bare(words)):
            self.part(labelled(*found, text.line, inside=True))
        else:
            super().sentence(words, text)

    def finish(self) -> None:
        """The list of values that wins, and a last look at what contradicts itself."""
        place = self.reading.items if self._kind.name == "array" else self.reading.keywords
        told = [one for rank in (2, 4) for one in self._enumerations.get(rank, ())]
        if self._ranged or wider(place, [values for values, _ in told]):
            self._enumerations = {rank: of for rank, of in self._enumerations.items() if rank not in {2, 4}}
        lists = self._single()
        if lists:
            best, *others = lists
            place["enum"] = Found(best[0], best[1].line, best[1].text)
            for values, text in others:
                if set(values) - set(best[0]):
                    self.reading.leave(text.line, text.text, "another list of values")
        for words, text in self._nothing:
            if words in (lists[0][0] if lists else ()):
                self._set("default", words, text)
                self.reading.unread = [one for one in self.reading.unread if one.text != text.text]
        self.reading.loosen(self._exceptions)
        for place in (self.reading.keywords, self.reading.items):
            for keyword in [key for key, found in place.items() if found.value is None]:
                del place[keyword]
            consistent(place, self.reading.unread)

    def _single(self) -> list[tuple[Any, Text]]:
        """The lists by their rank, without those of which an example has several values in one string."""
        lists = [one for rank in sorted(self._enumerations) for one in self._enumerations[rank]]
        joined = self._several and self._kind.name == "string"
        made = [one for one in lists if joined or composed(one[0], self._shown)]
        for _, text in made:
            self.reading.leave(text.line, text.text, "several of these values may stand in one string")
        return [one for one in lists if one not in made]
