"""Reports are whole or as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.report.files import commit, partial, rollback, unwritten


def test_a_file_is_put_in_its_place_in_one_step(tmp_path: Path) -> None:
    """What was there before is there until then."""
    path = tmp_path / "a.json"
    path.write_text("old", encoding="ascii")
    partial(path).write_text("new", encoding="ascii")
    assert path.read_text(encoding="ascii") == "old"
    commit(path)
    assert path.read_text(encoding="ascii") == "new"
    assert [left.name for left in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("before", [pytest.param(True, id="replaced"), pytest.param(False, id="new")])
def test_a_folder_is_put_in_its_place_whole(tmp_path: Path, *, before: bool) -> None:
    """Nothing of the folder before is mixed with it, and nothing of a broken replacement either."""
    path = tmp_path / "results"
    for folder in (path, tmp_path / ".results.old") if before else ():
        folder.mkdir()
        (folder / "old").touch()
    partial(path).mkdir()
    (partial(path) / "new").touch()
    commit(path)
    assert [left.name for left in path.iterdir()] == ["new"]
    assert [left.name for left in tmp_path.iterdir()] == ["results"]


def test_what_is_dropped_leaves_its_place_alone(tmp_path: Path) -> None:
    """Files, folders and nothing at all can be dropped; a link is not followed."""
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


def test_nothing_staged_cannot_be_put(tmp_path: Path) -> None:
    """A report that was never written is an error, and not an empty one."""
    with pytest.raises(FileNotFoundError):
        commit(tmp_path / "a")


def test_what_could_not_be_written_is_said_with_the_reason() -> None:
    """The system's words, or the error's own where the system has none."""
    assert unwritten("a.json", OSError(28, "No space left")) == "a report could not be written: a.json: No space left"
    assert unwritten("a.json", OSError("too long")) == "a report could not be written: a.json: too long"
