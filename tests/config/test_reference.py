"""The tables of docs/configuration.md."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.config import reference
from conformance.config.options import RUN_OPTIONS
from conformance.config.reference import keys_table, options_table, refreshed
from conformance.config.tables import IAM, keys_of
from conformance.spec import load_contract

if TYPE_CHECKING:
    import pytest

CONTRACT = load_contract()
TARGET = keys_table(keys_of(CONTRACT))
IAM_TABLE = keys_table(IAM, variables=False)
PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_page_is_not_stale() -> None:
    """The page's tables are those of the options and keys (fix: python -m conformance.config.reference PAGE)."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == refreshed(page, CONTRACT)
    for table in (options_table(), TARGET, IAM_TABLE):
        assert table in page


def test_tables_have_a_row_for_each_option_and_key() -> None:
    """A table has a head, a rule, and one row for each option or key."""
    assert options_table().count("\n") == len(RUN_OPTIONS) + 2
    assert TARGET.count("\n") == len(keys_of(CONTRACT)) + 2
    assert IAM_TABLE.count("\n") == len(IAM) + 2


def test_option_row_says_all_about_it() -> None:
    """A row gives flag, key, variable, default and meaning; a bar within a cell is escaped."""
    rows = options_table().splitlines()
    assert (
        "| `--fail-on must\\|should` | `fail-on` | `CONFORMANCE_FAIL_ON` | must | "
        "The level of clause that makes the exit code 1. |" in rows
    )
    assert any("| `--select CLAUSE` |" in row and row.endswith(" Repeatable. |") for row in rows)
    assert any(row.startswith("| `--yes` | `yes` |") for row in rows)


def test_stale_page_is_refreshed_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module, started with a page, puts the tables between its marks and leaves the rest."""
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- iam -->\nstale\n<!-- end -->\nb\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["reference", str(page)])
    runpy.run_path(reference.__file__, run_name="__main__")
    assert page.read_text(encoding="utf-8") == f"a\n<!-- iam -->\n{IAM_TABLE}<!-- end -->\nb\n"
