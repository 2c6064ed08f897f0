"""Tokens, resources and values of a stand-in, made for a contract, and the target description of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.contract.facts import KnownTarget, Role
from conformance.contract.known_tokens import KnownTokens
from conformance.contract.operation import HTTP_URL
from conformance.contract.values import Boolean, Enumeration, Integer, ValueKind, classify
from conformance.mock.fixtures import token_of, written
from conformance.strategies.plain import plain_value, plain_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.contract.operation import Credential, Fixture, Operation, Parameter
    from conformance.contract.values import Domain

__all__ = ["Described", "described", "in_toml"]

_ISSUED_LENGTH = 1_500  # characters
_URL = "https://example.com/team/project.git"
_ROLES = (Role.PERMITTED, Role.RESTRICTED, Role.MISSING)
_TOKENS = ("token", "restricted_token")
_BY_LENGTH = "tokens_by_length"


@dataclass(frozen=True, slots=True)
class Described:
    """The keys of a target description but for `base_url`, and the same as the facts of a request need it."""

    table: Mapping[str, Any]
    known: KnownTarget


def described(operation: Operation) -> Described:
    """Tokens, resources and values for an operation: the same on every machine, and none of them a secret."""
    tokens = _tokens(operation.credential)
    values = {one.key: _value(one, operation) for one in operation.fixtures if one.role is None}
    resources = _resources(operation)
    named = {key: value for key, (value, _) in resources.items()}
    each, edges = operation.key("each"), {}
    if each is not None and operation.identifier is not None:
        edges = {one: Role.PERMITTED for one in _edges(operation.identifier.domain) if one not in named.values()}
    further = {} if each is None else {each: {str(one): role.value for one, role in edges.items()}}
    known = KnownTarget(
        operation,
        KnownTokens(
            frozenset(one.encode() for one in (tokens["token"], *tokens[_BY_LENGTH].values())),
            frozenset({tokens["restricted_token"].encode()}),
        ),
        {**edges, **dict(resources.values())},
        named.get(operation.key(Role.PERMITTED) or ""),
        next((values[one.key] for one in operation.fixtures if one.form == HTTP_URL), None),
        values={one.parameter: _spelt(values[one.key]) for one in operation.fixtures if one.parameter and not one.role},
    )
    lengths = {str(length): token for length, token in tokens[_BY_LENGTH].items()}
    return Described({**tokens, _BY_LENGTH: lengths, **values, **named, **further}, known)


def in_toml(table: Mapping[str, Any], base_url: str, directory: Path) -> str:
    """The target description in TOML; a token too long for a terminal is written to a file in `directory`."""
    lines = ["[targets.stand-in]", f"base_url = {json.dumps(base_url)}"]
    for key, value in table.items():
        shown = written(value, directory) if key in _TOKENS else value
        if key == _BY_LENGTH:
            shown = {length: written(token, directory) for length, token in value.items()}
        lines.append(f"{key} = {_toml(shown)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:  # noqa: ANN401 - a value of the description
    """A value in TOML; JSON's strings, numbers and booleans are TOML's too."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(name)} = {_toml(inner)}' for name, inner in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _tokens(credential: Credential) -> dict[str, Any]:
    """Two tokens of everyday length, and one of each length at the document's bounds."""
    length = max(credential.shortest, min(_ISSUED_LENGTH, credential.longest or _ISSUED_LENGTH))
    bounds = {credential.shortest, credential.longest or length} - {length}
    return {
        "token": token_of("permitted", length),
        "restricted_token": token_of("restricted", length),
        _BY_LENGTH: {one: "1" if one == 1 else token_of("longest", one) for one in sorted(bounds)},
    }


def _resources(operation: Operation) -> dict[str, tuple[Any, Role]]:
    """The key, the resource and the role of each that the description names; as many as the domain has."""
    if operation.identifier is None:
        return {}
    parameter = operation.identifier
    keys = {one.role: one for one in operation.fixtures if one.parameter == parameter.name}
    given = [keys[role].example for role in _ROLES if role in keys]
    pool = plain_values(_schema(parameter.domain), 2 * len(_ROLES))
    fitting = list(dict.fromkeys(one for one in (*given, parameter.example, *pool) if _fits(one, parameter)))
    found: dict[str, tuple[Any, Role]] = {}
    for role in _ROLES:
        if role in keys and fitting:
            own = keys[role].example
            value = own if own in fitting else fitting[0]
            fitting.remove(value)
            found[keys[role].key] = (value, role)
    return found


def _value(fixture: Fixture, operation: Operation) -> Any:  # noqa: ANN401 - any JSON
    """The value of a key without a role: its own example, that of openapi.yaml, or a plain one."""
    if fixture.member is not None:
        body = operation.body
        assert body is not None  # noqa: S101 - the contract was read: a body has this member
        usual = fixture.example if fixture.example is not None else body.example.get(fixture.member)
        if usual is not None:
            return usual
        return _URL if fixture.form == HTTP_URL else plain_value(body.member(fixture.member) or {})
    parameter = operation.parameter(str(fixture.parameter))
    candidates = (fixture.example, parameter.example)
    return next((one for one in candidates if one is not None and _fits(one, parameter)), None) or plain_value(
        _schema(parameter.domain)
    )


def _fits(value: object, parameter: Parameter) -> bool:
    if value is None or (isinstance(parameter.domain, Integer) and not isinstance(value, int)):
        return False
    return classify(quote(_spelt(value), safe="").encode(), parameter.domain).kind is ValueKind.IN_RANGE


def _schema(domain: Domain) -> dict[str, Any]:
    """A domain as JSON Schema, without keywords that are None; a text is never empty."""
    if isinstance(domain, Enumeration):
        return {"enum": list(domain.values)}
    if isinstance(domain, Boolean):
        return {"type": "boolean"}
    if isinstance(domain, Integer):
        found: dict[str, Any] = {"type": "integer", "minimum": domain.minimum, "maximum": domain.maximum}
    else:
        bounds = {"minLength": max(domain.shortest, 1), "maxLength": domain.longest}
        found = {"type": "string", **bounds, "pattern": domain.pattern}
    return {keyword: value for keyword, value in found.items() if value is not None}


def _edges(domain: Domain) -> Iterator[Any]:
    """The values at the bounds, which a target may know."""
    if isinstance(domain, Integer):
        yield from (edge for edge in (domain.minimum, domain.maximum) if edge is not None)
    elif not isinstance(domain, Boolean | Enumeration):
        schema = _schema(domain)
        for bound in {domain.shortest, domain.longest} - {0, None}:
            yield plain_value({**schema, "minLength": bound, "maxLength": bound})


def _spelt(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
