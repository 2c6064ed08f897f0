"""The root of this repository's own tests: it puts the checkout on the import path, and keeps out of the user's state.

The history of runs is written where the user's state is; tests have a directory of their own.
"""

from __future__ import annotations

import os
import shutil
import tempfile

_STATE = tempfile.mkdtemp(prefix="conformance-state-")
os.environ["XDG_STATE_HOME"] = _STATE


def pytest_unconfigure() -> None:
    """Remove it."""
    shutil.rmtree(_STATE, ignore_errors=True)
