"""Exchanges as evidence: a HAR 1.2 entry and a curl line, redacted before they touch a disk.

HAR has no place for some facts, so an entry has them in its member ``_conformance``. A later release can then judge the
traffic again, with the same verdicts, without sending anything. Its members:

- ``format``: 2;
- ``number``, ``probe``, ``superseded``, ``flaky``, ``confirmed``, ``trouble`` (the value of Trouble, or null),
  ``detail``, ``started_at`` (seconds since the epoch), ``seconds``: those of the Exchange;
- ``answered_by``: ``service``, ``gateway`` or ``other``; null where there was no answer;
- ``clauses``: those that the probe tests, or null where the exchange is not judged, such as a sign of life;
- ``facts``: every field of Facts, enumerations by value; the password of ``url`` is ``*password*``; an identifier that
  is text is an object with the member ``text``;
- ``target``: the request target below the base URL, in latin-1;
- ``token``: null, or ``header`` (the field's name), ``kind`` (of TokenKind), ``length``, ``secret``, ``made_by``,
  ``placeholder`` (it replaces the token everywhere in the entry), ``sha256`` (null where it would give a short secret
  away), ``sought`` (whether it is one that no text repeats by chance);
- ``request_body`` and ``response_body``: ``size``, ``sha256`` (null where the body holds a password), ``cut`` (whether
  the text ends after 4 kB with ``<… N bytes, sha256:DIGEST>``), for the response ``truncated`` (reading stopped early),
  ``coding`` (content codings that could not be undone, or null) and ``damaged`` (the body was not in the coding that it
  named).

A value that other parsers refuse, such as half a surrogate pair, is an object with the member ``_json``, its JSON text.
A header field with ``_added`` is one that HTTP adds to the request: Host or Content-Length. One with ``_sought`` is a
further secret that no text repeats by chance.
`conformance.report.har` reads an entry back, with the placeholder for the token. An answer that repeated the token
repeats the placeholder; one that repeated the password of the url repeats ``*password*``. Where the exchange holds such
a mark of its own, another one is taken, ``*password-2*``. An answer that was cut cannot be judged again. A body that is
not UTF-8 is in base64 (``content.encoding``; ``postData._encoding`` in a request).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import chain, count
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from conformance.contract.spellings import passwords_of, spellings, telling
from conformance.judge.reading import responder_of
from conformance.report.curl import Route, curl_line
from conformance.report.files import exact
from conformance.report.record import TRAFFIC_FORMAT, Evidence
from conformance.traffic.redaction import (
    SENSITIVE,
    SHORTEST_SECRET,
    Redactor,
    sent_password,
    token_spellings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.contract.message import Exchange, Response
    from conformance.contract.operation import Envelope
    from conformance.contract.values import Identifier
    from conformance.judge.behaviour import Behaviour
    from conformance.judge.verdict import Verdict

_LONGEST_BODY = 64 * 1024
_KEPT = 4 * 1024
_OF_A_URI = "%:/?#[]@!$&'()*+,;=-._~"  # RFC 3986: beside letters and digits
_ENDS_AUTHORITY = re.compile(r"[/?#]")  # where the mark has none, the url would be another
_SHORTEST_PASSWORD = 8  # a shorter one is replaced between its marks only: alone it would tear holes into any text


def evidence_of(
    exchange: Exchange,
    redactor: Redactor,
    base_url: str,
    headers: Sequence[tuple[bytes, bytes]] = (),
    declared: tuple[str, ...] | None = None,
    *,
    envelope: Envelope,
    route: Route | None = None,
) -> Evidence:
    """The evidence of an exchange.

    headers: those of the target description, sent with every request.
    declared: the clauses that the probe tests; None where the exchange is not judged.
    envelope: the forms of refusals, by which the responder is recognised.
    route: proxy and certificates for the curl line.
    """
    shown = RedactedExchange(exchange, redactor)
    milliseconds = round(exchange.seconds * 1000, 3)
    har: dict[str, object] = {
        "startedDateTime": datetime.fromtimestamp(exchange.started_at, UTC).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "comment": _comment(exchange, declared),
        "request": _request(exchange, shown, base_url, headers),
        "response": _response(exchange, shown),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_conformance": {**_conformance(exchange, shown, redactor, envelope), "clauses": declared},
    }
    cut = exchange.response is not None and shown.cut(exchange.response.body)
    return Evidence(exchange.number, har, curl_line(exchange, base_url, redactor, headers, route or Route()), cut)


def _comment(exchange: Exchange, declared: tuple[str, ...] | None) -> str:
    """The number of the exchange, its probe and the clauses that this tests, for viewers of the file."""
    clauses = f", tests {', '.join(declared)}" if declared else ""
    return f"exchange {exchange.number}: {exchange.probe}{clauses}"


def _request(
    exchange: Exchange, shown: RedactedExchange, base_url: str, headers: Sequence[tuple[bytes, bytes]]
) -> dict[str, object]:
    request = exchange.request
    own = zip(request.headers, shown.fields(request.headers), strict=True)
    sent = [{**row, "_sought": True} if _sought(*field) else row for field, row in own]
    sent += shown.fields(headers)
    authority = urlsplit(base_url).netloc.encode("ascii")
    before, after = request.added_fields([*request.header_fields(), *headers], authority)
    if request.token is not None:
        placeholder = shown.placeholder if request.token.length else ""
        sent.insert(0, {"name": request.token_header.decode("latin-1"), "value": placeholder})
    target = shown.text(request.target)
    query = parse_qsl(target.partition("?")[2], keep_blank_values=True, errors="replace")
    har: dict[str, object] = {
        "method": request.method,
        "url": quote(base_url.rstrip("/") + target, safe=_OF_A_URI),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [*_added(before), *sent, *_added(after)],
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body:
        text, packed = shown.body(request.body)
        har["postData"] = {
            "mimeType": _media(request.headers, shown),
            "text": text,
            **({"_encoding": "base64"} if packed else {}),
        }
    return har


def _added(fields: Iterable[tuple[bytes, bytes]]) -> list[dict[str, object]]:
    """Fields that HTTP adds to those of the request, marked as such."""
    return [{"name": name.decode("ascii"), "value": value.decode("ascii"), "_added": True} for name, value in fields]


def _response(exchange: Exchange, shown: RedactedExchange) -> dict[str, object]:
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
        **_answer(response.status, reason, response.http_version, received, _received(response)),
        "content": {
            "size": len(response.body),
            "mimeType": _media(response.headers, shown),
            "text": text,
            **({"encoding": "base64"} if packed else {}),
        },
    }


def _received(response: Response) -> int:
    """The bytes of the body as they came; -1, which is HAR's word for unknown, where a coding was undone."""
    coded = response.coding is None and any(name.lower() == b"content-encoding" for name, _ in response.headers)
    return -1 if coded else len(response.body)


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


