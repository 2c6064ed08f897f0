"""The verdict as a badge in SVG, and as the endpoint from which shields.io draws one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.files import dumps
from conformance.report.formats.findings import NO_VERDICT, STALE, verdict_of

if TYPE_CHECKING:
    from conformance.report.formats.findings import Report

__all__ = ["COLOURS", "LABEL", "endpoint", "render"]

_LETTER, _MARGIN = 6.5, 6  # pixels; `textLength` fits the words whatever the font
_BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{label}: {verdict}">
<title>{label}: {verdict}</title>
<clipPath id="r"><rect width="{whole}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3d444d"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="{margin}" y="14" textLength="{label_length}">{label}</text>
<text x="{start}" y="14" textLength="{verdict_length}">{verdict}</text></g>
</svg>
"""
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
    """The badge; its words are of a fixed list, and nothing of the target is in it."""
    verdict = verdict_of(report)[0]
    label_length, verdict_length = (round(len(words) * _LETTER) for words in (LABEL, verdict))
    left, right = label_length + 2 * _MARGIN, verdict_length + 2 * _MARGIN
    return _BADGE.format(
        label=LABEL,
        verdict=verdict,
        colour=COLOURS[verdict],
        whole=left + right,
        left=left,
        right=right,
        margin=_MARGIN,
        start=left + _MARGIN,
        label_length=label_length,
        verdict_length=verdict_length,
    )


def endpoint(report: Report) -> str:
    """The endpoint's answer."""
    verdict = verdict_of(report)[0]
    colour = COLOURS[verdict].removeprefix("#")
    return dumps({"schemaVersion": 1, "label": LABEL, "message": verdict, "color": colour}, indent=2) + "\n"
