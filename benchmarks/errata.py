"""The share of the mock's consistent faults for which the page has an erratum of three lines at most.

    python benchmarks/errata.py [--sample N] [--after N] [--seed N] [--list] [--har DIR]

Each fault is run in memory at the standard profile. It is consistent where no failure of the run is a server error, a
leak, a dropped connection, a broken coding or flaky. It counts where all errata of the run together change three lines
at most and leave no failure. Faults are drawn in an order of the seed, all of them unless a sample is asked for;
`--after` leaves out the first ones, so that the whole can be run in parts. With `--har` the faults are those whose
traffic is in DIR, FAULT.har each, and nothing is run.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from conformance.errata.edits import MOST, diff, size
from conformance.errata.erratum import NONE, errata_of
from conformance.explain.catalogue import checks
from conformance.mock.faults import FAULTS
from conformance.report.har import read_traffic
from conformance.selftest import judge_application
from conformance.spec import load_contract


def main() -> None:
    """Run the faults and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sample", type=int, default=len(FAULTS), help="how many faults")
    options.add_argument("--after", type=int, default=0, help="how many of the order are left out")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--list", action="store_true", help="print the changed lines of each")
    options.add_argument("--har", type=Path, default=None, metavar="DIR", help="read the traffic that is here")
    given = options.parse_args()
    contract, begun = load_contract(), time.process_time()
    words = (one.partition(" (") for found in checks(contract).values() for one in found)
    titles = {probe: text.removesuffix(")") for probe, _, text in words if text}
    names = sorted(path.stem for path in given.har.glob("*.har")) if given.har else sorted(FAULTS)
    random.Random(given.seed).shuffle(names)  # noqa: S311 - an order
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name in names[given.after : given.after + given.sample]:
            path = (given.har or Path(folder)) / f"{name}.har"
            if given.har is None:
                profile = "deep" if FAULTS[name].narrow else "standard"
                judge_application(FAULTS[name].make(), path, socket=False, profile=profile)
            found = errata_of(read_traffic(path), contract, titles)
            if given.har is None:
                path.unlink(missing_ok=True)
            if not found:
                counts["not caught in memory"] += 1
                continue
            if any(one.reason not in {"", NONE} for one in found):
                counts["not consistent"] += 1
                continue
            lines = size({edit for one in found for edit in one.edits})
            good = all(one.edits for one in found) and lines <= MOST
            counts["consistent"] += 1
            counts["with an erratum"] += good
            counts["of them with every clause passing"] += good and not any(one.open for one in found)
            if given.list or not good:
                print(f"{'' if good else 'MISSED '}{name}: {', '.join(one.clause.id for one in found)}: {lines} lines")
                for one in found:
                    shown = diff(contract.document, one.edits, "page")[2:]
                    print("".join(f"    {line}\n" for line in shown if line[0] in "+-" and line[1:]), end="")
    for words_of, number in counts.items():
        print(f"{words_of:36}{number:5}")
    if counts["consistent"]:
        print(f"{counts['with an erratum'] / counts['consistent']:.1%} of the consistent faults")
    print(f"{time.process_time() - begun:.0f} seconds of the processor")


if __name__ == "__main__":
    main()
