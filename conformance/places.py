"""The files of a user: folders for cache and state (none without HOME and an entry in passwd), and bounded reading."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NO_HOME = "there is no home directory (HOME is not set)"
LARGEST = 2**30
"""The most bytes that are read of any file."""
_NAME = "remote-mirror-conformance"


def cache_folder() -> Path | None:
    """The folder of this user's cache, or None where there is no home directory."""
    return _absolute(lambda: platformdirs.user_cache_path(_NAME, appauthor=False))


def state_folder() -> Path | None:
    """The folder of this user's state, or None where there is no home directory."""
    return _absolute(lambda: platformdirs.user_state_path(_NAME, appauthor=False))


def read_bounded(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a file that a user named.

    Raises OSError where it cannot be read, or has more than `most` bytes: a device or a pipe may have no end.
    """
    with path.open("rb") as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise OSError(errno.EFBIG, f"more than {most // 2**20} MB", str(path))
    return raw


def _absolute(find: Callable[[], Path]) -> Path | None:
    """A folder that was found; older releases of platformdirs answer ``~/…`` where newer ones raise."""
    try:
        found = find()
    except RuntimeError:
        return None
    return found if found.is_absolute() else None
