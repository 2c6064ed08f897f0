"""Files and folders are whole or as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.report.files import commit, partial, rollback, unwritten


def test_a_file_is_committed_in_one_step(tmp_path: Path) -> None:
    """The old file is there until then."""
    path = tmp_path / "a.json"
    path.write_text("old", encoding="ascii")
    partial(path).write_text("new", encoding="ascii")
    assert path.read_text(encoding="ascii") == "old"
    commit(path)
    assert path.read_text(encoding="ascii") == "new"
    assert [left.name for left in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("before", [pytest.param(True, id="replaced"), pytest.param(False, id="new")])
def test_a_folder_is_committed_whole(tmp_path: Path, *, before: bool) -> None:
    """Neither the old folder nor an earlier, broken replacement is mixed with it."""
    path = tmp_path / "results"
    for folder in (path, tmp_path / ".results.old") if before else ():
        folder.mkdir()
        (folder / "old").touch()
    partial(path).mkdir()
    (partial(path) / "new").touch()
    commit(path)
    assert [left.name for left in path.iterdir()] == ["new"]
    assert [left.name for left in tmp_path.iterdir()] == ["results"]


def test_a_rollback_removes_only_the_partial_file(tmp_path: Path) -> None:
    """It may be a file, a folder, or missing; a link is not followed."""
    path, other = tmp_path / "a", tmp_path / "other"
    path.touch()
    other.mkdir()
    (other / "kept").touch()
    for make in (Path.touch, Path.mkdir, lambda part: part.symlink_to(other), lambda _: None):
        make(partial(path))
        rollback(path)
        assert not partial(path).exists()
    assert path.exists()
    assert (other / "kept").exists()


def test_a_missing_partial_file_cannot_be_committed(tmp_path: Path) -> None:
    """A report that was never written is an error, not an empty file."""
    with pytest.raises(FileNotFoundError):
        commit(tmp_path / "a")


def test_an_unwritten_report_is_named_with_the_reason() -> None:
    """The system's words, or the error's own where the system has none."""
    assert unwritten("a.json", OSError(28, "No space left")) == "a report could not be written: a.json: No space left"
    assert unwritten("a.json", OSError("too long")) == "a report could not be written: a.json: too long"
