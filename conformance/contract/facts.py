"""Facts: properties of a request, known before it is answered, that decide which clauses apply."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from conformance.contract.body import SHORT_BODY, BodyKind, RequestBody, read_body, repeatable, strings_of
from conformance.contract.known_tokens import KnownTokens, TokenKind
from conformance.contract.message import Request, is_http, is_one_segment
from conformance.contract.remembering import remembering
from conformance.contract.spellings import telling_passwords
from conformance.contract.values import Argument, Identifier, ValueKind, classify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.operation import Operation

_IN = {ValueKind.IN_RANGE, ValueKind.ABSENT}


class Role(StrEnum):
    """The role of a resource in the target description."""

    PERMITTED = "permitted"
    RESTRICTED = "restricted"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Described:
    """The resources and values that a target description names.

    Attributes:
        resource: the resource that the token may use; None where the path names none.
        url: the value of the body's url member.
        restricted_resource: a resource that the token may not use.
        missing_resource: a resource that does not exist.
        resources: further resources and their roles.
        values: the values of other parameters, as text.
        members: the values of other members of the body.
    """

    resource: Identifier | None
    url: str | None = None
    restricted_resource: Identifier | None = None
    missing_resource: Identifier | None = None
    resources: Mapping[Identifier, Role] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class KnownTarget:
    """The target, as far as facts depend on it; each is equal to itself alone.

    Attributes:
        operation: the documented operation.
        tokens: the tokens of the target description.
        roles: the resources that the description names, and their roles.
        resource: the main one.
        url: the description's value of the url member.
        token: the bytes of the description's token.
        values: the values of the other parameters, as text.
        body: the documented body with the description's members.
    """

    operation: Operation
    tokens: KnownTokens
    roles: Mapping[Identifier, Role]
    resource: Identifier | None
    url: str | None = None
    token: bytes | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Facts:
    """A request, described; lengths are in bytes.

    Attributes:
        method: the method, as it was sent.
        documented_method: whether it is the documented one.
        exact_path: whether the target is on the documented path, with documented query parameters at most.
        id_kind: the kind of the resource's value; None without a resource.
        id: the resource's value; None where the segment is not a plain decimal.
        role: the role of the resource in the target description.
        main: whether the resource is the description's main one.
        token: the kind of the token.
        token_length: the length of the token.
        token_in_range: whether the document allows a token of this length.
        body: the kind of the body.
        url: the string in the url member.
        plain: whether the header fields are those of an ordinary request.
        usual_name: whether the token's header is spelt as the document spells it.
        usual_url: whether the url is the description's.
        usual_token: whether the token is the description's `token`.
        usual_body: whether the whole body is the description's.
        arguments: the values of the other parameters of path and query.
        urls: the strings that the url may be where the body has it twice.
        wrong: the members that break the schema, as in RequestBody.
        edges: the members at an edge, as in RequestBody.
        usual_edges: those edges that the description's body has too.
        unusual: the other parameters whose values are not the description's.
        queried: whether an undocumented query follows the documented path.
        one_segment: whether every router sees one segment in each path parameter.
        well_formed: whether the request is of HTTP's grammar.
        stranger: whether no reading of the credentials is an account's.
        respelt: whether a lenient router takes the path for the documented one; `id_kind` is then that reading's.
        beyond: whether such a path goes on behind the documented one.
        passwords: the texts by which an answer gives away a password of the urls in the body.
        repeatable: whether an answer can repeat the url as it was sent.
        elsewhere: whether another parameter, such as a project's id, names a place where no resource is known.
        carriers: the header fields beside the token's that hold a good token, by name.
    """

    method: str
    documented_method: bool
    exact_path: bool
    id_kind: ValueKind | None
    id: Identifier | None
    role: Role | None
    main: bool
    token: TokenKind
    token_length: int
    token_in_range: bool
    body: BodyKind
    url: str | None
    plain: bool
    usual_name: bool
    usual_url: bool
    usual_token: bool
    usual_body: bool = True
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    urls: tuple[str, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    edges: frozenset[tuple[str, str]] = frozenset()
    usual_edges: frozenset[tuple[str, str]] = frozenset()
    unusual: tuple[str, ...] = ()
    queried: bool = False
    one_segment: bool = True
    well_formed: bool = True
    stranger: bool = False
    respelt: bool = False
    beyond: bool = False
    passwords: tuple[str, ...] = ()
    repeatable: bool = True
    elsewhere: bool = False
    carriers: tuple[str, ...] = ()

    @property
    def usual_values(self) -> bool:
        """Whether the other parameters are the description's."""
        return not self.unusual

    @cached_property
    def operates(self) -> bool:
        """The documented method on the document's path, with any query or without, whatever its id, token and body."""
        return self.documented_method and (self.exact_path or self.queried)

    @property
    def served(self) -> bool:
        """On the exact path, and a request that every parser and router takes to the service."""
        return self.exact_path and self.one_segment and self.well_formed

    @property
    def strings(self) -> tuple[str, ...]:
        """Every string that the url may stand for."""
        return strings_of(self.url, self.urls)

    @cached_property
    def exact(self) -> bool:
        """The documented method on the exact path, whatever its values, token and body."""
        return self.documented_method and self.exact_path

    @cached_property
    def valued(self) -> bool:
        """Whether every parameter has a value that the document allows."""
        named = self.id_kind is None or self.id_kind is ValueKind.IN_RANGE
        return named and all(one.kind in _IN for one in self.arguments.values())

    @cached_property
    def addressed(self) -> bool:
        """A plain request on the exact path whose parameters and body are in contract, whatever its token."""
        return self.exact and self.plain and self.valued and self.body is BodyKind.DOCUMENTED

    @cached_property
    def in_contract(self) -> bool:
        """Addressed, and with a token of a documented kind and length."""
        return self.addressed and self.token in TokenKind.documented() and self.token_in_range

    @property
    def succeeds(self) -> bool:
        """In contract, with a valid token, to a resource that it may use: a success is expected."""
        return self.in_contract and self.token is TokenKind.VALID and self.role is Role.PERMITTED

    @property
    def takes_turns(self) -> bool:
        """A success is expected, or would be without an undocumented query, which a service may ignore."""
        return self.succeeds or (self.queried and replace(self, exact_path=True).succeeds)


