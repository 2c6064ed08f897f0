"""An edition: what was frozen, and how today's catalogue differs from it."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.clause import FORMAT, Catalogue, Clause, Edition, Level, edition_of, frozen
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
BOUNDS = {"maximum": 7, "minimum": 1}


@pytest.fixture
def files() -> Files:
    """The shipped contract, to be edited."""
    return shipped().copy()


def row(level: str = "must", sha256: str = "a") -> dict[str, str]:
    """A frozen row, as far as it is compared."""
    return {"level": level, "sha256": sha256}


def test_the_format_is_that_of_files_that_never_change() -> None:
    """Editions of every release carry it."""
    assert FORMAT == "conformance-edition/1"


@pytest.mark.parametrize(
    ("pointer", "part"),
    [
        pytest.param(None, None, id="no pointer"),
        pytest.param("#/paths/~1a", None, id="the path item"),
        pytest.param("#/paths/~1a/get", None, id="the operation"),
        pytest.param("#/paths/~1a/get/responses", [{"type": "integer"}, 1], id="a part of the operation"),
        pytest.param("#/bounds", {"maximum": 7, "minimum": 1}, id="a schema without its words"),
        pytest.param("#/named", {"properties": {"title": {}, "x": {"maximum": 7, "minimum": 1}}}, id="a member's name"),
        pytest.param("#/to", {"maximum": 7, "minimum": 1}, id="a reference"),
        pytest.param("#/loop", {"items": {"items": {"$ref": "#/loop"}}}, id="a schema that refers to itself"),
        pytest.param(
            "#/either", {"anyOf": [BOUNDS, {"anyOf": [BOUNDS, {"$ref": "#/either"}]}]}, id="and that in a list"
        ),
        pytest.param("#/odd", {"$ref": 1}, id="a reference that is none"),
        pytest.param("#/named/properties/x/maximum", 7, id="a bound"),
    ],
)
def test_a_row_is_frozen_with_a_hash_of_what_judges(pointer: str | None, part: object) -> None:
    """Of its check, its arguments and the part of openapi.yaml that it points to, references followed."""
    openapi: dict[str, Any] = {
        "paths": {"/a": {"get": {"responses": [{"type": "integer", "title": "A"}, 1]}}},
        "bounds": {"description": "d", "summary": "s", "title": "t", **BOUNDS},
        "named": {"properties": {"title": {"description": "a member"}, "x": BOUNDS}},
        "to": {"$ref": "#/via", "maximum": 8},
        "via": {"$ref": "#/bounds"},
        "loop": {"items": {"$ref": "#/again"}},
        "again": {"items": {"$ref": "#/loop"}},
        "either": {"anyOf": [{"$ref": "#/bounds"}, {"$ref": "#/either"}]},
        "odd": {"$ref": 1},
    }
    if pointer == "#/loop":
        part = {"items": {"items": {"items": {"$ref": "#/again"}}}}
    arguments = {"when": "é", "days": [date(2026, 1, 2)]}
    clause = Clause(
        "a.b", Level.SHOULD, "quoted", "URI", "q", "t", "s", "refused", ("403",), arguments=arguments, openapi=pointer
    )
    other = Clause("c.d", Level.MUST, "quoted", "URI", "q", "t", "s", "answered", ("403",))
    text = '["refused",{"days":["2026-01-02"],"when":"\\u00e9"},' + json.dumps(part, separators=(",", ":")) + "]"
    assert frozen(Catalogue("2026", (clause, other)), openapi) == {
        "a.b": {
            "level": "should",
            "check": "refused",
            "with": arguments,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        },
        "c.d": {
            "level": "must",
            "check": "answered",
            "with": {},
            "sha256": hashlib.sha256(b'["answered",{},null]').hexdigest(),
        },
    }


@pytest.mark.parametrize(
    ("was", "now", "level", "note", "lost"),
    [
        (row("must"), row("must"), "must", None, None),
        (row("silent"), row("silent"), "silent", None, None),
        (row("should"), row("must"), "should", "a should in edition e", None),
        (row("must"), row("silent"), "must", "a must in edition e", None),
        (row("silent"), row("must"), "silent", "a silent in edition e", None),
        (row("must"), row("must", "b"), "silent", "judged otherwise than in edition e", "must"),
        (row("must"), row("silent", "b"), "silent", None, "must"),
        (row("should"), row("must", "b"), "silent", "judged otherwise than in edition e", "should"),
        (None, row("must"), "silent", "not in edition e", None),
        (None, row("silent"), "silent", None, None),
        (row("should"), None, None, None, "should"),
    ],
)
def test_a_clause_counts_as_it_was_frozen(
    was: dict[str, str] | None, now: dict[str, str] | None, level: str | None, note: str | None, lost: str | None
) -> None:
    """One that is judged otherwise informs, and its promise of that day is lost. Silent ones need no note."""
    same = {"same": row()}
    edition = edition_of("e", same | ({"a": was} if was else {}), same | ({"a": now} if now else {}))
    assert edition == Edition(
        "e",
        {"same": Level.MUST} | ({"a": Level(level)} if level else {}),
        {"a": note} if note else {},
        {"a": Level(lost)} if lost else {},
    )
    assert edition.informs("a") == (note if level == "silent" else None)
    assert edition.informs("same") is None
    assert edition.dropped == (("a",) if now is None else ())


def test_a_malformed_row_of_an_edition_is_refused() -> None:
    """A level that is none, or no hash."""
    with pytest.raises(ValueError, match="may"):
        edition_of("e", {"a": row("may")}, {"a": row()})
    with pytest.raises(KeyError, match="sha256"):
        edition_of("e", {"a": {"level": "must"}}, {"a": row()})


def test_an_edition_may_differ_in_nothing() -> None:
    """Without notes and lost clauses there are none."""
    edition = Edition("e", {})
    assert (edition.notes, edition.lost, edition.dropped) == ({}, {}, ())


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
