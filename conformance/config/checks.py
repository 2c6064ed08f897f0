"""Checks of single values in a target's table; each raises Wrong, and none repeats what may be a secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from conformance.config.mistakes import Wrong, shown
from conformance.config.secrets import is_reference

__all__ = ["by_number", "headers", "not_empty", "reasons", "reference", "verification"]

_DECIMAL = re.compile(r"[1-9][0-9]{0,9}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~\t]*[!-~])?")
_SET_BY_THE_SUITE = frozenset(
    (
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-auth-token",
    )
)


def by_number(highest: int, noun: str) -> Callable[[object], object]:
    """Return a validator for a table whose keys, texts in TOML, are numbers from 1 to ``highest``."""

    def numbered(table: object) -> object:
        if not isinstance(table, Mapping):
            return table
        for key in table:
            # The key is not repeated: somebody may have swapped it with a secret.
            if not _DECIMAL.fullmatch(str(key)) or int(key) > highest:
                raise Wrong(f"a key is no {noun}", f"use whole numbers from 1 to {highest} as keys")
        return {int(key): value for key, value in table.items()}

    return numbered


def headers(table: dict[str, str]) -> dict[str, str]:
    """Refuse headers that the suite sets itself, names that differ in case only, and what no header can carry."""
    seen: set[str] = set()
    for name, value in table.items():
        lower = name.lower()
        if not _HEADER_NAME.fullmatch(name):
            raise Wrong(f"{shown(name)} is no header name", "use letters, digits and hyphens")
        if lower in _SET_BY_THE_SUITE:
            raise Wrong(f"{name} is set by the suite itself", "take it out")
        if lower in seen:
            raise Wrong(f"{name} stands there twice", "take one out; case makes no difference")
        if not is_reference(value) and not _HEADER_VALUE.fullmatch(value):
            raise Wrong(f"the value of {name} is no header value", "use ASCII text on one line, not empty")
        seen.add(lower)
    return table


def reasons(globs: dict[str, str]) -> dict[str, str]:
    """Refuse a glob without a reason."""
    for glob, reason in globs.items():
        if not glob.strip():
            raise Wrong("a glob is empty", 'write for example "*.403.*" = "no second account"')
        if not reason.strip():
            raise Wrong(f"{shown(glob)} has no reason", f'say why it cannot be tested: {shown(glob)} = "…"')
    return globs


def verification(value: object) -> bool | str:
    """Accept true, false, and a path."""
    if not isinstance(value, bool | str) or value == "":
        raise Wrong("is neither true nor a path", "give true, or the path of a CA bundle")
    return value


def not_empty(text: str) -> str:
    """Refuse blank text."""
    if not text.strip():
        raise Wrong("is empty")
    return text


def reference(text: str) -> str:
    """Refuse a literal secret, wherever the target is."""
    if not is_reference(text):
        raise Wrong("is a literal secret", 'write "env:NAME" or "file:PATH"')
    return text
