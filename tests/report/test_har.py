"""The HAR file: streamed, whole or not there."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from conformance.report.har import HarWriter

from .builders import evidence, exchange

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_har_1_2(tmp_path: Path) -> None:
    """It names its creator and holds every entry in the order of coming."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    for number in (1, 2, 3):
        writer.add(evidence(exchange(number=number)).har)
    writer.close()
    log = json.loads(path.read_text())["log"]
    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "remote-mirror-conformance"
    assert [entry["_conformance"]["number"] for entry in log["entries"]] == [1, 2, 3]
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_without_traffic_leaves_a_whole_file(tmp_path: Path) -> None:
    """No entries are a list too."""
    path = tmp_path / "traffic.har"
    HarWriter(path).close()
    assert json.loads(path.read_text())["log"]["entries"] == []


def test_entries_are_on_their_way_to_the_disk_at_once(tmp_path: Path) -> None:
    """Nothing is kept in memory, and until the end the file has another name."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    for number in range(1000):
        writer.add({"number": number})
    assert not path.exists()
    assert (tmp_path / ".traffic.har.part").stat().st_size > 8000
    writer.discard()


def test_entries_come_from_many_threads(tmp_path: Path) -> None:
    """None is lost and none is torn."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    threads = [threading.Thread(target=lambda: [writer.add({"text": "x" * 500}) for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert json.loads(path.read_text())["log"]["entries"] == [{"text": "x" * 500}] * 1600


def test_a_discarded_file_leaves_the_one_before(tmp_path: Path) -> None:
    """What an earlier run left stays as it is."""
    path = tmp_path / "traffic.har"
    path.write_text("before")
    writer = HarWriter(path)
    writer.add({})
    writer.discard()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_comes_late_changes_nothing(tmp_path: Path) -> None:
    """Adding to a closed file, closing it again and discarding it do nothing."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    writer.close()
    before = path.read_text()
    writer.add({"late": True})
    writer.close()
    writer.discard()
    assert path.read_text() == before


def test_a_missing_directory_is_an_error_at_once(tmp_path: Path) -> None:
    """Before anything is sent."""
    with pytest.raises(FileNotFoundError):
        HarWriter(tmp_path / "nowhere" / "traffic.har")
