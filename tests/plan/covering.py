"""The model of the covering array in `plan.probes.pairs`: `python -m tests.plan.covering` prints what it makes."""

from __future__ import annotations

from itertools import chain, combinations

import covertable

from conformance.plan.probes.pairs import BODILESS, FIRST, PARTS, Combination

__all__ = ["MOST_WRONG", "made", "pairs_of", "possible_pairs"]

RIGHT = "right"
MODEL = {
    "token": ("missing", "unknown"),
    "id": ("below", "above", "word"),
    "body": ("truncated", "number", "absent"),
    "media": ("text",),
    "path": ("slash", "query", "doubled"),
}
"""The classes of the standard profile, but for the methods; deep has all."""

METHODS = ("PUT", "HEAD")
"""Each is refused for itself, and hides what else is wrong however much that is."""

MOST_WRONG = 3
_SALTS = 40


def pairs_of(name: str) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Every pair of classes of two parts in a row, those that are right included."""
    row = dict(piece.split("-", 1) for piece in name.split("."))
    return set(combinations([(part, row.get(part, RIGHT)) for part in PARTS], 2))


def possible_pairs() -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Every pair of classes that a row may hold: a method without a body has none that is wrong."""
    values = {part: (RIGHT, *MODEL.get(part, METHODS)) for part in PARTS}
    return {
        ((one, first), (other, second))
        for one, other in combinations(PARTS, 2)
        for first in values[one]
        for second in values[other]
        if not (one == "body" and first != RIGHT and second in BODILESS)
    }


def made() -> tuple[str, ...]:
    """The rows that the library makes, the shortest array of a few orders: the same for ever with one release."""
    factors = {part: [RIGHT, *classes] for part, classes in MODEL.items()}
    given = [{**dict.fromkeys(MODEL, RIGHT), **dict(piece.split("-") for piece in name.split("."))} for name in FIRST]
    few = {"operator": "fn", "requires": list(factors), "evaluate": lambda row: _wrong(row) <= MOST_WRONG}
    arrays = [covertable.make(factors, constraints=[few], presets=given, salt=str(salt)) for salt in range(_SALTS)]
    others = [
        {**row, "method": method}
        for method in METHODS
        for row in covertable.make(
            {part: [RIGHT, *classes] for part, classes in MODEL.items() if part != "body" or method not in BODILESS},
            strength=1,
        )
    ]
    names = [_name(row) for row in chain(min(arrays, key=len), others) if _wrong(row) > 1]
    return tuple(dict.fromkeys(names))


def _wrong(row: dict[str, str]) -> int:
    return sum(value != RIGHT for value in row.values())


def _name(row: dict[str, str]) -> str:
    return Combination({part: value for part, value in row.items() if value != RIGHT}).name


if __name__ == "__main__":
    for name in made()[len(FIRST) :]:
        print(f'    "{name}",')  # noqa: T201 - to be pasted
