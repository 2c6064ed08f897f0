"""Pure functions that remember their last answers, but for long arguments: a target may send many of those."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    _First = TypeVar("_First")
    _Others = ParamSpec("_Others")
    _Answer = TypeVar("_Answer")

LONGEST = 65_536
"""Bytes of an argument that is remembered, where nothing else is said."""


def remembering(
    function: Callable[Concatenate[_First, _Others], _Answer],
    most: int,
    length: Callable[[_First], int],
    longest: int = LONGEST,
) -> Callable[Concatenate[_First, _Others], _Answer]:
    """`function`, which remembers the last `most` answers, unless the first argument's `length` is over `longest`."""
    remembered = cast("Callable[Concatenate[_First, _Others], _Answer]", lru_cache(maxsize=most)(function))

    def ask(first: _First, /, *others: _Others.args, **named: _Others.kwargs) -> _Answer:
        chosen = remembered if length(first) <= longest else function
        return chosen(first, *others, **named)

    return ask
