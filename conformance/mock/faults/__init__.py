"""The fault catalogue: what a vendor's bug tracker holds, one small class each, by the part of the document that it breaks.

They import ``conformance.mock`` and nothing else of ``conformance``.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from conformance.mock.faults import (
    bodies,
    comparisons,
    dates,
    detours,
    envelopes,
    fields,
    hostile,
    ids,
    json_forms,
    leaks,
    lookups,
    methods,
    narrow,
    odd,
    order,
    servers,
    shapes,
    states,
    statuses,
    tokens,
    urls,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mock.catalogue import Fault

__all__ = ["FAULTS", "PARTS"]

PARTS = (
    ids, lookups, tokens, comparisons, shapes, servers, order, detours, statuses, fields, dates, json_forms, envelopes,
    leaks, bodies, urls, hostile, methods, states, odd, narrow,
)  # fmt: skip

FAULTS: Mapping[str, Fault] = dict(chain.from_iterable(part.faults.items() for part in PARTS))
"""Every fault by id, in the order of the document's parts."""
