"""Allure's results are what allure-pytest's own logger writes, without containers that say nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import allure_pytest.plugin
from allure_commons import model2
from allure_commons.logger import AllureFileLogger

from conformance.report.allure_writer import AllureWriter, Writing

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RESULT = model2.TestResult(
    uuid="1",
    name="a \xe9",
    status="failed",
    statusDetails=model2.StatusDetails(message="b", known=False),
    parameters=[model2.Parameter(name="case", value="'c'", excluded=None)],
    labels=[model2.Label(name="tag", value="must")],
    steps=[model2.TestStepResult(name="d", attachments=[model2.Attachment(name="e", source="f", type="text/plain")])],
    titlePath=["g", "h"],
    start=1,
)


def _no_links(*_: object) -> None:
    raise OSError


def _container(*names: str) -> model2.TestResultContainer:
    befores = [model2.TestBeforeResult(name=name, status="passed") for name in names]
    return model2.TestResultContainer(uuid="2", children=["1"], befores=befores, start=1, stop=2)


def test_results_are_those_of_the_parent(tmp_path: Path) -> None:
    """The same documents, members that are empty left out, and the same attachments."""
    items = (
        RESULT,
        _container("case", "other"),
        _container(),
        model2.Globals(errors=[model2.GlobalError(message="i")]),
    )
    written = []
    for kind in (AllureFileLogger, AllureWriter):
        logger = kind(tmp_path / kind.__name__)
        logger.report_result(items[0])
        logger.report_container(items[1])
        logger.report_container(items[2])
        logger.report_globals(items[3])
        logger.report_attached_data("j \xe9", "k-attachment.txt")
        logger.report_attached_data(b"\xff", "l-attachment.bin")
        found = sorted((tmp_path / kind.__name__).iterdir(), key=lambda path: path.name.partition("-")[2])
        texts = [path.read_bytes() for path in found]
        written.append([json.loads(text) if text.startswith(b"{") else text for text in texts])
    assert sorted(map(str, written[0])) == sorted(map(str, written[1]))
    assert len(written[0]) == 6


def test_a_container_of_the_case_alone_is_left_out(tmp_path: Path) -> None:
    """Every test has one, and it says nothing."""
    AllureWriter(tmp_path).report_container(_container("case"))
    assert list(tmp_path.iterdir()) == []


def test_allure_pytest_takes_it_for_a_while() -> None:
    """From the beginning to the end, however often either is said."""
    writing = Writing()
    for _ in range(2):
        writing.begin()
        assert allure_pytest.plugin.AllureFileLogger is AllureWriter
    for _ in range(2):
        writing.end()
        assert allure_pytest.plugin.AllureFileLogger is AllureFileLogger


def test_the_same_attachment_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under every name it is whole; where the file system has no links it is written again."""
    writer = AllureWriter(tmp_path)
    for name in ("a.txt", "b.txt"):
        writer.report_attached_data("same", name)
    writer.report_attached_data("other", "c.txt")
    assert (tmp_path / "a.txt").samefile(tmp_path / "b.txt")
    monkeypatch.setattr("os.link", _no_links)
    writer.report_attached_data(b"same", "d.txt")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "a.txt": "same",
        "b.txt": "same",
        "c.txt": "other",
        "d.txt": "same",
    }
    assert not (tmp_path / "d.txt").samefile(tmp_path / "a.txt")
