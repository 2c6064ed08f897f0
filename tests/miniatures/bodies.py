"""Sins against the request body (document: example request)."""

# D102: an override does what its class says. ANN401: a client may send any JSON.
# ruff: noqa: D102, ANN401

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conformance.mock import Mock, Refusal, Refused, drop

if TYPE_CHECKING:
    from conformance.mock.message import Receive, Scope, Send

_CRASH = Refusal(500, "CH.00000500", "Internal error.")
_BAD_URL = Refusal(400, "CH.010001", "Invalid url.")
_DEFAULT_URL = "https://example.com/default.git"


class MalformedBodyCrashes(Mock):
    """A body that is no JSON is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused:
            raise Refused(_CRASH) from None


class EmptyBodyCrashes(Mock):
    """An empty body is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        if not body:
            raise Refused(_CRASH)
        return super().parse_json(body)


class NotUtf8Crashes(Mock):
    """A body that is not UTF-8 is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        try:
            body.decode()
        except UnicodeDecodeError:
            raise Refused(_CRASH) from None
        return super().parse_json(body)


class MalformedBodyAccepted(Mock):
    """A body that is there but is no JSON is answered 201."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused:
            if body:
                return {"url": _DEFAULT_URL}
            raise


class ArrayAccepted(Mock):
    """A body that is a JSON array is answered 201."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        return {"url": _DEFAULT_URL} if isinstance(document, list) else document


class ScalarBodyCrashes(Mock):
    """A body that is a JSON string, number, boolean or null is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        if not isinstance(document, (dict, list)):
            raise Refused(_CRASH)
        return document


class UrlNumberAccepted(Mock):
    """A number for url is taken as its digits and answered 201."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        return json.dumps(url) if type(url) in (int, float) else super().parse_url(document)


class UrlNullAccepted(Mock):
    """A null for url is answered 201."""

    def parse_url(self, document: dict[str, Any]) -> str:
        return _DEFAULT_URL if document.get("url", "") is None else super().parse_url(document)


class UrlObjectCrashes(Mock):
    """An object or array for url is answered 500."""

    def parse_url(self, document: dict[str, Any]) -> str:
        if isinstance(document.get("url"), (dict, list)):
            raise Refused(_CRASH)
        return super().parse_url(document)


class LongUrlRefused(Mock):
    """A url of more than 255 characters is refused with 400."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if len(url) > 255:
            raise Refused(_BAD_URL)
        return url


class LongUrlCrashes(Mock):
    """A url of more than 1,024 characters is answered 500."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if len(url) > 1_024:
            raise Refused(_CRASH)
        return url


class PlainHttpRefused(Mock):
    """A url that begins with http:// is refused with 400."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if url.lower().startswith("http:"):
            raise Refused(_BAD_URL)
        return url


class PortRefused(Mock):
    """A url with a port is refused with 400."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if re.match(r"[^/]+//[^/?#]*:[0-9]+(?![^/?#])", url):
            raise Refused(_BAD_URL)
        return url


class DeepNestingDropped(Mock):
    """A body nested 500 levels deep or more gets no answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.deep = False

        async def looking() -> Any:
            event = await receive()
            self.deep = self.deep or sum(event.get("body", b"").count(mark) for mark in (b"[", b"{")) >= 500
            if self.deep:
                await drop(scope)
                return {"type": "http.disconnect"}
            return event

        await super().__call__(scope, looking, send)


class ControlCharacterCrashes(Mock):
    """A NUL escaped in a url is answered 500."""

    def parse_url(self, document: dict[str, Any]) -> str:
        if "\0" in str(document.get("url", "")):
            raise Refused(_CRASH)
        return super().parse_url(document)
