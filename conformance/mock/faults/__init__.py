"""The fault catalogue: what a vendor's bug tracker holds, by the part of the document that it breaks.

A fault is a row of a table where a pattern tells it from its neighbours, else a small class. They import
``conformance.mock`` and nothing else of ``conformance``.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from conformance.mock.faults import (
    bodies,
    combined,
    comparisons,
    detours,
    hostile,
    ids,
    leaks,
    methods,
    narrow,
    servers,
    states,
    statuses,
    success,
    tokens,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mock.catalogue import Fault

__all__ = ["FAULTS", "PARTS"]

PARTS = (
    ids, words, tokens, comparisons, servers, detours, combined, statuses, success,
    leaks, bodies, hostile, methods, states, narrow,
)  # fmt: skip

FAULTS: Mapping[str, Fault] = dict(chain.from_iterable(part.faults.items() for part in PARTS))
"""Every fault by id, in the order of the document's parts."""
