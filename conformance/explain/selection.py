"""The subjects of an explanation: clauses, probes and properties, by id or glob."""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from conformance.config.errors import one_line
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["select_ids"]

_NEAR = 3
_SHOWN = 60  # characters of a word in an error


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
