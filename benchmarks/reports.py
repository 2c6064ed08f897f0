"""The time that the reports of runs take: ``python benchmarks/reports.py PROFILE|DIR…``.

For a profile, the embedded mock is tested with a badge alone and with more, by turns. The least of each is compared, in
seconds of the CPU: those of a report are the difference, its search for secrets included.

In an output directory, each report is made of report.json and traffic.har, as `conformance report` does it. The seconds
of a machine say little: beside them stands how many times a bare read of the two files they are.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import COMMAND, compiled, machine, run

from conformance.plan.probe import Profile
from conformance.report.formats.registry import FORMATS, Sources, make
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMES = 3
_SETS = ("badge", "junit", "allure", "html,summary,junit,allure")


def _seconds(work: Callable[[], object]) -> float:
    """The shortest of a few times, in processor time."""
    found = []
    for _ in range(_TIMES):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return min(found)


def measure(directory: Path) -> list[tuple[str, float, float]]:
    """Each report of a run: its name, its seconds, and how many times the reading of the run's two files that is."""
    files = [directory / "report.json", directory / "traffic.har"]

    def read() -> list[object]:
        return [json.loads(file.read_bytes()) for file in files]

    reading = _seconds(read)
    report, har = read()
    sources = Sources(report, har, load_contract())  # type: ignore[arg-type]  # JSON
    made = [(str(name), _seconds(lambda name=name: make(name, sources))) for name, one in FORMATS.items() if one.maker]
    total = sum(seconds for _, seconds in made)
    return [(name, seconds, seconds / reading) for name, seconds in [("read", reading), *made, ("all", total)]]


def of_runs(profile: str) -> None:
    """Print the seconds of the CPU that some reports add to a run of a profile."""
    found: dict[str, list[float]] = {names: [] for names in _SETS}
    with compiled() as environment, tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory:
        run((*COMMAND, "run", "--dry-run"), environment, Path(directory))
        for turn in range(_TIMES):
            for names, seconds in found.items():
                words = ("run", "--seed", "1", "--profile", profile, "--output", f"{turn}-{names}", "--report", names)
                seconds.append(run((*COMMAND, *words), environment, Path(directory)).cpu_seconds)
    least = min(found.pop(_SETS[0]))
    print(f"{profile}: {least:.2f} s of the CPU with a badge alone")
    for names, seconds in found.items():
        print(f"  {names:28} {min(seconds) - least:+6.2f} s")


def main() -> None:
    """Print a table for each profile and directory."""
    print(machine())
    for name in sys.argv[1:]:
        if name in set(Profile):
            of_runs(name)
            continue
        directory = Path(name)
        allure = [file.stat().st_size for file in (directory / "allure-results").glob("*")]
        print(f"{directory}: {len(allure)} files of Allure, {sum(allure) / 1e6:.1f} MB")
        for report, seconds, ratio in measure(directory):
            print(f"  {report:13} {seconds:7.3f} s  {ratio:6.2f} times the reading")


if __name__ == "__main__":
    main()
