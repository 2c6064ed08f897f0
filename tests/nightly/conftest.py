"""A stand-in for the command `conformance`, which ends as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Writes a report unless REPORT is empty; CODE, SAID and COMPARED are how a run and a comparison end;
# AGAIN are the probes to send again, and RESENT is how that ends.
STAND_IN = """#!/bin/sh
echo "$*" >>asked
case $1 in
  history)
    [ "$3" != tonight ] || { [ "$KEPT" ] && exit 0; }
    [ "$BEFORE" ] || { echo "error: no such run" >&2; exit 2; }
    printf '%s  site at http://x\\nstarted\\n' "$BEFORE"
    ;;
  run)
    [ "${6-}" != --probe ] || { echo mistaken; exit "$RESENT"; }
    mkdir -p reports/site
    [ -z "$REPORT" ] ||
      printf '{\\n  "run": {\\n    "id": "tonight",\\n    %s\\n  }\\n}\\n' "$REPORT" >reports/site/report.json
    printf ' %s\\n\\nreports are there\\n' "$SAID"
    [ -z "${INTERRUPTED-}" ] || kill -"$INTERRUPTED" "$PPID"
    exit "$CODE"
    ;;
  compare)
    [ "$4" != --format ] || { printf '%s' "$AGAIN"; exit "$COMPARED"; }
    [ "$COMPARED" != 2 ] || echo "error: no such run" >&2; echo "${PAGE:-compared $2 $3}"; exit "$COMPARED"
    ;;
  allure) [ -z "$NO_NODE" ] || { echo "error: needs Node" >&2; exit 2; } ;;
esac
"""
# A night on which all is well.
USUAL = {
    "BEFORE": "before",
    "KEPT": "1",
    "REPORT": '"complete": true,',
    "SAID": "CONFORMANT site: kept",
    "CODE": "0",
    "COMPARED": "0",
    "NO_NODE": "",
    "AGAIN": "",
    "RESENT": "0",
    "NIGHTLY_PAUSE": "0",
}


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """The folder with the stand-in, below a directory to work in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "conformance"
    program.write_text(STAND_IN, encoding="utf-8")
    program.chmod(0o755)
    return folder
