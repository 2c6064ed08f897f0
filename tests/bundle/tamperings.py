"""Tamperings with a bundle: of its bytes, of its entries, and of its files with a manifest that was made again.

Each takes the bundle, or its files, and a source of randomness, and gives something that is to be noticed.
"""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from conformance.bundle.archive import REPORT, STATEMENT, TRAFFIC, packed, report_bytes, statement_of, unpacked
from conformance.report.files import dumps
from conformance.report.har import in_order

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_CLAUSES, _OPENAPI = "contract/clauses.yaml", "contract/openapi.yaml"


def _flipped(raw: bytes, random: Random) -> bytes:
    place = random.randrange(len(raw))
    return raw[:place] + bytes([raw[place] ^ random.randrange(1, 256)]) + raw[place + 1 :]


def _truncated(raw: bytes, random: Random) -> bytes:
    return raw[: random.randrange(len(raw))]


def _cut_out(raw: bytes, random: Random) -> bytes:
    place = random.randrange(len(raw))
    return raw[:place] + raw[place + random.randrange(1, 1000) :]


def _filled_in(raw: bytes, random: Random) -> bytes:
    place = random.choice((0, len(raw), random.randrange(len(raw))))
    return raw[:place] + random.randbytes(random.randrange(1, 100)) + raw[place:]


def _said_twice(raw: bytes, random: Random) -> bytes:
    place = random.randrange(len(raw))
    return raw[:place] + raw[place : place + random.randrange(1, 5000)] + raw[place:]


OF_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (_flipped, _truncated, _cut_out, _filled_in, _said_twice)


def zipped(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED, mode: int = 0o100644) -> bytes:
    """The archive of these entries in this order, each compressed by the method and with the mode given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr, entry.compress_type = 3, mode << 16, method
            archive.writestr(entry, content)
    return stream.getvalue()


def _one_left_out(raw: bytes, random: Random) -> bytes:
    entries = sorted(unpacked(raw).items())
    del entries[random.randrange(len(entries))]
    return zipped(entries)


def _one_twice(raw: bytes, random: Random) -> bytes:
    entries = sorted(unpacked(raw).items())
    with warnings.catch_warnings(action="ignore"):
        return zipped([*entries, random.choice(entries)])


def _one_renamed(raw: bytes, random: Random) -> bytes:
    entries = dict(unpacked(raw))
    name = random.choice(sorted(entries))
    entries[f"{name}{random.choice(('x', '/x', '/../x'))}"] = entries.pop(name)
    return zipped(sorted(entries.items()))


def _one_more(raw: bytes, random: Random) -> bytes:
    name = random.choice(("notes.txt", "../notes.txt", "/notes.txt", "evidence/x.md", "REPORT.JSON", "a\\b", "folder/"))
    return zipped(sorted([*unpacked(raw).items(), (name, random.randbytes(9))]))


def _other_order(raw: bytes, random: Random) -> bytes:
    entries = sorted(unpacked(raw).items())
    one, other = random.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    return zipped(entries)


def _deflated(raw: bytes, random: Random) -> bytes:
    return zipped(sorted(unpacked(raw).items()), random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)))


def _linked(raw: bytes, random: Random) -> bytes:
    return zipped(sorted(unpacked(raw).items()), mode=random.choice((0o120777, 0o40755, 0o100755)))


OF_ENTRIES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _one_left_out, _one_twice, _one_renamed, _one_more, _other_order, _deflated, _linked,
)  # fmt: skip


def rewritten(files: dict[str, bytes], report: dict[str, Any] | None = None, **log: Any) -> bytes:  # noqa: ANN401 - JSON
    """The bundle of changed files with a manifest that fits them; `log` are members of the traffic's."""
    changed = {name: content for name, content in files.items() if name != STATEMENT}
    if report is not None:
        changed[REPORT] = report_bytes(report)
    if log:
        old = json.loads(files[TRAFFIC])["log"]
        changed[TRAFFIC] = in_order(dumps({"log": {**old, **log}}).encode())
    return packed({**changed, STATEMENT: files.get(STATEMENT) or statement_of(changed)})


def _report(files: dict[str, bytes]) -> dict[str, Any]:
    return json.loads(files[REPORT])


def _entries(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return json.loads(files[TRAFFIC])["log"]["entries"]


def _about(files: dict[str, bytes]) -> dict[str, Any]:
    return json.loads(files[TRAFFIC])["log"]["_conformance"]


def _numbered(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**entry, "_conformance": {**entry["_conformance"], "number": number}}
        for number, entry in enumerate(entries, 1)
    ]


def _other_verdict(files: dict[str, bytes], random: Random) -> bytes:
    report = _report(files)
    row = random.choice(report["clauses"])
    row["verdict"] = random.choice([one for one in ("pass", "fail", "not-tested", "recorded") if one != row["verdict"]])
    return rewritten(files, report)


def _clause_left_out(files: dict[str, bytes], random: Random) -> bytes:
    report = _report(files)
    del report["clauses"][random.randrange(len(report["clauses"]))]
    return rewritten(files, report)


def _clause_twice(files: dict[str, bytes], random: Random) -> bytes:
    """A row that says something else stands before the true one."""
    report = _report(files)
    place = random.randrange(len(report["clauses"]))
    report["clauses"].insert(place, {**report["clauses"][place], "checked": 99})
    return rewritten(files, report)


def _other_type(files: dict[str, bytes], random: Random) -> bytes:
    """To Python 1 is true."""
    report = _report(files)
    report["run"]["complete"] = random.choice((1, 1.0))
    return rewritten(files, report)


