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
    with pytest.raises(ValueError, match="twice"):
        catalogue(ROW, ROW)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        pytest.param(ROW | {"level": "may"}, ValueError, id="an unknown level"),
        pytest.param(ROW | {"colour": "red"}, TypeError, id="an unknown member"),
        pytest.param({**ROW, "accepted": None}, TypeError, id="no list of what is accepted"),
        pytest.param({"id": "a.b", "level": "must", "accepted": ["201"]}, TypeError, id="members missing"),
        pytest.param({"id": "a.b", "level": "must"}, KeyError, id="nothing accepted"),
    ],
)
def test_a_malformed_row_is_refused(row: dict[str, Any], error: type[Exception]) -> None:
    """A level or member that is not known is a mistake that is found when the file is read."""
    with pytest.raises(error):
        catalogue(row)
