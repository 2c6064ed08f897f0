"""The checks of a receiver, the cheapest first: bytes, hashes, signature, and every verdict from the exchanges.

Nothing is unpacked to a disk, and nothing is needed but the bundle. The first difference is told, in one line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.bundle.archive import NotABundle, packed, unpacked
from conformance.bundle.difference import difference
from conformance.bundle.signature import PAYLOAD_TYPE, payload_of, signer_problem
from conformance.bundle.statement import (
    CONTRACT,
    EDITIONS,
    ENVELOPE,
    EVIDENCE,
    PAGES,
    REPORT,
    STATEMENT,
    TRAFFIC,
    contract_files,
    digests_of,
    failed_clauses,
    report_bytes,
    statement_of,
)
from conformance.contract.contract import NO_EDITION
from conformance.contract.message import Trouble
from conformance.engine.rejudge import rejudge
from conformance.exceptions import UsageError
from conformance.report.har import in_order, parse_traffic
from conformance.report.report_json import report_data
from conformance.spec import contract_of_files, spec_directory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.contract import Contract
    from conformance.report.har import Recorded, Traffic

__all__ = ["Verified", "verified"]

_WRONG = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, AssertionError)
"""The errors that reading and judging raise where a file says what no run would."""
_UNSENT = (Trouble.NOT_SENT.value, Trouble.THROTTLED.value)
"""The trouble of an exchange that stands for no request of its own."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The proof that a bundle gave.

    Attributes:
        problem: the first difference, in one line; None where it is whole.
        report: its report.json; empty where the problem came before.
        signed: whether there is a signature, whoever's it may be.
        files: how many files the manifest names.
        exchanges: how many exchanges were judged again.
        shipped: whether its contract is the one of this suite.
    """

    problem: str | None
    report: Mapping[str, Any]
    signed: bool = False
    files: int = 0
    exchanges: int = 0
    shipped: bool = False


class _Differs(Exception):  # noqa: N818 - it is what was found
    """A difference, in words."""


def verified(raw: bytes, key: bytes | None = None) -> Verified:
    """The proof of a bundle's bytes; `key` is the public key in PEM that must have signed it, or None.

    Raises NotABundle where they are no bundle at all, UsageError where the key is none.
    """
    files = unpacked(raw)
    if STATEMENT not in files:
        raise NotABundle(f"it has no {STATEMENT}")
    signed = ENVELOPE in files
    try:
        _check_hashes(files)
        if packed(files) != raw:
            raise _Differs("the bytes of the archive are not those that `conformance bundle` writes")  # noqa: TRY301
        _check_signature(files, key)
        report = _check_manifest(files)
        contract = _contract(files)
        _check_names(files, report, contract)
        exchanges = _check_verdicts(files[TRAFFIC], report, contract)
    except _Differs as found:
        return Verified(str(found), {}, signed)
    except _WRONG as error:
        return Verified(f"it says something that no run would ({type(error).__name__})", {}, signed)
    return Verified(None, report, signed, len(digests_of(files)), exchanges, _is_shipped(files))


def _check_hashes(files: Mapping[str, bytes]) -> None:
    try:
        said = {str(one["name"]): one["digest"]["sha256"] for one in json.loads(files[STATEMENT])["subject"]}
    except _WRONG as error:
        raise _Differs(f"{STATEMENT} is no in-toto Statement") from error
    found = digests_of(files)
    if missing := sorted(said.keys() - found.keys()):
        raise _Differs(f"{_some(missing)}: missing, and {STATEMENT} names it")
    if extra := sorted(found.keys() - said.keys()):
        raise _Differs(f"{_some(extra)}: {STATEMENT} does not name it")
    if changed := [name for name in found if found[name] != said[name]]:
        raise _Differs(f"{_some(changed)}: not the file that {STATEMENT} names: its SHA-256 is another")


def _check_signature(files: Mapping[str, bytes], key: bytes | None) -> None:
    if ENVELOPE not in files:
        if key:
            raise _Differs("it is not signed, and a key was given")
        return
    try:
        payload, kind = payload_of(files[ENVELOPE])
    except _WRONG as error:
        raise _Differs(f"{ENVELOPE} is no DSSE envelope") from error
    if payload != files[STATEMENT] or kind != PAYLOAD_TYPE:
        raise _Differs(f"{ENVELOPE} was signed for another statement")
    if key and (problem := signer_problem(files[ENVELOPE], key)):
        raise _Differs(problem)


def _check_manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The report, once the statement is the one that the files give."""
    try:
        report: dict[str, Any] = json.loads(files[REPORT])
        made, canonical = statement_of(files), report_bytes(report)
    except _WRONG as error:
        raise _Differs(f"{REPORT} is no report of this suite") from error
    if canonical != files[REPORT]:
        raise _Differs(f"{REPORT} is not as `conformance bundle` writes it")
    if made != files[STATEMENT]:
        raise _Differs(f"{STATEMENT} does not agree with {REPORT}")
    return report