def _conformance(
    exchange: Exchange, shown: RedactedExchange, redactor: Redactor, envelope: Envelope
) -> dict[str, object]:
    facts: dict[str, Any] = {field.name: getattr(exchange.facts, field.name) for field in fields(exchange.facts)}
    if exchange.facts.url is not None:
        facts["url"] = shown.words(exchange.facts.url)
    for name in ("urls", "passwords"):
        facts[name] = [shown.words(text) for text in getattr(exchange.facts, name)]
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
    known = {
        "format": TRAFFIC_FORMAT,
        "number": exchange.number,
        "probe": exchange.probe,
        "superseded": exchange.superseded,
        "flaky": exchange.flaky,
        "confirmed": exchange.confirmed,
        "trouble": exchange.trouble,
        "detail": shown.words(exchange.detail),
        "answered_by": responder_of(exchange.response, envelope).value if exchange.response else None,
        "started_at": exchange.started_at,
        "seconds": exchange.seconds,
        "facts": facts,
        "target": shown.text(exchange.request.target),
        "token": _token(exchange, shown, redactor),
        "request_body": _size(exchange.request.body, shown),
        "response_body": response,
    }
    return dict(exact(known))


def _token(exchange: Exchange, shown: RedactedExchange, redactor: Redactor) -> dict[str, object] | None:
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
        "sought": shown.sought,
    }


