"""The screens of the command line at 80 columns, as text; ``python -m tests.cli.screens`` writes them anew.

They lie in ``tests/cli/screens``: look at what changed there before you commit it. An escape sequence begins with
``␛`` there.
"""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import click
from click.testing import CliRunner
from rich.console import Console

from conformance.cli import cli
from conformance.cli.entry import COMMANDS
from conformance.contract.clause import Level
from conformance.explain.explanation import Explainer
from conformance.explain.text import show
from conformance.history.store import History
from conformance.report.clauses import Format, render
from conformance.report.terminal import Terminal
from tests.history.entries import entry
from tests.report.builders import CATALOGUE, CONTRACT, failed, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parent / "screens"
WIDTH = 80
_MAXIMUM, _TOKEN = "path.repository_id.maximum", "status.401.unknown-token"
_PATHS = {name: Path("reports") / name for name in ("report.json", "allure-results", "traffic.har", "junit.xml")}


def _said(*words: str) -> str:
    """The output of a command at this width."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"COLUMNS": str(WIDTH), "XDG_STATE_HOME": home}
        with patch("conformance.cli.options.on_terminal", return_value=True):
            done = CliRunner(env=environment).invoke(cli, words, prog_name="conformance", standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output


def _commands() -> Iterator[tuple[str, ...]]:
    """Every command and every command below one, as words."""
    context = click.Context(cli)
    for name in COMMANDS:
        yield (name,)
        found = cli.get_command(context, name)
        yield from ((name, inner) for inner in found.list_commands(context)) if isinstance(found, click.Group) else ()


def _run(kind: str, *, colour: bool = False) -> str:
    """The end of a run that is good, fails, or was broken off."""
    made = {
        "good": record,
        "failing": lambda: record(
            [failed(_MAXIMUM), failed("leak.token", "token.missing", "the token is in the body")]
        ),
        "broken-off": lambda: record(
            untested={clause.id: "the target is gone" for clause in CATALOGUE if clause.level is Level.MUST},
            complete=False,
            no_verdict="the target is gone: no connection could be made",
        ),
    }[kind]()
    terminal, screen = _screen(colour=colour)
    terminal.begin("staging", "https://codearts.example.test/base", "standard", "fixture", 1)
    terminal.finish(made, _PATHS)
    return screen()


def _screen(*, colour: bool = False) -> tuple[Terminal, Callable[[], str]]:
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=colour, color_system="standard" if colour else None)
    return Terminal(console), out.getvalue


def _explained(*words: str, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=colour, color_system="standard" if colour else None)
    show(Explainer(CONTRACT).explain(words), console)
    return out.getvalue()


@contextmanager
def _nights() -> Iterator[str]:
    """A history of three nights, in the last of which a clause broke."""
    with tempfile.TemporaryDirectory() as folder:
        place = f"{folder}/history.db"
        history = History(place)
        for night in range(3):
            broken = [failed(_MAXIMUM, "state.first")] if night == 2 else []
            history.add(entry(night, broken, target_name="staging", id=f"2026010{night + 1}T020000Z-0a1b2c3d"))
        history.close()
        yield place


def _made() -> str:
    """The files of a first description."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        return _said("init")


def _with_history(*words: str) -> str:
    with _nights() as place, patch.dict(os.environ, {"CONFORMANCE_HISTORY": place}):
        return _said(*words)


def _clauses(*, colour: bool = False) -> str:
    return render(CONTRACT, {}, Format.TABLE, width=WIDTH, colour=colour)


def _head(text: str, lines: int = 24) -> str:
    """The first screen."""
    return "".join(text.splitlines(keepends=True)[:lines])


SCREENS: dict[str, Callable[[], str]] = {
    "help": lambda: _said("--help"),
    **{f"help-{'-'.join(words)}": lambda words=words: _said(*words, "--help") for words in _commands()},  # type: ignore[misc]
    **{f"run-{kind}": lambda kind=kind: _run(kind) for kind in ("good", "failing", "broken-off")},  # type: ignore[misc]
    "run-failing-coloured": lambda: _run("failing", colour=True),
    "init": _made,
    "compare": lambda: _with_history("compare", "latest~1", "latest"),
    "compare-nothing": lambda: _with_history("compare", "latest~2", "latest~1"),
    "history": lambda: _with_history("history"),
    "history-show": lambda: _with_history("history", "show", "latest"),
    "explain-clause": lambda: _with_history("explain", _MAXIMUM),
    "explain-clause-coloured": lambda: _explained(_TOKEN, colour=True),
    "explain-probe": lambda: _explained("id.over.two"),
    "explain-property": lambda: _explained("property.tokens.near"),
    "clauses": lambda: _head(_clauses()),
    "clauses-coloured": lambda: _head(_clauses(colour=True)),
    "mock-faults": lambda: _head(_said("mock", "--list-faults")),
    "mock-variants": lambda: _head(_said("mock", "--list-variants")),
}
"""The screens by the names of their files."""


def screen(name: str) -> str:
    """A screen as its file has it."""
    return SCREENS[name]().replace("\x1b", "␛")


def main() -> None:
    """Write the files anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for name in SCREENS:
        (FOLDER / f"{name}.txt").write_text(screen(name), encoding="utf-8")


if __name__ == "__main__":
    main()
