"""Waits of the main thread: a signal that came just before they began is not left until they end."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from conformance.engine import attention

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    attention.wait(done)


def joined(do: Callable[[], object]) -> None:
    """Wait for a thread that does so."""
    thread = threading.Thread(target=do)
    thread.start()
    attention.join(thread)


@pytest.mark.parametrize("way", [waited_for, joined, attention.apart])
def test_a_signal_is_handled_while_the_main_thread_waits(
    way: Callable[[Callable[[], object]], object], handled: threading.Event
) -> None:
    """Whichever way it waits, and though nothing wakes it."""
    seen: list[bool] = []
    way(lambda: seen.append(noticed(handled)))
    assert seen == [True]


def test_what_is_done_apart_returns_and_raises() -> None:
    """As if it were done here."""
    assert attention.apart(lambda: threading.current_thread() is threading.main_thread()) is False
    with pytest.raises(ZeroDivisionError):
        attention.apart(lambda: 1 / 0)
