"""Files and folders are whole or as they were, and JSON is what strict parsers read, with any value of a target."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

import orjson
import pytest

from conformance.report.files import commit, dumps, exact, partial, plain, restored, rollback, unwritten


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


class Kind(StrEnum):
    """A text with a name."""

    ONE = "one"


ODD = {
    "half a pair": ("a\ud800b", "a\ufffdb"),
    "the other half": ("\udc00", "\ufffd"),
    "two halves": ("\ud83d\ude00", "\ufffd\ufffd"),
    "a pair": ("\U0001f600", "\U0001f600"),
    "NUL": ("\0", "\0"),
    "infinite": (float("inf"), None),
    "no number": (float("nan"), None),
    "huge": (10**400, str(10**400)),
    "huge and negative": (-(10**400), str(-(10**400))),
    "large": (2**64, 2**64),
    "a flag": (True, True),
    "nothing": (None, None),
    "an enumeration": (Kind.ONE, "one"),
    "nested": ({"\ud800": [("\udfff", 1.5)]}, {"\ufffd": [["\ufffd", 1.5]]}),
}


@pytest.mark.parametrize(("value", "expected"), [pytest.param(*pair, id=name) for name, pair in ODD.items()])
def test_every_value_is_readable(value: object, expected: object) -> None:
    """Half a surrogate pair becomes U+FFFD, an infinite number null, a huge one a string; other values stay."""
    for ascii_only in (True, False):
        text = dumps({"value": value}, ensure_ascii=ascii_only)
        assert json.loads(text)["value"] == expected
        orjson.loads(text)
    assert plain(value) == expected


@pytest.mark.parametrize(
    "value", [pytest.param(pair[0], id=name) for name, pair in ODD.items() if name != "two halves"]
)
def test_every_value_can_be_written_without_loss(value: object) -> None:
    """Strict parsers read it, and what is read is the value; an object that looks like the escape is escaped too."""
    for given in (value, {"_json": value}, [value, {"a": {"_json": value}}], {"_json": value, "a": 1}):
        text = dumps(exact(given))
        orjson.loads(text)
        again = restored(json.loads(text))
        assert repr(again) == repr(json.loads(json.dumps(given)))


def test_options_are_those_of_json() -> None:
    """Order, indentation and separators."""
    assert dumps({"b": 1, "a": 2}, sort_keys=True, separators=(",", ":")) == '{"a":2,"b":1}'
    assert dumps([1], indent=1) == "[\n 1\n]"


def test_all_documents_are_written_strictly() -> None:
    """Only texts that are not JSON documents, such as a line of words or a key, use `json` itself."""
    package = Path(__file__).parents[2] / "conformance"
    layers = ("report", "history", "selftest", "runner", "engine")
    files = [path for layer in layers for path in (package / layer).rglob("*.py")] + list(package.glob("*.py"))
    found = {path.relative_to(package).as_posix() for path in files if "json.dump" in path.read_text(encoding="utf-8")}
    assert found == {
        "report/files.py",
        "report/terminal.py",
        "history/trend.py",
        "engine/recorder.py",
        "engine/setup.py",
        "examples.py",
        "spec.py",
        "standin.py",
    }
