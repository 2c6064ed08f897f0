"""The content of a page: an operation, its parameters, bodies and answers, each with its line.

The keywords of a description have their words too; contradictions are taken out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.document.sheet import Text, Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.document.datatype import DataType
    from conformance.document.labels import Role

LEFT = "looks like a bound and was not read"
ONE_KIND = "binds one kind only"


@dataclass(frozen=True, slots=True)
class Field:
    """A row of a table: a parameter or a member. `required` is None where the page does not say.

    `members` is the table of its object, of its array's items or of its map's values.
    """

    name: str
    line: int
    type: DataType
    required: bool | None
    texts: tuple[Text, ...]
    reading: Reading
    condition: str | None = None
    members: Object | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The description as it stands, a paragraph a line."""
        return "\n".join(text.text for text in self.texts)


@dataclass(frozen=True, slots=True)
class Object:
    """The rows of a table. `whole` is the row that stands for the object itself, such as an array of items."""

    name: str
    line: int
    fields: tuple[Field, ...]
    recursive: bool = False
    whole: Field | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a request or of an answer: its line, the text above it, and the code as it stands."""

    line: int
    title: str
    code: str


@dataclass(slots=True)
class Answer:
    """The answer with a status; `assumed` where no line says which status a table belongs to."""

    status: str
    line: int
    description: str = ""
    headers: tuple[Field, ...] = ()
    body: Object | None = None
    examples: list[Example] = field(default_factory=list)
    assumed: bool = False


@dataclass(slots=True)
class Page:
    """A page of the template. `method` and `path` are empty where it describes no operation."""

    name: str
    title: str = ""
    breadcrumb: str = ""
    revision: str = ""
    function: list[Text] = field(default_factory=list)
    method: str = ""
    path: str = ""
    host: str = ""
    query: str = ""
    uri_line: int = 0
    parameters: dict[Role, tuple[Field, ...]] = field(default_factory=dict)
    body: Object | None = None
    form: bool = False
    answers: dict[str, Answer] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    texts: list[tuple[str, Text]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Every field with its place: `path id`, `request labels[].key`, `201 id`."""
        for role, fields in self.parameters.items():
            for one in fields:
                yield f"{role} {one.name}", one
        for place, body in (("request", self.body), *((status, one.body) for status, one in self.answers.items())):
            if body:
                for path, one in _members(body, ""):
                    yield f"{place} {path}", one
        for status, answer in self.answers.items():
            for one in answer.headers:
                yield f"{status} header {one.name}", one


def _members(body: Object, before: str) -> Iterator[tuple[str, Field]]:
    if body.whole:
        yield before or ".", body.whole
        if body.whole.members:
            yield from _members(body.whole.members, f"{before}{_marks(body.whole.type)}.")
        return
    for one in body.fields:
        yield f"{before}{one.name}", one
        if one.members:
            yield from _members(one.members, f"{before}{one.name}{_marks(one.type)}.")


def _marks(kind: DataType) -> str:
    return "".join({"array": "[]", "map": "{}"}.get(part.name, "") for part in kind)


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

    def loosen(self, exceptions: Iterable[tuple[str, float | None, Text]]) -> None:
        """Takes out each bound beyond which some case allows more: it binds one kind only."""
        for keyword, value, text in exceptions:
            known = self.keywords.get(keyword)
            if known is None or known.value is None or value is None:
                continue
            if value > known.value if "ax" in keyword else value < known.value:
                del self.keywords[keyword]
                for line, words in ((known.line, known.words), (text.line, text.text)):
                    self.leave(line, words, ONE_KIND)


def consistent(keywords: dict[str, Found], unread: list[Unread]) -> None:
    """Takes out bounds that contradict each other and a default beside a list; a default outside a bound stays."""
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        if low in keywords and high in keywords and keywords[low].value > keywords[high].value:
            for key in (low, high):
                found = keywords.pop(key)
                unread.append(Unread(found.line, found.words, f"{low} is above {high}"))
    if "default" in keywords:
        value = keywords["default"].value
        found = keywords["default"]
        if unlisted := "enum" in keywords and value not in keywords["enum"].value:
            del keywords["default"]
        if unlisted or _outside(value, keywords):
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
