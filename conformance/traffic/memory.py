"""The transport in memory: connections to a server in this process, for the self-test."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, TypeAlias

import h11

from conformance.contract.message import Request, Response, Trouble
from conformance.traffic.raw import Answer, message_of
from conformance.traffic.transport import TransportError, poolable, protocol_trouble, segments

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.traffic.endpoint import Endpoint


class Connection(Protocol):
    """A connection to a server."""

    def send(self, data: bytes) -> None:
        """Send all bytes."""

    def receive(self, seconds: float) -> bytes:
        """The bytes that came since; b"" at the end. Raises TimeoutError after `seconds`."""

    def close(self) -> None:
        """Close the connection."""


Connect: TypeAlias = "Callable[[], Connection]"


class MemoryTransport:
    """One fresh connection for each request, with the bytes of the pooled and the raw transport."""

    def __init__(self, endpoint: Endpoint, connect: Callable[[], Connection]) -> None:
        self._endpoint = endpoint
        self._connect = connect

    def send(self, request: Request, hold: Callable[[], object] | None = None) -> Response:
        """Send, and wait for the whole answer within the timeout. Raises TransportError without one.

        `hold` is called before the last byte leaves, and may wait.
        """
        deadline = time.monotonic() + self._endpoint.timeout
        answer = Answer(request.method)
        connection = self._connect()
        try:
            message = message_of(request, self._endpoint, closing=not poolable(request))
            if hold:
                connection.send(message[:-1])
                hold()
                connection.send(message[-1:])
            else:
                for segment in segments(message, long_head=request.long_head):
                    connection.send(segment)
            while not answer.complete:
                answer.take(connection.receive(max(deadline - time.monotonic(), 0)))
        except TimeoutError as error:
            raise TransportError(Trouble.TIMEOUT, "no answer in time") from error
        except h11.RemoteProtocolError as error:
            raise protocol_trouble(str(error)) from error
        finally:
            connection.close()
        return answer.response()
