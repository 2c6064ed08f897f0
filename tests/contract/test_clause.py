"""A row of the catalogue is read whole, and a malformed one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.clause import Catalogue, Clause, Level

ROW: dict[str, Any] = {
    "id": "a.b", "level": "must", "basis": "quoted", "section": "URI", "quote": "q", "title": "t", "sent": "s",
    "check": "answered", "accepted": ["201", "403"],
}  # fmt: skip


def catalogue(*rows: dict[str, Any]) -> Catalogue:
    """The catalogue of these rows."""
    return Catalogue.from_data({"revision": "2026-04-28", "title": "The page", "clauses": rows})


def test_a_row_has_what_the_file_says() -> None:
    """An optional part that a row leaves out is empty there."""
    assert catalogue(ROW) == Catalogue(
        revision="2026-04-28",
        clauses=(
            Clause(
                "a.b",
                Level.MUST,
                "quoted",
                "URI",
                "q",
                "t",
                "s",
                "answered",
                ("201", "403"),
                openapi=None,
                needs=(),
                note=None,
            ),
        ),
        title="The page",
    )
    assert (
        Clause("a.b", Level.MUST, "quoted", "URI", "q", "t", "s", "answered", ("201", "403")) == catalogue(ROW)["a.b"]
    )
    more = {"openapi": "#/paths", "needs": ["token", "a | b"], "note": "n"}
    row = catalogue(ROW | more)["a.b"]
    assert (row.openapi, row.needs, row.note) == ("#/paths", ("token", "a | b"), "n")


def test_a_row_is_given_back_as_the_file_has_it() -> None:
    """With its arguments under `with`, and optional parts that were left out."""
    more = {"openapi": "#/paths", "needs": ["token", "a | b"], "note": "n", "with": {"status": 403}}
    assert catalogue(ROW | more)["a.b"].row == ROW | more
    assert catalogue(ROW)["a.b"].row == ROW | {"openapi": None, "needs": [], "note": None, "with": {}}
    assert catalogue(ROW | {"with": {}})["a.b"] == catalogue(ROW)["a.b"]


def test_a_clause_is_a_key_whatever_its_arguments() -> None:
    """Clauses stand in sets and mappings, and their arguments hold lists."""
    one, other = catalogue(ROW | {"with": {"statuses": [403]}}, ROW | {"id": "c.d"})
    assert {one, one, other} == {other, one}


def test_the_head_of_the_file_is_kept() -> None:
    """Headings by section, and the reason for each passage that no clause quotes; both may be left out."""
    data = {"revision": "2026-04-28", "title": "The page", "clauses": [ROW]}
    for empty in ({}, {"sections": None, "unquoted": None}, {"sections": {}, "unquoted": []}):
        bare = Catalogue.from_data(data | empty)
        assert (bare.revision, bare.title, bare.sections, bare.unquoted) == ("2026-04-28", "The page", {}, {})
    unquoted = [{"quote": "q", "reason": "r"}, {"quote": "s", "reason": "t"}]
    whole = Catalogue.from_data(data | {"sections": {"URI": "The URI"}, "unquoted": unquoted})
    assert (whole.sections, whole.unquoted) == ({"URI": "The URI"}, {"q": "r", "s": "t"})
    assert (Catalogue("2026", ()).title, Catalogue("2026", ()).sections) == ("", {})


def test_clauses_are_found_by_check_and_arguments() -> None:
    """Those not named are open, and None stands for one that a clause does not have; the order is the file's."""
    rows = {
        "a": ("answered", {}), "b": ("refused", {"parameter": "p", "when": "missing"}),
        "c": ("refused", {"parameter": "q"}), "d": ("refused", {"parameter": "p"}),
    }  # fmt: skip
    found = catalogue(*(ROW | {"id": name, "check": check, "with": own} for name, (check, own) in rows.items()))
    for _ in range(2):  # the second time from memory
        assert found.ids("answered") == ("a",)
        assert found.ids("refused") == ("b", "c", "d")
        assert found.ids("refused", parameter="p") == ("b", "d")
        assert found.ids("refused", parameter="q") == ("c",)
        assert found.ids("refused", parameter="p", when=None) == ("d",)
        assert found.ids("refused", parameter="p", when="missing") == ("b",)
        assert found.ids("answered", parameter="p") == ()
        assert found.ids("absent") == ()


def test_levels_have_the_words_of_the_file() -> None:
    """They stand in clauses.yaml and in report.json as they are."""
    assert [*Level] == ["must", "should", "silent"]


def test_ids_lead_to_their_clauses() -> None:
    """A clause is found by its id; the catalogue has a length, and the order of the file."""
    of_two = catalogue(ROW, ROW | {"id": "c.d"}, ROW | {"id": "b.c"})
    assert len(of_two) == 3
    assert [clause.id for clause in of_two] == ["a.b", "c.d", "b.c"]
    assert list(of_two.by_id) == ["a.b", "c.d", "b.c"]
    assert of_two["c.d"] is of_two.clauses[1]
    with pytest.raises(KeyError):
        of_two["d.e"]


def test_an_id_that_stands_twice_is_refused() -> None:
    """Two rows with one id are a mistake that is found when the file is read."""
    with pytest.raises(ValueError, match=r"^clauses\.yaml: c\.d: an id stands twice in the catalogue$"):
        catalogue(ROW, ROW | {"id": "c.d"}, ROW | {"id": "c.d"}, ROW | {"id": "b.c"})


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        pytest.param(ROW | {"level": "may"}, ValueError, "'may' is not a valid Level", id="an unknown level"),
        pytest.param(ROW | {"colour": "red"}, TypeError, "argument 'colour'", id="an unknown member"),
        pytest.param({**ROW, "accepted": None}, TypeError, "^accepted: give a list$", id="no list of what is accepted"),
        pytest.param({**ROW, "with": "p"}, TypeError, "^with: give a mapping, {parameter: p", id="no mapping"),
        pytest.param({"id": "a.b", "level": "must", "accepted": []}, TypeError, "'basis'", id="members missing"),
        pytest.param({"id": "a.b", "level": "must"}, KeyError, "accepted", id="nothing accepted"),
        pytest.param({"id": "a.b", "accepted": []}, KeyError, "level", id="no level"),
    ],
)
def test_a_malformed_row_is_refused(row: dict[str, Any], error: type[Exception], words: str) -> None:
    """A level or member that is not known is a mistake that is found when the file is read."""
    with pytest.raises(error, match=words):
        catalogue(row)
