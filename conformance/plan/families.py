"""What each property draws: whole requests, made of an inventory and the public strategies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance import strategies
from conformance.contract.facts import facts_of, target_of
from conformance.plan.inventory import Mutation
from conformance.plan.policy import refusal
from conformance.plan.probes.combinations import PATHS
from conformance.plan.requests import body_of, documented
from conformance.plan.tokens import ordinary, strange, unknown
from conformance.strategies.urls import ANY_HOSTS, INVALID_HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from conformance.contract.message import Request, Token
    from conformance.plan.inventory import Inventory

__all__ = [
    "Family",
    "bodies",
    "header_names",
    "id_look_alikes",
    "ids_in_range",
    "ids_out_of_range",
    "methods",
    "openapi",
    "pairs",
    "token_lengths",
    "token_shapes",
    "tokens_near",
    "urls",
]

_TELLING = 16  # characters; a shorter token, changed, is like any other
_ONE_IN_FOUR = 3  # the last of four: what fails with the documented type is shown with it
_WITHOUT_BODY = {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"}


@dataclass(frozen=True, slots=True)
class Family:
    """The requests of a property: drawn by `strategy`; those in `pinned` are always among them, as far as room is."""

    strategy: st.SearchStrategy[Request]
    pinned: tuple[Request, ...] = ()


def ids_in_range(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Documented requests to any id in range, with an unknown token, and now and then, where safe, the valid one."""
    tokens = [token := unknown(inventory, "property.ids", 64), token, inventory.token]
    numbers = strategies.ids_in_range()

    def request(number: int, drawn: Token) -> Request:
        return _safely(documented(inventory, drawn, number), inventory, token)

    return Family(st.builds(request, numbers, st.sampled_from(tokens)))


