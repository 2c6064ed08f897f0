"""Threads of a run: jobs side by side and in turn, and waits of the main thread that a signal can end.

CPython runs a signal's handler between two steps of the main thread. A signal just before the start of a wait is
noticed when the wait ends. No wait here is therefore longer than a fraction of a second.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

T = TypeVar("T")
_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """A piece of work. Jobs with the same `turn` never run at the same time, and begin in their order."""

    work: T
    turn: Hashable | None = None


class _Line(Generic[T]):
    """Waiting jobs. The longest turns are served first, so that no worker is left alone with them at the end."""

    def __init__(self, jobs: Iterable[Job[T]]) -> None:
        self._free: deque[Job[T]] = deque()
        self._turns: dict[Hashable, deque[Job[T]]] = defaultdict(deque)
        self._busy: set[Hashable] = set()
        self._changed = threading.Condition()
        for job in jobs:
            (self._free if job.turn is None else self._turns[job.turn]).append(job)

    def take(self) -> Job[T] | None:
        """The next job that may run, after a wait if need be; None when none is left."""
        with self._changed:
            while True:
                for turn in sorted(self._turns.keys() - self._busy, key=lambda turn: -len(self._turns[turn])):
                    self._busy.add(turn)
                    job = self._turns[turn].popleft()
                    if not self._turns[turn]:
                        del self._turns[turn]
                    return job
                if self._free:
                    return self._free.popleft()
                if not self._turns:
                    return None
                self._changed.wait()

    def done(self, job: Job[T]) -> None:
        """Let the next job of the same turn begin."""
        with self._changed:
            if job.turn is not None:
                self._busy.discard(job.turn)
            self._changed.notify_all()


def run_jobs(jobs: Iterable[Job[T]], do: Callable[[T], None], workers: int) -> None:
    """Do every job with up to `workers` threads. Raises the first exception when all are done."""
    line = _Line(jobs)
    errors: list[BaseException] = []

    def work() -> None:
        while (job := line.take()) is not None:
            try:
                if not errors:
                    do(job.work)
            except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
                errors.append(error)
            finally:
                line.done(job)

    threads = [threading.Thread(target=work, name=f"conformance-{n}", daemon=True) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def wait(event: threading.Event) -> None:
    """Wait until the event is set."""
    while not event.wait(_SECONDS):
        pass


def join(thread: threading.Thread) -> None:
    """Wait until the thread ends."""
    while thread.is_alive():
        thread.join(_SECONDS)


def run_apart(do: Callable[[], T]) -> T:
    """The result of `do`, or its exception, from a thread of its own. An interruption here leaves that thread alone."""
    returned: list[T] = []
    raised: list[BaseException] = []

    def work() -> None:
        try:
            returned.append(do())
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    thread = threading.Thread(target=work, name="conformance-run_apart", daemon=True)
    thread.start()
    join(thread)
    if raised:
        raise raised[0]
    return returned[0]
