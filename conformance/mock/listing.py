"""The catalogues as the command line shows them, and the mock that has what was chosen of them."""

from __future__ import annotations

import difflib
import textwrap
from typing import TYPE_CHECKING, TypeVar

from conformance.exceptions import UsageError
from conformance.mock.catalogue import combine
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.mock.app import Mock
    from conformance.mock.fixtures import Fixtures

__all__ = ["combination", "faults", "variants"]

_Entry = TypeVar("_Entry")


def faults(width: int | None = None) -> list[str]:
    """Id, level, clause and summary of each fault; see `_listed`."""
    return _listed([(fault.id, fault.level, fault.clause, fault.summary) for fault in FAULTS.values()], width)


def variants(width: int | None = None) -> list[str]:
    """Id and summary of each variant; see `_listed`."""
    return _listed([(variant.id, variant.summary) for variant in VARIANTS.values()], width)


def _listed(rows: Iterable[tuple[str, ...]], width: int | None) -> list[str]:
    """A line for each row, with tabs between its cells; in `width` columns the last cell is below the others."""
    if width is None:
        return ["\t".join(row) for row in rows]
    indent = "    "
    own = textwrap.TextWrapper(width, subsequent_indent=indent, break_on_hyphens=False)
    below = textwrap.TextWrapper(width, initial_indent=indent, subsequent_indent=indent)
    return [line for *cells, words in rows for line in (*own.wrap("  ".join(cells)), *below.wrap(words))]


def combination(fault_ids: Iterable[str], variant_ids: Iterable[str], fixtures: Fixtures | None = None) -> Mock:
    """A mock with all of these; the first fault is nearest to the client. Raises UsageError for an unknown id."""
    chosen = [_find(FAULTS, name, "fault") for name in fault_ids]
    return combine([*chosen, *(_find(VARIANTS, name, "variant") for name in variant_ids)], fixtures)


def _find(catalogue: Mapping[str, _Entry], name: str, what: str) -> _Entry:
    if name in catalogue:
        return catalogue[name]
    close = difflib.get_close_matches(name, catalogue, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    raise UsageError(f"no {what} is called {name}: {meant}`conformance mock --list-{what}s` lists them")
