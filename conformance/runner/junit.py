"""What JUnit's report says beside outcomes: the clause and its title of each test, and the run as properties."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from _pytest.junitxml import xml_key

from conformance.report.words import reach_words

if TYPE_CHECKING:
    import pytest
    from _pytest.junitxml import LogXML

    from conformance.report.record import RunRecord
    from conformance.runner.case import Case

__all__ = ["add_error", "describe_run", "name_test", "report_of", "without_path", "write_again"]


def name_test(item: pytest.Item, case: Case) -> None:
    """Name a test in the report by its clause and its title; `probe` and `level` are properties of it."""
    xml = report_of(item.config)
    if xml is None:
        return
    test = xml.node_reporter(item.nodeid)
    test.add_attribute("classname", case.clause.id if case.clause else case.probe)
    test.add_attribute("name", case.headline)
    item.user_properties += [("probe", case.probe), *([("level", case.clause.level.value)] if case.clause else [])]


def describe_run(config: pytest.Config, record: RunRecord) -> None:
    """Say in the report which run it is of, as properties of the whole; before it is written."""
    xml = report_of(config)
    if xml is None:
        return
    about = record.about
    properties: dict[str, object] = {
        "target": about.target_name,
        "base_url": about.base_url,
        "verdict": record.summary.conclusion.value,
        **({"no_verdict": about.no_verdict} if about.no_verdict else {}),
        **({"sent": reach} if (reach := reach_words(about)) else {}),
        "run_id": about.id,
        "seed": about.seed,
        "profile": about.profile,
        "requests": about.requests,
    }
    for name, value in properties.items():
        xml.add_global_property(name, str(value))


def add_error(config: pytest.Config, name: str, words: str) -> None:
    """Add an error that belongs to no test."""
    xml = report_of(config)
    if xml is not None:
        xml.node_reporter(name).attrs.update(classname=name.partition("::")[0], name=name.rpartition("::")[2])
        xml.node_reporter(name)._add_simple("error", words, words)  # noqa: SLF001 - as pytest adds its internal error


def write_again(config: pytest.Config) -> None:
    """Write the report once more where it was put, with what was added since. OSError where that cannot be done."""
    xml = report_of(config)
    if xml is not None and Path(xml.logfile).is_file():
        xml.pytest_sessionfinish()


def without_path(item: pytest.Item, report: pytest.TestReport) -> None:
    """Let a test that was skipped say where it stands in the suite, not on this machine."""
    if report.skipped and isinstance(report.longrepr, tuple):
        _, line, reason = report.longrepr
        report.longrepr = (f"conformance/suite/{item.path.name}", line, reason)


def report_of(config: pytest.Config) -> LogXML | None:
    """The plugin that writes JUnit's report, if one does."""
    return config.stash.get(xml_key, None)
