"""Verdicts: each says what one exchange proves of one clause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GENERATED = "property."
"""The beginning of the ids of properties; they send other requests in each run."""
_LONGEST_MESSAGE = 600
_LONGEST_GOT = 200


class Outcome(StrEnum):
    """The outcomes of a clause."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NOT_TESTED = "not-tested"
    RECORDED = "recorded"


class AnsweredBy(StrEnum):
    """The sender of an answer: the service, the API gateway in front of it, or something else (docs/vendor.md)."""

    SERVICE = "service"
    GATEWAY = "gateway"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a rule for an exchange.

    Attributes:
        outcome: pass, fail, not tested or recorded.
        message: why it failed or was not tested.
        got: the answer in few words.
        accepted: every outcome that would have passed, in words; empty for the clause's own list.
    """

    outcome: Outcome
    message: str = ""
    got: str = ""
    accepted: tuple[str, ...] = ()


DISAGREEMENT = "document and deployment disagree"
PASS = Finding(Outcome.PASS)


def fail(message: str, *, got: str, accepted: tuple[str, ...] = ()) -> Finding:
    """A failure; `accepted` narrows the clause's own list where the request decides which of them it is."""
    return Finding(Outcome.FAIL, in_words(message, _LONGEST_MESSAGE), in_words(got, _LONGEST_GOT), accepted)


def untested(reason: str) -> Finding:
    """The exchange could not test the clause."""
    return Finding(Outcome.NOT_TESTED, in_words(reason, _LONGEST_MESSAGE))


def in_words(text: str, longest: int) -> str:
    """At most `longest` characters of `text`, on one line.

    A target's text must neither fill a report nor steer a terminal.
    """
    shown = text if len(text) <= longest else text[:longest] + "…"
    if shown.isprintable():
        return shown
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in shown
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding with its place: the clause, the probe, the number of the exchange, and the responder.

    `beside` are probes without whose answers other clauses would fail. `held` marks what was not tested although the
    answer shows that the clause is not broken: a refusal, for whatever reason, of what must not succeed.
    """

    clause: str
    probe: str
    exchange: int
    outcome: Outcome
    message: str = ""
    accepted: tuple[str, ...] = ()
    got: str = ""
    answered_by: AnsweredBy = AnsweredBy.OTHER
    beside: tuple[str, ...] = ()
    held: bool = False
