"""The requests of each property: drawn from the public strategies for the fixtures of a target."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hypothesis import strategies as st

from conformance import strategies
from conformance.contract.facts import facts_of
from conformance.contract.values import Domain, Identifier, Integer
from conformance.plan.fixtures import TargetFixtures, ordinary, strange, unknown
from conformance.plan.policy import refusal
from conformance.plan.probe import Mutation
from conformance.plan.probes.requests import spellings
from conformance.strategies.urls import ANY_HOSTS, INVALID_HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.contract.message import Request, Token
    from conformance.contract.operation import Parameter

    Change = Callable[[Request], Request]

_TELLING = 16  # characters; a shorter token, changed, is like any other
_ONE_IN_FOUR = 3  # the last of four: what fails with the documented type is shown with it
_WITHOUT_BODY = {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"}


@dataclass(frozen=True, slots=True)
class Family:
    """The requests of a property: drawn by `strategy`; those in `pinned` are always among them, as far as room is."""

    strategy: st.SearchStrategy[Request]
    pinned: tuple[Request, ...] = ()


def ids_in_range(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented requests to any id in range, with an unknown token, and now and then, where safe, the valid one."""
    tokens = [token := unknown(fixtures, "property.ids"), token, fixtures.token]

    def request(identifier: Identifier, drawn: Token) -> Request:
        return _safely(fixtures.request(drawn, identifier), fixtures, token)

    return Family(st.builds(request, _identifiers(_domain(fixtures)), st.sampled_from(tokens)))


