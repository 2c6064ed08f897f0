"""A history of 2,000 generated runs, five years of one target: its size, and how long questions to it take.

The runs are a few real nights on the mock, its faults and variants, dated anew: each has an id, a seed, counts and
traffic of its own. Every fortieth night something breaks for eight nights, and every hundredth begins a week that
flickers.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import COMMAND, compiled, machine, run

from conformance.engine.rejudge import rejudge
from conformance.history.runs import Entry
from conformance.history.store import History
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.report.har import parse_traffic
from conformance.selftest import judge_application
from conformance.spec import load_contract

_RUNS = 2_000
_TIMES = 5
_GOALS_SECONDS, _GOAL_MEGABYTES = {"latest~1": 0.5, "html": 10}, 200
BREAKS = ("maximum-id-crashes", "success-is-ok", "no-permission-is-not-found")
CHANGES = ("extra-headers", "unprocessable")
_FIRST = datetime(2021, 1, 1, 2, tzinfo=UTC)


def played(name: str, directory: Path) -> Entry:
    """A real night on the fault or variant of this id, on the mock itself for the empty one."""
    subject = FAULTS.get(name) or VARIANTS.get(name)
    har = directory / "traffic.har"
    judge_application(subject.make() if subject else None, har)
    raw = har.read_bytes()
    return Entry.of(rejudge(parse_traffic(raw, name), load_contract()), raw)


def kind(night: int) -> str:
    """The state of the target in a night."""
    if night % 100 < 7 and night % 2:
        return BREAKS[0]
    if night % 40 >= 32:
        return BREAKS[night // 40 % len(BREAKS)]
    return ("", *CHANGES)[night // 300 % 3]


def dated(entry: Entry, night: int) -> Entry:
    """The run as if it were that night's."""
    started = _FIRST + timedelta(days=night)
    report = json.loads(json.dumps(entry.report))
    old = report["run"]["id"]
    report["run"] |= {
        "id": f"{started:%Y%m%dT%H%M%SZ}-{night:08x}",
        "started_at": started.isoformat(),
        "finished_at": (started + timedelta(seconds=60)).isoformat(),
        "seed": night,
        "requests": 400 + night % 30,
    }
    for row in report["clauses"]:
        row["checked"] += night % 7 if row["checked"] else 0
    traffic = (entry.traffic or b"").replace(old.encode(), report["run"]["id"].encode())
    return Entry(report, entry.verdicts, traffic.replace(b"2147483646", b"21474%05d" % night))


def main(number: int) -> None:
    """Print the size of the database and the best times of the commands."""
    print(machine())
    with compiled() as environment, tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory:
        here = Path(directory)
        database = here / "history.db"
        nights = {name: played(name, here) for name in ("", *BREAKS, *CHANGES)}
        raw = len(nights[""].traffic or b"") / 1e6
        history = History(str(database))
        began = time.perf_counter()
        for night in range(number):
            history.add(dated(nights[kind(night)], night))
        seconds = time.perf_counter() - began
        kept = sum(found.traffic is not None for found in history.runs())
        history.close()
        size = sum(path.stat().st_size for path in here.glob("history.db*")) / 1e6
        each = seconds / number * 1000
        print(f"{number:,} runs of {raw:.1f} MB of traffic, written in {seconds:.0f} s ({each:.0f} ms each)")
        print(f"database {size:.1f} MB (goal: under {_GOAL_MEGABYTES} MB), traffic kept of {kept} runs")
        half = f"latest~{number // 2}"
        for words in (
            ("compare", "latest", "latest~1"),
            ("compare", "latest", half),
            ("history",),
            ("history", "html"),
        ):
            command = (*COMMAND, words[0], "--history", str(database), *words[1:])
            children = [run(command, environment, here, fine={0, 1}) for _ in range(_TIMES)]
            best = min(child.seconds for child in children)
            busy = min(child.cpu_seconds for child in children)
            goal = f"   (goal: under {_GOALS_SECONDS[words[-1]]} s)" if words[-1] in _GOALS_SECONDS else ""
            print(f"conformance {' '.join(words):30} {best:.3f} s, {busy:.3f} s of CPU{goal}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _RUNS)
