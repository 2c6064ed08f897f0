"""The checks that rows of clauses.yaml name, each with the arguments that it takes.

A check makes the rule of a clause: a small pure function that says what one exchange proves of it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Clause, Level
from conformance.contract.values import Domain, Enumeration, Integer, Text
from conformance.judge.reading import Reading
from conformance.judge.verdict import Finding

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.operation import Credential, Operation, Parameter

Rule = Callable[[Reading], Finding | None]
"""Returns None for exchanges that the clause does not speak of."""

Make = Callable[["Contract", "Clause"], Rule]


class Kind(Enum):
    """The kinds of arguments that are none of a few words."""

    PARAMETER = auto()
    BODY_MEMBER = auto()
    ANSWER_MEMBER = auto()
    STATUS = auto()
    STATUSES = auto()
    NUMBER = auto()
    FLAG = auto()


Form = Mapping[str, Kind | frozenset[Any]]
"""The arguments that stand together: names, and what each has to be. One whose name ends with ``?`` may be left out."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name: what makes a clause's rule, and the forms that its arguments can have."""

    make: Make
    forms: tuple[Form, ...]

    @property
    def about(self) -> str:
        """Its demands, in paragraphs: the docstring of its maker."""
        return inspect.getdoc(self.make) or ""


CHECKS: dict[str, Check] = {}


def check(name: str, *forms: Form) -> Callable[[Make], Make]:
    """Register a check; without a form it takes no arguments."""

    def register(make: Make) -> Make:
        if name in CHECKS:
            raise ValueError(f"there is a check {name} already")
        CHECKS[name] = Check(make, forms or ({},))
        return make

    return register


@lru_cache(maxsize=64)
def rules_of(contract: Contract) -> Mapping[str, Rule]:
    """The rule of every clause, by its id; a silent one has none. KeyError where a check does not exist."""
    return {
        clause.id: CHECKS[clause.check].make(contract, clause)
        for clause in contract.catalogue
        if clause.level is not Level.SILENT
    }


def validate(contract: Contract) -> None:
    """Raise ValueError, in one line, for the first row whose check does not exist or cannot take its arguments."""
    for clause in contract.catalogue:
        place = f"clauses.yaml: {clause.id}"
        known = CHECKS.get(clause.check)
        if known is None:
            raise ValueError(f"{place}: there is no check {clause.check!r}: use one of {', '.join(sorted(CHECKS))}")
        problems = [_problem(form, clause, contract.operation) for form in known.forms]
        if all(problems):
            raise ValueError(f"{place}: {clause.check}: {_nearest(problems, known.forms, clause)}")
        if unbounded := missing_bound(clause, contract.operation):
            raise ValueError(f"{place}: {clause.check}: {unbounded}")


def _nearest(problems: list[str | None], forms: tuple[Form, ...], clause: Clause) -> str:
    """The problem by the form that has most names in common with the arguments."""
    names = clause.arguments.keys()
    if not names:
        return f"give {', or '.join(' and '.join(form) for form in forms)}"

    def strange(number: int) -> tuple[int, int]:
        own = {name.removesuffix("?") for name in forms[number]}
        return len(own & names), -len(own ^ names)

    return str(problems[max(range(len(forms)), key=strange)])


def _problem(form: Form, clause: Clause, operation: Operation) -> str | None:
    """The reason why the clause's arguments are not of this form, or None where they are."""
    given = clause.arguments
    known = {name.removesuffix("?") for name in form}
    if strange := sorted(given.keys() - known):
        return f"takes no {strange[0]!r}" + (f": give {', '.join(form)}" if form else "")
    for name, wanted in form.items():
        if name.removesuffix("?") in given:
            if reason := _unfit(given[name.removesuffix("?")], wanted, clause, operation):
                return f"{name.removesuffix('?')}: {reason}"
        elif not name.endswith("?"):
            return f"lacks {name!r}"
    return None