def ids_out_of_range(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented requests but for the id, with the valid token."""
    return Family(_other_identifiers(fixtures).map(lambda identifier: fixtures.request(fixtures.token, identifier)))


def id_look_alikes(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Nearly integers that are named resources, or any where that is safe; with the valid token where it is."""
    domain, others = _domain(fixtures), sorted(fixtures.roles.keys() - {fixtures.resource}, key=str)
    named: st.SearchStrategy[int] = st.sampled_from(
        [int(one) for one in (fixtures.resource, *others) if one is not None]
    )
    numbers = named
    if fixtures.mutation is Mutation.ANY:
        numbers = named | strategies.ids_in_range(_integer(domain))
    return Family(
        strategies.id_look_alikes(_integer(domain), numbers).map(
            lambda segment: _safely(fixtures.request(fixtures.token, segment), fixtures)
        )
    )


def parameters(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented requests but for another parameter than the resource's, which is in its domain or is not."""
    others = [one for one in fixtures.operation.parameters if one.name != fixtures.operation.resource]

    def request(one: Parameter) -> st.SearchStrategy[Request]:
        texts = strategies.parameter_values(one.domain) | strategies.other_parameter_values(one.domain)
        return texts.map(
            lambda text: _safely(
                fixtures.request(fixtures.token, changed={one.name: quote(text, safe="").encode()}), fixtures
            )
        )

    return Family(st.sampled_from(others).flatmap(request))


def token_lengths(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented requests to the description's resource with an unknown token of any length."""
    lengths = strategies.token_lengths(fixtures.operation.credential)
    return Family(lengths.map(lambda length: fixtures.request(unknown(fixtures, "property", length))))


def token_shapes(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented requests to the description's resource with an unknown token of any shape and alphabet."""
    return Family(_shapes(fixtures).map(fixtures.request))


def tokens_near(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented requests to the description's resource with the valid token changed, where that is safe and can be.

    Elsewhere with an unknown token of any shape.
    """
    known_tokens = fixtures.known.tokens
    if fixtures.mutation is Mutation.NEVER or not fixtures.changeable:
        return token_shapes(fixtures, _)
    changed = strategies.changed_tokens(fixtures.token, fixtures.header)
    near = changed.filter(lambda token: not known_tokens.classify(token.value).good)
    return Family(near.map(fixtures.request))


def bodies(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Any body to the description's resource, with the valid token where it is safe; now and then another type."""
    operation, urls = fixtures.operation, _urls(fixtures)
    plain = st.one_of(
        strategies.broken_json(operation, urls),
        strategies.non_objects(),
        strategies.members_of_another_type(operation, _example(fixtures)),
        strategies.json_objects(operation, urls),
        strategies.documented_bodies(operation, urls),
    ).map(lambda body: fixtures.request(fixtures.token, body=body))
    media = strategies.media_types(_media(fixtures))
    other = st.integers(0, 3).flatmap(lambda kind: media if kind == _ONE_IN_FOUR else st.none())

    def typed(request: Request, media: bytes | None) -> Request:
        return request if media is None else replace(request, headers=((b"Content-Type", media),))

    return Family(st.builds(typed, plain, other).map(lambda request: _safely(request, fixtures)))


def members(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented bodies by their schema, and such as break it in one member, with the valid token where it is safe."""
    operation, urls = fixtures.operation, _urls(fixtures)
    drawn = strategies.documented_bodies(operation, urls) | strategies.wrong_members(operation, _example(fixtures))
    return Family(drawn.map(lambda body: _safely(fixtures.request(fixtures.token, body=body), fixtures)))


def urls(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Documented bodies, and those with a rare url or another string, with the valid token where it is safe."""
    hosts = _hosts(fixtures)
    drawn = _urls(fixtures) | strategies.rare_urls(hosts, addresses=fixtures.loopback) | strategies.other_urls(hosts)
    return Family(
        drawn.map(lambda url: _safely(fixtures.request(fixtures.token, body=fixtures.body_with(url)), fixtures))
    )


def header_names(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """The token's header in another case, the valid token only where safe; or an unknown token in a similar header."""
    valid, stranger = fixtures.request(fixtures.token), unknown(fixtures, "property.headers")
    named = strategies.token_header_names(fixtures.header).map(
        lambda name: _safely(replace(valid, token_header=name), fixtures, stranger)
    )
    alike = strategies.token_header_look_alikes(fixtures.header).map(
        lambda name: replace(valid, token=None, headers=(*valid.headers, (name, stranger.value)))
    )
    return Family(named | alike)


def methods(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Other methods on the path, with the valid token where it is safe."""

    def request(method: str) -> Request:
        other = replace(fixtures.request(fixtures.token), method=method)
        bare = replace(other, body=None, headers=()) if method in _WITHOUT_BODY else other
        return _safely(bare, fixtures)

    return Family(strategies.methods(fixtures.operation.method).map(request))


def pairs(fixtures: TargetFixtures, _: Mapping[str, Any]) -> Family:
    """Requests with two or three things wrong at once, each drawn; with the valid token where that is safe."""
    wrong = _parts(fixtures)
    order = list(wrong)
    chosen = st.lists(st.sampled_from(order), min_size=2, max_size=3, unique=True)
    changes = chosen.flatmap(lambda parts: st.tuples(*(wrong[part] for part in sorted(parts, key=order.index))))

    def request(made: tuple[Change, ...]) -> Request:
        whole = fixtures.request(fixtures.token)
        return _safely(reduce(lambda was, change: change(was), made, whole), fixtures)

    return Family(changes.map(request))


def _parts(fixtures: TargetFixtures) -> dict[str, st.SearchStrategy[Change]]:
    """The ways in which each part of a request that the operation has may be wrong."""
    operation = fixtures.operation
    wrong: dict[str, st.SearchStrategy[Change]] = {}
    if operation.resource is not None and _bounded(_domain(fixtures)):
        wrong["id"] = _wrong_segments(fixtures).map(lambda raw: lambda was: replace(was, target=fixtures.target(raw)))
    paths = list(spellings(operation).values())
    wrong["path"] = st.sampled_from(paths).map(lambda respell: lambda was: replace(was, target=respell(was.target)))
    if operation.body is not None:
        bodies = st.one_of(
            strategies.broken_json(operation, _urls(fixtures)),
            strategies.members_of_another_type(operation, _example(fixtures)),
            strategies.non_objects(),
            st.none(),
        )
        wrong["body"] = bodies.map(lambda body: lambda was: replace(was, body=body))
        media = strategies.media_types(_media(fixtures)).map(lambda media: ((b"Content-Type", media),))
        wrong["media"] = (media | st.just(())).map(lambda headers: lambda was: replace(was, headers=headers))
    wrong["method"] = strategies.methods(operation.method).map(
        lambda method: lambda was: replace(was, method=method, body=None if method in _WITHOUT_BODY else was.body)
    )
    wrong["token"] = (st.none() | _shapes(fixtures)).map(lambda token: lambda was: replace(was, token=token))
    return wrong


def _wrong_segments(fixtures: TargetFixtures) -> st.SearchStrategy[bytes]:
    segments = _other_identifiers(fixtures).map(lambda identifier: quote(str(identifier), safe="").encode())
    domain = _domain(fixtures)
    if isinstance(domain, Integer) and isinstance(fixtures.resource, int):
        return segments | strategies.id_look_alikes(domain, st.just(fixtures.resource))
    return segments


def openapi(fixtures: TargetFixtures, document: Mapping[str, Any]) -> Family:
    """Requests that schemathesis makes of the OpenAPI file, with the valid token where that is safe."""
    operation, example = fixtures.operation, _example(fixtures)
    made = strategies.openapi_requests(document, operation, fixtures.token, fixtures.arguments, example)
    pinned = [list(requests) for requests in (made.coverage, made.examples) if requests]
    drawn = st.one_of(made.fuzzing, *map(st.sampled_from, pinned))
    return Family(
        drawn.map(lambda request: _safely(request, fixtures)),
        tuple(_safely(request, fixtures) for request in (*made.examples, *made.coverage)),
    )


def _safely(request: Request, fixtures: TargetFixtures, otherwise: Token | None = None) -> Request:
    """The request, with an unknown token in place of its own where the safety policy wants that."""
    if refusal(request, facts_of(request, fixtures.known), fixtures) is None:
        return request
    return replace(request, token=otherwise or ordinary(fixtures))


def _shapes(fixtures: TargetFixtures) -> st.SearchStrategy[Token]:
    """Unknown tokens that speak of nothing but their shape: those at the bounds would speak of the length."""
    shortest, longest = fixtures.operation.credential.shortest, fixtures.operation.credential.longest
    made = strategies.token_shapes()
    if shortest >= _TELLING:
        made = made.map(lambda token: replace(token, length=max(token.length, shortest + 1)))

    def alone(token: Token) -> bool:
        within = token.length > shortest and (longest is None or token.length < longest - 1)
        return within and strange(token.value, fixtures.known.tokens)

    return made.filter(alone)


def _domain(fixtures: TargetFixtures) -> Domain:
    """The domain of the resource's identifier."""
    named = fixtures.operation.identifier
    assert named is not None  # noqa: S101 - a property of ids is withheld where there are none
    return named.domain


def _integer(domain: Domain) -> Integer:
    assert isinstance(domain, Integer)  # noqa: S101 - a property of nearly integers is withheld where ids are texts
    return domain


def _bounded(domain: Domain) -> bool:
    return not isinstance(domain, Integer) or domain != Integer()


def _identifiers(domain: Domain) -> st.SearchStrategy[Identifier]:
    return strategies.ids_in_range(domain) if isinstance(domain, Integer) else strategies.parameter_values(domain)


def _other_identifiers(fixtures: TargetFixtures) -> st.SearchStrategy[Identifier]:
    domain = _domain(fixtures)
    if isinstance(domain, Integer):
        return strategies.ids_out_of_range(domain, fixtures.resource if isinstance(fixtures.resource, int) else None)
    return strategies.other_parameter_values(domain)


def _example(fixtures: TargetFixtures) -> object:
    return None if fixtures.body is None else json.loads(fixtures.body)


def _media(fixtures: TargetFixtures) -> str:
    body = fixtures.operation.body
    return "" if body is None else body.media


def _hosts(fixtures: TargetFixtures) -> tuple[str, ...]:
    return ANY_HOSTS if fixtures.loopback else INVALID_HOSTS


def _urls(fixtures: TargetFixtures) -> st.SearchStrategy[str]:
    return strategies.http_urls(_hosts(fixtures))
