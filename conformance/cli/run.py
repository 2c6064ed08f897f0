"""The command `conformance run`: pytest over the suite, in this process, once or several times."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.completion import of_option, targets
from conformance.cli.entry import Command
from conformance.config.options import RUN_OPTIONS
from conformance.exceptions import ConformanceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from conformance.engine.preparation import Preparation
    from conformance.history.stability import Flaky
    from conformance.report.record import RunRecord

# Some catch logs, warnings, and errors of threads and finalizers around each of some 700 tests, which nobody would
# read here; the others serve options and fixtures that the suite does not use.
_NOT_NEEDED = (
    "cacheprovider", "debugging", "doctest", "faulthandler", "legacypath", "logging", "monkeypatch", "pastebin",
    "python_path", "recwarn", "setuponly", "setupplan", "stepwise", "subtests", "threadexception", "tmpdir",
    "unraisableexception", "warnings",
)  # fmt: skip
_USAGE = 2
_WORST_FIRST = (130, 2, 1, 3)
_BROKEN_OFF = {130, 2}
_NO_VERDICT = 3


def _run_options(command: Callable[..., int]) -> Callable[..., int]:
    """Offer every option of a run; values are checked once all their sources are known."""
    for option in reversed(RUN_OPTIONS):
        kinds: dict[str, Any] = (
            {"is_flag": True} if option.kind == "bool" else {"type": str, "multiple": option.repeatable}
        )
        metavar = option.metavar or "|".join(option.choices) or None
        text = f"{option.help} [default: {option.shown_default}]"
        kinds |= {"default": None, "help": text, "metavar": metavar, "shell_complete": of_option(option)}
        command = click.option(option.flag(), option.field, **kinds)(command)
    return command


@click.command(cls=Command)
@click.argument("target", required=False, shell_complete=targets)
@_run_options
def run(target: str | None, **given: object) -> int:
    """Test TARGET and write the reports.

    TARGET is a name from conformance.toml, or a URL. Without it the embedded mock is started on a free loopback port
    and tested; for a contract of another operation, a stand-in that answers by the contract.

    Exit codes: 0 passed, 1 a gating clause failed, 2 wrong usage, 3 no verdict, 130 interrupted.
    """
    from conformance.config.settings import find_file, load_settings
    from conformance.config.targets import load_target
    from conformance.engine.preparation import Preparation
    from conformance.runner.embedded import embedded_target
    from conformance.runner.reports import none_if_interrupted
    from conformance.spec import load_contract

    file = find_file(given, os.environ)
    settings = load_settings(given, os.environ, file)
    unsent = nullcontext() if settings.dry_run else none_if_interrupted(settings.output)
    with ExitStack() as stack:
        with unsent:
            contract = load_contract(settings.spec)
            described = (
                stack.enter_context(embedded_target(contract=contract))
                if target is None
                else load_target(target, file, os.environ, contract)
            )
            preparation = Preparation.of(settings, described, contract, embedded=target is None)
            if target is not None:
                _ask(preparation)
        return run_repeatedly(preparation)


def _ask(preparation: Preparation) -> None:
    """Ask for consent to the changes, or require `--yes` where nobody can answer."""
    from conformance.runner.preview import changes, require_consent

    said = changes(preparation)
    if said is None or preparation.settings.yes:
        return
    if not sys.stdin.isatty():
        require_consent(preparation, "--yes")
    try:
        agreed = click.confirm(f"{said}.\nGo on?")
    except click.Abort as error:
        raise KeyboardInterrupt from error
    if not agreed:
        raise UsageError(
            "not confirmed: nothing was sent; `--dry-run` lists the requests, `--mutation never` changes nothing"
        )


def run_repeatedly(first: Preparation, console: Console | None = None) -> int:
    """Run as often as the settings say, with the seed of the first; the exit code is the first that applies to any.

    The reports of the first go to the output directory, those of the others to ``repeat-2`` and so on below it. An
    interruption or a mistake ends the series, and so does a run that broke off: refused credentials, sent again and
    again, lock an account. Clauses that could not be tested do not end it. With `exitfirst` the first failure does.
    """
    from conformance.engine.preparation import Preparation
    from conformance.report.terminal import Output

    console = console or Output(highlight=False)
    records: list[RunRecord] = []
    repeat, share = first.settings.repeat, first.bad_credentials
    if repeat > 1 and share is not None:
        limit = first.target.max_bad_credentials
        console.print(f"max_bad_credentials = {limit} is for all {repeat} runs: {share} in each", soft_wrap=True)
    codes = [run_suite(first, console, records.append)]
    for turn in range(2, repeat + 1):
        if first.settings.dry_run or _ended(codes, records) or (first.settings.exitfirst and codes[-1] == 1):
            break
        console.print(f"\nrepeat {turn} of {repeat}", style="bold")
        settings = replace(first.settings, seed=first.seed, output=first.settings.output / f"repeat-{turn}", open=False)
        again = Preparation.of(settings, first.target, first.contract, embedded=first.embedded, series=first.series)
        codes.append(run_suite(again, console, records.append))
    if len(records) > 1:
        _say(records, first, console)
    return next((code for code in _WORST_FIRST if code in codes), 0)


def run_suite(
    preparation: Preparation, console: Console | None = None, ended: Callable[[RunRecord], object] | None = None
) -> int:
    """Run the suite and return the exit code of docs/interface.md; with `--dry-run` list what would be sent.

    `ended` is called with the record of the run, if anything was sent. Raises KeyboardInterrupt where it came earlier.
    """
    from conformance.runner.reports import none_if_interrupted

    with nullcontext() if preparation.settings.dry_run else none_if_interrupted(preparation.settings.output):
        from unittest import mock

        import pytest

        import conformance.suite
        from conformance.report.terminal import Output, Terminal
        from conformance.runner.case import check_selection
        from conformance.runner.preview import dry_run
        from conformance.runner.process import keep_tables
        from conformance.runner.run import PytestRun, Silence

        check_selection(preparation)
        console = console or Output(highlight=False)
        if preparation.settings.dry_run:
            return dry_run(preparation, console)
        suite = Path(conformance.suite.__file__).parent
        arguments = [
            str(suite), "-c", str(suite / "pytest.ini"), "--rootdir", str(suite), "--assert=plain", "--capture=no",
            "--disable-plugin-autoload", *(f"-pno:{name}" for name in _NOT_NEEDED),
        ]  # fmt: skip
        silence = Silence()
        plugin = PytestRun(preparation, Terminal(console))
    try:
        with mock.patch.dict(os.environ), _quiet():
            for variable in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):  # the user's settings for their own pytest runs
                os.environ.pop(variable, None)
            keep_tables()
            status = pytest.main(arguments, plugins=[plugin, silence])
    except KeyboardInterrupt:  # while pytest itself began, or ended
        if plugin.record is None:
            plugin.withdraw()
            plugin.pytest_unconfigure()
        raise
    if ended is not None and plugin.record is not None:
        ended(plugin.record)
    if plugin.exit_code is not None:
        return plugin.exit_code
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if status == pytest.ExitCode.USAGE_ERROR:
        return _USAGE
    last = next((line for line in reversed(silence.output.getvalue().splitlines()) if "Error" in line), "")
    raise ConformanceError(f"the suite itself broke (pytest's exit code {int(status)}), please report it: {last[:300]}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Show no warning and no log of a library's: a user who tests a target did not ask for them."""
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.getLogger().removeHandler(nowhere)


def _ended(codes: list[int], records: list[RunRecord]) -> bool:
    """Whether the last run ended in a way that the next one could only repeat."""
    if len(records) < len(codes):
        return codes[-1] in {*_BROKEN_OFF, _NO_VERDICT}
    return codes[-1] in _BROKEN_OFF or records[-1].about.no_verdict is not None


def _say(records: list[RunRecord], first: Preparation, console: Console) -> None:
    from conformance.history.stability import flaky_text

    flaky = _flaky(records, first)
    silent = sum(record.summary.exit_code == _NO_VERDICT or record.about.no_verdict is not None for record in records)
    runs = f"{len(records)} runs{f', {silent} of them without a verdict' if silent else ''}"
    console.print()
    console.print(f"Flaky within {runs}:" if flaky else f"{runs}, and nothing differs", style="bold")
    for one in flaky:
        console.print(f"  {flaky_text(one)}", soft_wrap=True, markup=False)


def _flaky(records: list[RunRecord], first: Preparation) -> tuple[Flaky, ...]:
    from conformance.history.runs import Entry
    from conformance.history.stability import flaky_in, verdicts_of

    runs = [verdicts_of(Entry.of(record, series=first.series)) for record in records]
    return flaky_in(runs, window=len(runs))
