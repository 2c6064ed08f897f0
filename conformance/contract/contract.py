"""The contract: the catalogue, the operation, and the files that they were read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jsonschema

from conformance.contract.passage import passage_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.clause import Catalogue, Clause
    from conformance.contract.operation import Operation
    from conformance.contract.passage import Passage

__all__ = ["Contract"]


@dataclass(frozen=True, eq=False)
class Contract:
    """The contract that a target is tested against.

    The hashes are SHA-256 of the two files, in hexadecimal. `document` is the text of the vendor's page,
    `document_path` its place beside them, as clauses.yaml names it.
    """

    catalogue: Catalogue
    operation: Operation
    openapi: Mapping[str, Any]
    openapi_sha256: str
    clauses_sha256: str
    document: str
    document_path: str = ""
    _validators: dict[int, jsonschema.Draft202012Validator] = field(default_factory=dict, repr=False, compare=False)

    def passage(self, clause: Clause) -> Passage | None:
        """The place of the clause's quote in the document; None where it is not there."""
        return passage_of(self.document, clause.section, clause.quote)

    def type_errors(self, schema: Mapping[str, Any], value: object) -> tuple[str, ...]:
        """The errors of `value` by `schema`, one of the operation's, without formats; a short sentence each."""
        return tuple(error.message for error in self._errors(schema, value) if error.validator != "format")

    def format_errors(self, schema: Mapping[str, Any], value: object) -> tuple[str, ...]:
        """The errors of `value` by each ``format`` in `schema`; a short sentence each."""
        return tuple(error.message for error in self._errors(schema, value) if error.validator == "format")

    def _errors(self, schema: Mapping[str, Any], value: object) -> Iterator[jsonschema.ValidationError]:
        validator = self._validators.get(id(schema))
        if validator is None:
            validator = jsonschema.Draft202012Validator(
                schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            )
            self._validators[id(schema)] = validator  # the schemas live as long as the contract
        return validator.iter_errors(value)
