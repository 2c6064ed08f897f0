"""An exchange as evidence: a HAR 1.2 entry and a curl line, redacted before they touch a disk.

The entry's member ``_conformance`` holds what HAR has no place for, so that a later release can judge the traffic again
with the same verdicts, sending nothing. Its members:

- ``format``: 2;
- ``number``, ``probe``, ``superseded``, ``flaky``, ``confirmed``, ``trouble`` (the value of Trouble, or null),
  ``detail``, ``started_at`` (seconds since the epoch), ``seconds``: those of the Exchange;
- ``answered_by``: ``service``, ``gateway`` or ``other``; null where there was no answer;
- ``clauses``: those that the probe is there for, or null where the exchange is not judged: a sign of life, say;
- ``facts``: every field of Facts, enumerations by value; the password of ``url`` is ``*password*``; an identifier that
  is text is an object with the member ``text``;
- ``target``: the request target below the base URL, in latin-1;
- ``token``: null, or ``header`` (the field's name), ``kind`` (of TokenKind), ``length``, ``secret``, ``made_by``,
  ``placeholder`` (what stands in the entry wherever the token stood), ``sha256`` (null where it would give a short
  secret away);
- ``request_body`` and ``response_body``: ``size``, ``sha256`` (null where the body holds a password), ``cut`` (whether
  the text ends after 4 kB with ``<… N bytes, sha256:DIGEST>``), for the response ``truncated`` (reading stopped early),
  ``coding`` (content codings that could not be undone, or null) and ``damaged`` (that it was none, though it said so).

`conformance.report.recorded` reads an entry back: it takes ``facts`` as they are, and for the token its placeholder. An
answer that repeated the token repeats the placeholder; one that repeated the password of the url repeats
``*password*``. An answer that was cut cannot be judged again. A body that is not UTF-8 is in
base64 (``content.encoding``; ``postData._encoding`` in a request).
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from conformance.judge.speaker import speaker_of
from conformance.report.curl import curl_line
from conformance.report.record import Evidence
from conformance.report.shown import Shown
from conformance.report.way import Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.contract.message import Exchange
    from conformance.contract.operation import Envelope
    from conformance.contract.values import Identifier
    from conformance.traffic.redaction import Redactor

__all__ = ["FORMAT", "evidence_of"]

FORMAT = 2


def evidence_of(
    exchange: Exchange,
    redactor: Redactor,
    base_url: str,
    headers: Sequence[tuple[bytes, bytes]] = (),
    declared: tuple[str, ...] | None = None,
    *,
    envelope: Envelope,
    way: Way | None = None,
) -> Evidence:
    """The evidence; `headers` are the target description's, sent with every request, and `way` is how to get there.

    `declared` are the clauses that the probe is there for, None where the exchange is not judged. `envelope` tells
    whose an answer is.
    """
    shown = Shown(exchange, redactor)
    milliseconds = round(exchange.seconds * 1000, 3)
    har: dict[str, object] = {
        "startedDateTime": datetime.fromtimestamp(exchange.started_at, UTC).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange, shown, base_url, headers),
        "response": _response(exchange, shown),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_conformance": {**_conformance(exchange, shown, redactor, envelope), "clauses": declared},
    }
    cut = exchange.response is not None and shown.cut(exchange.response.body)
    return Evidence(exchange.number, har, curl_line(exchange, base_url, redactor, headers, way or Way()), cut)


def _request(
    exchange: Exchange, shown: Shown, base_url: str, headers: Sequence[tuple[bytes, bytes]]
) -> dict[str, object]:
    request = exchange.request
    sent = shown.fields((*request.headers, *headers))
    if request.token is not None:
        value = shown.placeholder if request.token.length else ""
        sent.insert(0, {"name": request.token_header.decode("latin-1"), "value": value})
    target = shown.text(request.target)
    query = parse_qsl(target.partition("?")[2], keep_blank_values=True, errors="replace")
    har: dict[str, object] = {
        "method": request.method,
        "url": base_url.rstrip("/") + target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": sent,
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body:
        text, packed = shown.body(request.body)
        har["postData"] = {
            "mimeType": _media(request.headers),
            "text": text,
            **({"_encoding": "base64"} if packed else {}),
        }
    return har


def _response(exchange: Exchange, shown: Shown) -> dict[str, object]:
    response = exchange.response
    if response is None:
        why = [str(exchange.trouble or ""), shown.words(exchange.detail)]
        return {
            **_answer(0, "", "", [], -1),
            "content": {"size": 0, "mimeType": "x-unknown"},
            "_error": ": ".join(part for part in why if part),
        }
    text, packed = shown.body(response.body)
    received = shown.fields(response.headers)
    reason = shown.text(response.reason.encode("latin-1", "replace"))
    return {
        **_answer(response.status, reason, response.http_version, received, len(response.body)),
        "content": {
            "size": len(response.body),
            "mimeType": _media(response.headers),
            "text": text,
            **({"encoding": "base64"} if packed else {}),
        },
    }


def _answer(status: int, reason: str, version: str, received: list[dict[str, str]], size: int) -> dict[str, object]:
    return {
        "status": status,
        "statusText": reason,
        "httpVersion": version,
        "cookies": [],
        "headers": received,
        "redirectURL": next((field["value"] for field in received if field["name"].lower() == "location"), ""),
        "headersSize": -1,
        "bodySize": size,
    }


def _conformance(exchange: Exchange, shown: Shown, redactor: Redactor, envelope: Envelope) -> dict[str, object]:
    facts: dict[str, Any] = {field.name: getattr(exchange.facts, field.name) for field in fields(exchange.facts)}
    if exchange.facts.url is not None:
        facts["url"] = shown.words(exchange.facts.url)
    facts["urls"] = [shown.words(url) for url in exchange.facts.urls]
    facts["edges"] = sorted(exchange.facts.edges)
    facts["usual_edges"] = sorted(exchange.facts.usual_edges)
    facts["arguments"] = {
        name: {"kind": one.kind, "value": _identifier(one.value)} for name, one in exchange.facts.arguments.items()
    }
    facts["id"] = _identifier(exchange.facts.id)
    response = _size(exchange.response.body if exchange.response else None, shown)
    if response and exchange.response:
        response["truncated"] = exchange.response.truncated
        response["coding"] = exchange.response.coding and shown.words(exchange.response.coding)
        response["damaged"] = exchange.response.damaged
    return {
        "format": FORMAT,
        "number": exchange.number,
        "probe": exchange.probe,
        "superseded": exchange.superseded,
        "flaky": exchange.flaky,
        "confirmed": exchange.confirmed,
        "trouble": exchange.trouble,
        "detail": shown.words(exchange.detail),
        "answered_by": speaker_of(exchange.response, envelope).value if exchange.response else None,
        "started_at": exchange.started_at,
        "seconds": exchange.seconds,
        "facts": facts,
        "target": shown.text(exchange.request.target),
        "token": _token(exchange, shown, redactor),
        "request_body": _size(exchange.request.body, shown),
        "response_body": response,
    }


def _token(exchange: Exchange, shown: Shown, redactor: Redactor) -> dict[str, object] | None:
    token = exchange.request.token
    if token is None:
        return None
    return {
        "header": exchange.request.token_header.decode("latin-1"),
        "kind": exchange.facts.token,
        "length": token.length,
        "secret": token.secret,
        "made_by": redactor.derivation(token),
        "placeholder": shown.placeholder,
        "sha256": redactor.digest(token),
    }


def _size(body: bytes | None, shown: Shown) -> dict[str, object] | None:
    if body is None:
        return None
    digest = None if shown.holds_password(body) else hashlib.sha256(body).hexdigest()
    return {"size": len(body), "sha256": digest, "cut": shown.cut(body)}


def _media(headers: Iterable[tuple[bytes, bytes]]) -> str:
    return next((value.decode("latin-1") for name, value in headers if name.lower() == b"content-type"), "")


def _identifier(value: Identifier | None) -> object:
    """A number as it is; a text as an object, since numbers that are too large for JSON's readers become strings."""
    return {"text": value} if isinstance(value, str) else value
