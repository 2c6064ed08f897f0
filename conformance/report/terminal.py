"""The terminal: what is tested, how far it is, and in the end the verdict with everything to act on."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from conformance.report.lines import Line
from conformance.report.narrative import narrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from rich.console import Console, RenderableType
    from rich.progress import TaskID

    from conformance.report.record import RunRecord

__all__ = ["Terminal"]

_NARROWEST = 40


class _Watching(Progress):
    """A bar that asks how far things are each time that it is drawn."""

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
            task.total = expected  # `update` would forget how fast it was
            left = _left(task.time_remaining) if expected and requests < expected else ""
            self.update(self._asked, description=words, completed=requests, counted=counted, left=left)
        yield from super().get_renderables()


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s left" if minutes else f"{rest} s left"


class Terminal:
    """Writes to `console`: in colour and with a bar on a terminal, else plain text; curl lines and paths never wrap."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None

    def begin(self, target: str, base_url: str, profile: str, mutation: str, seed: int, *, again: bool = False) -> None:
        """Say what is tested, and how; `again` that it was sent before."""
        self._say(Line(f"{'Judging again' if again else 'Testing'} {target} at {base_url}", style="bold"))
        self._say(Line(f"profile {profile}, mutation {mutation}, seed {seed}", style="dim"))

    def watch(self, outlook: Callable[[], tuple[str, int, int | None]]) -> None:
        """Show a bar that moves by itself: `outlook` gives words, the requests that left, and how many that will be.

        The last is None where nobody knows. Where this is no terminal nothing is shown.
        """
        if self._console.is_terminal and self._progress is None:
            self._progress = _Watching(outlook, self._console)
            self._progress.start()

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
