"""The contract: the catalogue, the operation, the files that they were read from, and the places of its quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.clause import Catalogue, Clause, Edition
    from conformance.contract.operation import Operation

NO_EDITION = "none"
"""The name for no edition: every clause counts as today's catalogue says."""


@dataclass(frozen=True, eq=False)
class Contract:
    """The contract that a target is tested against.

    The hashes are SHA-256 of the two files, in hexadecimal. `document` is the text of the vendor's page,
    `document_path` its place beside them, as clauses.yaml names it, `shown_path` the path by which reports name it;
    `editions` are by name, the newest last. `head` is all of clauses.yaml but the clauses. `clause_lines` are the lines
    of that file at which the clauses begin, by their ids.
    """

    catalogue: Catalogue
    operation: Operation
    openapi: Mapping[str, Any]
    openapi_sha256: str
    clauses_sha256: str
    document: str
    document_path: str = ""
    shown_path: str = ""
    editions: Mapping[str, Edition] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict, repr=False)
    clause_lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    _validators: dict[int, jsonschema.Draft202012Validator] = field(default_factory=dict, repr=False)

    @property
    def clauses_path(self) -> str:
        """The path by which reports name clauses.yaml; it lies as far above the document as that says."""
        return f"{self.shown_path.removesuffix(self.document_path)}clauses.yaml"

    def edition(self, name: str | None, place: str = "edition") -> Edition | None:
        """The edition of this name, the newest without a name; None for `none`, or where there is none.

        Raises UsageError, which begins with `place`, for an unknown one.
        """
        if name is None:
            return list(self.editions.values())[-1] if self.editions else None
        if name != NO_EDITION and name not in self.editions:
            known = ", ".join([*self.editions, NO_EDITION])
            raise UsageError(f"{place}: the contract has no edition {name!r}: give one of {known}")
        return self.editions.get(name)

    def passage(self, clause: Clause) -> Passage | None:
        """The place of the clause's quote in the document; None where it is not there."""
        return passage_of(self.document, clause.section, clause.quote)

    @cached_property
    def passages(self) -> Mapping[str, Passage]:
        """The passage of each clause, by its id, as far as the document holds the quote."""
        found = ((clause.id, self.passage(clause)) for clause in self.catalogue)
        return {clause: passage for clause, passage in found if passage is not None}

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


@dataclass(frozen=True, slots=True)
class Passage:
    """The quote is ``document[start:end]``; it begins in line `first_line` and ends in `last_line`, counted from 1."""

    start: int
    end: int
    first_line: int
    last_line: int


def passage_of(document: str, section: str, quote: str) -> Passage | None:
    """The place of `quote`, in `section` where it stands there too; None where the document does not hold it.

    A section is named as in clauses.yaml; what follows `` / `` in it is left out. Of several headings of that name the
    last one with the quote behind it counts: the examples come after the tables.
    """
    name = re.findall(r"\w+", section.partition(" /")[0])
    start = document.find(quote)
    if start < 0:
        return None
    for begin, words in _lines(document):
        if words[: len(name)] == name:
            behind = document.find(quote, begin)
            start = behind if behind >= 0 else start
    end = start + len(quote)
    return Passage(start, end, document[:start].count("\n") + 1, document[:end].count("\n") + 1)


@lru_cache(maxsize=4)  # the place of every clause is asked for, in one document
def _lines(document: str) -> tuple[tuple[int, list[str]], ...]:
    """The beginning and the words of each line."""
    lines = re.finditer(r"^.+$", document, re.MULTILINE)
    return tuple((line.start(), re.findall(r"\w+", line.group())) for line in lines)
