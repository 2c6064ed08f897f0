"""The stand-in itself: an ASGI application that answers a request by the contract, whatever the operation.

In order: the path, the method, the token, the parameters, the body, the resource. Each refusal has the status that a
clause owes it; where none does, a documented one, since it is in contract to say no more than the document.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.contract.body import BodyKind
from conformance.contract.facts import Role, facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Request as Sent
from conformance.contract.message import Token
from conformance.contract.strictjson import read_json
from conformance.mock.message import Answer, Request
from conformance.mock.url import without_user
from conformance.standin.description import described
from conformance.strategies.plain import plain_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.contract import Contract
    from conformance.contract.facts import Facts
    from conformance.mock.message import Receive, Scope, Send

__all__ = ["StandIn"]

_LONGEST_BODY = 12 * 1024 * 1024  # bytes
_TOKENS = {TokenKind.MISSING: "missing", TokenKind.EMPTY: "empty", TokenKind.NEAR_VALID: "near-valid"}
_FINE = {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON, BodyKind.URL_OPEN, BodyKind.MEMBER_ABSENT}
_ANY: Mapping[str, Any] = {}
"""The schema of a body of which the document shows examples alone."""
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _INVALID = (401, 403), (403, 404), (404, 403), (400, 422)


class StandIn:
    """The service of a contract. It keeps no state: the same request has the same answer."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.operation = contract.operation
        self.described = described(contract.operation)
        rows = [clause.arguments for clause in contract.catalogue if clause.check == "owed"]
        self._owed = [row for row in rows if "status" in row]
        self._success: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        request = await Request.read(scope, receive, limit=_LONGEST_BODY)
        if request is not None:
            await self.answer(request, scope["query_string"]).send(request.method, send)

    def answer(self, request: Request, query: bytes = b"") -> Answer:
        """The answer to a request; `query` is what stands behind the question mark of its target."""
        header = self.operation.credential.header
        tokens = request.values(header.lower())
        sent = Sent(
            self.operation.method if self._is_head(request) else request.method,
            request.path + (b"?" + query if query else b""),
            Token(tokens[0]) if tokens else None,
            request.body or b"",
            tuple(pair for pair in request.headers if pair[0].lower() != header.lower()),
            token_header=header,
        )
        facts = facts_of(sent, self.described.known)
        if not facts.documented_method or not (facts.exact_path or facts.queried) or request.body is None:
            return self._of_another(request, facts)
        if len(tokens) > 1 or not facts.token.good or not facts.token_in_range:
            return self.refusal(self._status(_UNAUTHORISED, credential=_TOKENS.get(facts.token, "unknown")))
        if facts.queried or not facts.valued:
            return self.refusal(self._status(_INVALID, parameter="invalid"))
        optional = self.operation.body is None or not self.operation.body.required
        if facts.body not in _FINE and not (optional and not request.body):
            return self.refusal(self._status(_INVALID, body="invalid"))
        return self._of_role(facts, request.body)

    def _is_head(self, request: Request) -> bool:
        return request.method == "HEAD" and self.operation.method == "GET"

    def _of_another(self, request: Request, facts: Facts) -> Answer:
        """The answer to another path or method, or to a body that was not read to its end."""
        if not facts.exact_path:
            return self.refusal(404)
        if request.body is None:
            return self.refusal(413)
        allowed = ((b"allow", f"{self.operation.method}, OPTIONS".encode()),)
        if request.method == "OPTIONS":
            return Answer(204, headers=allowed)
        refused = self.refusal(405)
        return Answer(refused.status, refused.body, (*refused.headers, *allowed))

    def _of_role(self, facts: Facts, body: bytes) -> Answer:
        """The answer to a good token: what the account may do with the resource."""
        if facts.token is TokenKind.RESTRICTED or facts.role is Role.RESTRICTED:
            return self.refusal(self._status(_FORBIDDEN, role="restricted"))
        if facts.role is not Role.PERMITTED:
            return self.refusal(self._status(_NOT_FOUND, role="missing"))
        return self._succeed(facts, body)

    def _status(self, usual: tuple[int, ...], **about: str) -> int:
        """The status that a clause owes; else the first of the usual ones that is documented, else any refusal."""
        found: list[int] = [
            row["status"] for row in self._owed if all(row.get(name) == one for name, one in about.items())
        ]
        documented = [one for one in self.operation.refusals if one < 500]  # noqa: PLR2004 - RFC 9110 section 15.6
        return next(iter((*found, *(one for one in usual if one in documented), *documented, usual[0])))

    def _succeed(self, facts: Facts, body: bytes) -> Answer:
        """The documented success: its example, or a body made by its schema, with what it repeats of the request."""
        response = self.operation.responses[self.operation.success]
        if response.media is None:
            return Answer(response.status)
        if self._success is None:
            self._success = self._shown(response.schema or _ANY, response.examples)
        shown = {**self._success, **self._repeated(facts, body)} if isinstance(self._success, dict) else self._success
        return _of_media(response.status, response.media, shown)

    def _repeated(self, facts: Facts, body: bytes) -> dict[str, Any]:
        """The members of the success that repeat a parameter, or a member of the body."""
        found: dict[str, Any] = {}
        sent = read_json(body).value
        for clause in self.contract.catalogue:
            if clause.check != "echo":
                continue
            member, name = clause.arguments["member"], clause.arguments.get("parameter")
            if name is not None:
                value = facts.id if name == self.operation.resource else facts.arguments[name].value
            else:
                value = sent
                for part in clause.arguments["sent"].split("."):
                    value = value.get(part) if isinstance(value, dict) else None
                if clause.arguments["sent"] == self.operation.url_member and isinstance(value, str):
                    value = without_user(value)
            if value is not None:
                found[member] = value
        return found

    def refusal(self, status: int) -> Answer:
        """A refusal: the example of its status or of another, or a body made by the schema of either."""
        documented = self.operation.responses.get(status)
        if documented is not None and documented.media is None:
            return Answer(status)
        enveloped = (self.operation.responses[one] for one in self.operation.refusals)
        response = documented or next((one for one in enveloped if one.media), None)
        if response is not None and (response.schema or response.examples):
            return _of_media(status, str(response.media), self._shown(response.schema or _ANY, response.examples))
        envelope = self.operation.envelope.of(status)
        return _of_media(status, "application/json", {envelope.code: f"SI.{status}", envelope.text: "Refused."})

    def _shown(self, schema: Mapping[str, Any], examples: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any JSON
        """The first example that fits the schema, else a value made by it."""
        contract = self.contract
        fitting = (
            one for one in examples if not contract.type_errors(schema, one) and not contract.format_errors(schema, one)
        )
        return next(fitting, None) or plain_value(schema)


def _of_media(status: int, media: str, value: object) -> Answer:
    return Answer(status, json.dumps(value).encode(), ((b"content-type", media.encode()),))