def _unfit(value: Any, wanted: Kind | frozenset[Any], clause: Clause, operation: Operation) -> str | None:  # noqa: ANN401 - as YAML has it
    if isinstance(wanted, frozenset):
        return None if value in [*wanted] else f"{value!r} is none of {', '.join(sorted(map(str, wanted)))}"
    answered = _members(operation, clause.arguments.get("status"))
    found = {
        Kind.PARAMETER: lambda: value in [one.name for one in operation.parameters],
        Kind.BODY_MEMBER: lambda: operation.body is not None and operation.body.member(str(value)) is not None,
        Kind.ANSWER_MEMBER: lambda: value in answered,
        Kind.STATUS: lambda: value in operation.statuses,
        Kind.STATUSES: lambda: isinstance(value, list) and all(isinstance(one, int) for one in value),
        Kind.NUMBER: lambda: isinstance(value, int | float) and not isinstance(value, bool),
        Kind.FLAG: lambda: isinstance(value, bool),
    }
    words = {
        Kind.PARAMETER: "the operation has no parameter",
        Kind.BODY_MEMBER: "the request body has no member",
        Kind.ANSWER_MEMBER: "the answer has no member",
        Kind.STATUS: "the operation documents no status",
        Kind.STATUSES: "is no list of statuses:",
        Kind.NUMBER: "is not a number:",
        Kind.FLAG: "is neither true nor false:",
    }
    return None if found[wanted]() else f"{words[wanted]} {value!r}"


def _members(operation: Operation, status: object) -> list[str]:
    """The members of the answer with this status, or of any documented one."""
    responses = [one for one in operation.responses.values() if status is None or one.status == status]
    return [name for one in responses for name in one.members]


_OF_SCHEMAS = {
    "wrong-type": "type", "not-listed": "enum", "listed": "enum", "too-short": "minLength", "shortest": "minLength",
    "too-long": "maxLength", "longest": "maxLength", "too-few": "minItems", "fewest": "minItems",
    "too-many": "maxItems", "most": "maxItems", "below-minimum": "minimum", "minimum": "minimum",
    "above-maximum": "maximum", "maximum": "maximum", "other-pattern": "pattern", "repeated": "uniqueItems",
}  # fmt: skip
"""The keyword of JSON Schema (2020-12) without which nothing of a member can be so."""


def missing_bound(clause: Clause, operation: Operation) -> str | None:
    """The reason why no request can be as the row's arguments say, or None where one can."""
    match dict(clause.arguments):
        case {"parameter": str(name), "when": str(when)}:
            return _of_parameter(operation.parameter(name), when)
        case {"member": str(path), "when": str(when)}:
            return _of_member(operation, path, when)
        case {"credential": str(when)}:
            return _of_credential(operation.credential, when)
        case {"status": int(status), "member": str(name)} if clause.check == "format":
            of_format = operation.responses[status].members[name].get("format")
            return None if of_format else f"member: openapi.yaml has no format for {name} of a {status}"
        case {"status": int(status)} if clause.check == "error-code":
            name, examples = operation.envelope.of(status).code, operation.responses[status].examples
            shown = any(name in one for one in examples)
            return None if shown else f"status: no example of a {status} in openapi.yaml has {name}"
    return None


def _of_parameter(parameter: Parameter, when: str) -> str | None:
    always = {"missing"} | (set() if parameter.required else {"absent"})
    possible = always | _possible(parameter.domain)
    return None if when in possible else f"when: no value of {parameter.name} in openapi.yaml can be {when}"


def _possible(domain: Domain) -> set[str]:
    """The words of clauses.yaml that can be true of a value of this domain."""
    match domain:
        case Integer():
            bounds = {("below-minimum", "minimum"): domain.minimum, ("above-maximum", "maximum"): domain.maximum}
            words = {"wrong-type"}
        case Text():
            bounds = {("too-short", "shortest"): domain.shortest or None, ("too-long", "longest"): domain.longest}
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
    if when in {"too-short", "too-few"} and schema.get(_OF_SCHEMAS[when]) == 0:
        return f"when: nothing is under the {_OF_SCHEMAS[when]} of {path} in openapi.yaml, which is 0"
    return None if _OF_SCHEMAS[when] in schema else f"when: openapi.yaml has no {_OF_SCHEMAS[when]} for {path}"


_SAYS = {True: "makes mandatory", False: "does not make mandatory"}


def _of_credential(credential: Credential, when: str) -> str | None:
    if when in {"over-maximum", "maximum-length", "length"} and credential.longest is None:
        return f"credential: openapi.yaml has no maxLength for the header {credential.header.decode()}"
    if when == "below-minimum" and credential.shortest < 2:  # noqa: PLR2004 - an empty one is another clause
        return f"credential: no token is shorter than {credential.shortest} and not empty"
    return None
