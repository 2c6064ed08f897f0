"""What a run leaves behind on its target: each resource that it may have changed, read before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.values import Identifier

_NONE = 404  # RFC 9110 section 15.5.5
_LONGEST_URL = 200

__all__ = ["ResourceChange", "ResourceState", "change_data"]


@dataclass(frozen=True, slots=True)
class ResourceState:
    """The answer to the read-back: its status and, for a 200, the documented members, without a secret.

    `url` is the one among them that the operation sends.
    """

    status: int
    shown: Mapping[str, Any] | None = None
    url: str | None = None

    def __str__(self) -> str:
        if self.url is not None:
            return f"shows {in_words(self.url, _LONGEST_URL)}"
        return f"shows nothing (answered {self.status})" if self.status == _NONE else f"answered {self.status}"


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """A resource before and after the run; None where it could not be asked for. `name` is its parameter's."""

    name: str
    resource: Identifier
    before: ResourceState | None
    after: ResourceState | None = None

    def __str__(self) -> str:
        now, then = (str(state) if state else "not asked" for state in (self.after, self.before))
        return f"{self.name} {self.resource}: {now}; before the run: {then}"


def change_data(change: ResourceChange) -> dict[str, object]:
    """The row of the report."""
    return {"resource": change.resource, "before": _data(change.before), "after": _data(change.after)}


def _data(state: ResourceState | None) -> dict[str, object] | None:
    return None if state is None else {"status": state.status, "shown": state.shown}
