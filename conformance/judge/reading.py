"""A reading of an exchange: its JSON, its responder, and what earlier exchanges said about the target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.contract.strictjson import JsonText, read_json
from conformance.judge.expected import expectation_of
from conformance.judge.verdict import AnsweredBy, in_words

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.facts import Facts
    from conformance.contract.message import Exchange, Response
    from conformance.contract.operation import Envelope

_LONGEST_CODE = 100
_NOT_IMPLEMENTED = 501  # RFC 9110 section 15.6.2


@dataclass(frozen=True, slots=True)
class Context:
    """The target, as the first request, and the same again, have shown it.

    Attributes:
        obstacle: why further successes cannot be had; None where they can.
        succeeded: whether the first request succeeded, or was not tried.
        same: the member that its answer shares with later ones; None where there is none to compare with.
        steady: whether the second answer had the same one.
        recognised: whether the valid token was tried at all.
        created: that member in the first answer to many new requests at once.
        burst: that member in the first answer to the first request sent many times at once.
    """

    obstacle: str | None = None
    succeeded: bool = True
    same: object = None
    steady: bool = True
    recognised: bool = True
    created: object = None
    burst: object = None


@dataclass(frozen=True)
class Reading:
    """One exchange together with the contract and the context, and what can be read off it."""

    exchange: Exchange
    contract: Contract
    context: Context

    @property
    def unimplemented(self) -> bool:
        """Whether the answer is 501 to another method than the documented one: a refusal, and no server error."""
        return self.status == _NOT_IMPLEMENTED and not self.facts.documented_method

    @property
    def facts(self) -> Facts:
        """The facts of the request."""
        return self.exchange.facts

    @property
    def status(self) -> int:
        """The status code; 0 where there is no answer."""
        return self.exchange.response.status if self.exchange.response else 0

    @cached_property
    def json(self) -> JsonText:
        """The body of the answer, read strictly; nothing where reading it stopped early."""
        if self.cut:
            return JsonText(defect="it was not read to its end")
        return read_json(self.exchange.response.body if self.exchange.response else b"")

    @property
    def unread(self) -> str | None:
        """The reason why the body says nothing, though the answer may be good; None where it could be read."""
        response = self.exchange.response
        if self.cut:
            return "the answer is too long to be read to its end"
        if self.json.unread:
            return f"the body was not read: {self.json.defect}"
        if response is None or response.coding is None or not self.json.defect:
            return None
        coding = in_words(response.coding, _LONGEST_CODE)
        if response.damaged:
            return f"the body is not in the content coding {coding}, as the answer says"
        return f"the answer is in the content coding {coding}, which is not undone"

    @property
    def cut(self) -> bool:
        """Whether the answer was too long to be read to its end."""
        return self.exchange.response is not None and self.exchange.response.truncated

    @cached_property
    def object(self) -> dict[str, Any] | None:
        """The body of the answer where it is a JSON object."""
        return self.json.value if isinstance(self.json.value, dict) else None

    @cached_property
    def error_code(self) -> str | None:
        """The code in the envelope of the answer where it is a string."""
        code = (self.object or {}).get(self.contract.operation.envelope.of(self.status).code)
        return code if isinstance(code, str) else None

    @cached_property
    def answered_by(self) -> AnsweredBy:
        """The sender of the answer, by its envelope (docs/vendor.md)."""
        return responder_of(self.exchange.response, self.contract.operation.envelope, self.json)

    @property
    def success(self) -> bool:
        """Whether the answer has the documented status of success."""
        return self.status == self.contract.operation.success

    @property
    def same(self) -> Any:  # noqa: ANN401 - a JSON value
        """The member of a success that the same request again shows again; None where there is none to compare."""
        member = expectation_of(self.contract).same
        return None if member is None else (self.object or {}).get(member)

    @cached_property
    def allowed(self) -> frozenset[int]:
        """The statuses that the document allows for the request; empty where it is silent."""
        return expectation_of(self.contract).expected(self.facts)

    @cached_property
    def owners(self) -> frozenset[str]:
        """The clauses that are judged by the status."""
        return expectation_of(self.contract).owners(self.exchange, self.status)

    @property
    def succeeded(self) -> bool:
        """Whether the answer is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110 section 15.3

    @property
    def got(self) -> str:
        """The answer in few words: the status, and the error code where there is one."""
        return f"{self.status} {in_words(self.error_code, _LONGEST_CODE)}" if self.error_code else str(self.status)


def responder_of(response: Response | None, envelope: Envelope, read: JsonText | None = None) -> AnsweredBy:
    """The sender of an answer: the gateway has codes of its own, the service a form (docs/vendor.md).

    A success with an object is the service's, and so is the documented envelope, whatever its code: what is judged must
    not decide who answered. `read` is the body, where it was read before.
    """
    if response is None:
        return AnsweredBy.OTHER
    body = read or (JsonText(defect="cut") if response.truncated else read_json(response.body))
    document = body.value if isinstance(body.value, dict) else {}
    own = envelope.of(response.status)
    code, text = document.get(own.code), document.get(own.text)
    if isinstance(code, str) and envelope.gateway.fullmatch(code):
        return AnsweredBy.GATEWAY
    success = 200 <= response.status < 300 and isinstance(body.value, dict)  # noqa: PLR2004 - RFC 9110 section 15.3
    if success or (isinstance(code, str) and (isinstance(text, str) or envelope.service.fullmatch(code))):
        return AnsweredBy.SERVICE
    return AnsweredBy.OTHER


def json_type(value: object) -> str:
    """The JSON type of a value that was read from JSON (RFC 8259 section 3)."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return "null" if value is None else names[type(value)]
