"""Who may do what: 403, 404, and that authentication comes before both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.message import Token
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.requests import associate
from conformance.plan.tokens import cut, ordinary, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory

__all__ = ["permission_probes"]

_OF_A_403 = (
    "status.403.no-permission", "status.documented", "error.403.envelope", "error.403.code", "error.403.content-type",
    "status.403.reason", "error.message",
)  # fmt: skip
_OF_A_404 = (
    "status.404.no-repository", "status.documented", "error.404.envelope", "error.404.code", "error.404.content-type",
    "error.message",
)  # fmt: skip
_KINDS = {
    "unknown": "an unknown token",
    "missing": "no token",
    "empty": "an empty token",
    "cut": "the valid token, cut,",
}
_REFUSED = {
    "restricted-token": "a valid token without permission",
    "restricted-repository": "a repository without permission",
    "missing-repository": "no such repository",
}
_MORE_WRONG: Mapping[str, tuple[str, str, Callable[[Request], Request]]] = {
    "truncated": (
        "a truncated body",
        "request.body.not-json",
        lambda request: replace(request, body=(request.body or b"")[:-1]),
    ),
    "array": ("an array as body", "request.body.not-object", lambda request: replace(request, body=b"[]")),
    "number": ("a url that is a number", "request.url.type", lambda request: replace(request, body=b'{"url": 1}')),
    "absent": ("no body", "request.body.absent", lambda request: replace(request, body=None)),
    "no-type": ("no Content-Type", "request.header.content-type", lambda request: replace(request, headers=())),
}
_OF_A_401 = ("error.401.envelope", "error.401.code", "error.401.content-type", "error.message")


def permission_probes(inventory: Inventory) -> Iterator[Probe]:
    """One probe for each way to be refused that the description makes possible."""
    restricted, other, missing = (
        inventory.restricted_token,
        inventory.restricted_repository_id,
        inventory.missing_repository_id,
    )
    yield _probe(
        "permission.restricted-token",
        "a valid token without permission on the repository",
        _OF_A_403,
        None if restricted is None else associate(inventory, restricted),
        key="restricted_token",
    )
    yield _probe(
        "permission.restricted-repository",
        "a valid token and a repository that it has no permission on",
        _OF_A_403,
        None if other is None else associate(inventory, inventory.token, other),
        key="restricted_repository_id",
    )
    yield _probe(
        "permission.missing-repository",
        "a valid token and no such repository",
        _OF_A_404,
        None if missing is None else associate(inventory, inventory.token, missing),
        key="missing_repository_id",
    )
    needed = (("restricted_token", restricted), ("missing_repository_id", missing))
    lacking = [name for name, value in needed if value is None]
    yield _probe(
        "permission.neither",
        "a valid token without permission, and no such repository",
        ("status.neither",),
        None if missing is None or restricted is None else associate(inventory, restricted, missing),
        key=" and ".join(lacking),
    )
    yield _probe(
        "permission.unknown-token",
        "an unknown token of ordinary form",
        ("status.401.unknown-token", *_OF_A_401),
        associate(inventory, ordinary(inventory)),
    )
    yield from _precedence(inventory)
    yield from _with_more_wrong(inventory)


def _with_more_wrong(inventory: Inventory) -> Iterator[Probe]:
    """Whoever is refused by permission or for want of a repository, with something else wrong too."""
    valid, restricted = inventory.token, inventory.restricted_token
    other, missing = inventory.restricted_repository_id, inventory.missing_repository_id
    refused = {
        "restricted-token": restricted and associate(inventory, restricted),
        "restricted-repository": other and associate(inventory, valid, other),
        "missing-repository": missing and associate(inventory, valid, missing),
    }
    for name, request in refused.items():
        for kind, (words, clause, spoil) in _MORE_WRONG.items():
            standard = kind in {"truncated", "no-type", "array" if name == "restricted-token" else "number"}
            yield _probe(
                f"permission.{name}.{kind}",
                f"{_REFUSED[name]}, with {words}",
                (clause, "status.order", "status.server-error"),
                spoil(request) if request else None,
                key={
                    "restricted-repository": "restricted_repository_id",
                    "missing-repository": "missing_repository_id",
                }.get(name, "restricted_token"),
                profile=Profile.STANDARD if standard else Profile.DEEP,
            )


def _precedence(inventory: Inventory) -> Iterator[Probe]:
    repositories = (
        ("missing", inventory.missing_repository_id, "to no repository", "missing_repository_id"),
        (
            "restricted",
            inventory.restricted_repository_id,
            "to a repository without permission",
            "restricted_repository_id",
        ),
        ("any", 1234567, "to a repository that nobody named", ""),
    )
    for where, number, words, key in repositories:
        tokens: tuple[tuple[str, Token | None], ...] = (
            ("unknown", unknown(inventory, where, 64)),
            ("missing", None),
            ("empty", Token(b"")),
            ("cut", cut(inventory.token)),
        )
        for kind, token in tokens:
            if kind == "cut" and where == "any":
                continue  # a changed valid token goes to named repositories only
            name = f"precedence.{where}-repository.{kind}-token"
            title = f"{_KINDS[kind]} {words}"
            request = None if number is None else associate(inventory, token, number)
            profile = Profile.SMOKE if kind == "unknown" else Profile.STANDARD
            if request and kind == "cut" and inventory.token.length < 16:  # noqa: PLR2004 - near means nothing for shorter ones
                withheld = "the valid token cannot be changed in this way"
                yield Probe(name, title, ("status.401.precedence",), None, withheld, profile)
            else:
                yield _probe(name, title, ("status.401.precedence",), request, key=key, profile=profile)


def _probe(
    name: str,
    title: str,
    clauses: tuple[str, ...],
    request: Request | None,
    *,
    key: str = "",
    profile: Profile = Profile.SMOKE,
) -> Probe:
    withheld = None if request else f"the description has no {key}"
    return Probe(name, title, clauses, request, withheld, profile)
