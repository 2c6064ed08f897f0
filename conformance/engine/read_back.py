"""The read-back: every resource that a run may change, asked for before and after it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.facts import Role
from conformance.contract.message import Request
from conformance.contract.strictjson import read_json
from conformance.exceptions import ConformanceError
from conformance.report.record import ResourceChange, ResourceState

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange
    from conformance.contract.values import Identifier
    from conformance.plan.fixtures import TargetFixtures
    from conformance.traffic.redaction import Redactor
    from conformance.traffic.sender import Sender

__all__ = ["READ_BACK", "ReadBack", "documented_members"]

READ_BACK = "suite.read-back"
_OK = 200  # RFC 9110 section 15.3.1


def documented_members(exchange: Exchange, contract: Contract) -> Exchange:
    """`exchange` as it may be shown: of a resource that was read back no member that the document does not name.

    Somebody else may have made it, with a password or a token. A 200 that is no JSON object is shown without its body,
    a member that is an object or an array is not shown. Other exchanges are as they are.
    """
    answer = exchange.response
    if exchange.probe != READ_BACK or answer is None or answer.status != _OK:
        return exchange
    document = read_json(answer.body).value
    if not isinstance(document, dict):
        return replace(exchange, response=replace(answer, body=b""))
    fields = contract.operation.responses[contract.operation.success].members
    kept = {name: value for name, value in document.items() if name in fields and not isinstance(value, dict | list)}
    if kept == document:
        return exchange
    return replace(exchange, response=replace(answer, body=json.dumps(kept).encode()))


class ReadBack:
    """Sends the contract's read-back, a GET (docs/vendor.md), once for each resource that the token may change.

    A target without it answers as it likes: that is noted, and judged by nobody. Where one is not answered at all, no
    further one is asked for.
    """

    def __init__(self, sender: Sender, fixtures: TargetFixtures, redactor: Redactor, contract: Contract) -> None:
        self._sender = sender
        self._contract = contract
        self._fixtures = fixtures
        self._redactor = redactor
        name = contract.operation.resource or ""
        permitted = (found for found, role in fixtures.roles.items() if role is Role.PERMITTED)
        self.changes = tuple(ResourceChange(name, found, None) for found in permitted)

    def before(self) -> None:
        """Note the state that the run finds; raises what the sender raises."""
        states = self._read()
        self.changes = tuple(replace(change, before=states.get(change.resource)) for change in self.changes)

    def after(self) -> None:
        """Note the state that the run leaves; what goes wrong here is no finding."""
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
            exchange = self._sender.send(READ_BACK, request)
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
