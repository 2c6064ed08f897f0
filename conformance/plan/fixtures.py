"""The fixtures of a target: tokens, resources and values to make requests of, and what may be changed."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.facts import Described, KnownTarget, Role
from conformance.contract.known_tokens import KnownTokens, TokenKind
from conformance.contract.message import Request, Token
from conformance.plan.probe import Mutation
from conformance.strategies.tokens import ALPHABETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.operation import Operation
    from conformance.contract.values import Identifier

UNCHANGEABLE = "the valid token cannot be changed in this way"
"""The reason why a probe with a changed token is withheld."""

_TELLING = 16  # characters; a shorter token, changed, is like any other
_HEAD = 48
_TRIES = 1000
_MANY = 3  # signs; fewer stand in any long token
_USUAL = 64  # characters, as far as the document allows


@dataclass(frozen=True, kw_only=True)
class TargetFixtures(Described):
    """The target description, as far as requests are made of it; tokens are recipes that name their secret.

    Attributes:
        operation: the documented operation.
        token: a valid token with permission on `resource`.
        restricted_token: a valid token without permission on `resource`.
        tokens_by_length: further valid tokens by their length in characters.
        mutation: what may be changed on the target.
        loopback: whether the target is on this machine.
        seed: the seed of the run; the same seed makes the same requests.
        former: tokens that `token` has replaced during the run; each is valid until it expires.
    """

    operation: Operation
    token: Token
    restricted_token: Token | None = None
    tokens_by_length: Mapping[int, Token] = field(default_factory=dict)
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

    @property
    def content_type(self) -> tuple[tuple[bytes, bytes], ...]:
        """The header fields of the documented request beside the token's: none without a body."""
        body = self.operation.body
        return ((b"Content-Type", body.media.encode("ascii")),) if body else ()

    @property
    def changeable(self) -> bool:
        """Whether the token is long enough that a changed one is still near it."""
        return self.token.length >= _TELLING

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
        """The target, as far as facts depend on it."""
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

    def request(
        self,
        token: Token | None,
        resource: Identifier | bytes | None = None,
        *,
        body: bytes | None = None,
        changed: Mapping[str, bytes | None] | None = None,
    ) -> Request:
        """The documented request with an identifier or the bytes of a path segment; by default the description's.

        `body` takes the place of the documented one. `changed` are the bytes of other parameters, as in `target`.
        """
        raw = resource if isinstance(resource, bytes) or resource is None else quote(str(resource), safe="").encode()
        return Request(
            self.operation.method,
            self.target(raw, changed),
            token,
            self.body if body is None else body,
            self.content_type,
            token_header=self.header,
        )


def usual_length(fixtures: TargetFixtures) -> int:
    """The length in characters of an unknown token whose length does not matter."""
    credential = fixtures.operation.credential
    longest = _USUAL if credential.longest is None else min(_USUAL, credential.longest)
    return max(longest, credential.shortest)


def unknown(
    fixtures: TargetFixtures, label: str, length: int | None = None, alphabet: str = ALPHABETS["base64url"]
) -> Token:
    """A token of `length` >= 1 characters that no account has, the same for one seed and label.

    The default is an everyday length. The token neither begins like a short valid one nor is the beginning of a long
    one, so that a lenient comparison does not take it for valid. It begins with a letter or digit where there are any.
    Raises ValueError where the alphabet allows no such token.
    """
    length = usual_length(fixtures) if length is None else length
    source = random.Random(f"{fixtures.seed}:{label}:{length}")  # noqa: S311 - reproducible, not secret
    known_tokens = fixtures.known.tokens
    for _ in range(_TRIES):
        head = _head(source, alphabet, min(length, _HEAD))
        if strange(head, known_tokens) and (head[:1].isalnum() or not any(map(str.isalnum, alphabet))):
            fill = bytes(source.sample(head, len(head)))
            return Token(head, fill=fill, length=length)
    raise ValueError(f"every token of {length} characters of {alphabet!r} is near a valid one")


def _head(source: random.Random, alphabet: str, length: int) -> bytes:
    """Characters of an alphabet; all its signs where it has many of them and they have room after the first one."""
    head = [source.choice(alphabet) for _ in range(length)]
    signs = [one for one in alphabet if not one.isalnum()]
    if _MANY < len(signs) < length:
        head[1 : len(signs) + 1] = source.sample(signs, len(signs))
    return "".join(head).encode("ascii")


def word(fixtures: TargetFixtures, text: str, label: str) -> Token:
    """`text`, which some programs take for a good token, where any unknown token will do.

    It is one of an everyday length where a valid token is near that text, or the document has no token so short.
    """
    value = text.encode("ascii")
    fits = fixtures.operation.credential.allows(len(value)) and len(value) > fixtures.operation.credential.shortest
    return Token(value) if fits and strange(value, fixtures.known.tokens) else unknown(fixtures, label)


def ordinary(fixtures: TargetFixtures) -> Token:
    """An unknown token of an everyday length, where any will do."""
    return unknown(fixtures, "ordinary")


def strange(head: bytes, known_tokens: KnownTokens) -> bool:
    """Whether even a target that compares leniently takes `head` for no valid token."""
    known = known_tokens.valid | known_tokens.restricted
    lower = head.lower()
    near = any(lower.startswith(value[:_HEAD].lower()) or value.lower().startswith(lower) for value in known)
    return not near and known_tokens.classify(head) is TokenKind.UNKNOWN


def cut(token: Token, characters: int = 1) -> Token:
    """The token without its last `characters`."""
    return Token(
        token.value, length=max(token.length - characters, 0), secret=token.secret, made_by=f"{{}}[:-{characters}]"
    )


def extended(token: Token, tail: bytes) -> Token:
    """The token with `tail` (ASCII, no secret) after it."""
    return Token(token.value + tail, secret=token.secret, made_by=f"{{}} + {tail.decode('ascii')!r}")


def padded(token: Token, length: int) -> Token:
    """The token, padded with x to `length` characters."""
    return Token(token.value, length=length, secret=token.secret, made_by=f"({{}} + 'x' * {length})[:{length}]")
