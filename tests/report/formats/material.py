"""Reports of several ends of a run, their exchanges, and the published schemas."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from conformance.judge.summary import Deviations, GatePolicy
from conformance.judge.verdict import AnsweredBy
from conformance.report.files import dumps
from conformance.report.formats.registry import ReportName, Sources, make
from conformance.report.record import Since, Time, report_data
from tests.report.builders import CONTRACT, evidence, exchange, failed, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.report.record import RunRecord

MUST = "status.401.unknown-token"
SHOULD = "leak.token"
PROBE = "id.maximum.unknown-token"
SINCE = Since(Time("r2", "2026-11-20T02:00:00+00:00"), Time("r1", "2026-11-19T02:00:00+00:00"), suite_changed=False)
HOSTILE = (
    "](https://evil.example) <script>alert(1)</script> ``` `x` @team #1 | $a$ \r\n::error::owned\n##[add-mask]x "
    "\x1b[31m\x00 \u202egnp.exe \u2066 \ud800 %0A::set-output name=x::y " + "A" * 1_048_576
)

RECORDS = {
    "conformant": record(),
    "non-conformant": record(
        [failed(MUST), failed(MUST, "token.empty"), failed(SHOULD, by=AnsweredBy.GATEWAY)],
        since={(MUST, None): SINCE, (MUST, PROBE): SINCE},
    ),
    "partial": record(asked=GatePolicy(not_testable={SHOULD: "no"})),
    "incomplete": record(untested={MUST: "no answer"}),
    "no verdict": record([failed(MUST)], no_verdict="the target cannot be reached", complete=False),
    "interrupted": record(complete=False, interrupted=True),
    "accepted": record(
        [failed(MUST)],
        asked=GatePolicy(accepted={(MUST, PROBE)}),
        deviations=Deviations(accepted=((MUST, PROBE),)),
    ),
    "stale": record(deviations=Deviations(fixed=((MUST, PROBE),))),
    "hostile": record(
        [failed(MUST, "property.any", message=HOSTILE, got=HOSTILE, accepted=(HOSTILE,))],
        flaky=[HOSTILE],
        no_verdict=HOSTILE,
        complete=False,
        target_name=HOSTILE[:300],
    ),
}
VERDICTS = {
    "conformant": "conformant",
    "non-conformant": "non-conformant",
    "partial": "partial",
    "incomplete": "no verdict",
    "no verdict": "no verdict",
    "interrupted": "no verdict",
    "accepted": "partial",
    "stale": "stale baseline",
    "hostile": "no verdict",
}


def text(name: str, case: str | RunRecord, entries: Iterable[Any] | None = ()) -> str:
    """A report by its name, of one of the records."""
    data = _recorded(case) if isinstance(case, str) else _read_back(case)
    har = {} if entries is None else {"log": {"entries": list(entries)}}
    return make(ReportName(name), Sources(data, har, replace(CONTRACT, clauses_sha256=data["suite"]["clauses_sha256"])))


@cache
def _recorded(case: str) -> Any:  # noqa: ANN401 - JSON
    return _read_back(RECORDS[case])


def _read_back(of: RunRecord) -> Any:  # noqa: ANN401 - JSON
    return json.loads(dumps(report_data(of)))


def entry(clauses: tuple[str, ...], **fields: Any) -> Any:  # noqa: ANN401 - JSON
    """The entry of an exchange whose probe tests these clauses."""
    har = json.loads(dumps(evidence(exchange(**fields)).har))
    har["_conformance"]["clauses"] = list(clauses)
    return har


def validator(name: str) -> jsonschema.protocols.Validator:
    """The checker of a published schema."""
    schema = json.loads((Path(__file__).parent / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)
