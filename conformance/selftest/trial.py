"""Trials: the suite on one mock in this process, without reports; and many of them, in a few processes."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from conformance.config.settings import load_settings
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation
from conformance.engine.rejudge import about_run
from conformance.exceptions import NoVerdict
from conformance.judge.summary import summarise
from conformance.judge.verdict import Outcome
from conformance.mock import Fixtures, Mock
from conformance.mock.catalogue import Fault
from conformance.mock.faults import FAULTS
from conformance.mock.memory import in_memory, needs_socket
from conformance.mock.variants import VARIANTS
from conformance.runner.embedded import embedded_target, target_of
from conformance.runner.process import collect_seldom, keep_tables
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from conformance.config.targets import Target
    from conformance.contract.contract import Contract
    from conformance.contract.message import Request
    from conformance.judge.summary import Summary
    from conformance.mock import Application
    from conformance.mock.memory import Connection


__all__ = ["Judged", "Trial", "judge_application", "judge_target", "prepare", "run_trials", "try_out"]

_NOWHERE = "http://127.0.0.1:1"  # nothing is sent there


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts on a target; `summary` is None where `no_verdict` says why. `seconds` are of wall time."""

    summary: Summary | None
    requests: int
    seconds: float
    no_verdict: str | None = None

    def clauses(self, outcome: Outcome) -> frozenset[str]:
        """The ids of the clauses with this outcome."""
        results = self.summary.clauses if self.summary else ()
        return frozenset(result.clause.id for result in results if result.outcome is outcome)


@dataclass(frozen=True, slots=True)
class Trial:
    """The verdict on a fault or variant."""

    id: str
    failed: frozenset[str]
    requests: int
    seconds: float
    no_verdict: str | None = None
    untested: frozenset[str] = frozenset()

    @property
    def sentence(self) -> str:
        """The summary of the fault or variant."""
        return self.fault.summary if self.fault else VARIANTS[self.id].summary

    @property
    def fault(self) -> Fault | None:
        """The fault, if it is one."""
        return FAULTS.get(self.id)

    @property
    def missed(self) -> bool:
        """Whether a fault was not caught by its clause; a variant cannot be missed."""
        return self.fault is not None and self.fault.clause not in self.failed

    @property
    def false_positives(self) -> frozenset[str]:
        """The clauses that failed although nothing broke them."""
        fault = self.fault
        return frozenset(clause for clause in self.failed if fault is None or not fault.breaks(clause))

    @property
    def proven(self) -> bool:
        """Whether the suite was right."""
        return not self.missed and not self.false_positives and self.no_verdict is None


def try_out(name: str, seed: int, har: Path | None = None, *, socket: bool | None = None) -> Trial:
    """Run the suite on the fault or variant of this id: at standard, or at deep where the fault is narrow.

    The traffic is written to `har` where one is given; it goes through a `socket`, or stays in memory.
    """
    subject = FAULTS[name] if name in FAULTS else VARIANTS[name]
    profile = "deep" if isinstance(subject, Fault) and subject.narrow else "standard"
    judged = judge_application(subject.make(), har, socket=socket, seed=seed, profile=profile)
    return Trial(
        name,
        judged.clauses(Outcome.FAIL),
        judged.requests,
        judged.seconds,
        judged.no_verdict,
        judged.clauses(Outcome.NOT_TESTED),
    )


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


def judge_application(
    application: Application | None = None, har: Path | None = None, *, socket: bool | None = None, **options: object
) -> Judged:
    """Judge an application that has the mock's fixtures, or the mock itself; `options` are those of a run.

    The traffic is written to `har` where one is given. Without a `socket` it stays in memory; by default where the
    application needs none. Trials with the same options share what is drawn; those in memory also share the plan.
    """
    application = application or Mock()
    drawn = _drawn(frozenset(options.items()))
    if needs_socket(application) if socket is None else socket:
        with embedded_target(application) as target:
            return judge_target(prepare(target, load_contract(), **options), None, har, drawn)
    with in_memory(application) as connect:
        return judge_target(_prepared(frozenset(options.items())).again(), connect, har, drawn)


def prepare(target: Target, contract: Contract, **options: object) -> Preparation:
    """Plan trials of a target that is described for a contract; `options` are those of a run."""
    settings = load_settings({"seed": 1, "fail_on": "should", **options}, {}, None)
    return Preparation.of(settings, target, contract, embedded=True)


def judge_target(
    preparation: Preparation,
    connect: Callable[[], Connection] | None = None,
    har: Path | None = None,
    drawn: dict[str, tuple[Request, ...]] | None = None,
) -> Judged:
    """Judge a target; `connect` reaches it in memory, and the traffic is written to `har` where one is given.

    `drawn` is kept between trials of one preparation: what was drawn before is not drawn again.
    """
    begun = time.monotonic()
    session = session_of(preparation, har, recorded=har is not None, connect=connect)
    session.drawn = {} if drawn is None else drawn
    chosen = {probe.id for probe in preparation.plan.probes} | {prop.id for prop in preparation.properties}
    try:
        session.open(chosen)
        session.start(chosen)
        session.join()
    except NoVerdict as error:
        session.recorder.discard()
        return Judged(None, session.client.requests, time.monotonic() - begun, str(error))
    finally:
        session.client.close()
    withheld: dict[str, dict[str, str]] = {}
    for probe in preparation.plan.probes:
        for clause in probe.clauses if probe.withheld else ():
            withheld.setdefault(clause, {})[probe.id] = probe.withheld or ""
    session.recorder.close(about_run(preparation, session, withheld=withheld).as_data())
    summary = summarise(preparation.contract.catalogue, session.verdicts, withheld, preparation.gate_policy)
    return Judged(summary, session.client.requests, time.monotonic() - begun)


@cache
def _prepared(options: frozenset[tuple[str, object]]) -> Preparation:
    """The plan for a mock in memory, which is the same for every trial with these options."""
    return prepare(target_of(Fixtures.default(), _NOWHERE), load_contract(), **dict(options))


@cache
def _drawn(options: frozenset[tuple[str, object]]) -> dict[str, tuple[Request, ...]]:  # noqa: ARG001 - the key
    """The requests drawn with these options; at deep, drawing takes as long as all the rest."""
    return {}


def _begin() -> None:
    keep_tables()
    collect_seldom()


def _slow(name: str) -> bool:
    return name in FAULTS and FAULTS[name].narrow
