"""The files of spec/: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import yaml

from conformance.contract.clause import Catalogue
from conformance.contract.contract import Contract
from conformance.contract.operation import operation_of
from conformance.exceptions import UsageError

__all__ = ["load_contract", "read_contract", "spec_directory"]

_PACKAGE = Path(__file__).parent


def spec_directory() -> Path:
    """The directory that holds openapi.yaml, clauses.yaml and report.schema.json."""
    inside = _PACKAGE / "_spec"
    return inside if inside.is_dir() else _PACKAGE.parent / "spec"


@cache
def load_contract() -> Contract:
    """Read the contract once for the process."""
    return read_contract(spec_directory())


def read_contract(directory: Path) -> Contract:
    """Read the contract that `directory` holds: openapi.yaml, clauses.yaml and the document that this names.

    Raises UsageError where a file cannot be read, or is no catalogue.
    """
    try:
        return _contract(directory)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}: name a copy of spec/") from error
    except (yaml.YAMLError, LookupError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{directory} holds no catalogue ({reason}): name a copy of spec/") from error


def _contract(directory: Path) -> Contract:
    openapi = (directory / "openapi.yaml").read_bytes()
    clauses = (directory / "clauses.yaml").read_bytes()
    rows, described = _yaml(clauses), _yaml(openapi)
    return Contract(
        catalogue=Catalogue.from_data(rows),
        operation=operation_of(described, rows),
        openapi=described,
        openapi_sha256=hashlib.sha256(openapi).hexdigest(),
        clauses_sha256=hashlib.sha256(clauses).hexdigest(),
        document=(directory / rows["document"]).read_text(encoding="utf-8"),
    )


def _yaml(raw: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202 - what a YAML file holds
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(raw, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
