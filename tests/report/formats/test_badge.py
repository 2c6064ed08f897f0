"""The badge, as SVG and as an endpoint of shields.io."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from conformance.report.formats.badge import COLOURS
from tests.report.formats.material import VERDICTS, text


@pytest.mark.parametrize(("case", "verdict"), VERDICTS.items())
def test_it_shows_the_verdict_and_nothing_of_the_target(case: str, verdict: str) -> None:
    """In the colour of the verdict; only one that holds is green, and none at all is grey."""
    shown = ET.fromstring(text("badge", case))  # noqa: S314 - made by this suite
    told = json.loads(text("shields", case))
    assert shown.get("aria-label") == f"conformance: {verdict}"
    assert told == {"schemaVersion": 1, "label": "conformance", "message": verdict, "color": COLOURS[verdict][1:]}
    assert COLOURS[verdict] in [one.get("fill") for one in shown.iter()]
    assert (COLOURS[verdict] == "#1a7f37") is (verdict == "conformant")
    assert (COLOURS[verdict] == "#59636e") is (verdict == "no verdict")


@pytest.mark.parametrize("colour", [*COLOURS.values(), "#3d444d"])
def test_white_words_can_be_read_on_it(colour: str) -> None:
    """A contrast of 4.5 (WCAG 2.2, 1.4.3)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5
