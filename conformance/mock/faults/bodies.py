"""Faults of the request body (document: example request)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conformance.mock import Mock, Refused, drop
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CRASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Request
    from conformance.mock.message import Receive, Scope, Send

faults = Faults()

_DEFAULT_URL = "https://example.com/default.git"


@faults.must("status.server-error")
class MalformedBodyCrashes(Mock):
    """A body that is no JSON is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused:
            raise Refused(CRASH) from None


@faults.must("status.server-error")
class EmptyBodyCrashes(Mock):
    """An empty body is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        if not body:
            raise Refused(CRASH)
        return super().parse_json(body)


@faults.must("status.server-error")
class TrueAsUrlCrashes(Mock):
    """A url that is true is answered 500."""

    def parse_url(self, document: dict[str, Any]) -> str:
        if document.get("url") is True:
            raise Refused(CRASH)
        return super().parse_url(document)


@faults.must("status.server-error")
class NotUtf8Crashes(Mock):
    """A body that is not UTF-8 is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        try:
            body.decode()
        except UnicodeDecodeError:
            raise Refused(CRASH) from None
        return super().parse_json(body)


@faults.should("request.body.not-json", "response.201.url.echo")
class MalformedBodyAccepted(Mock):
    """A body that is there but is no JSON is answered 201."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused:
            if body:
                return {"url": _DEFAULT_URL}
            raise


@faults.should("request.body.not-object")
class ArrayAccepted(Mock):
    """A body that is a JSON array is answered 201."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        return {"url": _DEFAULT_URL} if isinstance(document, list) else document


@faults.must("status.server-error")
class ScalarBodyCrashes(Mock):
    """A body that is a JSON string, number, boolean or null is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        if not isinstance(document, (dict, list)):
            raise Refused(CRASH)
        return document


@faults.should("request.url.type", "request.body.not-json")  # NaN is a number to it
class UrlNumberAccepted(Mock):
    """A number for url is taken as its digits and answered 201."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        return json.dumps(url) if type(url) in (int, float) else super().parse_url(document)


@faults.should("request.url.type", "response.201.url.echo")
class UrlNullAccepted(Mock):
    """A null for url is answered 201."""

    def parse_url(self, document: dict[str, Any]) -> str:
        return _DEFAULT_URL if document.get("url", "") is None else super().parse_url(document)


@faults.must("status.server-error")
class UrlObjectCrashes(Mock):
    """An object or array for url is answered 500."""

    def parse_url(self, document: dict[str, Any]) -> str:
        if isinstance(document.get("url"), (dict, list)):
            raise Refused(CRASH)
        return super().parse_url(document)


@faults.must("connection.dropped")
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


def _lenient(read: Callable[[bytes], bytes]) -> type[Mock]:
    """Bodies are first mended by `read`."""

    class Lenient(Mock):
        def parse_json(self, body: bytes) -> Any:
            return super().parse_json(read(body))

    return Lenient


def _object(body: bytes) -> bytes:
    try:
        text = body.decode()
        return text[: json.JSONDecoder().raw_decode(text)[1]].encode()
    except (ValueError, RecursionError):
        return body


def _of_form(body: bytes) -> bytes:
    return json.dumps({"url": body[4:].decode()}).encode() if body.startswith(b"url=") else body


for _name, _sentence, _read in (
    ("TrailingCommaAccepted", "A comma after the last member is allowed.", lambda body: body.replace(b",}", b"}")),
    ("SingleQuotesAccepted", "Single quotes are allowed.", lambda body: body if b'"' in body else body.replace(b"'", b'"')),
    ("UnquotedNamesAccepted", "Names may be without quotes.", lambda body: re.sub(rb"^{url:", b'{"url":', body)),
    ("CommentAccepted", "A comment may follow the object.", lambda body: body.partition(b" //")[0]),
    ("GarbageAfterIgnored", "What follows the object is ignored.", _object),
    ("TruncationMended", "A missing last brace is added.", lambda body: body + b"}" * (body.count(b"{") > body.count(b"}"))),
    ("NanAccepted", "NaN is allowed.", lambda body: body.replace(b"NaN", b"null")),
    ("ControlCharacterAccepted", "A raw control character is allowed in a string.", lambda body: body.replace(b"\x01", b"")),
    ("InvalidUtf8Accepted", "Bytes that are no UTF-8 are dropped.", lambda body: body.decode(errors="ignore").encode()),
    ("FormAccepted", "A form is taken for an object.", _of_form),
):  # fmt: skip
    faults.should("request.body.not-json")(named(_name, _sentence, _lenient(_read)))


@faults.should("request.body.not-object")
class JsonInAStringRead(Mock):
    """A body that is a string is read as JSON once more."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        return super().parse_json(document.encode()) if isinstance(document, str) else document


@faults.should("request.body.not-object")
class StringBodyAccepted(Mock):
    """A body that is a JSON string is taken for the url."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        return {"url": document} if isinstance(document, str) else document


@faults.should("request.body.not-object")
class NullBodyAccepted(Mock):
    """A body that is null is answered 201."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        return {"url": _DEFAULT_URL} if document is None else document


@faults.should("request.url.type")
class UrlListAccepted(Mock):
    """A list for url is answered 201, and its first string counts."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        return str(url[0]) if isinstance(url, list) and url else super().parse_url(document)


@faults.should("request.url.type", "response.201.url.echo")
class UrlFalseAccepted(Mock):
    """A false, zero or empty url is taken for none, and the default is used."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url", "")
        return _DEFAULT_URL if not url and not isinstance(url, str) else super().parse_url(document)


@faults.should("request.url.type")
class UrlObjectAccepted(Mock):
    """An object for url is answered 201 with the default."""

    def parse_url(self, document: dict[str, Any]) -> str:
        return _DEFAULT_URL if isinstance(document.get("url"), dict) else super().parse_url(document)


@faults.must("status.server-error")
class LargeBodyCrashes(Mock):
    """A body over 512 KiB is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        if len(body) > 512 * 1024:
            raise Refused(CRASH)
        return super().parse_json(body)


@faults.must("status.server-error")
class DuplicateMemberCrashes(Mock):
    """A body with the member url twice is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        if body.count(b'"url":') > 1:
            raise Refused(CRASH)
        return super().parse_json(body)


@faults.must("status.server-error")
class UntypedBodyCrashes(Mock):
    """A request without a Content-Type is answered 500."""

    def parse_body(self, request: Request) -> str:
        if not request.values(b"content-type"):
            raise Refused(CRASH)
        return super().parse_body(request)


@faults.must("status.server-error")
class CharsetCrashes(Mock):
    """A Content-Type with a charset that is not UTF-8 is answered 500."""

    def parse_body(self, request: Request) -> str:
        kind = b"".join(request.values(b"content-type")).lower()
        if b"charset=" in kind and b"utf-8" not in kind:
            raise Refused(CRASH)
        return super().parse_body(request)


@faults.must("status.server-error")
class AcceptCrashes(Mock):
    """An Accept header that the server cannot satisfy is answered 500."""

    def parse_body(self, request: Request) -> str:
        if b"".join(request.values(b"accept")).startswith((b"text/", b"application/xml")):
            raise Refused(CRASH)
        return super().parse_body(request)
