"""The model of the covering arrays in `plan.probes.pairs`: `python -m tests.plan.covering` prints what it makes."""

from __future__ import annotations

import textwrap
from itertools import chain, combinations, product
from typing import TYPE_CHECKING

import covertable

from conformance.plan.probes.pairs import BODILESS, FIRST, PARTS, PLAIN, Combination, combination

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Factors = dict[str, tuple[str, ...]]

RIGHT = "right"
STRANGERS = ("missing", "unknown", "empty", "near")
_OUT = ("below", "above", "word", "text")
_BODIES = ("truncated", "number", "absent", "array", "empty")
_MEDIA = ("text", "none", "form")
_TOLD = {"above", "missing", "restricted"}
"""Ids that a program for another method looks up: in these rows the token is good."""

POST: Factors = {
    "token": (*STRANGERS, "restricted"),
    "id": (*_OUT, "missing", "restricted"),
    "body": (*_BODIES, "object", "null"),
    "media": (*_MEDIA, "xml", "multipart"),
    "path": ("query",),
}
"""With the documented method every pair stands in a row. The rows in `pairs.PLAIN` are wrong in fewer things."""

METHOD: Factors = {
    "token": ("missing", "unknown", "restricted"),
    "id": ("above", "missing", "restricted", "text", "maximum"),
    "body": _BODIES,
    "media": _MEDIA,
}
"""With each method too: it hides what else is wrong however much that is."""

GET: Factors = {"token": ("missing", "restricted"), "id": ("above", "missing")}
"""Fewer with GET, which changes nothing."""

PATCH: Factors = {
    "token": ("unknown",),
    "id": ("text", "missing"),
    "body": ("number",),
}
"""Fewer with PATCH, which most programs answer as PUT."""

HEAD: Factors = {"token": ("missing",), "id": ("missing",)}
"""Fewer still with HEAD, which most programs answer as GET."""

PATH: Factors = {
    "token": ("unknown", "restricted"),
    "id": ("missing",),
    "body": ("number", "truncated"),
    "media": ("form",),
    "method": ("PUT", "DELETE"),
}
"""With a slash at the end of the path, and with every respelling at once: to routers another path, or the same."""


ELSEWHERE = (
    "token-restricted.body-truncated",
    "token-restricted.body-array",
    "token-restricted.id-text",
    "token-restricted.body-absent.media-none",
    "id-restricted.body-truncated",
    "id-restricted.body-number",
    "id-restricted.body-absent.media-none",
    "id-missing.body-truncated",
    "id-missing.body-array",
    "id-missing.body-number",
    "id-missing.body-absent.media-none",
    "token-restricted.id-missing",
)
"""Rows that the probes of permissions send."""

_LAYERS: tuple[tuple[tuple[str, str], Factors], ...] = (
    *((("method", one), METHOD) for one in ("PUT", "DELETE")),
    (("method", "GET"), GET),
    (("method", "PATCH"), PATCH),
    (("method", "HEAD"), HEAD),
    (("path", "slash"), PATH),
    (("path", "respelt"), PATH),
)
MOST_WRONG = 4
LET_IN = tuple(
    f"{who}.{how}"
    for who in ("token-restricted", "id-restricted", "id-missing")
    for how in ("media-text", "media-none", "media-form", "path-query")
)
"""Rows in which a success is proof, since all else is right."""

_SIBLINGS = {
    ("id", "below"): "under",
    ("id", "above"): "over",
    ("id", "word"): "padded",
    ("body", "array"): "nothing",
    ("token", "unknown"): "odd",
    ("path", "query"): "debug",
}
"""Another class of the same kind, which stands for it in some rows."""

_SALT = "10"  # the shortest array of forty


def pairs_of(name: str) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Every pair of classes of two parts that are wrong in a row; siblings count as one."""
    of_kind = {(part, other): one for (part, one), other in _SIBLINGS.items()}
    row = dict(piece.split("-", 1) for piece in name.split("."))
    row = {part: of_kind.get((part, one), one) for part, one in row.items()}
    return set(combinations([(part, row[part]) for part in PARTS if part in row], 2))


def asked() -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Every pair of wrong classes that the model asks for."""
    found = set(_pairs(POST))
    for fixed, factors in _LAYERS:
        found |= {(fixed, (part, one)) for part, classes in factors.items() for one in classes}
    order = {part: place for place, part in enumerate(PARTS)}
    ordered = {tuple(sorted(pair, key=lambda one: order[one[0]])) for pair in found}
    return {pair for pair in ordered if _sent(dict(pair))}  # type: ignore[misc]  # two of each


