"""The files of a bundle: report and traffic of a run, the contract that judged it, and the evidence of its failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.bundle.archive import (
    CONTRACT,
    ENVELOPE,
    EVIDENCE,
    PAGES,
    REPORT,
    STATEMENT,
    TRAFFIC,
    contract_files,
    failed_clauses,
    is_plain,
    packed,
    report_bytes,
    signed,
    statement_of,
)
from conformance.bundle.verification import verified
from conformance.exceptions import NoVerdict, UsageError
from conformance.history.evidence import evidence_of, html_page, markdown_page
from conformance.history.runs import Run, Suite
from conformance.report.har import in_order
from conformance.report.words import minute
from conformance.spec import read_contract
from conformance.traffic.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.contract.contract import Contract
    from conformance.history.snapshot import Snapshot
    from conformance.history.store import History

_AGAIN = "judge it again (`conformance judge traffic.har --report report.json`) and name that report"


def files_of(
    run: Snapshot, directory: Path, history: History | None = None, row: Run | None = None, *, evidence: bool = False
) -> dict[str, bytes]:
    """The files of a run's bundle by name, the manifest left out; `directory` is the contract's.

    With the history, and the run's `row` in it, the pages of `evidence` tell other runs too. Raises UsageError where
    the run's own traffic was not kept, or where another contract judged it.
    """
    traffic = run.traffic()
    if traffic is None:
        raise UsageError(f"{run.id}: its traffic was not recorded, or no traffic.har lies beside its report")
    if run.stand_in is not None:
        alike = f"{run.stand_in.run} ({minute(run.stand_in.at)})"
        raise UsageError(f"{run.id}: its own traffic was not kept: {alike} was answered alike, name that run")
    contract = read_contract(directory)
    suite = Suite.today(contract)
    if (suite.openapi_sha256, suite.clauses_sha256) != (run.suite.openapi_sha256, run.suite.clauses_sha256):
        raise UsageError(f"{run.id}: it was judged by another contract: name that with --spec, or {_AGAIN}")
    if not is_plain(contract.document_path):
        raise UsageError(f"clauses.yaml: document: {contract.document_path}: move the page beside clauses.yaml")
    files = {REPORT: report_bytes(run.report), TRAFFIC: in_order(traffic)}
    files |= {f"{CONTRACT}{name}": (directory / name).read_bytes() for name in contract_files(contract, run.report)}
    return files | dict(_pages(run, contract, history, row) if evidence else ())


def bundle_of(files: Mapping[str, bytes], key: bytes | None = None) -> bytes:
    """The bundle of these files, signed with a private key in PEM where one is given.

    Raises NoVerdict where a receiver would find that its verdicts differ.
    """
    statement = statement_of(files)
    manifest = {STATEMENT: statement} | ({ENVELOPE: signed(statement, key)} if key else {})
    made = packed({**files, **manifest})
    if problem := verified(made).problem:
        raise NoVerdict(f"the bundle would not be whole: {problem}: {_AGAIN}")
    return made


def refuse_secrets(files: Mapping[str, bytes], secrets: Mapping[str, str]) -> None:
    """Raise NoVerdict for a file that holds one of the secrets, which `secrets` gives by name, however it is spelt."""
    redactor = Redactor(secrets)
    for name, content in files.items():
        if found := redactor.found_in(content):
            raise NoVerdict(f"a secret was found in {name} (${found}): no bundle was written, please report it")


def _pages(run: Snapshot, contract: Contract, history: History | None, row: Run | None) -> Iterator[tuple[str, bytes]]:
    """The pages on every clause that failed."""
    for clause in failed_clauses(run.report):
        made = evidence_of(clause, run, contract, history, row)
        for suffix, page in zip(PAGES, (markdown_page, html_page), strict=True):
            yield f"{EVIDENCE}{clause}.{suffix}", page(made).encode()
