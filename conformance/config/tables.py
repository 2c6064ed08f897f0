"""The keys of a target's table: those that every target has, and those that a contract gives it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema

from conformance.config import keys, urls
from conformance.config.errors import InvalidValue
from conformance.config.keys import Check, Key, Kind
from conformance.config.secrets import LONGEST
from conformance.contract.facts import Role
from conformance.contract.operation import HTTP_URL, Fixture, Operation, Parameter, Place, with_article
from conformance.contract.values import Boolean, Domain, Enumeration, Integer, Text
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from conformance.contract.contract import Contract

IAM = (
    Key(
        name="endpoint",
        check=keys.then(keys.text, urls.base_url),
        required=True,
        about="The identity service's base URL.",
        example='"https://iam.example.test"',
    ),
    Key(
        name="user",
        check=keys.filled,
        required=True,
        about="The user, or a reference to it.",
        example='"env:IAM_USER"',
    ),
    Key(
        name="password",
        check=keys.reference,
        required=True,
        about="A reference to the password.",
        example='"env:IAM_PASSWORD"',
    ),
    Key(
        name="domain",
        check=keys.filled,
        required=True,
        about="The account, or a reference to it.",
        example='"env:IAM_DOMAIN"',
    ),
    Key(
        name="project",
        check=keys.filled,
        required=True,
        about="The name of the project that the token is for; the vendor's are named after regions.",
        example='"eu-west-101"',
    ),
)
"""The access to a token from IAM: by password, for a project (docs/vendor.md)."""

UNKNOWN = '"…"'
"""The example of a key of which nothing is known that the contract allows."""

_EACH = "each"
_KINDS: Mapping[object, Kind] = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}


@lru_cache(maxsize=8)
def keys_of(contract: Contract) -> tuple[Key, ...]:
    """Every key of a target's table, in the order of the documentation.

    Raises UsageError for a key of the contract that every target has already, and for a required one without example.
    """
    operation = contract.operation
    own = [(fixture, _fixture_key(fixture, contract)) for fixture in operation.fixtures]
    usual = [key for fixture, key in own if fixture.role in (None, Role.PERMITTED)]
    refused = [key for fixture, key in own if fixture.role in (Role.RESTRICTED, Role.MISSING)]
    each = [key for fixture, key in own if fixture.role == _EACH]
    found = (
        *_access(operation),
        *usual,
        _restricted_token(contract),
        *refused,
        _tokens_by_length(operation),
        *each,
        *_general(contract),
    )
    names = [key.name for key in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"clauses.yaml: target: {twice[0]}: every target has a key of this name; name it otherwise")
    for key in found:
        if key.required and not _passes(key.check, tomllib.loads(f"x = {key.example}")["x"]):
            raise UsageError(f"clauses.yaml: target: {key.name}: give an `example` that openapi.yaml allows")
    return found


def lengths_of(operation: Operation) -> tuple[int, int]:
    """The number of characters that a token may have."""
    credential = operation.credential
    return max(credential.shortest, 1), LONGEST if credential.longest is None else credential.longest


def _access(operation: Operation) -> tuple[Key, ...]:
    first = operation.segments[0]
    without = "" if first.startswith("{") else f", without /{first}"
    return (
        Key(
            name="base_url",
            check=keys.then(keys.text, urls.base_url),
            required=True,
            about=f"The URL of the service. Plain http only on loopback; a path prefix is allowed{without}.",
            example='"https://codearts-repo.example.test"',
        ),
        Key(
            name="token",
            check=keys.text,
            kind="secret",
            about="A valid token; `env:NAME`, `file:PATH` or `command:PROGRAM ARGS`, a literal only on loopback.",
            example='"env:CODEARTS_TOKEN"',
        ),
    )


def _restricted_token(contract: Contract) -> Key:
    resource = contract.operation.key(Role.PERMITTED)
    on = f" on `{resource}`" if resource else ""
    return Key(
        name="restricted_token",
        check=keys.text,
        kind="secret",
        about=f"A valid token without permission{on}{_provokes(contract, Role.RESTRICTED)}.",
        example='"env:CODEARTS_OTHER_TOKEN"',
    )


def _tokens_by_length(operation: Operation) -> Key:
    least, most = lengths_of(operation)
    longest = f', {most} = "file:token-{most}.txt"' if operation.credential.longest is not None else ""
    bounds = f"{least:,} to {most:,}" if longest else f"{least:,} or more"
    return Key(
        name="tokens_by_length",
        check=keys.table_of(keys.text, keys.numbered("length", least, most)),
        kind="table",
        default={},
        about=f"Valid tokens of exactly these lengths ({bounds}), written as `token` is.",
        example=f'{{ {least} = "env:TOKEN_{least}"{longest} }}',
    )


def _general(contract: Contract) -> tuple[Key, ...]:
    operation = contract.operation
    refused = f"*.{_status(contract, Role.RESTRICTED)}.*"
    ids = contract.catalogue.by_id
    glob = refused if any(fnmatchcase(one, refused) for one in ids) else next(iter(ids), "*")
    return (
        Key(
            name="not_testable",
            check=keys.reasons,
            kind="table",
            default={},
            about="Globs on clause ids, each with the reason why it cannot be tested here.",
            example=f'{{ "{glob}" = "no second account on staging" }}',
        ),
        Key(
            name="verify_tls",
            check=keys.verification,
            kind="bool",
            schema={"type": ["boolean", "string"]},
            default=True,
            about="true, or the path of a CA bundle; false only on loopback.",
            example='"ca-bundle.pem"',
        ),
        Key(
            name="client_certificate",
            check=keys.filled,
            about="A PEM file with certificate and key, as `PATH` or `file:PATH`.",
            example='"file:client.pem"',
        ),
        Key(
            name="proxy",
            check=keys.text,
            kind="secret",
            about="The proxy's URL; with user info only as `env:NAME` or `file:PATH`.",
            example='"http://127.0.0.1:3128"',
        ),
        Key(
            name="timeout_seconds",
            check=keys.over(0),
            kind="float",
            schema={"type": "number", "exclusiveMinimum": 0},
            default=10.0,
            about="The seconds that an exchange may take, from connecting to the last byte of the answer.",
            example="10",
        ),
        Key(
            name="headers",
            check=keys.headers(operation.credential.header.decode("ascii")),
            kind="table",
            default={},
            about="Sent with every request; a value may be `env:NAME` or `file:PATH`.",
            example='{ "X-Request-Source" = "conformance" }',
        ),
        Key(
            name="max_bad_credentials",
            check=keys.whole(0),
            kind="int",
            schema={"type": "integer", "minimum": 0},
            default=60,
            about="Off loopback: at most so many requests with bad credentials in all, those of `--repeat` together.",
            example="60",
        ),
        _read_back(operation),
        Key(
            name="iam",
            kind="table",
            keys=IAM,
            about="Instead of `token`: obtain one from IAM, and another before it expires.",
            example="{ " + ", ".join(f"{key.name} = {key.example}" for key in IAM) + " }",
        ),
    )


def _read_back(operation: Operation) -> Key:
    if operation.read_back is None:
        return Key(
            name="read_back",
            check=keys.then(keys.flag, _no_read_back),
            kind="bool",
            default=False,
            about="",
            example="false",
        )
    return Key(
        name="read_back",
        check=keys.flag,
        kind="bool",
        about=(
            f"Whether `GET {operation.read_back}` is sent before and after the run, so that the report has the "
            "state left behind; without this key off loopback only."
        ),
        example="true",
    )


def _no_read_back(wanted: bool) -> bool:  # noqa: FBT001 - a value, not an option
    if wanted:
        raise InvalidValue("the contract names no request that reads back", "take it out")
    return wanted


def _fixture_key(fixture: Fixture, contract: Contract) -> Key:
    operation = contract.operation
    if fixture.member is not None:
        return _member(fixture, operation)
    parameter = operation.parameter(str(fixture.parameter))
    if fixture.role == _EACH:
        return _each(fixture, parameter)
    check, kind = _check_of(parameter.domain)
    if fixture.role is None:
        required = parameter.place is Place.PATH or (parameter.required and parameter.usual is None)
    else:
        required = fixture.role == Role.PERMITTED
    return Key(
        name=fixture.key,
        check=check,
        kind=kind,
        schema=_schema_of(parameter.domain),
        required=required,
        about=_about(fixture, parameter, contract),
        example=_example(check, fixture.example, *_usual(fixture.role, parameter)),
    )


def _about(fixture: Fixture, parameter: Parameter, contract: Contract) -> str:
    bounds = _bounds(parameter.domain)
    if fixture.role == Role.RESTRICTED:
        return (
            fixture.about
            or f"Exists, but the token has no permission on it{_provokes(contract, Role.RESTRICTED, ' too')}."
        )
    if fixture.role == Role.MISSING:
        return fixture.about or f"Known not to exist{_provokes(contract, Role.MISSING)}."
    if fixture.role == Role.PERMITTED:
        noun = with_article(_noun(parameter))
        usual = f"{noun[0].upper()}{noun[1:]} that the token may use, again and again."
        return f"{fixture.about or usual}{bounds}"
    return f"{fixture.about or f'The {parameter.place} parameter `{parameter.name}`.'}{bounds}"


def _each(fixture: Fixture, parameter: Parameter) -> Key:
    domain = parameter.domain
    if isinstance(domain, Integer):
        names: Check = keys.numbered(_noun(parameter), domain.minimum, domain.maximum)
    else:
        names = _check_of(domain)[0]
    given = fixture.example if isinstance(fixture.example, Mapping) else {}
    shown = {name: role for name, role in given.items() if _passes(names, name)}
    shown = shown or dict(zip(islice(_variations(parameter), 2, None), Role, strict=False))
    return Key(
        name=fixture.key,
        check=keys.table_of(keys.then(keys.listed(Role), Role), names),
        kind="table",
        schema={"type": "object", "additionalProperties": {"enum": [role.value for role in Role]}},
        default={},
        about=fixture.about or "The roles of further ids for the token: `permitted`, `restricted` or `missing`.",
        example=f"{{ {', '.join(f'{_name(str(name))} = {_toml(str(role))}' for name, role in shown.items())} }}",
    )


def _member(fixture: Fixture, operation: Operation) -> Key:
    name, body = str(fixture.member), operation.body
    assert body is not None  # noqa: S101 - the contract was read: a body has this member
    schema = body.member(name) or {}
    check = keys.then(keys.text, urls.sent_url) if fixture.form == HTTP_URL else _by_schema(schema)
    usual = body.example.get(name) if isinstance(body.example, Mapping) else None
    words = (
        f"The absolute http(s) URL that is sent as `{name}`." if fixture.form == HTTP_URL else f"The member `{name}`."
    )
    return Key(
        name=fixture.key,
        check=check,
        kind=_KINDS.get(schema.get("type"), "table"),
        schema=None if fixture.form == HTTP_URL else schema,
        default=usual,
        required=usual is None and name in body.schema.get("required", ()),
        about=fixture.about or words,
        example=_example(check, fixture.example, usual),
    )


def _by_schema(schema: Mapping[str, Any]) -> Check:
    """A value as the schema of a member has it; what is wrong is said without the value."""
    validator = jsonschema.Draft202012Validator(schema)

    def check(value: object) -> object:
        for error in validator.iter_errors(value):
            raise InvalidValue(f"is not as the contract has it ({error.validator}: {error.validator_value})")
        return value

    return check


def _check_of(domain: Domain) -> tuple[Check, Kind]:
    match domain:
        case Integer():
            return keys.whole(domain.minimum, domain.maximum), "int"
        case Enumeration():
            return keys.listed(domain.values), "str"
        case Boolean():
            return keys.flag, "bool"
        case Text():
            return keys.characters(domain.shortest, domain.longest, domain.pattern), "str"


def _schema_of(domain: Domain) -> dict[str, Any]:
    """A domain in JSON Schema."""
    found: dict[str, Any]
    match domain:
        case Integer():
            found = {"type": "integer", "minimum": domain.minimum, "maximum": domain.maximum}
        case Enumeration():
            found = {"enum": list(domain.values)}
        case Boolean():
            found = {"type": "boolean"}
        case Text():
            bounds = {"minLength": max(domain.shortest, 1), "maxLength": domain.longest, "pattern": domain.pattern}
            found = {"type": "string", **bounds}
    return {name: value for name, value in found.items() if value is not None}


def _bounds(domain: Domain) -> str:
    """The bounds of a domain as a sentence with a blank before it, or nothing."""
    if isinstance(domain, Enumeration):
        return f" One of {', '.join(domain.values)}."
    least, most, unit = None, None, ""
    if isinstance(domain, Integer):
        least, most = domain.minimum, domain.maximum
    elif isinstance(domain, Text):
        least, most, unit = max(domain.shortest, 1), domain.longest, " characters"
    if least == most and most is not None:
        return f" {most}{unit}."
    if most is not None:
        return f" {least if least is not None else 'Up'} to {most}{unit}."
    return "" if least is None or unit else f" {least} or more."


def _usual(role: str | None, parameter: Parameter) -> Iterator[object]:
    """Examples of a parameter's value; each role has others, since nothing has two."""
    others = {Role.RESTRICTED: 0, Role.MISSING: 1}
    if role in others:
        yield from islice(_variations(parameter), others[Role(role)], None)
    else:
        yield parameter.example
        yield from _edges(parameter.domain)


