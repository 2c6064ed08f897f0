"""The catalogue with the probes and properties that test each clause, and the choice among their ids."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from conformance.config.errors import one_line
from conformance.config.targets import example_target
from conformance.engine.preparation import fixtures_of
from conformance.exceptions import UsageError
from conformance.plan.plan import all_probes
from conformance.plan.properties import Property, properties
from conformance.report.clauses import Format, render

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from conformance.contract.contract import Contract
    from conformance.plan.probe import Probe

_NEAR = 3
_SHOWN = 60  # characters of a word in an error


def catalogue_page(contract: Contract, form: Format, words: Sequence[str] = (), *, colour: bool = False) -> str:
    """The catalogue as table, json or markdown.

    words: ids and globs of clauses; none for all. Raises UsageError for one that no clause matches.
    colour: whether the table is coloured.
    """
    tested, catalogue = checks(contract), contract.catalogue
    if words:
        chosen = select_ids(words, catalogue.by_id, "clause")
        rows = tuple(clause for clause in catalogue if clause.id in chosen)
        contract = replace(contract, catalogue=replace(catalogue, clauses=rows))
    return render(contract, tested, form, colour=colour)


def checks(contract: Contract) -> Mapping[str, Sequence[str]]:
    """Clause id to `id (words)` of the probes and properties that are there for it; the same for every target."""
    found: dict[str, list[str]] = defaultdict(list)
    for test in tests_of(contract):
        for clause in test.clauses:
            found[clause].append(f"{test.id} ({test.title})")
    return found


def tests_of(contract: Contract) -> list[Probe | Property]:
    """Every probe of every profile, and every property that draws something; the same for every target."""
    fixtures = fixtures_of(example_target(contract), contract)
    drawn = [one for one in properties(contract) if one.withheld is None]
    return [*all_probes(fixtures, contract.catalogue), *drawn]


def select_ids(words: Iterable[str], known: Collection[str], what: str) -> list[str]:
    """The known ids that are one of the words or match one as a glob, in the order of the words, each once.

    Raises UsageError, with the nearest ids, for a word that matches none; `what` names what was looked for.
    """
    found: dict[str, None] = {}
    for word in words:
        matched = [word] if word in known else [one for one in known if fnmatchcase(one, word)]
        if not matched:
            near = difflib.get_close_matches(word, known, n=_NEAR, cutoff=0.5)
            hint = f"did you mean {', '.join(near)}?" if near else "`conformance clauses` lists the clauses"
            raise UsageError(one_line(f"{word[:_SHOWN]}: no {what} has this id or matches this glob; {hint}"))
        found |= dict.fromkeys(matched)
    return list(found)
