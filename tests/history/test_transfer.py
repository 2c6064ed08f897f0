"""A history as JSON Lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import UsageError
from conformance.history.store import History
from conformance.history.transfer import exported, imported
from conformance.judge.behaviour import Behaviour
from tests.history.entries import entry, url
from tests.report.builders import failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def other(tmp_path: Path) -> Iterator[History]:
    """A history elsewhere."""
    history = History(url(tmp_path / "other"))
    yield history
    history.close()


def test_nothing_is_lost_on_the_way(history: History, other: History) -> None:
    """Rows, documents and traffic, thinned as they were; a second time nothing is added."""
    for night in range(4):
        broken = [failed("path.repository_id.maximum")] if night == 3 else []
        history.add(entry(night, broken, narrowed=night == 1, target_name="a" if night == 0 else "staging"))
    lines = list(exported(history))
    assert imported(other, lines, "file") == (4, 0)
    assert other.runs() == history.runs()
    assert [other.traffic(run) for run in other.runs()] == [history.traffic(run) for run in history.runs()]
    assert list(exported(other)) == lines
    assert imported(other, lines, "file") == (0, 4)


def test_the_runs_of_one_target(history: History) -> None:
    """The oldest first; each line is JSON that names its format."""
    for night in range(3):
        history.add(entry(night, target_name="a" if night == 1 else "staging"))
    data = [json.loads(line) for line in exported(history, "staging")]
    assert [line["report"]["run"]["id"] for line in data] == ["night-000", "night-002"]
    assert {line["format"] for line in data} == {"conformance-history/1"}


def test_a_line_with_spoilt_verdicts_is_none(history: History, other: History) -> None:
    """It would be found when somebody compares."""
    history.add(entry(0))
    (line,) = exported(history)
    with pytest.raises(UsageError, match="line 1 is no run"):
        imported(other, [line.replace('"verdict": "pass"', '"verdict": "well"')], "file")
    assert other.runs() == []


@pytest.mark.parametrize("line", ["{", "[]", '{"format": "x"}', '{"format": "conformance-history/1"}', "[" * 9999])
def test_a_line_that_is_none_is_a_usage_error(other: History, line: str) -> None:
    """It is counted, and what stood before it is kept."""
    source = History("sqlite:///" + other.place + ".source")
    source.add(entry(0))
    lines = [*exported(source), "\n", line]
    source.close()
    with pytest.raises(UsageError, match="file: line 3 is no run"):
        imported(other, lines, "file")
    assert len(other.runs()) == 1


def test_surrogates_are_carried_too(history: History, other: History) -> None:
    """The encoding of the pipe makes no difference."""
    behaviour = Behaviour("state.first", 201, None, "application/json", "{x\ud800: integer}")
    history.add(entry(0, behaviour=(behaviour,)))
    lines = list(exported(history))
    assert all(line.isascii() for line in lines)
    assert imported(other, lines, "file") == (1, 0)
    assert other.document(other.runs()[0].behaviour)[0]["shape"] == "{x\ufffd: integer}"


def test_a_line_whose_seed_no_database_holds_is_none(history: History, other: History) -> None:
    """A seed has 64 bits."""
    history.add(entry(0))
    (line,) = exported(history)
    with pytest.raises(UsageError, match=r"line 1 is no run|out of range"):
        imported(other, [line.replace('"seed": 1,', f'"seed": {2**63},')], "file")
    assert other.runs() == []
