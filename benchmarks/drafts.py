"""The number of pages that become a contract: each is drafted, loaded, and run against a stand-in of the draft.

    python benchmarks/drafts.py ../shared/pages [--every N] [--profile smoke] [--list]

The directory is that of `pages.py`. A draft is conformant where no clause fails on the stand-in, whatever its level,
and each must clause has a verdict; the smoke profile sends nothing for some.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections import Counter
from pathlib import Path

from corpus import holding, operations

from conformance.document.draft import draft
from conformance.document.files import page_of, sheet_of
from conformance.exceptions import ConformanceError
from conformance.judge.verdict import Outcome
from conformance.mock.memory import in_memory
from conformance.runner.embedded import stand_in_target
from conformance.selftest import judge_target, prepare
from conformance.spec import read_contract
from conformance.standin import StandIn

_LEFT_OUT = re.compile("nothing was sent that tests it|which does not test it$")
_NOWHERE = "http://127.0.0.1:1"  # nothing is sent there


def tried(path: Path, profile: str = "smoke") -> str:
    """The outcome of a page's draft: `conformant`, another conclusion, or the reason why it is none."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "draft"
        try:
            draft(page_of(path), sheet_of(path), folder)
            contract = read_contract(folder)
            stand_in = StandIn(contract)
            preparation = prepare(stand_in_target(stand_in, _NOWHERE), contract, profile=profile)
        except ConformanceError as error:
            return f"no draft: {str(error).replace(place, '').partition(': ')[2]}"
        with in_memory(stand_in) as connect:
            judged = judge_target(preparation, connect)
    if judged.summary is None:
        return f"no verdict: {judged.no_verdict}"
    if failed := sorted(judged.clauses(Outcome.FAIL)):
        return f"failed: {', '.join(failed)}"
    of_smoke = {
        one.clause.id for one in judged.summary.clauses if profile == "smoke" and _LEFT_OUT.search(one.reason or "")
    }
    if left := sorted(set(judged.summary.untested) - of_smoke):
        return f"untested: {', '.join(left)}"
    return "conformant"


def main() -> None:
    """Print how many pages came how far, and with --list each that came less far."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=holding("*/source"))
    parser.add_argument("--every", type=int, default=1, help="only each Nth page")
    parser.add_argument("--profile", default="smoke", help="of the runs (default: smoke)")
    parser.add_argument("--list", action="store_true", help="every page that is not conformant")
    options = parser.parse_args()
    started = time.process_time()
    outcomes = {
        path.relative_to(options.pages): tried(path, options.profile)
        for path in operations(options.pages, options.every)
    }
    for kind, number in Counter(one.partition(":")[0] for one in outcomes.values()).most_common():
        print(f"{kind:<20}{number:>6} of {len(outcomes)}")
    print(f"{len(outcomes)} pages of an operation, {time.process_time() - started:.0f} seconds of the processor")
    if options.list:
        print("\n".join(f"{path}: {one}" for path, one in outcomes.items() if one != "conformant"))


if __name__ == "__main__":
    main()
