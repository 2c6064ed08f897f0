"""The scheduler: every job once, turns in order, never too many at a time."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.engine.concurrency import Job, join, run_apart, run_jobs, wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Watch:
    """Does jobs slowly and notes what was done, when, and beside what."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.done: list[object] = []
        self.most = 0
        self.overlaps: list[int] = []
        self._inside: Counter[int | None] = Counter()
        self._lock = threading.Lock()

    def __call__(self, work: tuple[object, int | None]) -> None:
        """Do one."""
        name, turn = work
        with self._lock:
            self._inside[turn] += 1
            self.most = max(self.most, self._inside.total())
            if turn is not None and self._inside[turn] > 1:
                self.overlaps.append(turn)
            self.done.append(name)
        time.sleep(self.seconds)
        with self._lock:
            self._inside[turn] -= 1


def job(name: object, turn: int | None = None) -> Job[tuple[object, int | None]]:
    """A job that knows its turn."""
    return Job((name, turn), turn)


@pytest.mark.parametrize("workers", [pytest.param(n, id=f"{n} workers") for n in (1, 2, 8, 64)])
def test_every_job_is_done_once(workers: int) -> None:
    """However many workers there are, more or fewer than jobs."""
    watch = Watch()
    run_jobs([job(n, n % 3 if n % 2 else None) for n in range(40)], watch, workers)
    assert Counter(watch.done) == Counter(range(40))


def test_nothing_to_do_is_done() -> None:
    """No jobs, no wait."""
    run_jobs([], pytest.fail, 4)


@pytest.mark.parametrize("workers", [pytest.param(n, id=f"{n} workers") for n in (1, 3, 8)])
def test_as_many_are_done_at_a_time_as_there_are_workers(workers: int) -> None:
    """All workers work, and there are no others."""
    watch = Watch(0.01)
    run_jobs([job(n) for n in range(24)], watch, workers)
    assert watch.most == workers


@settings(max_examples=30)
@given(st.lists(st.none() | st.integers(1, 3), max_size=20), st.integers(1, 5))
def test_turns_keep_their_order_and_never_overlap(turns: list[int | None], workers: int) -> None:
    """Of jobs with the same turn the next begins when the one before is done."""
    watch = Watch(0.0005)
    run_jobs([job((turn, n), turn) for n, turn in enumerate(turns)], watch, workers)
    order = defaultdict(list)
    for turn, n in watch.done:  # type: ignore[misc]
        order[turn].append(n)
    assert watch.overlaps == []
    assert len(watch.done) == len(turns)
    assert all(numbers == sorted(numbers) for turn, numbers in order.items() if turn is not None)


def test_the_longest_turn_begins_first() -> None:
    """A long turn is not left to one worker at the end."""
    watch = Watch()
    run_jobs([job("free"), job("short", 1), job("long", 2), job("long", 2), job("long", 2)], watch, 1)
    assert watch.done == ["long", "long", "short", "long", "free"]


def test_a_worker_waits_for_a_turn_that_is_taken() -> None:
    """While one worker does the first of a turn the others wait, and none does the second too early."""
    watch = Watch(0.02)
    run_jobs([job(n, 1) for n in range(3)], watch, 4)
    assert (watch.done, watch.overlaps, watch.most) == ([0, 1, 2], [], 1)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=["an error", "an interrupt"])
def test_an_exception_stops_the_rest_and_is_raised(error: BaseException) -> None:
    """Jobs that did not begin are not done, turns included, and the caller gets the error."""
    done: list[int] = []

    def do(number: int) -> None:
        done.append(number)
        if number == 2:
            raise error

    with pytest.raises(type(error)) as caught:
        run_jobs([Job(n, 1) for n in range(20)], do, 4)
    assert caught.value is error
    assert done == [0, 1, 2]


def test_the_first_of_many_exceptions_is_raised() -> None:
    """Later errors do not hide the first."""
    together = threading.Barrier(2)

    def do(number: int) -> None:
        together.wait(5)
        time.sleep(number * 0.02)
        raise ValueError(number)

    with pytest.raises(ValueError, match=r"^0$"):
        run_jobs([Job(0), Job(1)], do, 2)


def test_no_thread_is_left() -> None:
    """The workers are gone when the jobs are done."""
    before = threading.active_count()
    run_jobs([Job(n) for n in range(4)], lambda _: None, 4)
    assert threading.active_count() == before


PATIENCE = 30


@pytest.fixture
def handled() -> Iterator[threading.Event]:
    """Set when the handler of SIGUSR1 has run."""
    event = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: event.set())
    yield event
    signal.signal(signal.SIGUSR1, before)


def noticed(handled: threading.Event) -> bool:
    """Whether the handler runs in time for a signal that interrupts this thread, and not the main one's wait."""
    time.sleep(0.1)  # until that has begun
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    return handled.wait(PATIENCE)


def waited_for(do: Callable[[], object]) -> None:
    """Wait for an event that is set when that is done."""
    done = threading.Event()
    threading.Thread(target=lambda: (do(), done.set())).start()
    wait(done)


def joined(do: Callable[[], object]) -> None:
    """Wait for a thread that does so."""
    thread = threading.Thread(target=do)
    thread.start()
    join(thread)


@pytest.mark.parametrize("way", [waited_for, joined, run_apart])
def test_a_signal_is_handled_while_the_main_thread_waits(
    way: Callable[[Callable[[], object]], object], handled: threading.Event
) -> None:
    """Whichever way it waits, and though nothing wakes it."""
    seen: list[bool] = []
    way(lambda: seen.append(noticed(handled)))
    assert seen == [True]


def test_what_is_done_apart_returns_and_raises() -> None:
    """As if it were done here."""
    assert run_apart(lambda: threading.current_thread() is threading.main_thread()) is False
    with pytest.raises(ZeroDivisionError):
        run_apart(lambda: 1 / 0)
