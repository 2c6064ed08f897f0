"""`conformance run`: pytest over the suite, in this process, with the suite's own view instead of pytest's."""

from __future__ import annotations

import logging
import os
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest

import conformance.suite
from conformance.exceptions import ConformanceError
from conformance.places import cache_folder
from conformance.report.terminal import Output, Terminal
from conformance.runner.case import check_selection
from conformance.runner.dry_run import dry_run
from conformance.runner.hooks import Hooks
from conformance.runner.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from conformance.engine.preparation import Preparation
    from conformance.report.record import RunRecord

__all__ = ["keep_tables", "run_suite"]

# What catches logs, warnings and errors of threads and finalizers around each of some 700 tests has nobody to tell of
# them here; the others serve options and fixtures that the suite does not use.
_NOT_NEEDED = (
    "cacheprovider", "debugging", "doctest", "faulthandler", "legacypath", "logging", "monkeypatch", "pastebin",
    "python_path", "recwarn", "setuponly", "setupplan", "stepwise", "subtests", "threadexception", "tmpdir",
    "unraisableexception", "warnings",
)  # fmt: skip
_USAGE = 2
_BROKEN = 3


def keep_tables() -> None:
    """Let Hypothesis keep its tables of characters, which take seconds to make, once for each user."""
    folder = cache_folder() or Path(os.devnull)  # below which nothing can be kept
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(folder / "hypothesis"))


@contextmanager
def _quiet() -> Iterator[None]:
    """Show no warning and no log of a library's: nobody who tests a target asked for them."""
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.getLogger().removeHandler(nowhere)


def run_suite(
    preparation: Preparation, console: Console | None = None, ended: Callable[[RunRecord], object] | None = None
) -> int:
    """Run the suite and return the exit code of docs/interface.md; with `--dry-run` say what would be sent.

    `ended` is told what the run says, if anything was sent. Raises KeyboardInterrupt where it came before that.
    """
    check_selection(preparation)
    console = console or Output(highlight=False)
    if preparation.settings.dry_run:
        return dry_run(preparation, console)
    hooks = Hooks(preparation, Terminal(console))
    silence = Silence()
    suite = Path(conformance.suite.__file__).parent
    arguments = [
        str(suite), "-c", str(suite / "pytest.ini"), "--rootdir", str(suite), "--assert=plain", "--capture=no",
        "--disable-plugin-autoload", "-p", "allure_pytest.plugin", *(f"-pno:{name}" for name in _NOT_NEEDED),
    ]  # fmt: skip
    with mock.patch.dict(os.environ):  # what the user set for their own pytest runs is not meant for this one
        for variable in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
            os.environ.pop(variable, None)
        keep_tables()
        with _quiet():
            status = pytest.main(arguments, plugins=[hooks, silence])
    if ended is not None and hooks.record is not None:
        ended(hooks.record)
    if hooks.exit_code is not None:
        return hooks.exit_code
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if status == pytest.ExitCode.USAGE_ERROR:
        return _USAGE
    last = next((line for line in reversed(silence.output.getvalue().splitlines()) if "Error" in line), "")
    raise ConformanceError(f"the suite itself broke (pytest's exit code {int(status)}), please report it: {last[:300]}")
