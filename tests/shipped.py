"""The shipped contract and what is read with it, for tests that are about the documented operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.contract import body, values
from conformance.contract.values import Integer
from conformance.judge import behaviour, observations, reading
from conformance.judge.expected import expectation_of
from conformance.plan.plan import make_plan
from conformance.plan.properties import properties
from conformance.spec import load_contract

if TYPE_CHECKING:
    from conformance.contract.body import RequestBody
    from conformance.contract.facts import Facts
    from conformance.contract.message import Exchange, Response
    from conformance.contract.values import Identifier, ValueKind
    from conformance.judge.behaviour import Behaviour
    from conformance.judge.observations import Observation
    from conformance.judge.verdict import AnsweredBy
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.plan import Plan
    from conformance.plan.probe import Profile

CONTRACT = load_contract()
OPERATION = CONTRACT.operation
ENVELOPE = OPERATION.envelope
HEADER = OPERATION.credential.header
TOKEN_MAXIMUM = OPERATION.credential.longest or 0
EXPECTATION = expectation_of(CONTRACT)
assert OPERATION.identifier is not None
assert isinstance(OPERATION.identifier.domain, Integer)
DOMAIN = OPERATION.identifier.domain
MINIMUM, MAXIMUM = DOMAIN.minimum or 0, DOMAIN.maximum or 0


PROPERTIES = properties(CONTRACT)


def body_of(url: object) -> bytes:
    """The documented body with `url` in it."""
    return json.dumps({"url": url}).encode("ascii")


def plan_of(fixtures: TargetFixtures, profile: Profile, bad_credentials: int | None = None) -> Plan:
    """The plan of these fixtures."""
    return make_plan(fixtures, CONTRACT.catalogue, profile, bad_credentials)


def target_of(segment: bytes | str) -> bytes:
    """The request target for a path segment, which is put in byte for byte."""
    raw = segment.encode("ascii") if isinstance(segment, str) else segment
    return b"/v4/repositories/" + raw + b"/remote-mirror/associate"


def classify(segment: bytes) -> tuple[ValueKind, Identifier | None]:
    """Kind and value of a path segment, seen as a repository's id."""
    found = values.classify(segment, DOMAIN)
    return found.kind, found.value


def readings(segment: bytes) -> frozenset[Identifier]:
    """Every repository's id that a server could make of a path segment."""
    return values.readings(segment, DOMAIN)


def matches_many(segment: bytes) -> bool:
    """Whether a path segment is a pattern of several ids."""
    return values.matches_many(segment, DOMAIN)


def read_body(raw: bytes | None) -> RequestBody:
    """The reading of a request body."""
    return body.read_body(raw, OPERATION)


def behaviour_of(exchange: Exchange) -> Behaviour:
    """The behaviour that an exchange shows."""
    return behaviour.behaviour_of(exchange, ENVELOPE)


def responder_of(response: Response) -> AnsweredBy:
    """The sender of an answer."""
    return reading.responder_of(response, ENVELOPE)


def observation_of(exchange: Exchange) -> Observation:
    """The observation of an exchange that a run keeps."""
    return observations.observation_of(exchange, CONTRACT)


def expected(facts: Facts) -> frozenset[int]:
    """The statuses that the document allows."""
    return EXPECTATION.expected(facts)


def owners(exchange: Exchange, status: int) -> frozenset[str]:
    """The clauses that are judged by the status of an exchange."""
    return EXPECTATION.owners(exchange, status)