def ids_out_of_range(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Documented requests but for the id, with the valid token."""
    ids = strategies.ids_out_of_range(inventory.resource)
    return Family(ids.map(lambda number: documented(inventory, inventory.token, number)))


def id_look_alikes(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Nearly integers that are named repositories, or any where that is safe; with the valid token where it is."""
    named = st.sampled_from([inventory.resource, *sorted(inventory.roles.keys() - {inventory.resource})])
    numbers = named | strategies.ids_in_range() if inventory.mutation is Mutation.ANY else named
    return Family(
        strategies.id_look_alikes(numbers).map(
            lambda segment: _safely(documented(inventory, inventory.token, segment), inventory)
        )
    )


def token_lengths(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Documented requests to the description's repository with an unknown token of any length."""
    return Family(
        strategies.token_lengths().map(lambda length: documented(inventory, unknown(inventory, "property", length)))
    )


def token_shapes(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Documented requests to the description's repository with an unknown token of any shape and alphabet."""
    drawn = strategies.token_shapes().filter(lambda token: _unknown(token, inventory))
    return Family(drawn.map(lambda token: documented(inventory, token)))


def tokens_near(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Documented requests to the description's repository with the valid token changed, where that is safe and can be.

    Elsewhere with an unknown token of any shape.
    """
    wallet = inventory.surroundings.wallet
    changed = strategies.changed_tokens(inventory.token).filter(lambda token: not wallet.classify(token.value).good)
    if inventory.mutation is Mutation.NEVER or inventory.token.length < _TELLING:
        changed = strategies.token_shapes().filter(lambda token: _unknown(token, inventory))
    return Family(changed.map(lambda token: documented(inventory, token)))


def bodies(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Any body to the description's repository, with the valid token where it is safe; now and then another type."""
    urls = _urls(inventory)
    plain = st.one_of(
        strategies.broken_json(urls),
        strategies.non_objects(),
        strategies.url_of_another_type(),
        strategies.json_objects(urls),
        strategies.documented_bodies(urls),
    ).map(lambda body: documented(inventory, inventory.token, body=body))
    other = st.integers(0, 3).flatmap(lambda kind: strategies.media_types() if kind == _ONE_IN_FOUR else st.none())

    def typed(request: Request, media: bytes | None) -> Request:
        return request if media is None else replace(request, headers=((b"Content-Type", media),))

    return Family(st.builds(typed, plain, other).map(lambda request: _safely(request, inventory)))


def urls(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Documented bodies, and those with a rare url or another string, with the valid token where it is safe."""
    hosts = _hosts(inventory)
    drawn = _urls(inventory) | strategies.rare_urls(hosts, addresses=inventory.loopback) | strategies.other_urls(hosts)
    return Family(drawn.map(lambda url: _safely(documented(inventory, inventory.token, body=body_of(url)), inventory)))


def header_names(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """The token's header in another case, with the valid token where it is safe; or a stranger in a header like it."""
    valid, stranger = documented(inventory, inventory.token), unknown(inventory, "property.headers", 64)
    named = strategies.token_header_names().map(
        lambda name: _safely(replace(valid, token_header=name), inventory, stranger)
    )
    alike = strategies.token_header_look_alikes().map(
        lambda name: replace(valid, token=None, headers=(*valid.headers, (name, stranger.value)))
    )
    return Family(named | alike)


def methods(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Other methods on the path, with the valid token where it is safe."""

    def request(method: str) -> Request:
        posted = replace(documented(inventory, inventory.token), method=method)
        bare = replace(posted, body=None, headers=()) if method in _WITHOUT_BODY else posted
        return _safely(bare, inventory)

    return Family(strategies.methods().map(request))


def pairs(inventory: Inventory, _: Mapping[str, Any]) -> Family:
    """Requests with two or three things wrong at once, each drawn; with the valid token where that is safe."""
    valid, urls = inventory.token, _urls(inventory)
    stranger = strategies.token_shapes().filter(lambda token: _unknown(token, inventory))
    segments = strategies.ids_out_of_range(inventory.resource).map(lambda number: str(number).encode())
    alike = strategies.id_look_alikes(st.just(inventory.resource))
    bodies = st.one_of(
        strategies.broken_json(urls), strategies.url_of_another_type(), strategies.non_objects(), st.none()
    )
    wrong: dict[str, st.SearchStrategy[Callable[[Request], Request]]] = {
        "id": (segments | alike).map(lambda raw: lambda was: replace(was, target=target_of(raw))),
        "path": st.sampled_from(list(PATHS.values())).map(
            lambda respell: lambda was: replace(was, target=respell(was.target))
        ),
        "body": bodies.map(lambda body: lambda was: replace(was, body=body)),
        "media": (strategies.media_types().map(lambda media: ((b"Content-Type", media),)) | st.just(())).map(
            lambda headers: lambda was: replace(was, headers=headers)
        ),
        "method": strategies.methods().map(
            lambda method: lambda was: replace(was, method=method, body=None if method in _WITHOUT_BODY else was.body)
        ),
        "token": (st.none() | stranger).map(lambda token: lambda was: replace(was, token=token)),
    }
    order = list(wrong)
    chosen = st.lists(st.sampled_from(order), min_size=2, max_size=3, unique=True)
    changes = chosen.flatmap(lambda parts: st.tuples(*(wrong[part] for part in sorted(parts, key=order.index))))

    def request(made: tuple[Callable[[Request], Request], ...]) -> Request:
        return _safely(reduce(lambda was, change: change(was), made, documented(inventory, valid)), inventory)

    return Family(changes.map(request))


def openapi(inventory: Inventory, document: Mapping[str, Any]) -> Family:
    """What schemathesis makes of spec/openapi.yaml, with the valid token where it means it right and that is safe."""
    made = strategies.openapi_requests(document, inventory.token, inventory.resource, inventory.url)
    drawn = made.fuzzing | st.sampled_from(made.coverage) | st.sampled_from(made.examples)
    return Family(
        drawn.map(lambda request: _safely(request, inventory)),
        tuple(_safely(request, inventory) for request in (*made.examples, *made.coverage)),
    )


def _safely(request: Request, inventory: Inventory, otherwise: Token | None = None) -> Request:
    """The request, with an unknown token in place of its own where the safety policy wants that."""
    if refusal(request, facts_of(request, inventory.surroundings), inventory) is None:
        return request
    return replace(request, token=otherwise or ordinary(inventory))


def _unknown(token: Token, inventory: Inventory) -> bool:
    """Whether a token speaks of nothing but its shape: of one character, it would speak of the minimum length."""
    return token.length > 1 and strange(token.value, inventory.surroundings.wallet)


def _hosts(inventory: Inventory) -> tuple[str, ...]:
    return ANY_HOSTS if inventory.loopback else INVALID_HOSTS


def _urls(inventory: Inventory) -> st.SearchStrategy[str]:
    return strategies.http_urls(_hosts(inventory))
