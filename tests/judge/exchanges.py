"""Invented exchanges: the documented request with something changed, and an answer of status, body and headers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.contract.facts import KnownTarget, Role, facts_of
from conformance.contract.known_tokens import KnownTokens
from conformance.contract.message import Exchange, Request, Response, Token, Trouble
from conformance.judge.judge import judge
from conformance.judge.reading import Context, Reading
from conformance.judge.verdict import Outcome
from tests.shipped import CONTRACT, HEADER, OPERATION, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.judge.verdict import Verdict

URL = "https://mirror.invalid/test.git"
MAIN, OTHER, RESTRICTED, MISSING, STRANGE = 123, 124, 456, 789, 555
VALID = Token(b"MIIabcDEF-0123456789")
WITHOUT_PERMISSION = Token(b"QQQrestrictedQQQQQQQ")
NEAR = Token(VALID.value + b"x")
UNKNOWN = Token(b"a-token-nobody-was-given")
SHORTEST = Token(b"v")
LONGEST = Token(b"Lk", fill=b"Lk", length=100_000)
ROLES = {MAIN: Role.PERMITTED, OTHER: Role.PERMITTED, RESTRICTED: Role.RESTRICTED, MISSING: Role.MISSING}
KNOWN = KnownTarget(
    operation=OPERATION,
    tokens=KnownTokens(frozenset({VALID.value, SHORTEST.value, LONGEST.value}), frozenset({WITHOUT_PERMISSION.value})),
    roles=ROLES,
    resource=MAIN,
    url=URL,
    body=json.dumps({"url": URL}).encode(),
)
JSON = (b"Content-Type", b"application/json")
DATE = (b"Date", b"Fri, 25 Apr 2025 12:04:44 GMT")  # a day after the example in the document

Answer = tuple[int, object, tuple[tuple[bytes, bytes], ...]]


def unknown(length: int) -> Token:
    """A token of this length that nobody was given."""
    return Token(b"?", fill=b"!", length=length)


def main_repository(number: int) -> KnownTarget:
    """The known target where the description's repository has another id."""
    return replace(KNOWN, resource=number, roles={**ROLES, number: Role.PERMITTED})


def with_role(number: int, role: Role) -> KnownTarget:
    """The known target where the description names one repository more."""
    return replace(KNOWN, roles={**ROLES, number: role})


def body_of(url: object) -> bytes:
    """The documented body with this url."""
    return json.dumps({"url": url}).encode()


def mirror(**changes: object) -> dict[str, object]:
    """The members of a good 201, changed; `...` takes one away."""
    members: dict[str, object] = {
        "id": 12439,
        "repository_id": MAIN,
        "update_status": "finished",
        "last_update_at": "2025-04-24T20:04:44.000+08:00",
        "url": URL,
        "last_successful_update_at": "2025-04-24T20:04:44.000+08:00",
        "number_of_failures": None,
        "mirroring_enabled": False,
        "is_private": False,
        "endpoint_uuid": None,
        "last_error": None,
    }
    return {name: value for name, value in (members | changes).items() if value is not ...}


def answer(status: int, body: object = b"", *headers: tuple[bytes, bytes]) -> Answer:
    """An answer; a body that is no bytes is made JSON, and without headers its type is JSON and it has a Date."""
    return status, body, headers or (JSON, DATE)


def created(**changes: object) -> Answer:
    """The documented 201, members changed."""
    return answer(201, mirror(**changes))


def refused(status: int, code: object = None, **members: object) -> Answer:
    """A refusal in the envelope, by default with the code that the example of the status has."""
    examples = {401: "CH.00000002", 403: "CH.00401001", 404: "CH.00402000"}
    envelope = {"error_code": code or examples.get(status, "CH.00000001"), "error_msg": "No."}
    return answer(status, envelope | members)


def from_gateway(status: int, code: str = "APIGW.0301") -> Answer:
    """A refusal of the gateway."""
    return refused(status, code, request_id="8f3c")


def request(
    *,
    id: object = MAIN,  # noqa: A002 - what the document calls it
    token: Token | None = VALID,
    url: object = URL,
    known: KnownTarget = KNOWN,
    **changes: Any,  # noqa: ANN401 - the fields of Request
) -> tuple[Request, KnownTarget]:
    """The documented request with something changed, and what is known of the target."""
    segment = id if isinstance(id, bytes) else str(id).encode()
    documented = Request("POST", target_of(segment), token, body_of(url), (JSON,), token_header=HEADER)
    return replace(documented, **changes), known


def exchange(
    answered: Answer,
    *,
    probe: str = "a.probe",
    truncated: bool = False,
    superseded: bool = False,
    **changes: Any,  # noqa: ANN401 - those of request()
) -> Exchange:
    """An exchange that was answered."""
    sent, known = request(**changes)
    status, body, headers = answered
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = Response(status, "", headers, raw, truncated=truncated)
    return Exchange(1, probe, sent, facts_of(sent, known), response=response, superseded=superseded)


def silence(
    trouble: Trouble = Trouble.DROPPED,
    *,
    probe: str = "a.probe",
    confirmed: bool = False,
    detail: str = "",
    **changes: Any,  # noqa: ANN401 - those of request()
) -> Exchange:
    """An exchange without an answer."""
    sent, known = request(**changes)
    return Exchange(
        1, probe, sent, facts_of(sent, known), trouble=trouble, detail=detail, confirmed=confirmed
    )  # fmt: skip


def reading(of: Exchange, context: Context = Context()) -> Reading:  # noqa: B008 - frozen
    """An exchange, read."""
    return Reading(of, CONTRACT, context)


def verdicts(
    of: Exchange,
    context: Context = Context(),  # noqa: B008 - frozen
    declared: Iterable[str] = (),
) -> dict[str, Verdict]:
    """The verdicts of an exchange by clause."""
    found = judge(of, CONTRACT, context, declared)
    by_clause = {verdict.clause: verdict for verdict in found}
    assert len(by_clause) == len(found), "a clause has two verdicts on one exchange"
    return by_clause


def clauses(
    outcome: Outcome,
    of: Exchange,
    context: Context = Context(),  # noqa: B008 - frozen
    declared: Iterable[str] = (),
) -> set[str]:
    """The clauses that have this outcome."""
    return {clause for clause, verdict in verdicts(of, context, declared).items() if verdict.outcome is outcome}


def failing(of: Exchange, context: Context = Context()) -> set[str]:  # noqa: B008 - frozen
    """The clauses that an exchange fails."""
    return clauses(Outcome.FAIL, of, context)


def outcome_of(clause: str, of: Exchange, context: Context = Context()) -> Outcome | None:  # noqa: B008 - frozen
    """The outcome of an exchange for a clause, or None."""
    found = verdicts(of, context).get(clause)
    return found.outcome if found else None
