"""The errors, as one tree; each has its exit code (docs/interface.md).

ConformanceError
├── UsageError            2   found before anything is sent: the user can fix it
├── NoVerdict             3   the target could not be judged: unreachable, refused, untestable
└── SafetyViolation       3   a request that the policy forbids: a bug of the suite, the run stops
"""

from __future__ import annotations

from typing import ClassVar


class ConformanceError(Exception):
    """An error that a user sees as one line, without a traceback."""

    exit_code: ClassVar[int] = 3


class UsageError(ConformanceError):
    """Wrong usage or configuration; the message says what, where (file and key, or option), and how to fix it."""

    exit_code = 2


class NoVerdict(ConformanceError):  # noqa: N818 - it is an outcome of a run, named as docs/interface.md names it
    """The target could not be judged at all."""


class SafetyViolation(ConformanceError):  # noqa: N818 - named after the rule that was broken
    """A request was about to leave that the safety policy forbids; nothing of it was sent."""
