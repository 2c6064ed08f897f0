"""The wire in memory: connections of this process to a server in it, for the self-test."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, TypeAlias

import h11

from conformance.contract.message import Trouble
from conformance.traffic.bytewise import Answer, message_of
from conformance.traffic.wire import WireError, poolable, protocol_trouble, segments

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.message import Request, Response
    from conformance.traffic.endpoint import Endpoint

__all__ = ["Connect", "Connection", "MemoryWire"]


class Connection(Protocol):
    """A connection to a server; `receive` returns b"" at its end, and raises TimeoutError after so many seconds."""

    def send(self, data: bytes) -> None:
        """Send all of it."""

    def receive(self, seconds: float) -> bytes:
        """What came since."""

    def close(self) -> None:
        """Leave."""


Connect: TypeAlias = "Callable[[], Connection]"


class MemoryWire:
    """One fresh connection for each request; the bytes are those that the pooled and the raw wire send."""

    def __init__(self, endpoint: Endpoint, connect: Callable[[], Connection]) -> None:
        self._endpoint = endpoint
        self._connect = connect

    def send(self, request: Request, hold: Callable[[], object] | None = None) -> Response:
        """Send and wait for the whole answer, as long as the timeout at most; WireError where there is none.

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
            raise WireError(Trouble.TIMEOUT, "no answer in time") from error
        except h11.RemoteProtocolError as error:
            raise protocol_trouble(str(error)) from error
        finally:
            connection.close()
        return answer.response()
