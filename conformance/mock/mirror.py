"""What the operation makes: the association of a repository with a remote image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["Mirror"]


@dataclass(frozen=True, slots=True)
class Mirror:
    """A repository's association: its own id, the repository's, the url without user info, when it was last made."""

    id: int
    repository_id: int
    url: str
    updated_at: datetime

    def fields(self, date: Callable[[datetime], str]) -> dict[str, Any]:
        """Return the eleven fields (document: table 3), typed as in its example; ``date`` writes a date."""
        return {
            "id": self.id,
            "repository_id": self.repository_id,
            "update_status": "finished",
            "last_update_at": date(self.updated_at),
            "url": self.url,
            "last_successful_update_at": date(self.updated_at),
            "number_of_failures": None,
            "mirroring_enabled": False,
            "is_private": False,
            "endpoint_uuid": None,
            "last_error": None,
        }
