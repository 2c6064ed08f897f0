"""Whether two versions of the suite judge the same recorded traffic alike: ``verdicts.py BEFORE AFTER TRAFFIC…``.

BEFORE and AFTER are the pythons of two environments with a version of the suite each, TRAFFIC is the `traffic.har`
of runs. Clauses whose verdict, number of exchanges or failures differ are printed; the exit code is 1 if there is one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_JUDGED = {0, 1, 3}  # every exit code of a judgement


def main(before: str, after: str, *traffic: str) -> int:
    """Print what differs, file by file."""
    differing = 0
    for har in traffic:
        old, new = clauses_of(before, har), clauses_of(after, har)
        changed = {
            clause: (old.get(clause), new.get(clause)) for clause in old | new if old.get(clause) != new.get(clause)
        }
        failed = sum(clause["verdict"] == "fail" for clause in new.values())
        print(f"{har}: {len(new)} clauses, {failed} failed, {len(changed)} judged differently")
        for clause, (was, now) in sorted(changed.items()):
            print(f"  {clause}\n    before {json.dumps(was)}\n    after  {json.dumps(now)}")
        differing += len(changed)
    return 1 if differing else 0


def clauses_of(python: str, har: str) -> dict[str, Any]:
    """The row of each clause in the report that this environment writes of the traffic."""
    with tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory:
        report = Path(directory) / "report.json"
        command = (str(Path(python).parent / "conformance"), "judge", har, "--report", str(report))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in _JUDGED or not report.exists():
            sys.exit(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
        return {row["id"]: row for row in json.loads(report.read_bytes())["clauses"]}


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