def _variations(parameter: Parameter) -> list[object]:
    """Values in the domain that differ from the example."""
    found: list[object] = []
    usual, check = parameter.example, _check_of(parameter.domain)[0]
    if isinstance(usual, int):
        found = [usual + step for step in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5)]
    elif isinstance(usual, str):
        found = [usual[:-1] + last for last in "123456789abcdef" if not usual.endswith(last)]
    else:
        found = list(_edges(parameter.domain))
    return [one for one in found if _passes(check, one)]


def _edges(domain: Domain) -> Iterator[object]:
    if isinstance(domain, Integer):
        yield from (edge for edge in (domain.maximum, domain.minimum) if edge is not None)
        yield 1
    elif isinstance(domain, Enumeration):
        yield from domain.values
    elif isinstance(domain, Boolean):
        yield True
    else:
        yield "x" * max(domain.shortest, 1)


def _example(check: Check, *candidates: object) -> str:
    """The first that the contract allows, as TOML."""
    return next((_toml(one) for one in candidates if one is not None and _passes(check, one)), UNKNOWN)


def _passes(check: Check, value: object) -> bool:
    try:
        check(value)
    except InvalidValue:
        return False
    return True


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_name(str(name))} = {_toml(one)}' for name, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def _name(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _noun(parameter: Parameter) -> str:
    return parameter.name.replace("_", " ")


def _provokes(contract: Contract, role: Role, more: str = "") -> str:
    """That a resource in this role, or a token of it, provokes a status."""
    status = _status(contract, role)
    return "" if status is None else f": provokes {status}{more}"


def _status(contract: Contract, role: Role) -> object:
    """The status that the contract owes a resource in this role, or None."""
    rows = (clause.arguments for clause in contract.catalogue if clause.check == "owed")
    return next((row["status"] for row in rows if row.get("role") == role and "status" in row), None)
