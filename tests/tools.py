"""Programs from outside Python that tests of the nightly tier call; one that is missing fails its tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


def program(*names: str, install: str, beside: str = "") -> str:
    """The first of these programs on the PATH, or the newest of those that the glob `beside` finds below /usr/lib.

    The test fails where there is none: a skipped test would make a night green that tested nothing.
    """
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and beside:
        found = max(map(str, Path("/usr/lib").glob(beside)), key=_version, default=None)
    if found is None:
        pytest.fail(f"this test needs {' or '.join(names)}: {install}")
    return found


def _version(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part.isdigit()]
