"""The trend page as a file."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import UsageError
from conformance.history.trend.page import page_text, write_page
from conformance.report.allure_program import find_node

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = {"text": "</script><!-- <script> \ud800 /*script*/"}


def test_data_cannot_end_their_element() -> None:
    """Nor bring another script in; characters that are none in UTF-8 are escaped."""
    quiet, hostile = page_text({"text": ""}), page_text(HOSTILE)
    for part in ("</script>", "<script", "<!--"):
        assert hostile.count(part) == quiet.count(part)
    assert hostile.encode().decode() == hostile
    assert "\\u003c/script>" in hostile


def test_nothing_is_fetched() -> None:
    """Everything is in the file, and its policy allows nothing else."""
    text = page_text({})
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert not re.findall(r"https?://|\b(?:src|href)=|@import|url\(", text)


def test_the_script_is_one(tmp_path: Path) -> None:
    """Its files stand in one element: no name is declared in two of them, and Node can read the whole."""
    script = max(re.findall(r"<script>(.*?)</script>", page_text({}), re.DOTALL), key=len)
    (tmp_path / "page.js").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [find_node().executable, "--check", tmp_path / "page.js"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """A place that cannot be written is one line."""
    write_page({}, tmp_path / "trend.html")
    assert [path.name for path in tmp_path.iterdir()] == ["trend.html"]
    with pytest.raises(UsageError, match=r"--output: .*name another file") as caught:
        write_page({}, tmp_path / "no" / "trend.html")
    assert "\n" not in str(caught.value)
