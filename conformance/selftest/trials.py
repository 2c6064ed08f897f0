"""Many trials, side by side in a few processes."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING

from conformance.mock.faults import FAULTS
from conformance.runner.collection import collect_seldom
from conformance.runner.command import keep_tables
from conformance.selftest.trial import try_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.selftest.trial import Trial

__all__ = ["run_trials"]


def run_trials(
    names: Iterable[str], seed: int, done: Callable[[Trial], None], workers: int | None = None
) -> tuple[Trial, ...]:
    """Try out every fault and variant of these ids, and return the trials in their order.

    `done` is called with each as it comes. `workers` processes share them, by default one more than there are cores.
    """
    ordered = list(dict.fromkeys(names))
    slow_first = sorted(ordered, key=_slow, reverse=True)
    # A process of its own for each core: threads of one would wait for each other, and a fork would copy them.
    spawning = multiprocessing.get_context("spawn")
    number = workers or (os.cpu_count() or 1) + 1  # slow variants leave a core idle
    pool = ProcessPoolExecutor(number, mp_context=spawning, initializer=_begin)
    with pool:
        futures = {pool.submit(try_out, name, seed): name for name in slow_first}
        try:
            for future in as_completed(futures):
                done(future.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        results = {name: future.result() for future, name in futures.items()}
    return tuple(results[name] for name in ordered)


def _begin() -> None:
    keep_tables()
    collect_seldom()


def _slow(name: str) -> bool:
    return name in FAULTS and FAULTS[name].narrow
