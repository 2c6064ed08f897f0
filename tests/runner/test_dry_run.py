"""What a dry run says of the probes that it would not send."""

from __future__ import annotations

import io

from rich.console import Console

from conformance.runner.dry_run import dry_run
from conformance.runner.embedded import embedded_target
from tests.engine.sessions import preparation, target_with

HINT = "of them `--mutation any` would send: on loopback nobody is harmed"


def said(**options: object) -> str:
    """What a dry run prints for a target on loopback, and for one off it."""
    stream = io.StringIO()
    with embedded_target() as here:
        target = here if options.pop("loopback") else target_with()
        assert dry_run(preparation(target, **options), Console(file=stream, width=200)) == 0
    return stream.getvalue()


def test_a_dry_run_says_what_another_mutation_would_send() -> None:
    """Once, on loopback, and where that keeps anything back."""
    assert said(loopback=True, mutation="fixture").count(HINT) == 1
    others = (said(loopback=True, mutation="any"), said(loopback=False, mutation="fixture"))
    assert [text for text in others if HINT in text] == []
