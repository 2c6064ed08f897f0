"""Exchanges and records made by hand, for the tests of the reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance.contract.facts import KnownTarget, Role, facts_of
from conformance.contract.known_tokens import KnownTokens
from conformance.contract.message import Exchange, Request, Response, Token
from conformance.judge.behaviour import Behaviour
from conformance.judge.judge import judge
from conformance.judge.reading import Context
from conformance.judge.summary import GatePolicy, summarise
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from conformance.report.evidence import evidence_of
from conformance.report.record import About, Evidence, RunRecord
from conformance.spec import load_contract
from conformance.traffic.redaction import Redactor
from tests.shipped import ENVELOPE, HEADER, OPERATION, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME = "CODEARTS_TOKEN"
SECRET = "MIIF-s3cr3t_T0ken.of+the/team=0123456789"
REPOSITORY = 2112029391
MIRROR = "https://example.com/test.git"
BASE_URL = "https://codearts.example.test/base"
REDACTOR = Redactor({NAME: SECRET, "TOKEN_1": "q"})
TOKEN = Token(SECRET.encode(), secret=NAME)
JSON = ((b"Content-Type", b"application/json"),)
BODY = b'{"url": "https://example.com/test.git"}'
KNOWN = KnownTarget(
    OPERATION, KnownTokens(frozenset({SECRET.encode(), b"q"})), {REPOSITORY: Role.PERMITTED}, REPOSITORY, MIRROR
)
CONTRACT = load_contract()
CATALOGUE = CONTRACT.catalogue
REQUEST = Request("POST", target_of(str(REPOSITORY)), TOKEN, BODY, JSON, token_header=HEADER)
UNAUTHORIZED = b'{"error_code": "CH.00000002", "error_msg": "Recognize authentication information failed."}'


def answer(status: int = 401, body: bytes = UNAUTHORIZED, *headers: tuple[bytes, bytes]) -> Response:
    """An answer in JSON."""
    return Response(status, "Reason", (*JSON, *headers), body)


def exchange(request: Request = REQUEST, response: Response | None = None, **fields: Any) -> Exchange:  # noqa: ANN401
    """An exchange with the facts of its request; answered 401 by default."""
    made = Exchange(
        number=17,
        probe="id.maximum.unknown-token",
        request=request,
        facts=facts_of(request, KNOWN),
        response=None if "trouble" in fields else response or answer(),
        started_at=1_700_000_000.25,
        seconds=0.125,
    )
    return replace(made, **fields)


def verdicts_of(exchange: Exchange) -> list[tuple[str, Outcome, str]]:
    """The verdicts of the judge, without the words that quote an answer."""
    return [(one.clause, one.outcome, one.answered_by.value) for one in judge(exchange, CONTRACT, Context())]


def evidence(exchange: Exchange) -> Evidence:
    """The evidence of an exchange, with the secrets of these tests."""
    return evidence_of(exchange, REDACTOR, BASE_URL, envelope=ENVELOPE)


def failed(
    clause: str,
    probe: str = "id.maximum.unknown-token",
    message: str = "answered 500 instead of 401",
    *,
    number: int = 17,
    accepted: tuple[str, ...] = ("401",),
    got: str = "500",
    by: AnsweredBy = AnsweredBy.SERVICE,
) -> Verdict:
    """A failure."""
    return Verdict(clause, probe, number, Outcome.FAIL, message, accepted, got, by)


def passed(clause: str) -> Verdict:
    """A pass, or for a silent clause a record."""
    silent = CATALOGUE[clause].level.value == "silent"
    return Verdict(clause, "state.first", 1, Outcome.RECORDED if silent else Outcome.PASS)


def record(
    verdicts: Iterable[Verdict] = (),
    *,
    withheld: Mapping[str, Mapping[str, str]] | None = None,
    asked: GatePolicy | None = None,
    untested: Mapping[str, str] | None = None,
    **fields: Any,  # noqa: ANN401
) -> RunRecord:
    """A run of twelve and a half seconds in which every clause passed but those named."""
    given = list(verdicts)
    untested = untested or {}
    named = {verdict.clause for verdict in given} | set(untested)
    given += [passed(clause.id) for clause in CATALOGUE if clause.id not in named]
    given += [Verdict(clause, "state.first", 1, Outcome.NOT_TESTED, why) for clause, why in untested.items()]
    about = About(
        id="20261124T220000Z-0a1b2c3d",
        suite_version="0.1.0",
        openapi_sha256="0" * 64,
        clauses_sha256="f" * 64,
        document_revision=CATALOGUE.revision,
        document_title=CATALOGUE.title,
        operation="associateRemoteMirror",
        target_name="staging",
        base_url=BASE_URL,
        mutation="fixture",
        started_at=datetime(2026, 11, 24, 22, 0, 0, tzinfo=UTC),
        finished_at=datetime(2026, 11, 24, 22, 0, 12, 500_000, tzinfo=UTC),
        profile="standard",
        seed=1,
        requests=412,
        complete=True,
        fail_on="must",
        command="conformance run staging --seed 1",
    )
    about = replace(about, **{name: fields.pop(name) for name in about.__slots__ if name in fields})
    made = RunRecord(
        about=about,
        summary=summarise(CATALOGUE, given, withheld or {}, asked or GatePolicy(), complete=about.complete),
        behaviour=(Behaviour("state.first", 201, None, "application/json", "{id: integer}"),),
        evidence={17: evidence(exchange())},
        document=CONTRACT.shown_path,
        passages=CONTRACT.passages,
        reproduce={"id.maximum.unknown-token": "conformance run staging --seed 1 --probe id.maximum.unknown-token"},
    )
    return replace(made, **fields)
