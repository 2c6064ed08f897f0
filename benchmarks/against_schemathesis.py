"""The suite and `st run`, side by side on the same faults and variants of the mock, and at 100 ms latency.

Each tool tries each target in a process that has run every tool once before, with the server in the same process:
neither pays for start-up or reports. Each ends with the first failure. *Found* means that its exit code would say
failure, whatever it said was wrong. On a variant, which is correct, that is a false positive.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import machine
from peer import st_run

from conformance.judge.verdict import Outcome
from conformance.mock import Fixtures, Mock, running
from conformance.mock.faults import FAULTS
from conformance.mock.server import Delayed
from conformance.mock.variants import VARIANTS
from conformance.selftest import judge_application

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.mock import Application
    from conformance.mock.message import Receive, Scope, Send

REFERENCE = "the reference"
TOOLS = ("conformance smoke", "conformance standard", "st run")
_LATENCY = 100  # milliseconds
_GOAL = 4


@dataclass(frozen=True, slots=True)
class Tried:
    """The work of a tool on a target; seconds are of wall time and of the CPU, the server's included."""

    tool: str
    target: str
    found: bool
    requests: int
    seconds: float
    cpu_seconds: float


class Counted:
    """An application that counts its requests."""

    def __init__(self, app: Application) -> None:
        self.app, self.requests = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, then answer (ASGI)."""
        self.requests += 1
        await self.app(scope, receive, send)


def attempt(tool: str, target: str, seed: int, latency: float = 0) -> Tried:
    """Let a tool try a target."""
    application = Counted(application_of(target))
    served = Delayed(application, latency) if latency else application
    began, cpu = time.perf_counter(), time.process_time()
    found = by_st(served, seed) if tool == "st run" else by_conformance(served, seed, tool.rpartition(" ")[2])
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    return Tried(tool, target, found, application.requests, seconds, cpu_seconds)


def application_of(target: str) -> Application:
    """The reference, or the fault or variant of this id."""
    if target == REFERENCE:
        return Mock()
    return (FAULTS[target] if target in FAULTS else VARIANTS[target]).make()


def by_st(application: Application, seed: int) -> bool:
    """Whether `st run` says failure."""
    with running(application) as base_url, tempfile.TemporaryDirectory() as directory:
        return st_run(base_url, Fixtures.default(), Path(directory), seed).found


def by_conformance(application: Application, seed: int, profile: str) -> bool:
    """Whether a run with `--fail-on should --exitfirst` would end with exit code 1."""
    return bool(judge_application(application, seed=seed, profile=profile, exitfirst=True).clauses(Outcome.FAIL))


def warm() -> None:
    """Let every tool import what it needs and make its tables."""
    for tool in TOOLS:
        attempt(tool, REFERENCE, 1)


def attempts(targets: Iterable[str], seed: int, workers: int, latency: float = 0) -> list[Tried]:
    """Let every tool try every target, with a dot on standard error for each; `workers` of them at a time."""
    done = []
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=warm) as pool:
        futures = [pool.submit(attempt, tool, target, seed, latency) for target in targets for tool in TOOLS]
        for future in as_completed(futures):
            done.append(future.result())
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return done


def table(tried: Sequence[Tried]) -> list[str]:
    """A row for each tool: its faults found, its false positives, and their cost."""
    lines = [
        "| tool | faults found | requests | wall s | CPU s | found for 1,000 requests | false positives on variants |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for tool in TOOLS:
        faults = [one for one in tried if one.tool == tool and one.target in FAULTS]
        variants = [one for one in tried if one.tool == tool and one.target in VARIANTS]
        found, requests = sum(one.found for one in faults), sum(one.requests for one in faults)
        lines.append(
            f"| {tool} | {found} of {len(faults)} | {requests:,} | {sum(one.seconds for one in faults):.1f} | "
            f"{sum(one.cpu_seconds for one in faults):.1f} | {1000 * found / max(requests, 1):.1f} | "
            f"{sum(one.found for one in variants)} of {len(variants)} |"
        )
    return lines


def named(fault: str) -> str:
    """A fault's id, marked where it lives in so small a class of inputs that `--profile deep` is for it."""
    return f"{fault} (deep)" if FAULTS[fault].narrow else fault


def missed(tried: Sequence[Tried], tool: str) -> list[str]:
    """The faults that a tool missed and the variants with false positives, in two lines at most."""
    faults = sorted(named(one.target) for one in tried if one.tool == tool and one.target in FAULTS and not one.found)
    variants = sorted(one.target for one in tried if one.tool == tool and one.target in VARIANTS and one.found)
    rows = (("missed", faults), ("has false positives on", variants))
    return [f"{tool} {did}: {', '.join(names)}" for did, names in rows if names]


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sample", type=int, default=None, help="so many faults, drawn by the seed (default: all)")
    options.add_argument("--seed", type=int, default=1, help="of the sample and of both tools (default: 1)")
    options.add_argument("--workers", type=int, default=1, help="targets tried at a time (default: 1)")
    options.add_argument("--missed", action="store_true", help="name missed faults and false positives of each tool")
    given = options.parse_args()
    faults = list(FAULTS)
    if given.sample is not None:
        faults = random.Random(given.seed).sample(faults, min(given.sample, len(faults)))  # noqa: S311 - no secret
    print(f"{machine()}, {given.workers} at a time, seed {given.seed}")
    print(f"conformance {version('remote-mirror-conformance')}, schemathesis {version('schemathesis')}")
    reference = attempts([REFERENCE], given.seed, given.workers)
    if wrong := [one.tool for one in reference if one.found]:
        sys.exit(f"false positives on the reference, so that no finding means anything: {', '.join(wrong)}")
    print(f"\n{len(faults)} of {len(FAULTS)} faults, {len(VARIANTS)} variants; costs are those of the faults\n")
    tried = attempts([*faults, *VARIANTS], given.seed, given.workers)
    print("\n".join(table(tried)))
    if given.missed:
        print("\n" + "\n".join(line for tool in TOOLS for line in missed(tried, tool)))
    print(f"\nthe reference with {_LATENCY} ms latency, one at a time (goal: {_GOAL} x st run)\n")
    slow = {one.tool: one.requests / one.seconds for one in attempts([REFERENCE], given.seed, 1, _LATENCY)}
    print("| tool | requests a second | |\n|---|--:|--:|")
    for tool, rate in slow.items():
        print(f"| {tool} | {rate:.1f} | {rate / slow['st run']:.1f} x st run |")


if __name__ == "__main__":
    main()
