"""Where requests go and how: the base URL taken apart, TLS, proxy, timeout, headers of the target description."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Endpoint"]


@dataclass(frozen=True)
class Endpoint:
    """A deployment's address. `timeout` is in seconds and bounds an exchange, from connecting to the last byte."""

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
        """What stands before every request target: the base URL's path, without a slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/").encode("ascii")

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        """How TLS is spoken, or None for plain http; UsageError where a file of it cannot be used."""
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
    """What is asked for the pass phrase of a key: nobody may be there to type it."""
    return ""
