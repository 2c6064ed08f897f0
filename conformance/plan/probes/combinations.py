"""Two things wrong at once, or three: the rows of the covering array, and at deep every pair of classes alone.

Whatever is wrong, the id may be read as the description's repository and as no other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.contract.message import Token
from conformance.plan.inventory import Profile
from conformance.plan.pairs import BODILESS, PLAIN, STANDARD, combination, deep_rows
from conformance.plan.probe import Probe
from conformance.plan.requests import associate
from conformance.plan.tokens import cut, padded, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory
    from conformance.plan.pairs import Combination

__all__ = ["PATHS", "combination_probes"]

_TELLING = 16  # near means nothing for shorter tokens
_IDS: Mapping[str, Callable[[int], str]] = {
    "below": lambda r: f"-{r}",
    "above": lambda r: f"{r + 2**32}",
    "word": lambda r: f"{r}abc",
}
_BODIES: Mapping[str, Callable[[bytes], bytes | None]] = {
    "truncated": lambda body: body[:-1],
    "number": lambda _: b'{"url": 1}',
    "absent": lambda _: None,
    "array": lambda body: b"[%b]" % body,
}
_MEDIA: Mapping[str, tuple[tuple[bytes, bytes], ...]] = {
    "text": ((b"Content-Type", b"text/plain"),),
    "none": (),
    "form": ((b"Content-Type", b"application/x-www-form-urlencoded"),),
}
PATHS: Mapping[str, Callable[[bytes], bytes]] = {
    "slash": lambda target: target + b"/",
    "query": lambda target: target + b"?dry_run=true&debug=1&admin=true&token=admin",
    "doubled": lambda target: target.replace(b"/v4/", b"/v4//"),
    "capitals": lambda target: target.replace(b"/v4/repositories/", b"/V4/Repositories/"),
    "encoded": lambda target: target.replace(b"/associate", b"/%61ssociate"),
}

"""Other spellings of a request target, by the class of the path."""


def combination_probes(inventory: Inventory) -> Iterator[Probe]:
    """The rows of the standard profile in their order, then those of deep."""
    for names, profile in ((STANDARD + PLAIN, Profile.STANDARD), (deep_rows(), Profile.DEEP)):
        for name in names:
            row = combination(name)
            changes = {"near", "over"} & set(row.classes.values()) and inventory.token.length < _TELLING
            yield Probe(
                f"pair.{name}",
                row.words,
                _clauses(row),
                None if changes else _request(row, inventory),
                "the valid token cannot be changed in this way" if changes else None,
                profile,
            )


def _clauses(row: Combination) -> tuple[str, ...]:
    """What a row is there for: without a known token nothing succeeds. Of too long a one its length forbids that."""
    parts = row.classes.keys()
    owned = row.classes.get("token") == "over" and "path" not in parts
    mandatory = "token" in parts and "method" not in parts and not owned
    return ("header.x-auth-token.mandatory", "status.order") if mandatory else ("status.order",)


def _request(row: Combination, inventory: Inventory) -> Request:
    """The documented request with everything of the row in it."""
    classes = row.classes
    segment = _IDS[classes["id"]](inventory.repository_id) if "id" in classes else str(inventory.repository_id)
    request = associate(inventory, _token(row, inventory), segment.encode("ascii"))
    if "body" in classes:
        request = replace(request, body=_BODIES[classes["body"]](request.body or b""))
    method = classes.get("method", request.method)
    if method in BODILESS:
        request = replace(request, body=None, headers=())
    if "media" in classes:
        request = replace(request, headers=_MEDIA[classes["media"]])
    target = PATHS[classes["path"]](request.target) if "path" in classes else request.target
    return replace(request, method=method, target=target)


def _token(row: Combination, inventory: Inventory) -> Token | None:
    valid = inventory.token
    match row.classes.get("token"):
        case None:
            return valid
        case "missing":
            return None
        case "empty":
            return Token(b"")
        case "near":
            return cut(valid)
        case "over":
            return padded(valid, TOKEN_MAXIMUM + 1)
        case _:
            return unknown(inventory, f"pair-{row.name}", 64)