def _size(body: bytes | None, shown: RedactedExchange) -> dict[str, object] | None:
    if body is None:
        return None
    digest = None if shown.holds_password(body) else hashlib.sha256(body).hexdigest()
    return {"size": len(body), "sha256": digest, "cut": shown.cut(body)}


def _media(headers: Iterable[tuple[bytes, bytes]], shown: RedactedExchange) -> str:
    return next((shown.text(value) for name, value in headers if name.lower() == b"content-type"), "")


def _identifier(value: Identifier | None) -> object:
    """A number as it is; a text as an object, since numbers that are too large for JSON's readers become strings."""
    return {"text": value} if isinstance(value, str) else value


class RedactedExchange:
    """Redacts the parts of one exchange.

    `placeholder` replaces the token that was sent, wherever it stands. ``*password*`` replaces the password of the url
    that was sent; one of less than 8 characters only between a colon and an at sign. A secret that is both has both
    marks. A mark that the exchange holds of its own has a number.
    """

    def __init__(self, exchange: Exchange, redactor: Redactor) -> None:
        request, token = exchange.request, exchange.request.token
        own = _texts(exchange)
        self._redactor = redactor
        self.placeholder = _free(lambda number: _numbered(redactor.token(token), number), own) if token else ""
        self.sought = token is not None and telling(token.value, SHORTEST_SECRET)
        tokens = {value: redactor.opaque(value) for name, value in request.headers if _sought(name, value)}
        if token is not None and self.sought:
            tokens[token.value] = self.placeholder
        self._tokens = {form: mark for value, mark in tokens.items() for form in token_spellings(value)}
        self._passwords: dict[bytes, str] = {}
        for text in dict.fromkeys(chain.from_iterable(map(_read, passwords_of(exchange.facts.url, request)))):
            mark = _free(sent_password, own) + ("/" if _ENDS_AUTHORITY.search(text) else "")
            own += (mark.encode("ascii"),)
            forms = dict.fromkeys(spellings(text), mark) if len(text) >= _SHORTEST_PASSWORD else {}
            forms |= dict.fromkeys(spellings(f":{text}@"), f":{mark}@")
            self._passwords = forms | self._passwords
        self._replacements = _replacements(self._tokens, self._passwords)

    def text(self, data: bytes) -> str:
        """`data` as text; where it is not UTF-8, each byte is one character."""
        return self._decoded(data)[0]

    def words(self, words: str) -> str:
        """A text about the exchange, or a url of it."""
        data = self._replaced(words.encode("utf-8", "surrogatepass"))
        return self._redactor.text(data.decode("utf-8", "surrogatepass"))

    def fields(self, headers: Iterable[tuple[bytes, bytes]]) -> list[dict[str, Any]]:
        """Header fields as HAR has them; a sensitive one shows only whether it repeats token or password."""
        return [{"name": self.text(name), "value": self._value(name, value)} for name, value in headers]

    def cut(self, data: bytes) -> bool:
        """Whether a body is too long to be shown, after token and password are replaced."""
        return len(data) > _LONGEST_BODY and len(self._replaced(data)) > _LONGEST_BODY

    def body(self, data: bytes) -> tuple[str, bool]:
        """A body, cut where it is long, and whether it is in base64, because it is not UTF-8."""
        if self.cut(data):
            kept = self.words(data[:_KEPT].decode("utf-8", "replace"))
            digest = "" if self.holds_password(data) else f", sha256:{hashlib.sha256(data).hexdigest()}"
            return f"{kept}<… {len(data)} bytes{digest}>", False
        text, utf8 = self._decoded(data)
        if utf8:
            return text, False
        return base64.b64encode(text.encode("latin-1", "replace")).decode("ascii"), True

    def holds_password(self, data: bytes) -> bool:
        """Whether the password of the url stands in `data`."""
        return any(form in data for form in self._passwords)

    def _value(self, name: bytes, value: bytes) -> str:
        if len(value) > 1 and (named := self._redactor.name_of(value)):
            return f"${named}"
        text = self.text(value)
        if not _sensitive(name) or not value:
            return text
        marks = dict.fromkeys(chain(self._tokens.values(), self._passwords.values()))
        return " ".join(mark for mark in marks if mark in text) or self._redactor.opaque(value)

    def _decoded(self, data: bytes) -> tuple[str, bool]:
        data = self._replaced(data, of_json=True)
        try:
            return self._redactor.text(data.decode("utf-8")), True
        except UnicodeDecodeError:
            return self._redactor.text(data.decode("latin-1")), False

    def _replaced(self, data: bytes, *, of_json: bool = False) -> bytes:
        """`data` with the marks; what breaks a string `of_json` leaves it broken."""
        for form, mark in self._replacements:
            if form in data:
                data = data.replace(form, mark + b'"' if of_json and _breaks(form) else mark)
        return data


