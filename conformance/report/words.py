"""The words that all reports have for the same thing: who answered, and what the answer was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import AnsweredBy, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.judge.verdict import Verdict
    from conformance.report.about import About
    from conformance.report.record import Evidence

__all__ = [
    "SPEAKERS",
    "TESTS",
    "answer_data",
    "answer_words",
    "early_words",
    "lines_to_set",
    "reach_words",
    "speaker_words",
]

SPEAKERS = {
    AnsweredBy.SERVICE: "the service",
    AnsweredBy.GATEWAY: "the gateway",
    AnsweredBy.OTHER: "something that is not the documented service (framework, server or proxy)",
}
TESTS = ("passed", "failed", "skipped")
"""How a test of JUnit's and Allure's reports ends."""
_LONGEST_BODY = 200


def speaker_words(verdict: Verdict, evidence: Evidence | None) -> str:
    """Who answered; that nobody did, where the evidence has no answer."""
    if evidence is not None and not _response(evidence)["status"]:
        return "not answered"
    return f"answered by {SPEAKERS[verdict.answered_by]}"


def answer_data(evidence: Evidence) -> dict[str, object] | None:
    """The answer's status, its Content-Type, its size, and the first characters of its body; None where none came.

    `body` is on one line, and None where the body is not UTF-8.
    """
    response = _response(evidence)
    if not response["status"]:
        return None
    content = response["content"]
    text = None if content.get("encoding") else in_words(" ".join(content.get("text", "").split()), _LONGEST_BODY)
    return {
        "status": response["status"],
        "media_type": in_words(content["mimeType"], _LONGEST_BODY) or None,
        "size": content["size"],
        "body": text,
    }


def answer_words(evidence: Evidence) -> str:
    """The answer in a line: status, Content-Type and the first characters of the body; why none came."""
    answer = answer_data(evidence)
    return ", ".join(_parts(answer)) if answer else f"none: {in_words(str(_response(evidence)['_error']), 200)}"


def lines_to_set(variables: Mapping[str, str], lines: Iterable[str]) -> list[str]:
    """The shell lines that set what `lines` use; `variables` has one for each variable."""
    text = "\n".join(lines)
    return [line for name, line in variables.items() if re.search(rf"\b{name}\b", text)]


def early_words(about: About) -> str:
    """How a run ended that is not complete."""
    return "the run was interrupted" if about.interrupted else "the run ended early"


def reach_words(about: About) -> str | None:
    """What a run did not send that one of the standard profile would have, or None where that is nothing."""
    if about.probes >= about.standard_probes:
        return None
    return f"{about.probes} of the {about.standard_probes} probes of the standard profile, and no generated request"


def _parts(answer: dict[str, object]) -> Iterator[str]:
    yield str(answer["status"])
    media = str(answer["media_type"] or "no Content-Type")
    size = f"{answer['size']:,} byte{'' if answer['size'] == 1 else 's'}"
    if not answer["size"]:
        yield f"{media}, no body"
    elif answer["body"] is None:
        yield f"{media}, {size} that are not UTF-8"
    else:
        yield f"{media}, {size}: {answer['body']}"


def _response(evidence: Evidence) -> dict[str, Any]:
    response: dict[str, Any] = evidence.har["response"]  # type: ignore[assignment]  # HAR is JSON
    return response
