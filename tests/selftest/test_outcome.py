"""The outcome of a self-test, in three forms."""

from __future__ import annotations

import io
import json

from rich.console import Console

from conformance.selftest import Selftest, Trial, as_json, as_markdown, show

CAUGHT = Trial("id-zero-accepted", frozenset({"path.repository_id.below-minimum"}), 426, 0.5, None)
MISSED = Trial("id-negative", frozenset(), 426, 0.5, None)
WIDE = Trial("success-is-ok", frozenset({"status.201", "state.first"}), 426, 0.5, None)
FINE = Trial("chunked", frozenset(), 426, 0.5, None)
FALSE = Trial("jittery", frozenset({"connection.dropped"}), 426, 0.5, None)
LOST = Trial("old-version", frozenset(), 1, 0.5, "the target went away")


def _shown(*trials: Trial, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width)
    show(Selftest(trials, 1, 2.0), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_all_is_well() -> None:
    """The matrix, and one line that counts."""
    said = _shown(CAUGHT, FINE)
    assert "path.repository_id.below-minimum" in said
    assert "1 of 1 faults caught, 0 of 2 with false positives; 1 variants, 852 requests, 2 s, seed 1" in said
    assert "wrongly" not in said
    assert Selftest((CAUGHT, FINE), 1, 2.0).proven


def test_a_narrow_terminal_cuts_no_id_off() -> None:
    """Nor broken at 80 columns; a table without rows is not there."""
    said = _shown(CAUGHT, width=60)
    assert "…" not in said
    assert "\n  path.repository_id.below-minimum " in _shown(CAUGHT, width=80)
    assert "variant  " not in said
    assert "fault  " not in _shown(FINE)


def test_mistakes_are_named() -> None:
    """Missed faults, false positives and missing verdicts, a line each."""
    said = _shown(CAUGHT, MISSED, WIDE, FINE, FALSE, LOST)
    assert "missed: id-negative: response.201.id.minimum did not fail." in said
    assert "false positive: jittery: connection.dropped." in said
    assert "no verdict: old-version: the target went away" in said


def test_json_has_it_all() -> None:
    """The rows, the faults that each clause failed on, and whether the suite is proven."""
    document = json.loads(as_json(Selftest((CAUGHT, MISSED, FALSE), 7, 2.04)))
    assert document["format"] == "conformance-selftest/1"
    assert (document["seed"], document["seconds"], document["proven"]) == (7, 2.0, False)
    assert document["missed"] == ["id-negative"]
    assert document["false_positives"] == {"jittery": ["connection.dropped"]}
    assert document["clauses"] == {"path.repository_id.below-minimum": ["id-zero-accepted"]}
    assert document["faults"][0] == {
        "id": "id-zero-accepted",
        "sentence": "Id 0 is a repository like any other and is answered 201.",
        "level": "must",
        "clause": "path.repository_id.below-minimum",
        "failed": ["path.repository_id.below-minimum"],
        "false_positives": [],
        "proven": True,
        "no_verdict": None,
        "requests": 426,
        "seconds": 0.5,
    }


def test_markdown_is_the_matrix() -> None:
    """Without anything that differs from run to run."""
    page = as_markdown(Selftest((CAUGHT, FINE), 1, 2.0))
    assert page == as_markdown(Selftest((CAUGHT, FINE), 1, 3.0))
    assert "| `id-zero-accepted` | must | Id 0 is a repository like any other and is answered 201. | **path." in page
    assert "| `path.repository_id.below-minimum` | 1: id-zero-accepted |" in page
    assert "| `chunked` |" in page
