"""Regression proof of the suite: it is tried out on every fault and variant of the mock, and its verdicts are checked.

It imports all layers that a run is made of, and of `runner` the embedded mock and the process; only `cli` imports it.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from rich.console import Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from conformance.config.settings import load_settings
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation
from conformance.engine.rejudge import about_run
from conformance.exceptions import NoVerdict
from conformance.judge.summary import Summary, summarise
from conformance.judge.verdict import Outcome
from conformance.mock import Application, Fixtures, Mock
from conformance.mock.catalogue import Fault
from conformance.mock.faults import FAULTS
from conformance.mock.memory import Connection, in_memory, needs_socket
from conformance.mock.variants import VARIANTS
from conformance.report.files import dumps
from conformance.report.words import first_words
from conformance.runner.embedded import embedded_target, target_of
from conformance.runner.process import collect_seldom, keep_tables
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rich.console import Console, RenderableType

    from conformance.config.targets import Target
    from conformance.contract.contract import Contract
    from conformance.contract.message import Request

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


_KEPT = "nothing"
_HEAD = """# Our own faults, and the clauses that catch them

`conformance selftest --format markdown > docs/selftest.md` makes this page. It is regression proof of the suite on
faults that were written together with it. Its verdicts on servers that others wrote stand in
[independent-targets.md](independent-targets.md), which should be read first.

