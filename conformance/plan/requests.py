"""Requests made of an inventory: a documented one, and that one with something changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.contract.facts import target_of
from conformance.contract.message import Request

if TYPE_CHECKING:
    from conformance.contract.message import Token
    from conformance.plan.inventory import Inventory

__all__ = ["JSON", "associate", "body_of"]

JSON = ((b"Content-Type", b"application/json"),)


def body_of(url: object) -> bytes:
    """The documented body with `url` in it, as the document's example prints it."""
    return json.dumps({"url": url}).encode("ascii")


def associate(
    inventory: Inventory, token: Token | None, repository: int | bytes | None = None, *, body: bytes | None = None
) -> Request:
    """A POST on the exact path, with an id or the bytes of a path segment; by default the description's and its url."""
    segment = inventory.repository_id if repository is None else repository
    raw = segment if isinstance(segment, bytes) else str(segment).encode("ascii")
    return Request("POST", target_of(raw), token, body_of(inventory.mirror_url) if body is None else body, JSON)
