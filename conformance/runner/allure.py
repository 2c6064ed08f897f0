"""Plugins of Allure. That of `conformance run` writes results, and equal attachments as one file by several names.

allure-pytest writes the same, and follows fixtures, steps and containers besides; that took longer than all other
reports together. Where users run pytest themselves, it is theirs, and writes the results.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any

import allure_commons
import pluggy
import pytest

from conformance.report.files import dumps, unwritten

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

_hook = allure_commons.hookimpl
_around = pluggy.HookimplMarker("allure")(wrapper=True)  # the same, with types


class AllurePlugin:
    """A plugin of Allure.

    Attributes:
        trouble: Why the results are incomplete, or None.
    """

    def __init__(self) -> None:
        self.trouble: str | None = None

    def begin(self) -> None:
        """Listen to Allure; a second call does nothing."""
        if not allure_commons.plugin_manager.is_registered(self):
            allure_commons.plugin_manager.register(self)

    def end(self) -> None:
        """Listen no more; a second call does nothing."""
        if allure_commons.plugin_manager.is_registered(self):
            allure_commons.plugin_manager.unregister(self)


class AllureGuard(AllurePlugin):
    """Keeps a run going where allure-pytest cannot write a result."""

    @_around
    def report_result(self) -> Generator[None, Any, Any]:
        """Around a result, a container (the fixtures of tests), an attachment, and one that is a file."""
        try:
            return (yield)
        except OSError as error:
            self.trouble = self.trouble or unwritten("allure-results", error)
            return []

    report_container = report_attached_data = report_attached_file = report_result


class AllureListener(AllurePlugin):
    """A plugin of pytest and of Allure, whose ``allure.dynamic`` and ``allure.attach`` it serves.

    The directory is not read before it is complete, so no file needs a temporary name. A test that pytest broke off
    has no result.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory
        self._result: dict[str, Any] = {}
        self._uses: dict[str, int] = {}
        self._around = {
            "host": platform.node(),
            "thread": f"{os.getpid()}-{threading.current_thread().name}",
            "framework": "pytest",
            "language": f"{platform.python_implementation().lower()}{sys.version_info.major}",
        }
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._fail(error)

    # Of pytest

    def pytest_runtest_logstart(self) -> None:
        """Begin the result of a test."""
        self._result = {"name": "", "status": None, "labels": [], "attachments": []}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Function, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the status of a phase; that of an earlier one stays unless it passed."""
        report = yield
        result = self._result
        if call.when == "setup":
            result["name"] = item.name
        if call.when != "teardown":
            result["start"], result["stop"] = round(call.start * 1000), round(call.stop * 1000)
        if result["status"] in {None, "passed"}:
            result["status"] = report.outcome
            accepted = f"XFAIL {report.wasxfail}" if hasattr(report, "wasxfail") else ""
            if call.excinfo is not None:
                expected = isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception)
                result["status"] = "broken" if report.failed and not expected else report.outcome
                said = call.excinfo.exconly()
                message = f"{accepted}\n\n{said}" if accepted else said
                result["statusDetails"] = {"message": message, "trace": report.longreprtext}
        if call.when == "teardown":
            self._place(item)
        return report

    def pytest_runtest_logfinish(self) -> None:
        """Write the result of a test."""
        name = str(uuid.uuid4())
        result = {key: value for key, value in self._result.items() if value}
        self._write(f"{name}-result.json", dumps({**result, "uuid": name}, ensure_ascii=False).encode())

    # Of Allure

    @_hook
    def add_title(self, test_title: str) -> None:
        """Name the test."""
        self._result["name"] = test_title

    @_hook
    def add_description(self, test_description: str) -> None:
        """Describe it, in Markdown."""
        self._result["description"] = test_description

    @_hook
    def add_label(self, label_type: str, labels: Iterable[str]) -> None:
        """Label it."""
        self._result["labels"] += [{"name": label_type, "value": label} for label in labels]

    @_hook
    def attach_data(self, body: str, name: str, attachment_type: Any, extension: str | None) -> None:  # noqa: ANN401 - Allure's enum, or a media type
        """Attach a text to it; one that another test has already becomes a hard link, where there are some.

        A name of its own for each, since Allure 3 shows a file in one place only.
        """
        media = getattr(attachment_type, "mime_type", attachment_type)
        ending = getattr(attachment_type, "extension", extension)
        data = body.encode()
        digest = hashlib.sha256(data).hexdigest()[:32]
        uses = self._uses[digest] = self._uses.get(digest, 0) + 1
        source = f"{digest}-{uses}-attachment.{ending}"
        try:
            os.link(self._directory / f"{digest}-1-attachment.{ending}", self._directory / source)
        except OSError:
            self._write(source, data)
        self._result["attachments"].append({"name": name, "source": source, "type": media})

    def _place(self, item: pytest.Function) -> None:
        """Say where the test is."""
        module = item.path.stem
        labels = {"suite": module, **self._around, "package": module}
        full_name = f"{module}#{item.originalname}"
        values = {name: repr(value) for name, value in item.callspec.params.items()}
        tags = [("tag", mark.name) for mark in item.iter_markers() if not (mark.args or mark.kwargs)]
        self._result["labels"] += [{"name": name, "value": value} for name, value in (*labels.items(), *tags)]
        self._result |= {
            "fullName": full_name,
            "titlePath": [item.path.name],
            "testCaseId": _md5(full_name),
            "historyId": _md5(full_name, *values.values()),
            "parameters": [{"name": name, "value": value} for name, value in values.items()],
        }

    def _write(self, name: str, data: bytes) -> None:
        if self.trouble is not None:
            return
        try:
            with (self._directory / name).open("wb", buffering=0) as file:
                file.write(data)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.trouble = unwritten("allure-results", error)


def _md5(*words: str) -> str:
    return hashlib.md5("".join(words).encode(), usedforsecurity=False).hexdigest()
