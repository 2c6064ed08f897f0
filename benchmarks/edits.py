"""The classes of 112 real edits of pages, against labels by hand.

    python benchmarks/edits.py ../shared/pages [--every N] [--list]

The directory is that of `pages.py`; `edits/NNN/` has a page before and after an edit of its history. The labels in
`edits.tsv` were written from the differences of the texts alone, and each that was mended later stands in the history
of this repository. No text of a page is kept here.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from corpus import described, edits, holding

from conformance.document.differences import Change, between
from conformance.document.openapi import openapi

if TYPE_CHECKING:
    from pathlib import Path

NONE = "no operation"


def classes(before: Path, after: Path) -> str:
    """The classes of an edit, in the order of their names: `wording` where nothing is more."""
    pages = [described(path) for path in (before, after)]
    if pages[0] is None or pages[1] is None:
        return NONE
    found = {one.change.value for one in between(openapi(pages[0]), openapi(pages[1]))}
    structural = sorted(found - {Change.WORDING.value})
    return ", ".join(structural) or (Change.WORDING.value if pages[1].method else NONE)


def main() -> None:
    """Print how many were classed as labelled, and with --list each that was not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=holding("edits"))
    parser.add_argument("--every", type=int, default=1, help="only each Nth edit")
    parser.add_argument("--list", action="store_true", help="every edit that is classed otherwise")
    options = parser.parse_args()
    started = time.process_time()
    rows = [
        (number, label, classes(before, after)) for number, before, after, label in edits(options.pages, options.every)
    ]
    quiet = {Change.WORDING.value, NONE}
    structural = [row for row in rows if row[1] not in quiet]
    wordings = [row for row in rows if row[1] in quiet]
    for name, right, of in (
        ("structural, seen", sum(row[2] not in quiet for row in structural), structural),
        ("wording, called wording", sum(row[2] in quiet for row in wordings), wordings),
        ("every class as labelled", sum(row[1] == row[2] for row in rows), rows),
    ):
        print(f"{name:<34}{right:>6} of {len(of):<6}")
    print(f"{len(rows)} edits, {time.process_time() - started:.1f} seconds of the processor")
    if options.list:
        print("\n".join(f"{number}: {said}, the label is {label}" for number, label, said in rows if said != label))


if __name__ == "__main__":
    main()
