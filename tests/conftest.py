"""Needs of every test of the suite: a state directory of its own, so that none is written into the user's."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import hypothesis
import pytest

from conformance.runner.process import collect_seldom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

hypothesis.settings.register_profile("suite", deadline=None)  # no test asserts a time
hypothesis.settings.load_profile("suite")
collect_seldom()  # as the command does: it takes an eighth of a trial
_NUMBERS = itertools.count(1)


@pytest.fixture(autouse=True, scope="session")
def _states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of them all, and of what fixtures of a wider scope run."""
    directory = tmp_path_factory.mktemp("states")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(directory / "0"))
        yield directory


@pytest.fixture(autouse=True)
def _state_directory(monkeypatch: pytest.MonkeyPatch, _states: Path) -> None:
    """Nothing is kept from one test to another; who writes into it makes it. xdist's COLUMNS are nobody's terminal."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(_states / str(next(_NUMBERS))))
