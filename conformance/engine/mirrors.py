"""The read-back: the mirror of every repository that a run may associate, asked for before and after it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.pointer import resolve
from conformance.contract.facts import Role
from conformance.contract.message import Request
from conformance.contract.strictjson import read_json
from conformance.exceptions import ConformanceError
from conformance.report.mirrors import LeftBehind, MirrorState

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange
    from conformance.plan.inventory import Inventory
    from conformance.traffic.redaction import Redactor
    from conformance.traffic.sender import Sender

__all__ = ["READ_BACK", "Mirrors", "documented"]

READ_BACK = "suite.read-back"
_OK = 200  # RFC 9110 section 15.3.1
_SCHEMA = "#/components/schemas/RemoteMirror"


def documented(exchange: Exchange, contract: Contract) -> Exchange:
    """`exchange` as it may be shown: of a mirror that was read back no member that the document does not name.

    Somebody else may have made it, with a password or a token. A 200 that is no JSON object is shown without its body,
    a member that is an object or an array is not shown. Other exchanges are as they are.
    """
    answer = exchange.response
    if exchange.probe != READ_BACK or answer is None or answer.status != _OK:
        return exchange
    document = read_json(answer.body).value
    if not isinstance(document, dict):
        return replace(exchange, response=replace(answer, body=b""))
    fields = resolve(contract.openapi, _SCHEMA)["properties"]
    kept = {name: value for name, value in document.items() if name in fields and not isinstance(value, dict | list)}
    if kept == document:
        return exchange
    return replace(exchange, response=replace(answer, body=json.dumps(kept).encode()))


class Mirrors:
    """Reads ``GET /v4/repositories/{id}/remote-mirror`` (docs/vendor.md), one request for each id.

    A target without it answers as it likes: that is noted, and judged by nobody. Where one is not answered at all, no
    further one is asked for.
    """

    def __init__(self, sender: Sender, inventory: Inventory, redactor: Redactor, contract: Contract) -> None:
        self._sender = sender
        self._contract = contract
        self._token = inventory.token
        self._redactor = redactor
        permitted = (number for number, role in inventory.roles.items() if role is Role.PERMITTED)
        self.left_behind = tuple(LeftBehind(number, None) for number in permitted)

    def before(self) -> None:
        """Note the state that the run finds; raises what the sender raises."""
        states = self._read()
        self.left_behind = tuple(replace(left, before=states.get(left.repository_id)) for left in self.left_behind)

    def after(self) -> None:
        """Note the state that the run leaves; what goes wrong here is no finding."""
        try:
            states = self._read()
        except ConformanceError:
            return
        self.left_behind = tuple(replace(left, after=states.get(left.repository_id)) for left in self.left_behind)

    def _read(self) -> dict[int, MirrorState]:
        states: dict[int, MirrorState] = {}
        for left in self.left_behind:
            target = b"/v4/repositories/%d/remote-mirror" % left.repository_id
            exchange = self._sender.send(READ_BACK, Request("GET", target, self._token))
            answer = documented(exchange, self._contract).response
            if answer is None:
                break
            states[left.repository_id] = MirrorState(answer.status, self._mirror(answer.status, answer.body))
        return states

    def _mirror(self, status: int, body: bytes) -> dict[str, object] | None:
        document = read_json(body).value if status == _OK else None
        if not isinstance(document, dict):
            return None
        shown = read_json(self._redactor.text(json.dumps(document)).encode()).value
        return shown if isinstance(shown, dict) else None
