"""Many requests in flight, in stages; those that would succeed on one resource go one after the other."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

__all__ = ["Job", "join", "run_apart", "run_jobs", "wait"]

T = TypeVar("T")
_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """Something to do; jobs with the same `turn` are never done at the same time, and begin in their order."""

    work: T
    turn: Hashable | None = None


class _Line(Generic[T]):
    """Jobs that wait; the longest turns are served first, so that no worker is left alone with them at the end."""

    def __init__(self, jobs: Iterable[Job[T]]) -> None:
        self._free: deque[Job[T]] = deque()
        self._turns: dict[Hashable, deque[Job[T]]] = defaultdict(deque)
        self._busy: set[Hashable] = set()
        self._changed = threading.Condition()
        for job in jobs:
            (self._free if job.turn is None else self._turns[job.turn]).append(job)

    def take(self) -> Job[T] | None:
        """The next job that may be done now, after a wait if need be; None when there is none left."""
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
        """Let the next of the same turn begin."""
        with self._changed:
            if job.turn is not None:
                self._busy.discard(job.turn)
            self._changed.notify_all()


def run_jobs(jobs: Iterable[Job[T]], do: Callable[[T], None], workers: int) -> None:
    """Do every job with up to `workers` threads, and return when all are done; the first exception is raised then."""
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
    """Wait until it is set."""
    while not event.wait(_SECONDS):
        pass


def join(thread: threading.Thread) -> None:
    """Wait until it ends."""
    while thread.is_alive():
        thread.join(_SECONDS)


def run_apart(do: Callable[[], T]) -> T:
    """What `do` returns or raises, in a thread of its own; an exception of the main thread's leaves that to itself."""
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
