"""Reports made again from the report.json and traffic.har of a run, byte for byte as the run did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.exceptions import NoVerdict, UsageError
from conformance.places import read_bounded
from conformance.report.files import unwritten, write_text
from conformance.report.formats.registry import DEFAULT, FORMATS, Sources, make
from conformance.report.report_json import FORMAT
from conformance.runner.reports import Reports, har_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.contract.contract import Contract
    from conformance.report.formats.registry import ReportName

__all__ = ["remake"]

_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def remake(directory: Path, asked: Sequence[ReportName], contract: Contract) -> Iterator[Path]:
    """Write the reports that are asked for, by default those of a run, to the run's output directory; yield each path.

    Raises UsageError where the directory does not hold what they are made of, NoVerdict where one cannot be written.
    """
    for name in asked:
        if FORMATS[name].module is None:
            raise UsageError(f"--report {name}: only a run can write it: `conformance run --report {name}`")
    chosen = asked or tuple(name for name in DEFAULT if FORMATS[name].module)
    data = _report(directory / "report.json")
    needs = {need for name in chosen for need in FORMATS[name].needs}
    sources = Sources(data, _har(directory / "traffic.har", data) if "har" in needs else {}, contract)
    texts = {name: _made(name, sources, directory) for name in chosen}
    reports = Reports(directory, chosen)
    reports.begin()
    try:
        for name, text in texts.items():
            path = directory / FORMATS[name].file
            try:
                write_text(path, text)
            except OSError as error:
                raise NoVerdict(unwritten(path, error)) from error
            yield path
    finally:
        reports.end()


def _report(path: Path) -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = json.loads(read_bounded(path))
        known = data["format"] == FORMAT
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: name the output directory of a run") from error
    except _DAMAGED:
        known = False
    if not known:
        raise UsageError(f"{path} is no {FORMAT}: name the output directory of a run")
    return data


def _har(path: Path, data: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        har = har_of(path)
        same = har["log"]["_conformance"]["id"] == data["run"]["id"]
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: it belongs beside the run's report.json") from error
    except _DAMAGED as error:
        raise UsageError(f"{path} is no traffic file of this suite: put the run's own there") from error
    if not same:
        raise UsageError(f"{path} is of another run than the report.json beside it: put the run's own there")
    return har


def _made(name: ReportName, sources: Sources, directory: Path) -> str:
    try:
        return make(name, sources)
    except _DAMAGED as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())[:100]
        why = "report.json is damaged, or of another version of the suite: use that version"
        raise UsageError(f"{directory}: {name} cannot be made ({words}): {why}") from error
