"""Allure's results, written as allure-pytest does it, in half the time: a run makes some two thousand files."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from unittest import mock

import allure_commons
import attr
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import TestResultContainer

from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AllureWriter", "Writing"]

_CASE = "case"  # the one parameter of the suite's tests, which pytest makes a fixture of


class AllureWriter(AllureFileLogger):
    """Writes to a directory of which nobody reads before it is whole.

    Its parent writes each file twice, under a name for the time being and by renaming it, and encodes in Python.
    Containers that say only that a test got its case are left out; of attachments that are the same, since several
    tests look at one exchange, all but the first are hard links where the file system has them.
    """

    def __init__(self, report_dir: str, clean: bool = False) -> None:  # noqa: FBT001, FBT002 - as its parent has it
        super().__init__(report_dir, clean)  # type: ignore[no-untyped-call]
        self._first: dict[bytes, Path] = {}

    def _report_item(self, item: Any) -> None:  # noqa: ANN401 - as its parent has it
        if isinstance(item, TestResultContainer) and {before.name for before in item.befores} == {_CASE}:
            return
        text = dumps(_plain(item), ensure_ascii=False)
        self._put(item.file_pattern.format(prefix=uuid.uuid4()), text.encode())

    @allure_commons.hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write an attachment."""
        data = body.encode() if isinstance(body, str) else body
        path = self._report_dir / file_name
        first = self._first.setdefault(hashlib.sha256(data).digest(), path)
        if first is not path:
            with suppress(OSError):
                path.hardlink_to(first)
                return
        self._put(file_name, data)

    def _put(self, name: str, data: bytes) -> None:
        with (self._report_dir / name).open("wb") as file:
            file.write(data)


class Writing:
    """Lets allure-pytest take this writer instead of its own."""

    def __init__(self) -> None:
        self._patch = mock.patch("allure_pytest.plugin.AllureFileLogger", AllureWriter)
        self._begun = False

    def begin(self) -> None:
        """From now on; once is enough."""
        if not self._begun:
            self._begun = True
            self._patch.start()

    def end(self) -> None:
        """No more; once is enough."""
        if self._begun:
            self._begun = False
            self._patch.stop()


def _plain(value: Any) -> Any:  # noqa: ANN401 - a tree of Allure's classes
    """What `attr.asdict` returns with the parent's filter: no member that is empty, but False."""
    if attr.has(type(value)):
        members = ((field.name, getattr(value, field.name)) for field in attr.fields(type(value)))
        return {name: _plain(member) for name, member in members if member or member is False}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value
