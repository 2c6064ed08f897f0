"""The checks of a receiver, the cheapest first: bytes, hashes, signature, and every verdict from the exchanges.

Nothing is unpacked to a disk, and nothing is needed but the bundle. The first difference is told, in one line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.bundle.archive import (
    CONTRACT,
    EDITIONS,
    ENVELOPE,
    EVIDENCE,
    PAGES,
    PAYLOAD_TYPE,
    REPORT,
    STATEMENT,
    TRAFFIC,
    NotABundle,
    compressed,
    contract_files,
    digests_of,
    failed_clauses,
    packed,
    payload_of,
    report_bytes,
    signer_problem,
    statement_of,
    unpacked,
)
from conformance.contract.contract import NO_EDITION, Contract
from conformance.contract.message import Trouble
from conformance.engine.rejudge import rejudge
from conformance.exceptions import UsageError
from conformance.judge.verdict import GENERATED, in_words
from conformance.report.files import dumps
from conformance.report.har import Recorded, Traffic, in_order, parse_traffic
from conformance.report.record import MOST_FAILURES, report_data
from conformance.report.words import first_words
from conformance.spec import contract_of_files, spec_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WRONG = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, AssertionError)
"""The errors that reading and judging raise where a file says what no run would."""
_UNSENT = (Trouble.NOT_SENT.value, Trouble.THROTTLED.value)
"""The trouble of an exchange that stands for no request of its own."""
_COUNTS = ("checked", "failures_total")
_EDGE = "; the shortest token"
"""The words that a run that simplified a failure adds to its message."""
_SHOWN = 80
_OTHER_BYTES = "the bytes of the archive are not those that `conformance bundle` writes"

_Difference = tuple[str, object, object]


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
    repacked = f"{name[:_SHOWN]!r} is compressed, as where it was packed again" if (name := compressed(raw)) else ""
    if STATEMENT not in files:
        raise NotABundle(f"it has no {STATEMENT}{' that is read: ' if repacked else ''}{repacked}")
    signed = ENVELOPE in files
    try:
        if repacked:
            raise _Differs(f"{_OTHER_BYTES}: {repacked}")  # noqa: TRY301
        _check_hashes(files)
        if packed(files) != raw:
            raise _Differs(_OTHER_BYTES)  # noqa: TRY301
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
        raise _Differs(f"{first_words(missing, 1)}: missing, and {STATEMENT} names it")
    if extra := sorted(found.keys() - said.keys()):
        raise _Differs(f"{first_words(extra, 1)}: {STATEMENT} does not name it")
    if changed := [name for name in found if found[name] != said[name]]:
        raise _Differs(f"{first_words(changed, 1)}: not the file that {STATEMENT} names: its SHA-256 is another")


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
        odd = sorted(found ^ (own | pages if found & pages else own))
        raise _Differs(f"{first_words(odd, 1)}: missing, or no part of a bundle")


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


def _is_shipped(files: Mapping[str, bytes]) -> bool:
    """Whether the contract, its page and its edition are, byte for byte, those that come with the suite."""
    own = spec_directory()
    mine = [name.removeprefix(CONTRACT) for name in files if name.startswith(CONTRACT)]
    return all((own / name).is_file() and (own / name).read_bytes() == files[f"{CONTRACT}{name}"] for name in mine)


def difference(report: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """The first difference of a report and its exchanges, and how many clauses differ; None where there is none.

    `found` is the report that the exchanges give, with every failure. Left out is what no exchange gives: tests of
    pytest, resources left behind, `curl` lines, what a history knows, and which of several reasons is told where a
    clause is not tested. Of the failures of generated requests a run tells the simplest; judged again, all are told.
    """
    clauses = {row["id"]: row for row in found["clauses"]}
    simplified = any(probe.startswith(GENERATED) for row in clauses.values() for probe in row["failed_probes"])
    differences: dict[str, _Difference] = {}
    for row in report["clauses"]:
        name = row["id"]
        for one in _of_clause(row, clauses.get(name, {}), simplified=simplified):
            differences.setdefault(name, one)
    rest = None if _same(_rest(report), _rest(found)) else _first("", _rest(report), _rest(found))
    first = [*differences.values(), *([rest] if rest else [])]
    if not first:
        return None
    place, mine, its = first[0]
    more = f"; {len(differences)} clauses differ" if len(differences) > 1 else ""
    return f"{place}: {_shown(mine)} by report.json, {_shown(its)} by the exchanges{more}"


def _rest(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report without its clauses, of which the order is left."""
    return {
        **_without(report, "left_behind"),
        "summary": _without(report["summary"], "tests"),
        "clauses": [row["id"] for row in report["clauses"]],
    }


def _of_clause(said: Mapping[str, Any], found: Mapping[str, Any], *, simplified: bool) -> Iterator[_Difference]:
    name = said["id"]
    rows = [
        {**_without(row, "since", "failures", *_COUNTS), "reason": bool(row.get("reason"))} for row in (said, found)
    ]  # of several reasons the first is told, and what comes first is another order by the exchanges
    if not _same(*rows):
        yield _first(name, *rows)
        return
    for count in _COUNTS:
        if said[count] != found[count] and (not simplified or said[count] > found[count]):
            yield f"{name}: {count}", said[count], found[count]
    given = {_key(failure): _failure(failure) for failure in found["failures"]}
    told = {_key(failure): _failure(failure) for failure in said["failures"]}
    for key, failure in told.items():
        if not _same(failure, given.get(key)):
            yield _first(f"{name}: failure of {key[0]}", failure, given.get(key))
    all_told = said["failures_total"] <= MOST_FAILURES
    untold = [probe for probe, number in given if (probe, number) not in told and not probe.startswith(GENERATED)]
    if untold and all_told:
        yield f"{name}: failure of {untold[0]}", None, "a failure"
    if len(said["failures"]) != min(said["failures_total"], MOST_FAILURES):
        yield f"{name}: number of failures", len(said["failures"]), said["failures_total"]


def _key(failure: Mapping[str, Any]) -> tuple[str, int]:
    return failure["probe"], failure["exchange"]


def _failure(failure: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a failure that its exchange gives."""
    message = failure["message"]
    simple = message.partition(_EDGE)[0] if failure["probe"].startswith(GENERATED) else message
    return {**_without(failure, "since", "curl"), "message": simple}


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _same(one: object, other: object) -> bool:
    """Whether two JSON values are the same text: to Python 1, 1.0 and true are equal."""
    return dumps(one, sort_keys=True) == dumps(other, sort_keys=True)


def _first(place: str, one: object, other: object) -> _Difference:
    """The place of the first difference of two JSON values, and both sides of it."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted(one.keys() | other.keys(), key=lambda name: (name != "verdict", name))
        name = next(name for name in names if not _same(one.get(name, ""), other.get(name, "")))
        return _first(f"{place}: {name}".removeprefix(": "), one.get(name, ""), other.get(name, ""))
    if isinstance(one, list) and isinstance(other, list):
        for number, (mine, its) in enumerate(zip(one, other, strict=False), 1):
            if not _same(mine, its):
                return _first(f"{place} {number}", mine, its)
    return place, one, other


def _shown(value: object) -> str:
    text = in_words(value if isinstance(value, str) else dumps(value), _SHOWN)
    return text or "nothing"
