"""The options that several commands have, and the contract and the history that they name."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.config.options import RUN_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.contract.contract import Contract
    from conformance.history.store import History

PATH = click.Path(path_type=Path)
_OPTION = next(option for option in RUN_OPTIONS if option.name == "spec")


def spec_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Offer `--spec`."""
    text = f"{_OPTION.help} [default: {_OPTION.shown_default}]"
    return click.option(_OPTION.flag(), _OPTION.field, type=PATH, help=text, metavar=_OPTION.metavar)(command)


def form_option(*forms: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Offer `--format`; the first form is the default."""
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True)


def history_option(command: Callable[..., object]) -> Callable[..., object]:
    """Offer `--history`."""
    text = "A SQLite file or the URL of a database. [default: that of `conformance run`]"
    return click.option("--history", "url", default=None, metavar="URL", help=text)(command)


def contract_of(spec: Path | None) -> Contract:
    """The contract that the option, the environment or conformance.toml names, else the shipped one."""
    from conformance.spec import load_contract

    return load_contract(spec_of(spec))


def spec_of(spec: Path | None) -> Path | None:
    """The directory of that contract; None for the shipped one."""
    from conformance.config.settings import find_file, load_settings

    return load_settings({"spec": spec}, os.environ, find_file({}, os.environ)).spec


def on_terminal() -> bool:
    """Whether the output goes to a terminal, and not to a pipe or file."""
    return sys.stdout.isatty()


def columns() -> int | None:
    """The width of the terminal; None where the output goes to a pipe or file, which takes lines of any length."""
    return shutil.get_terminal_size().columns if on_terminal() else None


def say(text: object) -> None:
    """Print lines; on a terminal the words of a long one stay whole, and its rest stands further in."""
    from conformance.report.words import wrapped

    click.echo("\n".join(row for line in str(text).split("\n") for row in wrapped(line, columns())))


@contextmanager
def opened(url: str | None, *, make: bool = False) -> Iterator[History]:
    """The history that the option, the environment or conformance.toml names, else the user's own."""
    from conformance.config.settings import find_file, load_settings
    from conformance.runner.history import open_history

    file = find_file({}, os.environ)
    settings = load_settings({"history": url}, os.environ, file)
    found = open_history(settings.history, make=make)
    found.addresses = file.addresses if file else {}
    try:
        yield found
    finally:
        found.close()
