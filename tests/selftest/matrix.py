"""The matrix of faults and variants: what of it is tried at every merge, and what only at night."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from conformance.mock.catalogue import Fault
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.mock.catalogue import Variant

_RECORDED_OF = 5
_NARROW = 5
_FIRST, _BY_SOCKET, _RECORDED = range(3)
_SEEDS = ("", ", second seed", ", third seed")


@dataclass(frozen=True, slots=True)
class Try:
    """A fault or variant to try out: by a `socket`, or in memory where it can be.

    What it sent is written and judged again where `recorded`.
    """

    id: str
    name: str
    seed: int
    socket: bool
    recorded: bool
    nightly: bool


def tries(seed: int, subjects: Mapping[str, Fault | Variant] | None = None) -> Iterator[Try]:
    """Everything with three seeds; of it at merge everything with the first, but of the narrow faults a few.

    The seed chooses the narrow ones, and the fifth that is recorded. With the second seed nothing stays in memory,
    with the third all is recorded.
    """
    subjects = {**FAULTS, **VARIANTS} if subjects is None else subjects
    narrow = [name for name, subject in subjects.items() if isinstance(subject, Fault) and subject.narrow]
    turns = max(1, ceil(len(narrow) / _NARROW))
    left_out = {name for index, name in enumerate(narrow) if index % turns != seed % turns}
    for further, suffix in enumerate(_SEEDS):
        for index, name in enumerate(subjects):
            turn = further == _FIRST and index % _RECORDED_OF == seed % _RECORDED_OF
            yield Try(
                name + suffix,
                name,
                seed + further,
                socket=further == _BY_SOCKET,
                recorded=further == _RECORDED or turn,
                nightly=further > _FIRST or name in left_out,
            )
