"""The HTTP side of the server: uvicorn's httptools protocol, with what a reference implementation needs beyond it."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from conformance.mock.message import envelope
from conformance.mock.refusals import BAD_REQUEST

__all__ = ["Protocol"]

_LINGER_SECONDS = 2.0
_LONGEST_TARGET = 65_535  # characters; the parser of httptools measures with 16 bits


class Protocol(HttpToolsProtocol):
    """Tells the application how header names were spelled, and lets it drop or write to the connection.

    A request that is no HTTP is refused with the envelope, and read on for a while: closing on unread bytes would
    reset the connection, and the refusal would be lost on its way.
    """

    lingering = False
    unfinished = False
    in_head = False
    waited = 0  # bytes of a head that was not whole yet
    waiting: list[RequestResponseCycle]

    def on_message_begin(self) -> None:
        """Start a request with an empty list of headers as sent."""
        super().on_message_begin()
        self.unfinished = self.in_head = True
        self.sent: list[tuple[bytes, bytes]] = []
        extension: dict[object, object] = {
            "headers": self.sent,
            "drop": self.transport.abort,
            "write": self.transport.write,
            "close": self.transport.close,
        }
        self.scope["extensions"] = {"conformance.connection": extension}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the header as it was spelled."""
        self.sent.append((name, value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application, with a target of any length."""
        self.scope["extensions"]["conformance.connection"]["waited"] = self.waited
        self.in_head, self.waited = False, 0
        target = self.url
        if len(target) > _LONGEST_TARGET:
            self.url = b"/"
        super().on_headers_complete()
        self.waiting = [cycle for cycle in (*self.waiting, self.cycle) if not cycle.response_complete]
        if len(target) > _LONGEST_TARGET:
            # The application starts on the next turn of the loop: it sees the scope as it is left here.
            path, _, query = target.partition(b"?")
            self.scope["path"] = path.decode("latin-1")
            self.scope["raw_path"] = path
            self.scope["query_string"] = query

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        super().on_message_complete()
        self.unfinished = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start without a request that waits for its answer."""
        super().connection_made(transport)
        self.waiting = []

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the request is refused already."""
        if not self.lingering:
            super().data_received(data)
            self.waited = self.waited + len(data) if self.in_head else 0

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn never keeps it open, asyncio allows it
        """Refuse half a request; answer a whole one although the client will send no more."""
        if self.lingering:
            return False
        if self.unfinished:
            self.send_400_response("")
            return False
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def shutdown(self) -> None:
        """Close, dropping a request that still waits: uvicorn would answer it 500."""
        super().shutdown()
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parser's words are not for clients
        """Refuse what is no HTTP, with the envelope, and close as soon as the client has had its answer."""
        body = envelope(BAD_REQUEST)
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.lingering = True
        self._abandon()
        self.transport.write(head.encode() + body)
        self.transport.write_eof()
        asyncio.get_running_loop().call_later(_LINGER_SECONDS, self.transport.close)

    def _abandon(self) -> None:
        """End the requests that wait for their answers, as if the client had left: the refusal answers them."""
        self.pipeline.clear()
        for cycle in self.waiting:
            cycle.disconnected = True
            cycle.waiting_for_100_continue = False
            cycle.message_event.set()
        self.flow.resume_reading()
