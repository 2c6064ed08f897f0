"""Evidence of one broken promise, for a reader at the vendor: its data, and the pages that show them.

The data are the sentence, the failure, since when, and the exchanges before and after. The pages are Markdown, and one
HTML file that needs no network and runs no script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from conformance import __version__
from conformance.exceptions import UsageError
from conformance.history.snapshot import Snapshot, of_run
from conformance.history.stability import failed_earlier, since_when
from conformance.judge.verdict import GENERATED, AnsweredBy, in_words
from conformance.report.look import answer_text, code_span, fence, hash_source, look, part, parts, request_text, visible
from conformance.report.words import RESPONDERS, lines_to_set, minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.history.runs import Run
    from conformance.history.store import History
    from conformance.report.record import Time

BASES = {
    "quoted": "The document says so in these words.",
    "example": "The document shows it in an example and says nothing else of it.",
    "inferred": "The document does not say so in these words. It follows from the sentence quoted, as the note says.",
}
_REQUEST_ID = re.compile(r"request-?id|correlation-?id|trace-?(?:id|parent)", re.IGNORECASE)
_LINE = 300
_MILLISECONDS = len("2026-01-01T00:00:00.000")
_BLOCK = 20_000  # characters of a request or an answer


@dataclass(frozen=True, slots=True)
class Shown:
    """One exchange, whole.

    Attributes:
        heading: what it shows.
        run: the id of the run that sent it; the one that stands in, where the run's own traffic was not kept.
        at: when the request left, in UTC, to the millisecond: logs are searched by it.
        number: its number in the traffic of that run.
        stands_in: whether another run's traffic is shown, which was answered alike.
        milliseconds: from the request to the whole answer.
        request, answer: the messages as text; the answer says why where there was none.
        ids: the fields of the answer by which its server finds the request again.
        also: the run of the evidence, where this exchange stands for its own too, which was not kept; or None.
    """

    heading: str
    run: str
    at: str
    number: int
    stands_in: bool
    milliseconds: float
    request: str
    answer: str
    ids: tuple[str, ...]
    also: str | None = None

    @property
    def place(self) -> tuple[str, int]:
        """The run that sent it, and its number there: of one exchange they are the same."""
        return self.run, self.number


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a page says.

    Attributes:
        clause: the clause, with the sentence.
        failure: the failure as report.json has it.
        others: the other probes that fail the clause in this run.
        line: the line of the document where the sentence begins, from 1; None where the document is another by now.
        report: the report.json of the run.
        operation: method and path template.
        first_failed, last_passed: of this probe; None where the history does not know.
        earlier: its failures before it last passed, of how many runs that sent it, and the first of them; or None.
        exchanges: the last that passed, the first that failed, and that of this run.
        variables: the lines that set what the curl line needs.
    """

    clause: Clause
    failure: Mapping[str, Any]
    others: tuple[str, ...]
    line: int | None
    report: Mapping[str, Any]
    operation: str
    first_failed: Time | None
    last_passed: Time | None
    earlier: tuple[int, int, Time] | None
    exchanges: tuple[Shown, ...]
    variables: tuple[str, ...]

    @property
    def basis(self) -> str:
        """The basis in a sentence or two."""
        return BASES[self.clause.basis]

    @property
    def again(self) -> str | None:
        """The command that sends the request again and judges the answer; None where that is the line already."""
        found: str | None = self.report["run"].get("reproduce", {}).get(self.failure["probe"])
        return None if found == self.failure["curl"] else found


def evidence_of(
    words: str, run: Snapshot, contract: Contract, history: History | None = None, row: Run | None = None
) -> Evidence:
    """The evidence for a clause or a probe, by its id, in a run.

    Of a clause that several probes fail the first fixed one is shown; of a probe the first clause that it fails.
    Without the history, and the run's `row` in it, nothing is said of other runs. Raises UsageError where the run does
    not say that it failed, or is of another operation than the contract.
    """
    if run.operation != contract.operation.id:
        raise UsageError(f"{run.id} is a run of {run.operation}: name its contract with --spec")
    failure, clause_row = _failure(words, run)
    clause_id, probe = clause_row["id"], failure["probe"]
    if clause_id not in contract.catalogue.by_id:
        raise UsageError(f"{clause_id}: the contract has no such clause: name the one that judged {run.id} with --spec")
    clause = contract.catalogue[clause_id]
    since = since_when(history, row, run.states).get((clause_id, probe)) if history and row else None
    shown: list[Shown] = []
    if since and since.last_passed and not probe.startswith(GENERATED):
        before = _other(history, since.last_passed)
        shown += _shown("The last answer that kept the promise", before, probe, None)
    if since and since.first_failed.run != run.id:
        first = _other(history, since.first_failed)
        shown += _shown("The first answer that broke it", first, probe, first.failing(clause_id, probe))
    last = [*_shown("The answer that broke it", run, probe, failure["exchange"])]
    if shown and [one.place for one in last] == [shown[-1].place]:
        shown[-1] = replace(shown[-1], also=run.id)
    else:
        shown += last
    at = contract.passage(clause)
    return Evidence(
        clause=clause,
        failure=failure,
        others=tuple(one for one in clause_row["failed_probes"] if one != probe),
        line=at.first_line if at else None,
        report=run.report,
        operation=f"{contract.operation.method} {contract.operation.template}",
        first_failed=since.first_failed if since else None,
        last_passed=since.last_passed if since else None,
        earlier=(
            failed_earlier(history, row, clause_id, probe, since.last_passed)
            if history and row and since and since.last_passed
            else None
        ),
        exchanges=tuple(shown),
        variables=tuple(lines_to_set(run.report["run"].get("variables", {}), [failure["curl"] or ""])),
    )


