"""Allure results as the page gets them: a copy in which accepted failures fail, and are resolved.

Allure 3 lists accepted failures with their reasons, and leaves them out of its quality; of a result that is skipped, as
ours are for every other reader, it knows nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.report.files import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["ACCEPTED", "AllureResults", "history_id", "test_case_id"]

ACCEPTED = "Accepted: "
"""The message of an accepted failure begins so in the copy; the reason follows."""
_XFAIL = "XFAIL accepted in the baseline: "  # pytest's word, and that of conformance.runner.case


@dataclass(frozen=True)
class AllureResults:
    """The results of one run.

    folder: they are in it.
    rows: each ``*-result.json``, by its name.
    digest: the same for the same results.
    executor, environment: of the run, as far as the files say.
    """

    folder: Path
    rows: Mapping[str, dict[str, Any]]
    digest: str
    executor: Mapping[str, Any]
    environment: Mapping[str, str]

    @classmethod
    def read(cls, place: Path) -> AllureResults:
        """Read them from a run's output directory, or its ``allure-results`` folder.

        Raises UsageError where there are none, or one is no JSON: Allure would leave it out without a word.
        """
        inner = place / "allure-results"
        folder = (inner if inner.is_dir() else place).absolute()
        if not folder.is_dir():
            raise UsageError(f"{place}: no such directory; give a run's output directory, which holds allure-results")
        digest, rows = hashlib.sha256(), {}
        for file in sorted(folder.glob("*-result.json")):
            content = file.read_bytes()
            digest.update(content)
            rows[file.name] = _object(content, f"{file}: no JSON, so the page would lack it; remove it, or run again")
        if not rows:
            raise UsageError(f"{place}: holds no Allure results (*-result.json); give a run's output directory")
        executor = folder / "executor.json"
        said = _object(executor.read_bytes(), f"{executor}: no JSON") if executor.is_file() else {}
        return cls(folder, rows, digest.hexdigest(), said, _environment(folder / "environment.properties"))

    @property
    def title(self) -> str:
        """The name of the page: the target, or the name that another program gave, and the verdict with its reason."""
        given = None if self.run else self.executor.get("reportName")
        name = str(given or self.environment.get("target") or "Conformance report")
        said = [self.environment[key] for key in ("verdict", "reason") if key in self.environment]
        return f"{name}: {', '.join(said)}" if said else name

    @property
    def verdict(self) -> str:
        """The verdict in words; empty where the files do not say."""
        return self.environment.get("verdict", "")

    @property
    def run(self) -> str | None:
        """The id of the run; None where another program wrote ``executor.json``."""
        return str(self.executor["buildName"]) if self.executor.get("type") == "conformance" else None

    @property
    def cases(self) -> dict[str, tuple[str, str]]:
        """The tests by their ``ALLURE_ID``: the names of their points in Allure's history, and their titles."""
        return {case: (history_id(row), str(row.get("name", case))) for row in self.rows.values() if (case := _id(row))}

    @property
    def resolutions(self) -> list[dict[str, Any]]:
        """The accepted failures as rules of Allure 3, one for each reason."""
        cases: dict[str, list[str]] = {}
        for row in self.rows.values():
            if (reason := _reason(row)) is not None and (case := _id(row)):
                cases.setdefault(reason, []).append(case)
        return [
            {"resolution": "accepted", "comment": reason, "testCaseId": sorted(ids)}
            for reason, ids in sorted(cases.items())
        ]

    def copy(self, to: Path) -> None:
        """Copy everything to a folder, by links where they can be made. OSError where that fails."""
        to.mkdir(parents=True)
        for file in self.folder.iterdir():
            row = self.rows.get(file.name)
            if row and (reason := _reason(row)) is not None:
                (to / file.name).write_text(dumps(_failed(row, reason)), encoding="utf-8")
            elif file.is_file():
                _link(file, to / file.name)


def test_case_id(case: str) -> str:
    """Allure's id of a test that has an ``ALLURE_ID``."""
    return _md5(f"ALLURE_ID={case}")


def history_id(row: Mapping[str, Any]) -> str:
    """The name of a result among those of other runs, as Allure 3 makes it: of its id and its parameters."""
    parameters = sorted((one["name"], one["value"]) for one in row.get("parameters", ()) if not one.get("excluded"))
    case = _id(row)
    own = test_case_id(case) if case else _md5(str(row.get("fullName", "")))
    return f"{own}.{_md5(','.join(f'{name}:{value}' for name, value in parameters))}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _id(row: Mapping[str, Any]) -> str | None:
    return next((one["value"] for one in row.get("labels", ()) if one["name"] == "ALLURE_ID"), None)


def _reason(row: Mapping[str, Any]) -> str | None:
    """The reason for which the baseline accepts that a test fails; None where it does not."""
    message = str(row.get("statusDetails", {}).get("message", ""))
    first = message.partition("\n")[0]
    return first.removeprefix(_XFAIL) or "no reason given" if first.startswith(_XFAIL) else None


def _failed(row: dict[str, Any], reason: str) -> dict[str, Any]:
    details = row["statusDetails"]
    rest = details["message"].partition("\n")[2]
    return {**row, "status": "failed", "statusDetails": {**details, "message": f"{ACCEPTED}{reason}\n{rest}"}}


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def _object(content: bytes, words: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        raise UsageError(words) from None
    return data if isinstance(data, dict) else {}


def _environment(file: Path) -> dict[str, str]:
    """The values of a Java properties file, as `conformance.report.allure_results` writes it."""
    text = file.read_text(encoding="latin-1") if file.is_file() else ""
    rows = re.findall(r"^((?:[^=\\\n]|\\.)+)=(.*)$", text, re.MULTILINE)
    return {name.replace("\\ ", " "): value.replace("\\\\", "\\") for name, value in rows}
