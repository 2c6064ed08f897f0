"""Allure's results: labels and attachments of a running test, and the files around the results."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

import allure

from conformance.contract.clause import Clause, Level
from conformance.judge.verdict import AnsweredBy
from conformance.report.allure_page import categories_of_results
from conformance.report.files import dumps
from conformance.report.record import Evidence, RunRecord, report_data
from conformance.report.terminal import render_text
from conformance.report.words import RESPONDERS, headline, lines_to_set, reach_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_OF_THE_RUN = "conformance.verdict"
_SAID = "conformance-attachment.txt"
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
) -> None:
    """Label the running test and attach its exchanges; called from inside the test.

    clause: None for generated requests, which every clause judges.
    probe: the id of the probe or property.
    title: its title.
    tags: further tags of the test.
    variables: the shell lines that set the variables of curl lines.
    document: the document's name.
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
    for one in evidence:
        attach(one, variables or {})


def attach(evidence: Evidence, variables: Mapping[str, str]) -> None:
    """Attach an exchange for Allure's HTTP viewer, and the line that repeats it below those that set its variables."""
    exchange = http_exchange(evidence)
    request = exchange["request"]
    answer = exchange["response"]
    who = evidence.har["_conformance"]["answered_by"]  # type: ignore[index]  # HAR is JSON
    words = f"answered {answer['status']} by {RESPONDERS[AnsweredBy(who)]}" if answer else "no answer"
    allure.attach(
        dumps(exchange),
        name=f"Exchange {evidence.number}: {request['method']}, {words}",
        attachment_type="application/vnd.allure.http+json",
        extension="httpexchange",
    )
    lines = "\n".join([*lines_to_set(variables, [evidence.curl]), evidence.curl])
    allure.attach(lines, name=f"curl {evidence.number}", attachment_type=allure.attachment_type.TEXT)


def http_exchange(evidence: Evidence) -> dict[str, Any]:
    """The exchange for Allure's HTTP viewer (``application/vnd.allure.http+json``), with times in milliseconds.

    Without an answer ``response`` is None and ``error`` has the reason.
    """
    har: Mapping[str, Any] = evidence.har
    request, response = har["request"], har["response"]
    start = round(datetime.fromisoformat(har["startedDateTime"]).timestamp() * 1000)
    sizes = har["_conformance"]
    sent = {
        "method": request["method"],
        "url": request["url"],
        "httpVersion": request["httpVersion"],
        "headers": [{"name": one["name"], "value": one["value"]} for one in request["headers"]],
    }
    if post := request.get("postData"):
        sent["body"] = _body(post, post.get("_encoding"), sizes["request_body"])
    whole: dict[str, Any] = {
        "schemaVersion": 1,
        "start": start,
        "stop": start + round(har["time"]),
        "request": sent,
        "response": None,
    }
    if not response["status"]:
        name, _, message = str(response["_error"]).partition(": ")
        return {**whole, "error": {"name": name, "message": message or name}}
    whole["response"] = {
        "status": response["status"],
        "statusText": response["statusText"],
        "httpVersion": response["httpVersion"],
        "headers": response["headers"],
    }
    content = response["content"]
    if content.get("text"):
        whole["response"]["body"] = _body(content, content.get("encoding"), sizes["response_body"])
    return whole


def _body(part: Mapping[str, Any], encoding: str | None, size: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "contentType": part["mimeType"],
        "encoding": encoding or "utf8",
        "value": part["text"],
        "size": size["size"],
        "truncated": size["cut"] or size.get("truncated", False),
    }


def description(clause: Clause) -> str:
    """The clause as Markdown: quote, level, basis, request, accepted outcomes and note."""
    quote = "\n".join(f"> {line}".rstrip() for line in clause.quote.splitlines())
    accepted = "\n".join(f"- {outcome}" for outcome in clause.accepted)
    parts = [
        f"**{clause.section}** of the document says:",
        quote,
        f"**Level**: {clause.level.value} · **basis**: {clause.basis}",
        f"**Sent**: {clause.sent}",
        f"**Accepted**:\n\n{accepted}",
        *([f"**Note**: {clause.note}"] if clause.note else []),
    ]
    return "\n\n".join(parts)


def write_environment(directory: Path, record: RunRecord, *, executor: bool = True) -> None:
    """Write what Allure shows of the run as a whole; a second call replaces what the first wrote.

    These are environment.properties, categories.json, the text of the terminal as an attachment of the run, and
    executor.json, unless another program writes that.
    """
    about, said = record.about, headline(report_data(record))
    environment = {
        "target": about.target_name,
        "base url": about.base_url,
        "profile": about.profile,
        "seed": str(about.seed),
        "mutation": about.mutation,
        "requests": str(about.requests),
        "verdict": said.word,
        "reason": said.why,
        **({"sent": reach} if (reach := reach_words(about.probes, about.standard_probes)) else {}),
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
    (directory / "categories.json").write_text(dumps(categories_of_results(), indent=2) + "\n", encoding="utf-8")
    log = "".join(f"{' ' * line.indent}{line.text}\n" for line in render_text(record, {}))
    (directory / _SAID).write_text(log, encoding="utf-8", errors="backslashreplace")
    attached = {"name": "conformance.stdout.txt", "type": "text/plain", "source": _SAID}
    (directory / "conformance-globals.json").write_text(dumps({"attachments": [attached]}) + "\n", encoding="ascii")
    if executor:
        (directory / "executor.json").write_text(dumps(made_by, indent=2) + "\n", encoding="utf-8")


def write_broken(directory: Path, words: str, record: RunRecord) -> None:
    """Write a *broken* result and a global error for a run without a verdict.

    The error has the form of ``global_error`` in allure-pytest 2.16.
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