def redacted_verdict(verdict: Verdict, redactor: Redactor) -> Verdict:
    """`verdict` without secrets in its words."""
    message, got = redactor.text(verdict.message), redactor.text(verdict.got)
    return verdict if (message, got) == (verdict.message, verdict.got) else replace(verdict, message=message, got=got)


def redacted_behaviour(behaviour: Behaviour, redactor: Redactor) -> Behaviour:
    """`behaviour` without secrets in the texts of the target: codes, media types, member names."""

    def text(value: str | None) -> str | None:
        return None if value is None else redactor.text(value)

    return replace(
        behaviour,
        error_code=text(behaviour.error_code),
        content_type=text(behaviour.content_type),
        shape=text(behaviour.shape),
        headers=tuple(redactor.text(name) for name in behaviour.headers),
    )


def _sensitive(name: bytes) -> bool:
    return name.decode("latin-1").lower() in SENSITIVE


def _sought(name: bytes, value: bytes) -> bool:
    """Whether a header field of the request holds a secret that no text repeats by chance."""
    return _sensitive(name) and telling(value, SHORTEST_SECRET)


def _texts(exchange: Exchange) -> tuple[bytes, ...]:
    """All that an exchange holds but its token, in which no mark may stand already."""
    request, response = exchange.request, exchange.response
    sent = (request.target, request.body or b"", *(value for _, value in request.headers))
    received = (response.body, *(value for _, value in response.headers)) if response else ()
    return sent + received


def _free(make: Callable[[int], str], own: Iterable[bytes]) -> str:
    """The mark with the first number that stands nowhere in `own`, in no spelling."""
    marks = map(make, count(1))
    return next(mark for mark in marks if not any(form in text for form in spellings(mark) for text in own))


def _numbered(mark: str, number: int) -> str:
    return f"{mark}-{number}" if number > 1 else mark


def _read(password: str) -> tuple[str, str]:
    """The password of a url as it stands there, and as it is meant."""
    return password, unquote(password)


def _replacements(tokens: Mapping[bytes, str], passwords: Mapping[bytes, str]) -> tuple[tuple[bytes, bytes], ...]:
    """The spellings, the longest first, each with its mark, and beside that of a password the mark of the token in it.

    A spelling of both, or that holds both, is found again as either.
    """
    found = []
    for form in sorted(tokens.keys() | passwords.keys(), key=len, reverse=True):
        mark = passwords.get(form) or next((mark for inner, mark in passwords.items() if inner in form), "")
        token = tokens.get(form) or next((mark for inner, mark in tokens.items() if inner in form), "")
        found.append((form, _beside(token, mark).encode("ascii")))
    return tuple(found)


def _beside(token: str, password: str) -> str:
    """Both marks as one, within the colon and the at sign of the second."""
    return f":{token}{password[1:]}" if password.startswith(":") else token + password


def _breaks(form: bytes) -> bool:
    """Whether a JSON string that holds `form` is none."""
    try:
        json.loads(b'"%b"' % form)
    except ValueError:
        return True
    return False
