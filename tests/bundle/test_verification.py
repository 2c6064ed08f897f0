"""The answer to a receiver is the first difference, in one line."""

from __future__ import annotations

import json
import re
import zipfile

import pytest

from conformance.bundle.archive import CONTRACT, EVIDENCE, REPORT, TRAFFIC, NotABundle, packed, unpacked
from conformance.bundle.assembly import bundle_of, files_of
from conformance.bundle.verification import verified
from conformance.contract.contract import NO_EDITION
from conformance.engine.rejudge import rejudge
from conformance.history.snapshot import of_record
from conformance.report.har import parse_traffic
from conformance.spec import load_contract, spec_directory
from tests.bundle.runs import bundled, keys, traffic, whole
from tests.bundle.tamperings import rewritten, zipped


def _said(raw: bytes, key: bytes | None = None) -> str:
    found = verified(raw, key).problem
    assert found is not None
    assert "\n" not in found
    return found


def test_a_whole_bundle_says_what_was_checked() -> None:
    """The number of files and exchanges, and the report."""
    found = verified(whole())
    assert (found.problem, found.signed, found.shipped, found.files) == (None, False, True, len(bundled()))
    assert found.exchanges == found.report["run"]["requests"] > 40


def test_a_file_that_was_changed_is_named() -> None:
    """So are missing ones and those that are too many."""
    files = unpacked(whole())
    assert _said(packed(files | {TRAFFIC: files[TRAFFIC] + b" "})).startswith(f"{TRAFFIC}: not the file")
    assert _said(packed(files | {"notes.txt": b""})) == "notes.txt: statement.json does not name it"
    del files[TRAFFIC]
    assert _said(packed(files)) == f"{TRAFFIC}: missing, and statement.json names it"


def test_an_archive_that_was_packed_again_is_called_so() -> None:
    """Nothing is said of files that were not read, whichever of them is compressed and wherever it stands."""
    files = unpacked(whole())
    last = zipped([("statement.json", files.pop("statement.json"))], zipfile.ZIP_DEFLATED)
    first = zipped(sorted(files.items()), zipfile.ZIP_DEFLATED)
    again = r"'contract/clauses.yaml' is compressed, as where it was packed again$"
    assert _said(last + first) == (
        "the bytes of the archive are not those that `conformance bundle` writes: "
        "'statement.json' is compressed, as where it was packed again"
    )
    with pytest.raises(NotABundle, match=rf"^it has no statement\.json that is read: {again}"):
        verified(first)
    stored = zipped([("statement.json", unpacked(whole())["statement.json"])])
    entry = stored[: stored.index(b"PK\x01\x02")]
    assert re.search(again, _said(entry + first))


def test_a_verdict_that_does_not_follow_is_named() -> None:
    """With what the report says, what the exchanges give, and how many more there are."""
    report = json.loads(bundled()[REPORT])
    rows = {row["id"]: row for row in report["clauses"]}
    one, other = [name for name, row in rows.items() if row["verdict"] == "pass"][:2]
    rows[one]["verdict"] = "fail"
    assert _said(rewritten(bundled(), report)) == f"{EVIDENCE}{one}.html and 1 more: missing, or no part of a bundle"
    rows[one]["verdict"] = "recorded"
    assert _said(rewritten(bundled(), report)) == f"{one}: verdict: recorded by {REPORT}, pass by the exchanges"
    assert _said(rewritten(bundled(), {**report, "suite": report["suite"] | {"edition": []}}))
    rows[other]["verdict"] = "recorded"
    assert _said(rewritten(bundled(), report)).endswith("pass by the exchanges; 2 clauses differ")


def test_a_report_without_an_edition_is_judged_by_the_catalogue_of_its_contract() -> None:
    """No file of an edition is packed, and none is asked for; the same report with one is another."""
    judged = of_record(rejudge(parse_traffic(traffic(), ""), load_contract(), edition=NO_EDITION), traffic)
    assert judged.report["suite"]["edition"] is None
    files = files_of(judged, spec_directory())
    assert not [name for name in files if "editions/" in name]
    found = verified(bundle_of(files))
    assert (found.problem, found.shipped) == (None, True)
    suite = {name: value for name, value in judged.report["suite"].items() if name != "edition"}
    assert (
        _said(rewritten(files, {**judged.report, "suite": suite}))
        == "suite: edition: nothing by report.json, null by the exchanges"
    )


def test_the_signature_is_that_of_the_key() -> None:
    """Another key, none, or a signature of something else is told."""
    private, public = keys()
    signed = bundle_of(bundled(), private)
    assert verified(signed).signed
    assert verified(signed, public).problem is None
    assert _said(signed, keys(1)[1]) == "it is not signed with the key that was given"
    assert _said(whole(), public) == "it is not signed, and a key was given"


def test_an_archive_without_a_manifest_is_no_bundle() -> None:
    """A ZIP file of something else, say."""
    with pytest.raises(NotABundle, match=r"it has no statement\.json"):
        verified(packed({"a": b""}))


@pytest.mark.parametrize("name", ["statement.json", "report.json", "traffic.har", "contract/clauses.yaml"])
@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"null", b"[" * 100_000, b"\xff", b'{"log": {}}', b'{"clauses": 1}']
)
def test_any_content_gets_one_line(name: str, content: bytes) -> None:
    """Any content of the manifest is answered in one line."""
    assert _said(packed(unpacked(whole()) | {name: content}))
    if name in (TRAFFIC, f"{CONTRACT}clauses.yaml"):
        assert _said(rewritten(bundled() | {name: content}))
