"""The cell of a type: scalar, object, array, map; an object's name leads to its table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.document.sheet import Link, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCALARS = {
    "string": ("string", None), "str": ("string", None), "char": ("string", None), "text": ("string", None),
    "varchar": ("string", None), "enum": ("string", None), "character string": ("string", None), "uuid": ("string", "uuid"),
    "date": ("string", None), "datetime": ("string", None), "date-time": ("string", None), "time": ("string", None),
    "timestamp": ("string", None), "file": ("string", "binary"), "binary": ("string", "binary"), "byte": ("string", None),
    "integer": ("integer", None), "int": ("integer", None), "int32": ("integer", "int32"), "int64": ("integer", "int64"),
    "long": ("integer", "int64"), "short": ("integer", None), "long integer": ("integer", "int64"),
    "biginteger": ("integer", None), "number": ("number", None), "float": ("number", "float"),
    "double": ("number", "double"), "decimal": ("number", None), "bigdecimal": ("number", None), "numeric": ("number", None),
    "boolean": ("boolean", None), "bool": ("boolean", None),
    "object": ("object", None), "dict": ("object", None), "dictionary": ("object", None), "json": ("object", None),
    "json object": ("object", None), "structure": ("object", None), "struct": ("object", None),
    "map": ("map", None), "array": ("array", None), "list": ("array", None), "json array": ("array", None), "jsonarray": ("array", None), "jsonobject": ("object", None), "list data structure": ("array", None), "dictionary data structure": ("object", None),
    "any": ("any", None), "any type": ("any", None),
}  # fmt: skip
_ARRAY = re.compile(r"(?:json )?(?:arrays?|lists?|sets?)\s*(?:\bof\s|\[|<|\()\s*(?P<of>.*?)\s*[\]>)]?$", re.IGNORECASE)
_BESIDE = re.compile(
    r"array\s(?P<of>strings?|integers?|int|long|numbers?|float|double|boolean|objects?)$", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?P<of>.+?)\s*(?:\[\s*\]|\s(?:array|list))$", re.IGNORECASE)
_PREFIX = re.compile(r"\[\s*(?P<of>.+?)\s*\]$|\[\s*\]\s*(?P<after>.+)$")
_MAP = re.compile(r"map\s*<\s*(?P<key>[^,]+),\s*(?P<of>.+)>$|map of (?P<named>.+)$", re.IGNORECASE)
_NAMED = re.compile(r"(?P<name>[\w.$-]+(?:\s[\w.$-]+)?)\s*(?:objects?|structures?|data structures?)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DataType:
    """A type: its name of JSON Schema, or `map` or `any`; `of` is the type of items or values.

    `refers` is the name of the object's table, `target` the anchor of the link to it.
    """

    name: str
    format: str | None = None
    of: DataType | None = None
    refers: str | None = None
    target: str | None = None

    def leaf(self) -> DataType:
        """The type inside all arrays and maps."""
        return self.of.leaf() if self.of else self

    def __iter__(self) -> Iterator[DataType]:
        yield self
        if self.of:
            yield from self.of


ANY = DataType("any")
_LARGEST = 10**100
"""No bound of a page is as large: what looks like one is not read."""


def datatype(words: str, links: tuple[Link, ...] = ()) -> DataType | None:
    """The type that a cell says; None where its words are no type."""
    text = plain(words).rstrip(".").strip()
    text = re.sub(r"\s*[,.]?\s*\(?(?:in|see|refer to|for details, see)\s+Table \d+\)?$", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*<\s*", "<", re.sub(r"\s*>", ">", text))
    text = re.sub(r"\s*\((?:int32|int64|enum|[^()]*\d[^()]*)\)$", "", text, flags=re.IGNORECASE)
    return _read(text, {plain(link.text): link.target for link in links})


def _read(text: str, links: dict[str, str]) -> DataType | None:
    key = text.lower()
    if key in _SCALARS:
        name, form = _SCALARS[key]
        return DataType(name, form)
    if found := _MAP.match(text):
        of = _read((found["of"] or found["named"]).strip(), links)
        return DataType("map", of=of) if of else None
    for pattern in (_ARRAY, _SUFFIX, _PREFIX, _BESIDE):
        if found := pattern.match(text):
            inner = next(group for group in found.groups() if group)
            of = _read(inner.strip(), links) or _read(_singular(inner), links)
            return DataType("array", of=of) if of else None
    if _singular(text).lower() in _SCALARS and text not in links:
        return _read(_singular(text), links)
    found = _NAMED.match(text)
    if found is None and not any(one and text.startswith(one) for one in links):
        return None
    name = re.sub(r"\s*\b(?:objects?|structures?)$", "", text, flags=re.IGNORECASE).strip()
    return DataType("object", refers=name, target=links.get(name) or links.get(text))


def _singular(text: str) -> str:
    return re.sub(r"(?:(?<=[a-z])s|\s*elements?|\s*type)$", "", text.strip(), flags=re.IGNORECASE)


def whole_of(number: str) -> int | None:
    """The whole number that figures say; None where they are no figures, or too many."""
    value = number_of(number, DataType("integer"))
    return None if value is None else int(value)


def number_of(number: str, kind: DataType) -> int | float | None:
    """The number that figures say: `1,024`, `0.5`, `2^31-1`; None where they are no figures, or too many."""
    figures = re.sub(r"[,\s]", "", number)
    if power := re.fullmatch(r"(\d{1,3})\^(\d{1,3})(-1)?", figures):
        value = int(power[1]) ** int(power[2]) - bool(power[3])
        return int(value) if value < _LARGEST else None
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", figures) or len(figures) > len(str(_LARGEST)):
        return None
    if "." not in figures:
        return int(figures)
    return int(float(figures)) if kind.name == "integer" else float(figures)
