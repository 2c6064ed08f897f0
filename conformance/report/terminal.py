"""The terminal: a console that outlives its reader, a progress bar, and the report at the end of a run."""

from __future__ import annotations

import errno
import os
import textwrap
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from conformance.report.text_report import Line, render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from conformance.report.record import RunRecord

__all__ = ["Output", "Terminal", "discard"]

_NARROWEST = 40


def discard(descriptor: int) -> None:
    """Discard everything that is written to a file descriptor from now on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


class Output(Console):
    """A console that falls silent where its reader is gone, as behind `| head -1` or on a closed terminal.

    The run goes on.
    """

    def on_broken_pipe(self) -> None:
        """Discard the rest of the output; rich would end the process with exit code 1."""
        self.quiet = True
        discard(self.file.fileno())

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError as error:
            if error.errno != errno.EIO:  # a closed terminal
                raise
            self.on_broken_pipe()


class _Bar(Progress):
    """A progress bar that asks for the progress each time that it is drawn."""

    def __init__(self, outlook: Callable[[], tuple[str, int, int | None]], console: Console) -> None:
        self._outlook = outlook
        self._asked: TaskID | None = None
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=None, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
            TextColumn("{task.fields[counted]} requests"),
            TextColumn("{task.fields[left]}", style="cyan"),
        )
        super().__init__(*columns, console=console, transient=True, expand=True)
        self._asked = self.add_task("", counted="0", left="")

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bar as it is now."""
        if self._asked is not None:
            words, requests, expected = self._outlook()
            counted = f"{requests:,}" if expected is None else f"{requests:,}/{expected:,}"
            task = self.tasks[0]
            task.total = expected  # `update` would reset the speed
            left = _left(task.time_remaining) if expected and requests < expected else ""
            self.update(self._asked, description=words, completed=requests, counted=counted, left=left)
        yield from super().get_renderables()


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s left" if minutes else f"{rest} s left"


class Terminal:
    """Writes to a console: in colour and with a bar on a terminal, else plain text. Curl lines and paths never wrap."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None

    def begin(self, target: str, base_url: str, profile: str, mutation: str, seed: int, *, again: bool = False) -> None:
        """Print the target and the settings; `again` for recorded traffic that is judged again."""
        self._say(Line(f"{'Judging again' if again else 'Testing'} {target} at {base_url}", style="bold"))
        self._say(Line(f"profile {profile}, mutation {mutation}, seed {seed}", style="dim"))

    def watch(self, outlook: Callable[[], tuple[str, int, int | None]]) -> None:
        """Show a progress bar on a terminal.

        `outlook` returns the words, the number of requests sent, and the expected number or None.
        """
        if self._console.is_terminal and self._progress is None:
            self._progress = _Bar(outlook, self._console)
            self._progress.start()

    def stop(self) -> None:
        """Remove the bar, so that others can write; `finish` does so itself."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def finish(self, record: RunRecord, paths: Mapping[str, Path | str]) -> None:
        """Print the report; `paths` are the places of the reports by their names."""
        self.stop()
        for line in render_text(record, {name: str(path) for name, path in paths.items()}):
            self._say(line)

    def command(self, text: str) -> None:
        """Print a line for the program that reads the output, as it is."""
        self._console.print(Text(text), soft_wrap=True)

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
        """`text` with question marks for the characters that the terminal lacks."""
        encoding = self._console.encoding
        return text.encode(encoding, "replace").decode(encoding)
