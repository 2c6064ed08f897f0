"""The time that the reports of runs take: ``python benchmarks/reports.py DIR…`` of their output directories.

Each report is made of report.json and traffic.har, as `conformance report` does it. The seconds of a machine say
little: beside them stands how many times a bare read of the two files they are. JUnit's and Allure's files are written
while a run waits for answers, and are told by their size.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.report.formats.registry import FORMATS, Sources, make
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["measure"]

_TIMES = 3


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


def main() -> None:
    """Print a table for each directory."""
    for name in sys.argv[1:]:
        directory = Path(name)
        allure = [file.stat().st_size for file in (directory / "allure-results").glob("*")]
        print(f"{directory}: {len(allure)} files of Allure, {sum(allure) / 1e6:.1f} MB")
        for report, seconds, ratio in measure(directory):
            print(f"  {report:13} {seconds:7.3f} s  {ratio:6.2f} times the reading")


if __name__ == "__main__":
    main()
