"""The coverage of the shipped contract both ways, and the page docs/coverage.md."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.contract.clause import Catalogue
from conformance.explain.coverage import coverage_of, covered, markdown
from conformance.spec import load_contract, read_contract

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
CONTRACT = load_contract()
COVERED = coverage_of(CONTRACT)


def test_the_page_is_not_stale() -> None:
    """docs/coverage.md is what `conformance clauses --coverage` prints today."""
    assert PAGE.read_text(encoding="utf-8") == markdown(COVERED)


def test_nothing_is_covered_by_nothing() -> None:
    """Each line has a clause or a reason, each clause probes and faults, each keyword both sides."""
    assert COVERED.gaps == []


@pytest.mark.parametrize("example", ["cluster-labels", "read-back"])
def test_nothing_of_an_example_is_covered_by_nothing(example: str) -> None:
    """Its page and its openapi.yaml have no gap either; no mock serves it, so that faults prove nothing of it."""
    found = coverage_of(read_contract(PAGE.parents[1] / "examples" / example))
    assert found.gaps == []
    assert "**nothing**" not in markdown(found)


def test_a_line_without_a_reason_is_a_gap() -> None:
    """Without `unquoted` the sentences that no clause quotes are named with their lines."""
    catalogue = replace(CONTRACT.catalogue, unquoted={})
    found = covered(replace(CONTRACT, catalogue=catalogue), COVERED.probes, COVERED.faults)
    assert [gap.split(":")[0] for gap in found.gaps] == [f"line {line}" for line in (12, 36, 66, 282, 283, 284, 285)]
    assert "**7 are covered by nothing.**" in markdown(found)


def test_a_clause_that_is_gone_uncovers_its_lines_and_keywords() -> None:
    """Without the clause of the shape of an id neither its type nor the row of the table is covered."""
    rows = tuple(one for one in CONTRACT.catalogue if one.section != "Table 1 / repository_id")
    catalogue = Catalogue("", rows, unquoted=CONTRACT.catalogue.unquoted)
    gaps = covered(replace(CONTRACT, catalogue=catalogue), COVERED.probes, COVERED.faults).gaps
    assert [gap.split(":")[0] for gap in gaps if gap.startswith("line")] == [f"line {one}" for one in (28, 30, 32, 44)]
    assert {gap.rpartition("/")[2].split(":")[0] for gap in gaps if gap.startswith("#")} == {
        "required", "type", "minimum", "maximum",
    }  # fmt: skip


def test_a_clause_without_probe_or_fault_is_a_gap() -> None:
    """A clause that nothing sends, or that nothing proves, is named."""
    gaps = covered(CONTRACT, {}, {}).gaps
    assert "path.repository_id.type: no probe tests it" in gaps
    assert "path.repository_id.type: no fault of the mock proves it" in gaps


def test_the_command_ends_with_1_where_there_is_a_gap(tmp_path: Path) -> None:
    """A contract whose page says more than it quotes has gaps, each a line of standard error."""
    for name in ("openapi.yaml", "document/associate-remote-mirror.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((Path("spec") / name).read_bytes())
    rows = Path("spec/clauses.yaml").read_text(encoding="utf-8")
    head, _, rest = rows.partition("unquoted:")
    (tmp_path / "clauses.yaml").write_text(head + "clauses:" + rest.partition("\nclauses:")[2], encoding="utf-8")
    result = CliRunner().invoke(cli, ["clauses", "--coverage", "--spec", str(tmp_path)], standalone_mode=False)
    assert result.return_value == 1
    assert "line 12: You can debug this API" in result.stderr
