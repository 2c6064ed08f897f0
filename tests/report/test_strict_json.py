"""JSON that strict parsers read, with any value of a target."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

import orjson
import pytest

from conformance.report.strict_json import dumps, plain


class Kind(StrEnum):
    """A text with a name."""

    ONE = "one"


ODD = {
    "half a pair": ("a\ud800b", "a\ufffdb"),
    "the other half": ("\udc00", "\ufffd"),
    "two halves": ("\ud83d\ude00", "\ufffd\ufffd"),
    "a pair": ("\U0001f600", "\U0001f600"),
    "NUL": ("\0", "\0"),
    "infinite": (float("inf"), None),
    "no number": (float("nan"), None),
    "huge": (10**400, str(10**400)),
    "huge and negative": (-(10**400), str(-(10**400))),
    "large": (2**64, 2**64),
    "a flag": (True, True),
    "nothing": (None, None),
    "an enumeration": (Kind.ONE, "one"),
    "nested": ({"\ud800": [("\udfff", 1.5)]}, {"\ufffd": [["\ufffd", 1.5]]}),
}


@pytest.mark.parametrize(("value", "expected"), [pytest.param(*pair, id=name) for name, pair in ODD.items()])
def test_every_value_is_readable(value: object, expected: object) -> None:
    """Half a surrogate pair becomes U+FFFD, an infinite number null, a huge one a string; other values stay."""
    for ascii_only in (True, False):
        text = dumps({"value": value}, ensure_ascii=ascii_only)
        assert json.loads(text)["value"] == expected
        orjson.loads(text)
    assert plain(value) == expected


def test_options_are_those_of_json() -> None:
    """Order, indentation and separators."""
    assert dumps({"b": 1, "a": 2}, sort_keys=True, separators=(",", ":")) == '{"a":2,"b":1}'
    assert dumps([1], indent=1) == "[\n 1\n]"


def test_all_documents_are_written_strictly() -> None:
    """Only texts that are not JSON documents, such as a line of words or a key, use `json` itself."""
    package = Path(__file__).parents[2] / "conformance"
    layers = ("report", "history", "selftest", "runner", "engine")
    files = [path for layer in layers for path in (package / layer).rglob("*.py")] + list(package.glob("*.py"))
    found = {path.relative_to(package).as_posix() for path in files if "json.dump" in path.read_text(encoding="utf-8")}
    assert found == {
        "report/strict_json.py",
        "report/text_report.py",
        "history/trend/timeline.py",
        "engine/recorder.py",
        "engine/setup.py",
        "examples.py",
        "spec.py",
    }
