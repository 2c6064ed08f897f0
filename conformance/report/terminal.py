"""The terminal: what is tested, how far it is, and in the end the verdict with everything to act on."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from conformance.report.lines import Line
from conformance.report.narrative import narrate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from conformance.report.record import RunRecord

__all__ = ["Terminal"]

_NARROWEST = 40


class Terminal:
    """Writes to `console`: in colour and with a bar on a terminal, else plain text; curl lines and paths never wrap."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._task = TaskID(0)

    def begin(self, target: str, base_url: str, profile: str, mutation: str, seed: int, *, again: bool = False) -> None:
        """Say what is tested, and how; `again` that it was sent before."""
        self._say(Line(f"{'Judging again' if again else 'Testing'} {target} at {base_url}", style="bold"))
        self._say(Line(f"profile {profile}, mutation {mutation}, seed {seed}", style="dim"))

    def advance(self, done: int, total: int, requests: int) -> None:
        """Move the bar: `done` of `total` probes are answered, `requests` went out; silent where this is none."""
        if not self._console.is_terminal:
            return
        if self._progress is None:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TextColumn("{task.fields[requests]} requests"),
                TimeElapsedColumn(),
            )
            self._progress = Progress(*columns, console=self._console, transient=True, expand=True)
            self._progress.start()
            self._task = self._progress.add_task("Sending", total=total, requests=requests)
        self._progress.update(self._task, completed=done, total=total, requests=requests)

    def stop(self) -> None:
        """Take the bar away, so that others can write; `finish` does so itself."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def finish(self, record: RunRecord, paths: Mapping[str, Path | str]) -> None:
        """Say how the run ended; `paths` say where the reports are, by what they are."""
        self.stop()
        for line in narrate(record, {name: str(path) for name, path in paths.items()}):
            self._say(line)

    def _say(self, line: Line) -> None:
        width = self._console.width
        indent = " " * line.indent
        text = self._writable(line.text)
        room = max(width, _NARROWEST) - line.indent
        hang = " " * line.hang
        wrapped = (
            textwrap.wrap(text, room, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
            if line.wrap
            else [text]
        )
        shown = [Text(f"{indent}{row}" if row else "", style=line.style) for row in wrapped or [""]]
        if line.badge:
            shown[0].stylize("reverse", line.indent, line.indent + line.badge)
        for row in shown:
            self._console.print(row, soft_wrap=True)

    def _writable(self, text: str) -> str:
        """`text` with what the terminal has no characters for replaced."""
        encoding = self._console.encoding
        return text.encode(encoding, "replace").decode(encoding)
