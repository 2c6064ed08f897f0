"""The user's folders for cache and state; there are none without HOME and without an entry in passwd."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["NO_HOME", "cache_folder", "state_folder"]

NO_HOME = "there is no home directory (HOME is not set)"
_NAME = "remote-mirror-conformance"


def cache_folder() -> Path | None:
    """The folder of this user's cache, or None where there is no home directory."""
    return _absolute(lambda: platformdirs.user_cache_path(_NAME, appauthor=False))


def state_folder() -> Path | None:
    """The folder of this user's state, or None where there is no home directory."""
    return _absolute(lambda: platformdirs.user_state_path(_NAME, appauthor=False))


def _absolute(find: Callable[[], Path]) -> Path | None:
    """A folder that was found; older releases of platformdirs answer ``~/…`` where newer ones raise."""
    try:
        found = find()
    except RuntimeError:
        return None
    return found if found.is_absolute() else None
