"""Copies of the shipped contract with other words in them, for tests that follow an edit."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import yaml

from conformance.spec import read_contract, spec_directory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.contract.contract import Contract

__all__ = ["PARAMETER", "contract_with", "copy_with"]

PARAMETER = "repository_id"


def copy_with(
    directory: Path,
    openapi: Callable[[dict[str, Any]], object] = lambda _: None,
    clauses: Callable[[dict[str, Any]], object] = lambda _: None,
) -> Path:
    """A copy of spec/, in which both files were changed in place: the operation's object, and the whole catalogue."""
    copy = directory / "contract"
    shutil.copytree(spec_directory(), copy)
    for name, change in (("openapi.yaml", openapi), ("clauses.yaml", clauses)):
        data = yaml.load((copy / name).read_bytes(), Loader=yaml.CSafeLoader)
        change(next(iter(data["paths"].values()))["post"] if name == "openapi.yaml" else data)
        (copy / name).write_text(
            yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True), encoding="utf-8"
        )
    return copy


def contract_with(
    directory: Path,
    openapi: Callable[[dict[str, Any]], object] = lambda _: None,
    clauses: Callable[[dict[str, Any]], object] = lambda _: None,
) -> Contract:
    """The same, read."""
    return read_contract(copy_with(directory, openapi, clauses))
