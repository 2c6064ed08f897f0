"""The behaviour of a target: an answer without what varies (docs/history.md), and whether the service is there at all.

A maintenance page, a redirect to a login, a proxy or framework without such a route break no promise of the service. A
service that answers wrongly is told from those by whatever it does of its own: it speaks the envelope, or knows
documented members, or answers the documented path otherwise than a path that nobody documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.contract.strictjson import read_json
from conformance.judge.reading import Context, Reading, json_type, responder_of
from conformance.judge.verdict import AnsweredBy, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange, Response
    from conformance.contract.operation import Envelope

_DEEPEST = 3
_LONGEST_NAME = 1_000
NOT_FOUND = 404  # RFC 9110 section 15.5.5
"""An envelope with it may be a router's, which has one for every path."""
_OF_PROXIES = frozenset({502, 503, 504})  # RFC 9110 sections 15.6.3 to 15.6.5
_PAGE = "text/html"
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})</title", re.IGNORECASE)
_LONGEST_WORDS = 80
_MOST_KINDS = 3


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A probe's answer without the values that vary; without an answer `status` is 0 and the rest is empty.

    The code is that of the envelope, the content type has no parameters, and `shape` has the member names and JSON
    types of the body. `headers` are the names of the answer's fields in lower case, sorted, each once. `connection` is
    ``kept`` or ``closed``, as the answer itself says (RFC 9112 section 9.3).
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
        answered_by=responder_of(response, envelope),
        headers=tuple(sorted({name.decode("latin-1").lower() for name, _ in response.headers})),
        connection=_connection(response),
    )


def _connection(response: Response) -> str:
    """Whether the answer keeps the connection (RFC 9112 section 9.3)."""
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
    return json_type(value)


def speaks(exchange: Exchange, contract: Contract) -> bool:
    """Whether an answer can only be the documented service's: its envelope, or a success with a documented member."""
    reading = Reading(exchange, contract, Context())
    members, operation = (reading.object or {}).keys(), contract.operation
    if reading.succeeded:
        documented = operation.responses[operation.success]
        empty = documented.schema is None and reading.success and exchange.response and not exchange.response.body
        return bool(empty or members & documented.members.keys())
    own = operation.envelope.of(reading.status)
    envelope = {own.code, own.text}
    return members >= envelope and reading.answered_by is not AnsweredBy.GATEWAY


def stand_in(exchange: Exchange, contract: Contract) -> str | None:
    """In words, an answer that a proxy or a site gives instead of a service that is away; None for any other.

    A broken service may answer so too: only what else is answered tells the two apart.
    """
    answer = exchange.response
    if answer is None or speaks(exchange, contract):
        return None
    return _words(answer) if _instead(answer) or _media(answer) == _PAGE else None


def absence(answers: Sequence[Exchange], elsewhere: Exchange, contract: Contract) -> str | None:
    """The thing that answers instead of the documented service, in words; None where it may be the service.

    `answers` are those to different requests on the documented path. `elsewhere` is the one on a path that is not
    documented.
    """
    if not answers or not all(_foreign(exchange, elsewhere, contract) for exchange in answers):
        return None
    kinds: dict[tuple[int, str], str] = {}
    for answer in (exchange.response for exchange in answers if exchange.response):
        kinds.setdefault((answer.status, _media(answer)), _words(answer))
    more = " and others" if len(kinds) > _MOST_KINDS else ""
    down = all(status in _OF_PROXIES for status, _ in kinds)
    check = "check that the service is up, and base_url" if down else "check base_url"
    return (
        "nothing there is the documented service: "
        f"all {len(answers)} requests were answered {', '.join([*kinds.values()][:_MOST_KINDS])}{more}; {check}"
    )


def _foreign(exchange: Exchange, elsewhere: Exchange, contract: Contract) -> bool:
    """Whether an answer has nothing of the service; one that did not come says nothing, and is not foreign.

    An envelope is the service's, unless it is the 404 that every path has: the base url is wrong then.
    """
    answer = exchange.response
    if answer is None:
        return False
    if speaks(exchange, contract):
        return answer.status == NOT_FOUND and _looks(exchange, contract) == _looks(elsewhere, contract)
    return _instead(answer) or _looks(exchange, contract) == _looks(elsewhere, contract)


def _instead(answer: Response) -> bool:
    redirected = 300 <= answer.status < 400  # noqa: PLR2004 - RFC 9110 section 15.4
    page = answer.status < 300 and _media(answer) == _PAGE  # noqa: PLR2004 - RFC 9110 section 15.3
    return redirected or page or answer.status in _OF_PROXIES


def _looks(exchange: Exchange, contract: Contract) -> tuple[object, ...]:
    """The look of an answer, without texts that may name the path or the time."""
    seen = behaviour_of(exchange, contract.operation.envelope)
    return seen.status, seen.content_type, seen.shape, seen.error_code


def _media(answer: Response) -> str:
    return (answer.header("content-type") or "").partition(";")[0].strip().lower()


def _words(answer: Response) -> str:
    """An answer in few words: its status, its media type or where it leads, and how it begins."""
    where = answer.header("location")
    if where is not None and 300 <= answer.status < 400:  # noqa: PLR2004 - as above
        return f"{answer.status} to {in_words(where, _LONGEST_WORDS)}"
    text = answer.body.decode("utf-8", "replace")
    title = _TITLE.search(text)
    words = in_words(" ".join((title[1] if title else text).split()), _LONGEST_WORDS)
    return " ".join(filter(None, [str(answer.status), _media(answer), f'"{words}"' if words else "without a body"]))
