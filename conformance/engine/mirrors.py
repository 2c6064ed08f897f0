"""The read-back: the mirror of every repository that a run may associate, asked for before and after it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.facts import Role
from conformance.contract.message import Request
from conformance.contract.strictjson import read_json
from conformance.exceptions import ConformanceError
from conformance.report.mirrors import LeftBehind, MirrorState

if TYPE_CHECKING:
    from conformance.plan.inventory import Inventory
    from conformance.traffic.redaction import Redactor
    from conformance.traffic.sender import Sender

__all__ = ["READ_BACK", "Mirrors"]

READ_BACK = "suite.read-back"
_OK = 200  # RFC 9110 section 15.3.1


class Mirrors:
    """Reads ``GET /v4/repositories/{id}/remote-mirror`` (VENDOR: A run on the real service), one request for each id.

    A target without it answers as it likes: that is noted, and judged by nobody. Where one is not answered at all, no
    further one is asked for.
    """

    def __init__(self, sender: Sender, inventory: Inventory, redactor: Redactor) -> None:
        self._sender = sender
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
            answer = self._sender.send(READ_BACK, Request("GET", target, self._token)).response
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
