"""Whether openapi.yaml has the bound that a row speaks of: without it the row could never fail, and never pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.values import Enumeration, Integer, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from conformance.contract.clause import Clause
    from conformance.contract.operation import Credential, Operation, Parameter
    from conformance.contract.values import Domain

__all__ = ["missing_bound"]

_OF_SCHEMAS = {
    "wrong-type": "type", "not-listed": "enum", "listed": "enum", "too-short": "minLength", "shortest": "minLength",
    "too-long": "maxLength", "longest": "maxLength", "too-few": "minItems", "fewest": "minItems",
    "too-many": "maxItems", "most": "maxItems", "below-minimum": "minimum", "minimum": "minimum",
    "above-maximum": "maximum", "maximum": "maximum", "other-pattern": "pattern", "repeated": "uniqueItems",
}  # fmt: skip
"""The keyword of JSON Schema (2020-12) without which nothing of a member can be so."""


def missing_bound(clause: Clause, operation: Operation) -> str | None:
    """Why nothing that is sent can be as the row's arguments say, or None where something can."""
    match dict(clause.arguments):
        case {"parameter": str(name), "when": str(when)}:
            return _of_parameter(operation.parameter(name), when)
        case {"member": str(path), "when": str(when)}:
            return _of_member(operation, path, when)
        case {"credential": str(when)}:
            return _of_credential(operation.credential, when)
    return None


def _of_parameter(parameter: Parameter, when: str) -> str | None:
    always = {"missing"} | (set() if parameter.required else {"absent"})
    possible = always | _possible(parameter.domain)
    return None if when in possible else f"when: no value of {parameter.name} in openapi.yaml can be {when}"


def _possible(domain: Domain) -> set[str]:
    """What a value of this domain can be, in the words of clauses.yaml."""
    match domain:
        case Integer():
            bounds = {("below-minimum", "minimum"): domain.minimum, ("above-maximum", "maximum"): domain.maximum}
            words = {"wrong-type"}
        case Text():
            bounds = {("too-short", "shortest"): domain.shortest, ("too-long", "longest"): domain.longest}
            words = set() if domain.pattern is None else {"other-pattern"}
        case Enumeration():
            return {"not-listed", "listed"}
        case _:
            return {"wrong-type", "listed"}
    return words | {word for pair, bound in bounds.items() if bound is not None for word in pair}


def _of_member(operation: Operation, path: str, when: str) -> str | None:
    schema: Mapping[str, Any] = (operation.body.member(path) if operation.body else None) or {}
    if when in {"missing", "absent"}:
        parent, _, name = path.rpartition(".")
        holder = operation.body and (operation.body.member(parent) if parent else operation.body.schema)
        mandatory = name in ((holder or {}).get("required") or ())
        return None if mandatory is (when == "missing") else f"when: openapi.yaml {_SAYS[mandatory]} {path}"
    return None if _OF_SCHEMAS[when] in schema else f"when: openapi.yaml has no {_OF_SCHEMAS[when]} for {path}"


_SAYS = {True: "makes mandatory", False: "does not make mandatory"}


def _of_credential(credential: Credential, when: str) -> str | None:
    if when in {"over-maximum", "maximum-length", "length"} and credential.longest is None:
        return f"credential: openapi.yaml has no maxLength for the header {credential.header.decode()}"
    if when == "below-minimum" and credential.shortest < 2:  # noqa: PLR2004 - an empty one is another clause
        return f"credential: no token is shorter than {credential.shortest} and not empty"
    return None
