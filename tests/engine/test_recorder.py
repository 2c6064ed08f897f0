"""The recorder: every exchange redacted and kept, or let go."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Request, Response, Token, Trouble
from conformance.engine.recorder import Recorder
from conformance.judge.behaviour import Behaviour
from conformance.judge.verdict import Outcome, Verdict
from conformance.report.har import HarWriter
from conformance.traffic.redaction import Redactor
from tests.engine.sessions import exchange
from tests.shipped import CONTRACT, HEADER

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s3cr3t-of-more-than-16-characters"
REDACTOR = Redactor({"CODEARTS_TOKEN": SECRET})
URL = "http://127.0.0.1:9"


def recorder(har: Path | None = None, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Recorder:
    """A recorder, with a HAR file or without."""
    return Recorder(CONTRACT, REDACTOR, URL, HarWriter(har) if har else None, headers=headers)


def entries(har: Path) -> list[dict[str, object]]:
    """The entries of a HAR file."""
    return list(json.loads(har.read_text(encoding="utf-8"))["log"]["entries"])


def test_evidence_is_kept_by_number_without_secrets() -> None:
    """An exchange is redacted as it is taken in, whatever repeats the token."""
    kept = recorder()
    token = Token(SECRET.encode(), secret="CODEARTS_TOKEN")
    body = f'{{"seen": "{SECRET}"}}'.encode()
    kept.record(
        exchange(7, request=Request("POST", b"/", token, token_header=HEADER), response=Response(200, "", (), body))
    )
    assert list(kept.evidence) == [7]
    assert SECRET not in json.dumps(kept.evidence[7].har) + kept.evidence[7].curl


def test_superseded_exchanges_stand_in_the_har_file_only(tmp_path: Path) -> None:
    """A superseded exchange is no evidence, but it was sent."""
    har = tmp_path / "traffic.har"
    kept = recorder(har)
    kept.record(replace(exchange(1, trouble=Trouble.DROPPED), superseded=True))
    kept.record(exchange(2, response=Response(200, "", (), b"")))
    kept.close()
    assert list(kept.evidence) == [2]
    assert len(entries(har)) == 2


@pytest.mark.parametrize(
    ("times", "words"),
    [
        pytest.param(1, "probe: unanswered 1 time, then answered on a fresh connection", id="once"),
        pytest.param(3, "probe: unanswered 3 times, then answered on a fresh connection", id="three times"),
    ],
)
def test_flaky_exchanges_are_noted(times: int, words: str) -> None:
    """A trouble that did not come back is told in a line."""
    kept = recorder()
    kept.record(replace(exchange(response=Response(200, "", (), b"")), flaky=times))
    assert kept.flaky == [words]


def test_forgotten_exchanges_stay_in_the_har_file(tmp_path: Path) -> None:
    """Forgetting frees memory; a number that is not there does no harm."""
    har = tmp_path / "traffic.har"
    kept = recorder(har)
    for number in (1, 2, 3):
        kept.record(exchange(number, response=Response(200, "", (), b"")))
    kept.forget([1, 3, 99])
    kept.close()
    assert list(kept.evidence) == [2]
    assert len(entries(har)) == 3


def test_headers_of_the_description_are_evidence_too() -> None:
    """A curl line that sends an exchange again sends the description's headers as well."""
    kept = recorder(headers=((b"X-Domain-Id", b"d1"),))
    kept.record(exchange(response=Response(200, "", (), b"")))
    assert "X-Domain-Id: d1" in kept.evidence[1].curl


def test_a_discarded_recorder_leaves_no_file(tmp_path: Path) -> None:
    """A run without requests writes no file."""
    har = tmp_path / "traffic.har"
    recorder(har).discard()
    assert list(tmp_path.iterdir()) == []


def test_a_recorder_works_without_a_har_file() -> None:
    """Traffic need not be written."""
    kept = recorder()
    kept.record(exchange(response=Response(200, "", (), b"")))
    kept.close()
    kept.discard()
    assert list(kept.evidence) == [1]


def test_verdicts_and_behaviours_are_redacted() -> None:
    """A verdict's words may repeat a secret that the target returned."""
    kept = recorder()
    verdict = Verdict("c", "p", 1, Outcome.FAIL, f"it said {SECRET}", got=SECRET)
    behaviour = Behaviour("p", 200, SECRET, None, None)
    assert SECRET not in repr((kept.verdict(verdict), kept.behaviour(behaviour)))


def test_sixteen_threads_write_one_recorder(tmp_path: Path) -> None:
    """No exchange is lost, and the HAR file is whole."""
    har = tmp_path / "traffic.har"
    kept = recorder(har)

    def work(first: int) -> None:
        for number in range(first, first + 20):
            kept.record(replace(exchange(number, response=Response(200, "", (), b"")), flaky=number % 2))

    threads = [threading.Thread(target=work, args=(20 * n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.close()
    assert sorted(kept.evidence) == list(range(320))
    assert len(kept.flaky) == 160
    assert len(entries(har)) == 320


def test_a_full_disk_is_noted_once(tmp_path: Path) -> None:
    """A run goes on without a HAR file that cannot be written, and says why."""

    class Full(HarWriter):
        """Has no room."""

        def add(self, number: int, entry: object) -> None:
            """Fail."""
            raise OSError(28, "No space left on device")

    writer = Full(tmp_path / "traffic.har")
    kept = Recorder(CONTRACT, REDACTOR, URL, writer)
    kept.record(exchange(1, response=Response(200, "", (), b"")))
    kept.record(exchange(2, response=Response(200, "", (), b"")))
    kept.close()
    assert list(tmp_path.iterdir()) == []
    assert kept.trouble == "a report could not be written: traffic.har: No space left on device"
    assert list(kept.evidence) == [1, 2]
