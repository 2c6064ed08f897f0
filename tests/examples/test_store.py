"""The files of the example database: kept, replaced and dropped, apart for each target; mistakes in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.examples.example import Example
from conformance.examples.store import ExampleStore, default_directory
from conformance.exceptions import UsageError
from tests.plan.fixtures import fixtures

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = fixtures()
PROPERTY = "property.ids.in-range"
FIRST = Example(PROPERTY, "status.documented", KNOWN.request(None, 5))
SIMPLER = Example(PROPERTY, "status.documented", KNOWN.request(None, 4))
OTHER = Example(PROPERTY, "status.server-error", KNOWN.request(KNOWN.token, 7))


def store(directory: Path, name: str = "staging", url: str = "https://a.invalid") -> ExampleStore:
    """A store of a target."""
    return ExampleStore(directory, name, url, KNOWN)


def test_what_is_saved_is_there_for_the_next_run(tmp_path: Path) -> None:
    """A simpler request replaces the one of its property and clause; others stay."""
    for example in (FIRST, OTHER, SIMPLER):
        store(tmp_path).save(example)
    assert set(store(tmp_path).load([PROPERTY])) == {SIMPLER, OTHER}
    assert store(tmp_path).load(["property.openapi"]) == ()


def test_what_is_dropped_is_there_no_more(tmp_path: Path) -> None:
    """Dropping twice is dropping once."""
    kept = store(tmp_path)
    kept.save(FIRST)
    kept.save(OTHER)
    kept.drop(FIRST)
    kept.drop(FIRST)
    assert kept.trouble is None
    assert kept.load([PROPERTY]) == (OTHER,)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        pytest.param("production", "https://a.invalid", id="another name"),
        pytest.param("staging", "https://b.invalid", id="another place"),
    ],
)
def test_targets_do_not_share_examples(tmp_path: Path, name: str, url: str) -> None:
    """What one deployment fails says nothing of another."""
    store(tmp_path).save(FIRST)
    assert store(tmp_path, name, url).load([PROPERTY]) == ()


@pytest.mark.parametrize("name", ["../../up", "/etc", "a/b", "a b\n", "x" * 500, "..", ""])
def test_any_name_of_a_target_makes_one_folder(tmp_path: Path, name: str) -> None:
    """Nothing is written beside the directory, whatever a target is called."""
    store(tmp_path / "examples", name).save(FIRST)
    [folder] = (tmp_path / "examples").iterdir()
    assert [path.name for path in tmp_path.iterdir()] == ["examples"]
    assert store(tmp_path / "examples", name).load([PROPERTY]) == (FIRST,)
    assert folder.is_dir()


def test_nothing_is_made_before_there_is_something_to_keep(tmp_path: Path) -> None:
    """A directory that is not there has no examples."""
    assert store(tmp_path / "none").load([PROPERTY]) == ()
    assert not (tmp_path / "none").exists()


def test_by_default_examples_are_kept_in_the_users_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG_STATE_HOME says where that is."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_directory() == tmp_path / "remote-mirror-conformance" / "examples"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "other"}', "\N{SNOWMAN}", "[" * 100_000])
def test_a_file_that_is_no_example_is_a_mistake_of_one_line(tmp_path: Path, text: str) -> None:
    """It says which file, and how to mend it."""
    store(tmp_path).save(FIRST)
    [path] = tmp_path.rglob("*.json")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"^--examples: \S+: is no example that this version can read: delete it$"):
        store(tmp_path).load([PROPERTY])


def test_an_example_in_the_place_of_another_is_a_mistake(tmp_path: Path) -> None:
    """It could be neither replaced nor dropped."""
    store(tmp_path).save(FIRST)
    [path] = tmp_path.rglob("*.json")
    path.rename(path.with_name("status.404.json"))
    with pytest.raises(UsageError, match="is no example"):
        store(tmp_path).load([PROPERTY])


def test_a_directory_that_is_a_file_is_a_mistake(tmp_path: Path) -> None:
    """It is found before anything is sent."""
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(UsageError, match=r"^--examples: .*: give another folder$"):
        store(tmp_path / "file").load([PROPERTY])


def test_what_cannot_be_written_is_noted(tmp_path: Path) -> None:
    """A run ends with its reports, and says so."""
    (tmp_path / "file").write_text("", encoding="ascii")
    kept = store(tmp_path / "file")
    kept.save(FIRST)
    assert kept.trouble is not None
    assert "give --examples another folder" in kept.trouble
