"""Fixtures that the tests of the mock share: a server on loopback, and two ways to talk to it."""

from __future__ import annotations

import socket
from http.client import HTTPResponse
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from conformance.mock import Fixtures, Mock, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIXTURES = Fixtures.default()
PATH = "/v4/repositories/{}/remote-mirror/associate"
BODY = b'{"url": "https://example.com/a.git"}'


class Answered(NamedTuple):
    """An answer as a raw socket saw it."""

    status: int
    headers: dict[str, str]
    body: bytes


def send_raw(base_url: str, data: bytes, *, method: str = "POST", half_close: bool = False) -> Answered:
    """Send the bytes on a connection of their own and read one answer; ``half_close`` ends the sending side first."""
    address = urlsplit(base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        response = HTTPResponse(connection, method=method)
        response.begin()
        with response:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answered(response.status, headers, response.read())


def raw_request(
    target: bytes = PATH.format(1).encode(),
    *,
    method: bytes = b"POST",
    headers: bytes = b"X-Auth-Token: 1\r\n",
    body: bytes = BODY,
) -> bytes:
    """Write a request byte for byte; by default one that is answered 201."""
    length = b"Content-Length: %d\r\n" % len(body)
    return method + b" " + target + b" HTTP/1.1\r\nHost: mock\r\n" + headers + length + b"\r\n" + body


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Serve a mock; its state is shared, so a test may not rely on what is associated."""
    with running(Mock()) as url:
        yield url


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[httpx.Client]:
    """Connect to the shared mock."""
    with httpx.Client(base_url=base_url, timeout=10) as client:
        yield client


@pytest.fixture
def fresh() -> Iterator[httpx.Client]:
    """Connect to a mock of this test alone."""
    with running(Mock()) as url, httpx.Client(base_url=url, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def post(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Return a function that posts to the documented path; by default what is answered 201."""

    def post(
        repository_id: object = FIXTURES.repository_id,
        token: str | bytes | None = FIXTURES.token,
        body: bytes = BODY,
    ) -> httpx.Response:
        headers = [] if token is None else [(b"X-Auth-Token", token.encode() if isinstance(token, str) else token)]
        return client.post(PATH.format(repository_id), headers=headers, content=body)

    return post
