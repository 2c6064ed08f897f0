"""The raw wire: a socket, for bytes that no client sends; h11 parses what comes back."""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from typing import TYPE_CHECKING

import h11

from conformance.contract.message import Trouble
from conformance.traffic.bytewise import Answer, message_of
from conformance.traffic.reaching import reach
from conformance.traffic.rhythm import Rhythm
from conformance.traffic.wire import CHUNK, WireError, out_of_reach, protocol_trouble, segments

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.message import Request, Response
    from conformance.traffic.endpoint import Endpoint

__all__ = ["RawWire"]

_WAIT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class RawWire:
    """One fresh connection for each request, whose bytes go out as they are; an early answer is read before a reset."""

    def __init__(self, endpoint: Endpoint, rhythm: Rhythm | None = None) -> None:
        self._endpoint = endpoint
        self._rhythm = rhythm or Rhythm()

    def send(self, request: Request, hold: Callable[[], object] | None = None) -> Response:
        """Send and wait for the whole answer, as long as the timeout at most; WireError where there is none.

        `hold` is called before the last byte leaves, and may wait.
        """
        deadline = time.monotonic() + self._endpoint.timeout
        try:
            with self._connect(deadline) as connection:
                return self._exchange(connection, request, deadline, hold)
        except TimeoutError as error:
            raise WireError(Trouble.TIMEOUT, "no answer in time") from error
        except h11.RemoteProtocolError as error:
            raise protocol_trouble(str(error)) from error
        except OSError as error:
            raise WireError(Trouble.DROPPED, str(error)) from error

    def _connect(self, deadline: float) -> socket.socket:
        endpoint = self._endpoint

        def connect(address: str, seconds: float) -> socket.socket:
            return socket.create_connection((address, endpoint.port), timeout=seconds)

        try:
            connection = reach(endpoint.host, endpoint.port, endpoint.timeout, connect)
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if endpoint.tls is not None:
                    connection.settimeout(max(deadline - time.monotonic(), 0.001))
                    connection = endpoint.tls.wrap_socket(connection, server_hostname=endpoint.host)
                connection.setblocking(False)
            except OSError:
                connection.close()
                raise
        except OSError as error:
            raise out_of_reach(str(error)) from error
        return connection

    def _exchange(
        self, connection: socket.socket, request: Request, deadline: float, hold: Callable[[], object] | None
    ) -> Response:
        answer = Answer(request.method)
        message = message_of(request, self._endpoint, closing=True)
        parts = (message[:-1], message[-1:]) if hold else segments(message, long_head=request.long_head)
        waiting, *later = [memoryview(part) for part in parts]
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while not answer.complete:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise TimeoutError
                if self._received(connection, answer):
                    continue
                if waiting:
                    sent = self._sent(connection, waiting)
                    waiting = waiting[sent:]
                    if sent:
                        continue
                elif later and hold:
                    hold()
                    waiting = later.pop(0)
                    continue
                elif later:
                    selector.modify(connection, selectors.EVENT_READ)
                    if not selector.select(min(self._rhythm.pause, remaining)):
                        waiting = later.pop(0)
                    continue
                selector.modify(connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting else 0))
                if not selector.select(remaining):
                    raise TimeoutError
        return answer.response()

    def _received(self, connection: socket.socket, answer: Answer) -> bool:
        """Take what has come, whether or not everything was sent; False where nothing has."""
        try:
            data = connection.recv(CHUNK)
        except _WAIT:
            return False
        except OSError:
            if not answer.resets_at_its_end():
                raise
        else:
            answer.take(data)
        return True

    def _sent(self, connection: socket.socket, waiting: memoryview) -> int:
        """Send what can be sent; all of it, where the server refuses more: its answer may be there to be read."""
        try:
            return connection.send(waiting[:CHUNK])
        except _WAIT:
            return 0
        except OSError:
            return len(waiting)
