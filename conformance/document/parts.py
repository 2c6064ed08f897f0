"""The parts of a description: a label, and the texts below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.document.labels import Label, label
from conformance.document.patterns import SENTENCE
from conformance.document.sheet import Form, Text, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(slots=True)
class Part:
    """A label with the texts below it; the texts before the first label have none."""

    label: Label | None
    line: int
    texts: list[Text] = field(default_factory=list)
    inside: bool = False
    """Whether the label stands in the middle of a paragraph."""


def parts(texts: Iterable[Text]) -> Iterator[Part]:
    """The parts of a description in their order."""
    part = Part(None, 0)
    known = list(_joined(texts))
    for number, text in enumerate(known):
        words = _dashes(plain(text.text))
        found = label(words) if text.form is not Form.CODE else None
        if found and ((words.isupper() and not found[1]) or _value(known, number, *found)):
            found = None  # a value such as OPTIONS
        if found is None:
            part.texts.append(Text(text.line, words, text.form))
            continue
        yield part
        part, *more = _split(labelled(*found, text.line))
        while more:
            yield part
            part, *more = more
    yield part


def _value(texts: list[Text], number: int, found: Label, rest: str) -> bool:
    """True for an item that is a value and has the name of a label, such as `enum` between `exact` and `pattern`."""
    if found in {Label.MINIMUM, Label.MAXIMUM} and texts[number].form is Form.ITEM and _MEANING.match(rest):
        return True
    beside = [*texts[max(number - 1, 0) : number], *texts[number + 1 : number + 2]]
    return (
        texts[number].form is Form.ITEM
        and texts[number].text[:1].islower()
        and any(one.form is Form.ITEM and label(plain(one.text)) is None for one in beside)
    )


_MEANING = re.compile(r"(?!(?:must|can|cannot|should|is|not|no|up)\b)[a-z]")
"""The explanation of a value, no rule."""


def _joined(texts: Iterable[Text]) -> Iterator[Text]:
    """The texts; a regular expression below the line that announces it is part of that line."""
    above: Text | None = None
    for text in texts:
        if above and text.text.startswith("^"):
            yield Text(above.line, f"{above.text} {text.text}", above.form)
            above = None
            continue
        if above:
            yield above
        above = text if _ANNOUNCED.search(text.text) else None
        if above is None:
            yield text
    if above:
        yield above


_ANNOUNCED = re.compile(r"\bregular expression\b[^.]{0,40}:$", re.IGNORECASE)


def labelled(found: Label, rest: str, line: int, *, inside: bool = False) -> Part:
    """The part that a label begins; further sentences on its line are texts of their own."""
    texts = [Text(line, words.strip()) for words in SENTENCE.split(rest) if words.strip()]
    return Part(found, line, texts, inside=inside)


def _split(part: Part) -> list[Part]:
    """The parts of one line: a sentence in it may begin with a label of its own."""
    made = [Part(part.label, part.line, part.texts[:1], part.inside)]
    for text in part.texts[1:]:
        if found := label(text.text):
            made.extend(_split(labelled(*found, part.line, inside=part.inside)))
        else:
            made[-1].texts.append(text)
    return made


def _dashes(words: str) -> str:
    return re.sub("[\u2012\u2013\u2014\u2212]", "-", words)
