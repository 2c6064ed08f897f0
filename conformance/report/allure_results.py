"""What Allure is told of a test while it runs, and the files around the results."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any

import allure

from conformance.contract.clause import Level
from conformance.judge.verdict import AnsweredBy
from conformance.report.http_exchange import http_exchange
from conformance.report.strict_json import dumps
from conformance.report.words import SPEAKERS, lines_to_set, reach_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.contract.clause import Clause
    from conformance.report.record import Evidence, RunRecord

__all__ = ["describe", "write_broken", "write_surroundings"]

_OF_THE_RUN = "conformance.verdict"
_CURRENT: Any = allure.dynamic  # untyped
_SEVERITY = {
    Level.MUST: allure.severity_level.CRITICAL,
    Level.SHOULD: allure.severity_level.NORMAL,
    Level.SILENT: allure.severity_level.MINOR,
}


def describe(
    clause: Clause | None,
    probe: str,
    title: str,
    evidence: Sequence[Evidence] = (),
    *,
    tags: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    document: str,
    document_url: str | None = None,
) -> None:
    """Tell Allure what the running test is about, and attach its exchanges; call it from inside the test.

    `probe` and `title` are the id and the words of what was sent, `document` the document's name, `tags` what else the
    test is found by, `variables` how those of curl lines are set. `clause` is None for what every clause judges.
    """
    _CURRENT.epic(document)
    if clause is None:
        _CURRENT.title(f"Generated requests: {title}")
        _CURRENT.label("ALLURE_ID", probe)
        _CURRENT.feature("All sections")
        _CURRENT.story(probe)
        _CURRENT.severity(_SEVERITY[Level.MUST])
        _CURRENT.tag("property")
        _CURRENT.description(
            f"{title[:1].upper()}{title[1:]}: drawn at random, and judged by every clause that applies."
        )
    else:
        _CURRENT.title(f"{clause.title}: {title}")
        _CURRENT.label("ALLURE_ID", f"{clause.id}/{probe}")
        _CURRENT.feature(clause.section)
        _CURRENT.story(clause.id)
        _CURRENT.severity(_SEVERITY[clause.level])
        _CURRENT.tag(clause.level.value)
        _CURRENT.description(description(clause))
    if tags:
        _CURRENT.tag(*tags)
    if document_url:
        _CURRENT.link(document_url, name=f"{document}, {clause.section}" if clause else document)
    for one in evidence:
        attach(one, variables or {})


def attach(evidence: Evidence, variables: Mapping[str, str]) -> None:
    """Attach an exchange for Allure's HTTP viewer, and the line that repeats it, after those that set its variables."""
    exchange = http_exchange(evidence)
    request = exchange["request"]
    answer = exchange["response"]
    who = evidence.har["_conformance"]["answered_by"]  # type: ignore[index]  # HAR is JSON
    words = f"answered {answer['status']} by {SPEAKERS[AnsweredBy(who)]}" if answer else "no answer"
    allure.attach(
        dumps(exchange),
        name=f"Exchange {evidence.number}: {request['method']}, {words}",
        attachment_type="application/vnd.allure.http+json",
        extension="httpexchange",
    )
    lines = "\n".join([*lines_to_set(variables, [evidence.curl]), evidence.curl])
    allure.attach(lines, name=f"curl {evidence.number}", attachment_type=allure.attachment_type.TEXT)


def description(clause: Clause) -> str:
    """The clause as Markdown: the quote, its level and basis, what is accepted, the note."""
    quote = "\n".join(f"> {line}".rstrip() for line in clause.quote.splitlines())
    accepted = "\n".join(f"- {outcome}" for outcome in clause.accepted)
    parts = [
        f"**{clause.section}** of the document says:",
        quote,
        f"**Level**: {clause.level.value} · **basis**: {clause.basis}",
        f"**What is sent**: {clause.sent}",
        f"**Accepted**:\n\n{accepted}",
        *([f"**Note**: {clause.note}"] if clause.note else []),
    ]
    return "\n\n".join(parts)


def write_surroundings(directory: Path, record: RunRecord, *, executor: bool = True) -> None:
    """Write environment.properties and, unless another program writes it, executor.json beside the results."""
    about = record.about
    environment = {
        "target": about.target_name,
        "base url": about.base_url,
        "profile": about.profile,
        "seed": str(about.seed),
        "mutation": about.mutation,
        "requests": str(about.requests),
        "verdict": record.summary.conclusion.value,
        **({"sent": reach} if (reach := reach_words(about)) else {}),
        "suite version": about.suite_version,
        "document revision": about.document_revision,
    }
    lines = [f"{_key(name)}={_value(value)}\n" for name, value in environment.items()]
    made_by = {
        "name": "conformance",
        "type": "conformance",
        "buildName": about.id,
        "reportName": f"Conformance of {about.target_name}",
    }
    (directory / "environment.properties").write_text("".join(lines), encoding="latin-1", errors="replace")
    if executor:
        (directory / "executor.json").write_text(dumps(made_by, indent=2) + "\n", encoding="utf-8")


def write_broken(directory: Path, words: str, record: RunRecord) -> None:
    """Write a result that is *broken*, and the error of the run as a whole, for a run without a verdict.

    The second is what ``global_error`` of allure-pytest 2.16 writes.
    """
    about = record.about
    moment = int(about.finished_at.timestamp() * 1000)
    labels = {"ALLURE_ID": _OF_THE_RUN, "epic": about.document_title, "feature": "The run", "story": "verdict"}
    digest = hashlib.sha256(_OF_THE_RUN.encode("ascii")).hexdigest()[:32]
    result = {
        "uuid": str(uuid.uuid4()),
        "historyId": digest,
        "testCaseId": digest,
        "fullName": _OF_THE_RUN,
        "name": "The run has a verdict",
        "status": "broken",
        "statusDetails": {"message": words},
        "labels": [{"name": name, "value": value} for name, value in labels.items()],
        "start": int(about.started_at.timestamp() * 1000),
        "stop": moment,
    }
    of_the_run = {"errors": [{"message": words, "timestamp": moment}]}
    for kind, data in (("result", result), ("globals", of_the_run)):
        (directory / f"{uuid.uuid4()}-{kind}.json").write_text(dumps(data) + "\n", encoding="ascii")


def _key(name: str) -> str:
    return name.replace(" ", "\\ ")


def _value(text: str) -> str:
    """A value of a Java properties file: a backslash would escape, a line break would end it."""
    return text.replace("\\", "\\\\").replace("\r", "").replace("\n", " ")
