"""One operation of an API: its request by parts, its answers by status, and what a target description gives for it.

`operation_of` reads it from the two files of a contract, openapi.yaml and the head of clauses.yaml. Everything that is
known of the operation is here; nothing else in this package names a path, a parameter, a member or a bound of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.contract.openapi import as_object, resolved, whole
from conformance.contract.values import Boolean, Domain, Enumeration, Integer, Text, spelt

if TYPE_CHECKING:
    from collections.abc import Mapping

HTTP_URL = "http-url"
"""The form of a member that is an absolute http(s) URL."""

ROLES = ("permitted", "restricted", "missing", "each")
"""The roles of a resource in a target description; `each` marks a table of values and their roles."""

ORDINARY_LENGTH = 4096
"""Characters: a token up to this length is like those that services issue; the number is this suite's."""

_NEVER = "(?!)"
"""A pattern that no code matches."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")  # OpenAPI 3.1, Path Item Object
_HEAD = {
    "document", "revision", "operation", "title", "resource", "target", "envelope", "read-back", "sections", "unquoted",
    "clauses",
}  # fmt: skip


class Place(StrEnum):
    """The place of a parameter in the request target."""

    PATH = "path"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path or query parameter; `example` is the first one of the OpenAPI file, or None."""

    name: str
    place: Place
    required: bool
    domain: Domain
    example: object = None

    @property
    def usual(self) -> str | None:
        """The value that is sent where the target description gives none; None where the parameter is left out."""
        if self.example is not None:
            return spelt(self.example)
        if not self.required:
            return None
        return self.domain.values[0] if isinstance(self.domain, Enumeration) else None


@dataclass(frozen=True, slots=True)
class Credential:
    """The header that carries the token, as the document spells it, and how many characters the token may have."""

    header: bytes
    shortest: int = 1
    longest: int | None = None

    def allows(self, length: int, usual: int = 0) -> bool:
        """Whether a token may have so many characters.

        Without a documented maximum it is ORDINARY_LENGTH, or twice the `usual` length if that is more. Many servers
        refuse a longer header, and no document promises otherwise.
        """
        longest = max(ORDINARY_LENGTH, 2 * usual) if self.longest is None else self.longest
        return self.shortest <= length <= longest


@dataclass(frozen=True)
class Body:
    """A JSON request body; `example` is the first one of the OpenAPI file."""

    required: bool
    media: str
    schema: Mapping[str, Any]
    example: Any

    def member(self, path: str) -> Mapping[str, Any] | None:
        """The schema of a member: ``url``, ``labels[].key``; None where there is none."""
        node: Mapping[str, Any] | None = self.schema
        for name in path.split("."):
            node = ((node or {}).get("properties") or {}).get(name.removesuffix("[]"))
            if name.endswith("[]"):
                node = (node or {}).get("items")
        return node


@dataclass(frozen=True)
class Response:
    """A documented answer; `schema` and `media` are None where the document shows no body."""

    status: int
    media: str | None
    schema: Mapping[str, Any] | None
    examples: tuple[Any, ...] = ()

    @property
    def members(self) -> Mapping[str, Any]:
        """The schemas of the body's members."""
        return (self.schema or {}).get("properties") or {}


@dataclass(frozen=True, slots=True)
class Envelope:
    """The body of a refusal: its members for a code and a text, and patterns of codes.

    `service` and `gateway` match the codes of each. `others` are the envelopes of statuses with other members.
    """

    code: str
    text: str
    service: re.Pattern[str]
    gateway: re.Pattern[str]
    others: Mapping[int, Envelope] = field(default_factory=dict, hash=False)

    def of(self, status: int) -> Envelope:
        """The envelope of refusals with this status."""
        return self.others.get(status, self)


@dataclass(frozen=True, slots=True)
class Fixture:
    """A key of the target description: it gives the value of a parameter or of a body's member.

    `role` is that of a resource, `form` that of a member. `about` is a sentence for the documentation, `example` a
    value.
    """

    key: str
    parameter: str | None = None
    role: str | None = None
    member: str | None = None
    form: str | None = None
    about: str | None = None
    example: Any = None