def facts_of(request: Request, known: KnownTarget) -> Facts:
    """Describe `request`; needs nothing but its bytes and what is known of the target."""
    return _remembered(request, known)


def _facts_of(request: Request, known: KnownTarget) -> Facts:
    operation = known.operation
    match = operation.path.fullmatch(request.target)
    respelt = None if match else _respelt(request.target, operation)
    segments = dict(zip(operation.names, match.groups()[:-1], strict=True)) if match else {}
    query = (match.groups()[-1] or b"") if match else b""
    arguments = {name: classify(raw, operation.parameter(name).domain) for name, raw in segments.items()}
    asked = _asked(query, operation) if match else None
    resource = arguments.pop(operation.resource, None) if operation.resource else None
    if respelt is not None and operation.identifier is not None:
        resource = replace(classify(respelt, operation.identifier.domain), value=None)
    on_path = match is not None and not any(
        one.kind is ValueKind.EMPTY for one in (*arguments.values(), *([resource] if resource else []))
    )
    body = _everyday(read_body(request.body, operation), known)
    value = None if request.token is None else request.token.value
    length = len(value or b"")
    given = {**arguments, **(asked or {})}
    unusual = tuple(name for name, one in given.items() if not _usual(name, one, known))
    elsewhere = any(given[name].kind is ValueKind.IN_RANGE for name in unusual if name in operation.places)
    own = operation.resource is None or (resource is not None and resource.value == known.resource)
    return Facts(
        method=request.method,
        documented_method=request.method == operation.method,
        exact_path=on_path and asked is not None,
        id_kind=resource.kind if resource else None,
        id=resource.value if resource else None,
        role=None if elsewhere else _role(resource, known),
        main=own and not elsewhere,
        token=known.tokens.classify(value),
        token_length=length,
        token_in_range=operation.credential.allows(length, len(known.token or b"")),
        body=body.kind,
        url=body.url,
        plain=_plain(request, operation),
        usual_name=request.token_header == operation.credential.header,
        usual_url=body.url == known.url,
        usual_token=value is not None and value == known.token,
        usual_body=request.body == known.body,
        arguments=given,
        urls=body.urls,
        wrong=body.wrong,
        edges=body.edges,
        usual_edges=_usual_edges(body, read_body(known.body, operation)),
        unusual=unusual,
        queried=on_path and asked is None,
        one_segment=all(map(is_one_segment, segments.values())),
        well_formed=is_http(request),
        stranger=_stranger(request, known),
        respelt=respelt is not None,
        beyond=respelt is not None and _beyond(request.target, operation),
        passwords=telling_passwords(body.url, request),
        repeatable=all(map(repeatable, strings_of(body.url, body.urls))),
        elsewhere=elsewhere,
        carriers=_carriers(request, known),
    )


_remembered = remembering(  # the plan, the client and the next trial ask of the same requests
    _facts_of, 2_000, lambda request: len(request.body or b""), SHORT_BODY
)


