"""The contents of a bundle: the files of one run, the same for the same run, without a secret."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

from conformance.bundle.archive import unpacked
from conformance.bundle.assembly import bundle_of, files_of, refuse_secrets
from conformance.bundle.verification import verified
from conformance.engine.rejudge import rejudge
from conformance.exceptions import NoVerdict, UsageError
from conformance.history.runs import Entry
from conformance.history.snapshot import of_record, of_run
from conformance.history.store import History
from conformance.mock import Fixtures
from conformance.report.har import parse_traffic
from conformance.report.record import Time
from conformance.spec import read_contract, spec_directory
from conformance.traffic.redaction import Redactor
from tests.bundle.runs import CLAUSE, bundled, keys, run, traffic, whole
from tests.history.entries import url

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "contract/document/associate-remote-mirror.txt"
EDITION = f"contract/editions/{run().report['suite']['edition']}.json"


def test_the_files_are_those_of_the_run() -> None:
    """Report, traffic, contract, the vendor's page, and pages on each clause that failed."""
    pages = {f"evidence/{CLAUSE}.md", f"evidence/{CLAUSE}.html"}
    own = {"report.json", "traffic.har", "contract/openapi.yaml", "contract/clauses.yaml", PAGE, EDITION}
    assert bundled().keys() == own | pages
    assert files_of(run(), spec_directory()).keys() == own
    assert unpacked(bundle_of(bundled(), keys()[0])).keys() == own | pages | {"statement.json", "statement.dsse.json"}


def test_the_same_run_is_the_same_bytes_by_its_files_and_by_the_history(tmp_path: Path) -> None:
    """Signed with Ed25519 too; whoever kept it."""
    history = History(url(tmp_path), make=True)
    history.add(Entry.of(rejudge(parse_traffic(traffic(), ""), read_contract(spec_directory())), traffic()))
    row = history.runs()[0]
    raw = history.traffic(row)
    kept = of_run(history, row)
    directly = replace(kept, report=dict(reversed(kept.report.items())), traffic=lambda: raw)
    private, _ = keys()
    assert bundle_of(files_of(kept, spec_directory(), history, row), private) == bundle_of(
        files_of(directly, spec_directory()), private
    )
    history.close()


def test_no_secret_of_the_mock_is_in_it() -> None:
    """Whole, in part, or in another spelling."""
    tokens = re.findall(r"\w{100,}", repr(asdict(Fixtures.default())))
    redactor = Redactor({f"T{number}": token for number, token in enumerate(tokens)})
    assert tokens
    assert not [name for name, content in bundled().items() if redactor.found_in(content)]


def test_a_secret_that_is_known_here_is_looked_for() -> None:
    """The file is named, and nothing is written."""
    secret = "correct-horse-battery-staple"
    refuse_secrets(bundled(), {"TOKEN": secret})
    with pytest.raises(NoVerdict, match=r"a secret was found in notes\.txt \(\$TOKEN\): no bundle was written"):
        refuse_secrets({"notes.txt": f"the token is {secret.upper()}".encode()}, {"TOKEN": secret})


def test_the_traffic_must_be_the_run_s_own() -> None:
    """One that has none, or that of another run alike, is refused with the way out."""
    with pytest.raises(UsageError, match="its traffic was not recorded"):
        files_of(replace(run(), traffic=lambda: None), spec_directory())
    with pytest.raises(UsageError, match=r"R \(2026-01-01 00:00\) was answered alike, name that run"):
        files_of(replace(run(), stand_in=Time("R", "2026-01-01T00:00:00+00:00")), spec_directory())


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Another contract: the shipped one with another title."""
    directory = tmp_path / "spec"
    shutil.copytree(spec_directory(), directory)
    clauses = directory / "clauses.yaml"
    clauses.write_text(clauses.read_text().replace("title: ", "title: Our ", 1))
    return directory


def test_the_contract_must_be_the_one_that_judged_it(changed: Path) -> None:
    """Another has other clauses."""
    with pytest.raises(UsageError, match="it was judged by another contract: name that with --spec, or judge it again"):
        files_of(run(), changed)


def test_another_contract_is_packed_with_its_run(changed: Path) -> None:
    """The receiver judges by it, and is told that it is not the shipped one."""
    judged = of_record(rejudge(parse_traffic(traffic(), ""), read_contract(changed)), traffic)
    found = verified(bundle_of(files_of(judged, changed)))
    assert (found.problem, found.shipped, found.signed) == (None, False, False)
    assert verified(whole()).shipped


def test_the_edition_that_was_adopted_is_packed(changed: Path) -> None:
    """It alone, since it says at which level a clause counts; without it the verdicts are others."""
    own = changed / EDITION.removeprefix("contract/")
    own.with_name("other.json").write_bytes(own.read_bytes())
    files = files_of(of_record(rejudge(parse_traffic(traffic(), ""), read_contract(changed)), traffic), changed)
    assert [name for name in files if "editions/" in name] == [EDITION]
    del files[EDITION]
    with pytest.raises(NoVerdict, match="edition"):
        bundle_of(files)


def test_a_report_that_does_not_follow_from_its_traffic_is_not_packed() -> None:
    """The sender hears of it, not the receiver."""
    report = {**run().report, "clauses": [row for row in run().report["clauses"] if row["id"] != CLAUSE]}
    with pytest.raises(NoVerdict, match=r"the bundle would not be whole: .*: judge it again"):
        bundle_of(files_of(replace(run(), report=report), spec_directory()))
