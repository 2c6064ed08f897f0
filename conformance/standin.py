"""A stand-in for a service: it answers any contract by its two files, where the mock serves the shipped page alone.

It shows that a contract agrees with itself, and nothing of what its page says: it reads requests as the judge does.
It imports `contract`, `strategies` for plain values, and the server and the messages of `mock`.

Tokens, resources and values are made for the contract, with the target description of them. A request is answered in
order: the path, the method, the token, the parameters, the body, the resource. Each refusal has the status that a
clause owes it; where none does, a documented one, since it is in contract to say no more than the document.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.contract.body import BodyKind
from conformance.contract.facts import Facts, KnownTarget, Role, facts_of
from conformance.contract.known_tokens import KnownTokens, TokenKind
from conformance.contract.message import Request as Sent
from conformance.contract.message import Token
from conformance.contract.operation import HTTP_URL, Credential, Fixture, Operation, Parameter
from conformance.contract.strictjson import read_json
from conformance.contract.values import Boolean, Domain, Enumeration, Integer, ValueKind, classify, spelt
from conformance.mock.fixtures import token_of, written
from conformance.mock.message import Answer, Receive, Request, Scope, Send
from conformance.mock.url import without_user
from conformance.strategies.plain import plain_value, plain_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.contract.contract import Contract

_ISSUED_LENGTH = 1_500  # characters
_URL = "https://example.com/team/project.git"
_ROLES = (Role.PERMITTED, Role.RESTRICTED, Role.MISSING)
_TOKEN_KEYS = ("token", "restricted_token")
_BY_LENGTH = "tokens_by_length"
_LONGEST_BODY = 12 * 1024 * 1024  # bytes
_TOKENS = {TokenKind.MISSING: "missing", TokenKind.EMPTY: "empty", TokenKind.NEAR_VALID: "near-valid"}
_FINE = {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON, BodyKind.URL_OPEN, BodyKind.MEMBER_ABSENT}
_ANY: Mapping[str, Any] = {}
"""The schema of a body of which the document shows examples alone."""
_TOO_MANY = 429  # RFC 6585 section 4
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _INVALID = (401, 403), (403, 404), (404, 403), (400, 422)


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
        values={one.parameter: spelt(values[one.key]) for one in operation.fixtures if one.parameter and not one.role},
    )
    lengths = {str(length): token for length, token in tokens[_BY_LENGTH].items()}
    return Described({**tokens, _BY_LENGTH: lengths, **values, **named, **further}, known)


def in_toml(table: Mapping[str, Any], base_url: str, directory: Path) -> str:
    """The target description in TOML; a token too long for a terminal is written to a file in `directory`."""
    lines = ["[targets.stand-in]", f"base_url = {json.dumps(base_url)}"]
    for key, value in table.items():
        shown = written(value, directory) if key in _TOKEN_KEYS else value
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
    return classify(quote(spelt(value), safe="").encode(), parameter.domain).kind is ValueKind.IN_RANGE


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


class StandIn:
    """The service of a contract. It keeps no state: the same request has the same answer."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.operation = contract.operation
        self.described = described(contract.operation)
        rows = [clause.arguments for clause in contract.catalogue if clause.check == "owed"]
        self._owed = [row for row in rows if "status" in row]
        self._success: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        request = await Request.read(scope, receive, limit=_LONGEST_BODY)
        if request is not None:
            await self.answer(request, scope["query_string"]).send(request.method, send)

    def answer(self, request: Request, query: bytes = b"") -> Answer:
        """The answer to a request; `query` is what stands behind the question mark of its target."""
        header = self.operation.credential.header
        tokens = request.values(header.lower())
        sent = Sent(
            self.operation.method if self._is_head(request) else request.method,
            request.path + (b"?" + query if query else b""),
            Token(tokens[0]) if tokens else None,
            request.body or b"",
            tuple(pair for pair in request.headers if pair[0].lower() != header.lower()),
            token_header=header,
        )
        facts = facts_of(sent, self.described.known)
        if not facts.documented_method or not (facts.exact_path or facts.queried) or request.body is None:
            return self._of_another(request, facts)
        if len(tokens) > 1 or not facts.token.good or not facts.token_in_range:
            return self.refusal(self._status(_UNAUTHORISED, credential=_TOKENS.get(facts.token, "unknown")))
        if facts.queried or not facts.valued:
            return self.refusal(self._status(_INVALID, parameter="invalid"))
        optional = self.operation.body is None or not self.operation.body.required
        if facts.body not in _FINE and not (optional and not request.body):
            return self.refusal(self._status(_INVALID, body="invalid"))
        return self._of_role(facts, request.body)

    def _is_head(self, request: Request) -> bool:
        return request.method == "HEAD" and self.operation.method == "GET"

    def _of_another(self, request: Request, facts: Facts) -> Answer:
        """The answer to another path or method, or to a body that was not read to its end."""
        if not facts.exact_path:
            return self.refusal(404)
        if request.body is None:
            return self.refusal(413)
        allowed = ((b"allow", f"{self.operation.method}, OPTIONS".encode()),)
        if request.method == "OPTIONS":
            return Answer(204, headers=allowed)
        refused = self.refusal(405)
        return Answer(refused.status, refused.body, (*refused.headers, *allowed))

    def _of_role(self, facts: Facts, body: bytes) -> Answer:
        """The answer to a good token: what the account may do with the resource."""
        if facts.token is TokenKind.RESTRICTED or facts.role is Role.RESTRICTED:
            return self.refusal(self._status(_FORBIDDEN, role="restricted"))
        if facts.role is not Role.PERMITTED:
            return self.refusal(self._status(_NOT_FOUND, role="missing"))
        return self._succeed(facts, body)

    def _status(self, usual: tuple[int, ...], **about: str) -> int:
        """The status that a clause owes; else the first of the usual ones that is documented, else any refusal.

        429 is none: it is no answer about the request, and every client waits and asks again.
        """
        found: list[int] = [
            row["status"] for row in self._owed if all(row.get(name) == one for name, one in about.items())
        ]
        documented = [one for one in self.operation.refusals if one < 500 and one != _TOO_MANY]  # noqa: PLR2004 - RFC 9110 section 15.6
        return next(iter((*found, *(one for one in usual if one in documented), *documented, usual[0])))

    def _succeed(self, facts: Facts, body: bytes) -> Answer:
        """The documented success: its example, or a body made by its schema, with what it repeats of the request."""
        response = self.operation.responses[self.operation.success]
        if response.media is None:
            return Answer(response.status)
        if self._success is None:
            self._success = self._shown(response.schema or _ANY, response.examples)
        shown = {**self._success, **self._repeated(facts, body)} if isinstance(self._success, dict) else self._success
        return _of_media(response.status, response.media, shown)

    def _repeated(self, facts: Facts, body: bytes) -> dict[str, Any]:
        """The members of the success that repeat a parameter, or a member of the body."""
        found: dict[str, Any] = {}
        sent = read_json(body).value
        for clause in self.contract.catalogue:
            if clause.check != "echo":
                continue
            member, name = clause.arguments["member"], clause.arguments.get("parameter")
            if name is not None:
                value = facts.id if name == self.operation.resource else facts.arguments[name].value
            else:
                value = sent
                for part in clause.arguments["sent"].split("."):
                    value = value.get(part) if isinstance(value, dict) else None
                if clause.arguments["sent"] == self.operation.url_member and isinstance(value, str):
                    value = without_user(value)
            if value is not None:
                found[member] = value
        return found

    def refusal(self, status: int) -> Answer:
        """A refusal: the example of its status or of another, or a body made by the schema of either."""
        documented = self.operation.responses.get(status)
        if documented is not None and documented.media is None:
            return Answer(status)
        enveloped = (self.operation.responses[one] for one in self.operation.refusals)
        response = documented or next((one for one in enveloped if one.media), None)
        if response is not None and (response.schema or response.examples):
            return _of_media(status, str(response.media), self._shown(response.schema or _ANY, response.examples))
        envelope = self.operation.envelope.of(status)
        return _of_media(status, "application/json", {envelope.code: f"SI.{status}", envelope.text: "Refused."})

    def _shown(self, schema: Mapping[str, Any], examples: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any JSON
        """The first example that fits the schema, else a value made by it."""
        contract = self.contract
        fitting = (
            one for one in examples if not contract.type_errors(schema, one) and not contract.format_errors(schema, one)
        )
        return next(fitting, None) or plain_value(schema)


def _of_media(status: int, media: str, value: object) -> Answer:
    return Answer(status, json.dumps(value).encode(), ((b"content-type", media.encode()),))
