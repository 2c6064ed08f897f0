"""Setup and read-back: the first requests, on which all verdicts depend, and the state before and after a run."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from conformance.contract.facts import Role
from conformance.contract.message import Exchange, Request, Trouble
from conformance.contract.strictjson import read_json
from conformance.engine.recorder import READ_BACK, documented_members
from conformance.exceptions import ConformanceError, NoVerdict
from conformance.judge.behaviour import NOT_FOUND, absence, speaks, stand_in
from conformance.judge.expected import FIRST
from conformance.judge.reading import Context, Reading
from conformance.plan.fixtures import TargetFixtures, ordinary
from conformance.plan.probe import Stage
from conformance.report.record import ResourceChange, ResourceState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conformance.contract.contract import Contract
    from conformance.contract.values import Identifier
    from conformance.plan.plan import Plan
    from conformance.traffic.client import Client
    from conformance.traffic.redaction import Redactor

REACH = "suite.reach"
ELSEWHERE = "suite.elsewhere"
_NOWHERE = b"/conformance-asks-for-what-is-not-there"
_PERHAPS = {
    False: "; perhaps it speaks TLS: write https:// in base_url",
    True: "; perhaps it speaks HTTP/2 only, which this suite does not, or asks for a client_certificate",
}
_OK = 200  # RFC 9110 section 15.3.1


def send_setup(
    client: Client, plan: Plan, fixtures: TargetFixtures, contract: Contract, chosen: Collection[str]
) -> list[Exchange]:
    """Send the setup probes one by one, and give the client its known-good requests.

    The first request is sent whether or not it is among the `chosen` ids. If the policy withholds it, a request with an
    unknown token shows that there is a target. Raises NoVerdict for a target that is out of reach, refuses the
    credentials, or is not the documented service.
    """
    strange = fixtures.request(ordinary(fixtures))
    client.known_good = strange
    opening = [probe for probe in plan.sent if probe.stage is Stage.SETUP]
    if not opening:
        client.reassurance = fixtures.request(fixtures.token, b"0")
        reached = client.send(REACH, strange)
        _check_reach(reached, secure=client.secure)
        _check_presence(reached, client, fixtures, contract)
    exchanges = []
    for probe in opening:
        if probe.request is None or (probe.id != FIRST and set(chosen) == {FIRST}):
            continue
        exchange = client.send(probe.id, probe.request)
        exchanges.append(exchange)
        if probe.id == FIRST:
            _check_reach(exchange, secure=client.secure)
            _check_recognised(exchange, client, fixtures, contract)
            _check_presence(exchange, client, fixtures, contract)
            if stand_in(exchange, contract) is None:
                client.stand_in = partial(stand_in, contract=contract)
    return exchanges


def _check_reach(exchange: Exchange, *, secure: bool) -> None:
    """Raise NoVerdict without an answer. Confirmed trouble concerns this one request: others are answered."""
    if exchange.trouble is Trouble.UNREACHABLE:
        raise NoVerdict(f"the target cannot be reached: {exchange.detail}")
    if exchange.trouble is not None and not exchange.confirmed:
        perhaps = _PERHAPS[secure] if exchange.trouble is Trouble.DROPPED else ""
        raise NoVerdict(f"the target does not answer: {exchange.trouble} ({exchange.detail}){perhaps}")


def _check_recognised(first: Exchange, client: Client, fixtures: TargetFixtures, contract: Contract) -> None:
    if first.response is None:
        return
    if first.response.status == 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2
        got = Reading(first, contract, Context()).got
        raise NoVerdict(
            f"the credentials were refused: the first valid request was answered {got}; "
            f"check token (${fixtures.token.secret}){_named(fixtures)}"
        )
    client.known_good = client.reassurance = first.request
    client.vigilant = first.response.status == contract.operation.success


def _named(fixtures: TargetFixtures) -> str:
    """The resource's key in the target description and its value, in words, or an empty text."""
    key = fixtures.operation.key(Role.PERMITTED)
    return f" and {key} = {fixtures.resource}" if key else ""


def _check_presence(first: Exchange, client: Client, fixtures: TargetFixtures, contract: Contract) -> None:
    """Raise NoVerdict if a few requests, each unlike the others, show that the documented service is absent."""
    if first.response is None or (first.response.status != NOT_FOUND and speaks(first, contract)):
        return
    answers = [first]
    elsewhere = client.send(ELSEWHERE, Request(fixtures.operation.method, _NOWHERE, None, token_header=fixtures.header))
    for request in _unlike(fixtures):
        if absence(answers, elsewhere, contract) is None:
            return
        answers.append(client.send(REACH, request))
    if words := absence(answers, elsewhere, contract):
        raise NoVerdict(words)


def _unlike(fixtures: TargetFixtures) -> Iterator[Request]:
    """Requests with different documented answers: an unknown token, none, and an id out of range."""
    token = ordinary(fixtures)
    yield fixtures.request(token)
    yield fixtures.request(None)
    yield fixtures.request(token, 0)


class ReadBack:
    """The contract's read-back, a GET (docs/vendor.md), sent for each resource that the token may change.

    Its answers are noted and never judged. After the first one without an answer no further one is sent.

    Attributes:
        changes: the state of each resource before and after the run.
    """

    def __init__(self, client: Client, fixtures: TargetFixtures, redactor: Redactor, contract: Contract) -> None:
        self._client = client
        self._contract = contract
        self._fixtures = fixtures
        self._redactor = redactor
        name = contract.operation.resource or ""
        permitted = (found for found, role in fixtures.roles.items() if role is Role.PERMITTED)
        self.changes = tuple(ResourceChange(name, found, None) for found in permitted)

    def before(self) -> None:
        """Note the state before the run. Raises the client's errors."""
        states = self._read()
        self.changes = tuple(replace(change, before=states.get(change.resource)) for change in self.changes)

    def after(self) -> None:
        """Note the state after the run. An error here is no finding."""
        try:
            states = self._read()
        except ConformanceError:
            return
        self.changes = tuple(replace(change, after=states.get(change.resource)) for change in self.changes)

    def _read(self) -> dict[Identifier, ResourceState]:
        states: dict[Identifier, ResourceState] = {}
        fixtures = self._fixtures
        for change in self.changes:
            target = fixtures.read_back(change.resource)
            if target is None:
                break
            request = Request("GET", target, fixtures.token, token_header=fixtures.header)
            exchange = self._client.send(READ_BACK, request)
            answer = documented_members(exchange, self._contract).response
            if answer is None:
                break
            states[change.resource] = self._state(answer.status, answer.body)
        return states

    def _state(self, status: int, body: bytes) -> ResourceState:
        document = read_json(body).value if status == _OK else None
        if not isinstance(document, dict):
            return ResourceState(status)
        shown = read_json(self._redactor.text(json.dumps(document)).encode()).value
        if not isinstance(shown, dict):
            return ResourceState(status)
        url = shown.get(self._contract.operation.url_member or "")
        return ResourceState(status, shown, url if isinstance(url, str) else None)
