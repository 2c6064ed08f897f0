"""In memory the verdicts are those of a socket: the same clauses fail, and the same are not tested.

This is a sample; `test_every_fault` tries all by a socket each night, with a seed of their own.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING

from conformance.mock import Gateway, Mock
from conformance.mock.faults import FAULTS
from conformance.mock.memory import needs_socket
from conformance.mock.variants import VARIANTS
from conformance.selftest import try_out

if TYPE_CHECKING:
    from conformance.selftest import Trial

SAMPLE = (
    "id-zero-accepted",
    "non-ascii-token-crashes",  # bytes that not every server lets pass
    "token-repeated",
    "closed-without-length",  # what follows keeps its socket by default, and is judged alike all the same
    "header-over-65535-dropped",
)


def _names(step: object) -> tuple[str, ...]:
    """The global names that a method uses."""
    return step.__code__.co_names if isinstance(step, FunctionType) else ()


def _both(name: str, seed: int) -> tuple[Trial, Trial]:
    return try_out(name, seed, socket=True), try_out(name, seed, socket=False)


def test_a_sample_is_judged_alike() -> None:
    """Faults and variants of each kind, those about connections included."""
    different = []
    for name in SAMPLE:
        by_socket, in_memory = _both(name, 1)
        assert by_socket.no_verdict is None
        if (by_socket.failed, by_socket.untested) != (in_memory.failed, in_memory.untested):
            different.append(f"{name}: {sorted(by_socket.failed)} by socket, {sorted(in_memory.failed)} in memory")
    assert not different, "\n".join(different)


def test_a_race_is_caught_without_a_socket() -> None:
    """Requests that overlap on a socket overlap in memory: none waits until the one before it is answered."""
    assert try_out("many-at-once-crash", 1, socket=False).proven


def test_faults_of_connections_keep_their_socket() -> None:
    """A fault that sees more of a request than the mock's steps do, or waits, has one; most stay in memory."""
    made = {name: subject.make() for name, subject in {**FAULTS, **VARIANTS}.items()}
    kept = {name for name, application in made.items() if needs_socket(application)}
    assert {"connection-closed", "jittery", "many-at-once-crash", "missing-repository-dropped", "old-version"} <= kept
    assert len(kept) < len(made) / 10
    for name in made.keys() - kept:
        used = {word for kind in type(made[name]).__mro__[:-2] for step in vars(kind).values() for word in _names(step)}
        assert not {"asyncio", "answer_raw", "drop"} & used, name
    assert needs_socket(Gateway(Mock()))
    assert not needs_socket(Mock())
