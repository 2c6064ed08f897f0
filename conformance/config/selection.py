"""Which clauses and probes a run is about: globs on clause ids, none of which may match nothing."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from conformance.config.mistakes import closest, mistake, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from conformance.config.settings import Settings

__all__ = ["check_globs", "select_clauses", "select_probes"]

_CATALOGUE = "`conformance clauses` lists the ids"


def check_globs(globs: Iterable[str], clause_ids: Collection[str], place: str) -> frozenset[str]:
    """Return the clause ids that any glob matches. Raises UsageError for a glob that matches none."""
    matched: set[str] = set()
    for glob in globs:
        found = {clause_id for clause_id in clause_ids if fnmatchcase(clause_id, glob)}
        if not found:
            raise mistake(place, f"{shown(glob)} matches no clause", closest(glob, clause_ids, _CATALOGUE))
        matched |= found
    return frozenset(matched)


def select_clauses(settings: Settings, clause_ids: Collection[str]) -> frozenset[str]:
    """Apply ``--select`` and ``--deselect``. Raises UsageError for a glob that matches nothing, and if none is left."""
    selected = check_globs(settings.select, clause_ids, settings.source("select")) or frozenset(clause_ids)
    left = selected - check_globs(settings.deselect, clause_ids, settings.source("deselect"))
    if not left:
        place = settings.source("deselect" if settings.deselect else "select")
        raise mistake(place, "no clause is selected", "select more or deselect less")
    return left


def select_probes(settings: Settings, probe_ids: Collection[str]) -> frozenset[str]:
    """Apply ``--probe``: the named ones, or all if none is named. Raises UsageError for an unknown id."""
    for probe in settings.probe:
        if probe not in probe_ids:
            mend = closest(probe, probe_ids, "a run's report names every probe")
            raise mistake(settings.source("probe"), f"there is no probe {shown(probe)}", mend)
    return frozenset(settings.probe or probe_ids)
