"""Where a target's description comes from, in the words of an error message: a table of a file, or the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from conformance.config.options import ENVIRONMENT_PREFIX

__all__ = ["EnvironmentOrigin", "Origin", "TableOrigin"]


@dataclass(frozen=True, slots=True)
class TableOrigin:
    """A table such as ``conformance.toml: [targets.staging]``."""

    text: str

    def place(self, key: str) -> str:
        """Return what an error message begins with; the empty key is the table itself."""
        return f"{self.text} {key}" if key else self.text

    def example(self, key: str, toml: str) -> str:
        """Return the line that gives a key."""
        return f"write for example {key} = {toml}"


@dataclass(frozen=True, slots=True)
class EnvironmentOrigin:
    """The ``CONFORMANCE_…`` variables that describe a target given as a URL."""

    def place(self, key: str) -> str:
        """Return what an error message begins with: the variable, or TARGET itself for the base URL."""
        return "TARGET" if key in ("", "base_url") else f"{ENVIRONMENT_PREFIX}{key.upper()}"

    def example(self, key: str, toml: str) -> str:
        """Return how to give a key; a secret's variable holds the secret itself, so no example of it."""
        if key == "base_url":
            return f"give for example {_plain(toml)}"
        return f"set {self.place(key)}" if "env:" in toml else f"set {self.place(key)}={_plain(toml)}"


Origin: TypeAlias = TableOrigin | EnvironmentOrigin


def _plain(toml: str) -> str:
    return toml.strip('"').removeprefix("file:")
