"""`conformance bundle` and `conformance verify`, as the sender and the receiver call them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.bundle.archive import unpacked
from conformance.cli import cli
from conformance.exceptions import UsageError
from tests.bundle.runs import CLAUSE, keys, run, traffic

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def _called(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), standalone_mode=False)


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of a run, beside the keys of its sender."""
    monkeypatch.chdir(tmp_path)
    for name, key in zip(("private.pem", "public.pem"), keys(), strict=True):
        (tmp_path / name).write_bytes(key)
    directory = tmp_path / "reports"
    directory.mkdir()
    (directory / "report.json").write_text(json.dumps(run().report))
    (directory / "traffic.har").write_bytes(traffic())
    return directory


def test_a_packed_bundle_is_found_whole(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no history, signed, and with the pages of evidence; the digest is printed, to be sent another way."""
    done = _called("bundle", "reports", "--evidence", "--key", "file:private.pem")
    assert done.exception is None, done.exception
    made = reports.parent / f"conformance-{run().id}.zip"
    assert done.output == f"{made.name}\nSHA-256 {hashlib.sha256(made.read_bytes()).hexdigest()}\n"
    assert f"evidence/{CLAUSE}.md" in unpacked(made.read_bytes())
    monkeypatch.setenv("PUBLIC", keys()[1].decode())
    seen = _called("verify", made.name, "--key", "env:PUBLIC")
    assert seen.return_value == 0, seen.output
    lines = seen.output.splitlines()
    assert lines[0] == f"{made.name}: whole, signed with the key given"
    assert lines[1].startswith("non-conformant: ")
    assert lines[-1].endswith("the one that this suite ships")
    assert max(map(len, lines)) <= 120
    unchecked = _called("verify", made.name).output
    assert "by whom was not checked" in unchecked
    assert "only a signature that is checked (--key) proves the texts of pages" in unchecked


def test_a_changed_bundle_is_exit_1_and_one_line(reports: Path) -> None:
    """And so is one without the signature that was asked for."""
    _called("bundle", "reports/report.json", "--output", "b.zip")
    made = reports.parent / "b.zip"
    asked = _called("verify", "b.zip", "--key", "file:public.pem")
    assert (asked.return_value, asked.output) == (1, "b.zip: NOT WHOLE: it is not signed, and a key was given\n")
    made.write_bytes(made.read_bytes().replace(b'"status": 400', b'"status": 401', 1))
    changed = _called("verify", "b.zip")
    assert changed.return_value == 1
    assert changed.output.startswith("b.zip: NOT WHOLE: report.json: not the file that statement.json names")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("verify", "reports/traffic.har"), r"traffic\.har is no bundle: it is no ZIP file"),
        (("verify", "none.zip"), r"none\.zip: No such file or directory: name a bundle that"),
        (("bundle", "reports", "--key", "private.pem"), r"--key: it is neither a file nor a variable"),
        (("bundle", "reports", "--key", "env:NOT_SET"), r"--key: env:NOT_SET: the variable is not set"),
        (
            ("bundle", "reports", "--key", "file:public.pem"),
            r"--key: no private key that can sign: give an unencrypted",
        ),
        (
            ("bundle", "reports", "--output", "no/b.zip"),
            r"--output: no/b\.zip: No such file or directory: name another",
        ),
        (("bundle", "reports/none.json"), r"reports/none\.json: No such file or directory"),
    ],
)
def test_a_mistake_is_one_line(reports: Path, words: tuple[str, ...], problem: str) -> None:
    """Exit code 2, and the way out."""
    with pytest.raises(UsageError, match=problem) as told:
        raise _called(*words).exception or AssertionError
    assert told.value.exit_code == 2
