"""An edition: what was frozen, and how today's catalogue differs from it."""

from __future__ import annotations

import copy
import json
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Level
from conformance.contract.edition import edition_of, frozen
from conformance.exceptions import UsageError
from conformance.spec import freeze, load_contract, read_contract, spec_directory
from tests.spec.files import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spec.files import Files

CONTRACT = load_contract()
TODAY = frozen(CONTRACT.catalogue, CONTRACT.openapi)
CLAUSE, SHOULD = "path.repository_id.maximum", "leak.token"
DAY = date(2026, 12, 1)


@pytest.fixture
def files() -> Files:
    """The shipped contract, to be edited."""
    return shipped().copy()


def test_nothing_differs_from_an_edition_of_today() -> None:
    """Every clause counts at its level, and there is nothing to say of any."""
    edition = edition_of("now", TODAY, TODAY)
    assert edition.levels == {clause.id: clause.level for clause in CONTRACT.catalogue}
    assert (edition.notes, edition.dropped) == ({}, ())


def test_each_way_to_differ_is_said() -> None:
    """A newer clause and one that is judged otherwise only inform; another level counts as it was frozen."""
    rows = copy.deepcopy(TODAY)
    del rows["path.repository_id.mandatory"]
    rows[CLAUSE]["sha256"] = "0" * 64
    rows["status.401.missing-token"]["level"] = "should"
    rows[SHOULD]["level"] = "must"
    rows["gone.for.good"] = rows[CLAUSE]
    edition = edition_of("old", rows, TODAY)
    assert edition.notes == {
        "path.repository_id.mandatory": "not in edition old",
        CLAUSE: "judged otherwise than in edition old",
        "status.401.missing-token": "a should in edition old",
        SHOULD: "a must in edition old",
    }
    levels = {name: edition.levels[name] for name in edition.notes}
    assert list(levels.values()) == [Level.SILENT, Level.SILENT, Level.SHOULD, Level.MUST]
    assert [name for name in edition.notes if edition.informs(name)] == ["path.repository_id.mandatory", CLAUSE]
    assert edition.dropped == ("gone.for.good",)
    assert edition.lost == {CLAUSE: Level.MUST, "gone.for.good": Level.MUST}


def test_what_a_clause_points_to_is_frozen_with_it(files: Files) -> None:
    """Another bound in openapi.yaml judges otherwise, though the row is the same; another description does not."""
    files.parameter("repository_id")["description"] = "another"
    assert frozen(CONTRACT.catalogue, files.openapi) == TODAY
    files.parameter("repository_id")["maximum"] = 7
    rows = frozen(CONTRACT.catalogue, files.openapi)
    assert {name for name, row in rows.items() if row != TODAY[name]} == {CLAUSE, "path.repository_id.above-maximum"}


def test_the_newest_is_in_force_unless_another_is_named(files: Files, tmp_path: Path) -> None:
    """The newest is that of the last day; none is no edition; an unknown one is told with those that there are."""
    directory = files.write(tmp_path)
    assert read_contract(directory).edition(None) is None
    freeze(directory, "b", DAY)
    freeze(directory, "a", date(2027, 1, 1))
    contract = read_contract(directory)
    newest, named = contract.edition(None), contract.edition("b")
    assert newest is not None
    assert named is not None
    assert (newest.name, named.name, contract.edition("none")) == ("a", "b", None)
    with pytest.raises(UsageError, match=r"^--edition: the contract has no edition 'c': give one of b, a, none$"):
        contract.edition("c", "--edition")


@pytest.mark.parametrize("name", ["none", "", "../up", "a b", "-x"])
def test_a_name_must_be_one(files: Files, tmp_path: Path, name: str) -> None:
    """It is the name of a file, and `none` means something else."""
    with pytest.raises(UsageError, match="is no name"):
        freeze(files.write(tmp_path), name, DAY)


def test_an_edition_never_changes(files: Files, tmp_path: Path) -> None:
    """A name that is taken is refused, and the file stays as it is."""
    directory = files.write(tmp_path)
    path = freeze(directory, "a", DAY)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="an edition never changes"):
        freeze(directory, "a", date(2027, 1, 1))
    assert path.read_bytes() == before
    assert json.loads(before)["frozen"] == "2026-12-01"


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "another/1"}', '{"format": "conformance-edition/1"}'])
def test_a_broken_edition_is_one_line(files: Files, tmp_path: Path, text: str) -> None:
    """It names the file."""
    directory = files.write(tmp_path)
    (directory / "editions").mkdir()
    (directory / "editions" / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"is not a contract \(editions/a\.json: ") as caught:
        read_contract(directory)
    assert "\n" not in str(caught.value)


def test_the_release_has_its_edition(files: Files, tmp_path: Path) -> None:
    """It comes with the contract, and is the one in force."""
    shutil.copytree(spec_directory() / "editions", tmp_path / "editions")
    assert read_contract(files.write(tmp_path)).editions.keys() == CONTRACT.editions.keys() >= {"0.1.0"}
