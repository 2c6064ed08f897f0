"""The table of reports: each row is whole, and the documentation shows it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from conformance.report.formats import findings
from conformance.report.formats.registry import DEFAULT, FORMATS, ReportName, reports_table
from tests.report.formats.material import RECORDS, text

PAGE = Path(__file__).parents[3] / "docs" / "reports.md"


def test_every_name_has_a_row_and_every_module_of_a_report_is_in_one() -> None:
    """Files have names of their own."""
    assert set(FORMATS) == set(ReportName)
    assert len({one.file for one in FORMATS.values()}) == len(FORMATS)
    folder = Path(findings.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "findings", "registry"}
    makers = [one.maker.rpartition(".")[::2] for one in FORMATS.values() if one.maker]
    assert {module for module, _ in makers} >= {f"formats.{module}" for module in modules}
    assert all(hasattr(import_module(f"conformance.report.{module}"), function) for module, function in makers)


def test_the_default_set_is_small() -> None:
    """The reports that most users read."""
    assert {"html", "summary", "allure", "junit"} == set(DEFAULT)


def test_the_page_of_the_reports_shows_the_table() -> None:
    """Refresh it with `python -m conformance.config.reference docs/reports.md`."""
    assert f"<!-- reports -->\n{reports_table()}<!-- end -->" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.maker and name != "html"])
@pytest.mark.parametrize("case", ["non-conformant", "hostile"])
def test_a_report_ends_in_a_line_break_and_is_short(name: str, case: str) -> None:
    """A megabyte of an answer is in none; nothing in one steers a terminal or turns a line around."""
    assert case in RECORDS
    said = text(name, case)
    assert said.endswith("\n")
    assert len(said) < 300_000
    assert not set(said) & set("\x00\x1b\r\u202e\u2066")
