"""What a run leaves behind on its target: the mirror of each repository that it associated, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE = 404  # RFC 9110 section 15.5.5
_LONGEST_URL = 200

__all__ = ["LeftBehind", "MirrorState", "left_behind_data"]


@dataclass(frozen=True, slots=True)
class MirrorState:
    """What the read-back answered: its status and, for a 200, the mirror's fields, without a secret."""

    status: int
    mirror: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        if self.mirror is not None:
            return f"associated with {in_words(str(self.mirror.get('url')), _LONGEST_URL)}"
        return f"not associated (answered {self.status})" if self.status == _NONE else f"answered {self.status}"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A repository's mirror before and after the run; None where it could not be asked for."""

    repository_id: int
    before: MirrorState | None
    after: MirrorState | None = None

    def __str__(self) -> str:
        now, then = (str(state) if state else "not asked" for state in (self.after, self.before))
        return f"repository {self.repository_id}: {now}; before the run: {then}"


def left_behind_data(left: LeftBehind) -> dict[str, object]:
    """The row of the report."""
    return {"repository_id": left.repository_id, "before": _data(left.before), "after": _data(left.after)}


def _data(state: MirrorState | None) -> dict[str, object] | None:
    return None if state is None else {"status": state.status, "mirror": state.mirror}
