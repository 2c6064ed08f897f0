"""Messages byte by byte: a request as it goes out, and an answer as it comes in, parsed by h11."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11

from conformance.traffic.wire import (
    CHUNK,
    LARGEST_BODY,
    answer_of,
    cut_short,
    ends_with_connection,
    fields_of,
    protocol_trouble,
)

if TYPE_CHECKING:
    from conformance.contract.message import Request, Response
    from conformance.traffic.endpoint import Endpoint

__all__ = ["Answer", "message_of"]

_LONGEST_HEAD = 1024 * 1024


def message_of(request: Request, endpoint: Endpoint, *, closing: bool) -> bytes:
    """The bytes of a request; where `closing`, they ask for the connection to be closed, unless they speak of it."""
    fields = fields_of(request, endpoint)
    if closing and b"connection" not in {name.lower() for name, _ in fields}:
        fields.append((b"Connection", b"close"))
    lines = b"".join(b"%b: %b\r\n" % field for field in fields)
    target = endpoint.path + request.target
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (request.method.encode("latin-1"), target, lines, request.body or b"")


class Answer:
    """An answer as it comes in, parsed by h11."""

    def __init__(self, method: str) -> None:
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        asked = h11.Request(method="HEAD" if method == "HEAD" else "POST", target="/", headers=[("Host", "h")])
        self._parser.send(asked)  # tells the parser what is answered; the bytes that go out are ours
        self._parser.send(h11.EndOfMessage())
        self._head: h11.Response | None = None
        self._start = b""
        self._body = bytearray()
        self._truncated = False
        self.complete = False

    def take(self, data: bytes) -> None:
        """Parse what was received; b"" is the end of the stream, where WireError says that it came too early."""
        if self._head is None:
            self._start = (self._start + data)[:CHUNK]
            if not data:
                raise cut_short(self._start)
        self._parser.receive_data(data)
        while not self.complete:
            event = self._next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Response):
                self._head = event
            elif isinstance(event, h11.Data):
                self._body += event.data
                self._truncated = self.complete = len(self._body) > LARGEST_BODY
            elif isinstance(event, h11.EndOfMessage):
                self.complete = True

    def _next_event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError as error:
            raise protocol_trouble(str(error), b"" if self._head else self._start) from error

    def resets_at_its_end(self) -> bool:
        """End with the connection's reset, if the body lasts as long as the connection."""
        ends = self._head is not None and ends_with_connection(self._head.headers.raw_items())
        self._truncated = self.complete = ends
        return ends

    def response(self) -> Response:
        """What arrived, once it is complete."""
        assert self._head is not None  # noqa: S101 - it is complete
        return answer_of(
            self._head.status_code,
            bytes(self._head.reason),
            self._head.headers.raw_items(),
            bytes(self._body),
            http_version=f"HTTP/{bytes(self._head.http_version).decode('ascii')}",
            truncated=self._truncated,
        )
