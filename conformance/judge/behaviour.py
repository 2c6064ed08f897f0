"""What came back for a probe, reduced to what should be the same tomorrow (docs/history.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.contract.strictjson import read_json
from conformance.judge.speaker import speaker_of
from conformance.judge.verdict import in_words

if TYPE_CHECKING:
    from conformance.contract.message import Exchange, Response
    from conformance.contract.operation import Envelope
    from conformance.judge.verdict import AnsweredBy

__all__ = ["Behaviour", "behaviour_of"]

_DEEPEST = 3
_LONGEST_NAME = 1_000


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A probe's answer without the values that vary; `status` is 0 and the rest empty where there was no answer.

    `headers` are the names of the answer's fields in lower case, sorted, each once. `connection` is ``kept`` or
    ``closed``, as the answer says itself (RFC 9112 section 9.3).
    """

    probe: str
    status: int
    error_code: str | None
    content_type: str | None
    shape: str | None
    answered_by: AnsweredBy | None = None
    headers: tuple[str, ...] = ()
    connection: str | None = None


def behaviour_of(exchange: Exchange, envelope: Envelope) -> Behaviour:
    """The behaviour that `exchange` shows."""
    response = exchange.response
    if response is None:
        return Behaviour(exchange.probe, 0, None, None, None)
    body = read_json(response.body)
    code = body.value.get(envelope.of(response.status).code) if isinstance(body.value, dict) else None
    media = response.header("content-type")
    return Behaviour(
        probe=exchange.probe,
        status=response.status,
        error_code=in_words(code, _LONGEST_NAME) if isinstance(code, str) else None,
        content_type=media.split(";")[0].strip().lower() if media else None,
        shape=_no_json(response.body) if body.defect else _shape(body.value, 0),
        answered_by=speaker_of(response, envelope),
        headers=tuple(sorted({name.decode("latin-1").lower() for name, _ in response.headers})),
        connection=_connection(response),
    )


def _connection(response: Response) -> str:
    """What becomes of the connection after the answer."""
    fields = (value for name, value in response.headers if name.lower() == b"connection")
    options = {option.strip().lower() for value in fields for option in value.split(b",")}
    kept = b"keep-alive" in options if response.http_version == "HTTP/1.0" else b"close" not in options
    return "kept" if kept else "closed"


def _no_json(body: bytes) -> str:
    return "text" if body.strip() else "empty"


def _shape(value: object, depth: int) -> str:
    """Member names and JSON types, in alphabetical order: ``{id: integer, url: string}``."""
    if isinstance(value, dict):
        if depth >= _DEEPEST:
            return "object"
        members = (f"{in_words(name, _LONGEST_NAME)}: {_shape(value[name], depth + 1)}" for name in sorted(value))
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        kinds = sorted({_shape(item, depth + 1) for item in value}) if depth < _DEEPEST else []
        return "[" + " | ".join(kinds) + "]"
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return names[type(value)]