def _contract(files: Mapping[str, bytes]) -> Contract:
    place = f"{CONTRACT}{EDITIONS}"
    editions = {name.removeprefix(place).removesuffix(".json"): files[name] for name in files if name.startswith(place)}
    try:
        return contract_of_files(lambda name: files[f"{CONTRACT}{name}"], editions, CONTRACT)
    except UsageError as error:
        raise _Differs(str(error)) from error


def _check_names(files: Mapping[str, bytes], report: Mapping[str, Any], contract: Contract) -> None:
    """Nothing is in it but what belongs there: the pages of evidence of all failed clauses, or none."""
    own = {REPORT, TRAFFIC, *(f"{CONTRACT}{name}" for name in contract_files(contract, report))}
    pages = {f"{EVIDENCE}{clause}.{suffix}" for clause in failed_clauses(report) for suffix in PAGES}
    found = digests_of(files).keys()
    if found not in (own, own | pages):
        raise _Differs(
            f"{_some(sorted(found ^ (own | pages if found & pages else own)))}: missing, or no part of a bundle"
        )


def _check_verdicts(raw: bytes, report: Mapping[str, Any], contract: Contract) -> int:
    """The number of exchanges, once they give what the report says."""
    try:
        traffic = parse_traffic(raw, TRAFFIC)
        judged = rejudge(traffic, contract, edition=report["suite"].get("edition") or NO_EDITION)
    except UsageError as error:
        raise _Differs(str(error)) from error
    if in_order(raw) != raw:
        raise _Differs(f"{TRAFFIC} is not as `conformance bundle` writes it")
    if problem := _gaps(traffic):
        raise _Differs(problem)
    about, found = traffic.about, json.loads(report_bytes(report_data(judged, None)))
    found["suite"]["version"] = about.suite_version
    if str(report["suite"]["document"]).endswith(contract.document_path):  # the folders before it are the sender's
        found["suite"]["document"] = report["suite"]["document"]
    found["flaky"] += report["flaky"][len(about.flaky) :]  # what the history knows is told behind it
    if problem := difference(report, found):
        other = (
            "" if about.suite_version == __version__ else f" (judged by {about.suite_version}, now by {__version__})"
        )
        raise _Differs(f"{problem}{other}")
    return len(traffic.entries)


def _gaps(traffic: Traffic) -> str | None:
    """Why these are not the exchanges of the run, each once; one that broke off may lack some of the last."""
    numbers = [entry.number for entry in traffic.entries]
    if len({*numbers}) < len(numbers):
        return f"{TRAFFIC} has an exchange twice"
    sent = sum(_trouble(entry) not in _UNSENT for entry in traffic.entries)
    if traffic.about.complete and (numbers != [*range(1, len(numbers) + 1)] or sent != traffic.about.requests):
        return f"{TRAFFIC} has {sent} of the {traffic.about.requests} requests"
    return None


def _trouble(entry: Recorded) -> str | None:
    known: Mapping[str, Any] = entry.har["_conformance"]  # type: ignore[assignment]  # HAR is JSON
    found: str | None = known["trouble"]
    return found


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"


def _is_shipped(files: Mapping[str, bytes]) -> bool:
    """Whether the contract, its page and its edition are, byte for byte, those that come with the suite."""
    own = spec_directory()
    mine = [name.removeprefix(CONTRACT) for name in files if name.startswith(CONTRACT)]
    return all((own / name).is_file() and (own / name).read_bytes() == files[f"{CONTRACT}{name}"] for name in mine)