def _pairs(factors: Factors) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for one, other in combinations(factors, 2):
        for first, second in product(factors[one], factors[other]):
            yield (one, first), (other, second)


def _sent(row: dict[str, str]) -> bool:
    """Whether classes can stand in one request: without a body none is wrong, and a changed token goes to a number."""
    bodiless = row.get("method") in BODILESS and (row.get("body", RIGHT) != RIGHT or row.get("media", RIGHT) != RIGHT)
    stray = row.get("token") == "near" and row.get("id") == "text"
    return not bodiless and not stray


def made() -> tuple[str, ...]:
    """The rows that the library makes, always the same with one release."""
    of_post = _array(POST, {}, (*LET_IN, *ELSEWHERE), strength=2)
    rows = chain(of_post, *(_array(factors, {part: one}) for (part, one), factors in _LAYERS))
    known: set[tuple[tuple[str, str], tuple[str, str]]] = set()
    for name in (*FIRST, *LET_IN, *ELSEWHERE, *PLAIN):
        known |= set(combinations(combination(name).classes.items(), 2))
    kept = {*FIRST, *LET_IN, *ELSEWHERE}
    wrong = [row for row in rows if _wrong(row) > 1]
    names = [_name(row if _name(row) in kept or "method" in row else _varied(row, known)) for row in wrong]
    return tuple(dict.fromkeys(name for name in (*FIRST, *names) if name not in ELSEWHERE))


def _varied(row: dict[str, str], known: set[tuple[tuple[str, str], tuple[str, str]]]) -> dict[str, str]:
    """The row, some of its classes as their siblings: so that most of its pairs are not yet among the `known`."""
    if row["token"] == "near":
        return row
    stranger = row["token"] in STRANGERS

    def choices(part: str, one: str) -> tuple[str, ...]:
        other = _SIBLINGS.get((part, one))
        return (one,) if other is None or (other == "padded" and not stranger) else (other, one)

    parts = [part for part, one in row.items() if one != RIGHT]
    made = [dict(zip(parts, one, strict=True)) for one in product(*(choices(part, row[part]) for part in parts))]
    best = max(made, key=lambda one: len(set(combinations(one.items(), 2)) - known))
    known |= set(combinations(best.items(), 2))
    return best


def _allowed(row: dict[str, str], fixed: dict[str, str]) -> bool:
    """Four things wrong at most; another method hides all, but where its program looks an id up the token is good.

    Three of a token, an id and a body that are wrong are the most that a program is likely to tell apart.
    """
    if fixed.keys() & {"method", "path"} and row["token"] != RIGHT and row["id"] in _TOLD:
        return False
    return "method" in fixed or _wrong(row) <= MOST_WRONG


def _array(
    factors: Factors, fixed: dict[str, str], given: Sequence[str] = (), strength: int = 1
) -> list[dict[str, str]]:
    """An array of these factors beside what is `fixed`; the chosen rows that fit in it, and the given, come first."""
    bare = {"body", "media"} if fixed.get("method") in BODILESS else set()
    whole = {part: [RIGHT, *classes] for part, classes in factors.items() if part not in bare}
    few = {
        "operator": "fn",
        "requires": list(whole),
        "evaluate": lambda row: _allowed(row, fixed) and _sent({**row, **fixed}),
    }
    presets = []
    for name in (*FIRST, *given):
        row = dict(piece.split("-", 1) for piece in name.split("."))
        own = {part: one for part, one in row.items() if part not in fixed}
        if fixed.items() <= row.items() and all(one in whole.get(part, ()) for part, one in own.items()):
            presets.append({**dict.fromkeys(whole, RIGHT), **own})
    array = covertable.make(whole, strength=strength, constraints=[few], presets=presets, salt=_SALT)
    return [{**row, **fixed} for row in array]


def _wrong(row: dict[str, str]) -> int:
    return sum(value != RIGHT for value in row.values())


def _name(row: dict[str, str]) -> str:
    return Combination({part: value for part, value in row.items() if value != RIGHT}).name


if __name__ == "__main__":
    print(textwrap.fill(" ".join(made()[len(FIRST) :]), 116, break_on_hyphens=False))  # noqa: T201 - to be pasted
