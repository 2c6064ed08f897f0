"""Agreement with oasdiff, the field's tool for breaking changes, on edits of the shipped page as OpenAPI 3.0.

It is a program in Go that PyPI, npm and Debian do not have: it is looked for on the path. So far this test has only
been skipped: `OTHERWISE` follows oasdiff's documentation.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from conformance.contract.openapi import openapi_3_0
from conformance.document.differences import Change
from conformance.document.files import page_of
from conformance.document.openapi import openapi
from tests.document.edits import EDITS
from tests.document.test_reader import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

OASDIFF = shutil.which("oasdiff")
OTHERWISE = {
    "condition": "OpenAPI has no word for it",
    "characters-in-words": "OpenAPI has no word for it",
    "bound-under-a-condition": "OpenAPI has no word for it",
    "integer-with-a-fraction": "oasdiff counts a wider type of an answer as breaking, here it is a widening",
    "status-of-success": "oasdiff counts a success that is gone as breaking, here it is a lost promise and a widening",
    "default-of-the-token": "oasdiff counts a default of what is mandatory",
    "id-deprecated": "oasdiff asks for a date on which what is deprecated ends",
}
"""Edits that the two mean differently, or that one of them cannot see."""
COMPARED = [one for one in EDITS if one.name not in OTHERWISE]


def test_edits_to_be_compared_are_many() -> None:
    """At least 40 of them, of which a third is breaking."""
    assert len(COMPARED) >= 40
    assert sum(any(change is Change.BREAKING for change, _ in one.differences) for one in COMPARED) >= 13
    assert OTHERWISE.keys() <= {one.name for one in EDITS}


@pytest.mark.nightly
@pytest.mark.skipif(OASDIFF is None, reason="no oasdiff on the path: PyPI, npm and Debian do not have it")
def test_a_breaking_edit_is_one_for_oasdiff_too(tmp_path: Path) -> None:
    """Widenings, new and lost promises are at most warnings to it."""
    source = SHIPPED.read_text(encoding="utf-8")
    before = written(tmp_path / "before.json", source)
    said = {one.name: breaking(before, written(tmp_path / "after.json", one.of(source))) for one in COMPARED}
    meant = {one.name: any(change is Change.BREAKING for change, _ in one.differences) for one in COMPARED}
    assert {name: found for name, found in said.items() if found != meant[name]} == {}


def written(path: Path, text: str) -> Path:
    """A page as OpenAPI 3.0."""
    page = path.with_suffix(".txt")
    page.write_text(text, encoding="utf-8")
    path.write_text(json.dumps(openapi_3_0(openapi(page_of(page)))), encoding="utf-8")
    return path


def breaking(before: Path, after: Path) -> bool:
    """Whether oasdiff finds an error between two files."""
    asked = [str(OASDIFF), "breaking", "--fail-on", "ERR", str(before), str(after)]
    done = subprocess.run(asked, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode == 1
