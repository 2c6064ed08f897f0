"""Words that several reports share: the responder, the answer, the reach of a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import AnsweredBy, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.judge.verdict import Verdict
    from conformance.report.record import About, Evidence

__all__ = [
    "RESPONDERS",
    "TESTS",
    "answer_data",
    "answer_words",
    "count_words",
    "early_words",
    "lines_to_set",
    "minute",
    "reach_words",
    "responder_words",
]

RESPONDERS = {
    AnsweredBy.SERVICE: "the service",
    AnsweredBy.GATEWAY: "the gateway",
    AnsweredBy.OTHER: "something that is not the documented service (framework, server or proxy)",
}
TESTS = ("passed", "failed", "skipped")
"""The outcomes of a test in JUnit and Allure."""
_LONGEST_BODY = 200


def count_words(number: int, noun: str) -> str:
    """A number and its noun, in the plural where due."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def responder_words(verdict: Verdict, evidence: Evidence | None) -> str:
    """The responder, or that there was no answer."""
    if evidence is not None and not _response(evidence)["status"]:
        return "not answered"
    return f"answered by {RESPONDERS[verdict.answered_by]}"


def answer_data(evidence: Evidence) -> dict[str, object] | None:
    """The answer's status, Content-Type, size, and the first characters of its body; None without an answer.

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
    """The answer in a line: status, Content-Type and the first characters of the body, or the reason for none."""
    answer = answer_data(evidence)
    return ", ".join(_parts(answer)) if answer else f"none: {in_words(str(_response(evidence)['_error']), 200)}"


def lines_to_set(variables: Mapping[str, str], lines: Iterable[str]) -> list[str]:
    """The shell lines that set the variables in `lines`; `variables` has one for each."""
    text = "\n".join(lines)
    return [line for name, line in variables.items() if re.search(rf"\b{name}\b", text)]


def minute(time: str) -> str:
    """A point in time in ISO 8601, to the minute."""
    return time[:16].replace("T", " ")


def early_words(about: About) -> str:
    """The end of a run that is not complete."""
    return "the run was interrupted" if about.interrupted else "the run ended early"


def reach_words(about: About) -> str | None:
    """The share of the standard profile that a smaller run sent; None where it sent all of that."""
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