def _failure(words: str, run: Snapshot) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The failure that is meant, and the row of its clause."""
    row = run.rows.get(words)
    if row is not None:
        if row["verdict"] != "fail":
            raise UsageError(f"{words}: its verdict in {run.id} is {row['verdict']}: name another run or clause")
        return min(row["failures"], key=lambda one: one["probe"].startswith(GENERATED)), row
    found = [(failure, one) for one in run.rows.values() for failure in one["failures"] if failure["probe"] == words]
    if found:
        return found[0]
    if any(words in one["failed_probes"] for one in run.rows.values()):
        clauses = ", ".join(one["id"] for one in run.rows.values() if words in one["failed_probes"])
        raise UsageError(f"{words}: the report shows others of the probes that fail {clauses}: name the clause")
    known = words in run.behaviour or words.startswith(GENERATED)
    problem = f"it failed no clause in {run.id}" if known else f"{run.id} has no such clause or probe"
    failing = [name for name, one in run.rows.items() if one["verdict"] == "fail"]
    hint = f"failed are {', '.join(failing[:5])}" if failing else "nothing failed there"
    raise UsageError(f"{words}: {problem}: {hint}")


def _other(history: History | None, time: Time) -> Snapshot:
    assert history is not None  # noqa: S101 - it told the time
    return of_run(history, history.begun(time.run)[0])


def _shown(heading: str, run: Snapshot, probe: str, number: int | None) -> Iterator[Shown]:
    """The exchange, where its traffic was kept."""
    exchanges = run.exchanges
    entry = exchanges.entry(probe, number)
    if entry is None:
        return
    stand_in = exchanges.stand_in
    fields = entry["response"]["headers"]
    yield Shown(
        heading=heading,
        run=stand_in.run if stand_in else run.id,
        at=f"{entry['startedDateTime'][:_MILLISECONDS].replace('T', ' ')} UTC",
        number=entry["_conformance"]["number"],
        stands_in=stand_in is not None,
        milliseconds=entry["time"],
        request=request_text(entry),
        answer=answer_text(entry),
        ids=tuple(f"{one['name']}: {one['value']}" for one in fields if _REQUEST_ID.search(one["name"])),
    )


def html_page(evidence: Evidence) -> str:
    """The page as HTML; everything in it is escaped, and its policy forbids the browser every request."""
    return _rendered("evidence.html.jinja", evidence, escaped=True)


def markdown_page(evidence: Evidence) -> str:
    """The page as Markdown; the target's words stand in code blocks, which they cannot end."""
    return _rendered("evidence.md.jinja", evidence, escaped=False)


def _rendered(name: str, evidence: Evidence, *, escaped: bool) -> str:
    environment = jinja2.Environment(
        autoescape=escaped,  # noqa: S701 - Markdown is no HTML
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        minute=minute, visible=_visible, block=_block, code=_code, quoted=_quoted, line=_in_a_line
    )
    template = environment.from_string(part(__package__, name))
    style = f"{look()}{parts()}{part(__package__, 'evidence.css')}"
    responder = RESPONDERS[AnsweredBy(evidence.failure["answered_by"])]
    return template.render(
        evidence=evidence,
        responder=responder,
        version=__version__,
        style=Markup(style),  # noqa: S704 - our own files
        style_hash=hash_source(style),
    )


def _in_a_line(text: str) -> str:
    return in_words(text, _LINE)


def _visible(text: str) -> str:
    return visible(text, _BLOCK)


def _block(text: str) -> str:
    """A code block that its text cannot end."""
    marks = fence(text)
    return f"{marks}text\n{text}\n{marks}"


def _code(text: str) -> str:
    """A code span that its text cannot end."""
    return code_span(_in_a_line(text))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