def _failure_left_out(files: dict[str, bytes], random: Random) -> bytes:
    report = _report(files)
    row = random.choice([one for one in report["clauses"] if one["failures"]])
    gone = row["failures"].pop(random.randrange(len(row["failures"])))
    row["failures_total"] -= 1
    row["failed_probes"] = [one for one in row["failed_probes"] if one != gone["probe"]]
    return rewritten(files, report)


def _whitewashed(files: dict[str, bytes], random: Random) -> bytes:
    """Every failure is taken out of the report, as if the run had been conformant."""
    report = _report(files)
    for row in report["clauses"]:
        if row["verdict"] == "fail":
            row |= {"verdict": "pass", "failures": [], "failures_total": 0, "failed_probes": []}
            report["summary"]["pass"] += 1
    report["summary"] |= {"verdict": "conformant", "fail": 0, "gating": []}
    return rewritten({name: one for name, one in files.items() if not name.startswith("evidence/")}, report)


def _behaviour_left_out(files: dict[str, bytes], random: Random) -> bytes:
    report = _report(files)
    del report["behaviour"][random.randrange(len(report["behaviour"]))]
    return rewritten(files, report)


def _exchange_left_out(files: dict[str, bytes], random: Random) -> bytes:
    entries = _entries(files)
    del entries[random.randrange(len(entries))]
    return rewritten(files, entries=entries)


def _exchange_forgotten(files: dict[str, bytes], random: Random) -> bytes:
    """One is left out, and the others and their count are made to fit."""
    entries = _entries(files)
    del entries[random.randrange(len(entries))]
    return rewritten(files, entries=_numbered(entries), _conformance=_about(files) | {"requests": len(entries)})


def _exchange_twice(files: dict[str, bytes], random: Random) -> bytes:
    entries = _entries(files)
    return rewritten(files, entries=[*entries, random.choice(entries)])


def _exchanges_in_another_order(files: dict[str, bytes], random: Random) -> bytes:
    lines = files[TRAFFIC].split(b",\n{")
    one = random.randrange(1, len(lines) - 2)
    lines[one], lines[one + 1] = lines[one + 1], lines[one]
    return rewritten(files | {TRAFFIC: b",\n{".join(lines)})


def _other_answer(files: dict[str, bytes], random: Random) -> bytes:
    """An answer of a probe, the first and only one, has another status."""
    entries = _entries(files)
    seen: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry["_conformance"]["clauses"] is not None and not entry["_conformance"]["superseded"]:
            seen.setdefault(entry["_conformance"]["probe"], []).append(entry)
    told = {row["probe"] for row in _report(files)["behaviour"]}
    entry = random.choice(
        [found[0] for probe, found in seen.items() if probe in told and found[0]["response"]["status"]]
    )
    entry["response"]["status"] = random.choice(
        [one for one in (201, 400, 404, 500) if one != entry["response"]["status"]]
    )
    return rewritten(files, entries=entries)


def _no_footer(files: dict[str, bytes], random: Random) -> bytes:
    del random
    return rewritten(files, _conformance=None)


def _other_run(files: dict[str, bytes], random: Random) -> bytes:
    name, value = random.choice(
        [("seed", 99), ("profile", "deep"), ("target_name", "other"), ("complete", False), ("fail_on", "may"),
         ("base_url", "https://example.com"), ("deselected", ["state.repeat"]), ("mutation", "never")]
    )  # fmt: skip
    return rewritten(files, _conformance=_about(files) | {name: value})


def _said_twice_in_json(files: dict[str, bytes], random: Random) -> bytes:
    """A member stands twice in an object: parsers disagree which one counts."""
    name = random.choice((REPORT, TRAFFIC))
    parts = files[name].split(b'"status": ' if name == TRAFFIC else b'"verdict": ')
    place = random.randrange(1, len(parts))
    key = b'"status": 201, "status": ' if name == TRAFFIC else b'"verdict": "pass", "verdict": '
    plain = b'"status": ' if name == TRAFFIC else b'"verdict": '
    return rewritten(files | {name: plain.join(parts[:place]) + key + plain.join(parts[place:])})


def _other_level(files: dict[str, bytes], random: Random) -> bytes:
    lines = files[_CLAUSES].split(b"level: must")
    place = random.randrange(1, len(lines))
    return rewritten(
        files | {_CLAUSES: b"level: must".join(lines[:place]) + b"level: may" + b"level: must".join(lines[place:])}
    )


def _other_contract(files: dict[str, bytes], random: Random) -> bytes:
    name = random.choice((_CLAUSES, _OPENAPI))
    return rewritten(files | {name: files[name] + b"# changed\n"})


def _page_left_out(files: dict[str, bytes], random: Random) -> bytes:
    gone = random.choice([name for name in files if name.startswith("evidence/")])
    return rewritten({name: content for name, content in files.items() if name != gone})


def _file_more(files: dict[str, bytes], random: Random) -> bytes:
    return rewritten(files | {random.choice(("notes.txt", "evidence/state.first.md", "contract/x.yaml")): b"x"})


def _other_result(files: dict[str, bytes], random: Random) -> bytes:
    said = json.loads(statement_of(files))
    what = said["predicate"]
    what["result"] = random.choice([one for one in ("PASSED", "WARNED") if one != what["result"]])
    what["failedTests"] = []
    return rewritten(files | {STATEMENT: (dumps(said, indent=2) + "\n").encode()})


OF_FILES: tuple[Callable[[dict[str, bytes], Random], bytes], ...] = (
    _other_verdict, _clause_left_out, _clause_twice, _other_type,
    _failure_left_out, _whitewashed, _behaviour_left_out, _exchange_left_out,
    _exchange_forgotten, _exchange_twice, _exchanges_in_another_order, _other_answer, _no_footer, _other_run,
    _said_twice_in_json, _other_level, _other_contract, _page_left_out, _file_more, _other_result,
)  # fmt: skip
