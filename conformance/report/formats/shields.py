"""The verdict for shields.io, which draws a badge of this endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.formats.findings import NO_VERDICT, STALE, verdict_of
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from conformance.report.formats.findings import Report

__all__ = ["COLOURS", "LABEL", "render"]

LABEL = "conformance"
COLOURS = {
    "conformant": "#1a7f37",
    "partial": "#8a6100",
    "non-conformant": "#cf222e",
    STALE: "#cf222e",
    NO_VERDICT: "#59636e",
}
"""The background by verdict; white text on each has a contrast of 4.5 or more."""


def render(report: Report) -> str:
    """The endpoint's answer."""
    verdict = verdict_of(report)[0]
    colour = COLOURS[verdict].removeprefix("#")
    return dumps({"schemaVersion": 1, "label": LABEL, "message": verdict, "color": colour}, indent=2) + "\n"
