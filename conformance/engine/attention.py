"""Waits of the main thread that a signal can end.

CPython runs a signal's handler between two steps of the main thread. A signal that comes just before that begins to
wait is noticed when the wait ends, so that no wait here is longer than a fraction of a second.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["apart", "join", "wait"]

T = TypeVar("T")

_SECONDS = 0.2


def wait(event: threading.Event) -> None:
    """Wait until it is set."""
    while not event.wait(_SECONDS):
        pass


def join(thread: threading.Thread) -> None:
    """Wait until it ends."""
    while thread.is_alive():
        thread.join(_SECONDS)


def apart(do: Callable[[], T]) -> T:
    """What `do` returns or raises, in a thread of its own; an exception of the main thread's leaves that to itself."""
    returned: list[T] = []
    raised: list[BaseException] = []

    def work() -> None:
        try:
            returned.append(do())
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    thread = threading.Thread(target=work, name="conformance-apart", daemon=True)
    thread.start()
    join(thread)
    if raised:
        raise raised[0]
    return returned[0]