@dataclass(frozen=True, eq=False)
class Operation:
    """The documented operation; templates and names are spelt as in the document.

    Attributes:
        id: the operationId.
        method: the method, in capitals.
        template: the path template.
        parameters: the path and query parameters.
        credential: the header that carries the token.
        body: the request body, or None.
        responses: the documented answers by status.
        resource: the path parameter that roles are about; None without one.
        fixtures: the keys of the target description.
        envelope: the body of refusals.
        read_back: the path template of a GET that shows the resource, or None.
    """

    id: str
    method: str
    template: str
    parameters: tuple[Parameter, ...]
    credential: Credential
    body: Body | None
    responses: Mapping[int, Response]
    resource: str | None
    fixtures: tuple[Fixture, ...]
    envelope: Envelope
    read_back: str | None = None

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every documented status, in ascending order."""
        return tuple(sorted(self.responses))

    @property
    def success(self) -> int:
        """The documented status of success, the least 2xx."""
        return next(status for status in self.statuses if 200 <= status < 300)  # noqa: PLR2004 - RFC 9110 section 15.3

    @property
    def refusals(self) -> tuple[int, ...]:
        """The documented statuses of 400 and more."""
        return tuple(status for status in self.statuses if status >= 400)  # noqa: PLR2004 - RFC 9110 section 15

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path template's segments; a parameter's is in braces."""
        return tuple(self.template.split("/")[1:])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The path parameters' names in the order of the path."""
        return tuple(segment[1:-1] for segment in self.segments if segment.startswith("{"))

    @cached_property
    def path(self) -> re.Pattern[bytes]:
        """Matches a request target on the documented path: a group for each path parameter, the last for the query."""
        parts = [rb"([^/?#]*)" if segment.startswith("{") else re.escape(segment.encode()) for segment in self.segments]
        return re.compile(b"/" + b"/".join(parts) + rb"(\?[^#]*)?")

    def parameter(self, name: str) -> Parameter:
        """The parameter of this name; KeyError where there is none."""
        found = next((one for one in self.parameters if one.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    @cached_property
    def places(self) -> frozenset[str]:
        """The parameters beside the resource's that say where it is: what the description gives, or the path has.

        Of a path parameter with a list of values, or a boolean, every value is known to be fine.
        """
        given = {one.parameter for one in self.fixtures}
        return frozenset(
            one.name
            for one in self.parameters
            if one.name != self.resource
            and (one.name in given or one.place is Place.PATH)
            and not isinstance(one.domain, Enumeration | Boolean)
        )

    @property
    def identifier(self) -> Parameter | None:
        """The parameter that names the resource."""
        return self.parameter(self.resource) if self.resource else None

    @cached_property
    def noun(self) -> str:
        """The noun for the resource: the parameter's name in words, without an ending such as ``_id``."""
        name = re.sub(r"(?:_id|-id|Id|_name)$", "", self.resource or "")
        return re.sub(r"[_-]+", " ", name) or "resource"

    @property
    def queries(self) -> tuple[Parameter, ...]:
        """The query parameters."""
        return tuple(one for one in self.parameters if one.place is Place.QUERY)

    @cached_property
    def url_member(self) -> str | None:
        """The member of the body that is an absolute http(s) URL, or None."""
        return next((one.member for one in self.fixtures if one.form == HTTP_URL), None)

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The members of the body that the target description gives."""
        return tuple(one.member for one in self.fixtures if one.member is not None)

    def key(self, role: str) -> str | None:
        """The key of the target description that names a resource in this role, or None."""
        return next((one.key for one in self.fixtures if one.parameter == self.resource and one.role == role), None)

    def target(self, values: Mapping[str, bytes]) -> bytes:
        """The request target with `values` of the path parameters put in byte for byte, then those of the query."""
        path = b"".join(
            b"/" + (values[segment[1:-1]] if segment.startswith("{") else segment.encode()) for segment in self.segments
        )
        query = [one.name.encode() + b"=" + values[one.name] for one in self.queries if one.name in values]
        return path + (b"?" + b"&".join(query) if query else b"")


def with_article(words: str) -> str:
    """The words with their article: ``an app quota``, ``a cluster``; ``a url``, as it is pronounced."""
    return f"{'an' if words[0].lower() in 'aeio' else 'a'} {words}"


def operation_of(openapi: Mapping[str, Any], head: Mapping[str, Any]) -> Operation:
    """The operation that the head of clauses.yaml names; ValueError says in one line what is wrong with the two."""
    if unknown := sorted(head.keys() - _HEAD):
        raise ValueError(f"clauses.yaml has no key {unknown[0]!r}: use {', '.join(sorted(_HEAD))}")
    template, method, item, found = _find(openapi, head.get("operation"))
    declared = [resolved(openapi, one) for one in (*item.get("parameters", ()), *found.get("parameters", ()))]
    places = {place.value for place in Place}
    parameters = tuple(_parameter(openapi, one) for one in declared if one["in"] in places)
    operation = Operation(
        id=found["operationId"],
        method=method.upper(),
        template=template,
        parameters=parameters,
        credential=_credential(openapi, declared),
        body=_body(openapi, found),
        responses=_responses(openapi, found),
        resource=head.get("resource"),
        fixtures=tuple(_fixture(key, one) for key, one in (head.get("target") or {}).items()),
        envelope=_envelope(head),
        read_back=(head.get("read-back") or {}).get("path"),
    )
    _check(operation)
    return operation


def _find(openapi: Mapping[str, Any], wanted: object) -> tuple[str, str, Mapping[str, Any], Mapping[str, Any]]:
    known = []
    for template, item in (openapi.get("paths") or {}).items():
        for method in _METHODS:
            if method in item:
                known.append(item[method].get("operationId"))
                if known[-1] == wanted:
                    return template, method, item, item[method]
    raise ValueError(f"openapi.yaml has no operationId {wanted!r}: name one of {', '.join(map(str, known))}")


def _parameter(openapi: Mapping[str, Any], one: Mapping[str, Any]) -> Parameter:
    schema = _schema(openapi, one)
    return Parameter(one["name"], Place(one["in"]), bool(one.get("required")), _domain(schema), _example(one, schema))


def _schema(openapi: Mapping[str, Any], parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    if "schema" not in parameter:
        raise ValueError(f"openapi.yaml: parameter {parameter['name']}: it has no schema")
    schema: Mapping[str, Any] = whole(openapi, parameter["schema"])
    return schema


def _domain(schema: Mapping[str, Any]) -> Domain:
    if "enum" in schema:
        return Enumeration(tuple(map(spelt, schema["enum"])))
    if schema.get("type") == "integer":
        return Integer(schema.get("minimum"), schema.get("maximum"))
    if schema.get("type") == "boolean":
        return Boolean()
    return Text(schema.get("minLength", 0), schema.get("maxLength"), schema.get("pattern"))


def _example(one: Mapping[str, Any], schema: Mapping[str, Any]) -> object:
    if one.get("examples"):
        return next(iter(one["examples"].values()))["value"]
    found = one.get("example", (schema.get("examples") or [None])[0])
    return schema.get("default") if found is None and one.get("required") else found


def _credential(openapi: Mapping[str, Any], declared: list[Mapping[str, Any]]) -> Credential:
    """The header of the security scheme of type apiKey; its bounds are those of the parameter of that name."""
    schemes = (openapi.get("components") or {}).get("securitySchemes") or {}
    names = [one["name"] for one in schemes.values() if one.get("type") == "apiKey" and one.get("in") == "header"]
    if not names:
        raise ValueError(
            "openapi.yaml has no security scheme of type apiKey in a header: the token's header is unknown"
        )
    name = names[0]
    schemas = (_schema(openapi, one) for one in declared if one["in"] == "header" and one["name"] == name)
    schema: Mapping[str, Any] = next(schemas, {})
    return Credential(name.encode("ascii"), schema.get("minLength", 1), schema.get("maxLength"))


def _content(openapi: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any] | None, Any]:
    """Media type, schema and examples of the first content of a body."""
    content = node.get("content") or {}
    if not content:
        return None, None, ()
    media, found = next(iter(content.items()))
    examples = [one["value"] for one in (found.get("examples") or {}).values()]
    return (
        media,
        whole(openapi, as_object(found.get("schema", True))),
        tuple(examples or filter(None, [found.get("example")])),
    )


def _body(openapi: Mapping[str, Any], found: Mapping[str, Any]) -> Body | None:
    if "requestBody" not in found:
        return None
    node = resolved(openapi, found["requestBody"])
    media, schema, examples = _content(openapi, node)
    if media is None or schema is None or not examples:
        raise ValueError("openapi.yaml: the request body needs a content with a schema and an example")
    return Body(bool(node.get("required")), media, schema, examples[0])


def _responses(openapi: Mapping[str, Any], found: Mapping[str, Any]) -> dict[int, Response]:
    """The documented answers by status."""
    responses: dict[int, Response] = {}
    for status, node in (found.get("responses") or {}).items():
        if not re.fullmatch(r"[1-5][0-9]{2}", str(status)):
            raise ValueError(f"openapi.yaml: responses: {status!r} is not a status: name each one that is documented")
        media, schema, examples = _content(openapi, resolved(openapi, node))
        responses[int(status)] = Response(int(status), media, schema, examples)
    return responses


def _fixture(key: str, one: Mapping[str, Any]) -> Fixture:
    try:
        return Fixture(key, **one)
    except TypeError:
        raise ValueError(f"clauses.yaml: target: {key}: give parameter and role, or member and form") from None


def _envelope(head: Mapping[str, Any]) -> Envelope:
    try:
        one = head["envelope"]
        service, gateway = (re.compile(one.get(name, _NEVER)) for name in ("service", "gateway"))
        others = {
            int(status): Envelope(other["code"], other["text"], service, gateway)
            for status, other in (one.get("statuses") or {}).items()
        }
        return Envelope(one["code"], one["text"], service, gateway, others)
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise ValueError(
            f"clauses.yaml: envelope: give code and text; service and gateway are patterns of codes ({error})"
        ) from None


def _check(operation: Operation) -> None:
    """Raise ValueError where the two files contradict each other."""
    names = {one.name for one in operation.parameters}
    if missing := [name for name in operation.names if name not in names]:
        raise ValueError(f"openapi.yaml: the path has {{{missing[0]}}}, and no parameter of that name")
    if operation.resource is not None and operation.resource not in operation.names:
        raise ValueError(f"clauses.yaml: resource: the path has no parameter {operation.resource!r}")
    if not any(200 <= status < 300 for status in operation.responses):  # noqa: PLR2004 - RFC 9110 section 15.3
        raise ValueError("openapi.yaml: no response is a success (2xx)")
    _check_fixtures(operation, names)


def _check_fixtures(operation: Operation, names: set[str]) -> None:
    for one in operation.fixtures:
        if one.parameter is not None and one.parameter not in names:
            raise ValueError(f"clauses.yaml: target: {one.key}: there is no parameter {one.parameter!r}")
        if (one.parameter is None) is (one.member is None):
            raise ValueError(f"clauses.yaml: target: {one.key}: give a parameter or a member")
        if one.role is not None and one.role not in ROLES:
            raise ValueError(f"clauses.yaml: target: {one.key}: role is {one.role!r}: give one of {', '.join(ROLES)}")
        if one.member is not None and (operation.body is None or operation.body.member(one.member) is None):
            raise ValueError(f"clauses.yaml: target: {one.key}: the request body has no member {one.member!r}")
        if one.parameter == operation.resource is not None and one.role is None:
            raise ValueError(f"clauses.yaml: target: {one.key}: give the role of the resource: {', '.join(ROLES)}")
        if one.role is not None and one.parameter != operation.resource:
            raise ValueError(f"clauses.yaml: target: {one.key}: only the resource has a role")
    if operation.resource is not None and operation.key("permitted") is None:
        raise ValueError(f"clauses.yaml: target: no key names a permitted {operation.resource}")