With seed {seed}, {faults} faults are caught by the clause that they break, and {wrong} targets have false positives:
clauses that fail although nothing broke them. A fault makes {each} clauses fail on average. The clause in bold type is
the one that has to fail; the others may fail with it. A fault marked *deep* lives in so small a class of inputs that
only the deep profile is sure to meet it. [tests/README.md](../tests/README.md#the-tier-of-each-fault) says which
are tried at every merge, and which at night.
"""


@dataclass(frozen=True)
class Selftest:
    """Trials of one seed; `seconds` of wall time for all of them."""

    trials: tuple[Trial, ...]
    seed: int
    seconds: float

    @cached_property
    def faults(self) -> tuple[Trial, ...]:
        """The trials of faults."""
        return tuple(trial for trial in self.trials if trial.fault)

    @cached_property
    def variants(self) -> tuple[Trial, ...]:
        """The trials of variants."""
        return tuple(trial for trial in self.trials if not trial.fault)

    @cached_property
    def missed(self) -> tuple[Trial, ...]:
        """The faults that were not caught by their clause."""
        return tuple(trial for trial in self.faults if trial.missed)

    @cached_property
    def false_positives(self) -> tuple[Trial, ...]:
        """The trials in which a clause failed that nothing broke."""
        return tuple(trial for trial in self.trials if trial.false_positives)

    @cached_property
    def without_verdict(self) -> tuple[Trial, ...]:
        """The trials that could not be judged."""
        return tuple(trial for trial in self.trials if trial.no_verdict)

    @property
    def proven(self) -> bool:
        """Whether no fault was missed, no clause failed wrongly, and every trial could be judged."""
        return all(trial.proven for trial in self.trials)

    @cached_property
    def by_clause(self) -> dict[str, list[str]]:
        """For each clause that failed, the faults that it failed on."""
        found = defaultdict(list)
        for trial in self.faults:
            for clause in trial.failed:
                found[clause].append(trial.id)
        return dict(sorted(found.items()))

    @property
    def summary(self) -> str:
        """The outcome in one line."""
        requests = sum(trial.requests for trial in self.trials)
        return (
            f"{len(self.faults) - len(self.missed)} of {len(self.faults)} faults caught, "
            f"{len(self.false_positives)} of {len(self.trials)} with false positives; "
            f"{len(self.variants)} variants, {requests:,} requests, {self.seconds:.0f} s, seed {self.seed}"
        )


def show(selftest: Selftest, console: Console) -> None:
    """Print the matrix, a row for each fault, then the variants, and last the mistakes."""
    table = _table("fault, and the clauses that it failed", "level", "failed", "requests", "s")
    for trial, fault in zip(selftest.faults, _faults(selftest.faults), strict=True):
        style = "" if trial.proven else "bold red"
        failed = ", ".join(_marked(clause, trial) for clause in sorted(trial.failed)) or _KEPT
        table.add_row(
            _below(trial.id, failed),
            fault.level,
            str(len(trial.failed)),
            str(trial.requests),
            f"{trial.seconds:.1f}",
            style=style,
        )
    if table.row_count:
        console.print(table)
    table = _table("variant, and its false positives", "requests", "s")
    for trial in selftest.variants:
        wrong = ", ".join(sorted(trial.false_positives)) or _KEPT
        table.add_row(
            _below(trial.id, wrong),
            str(trial.requests),
            f"{trial.seconds:.1f}",
            style="" if trial.proven else "bold red",
        )
    if table.row_count:
        console.print(table)
    for line in wrongs(selftest):
        console.print(line, style="red", soft_wrap=not console.is_terminal, markup=False)
    console.print(selftest.summary, style="bold", soft_wrap=not console.is_terminal, markup=False)


def _below(name: str, clauses: str) -> RenderableType:
    """The id of a trial, and clauses below it: beside it they would be broken at 80 columns."""
    return Group(escape(name), Padding(escape(clauses), (0, 0, 0, 2)))


def _table(*heads: str) -> Table:
    """A table that cuts no id off where it is narrow."""
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def wrongs(selftest: Selftest) -> list[str]:
    """The mistakes of the suite, a line each."""
    lines = [f"missed: {one.id}: {one.clause} did not fail. {one.summary}" for one in _faults(selftest.missed)]
    lines += [
        f"false positive: {trial.id}: {', '.join(sorted(trial.false_positives))}. {trial.sentence}"
        for trial in selftest.false_positives
    ]
    return lines + [f"no verdict: {trial.id}: {trial.no_verdict}" for trial in selftest.without_verdict]


def as_json(selftest: Selftest) -> str:
    """The outcome for machines: `faults`, `variants`, `clauses` (the faults that each failed on), `proven`."""
    document = {
        "format": "conformance-selftest/1",
        "seed": selftest.seed,
        "seconds": round(selftest.seconds, 1),
        "proven": selftest.proven,
        "missed": [trial.id for trial in selftest.missed],
        "false_positives": {trial.id: sorted(trial.false_positives) for trial in selftest.false_positives},
        "faults": [_row(trial) for trial in selftest.faults],
        "variants": [_row(trial) for trial in selftest.variants],
        "clauses": selftest.by_clause,
    }
    return dumps(document, indent=2)


def as_markdown(selftest: Selftest) -> str:
    """The matrix as a page: the clauses that failed for each fault, the faults of each clause, and the variants."""
    count = sum(len(trial.failed) for trial in selftest.faults)
    lines = [
        _HEAD.format(
            faults=f"{len(selftest.faults) - len(selftest.missed)} of {len(selftest.faults)}",
            wrong=f"{len(selftest.false_positives)} of {len(selftest.trials)}",
            each=f"{count / max(len(selftest.faults), 1):.1f}",
            seed=selftest.seed,
        ),
        "| fault | level | summary | failed clauses |",
        "|---|---|---|---|",
    ]
    for trial, fault in zip(selftest.faults, _faults(selftest.faults), strict=True):
        failed = ", ".join(f"**{clause}**" if clause == fault.clause else clause for clause in sorted(trial.failed))
        deep = " *deep*" if fault.narrow else ""
        lines.append(f"| `{trial.id}`{deep} | {fault.level} | {_cell(trial.sentence)} | {failed or _KEPT} |")
    lines += ["", "| clause | faults that make it fail |", "|---|---|"]
    lines += [f"| `{clause}` | {len(faults)}: {first_words(faults)} |" for clause, faults in selftest.by_clause.items()]
    lines += ["", "| variant | summary | false positives |", "|---|---|---|"]
    lines += [
        f"| `{trial.id}` | {_cell(trial.sentence)} | {', '.join(sorted(trial.false_positives)) or _KEPT} |"
        for trial in selftest.variants
    ]
    return "\n".join(lines) + "\n"


def _faults(trials: Iterable[Trial]) -> list[Fault]:
    return [trial.fault for trial in trials if trial.fault]


def _marked(clause: str, trial: Trial) -> str:
    return f"{clause} (wrongly)" if clause in trial.false_positives else clause


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _row(trial: Trial) -> dict[str, object]:
    return {
        "id": trial.id,
        "sentence": trial.sentence,
        "level": trial.fault.level if trial.fault else None,
        "clause": trial.fault.clause if trial.fault else None,
        "failed": sorted(trial.failed),
        "false_positives": sorted(trial.false_positives),
        "proven": trial.proven,
        "no_verdict": trial.no_verdict,
        "requests": trial.requests,
        "seconds": round(trial.seconds, 2),
    }
