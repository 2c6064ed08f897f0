"""How a line gets to the target: through its proxy, and with its certificates."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

__all__ = ["Way"]


@dataclass(frozen=True, slots=True)
class Way:
    """`proxy` is a word of shell; `bundle` and `certificate` are paths, and TLS may be left `unverified`."""

    proxy: str | None = None
    unverified: bool = False
    bundle: str | None = None
    certificate: str | None = None

    @property
    def options(self) -> list[str]:
        """Curl's options."""
        return [
            *([f"-x {self.proxy}"] if self.proxy else []),
            *(["-k"] if self.unverified else []),
            *([f"--cacert {shlex.quote(self.bundle)}"] if self.bundle else []),
            *([f"--cert {shlex.quote(self.certificate)}"] if self.certificate else []),
        ]

    def wrapping(self, host: str) -> list[str]:
        """Python's statements that speak TLS on the socket `s`."""
        trusted = f"cafile={self.bundle!r}" if self.bundle else ""
        made = "ssl._create_unverified_context()" if self.unverified else f"ssl.create_default_context({trusted})"
        if self.certificate is None:
            return [f"s = {made}.wrap_socket(s, server_hostname={host!r})"]
        return [
            f"c = {made}",
            f"c.load_cert_chain({self.certificate!r})",
            f"s = c.wrap_socket(s, server_hostname={host!r})",
        ]
