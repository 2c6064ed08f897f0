"""Edits of the shipped contract's files, and what follows of each for the suite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.spec.edited import Named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from tests.spec.files import Files

__all__ = ["EDITS", "Edit"]


@dataclass(frozen=True)
class Edit:
    """One edit, and everything that it changes.

    `gone`, `new` and `other` are the ids of probes and properties that there are no more, that there are now, and of
    which something else is said or sent; globs stand for several. `names` are texts that were renamed: apart from
    them, all else is planned as before. `breaks` are the clauses that fail on a target which does not follow: the shipped
    one, or one of the files that `stale` makes. `says` are words of what is said now, `unsaid` of what is no more.
    `draws` maps a property to what is true of one request at least that it draws.
    """

    name: str
    change: Callable[[Files], None]
    breaks: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    named: Named = Named()
    draws: Mapping[str, Callable[[Request, Facts], bool]] = field(default_factory=dict)
    stale: Callable[[Files], None] = lambda files: None


def _bound(name: str, **bounds: Any) -> Callable[[Files], None]:  # noqa: ANN401 - JSON Schema
    """Move bounds of a parameter."""

    def change(files: Files) -> None:
        files.parameter(name).update(bounds)

    return change


ID, TOKEN = "repository_id", "X-Auth-Token"
EDITS: tuple[Edit, ...] = (
    Edit("maximum-one-less", _bound(ID, maximum=2147483646)),
    Edit("maximum-much-less", _bound(ID, maximum=1_000_000)),
    Edit("longest-one-more", _bound(TOKEN, maxLength=100_001)),
)
