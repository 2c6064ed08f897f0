"""The pytest plugin: inert without `--conformance-target`, and cheap to load.

Its options are those of `conformance run` with the prefix `--conformance-` (docs/interface.md).
"""

from __future__ import annotations

import os
import re

import pytest

from conformance.config.options import RUN_OPTIONS

_PREFIX = "--conformance-"
_SUITE = re.compile(r"\bconformance[./\\]suite\b")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of a run."""
    group = parser.getgroup("conformance", "contract and conformance tests of a target")
    group.addoption(f"{_PREFIX}target", metavar="NAME", help="a target of conformance.toml, or a URL")
    for option in RUN_OPTIONS:
        help_text = f"{option.help} (default: {option.shown_default})"
        flag, field = option.flag(_PREFIX), f"conformance_{option.field}"
        if option.kind == "bool":
            group.addoption(flag, dest=field, action="store_true", default=None, help=help_text)
        else:
            metavar = option.metavar or "|".join(option.choices) or None
            action = "append" if option.repeatable else "store"
            group.addoption(flag, dest=field, action=action, metavar=metavar, help=help_text)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the run where a target was named, before Allure and JUnit decide where to write."""
    name = config.getoption("conformance_target", None)
    if name is None:
        if getattr(config.option, "numprocesses", None) and any(map(_SUITE.search, config.args)):
            from conformance.runner.case import NO_TARGET  # noqa: PLC0415 - as below

            raise pytest.UsageError(NO_TARGET)  # xdist's workers could only fail one by one
        return
    from conformance.config.settings import (  # noqa: PLC0415 - nothing is imported where nothing is to be done
        find_file,
        load_settings,
    )
    from conformance.config.targets import load_target  # noqa: PLC0415
    from conformance.engine.preparation import Preparation  # noqa: PLC0415
    from conformance.exceptions import ConformanceError, UsageError  # noqa: PLC0415
    from conformance.runner.preview import require_consent  # noqa: PLC0415
    from conformance.runner.run import PytestRun  # noqa: PLC0415
    from conformance.spec import load_contract  # noqa: PLC0415

    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError(
            "-n (xdist) cannot be used with --conformance-target: requests are concurrent already, and workers would "
            "break rate, budget and safety; use --conformance-concurrency"
        )
    given = {option.field: config.getoption(f"conformance_{option.field}") for option in RUN_OPTIONS}
    try:
        file = find_file(given, os.environ, option_prefix=_PREFIX)
        settings = load_settings(given, os.environ, file, option_prefix=_PREFIX)
        if settings.repeat > 1:
            raise UsageError(f"{settings.source('repeat')}: only `conformance run` repeats: leave it out")
        contract = load_contract(settings.spec)
        preparation = Preparation.of(settings, load_target(name, file, os.environ, contract), contract)
        require_consent(preparation, f"{_PREFIX}yes")
        run = PytestRun(preparation, writes=not (settings.dry_run or config.option.collectonly))
    except ConformanceError as error:
        raise pytest.UsageError(str(error)) from error
    config.pluginmanager.register(run, "conformance-run")
    run.pytest_configure(config)
