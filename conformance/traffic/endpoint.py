"""The address of a deployment, with TLS, proxy, timeout and headers, and connections to it by name."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
_FAILURES = (OSError, httpcore.ConnectError, httpcore.ConnectTimeout)


@dataclass(frozen=True)
class Endpoint:
    """A deployment's address.

    Attributes:
        base_url: scheme, host, port and the path before every request target.
        timeout: the seconds of an exchange, from connecting to the last byte.
        verify_tls: True for the usual authorities, False for no check, or a bundle of CA certificates.
        client_certificate: a PEM file with a certificate and its key.
        proxy: the URL of an HTTP proxy.
        headers: fields that are added to every request.
    """

    base_url: str
    timeout: float = 10.0
    verify_tls: bool | Path = True
    client_certificate: Path | None = None
    proxy: str | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @cached_property
    def host(self) -> str:
        """The host to connect to, without brackets."""
        return urlsplit(self.base_url).hostname or ""

    @cached_property
    def host_written(self) -> str:
        """The host as a URL writes it: an IPv6 address in brackets (RFC 3986 section 3.2.2)."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @cached_property
    def port(self) -> int:
        """The port to connect to."""
        parts = urlsplit(self.base_url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @cached_property
    def authority(self) -> bytes:
        """The value of the Host header."""
        return urlsplit(self.base_url).netloc.encode("ascii")

    @cached_property
    def path(self) -> bytes:
        """The prefix of every request target: the base URL's path, without a slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/").encode("ascii")

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        """The TLS context, or None for plain http. Raises UsageError for a file that cannot be used."""
        if not self.base_url.startswith("https:"):
            return None
        try:
            if self.verify_tls is True:
                context = httpx.create_ssl_context()
            elif self.verify_tls is False:
                context = httpx.create_ssl_context(verify=False)
            else:
                context = ssl.create_default_context(cafile=str(self.verify_tls))
        except (OSError, ssl.SSLError) as error:
            raise UsageError(
                f"verify_tls: {self.verify_tls} holds no CA certificates ({error}): name a PEM bundle"
            ) from error
        if self.client_certificate is not None:
            try:
                context.load_cert_chain(str(self.client_certificate), password=_no_password)
            except (OSError, ssl.SSLError) as error:
                raise UsageError(
                    f"client_certificate: {self.client_certificate} cannot be used ({error}): "
                    "name a PEM file with the certificate and its key, without a pass phrase"
                ) from error
        return context


def _no_password() -> str:
    """An empty pass phrase: without it OpenSSL would ask for one at the terminal."""
    return ""


def reach(host: str, port: int, seconds: float, connect: Callable[[str, float], T]) -> T:
    """The connection that `connect(address, seconds)` makes to the first address of `host` that works.

    Each address gets an equal part of the remaining time, so that one that swallows packets does not hide the next.
    Raises OSError for a name without an address in time, else the last error of `connect`.
    """
    deadline = time.monotonic() + seconds
    addresses = _addresses(host, port, seconds)
    while True:
        address = addresses.pop(0)
        share = (deadline - time.monotonic()) / (len(addresses) + 1)
        try:
            return connect(address, max(share, 0.001))
        except _FAILURES:
            if not addresses:
                raise


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """The numeric addresses of a host, in the system's order. The resolver works in a thread that can be abandoned."""
    try:
        return _resolved(host, port, socket.AI_NUMERICHOST)
    except OSError:
        found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(_resolved(host, port))
        except OSError as error:
            found.put(error)

    threading.Thread(target=look_up, name="conformance-resolve", daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"the resolver did not say in time where {host} is") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _resolved(host: str, port: int, flags: int = 0) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except UnicodeError as error:  # a label that IDNA does not allow
        raise OSError(f"{host} is no name of a host ({error})") from error
    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    return list(dict.fromkeys(socket.getnameinfo(address, numeric)[0] for *_, address in found))
