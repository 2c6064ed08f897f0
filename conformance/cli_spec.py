"""The option `--spec` of the commands, and the contract that is meant."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.config.options import RUN_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.contract import Contract

__all__ = ["contract_of", "spec_option"]

_OPTION = next(option for option in RUN_OPTIONS if option.name == "spec")


def spec_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Offer `--spec`."""
    text = f"{_OPTION.help} [default: {_OPTION.shown_default}]"
    kind = click.Path(path_type=Path)
    return click.option(_OPTION.flag(), _OPTION.field, type=kind, help=text, metavar=_OPTION.metavar)(command)


def contract_of(spec: Path | None) -> Contract:
    """The contract that the option, the environment or conformance.toml names, else the shipped one."""
    from conformance.config.settings import (  # noqa: PLC0415 - the command line must answer at once
        find_file,
        load_settings,
    )
    from conformance.spec import load_contract  # noqa: PLC0415

    return load_contract(load_settings({"spec": spec}, os.environ, find_file({}, os.environ)).spec)
