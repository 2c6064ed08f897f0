"""The operation in three frameworks; docs/independent-targets.md says what the suite finds, and whether it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.spec import load_contract
from tests.independent.naive.judged import JUDGED
from tests.independent.naive.section import judged_by, table_of
from tests.independent.naive.serving import NAMES
from tests.independent.page import PAGE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.nightly
@pytest.mark.parametrize("name", NAMES)
def test_each_clause_that_a_naive_server_fails_is_judged(name: str, tmp_path: Path) -> None:
    """The page's table has the clauses that failed, no more and no fewer."""
    ran = judged_by(name, tmp_path)
    assert ran.code == 1, ran.out
    assert ran.report["run"]["complete"] is True
    assert ran.clauses("fail") == set(JUDGED[name])


def test_the_page_has_every_judgement() -> None:
    """Its tables are those of `judged.py`, of clauses that exist; each is true or arguable, none is false."""
    clauses = {clause.id for clause in load_contract().catalogue}
    text = PAGE.read_text(encoding="utf-8")
    wrong = [
        f"{name} {clause}: {judged}"
        for name in NAMES
        for clause, (judged, _) in JUDGED[name].items()
        if judged not in {"true", "arguable"} or clause not in clauses
    ]
    assert not wrong
    assert {name: table_of(name, text) for name in NAMES} == {name: set(JUDGED[name]) for name in NAMES}
