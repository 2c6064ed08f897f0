"""The page of a real run; ``python -m tests.report.page.picture docs/page.png`` makes the README's picture of it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from conformance.mock.faults import FAULTS
from tests.chromium import Chromium
from tests.runner.command import site

_FAULT = "id-wraps-at-32-bits"


def broken_page(directory: Path) -> Path:
    """The page of a run that finds a fault which the run before did not find."""
    options = ("--history", "history.db", "--profile", "smoke")
    with site(directory) as target:
        assert target.run(*options).code == 0
    with site(directory, FAULTS[_FAULT].make()) as target:
        ran = target.run(*options)
    assert ran.code == 1, ran.out + ran.err
    assert ran.out.endswith("page            reports/index.html\n")
    return ran.reports / "index.html"


def take(page: Path, picture: Path) -> None:
    """Write the first screen of a page as a PNG."""
    with Chromium(1280, 900) as browser:
        browser.open(page)
        browser.picture(picture)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        take(broken_page(Path(folder)), Path(sys.argv[1]).absolute())
