"""The contract: the catalogue, and the schemas of spec/openapi.yaml by JSON pointer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jsonschema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.clause import Catalogue

__all__ = ["Contract", "resolve"]


@dataclass(frozen=True)
class Contract:
    """What a target is held to; the hashes are SHA-256 of the two files, in hexadecimal."""

    catalogue: Catalogue
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


def resolve(document: object, pointer: str) -> Any:  # noqa: ANN401 - a JSON document holds anything
    """What stands in `document` at a JSON pointer in fragment form (RFC 6901 section 6), else KeyError."""
    node: Any = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(name)] if isinstance(node, list) else node[name]
        except (LookupError, TypeError, ValueError):
            raise KeyError(pointer) from None
    return node
