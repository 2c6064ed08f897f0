"""Errata of recorded runs: each is verified, and what no page could say has none."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.engine.rejudge import rejudge
from conformance.errata.edits import amended
from conformance.errata.erratum import errata_of, together
from conformance.history.runs import Entry
from conformance.history.store import History
from conformance.mock.catalogue import combine
from conformance.mock.faults import FAULTS
from conformance.report.har import parse_traffic
from conformance.selftest import judge_application
from conformance.spec import load_contract
from tests.history.entries import FIRST_NIGHT, url

if TYPE_CHECKING:
    from conformance.report.har import Traffic

CONTRACT = load_contract()


@cache
def recorded(*faults: str) -> bytes:
    """The traffic.har of a small run on the mock with these faults."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "traffic.har"
        judge_application(combine([FAULTS[one] for one in faults]), path, socket=False, profile="smoke")
        return path.read_bytes()


def traffic(*faults: str) -> Traffic:
    """The same, read."""
    return parse_traffic(recorded(*faults), "traffic.har")


@pytest.mark.parametrize(
    ("fault", "lines"),
    [
        ("maximum-id-refused", ["1~2147483646"]),
        ("id-is-string", ["String"]),
        ("success-is-ok", ["Status code: 200", "Status code: 200", "200"]),
        ("unauthorized-is-bad-request", ["Without a valid token, the status code is 400.", "400", "Bad Request"]),
    ],
)
def test_a_consistent_fault_has_an_erratum_under_which_all_passes(fault: str, lines: list[str]) -> None:
    """One change clears every failure, and the clause of the fault is still judged, and passes."""
    (found,) = errata_of(traffic(fault), CONTRACT)
    before = CONTRACT.document.split("\n")
    after = amended(CONTRACT.document, found.edits).split("\n")
    assert [line for edit in sorted(found.edits) for line in edit.lines if line] == lines
    assert len(after) - len(before) == sum(len(edit.lines) - edit.gone for edit in found.edits)
    assert FAULTS[fault].clause in found.clauses
    assert FAULTS[fault].clause not in found.open


def test_a_change_that_no_cell_can_say_is_a_sentence() -> None:
    """It stands under the row concerned and names what was seen; other statuses than it names fail as before."""
    titles = {"token.valid.case-swapped": "the valid token in the other case"}
    (found,) = errata_of(traffic("token-case-ignored"), CONTRACT, titles)
    assert (found.clauses, found.open) == (("status.401.near-valid-token",), ())
    assert found.edits[0].first > CONTRACT.document.split("\n").index("Mandatory.")
    assert "With a token that is almost an issued one, the status code may be 201" in found.edits[0].lines[-1]


def test_a_sentence_may_only_take_a_promise_back() -> None:
    """Of a body that is no JSON the page can promise nothing: the clause is named as open."""
    (found,) = errata_of(traffic("json-truncated"), CONTRACT)
    assert found.open == found.clauses == ("response.201.object",)


def test_what_is_flaky_or_a_server_error_has_none() -> None:
    """One line says why."""
    assert {one.reason for one in errata_of(traffic("empty-token-crashes"), CONTRACT)} == {"it is a server error"}
    (found,) = errata_of(traffic("id-is-string"), CONTRACT, flaky={"response.201.id.type"})
    assert found.edits == ()
    assert found.reason.startswith("it is flaky")


@pytest.mark.parametrize(("nights", "code"), [("fpfpf", 1), ("ppfff", 0)])
def test_what_went_back_and_forth_in_the_nights_before_has_none(tmp_path: Path, nights: str, code: int) -> None:
    """The history says that it is flaky; a service that broke it in one night and since has an erratum."""
    raws = {"f": recorded("id-is-string"), "p": recorded()}
    with closing(History(url(tmp_path))) as history:
        for night, letter in enumerate(nights):
            raw = dated(raws[letter], f"night-{night}", night)
            history.add(Entry.of(rejudge(parse_traffic(raw, "traffic.har"), CONTRACT), raw))
    asked = ["erratum", f"night-{len(nights) - 1}", "--history", url(tmp_path)]
    result = CliRunner().invoke(cli, asked, standalone_mode=False)
    assert result.return_value == code, result.output
    assert ("no erratum: it is flaky: the verdict went back and forth" in result.output) == bool(code)
    assert ("1 line. Under it response.201.id.type" in result.output) != bool(code)


def dated(raw: bytes, name: str, night: int) -> bytes:
    """The traffic as that of a night, under a name of its own."""
    data = json.loads(raw)
    about = data["log"]["_conformance"]
    at = (FIRST_NIGHT + timedelta(days=night)).isoformat()
    text = json.dumps(data).replace(about["id"], name)
    data = json.loads(text)
    data["log"]["_conformance"] |= {"started_at": at, "finished_at": at}
    return json.dumps(data).encode()


def test_errata_of_two_faults_are_verified_together() -> None:
    """A type and a code: two errata, whose sum fails nothing either."""
    both = traffic("id-is-string", "forbidden-code-other")
    found = errata_of(both, CONTRACT)
    assert [one.size for one in found] == [1, 1]
    assert together(found, both, CONTRACT) == "Together they change 2 lines, and under them nothing else fails."
    assert together(found[:1], both, CONTRACT) == ""


def test_the_command_prints_a_diff_and_says_by_its_exit_code_whether_each_has_one(tmp_path: Path) -> None:
    """0 where each failure has an erratum, 1 where one has none; both forms have the diff."""
    (tmp_path / "traffic.har").write_bytes(recorded("maximum-id-refused"))
    for form in ("text", "markdown"):
        result = CliRunner().invoke(cli, ["erratum", str(tmp_path), "--format", form], standalone_mode=False)
        assert result.return_value == 0
        assert "\n-1~2147483647\n+1~2147483646\n" in result.output
    (tmp_path / "traffic.har").write_bytes(recorded("empty-token-crashes"))
    result = CliRunner().invoke(cli, ["erratum", str(tmp_path)], standalone_mode=False)
    assert result.return_value == 1
    assert "no erratum: it is a server error" in result.output


def test_a_run_that_is_none_is_one_line(tmp_path: Path) -> None:
    """A directory without traffic names the file that is missing."""
    result = CliRunner().invoke(cli, ["erratum", str(tmp_path)], standalone_mode=False)
    assert (
        str(result.exception) == f"{tmp_path / 'traffic.har'}: No such file or directory: name the traffic.har of a run"
    )
