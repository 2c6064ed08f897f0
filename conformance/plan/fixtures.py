"""The fixtures of a target: tokens, resources and values to make requests of, and what may be changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.contract.facts import KnownTarget, Role
from conformance.contract.known_tokens import KnownTokens
from conformance.plan.profile import Mutation, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.message import Token
    from conformance.contract.operation import Operation
    from conformance.contract.values import Identifier

__all__ = ["Mutation", "Profile", "TargetFixtures"]


@dataclass(frozen=True)
class TargetFixtures:
    """The target description, as far as requests are made of it; tokens are recipes that name their secret.

    `resource` is what the token may use, and None where the operation's path names none; `url` is the value of its url
    member, `values` are those of other parameters, as text, `members` those of other members of the body. `resources`
    are further ones and their roles.
    `former` are those that `token` has replaced in the course of the run: as valid, until they expire.
    """

    operation: Operation
    token: Token
    resource: Identifier | None
    url: str | None = None
    restricted_token: Token | None = None
    restricted_resource: Identifier | None = None
    missing_resource: Identifier | None = None
    tokens_by_length: Mapping[int, Token] = field(default_factory=dict)
    resources: Mapping[Identifier, Role] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    mutation: Mutation = Mutation.FIXTURE
    loopback: bool = True
    seed: int = 0
    former: tuple[Token, ...] = ()

    @cached_property
    def roles(self) -> dict[Identifier, Role]:
        """Every resource that the description names, and what it says of it."""
        named = {
            self.resource: Role.PERMITTED,
            self.restricted_resource: Role.RESTRICTED,
            self.missing_resource: Role.MISSING,
        }
        return {**self.resources, **{name: role for name, role in named.items() if name is not None}}

    @property
    def header(self) -> bytes:
        """The name of the token's header, as the document spells it."""
        return self.operation.credential.header

    @cached_property
    def arguments(self) -> dict[str, str]:
        """The values of all parameters that are sent, as text: the description's, else the OpenAPI file's example."""
        usual = {one.name: one.usual for one in self.operation.parameters}
        own = {} if self.operation.resource is None else {self.operation.resource: str(self.resource)}
        return {name: value for name, value in {**usual, **self.values, **own}.items() if value is not None}

    @cached_property
    def body(self) -> bytes | None:
        """The documented body: the OpenAPI file's example with the description's members in it."""
        return self.body_with(self.url)

    def body_with(self, url: object) -> bytes | None:
        """The documented body with `url`, any JSON value, as its url member; None where the operation has no body."""
        described = self.operation.body
        if described is None:
            return None
        name = self.operation.url_member
        own = {} if name is None or url is None else {name: url}
        return json.dumps({**described.example, **self.members, **own}).encode("ascii")

    def read_back(self, resource: Identifier) -> bytes | None:
        """The target of the GET that shows `resource`, or None where the contract has none."""
        if self.operation.read_back is None or self.operation.resource is None:
            return None
        values = {**self.arguments, self.operation.resource: str(resource)}
        quoted = {name: quote(value, safe="") for name, value in values.items()}
        return self.operation.read_back.format_map(quoted).encode("ascii")

    def target(self, segment: bytes | None = None, changed: Mapping[str, bytes | None] | None = None) -> bytes:
        """The request target; the bytes of `segment` take the resource's place, by default the description's.

        `changed` are the bytes of other parameters; a query parameter that is None in it is left out.
        """
        values = {name: quote(value, safe="").encode() for name, value in self.arguments.items()}
        for name, value in (changed or {}).items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value
        if segment is not None and self.operation.resource is not None:
            values[self.operation.resource] = segment
        return self.operation.target(values)

    @cached_property
    def known(self) -> KnownTarget:
        """What facts are told from."""
        valid = frozenset(token.value for token in (self.token, *self.former, *self.tokens_by_length.values()))
        restricted = frozenset({self.restricted_token.value}) if self.restricted_token else frozenset()
        known_tokens = KnownTokens(valid, restricted)
        return KnownTarget(
            self.operation,
            known_tokens,
            self.roles,
            self.resource,
            self.url,
            self.token.value,
            {name: value for name, value in self.arguments.items() if name != self.operation.resource},
            self.body,
        )
