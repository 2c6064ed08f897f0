"""What holds for everything that is sent: no 5xx, no dropped connection, nothing given away."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from conformance.contract.message import Trouble
from conformance.judge.rules.registry import rule
from conformance.judge.verdict import PASS, Finding, fail, untested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Response
    from conformance.judge.reading import Reading

_SECRET_LENGTH = 16
_TRACES = (
    re.compile(rb"Traceback \(most recent call last\)"),
    re.compile(rb"^\s*at [\w$.<>]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)", re.MULTILINE),
    re.compile(rb"\\n\\tat [\w$.<>]+\("),
    re.compile(rb'File \\?"[^"\n]+\\?", line \d+, in '),
    re.compile(rb"goroutine \d+ \[\w+\]:"),
    re.compile(rb"^\s*at .+ in .+:line \d+", re.MULTILINE),
    re.compile(rb"^\s*at .+ \(?(?:file://)?/?[\w./-]+\.(?:js|ts|mjs|cjs):\d+:\d+\)?", re.MULTILINE),
    re.compile(rb"(?:java|javax|org\.springframework)\.[\w.]+(?:Exception|Error)\b"),
)


@rule("status.server-error")
def server_error(reading: Reading) -> Finding | None:
    """Nothing is answered 5xx."""
    if reading.status == 0:
        return None
    if reading.status >= 500:  # noqa: PLR2004 - RFC 9110 section 15.6
        return fail(f"answered {reading.got}", got=reading.got)
    return PASS


@rule("connection.dropped")
def dropped(reading: Reading) -> Finding | None:
    """No connection is dropped; silence and answers that are no HTTP count as well."""
    exchange = reading.exchange
    if exchange.response is not None:
        return PASS
    if exchange.trouble not in {Trouble.DROPPED, Trouble.TIMEOUT, Trouble.MALFORMED}:
        return None
    if not exchange.confirmed:
        return untested(f"{exchange.trouble}, and whether it comes back could not be tried")
    return fail(f"{exchange.trouble}, again and again: {exchange.detail}"[:300], got=str(exchange.trouble))


@rule("leak.token")
def token(reading: Reading) -> Finding | None:
    """No answer repeats the token that was sent."""
    sent, response = reading.exchange.request.token, reading.exchange.response
    if sent is None or sent.length < _SECRET_LENGTH or response is None:
        return None
    where = _places(response, _forms(sent.value))
    return fail(f"the token that was sent stands in {where}", got=f"the token in {where}") if where else PASS


@rule("leak.password")
def password(reading: Reading) -> Finding | None:
    """No answer repeats a password from a url's user info."""
    response = reading.exchange.response
    secret = _password(reading.facts.url) if reading.facts.url else None
    if secret is None or response is None:
        return None
    where = _places(response, {secret.encode(), unquote(secret).encode()})
    return fail(f"the password of the url stands in {where}", got=f"the password in {where}") if where else PASS


@rule("leak.stack-trace")
def stack_trace(reading: Reading) -> Finding | None:
    """No answer carries a stack trace."""
    response = reading.exchange.response
    if response is None:
        return None
    for pattern in _TRACES:
        if match := pattern.search(response.body):
            seen = match.group()[:80].decode("latin-1").strip()
            return fail(f"the body carries a stack trace: {seen}", got=seen)
    return PASS


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password or None
    except ValueError:
        return None


def _forms(value: bytes) -> set[bytes]:
    """The spellings in which a token can come back."""
    text = value.decode("latin-1")
    return {value, json.dumps(text)[1:-1].encode(), quote(text, safe="").encode(), base64.b64encode(value)}


def _places(response: Response, forms: set[bytes]) -> str:
    return " and ".join(_where(response, forms))


def _where(response: Response, forms: set[bytes]) -> Iterator[str]:
    for name, value in response.headers:
        if any(form in value for form in forms):
            yield f"the header {name.decode('latin-1')}"
    if any(form in response.body for form in forms):
        yield "the body"
