"""A sample of real pages is read as the gold standard has it, and drafted into contracts that a stand-in keeps.

Their text is not in this repository: they are looked for as `shared/pages` beside the checkout, or above it.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
PAGES = next((place for one in ROOT.parents if (place := one / "shared" / "pages").is_dir()), None)

pytestmark = pytest.mark.skipif(PAGES is None, reason="no shared/pages beside the checkout: benchmarks/README.md")


@pytest.fixture
def pages() -> Path:
    """The folder of the pages."""
    assert PAGES is not None
    return PAGES


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    """A script of benchmarks/, which is no package."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module(request.param)


@pytest.mark.parametrize("script", ["pages"], indirect=True)
@pytest.mark.parametrize("every", [25, pytest.param(1, marks=pytest.mark.nightly)])
def test_pages_are_read_as_the_gold_standard_has_them(script: Any, pages: Path, every: int) -> None:  # noqa: ANN401 - a script
    """Every figure of docs/document.md, apart from the rows in which page and SDK disagree."""
    gold = json.loads((pages / "gold.json").read_text(encoding="utf-8"))
    scores = script.scored(script.files_of(pages, list(gold)[::every]), gold)
    assert all(one.right > 0 for one in scores.values())
    wrong = {name: one.wrong for name, one in scores.items() if one.wrong}
    assert {name: rows for name, rows in wrong.items() if len(rows) > {"required": 1, "members": 2}.get(name, 0)} == {}


@pytest.mark.parametrize("script", ["pages"], indirect=True)
def test_bounds_are_read_as_they_are_labelled(script: Any, pages: Path) -> None:  # noqa: ANN401 - a script
    """Nothing is read that no label has, and nothing that a label has is missed."""
    labels = json.loads(script.LABELS.read_text(encoding="utf-8"))
    names = sorted({key.split(" ", 1)[0] for key in labels})[::25]
    wrong: list[str] = []
    right, read, labelled = script.bounds(script.files_of(pages, names), labels, wrong)
    assert (right, read) == (labelled, labelled), wrong
    assert labelled > 0


@pytest.mark.parametrize("script", ["drafts"], indirect=True)
@pytest.mark.parametrize(("profile", "every"), [("smoke", 90), pytest.param("standard", 20, marks=pytest.mark.nightly)])
def test_drafts_are_kept_by_a_stand_in(script: Any, pages: Path, profile: str, every: int) -> None:  # noqa: ANN401 - a script
    """As they are: no clause fails, and each must clause has a verdict."""
    outcomes = {path.name: script.tried(path, profile) for path in script.operations(pages, every)}
    assert len(outcomes) > 3
    assert {name: one for name, one in outcomes.items() if one != "conformant"} == {}


@pytest.mark.parametrize("script", ["edits"], indirect=True)
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.nightly)])
def test_edits_are_classed_as_they_are_labelled(script: Any, pages: Path, every: int) -> None:  # noqa: ANN401 - a script
    """Every structural edit is seen, no wording is called more, and the classes are those that a hand gave."""
    corpus = importlib.import_module("corpus")
    rows = {
        number: (script.classes(before, after), label)
        for number, before, after, label in corpus.edits(pages, every)
        if before.exists()
    }
    assert len(rows) >= 112 // every
    assert {number: said for number, said in rows.items() if said[0] != said[1]} == {}
