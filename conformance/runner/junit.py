"""What JUnit's report says beside outcomes: the clause and its title of each test, and the run as properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _pytest.junitxml import xml_key

if TYPE_CHECKING:
    import pytest
    from _pytest.junitxml import LogXML

    from conformance.report.record import RunRecord
    from conformance.runner.case import Case

__all__ = ["describe_run", "name_test", "without_path"]


def name_test(item: pytest.Item, case: Case) -> None:
    """Name a test in the report by its clause and its title; `probe` and `level` are properties of it."""
    xml = _report(item.config)
    if xml is None:
        return
    test = xml.node_reporter(item.nodeid)
    test.add_attribute("classname", case.clause.id if case.clause else case.probe)
    test.add_attribute("name", case.headline)
    item.user_properties += [("probe", case.probe), *([("level", case.clause.level.value)] if case.clause else [])]


def describe_run(config: pytest.Config, record: RunRecord) -> None:
    """Say in the report which run it is of, as properties of the whole; before it is written."""
    xml = _report(config)
    if xml is None:
        return
    about = record.about
    properties: dict[str, object] = {
        "target": about.target_name,
        "base_url": about.base_url,
        "verdict": record.summary.conclusion.value,
        **({"no_verdict": about.no_verdict} if about.no_verdict else {}),
        "run_id": about.id,
        "seed": about.seed,
        "profile": about.profile,
        "requests": about.requests,
    }
    for name, value in properties.items():
        xml.add_global_property(name, str(value))


def without_path(item: pytest.Item, report: pytest.TestReport) -> None:
    """Let a test that was skipped say where it stands in the suite, not on this machine."""
    if report.skipped and isinstance(report.longrepr, tuple):
        _, line, reason = report.longrepr
        report.longrepr = (f"conformance/suite/{item.path.name}", line, reason)


def _report(config: pytest.Config) -> LogXML | None:
    return config.stash.get(xml_key, None)
