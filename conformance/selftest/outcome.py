"""The outcome of a self-test: the matrix of faults and clauses, missed faults, and false positives."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from conformance.report.files import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from conformance.mock.catalogue import Fault
    from conformance.selftest.trial import Trial

__all__ = ["Selftest", "as_json", "as_markdown", "show"]

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
    table = _table("fault", "level", "failed", "clauses", "requests", "s")
    for trial, fault in zip(selftest.faults, _faults(selftest.faults), strict=True):
        style = "" if trial.proven else "bold red"
        failed = ", ".join(_marked(clause, trial) for clause in sorted(trial.failed)) or _KEPT
        table.add_row(
            trial.id,
            fault.level,
            str(len(trial.failed)),
            escape(failed),
            str(trial.requests),
            f"{trial.seconds:.1f}",
            style=style,
        )
    if table.row_count:
        console.print(table)
    table = _table("variant", "false positives", "requests", "s")
    for trial in selftest.variants:
        wrong = ", ".join(sorted(trial.false_positives)) or _KEPT
        table.add_row(
            trial.id,
            wrong,
            str(trial.requests),
            f"{trial.seconds:.1f}",
            style="" if trial.proven else "bold red",
        )
    if table.row_count:
        console.print(table)
    for line in wrongs(selftest):
        console.print(line, style="red", soft_wrap=True, markup=False)
    console.print(selftest.summary, style="bold", soft_wrap=True, markup=False)


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
    lines += [f"| `{clause}` | {len(faults)}: {_few(faults)} |" for clause, faults in selftest.by_clause.items()]
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


def _few(faults: list[str], shown: int = 5) -> str:
    more = f" and {len(faults) - shown} more" if len(faults) > shown else ""
    return ", ".join(faults[:shown]) + more


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
