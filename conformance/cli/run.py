"""The command `conformance run`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.entry import Command
from conformance.config.options import RUN_OPTIONS
from conformance.config.settings import find_file, load_settings
from conformance.config.targets import load_target
from conformance.engine.preparation import Preparation
from conformance.exceptions import UsageError
from conformance.runner.command import run_repeatedly
from conformance.runner.embedded import check_served, embedded_target
from conformance.runner.preview import changes, require_consent
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["run"]


def _run_options(command: Callable[..., int]) -> Callable[..., int]:
    """Offer every option of a run; values are checked once all their sources are known."""
    for option in reversed(RUN_OPTIONS):
        kinds: dict[str, Any] = (
            {"is_flag": True} if option.kind == "bool" else {"type": str, "multiple": option.repeatable}
        )
        metavar = option.metavar or "|".join(option.choices) or None
        text = f"{option.help} [default: {option.shown_default}]"
        command = click.option(option.flag(), option.field, default=None, help=text, metavar=metavar, **kinds)(command)
    return command


@click.command(cls=Command)
@click.argument("target", required=False)
@_run_options
def run(target: str | None, **given: object) -> int:
    """Test TARGET and write the reports.

    TARGET is a name from conformance.toml, or a URL. Without it the embedded mock is started on a free loopback port
    and tested.

    Exit codes: 0 passed, 1 a gating clause failed, 2 wrong usage, 3 no verdict, 130 interrupted.
    """
    file = find_file(given, os.environ)
    settings = load_settings(given, os.environ, file)
    contract = load_contract(settings.spec)
    if target is None:
        check_served(contract, "name a target")
        with embedded_target(contract=contract) as described:
            return run_repeatedly(Preparation.of(settings, described, contract, embedded=True))
    preparation = Preparation.of(settings, load_target(target, file, os.environ, contract), contract)
    _ask(preparation)
    return run_repeatedly(preparation)


def _ask(preparation: Preparation) -> None:
    """Ask for consent to the changes, or require `--yes` where nobody can answer."""
    said = changes(preparation)
    if said is None or preparation.settings.yes:
        return
    if not sys.stdin.isatty():
        require_consent(preparation, "--yes")
    if not click.confirm(f"{said}.\nGo on?"):
        raise UsageError(
            "not confirmed, and nothing was sent; `--dry-run` lists what would be, `--mutation never` changes nothing"
        )
