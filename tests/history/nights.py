"""Nights that were played on the mock: what the suite said of an application, with its traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.engine.rejudge import rejudge
from conformance.history.runs import Entry
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.report.har import parse_traffic
from conformance.selftest import judge_application
from conformance.spec import load_contract

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.mock import Application


def application(name: str) -> Application | None:
    """The fault or variant of this id; None, the mock itself, for the empty one."""
    subject = FAULTS.get(name) or VARIANTS.get(name)
    return subject.make() if subject else None


def played(name: str, directory: Path, profile: str = "smoke", seed: int = 1) -> Entry:
    """A night on the fault or variant of this id."""
    har = directory / f"{name or 'mock'}-{seed}.har"
    judge_application(application(name), har, profile=profile, seed=seed)
    raw = har.read_bytes()
    return Entry.of(rejudge(parse_traffic(raw, name), load_contract()), raw)
