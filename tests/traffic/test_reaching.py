"""Connections by name: every address is tried, and no resolver holds up an exchange."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from conformance.traffic.reaching import reach

if TYPE_CHECKING:
    from collections.abc import Iterator


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let the system's resolver find these for every name."""

    def found(_host: str, port: int, **options: object) -> list[tuple[object, ...]]:
        if options.get("flags"):
            raise socket.gaierror(socket.EAI_NONAME, "it is a name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver that does not answer while the test lasts."""
    over = threading.Event()

    def waits(*_: object, **options: object) -> list[object]:
        if not options.get("flags"):
            over.wait(30)
        raise socket.gaierror(socket.EAI_NONAME, "it is a name")

    monkeypatch.setattr(socket, "getaddrinfo", waits)
    yield
    over.set()


def test_the_next_address_is_tried_where_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address gets its part of the time, in the resolver's order; what comes twice is tried once."""
    resolving(monkeypatch, "192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3")
    tried: list[tuple[str, float]] = []

    def connect(address: str, seconds: float) -> str:
        tried.append((address, seconds))
        if address != "192.0.2.3":
            raise ConnectionRefusedError
        return address

    assert reach("service.test", 80, 9, connect) == "192.0.2.3"
    assert [address for address, _ in tried] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert tried[0][1] <= 3
    assert all(0 < seconds <= 9 for _, seconds in tried)


def test_the_last_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no address works, the caller hears why the last one did not."""
    resolving(monkeypatch, "192.0.2.1", "192.0.2.2")

    def connect(address: str, _: float) -> None:
        raise ConnectionRefusedError(address)

    with pytest.raises(ConnectionRefusedError, match=r"192\.0\.2\.2"):
        reach("service.test", 80, 1, connect)


@pytest.mark.usefixtures("stuck")
def test_a_resolver_that_does_not_answer_is_left_alone() -> None:
    """The time of the exchange bounds the wait for an address as well."""
    started = time.monotonic()
    with pytest.raises(TimeoutError, match=r"^the resolver did not say in time where service\.test is$"):
        reach("service.test", 80, 0.1, lambda *_: None)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("host", ["service.invalid", "a..b", "a" * 64 + ".test"])
def test_a_name_that_nobody_has_is_an_os_error(host: str) -> None:
    """An unknown name, and one that can be none, are told like any failure to connect."""
    with pytest.raises(OSError, match=r"."):
        reach(host, 80, 20, lambda *_: None)
