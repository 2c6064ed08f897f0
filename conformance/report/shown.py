"""What may be shown of an exchange, a verdict and a behaviour: everything else is replaced before it goes anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from conformance.contract.userinfo import passwords_of
from conformance.traffic.redaction import SENSITIVE, SENT_PASSWORD, SHORTEST_SECRET, spellings, token_spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.message import Exchange
    from conformance.judge.behaviour import Behaviour
    from conformance.judge.verdict import Verdict
    from conformance.traffic.redaction import Redactor

__all__ = ["LONGEST_BODY", "Shown", "shown_behaviour", "shown_verdict"]

LONGEST_BODY = 64 * 1024
_KEPT = 4 * 1024
_SHORTEST_PASSWORD = 8  # shorter ones are looked for between their marks: alone they would tear holes into any text
_SENT = SENT_PASSWORD.encode("ascii")


class Shown:
    """How the parts of one exchange are shown.

    Wherever the token that was sent stands, `placeholder` does; the password of the url that was sent is
    ``*password*``, one of less than 8 characters only between a colon and an at sign.
    """

    def __init__(self, exchange: Exchange, redactor: Redactor) -> None:
        token = exchange.request.token
        self.placeholder = redactor.token(token) if token else ""
        self._redactor = redactor
        self._sent = token_spellings(token.value) if token and token.length >= SHORTEST_SECRET else ()
        self._passwords = _passwords(passwords_of(exchange.facts.url, exchange.request))

    def text(self, data: bytes) -> str:
        """`data` as text; where it is not UTF-8, each byte is one character."""
        return self._decoded(data)[0]

    def words(self, words: str) -> str:
        """What somebody said of the exchange, or a url of it."""
        data = self._replaced(words.encode("utf-8", "surrogatepass"))
        return self._redactor.text(data.decode("utf-8", "surrogatepass"))

    def fields(self, headers: Iterable[tuple[bytes, bytes]]) -> list[dict[str, str]]:
        """Header fields as HAR has them; of a sensitive one is shown only whether it repeats token or password."""
        return [{"name": self.text(name), "value": self._value(name, value)} for name, value in headers]

    def cut(self, data: bytes) -> bool:
        """Whether a body is too long to be shown, its token and password replaced."""
        return len(data) > LONGEST_BODY and len(self._replaced(data)) > LONGEST_BODY

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
        return any(form in data for form, _ in self._passwords)

    def _value(self, name: bytes, value: bytes) -> str:
        text = self.text(value)
        if name.decode("latin-1").lower() not in SENSITIVE or not value:
            return text
        marks = [mark for mark in (self.placeholder, SENT_PASSWORD) if mark and mark in text]
        return " ".join(marks) or self._redactor.opaque(value)

    def _decoded(self, data: bytes) -> tuple[str, bool]:
        data = self._replaced(data)
        try:
            return self._redactor.text(data.decode("utf-8")), True
        except UnicodeDecodeError:
            return self._redactor.text(data.decode("latin-1")), False

    def _mark(self, form: bytes) -> bytes:
        """The placeholder for one spelling of the token; a token that breaks a JSON string leaves it broken."""
        placeholder = self.placeholder.encode("ascii")
        try:
            json.loads(b'"%b"' % form)
        except ValueError:
            return placeholder + b'"'
        return placeholder

    def _replaced(self, data: bytes) -> bytes:
        for form in self._sent:
            if form in data:
                data = data.replace(form, self._mark(form))
        for form, stand_in in self._passwords:
            data = data.replace(form, stand_in)
        return data


def shown_verdict(verdict: Verdict, redactor: Redactor) -> Verdict:
    """`verdict` without secrets in its words."""
    message, got = redactor.text(verdict.message), redactor.text(verdict.got)
    return verdict if (message, got) == (verdict.message, verdict.got) else replace(verdict, message=message, got=got)


def shown_behaviour(behaviour: Behaviour, redactor: Redactor) -> Behaviour:
    """`behaviour` without secrets in what the target chose: codes, media types, member names."""

    def text(value: str | None) -> str | None:
        return None if value is None else redactor.text(value)

    return replace(
        behaviour,
        error_code=text(behaviour.error_code),
        content_type=text(behaviour.content_type),
        shape=text(behaviour.shape),
        headers=tuple(redactor.text(name) for name in behaviour.headers),
    )


def _passwords(passwords: Iterable[str]) -> tuple[tuple[bytes, bytes], ...]:
    """The spellings of the passwords in what was sent, the longest first, and what stands in place of each."""
    texts = {text for password in passwords for text in (password, unquote(password))}
    marked = {text if len(text) >= _SHORTEST_PASSWORD else f":{text}@" for text in texts}
    forms = sorted(set().union(*map(spellings, marked)), key=len, reverse=True)
    return tuple((form, b":%b@" % _SENT if form.startswith(b":") else _SENT) for form in forms)
