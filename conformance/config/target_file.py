"""A target description written into a conformance.toml; what else stands there stays as hands wrote it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from conformance.config.errors import InvalidValue, config_error
from conformance.config.settings import read_file
from conformance.config.urls import is_loopback, parse_url
from conformance.report.files import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["write_target"]


def write_target(path: Path, text: str) -> str:
    """Write the table ``[targets.NAME]`` that `text` is, and return what was done, in words.

    The file is made where there is none. A table of that name is replaced where its ``base_url`` is on loopback.
    Raises UsageError for one that is not, and where the file cannot be read, is no conformance.toml, or cannot be
    written.
    """
    ((name, table),) = tomllib.loads(text)["targets"].items()
    there: Mapping[str, object] = read_file(path).targets if path.exists() else {}
    place = f"{path}: [targets.{name}]"
    old = there.get(name)
    if old == table:
        return f"{place} is there already, for `conformance run {name}`"
    if old is not None and not _on_loopback(old):
        problem = "describes another target, which is not on loopback"
        raise config_error(place, problem, "rename it, or name another file")
    try:
        before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        after = _with_target(before, name, text)
        if not _holds(after, {**tomllib.loads(before), "targets": {**there, name: table}}):
            raise config_error(place, "cannot be added to the lines that stand there", "name another file")
        write_text(path, after)
    except OSError as error:
        raise config_error(str(path), f"cannot be written ({error.strerror})", "name another file") from None
    return f"{place} is {'written' if old is None else 'replaced'}, for `conformance run {name}`"


def _with_target(before: str, name: str, text: str) -> str:
    """The file's text with the table in the place of the one that it has, else at its end.

    Comments and empty lines behind a table belong to what follows.
    """
    lines = before.splitlines(keepends=True)
    own = re.compile(rf"\[targets\.{re.escape(name)}[.\]]")
    start = next((number for number, line in enumerate(lines) if own.match(line)), None)
    if start is None:
        return f"{before.rstrip()}\n\n{text}" if before.strip() else text
    end = start + 1
    while end < len(lines) and (own.match(lines[end]) or not lines[end].startswith("[")):
        end += 1
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
        end -= 1
    return "".join([*lines[:start], text, *lines[end:]])


def _holds(text: str, data: Mapping[str, object]) -> bool:
    """Whether a text is TOML and says just this; an inline table, for example, takes no further one."""
    try:
        return tomllib.loads(text) == data
    except ValueError:
        return False


def _on_loopback(table: object) -> bool:
    url = table.get("base_url") if isinstance(table, dict) else None
    try:
        return isinstance(url, str) and is_loopback(parse_url(url).host)
    except InvalidValue:
        return False