def _asked(query: bytes, operation: Operation) -> dict[str, Argument] | None:
    """The query's arguments, or None where it is not one of documented parameters, each at most once."""
    pairs = [one.partition(b"=") for one in query[1:].split(b"&")] if query else []
    names = [name.decode("latin-1") for name, _, _ in pairs]
    parameters = {one.name: one for one in operation.queries}
    if len(set(names)) < len(names) or not parameters.keys() >= set(names) or (query and not names):
        return None
    given = {name: classify(value, parameters[name].domain) for name, (_, _, value) in zip(names, pairs, strict=True)}
    lacking = {
        name: Argument(ValueKind.EMPTY if one.required else ValueKind.ABSENT)
        for name, one in parameters.items()
        if name not in given
    }
    return {**given, **lacking}


def _usual(name: str, argument: Argument, known: KnownTarget) -> bool:
    """Whether an argument is the one that the description, or the OpenAPI file's example, gives."""
    usual = known.values.get(name)
    return argument.kind is ValueKind.ABSENT if usual is None else str(argument.value) == usual


def _usual_edges(body: RequestBody, usual: RequestBody) -> frozenset[tuple[str, str]]:
    """The edges that the usual body has too; a value of an enumeration is another edge than another value."""
    other = {(member, "listed") for member, _ in body.chosen - usual.chosen}
    return (body.edges & usual.edges) - other


def _role(resource: Argument | None, known: KnownTarget) -> Role | None:
    if resource is None:
        return Role.PERMITTED if known.operation.resource is None else None
    if resource.kind is not ValueKind.IN_RANGE or resource.value is None:
        return None
    return known.roles.get(resource.value)


def _respelt(target: bytes, operation: Operation) -> bytes | None:
    """The resource's segment in a target that a lenient router takes for the document's path, or None."""
    segments, template = _resolved(target), operation.segments
    if operation.resource and _left_out(segments, operation):
        return b""
    if _beyond(target, operation):
        del segments[len(template) :]
    if len(segments) != len(template):
        return None
    alike = [unquote_to_bytes(segment).lower().partition(b";")[0] for segment in segments]
    alike[-1] = alike[-1].removesuffix(b".json")
    named = all(
        here.startswith("{") or here.lower().encode() == there for here, there in zip(template, alike, strict=True)
    )
    if not named:
        return None
    return segments[template.index(f"{{{operation.resource}}}")] if operation.resource else b""


def _resolved(target: bytes) -> list[bytes]:
    """The segments of a target's path, slashes too many and dot segments resolved."""
    segments: list[bytes] = []
    for segment in re.split(rb"[?#]", target)[0].split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in {b"", b"."}:
            segments.append(segment)
    return segments


def _beyond(target: bytes, operation: Operation) -> bool:
    """Whether a path is longer than the documented one, which ends with a word."""
    return not operation.segments[-1].startswith("{") and len(_resolved(target)) > len(operation.segments)


def _left_out(segments: list[bytes], operation: Operation) -> bool:
    """Whether these are the path's segments without the resource's, which is not the last."""
    template = [segment.encode() for segment in operation.segments]
    named = f"{{{operation.resource}}}".encode()
    literal = all(not segment.startswith(b"{") for segment in template if segment != named)
    return template[-1] != named and literal and segments == [segment for segment in template if segment != named]


def _everyday(body: RequestBody, known: KnownTarget) -> RequestBody:
    """The body; the url of the description is in contract whatever its form, for its author knows the target."""
    rare = body.kind in {BodyKind.URL_UNCOMMON, BodyKind.URL_OPEN}
    return replace(body, kind=BodyKind.DOCUMENTED) if rare and body.url == known.url else body


def _stranger(request: Request, known: KnownTarget) -> bool:
    """Whether no field of the token's name holds a good token, nor one with white space or the like around it."""
    header = known.operation.credential.header.lower()
    tokens = [value for name, value in request.header_fields() if name.lower() == header]
    return not any(known.tokens.holds(value) for value in tokens)


def _carriers(request: Request, known: KnownTarget) -> tuple[str, ...]:
    """The fields of other names that hold a good token, each once."""
    header = known.operation.credential.header.lower()
    named = [name for name, value in request.headers if name.lower() != header and known.tokens.within(value)]
    return tuple(dict.fromkeys(name.decode("latin-1") for name in named))


def _plain(request: Request, operation: Operation) -> bool:
    """Whether the headers are those of an ordinary request: one token, the documented media type, nothing else odd."""
    names = [name.lower() for name, _ in request.headers]
    media = [value for name, value in request.headers if name.lower() == b"content-type"]
    documented = [operation.body.media.encode()] if operation.body else []
    return (
        operation.credential.header.lower() not in names
        and media == documented
        and not ({b"accept", b"transfer-encoding", b"content-encoding", b"expect"} & set(names))
    )
