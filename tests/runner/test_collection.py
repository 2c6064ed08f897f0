"""Garbage is collected, but seldom."""

from __future__ import annotations

import gc

from conformance.runner.collection import collect_seldom


def test_cycles_are_still_collected() -> None:
    """Later than by default."""
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        collect_seldom()
        assert gc.isenabled()
        assert 700 < gc.get_threshold()[0] <= 100_000
    finally:
        gc.set_threshold(*before)
