"""The contract: the catalogue, the operation, and the schemas of openapi.yaml by JSON pointer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jsonschema

from conformance.contract.pointer import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.clause import Catalogue
    from conformance.contract.operation import Operation

__all__ = ["Contract"]


@dataclass(frozen=True, eq=False)
class Contract:
    """What a target is held to; the hashes are SHA-256 of the two files, in hexadecimal."""

    catalogue: Catalogue
    operation: Operation
    openapi: Mapping[str, Any]
    openapi_sha256: str
    clauses_sha256: str
    document: str
    _validators: dict[str, jsonschema.Draft202012Validator] = field(default_factory=dict, repr=False, compare=False)

    def type_errors(self, pointer: str, value: object) -> tuple[str, ...]:
        """What `value` breaks of the schema at `pointer` (``#/components/…``), formats apart; a short sentence each."""
        return tuple(error.message for error in self._errors(pointer, value) if error.validator != "format")

    def format_errors(self, pointer: str, value: object) -> tuple[str, ...]:
        """What `value` breaks of the ``format`` of the schema at `pointer`; a short sentence each."""
        return tuple(error.message for error in self._errors(pointer, value) if error.validator == "format")

    def _errors(self, pointer: str, value: object) -> Iterator[jsonschema.ValidationError]:
        validator = self._validators.get(pointer)
        if validator is None:
            validator = jsonschema.Draft202012Validator(
                resolve(self.openapi, pointer), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            )
            self._validators[pointer] = validator
        return validator.iter_errors(value)
