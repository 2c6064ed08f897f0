"""Where a token comes from that can be had again: the identity service, or a program that prints it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations when the class is made
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - the same

from conformance.config.secrets import Secret, resolve

__all__ = ["TOKEN_NAME", "Command", "Iam"]

TOKEN_NAME = "CONFORMANCE_TOKEN"  # noqa: S105 - the name of a placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class Iam:
    """The table ``iam`` with what it refers to; ``place`` begins an error message about it."""

    place: str
    endpoint: str
    user: str | Secret
    password: Secret
    domain: str | Secret
    project: str

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What of it must appear nowhere."""
        return tuple(value for value in (self.user, self.password, self.domain) if isinstance(value, Secret))


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``command:PROGRAM ARGUMENTS``, and where it runs."""

    place: str
    reference: str = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    directory: Path

    def token(self) -> Secret:
        """Run it. Raises UsageError where it prints no token."""
        return resolve(self.reference, self.environ, self.directory, place=self.place, name=TOKEN_NAME)
