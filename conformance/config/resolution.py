"""What a target's table refers to: secrets and files, looked up and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.config.mistakes import Wrong, mistake
from conformance.config.options import ENVIRONMENT_PREFIX
from conformance.config.parsing import example
from conformance.config.secrets import Form, Literals, Secret, is_reference, resolve
from conformance.config.sources import Command, Iam
from conformance.config.urls import proxy_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.config.origins import Origin
    from conformance.config.tables import IamTable, TargetTable

__all__ = ["Reader"]

_NO_NAME = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads what keys refer to; every error names its key. Paths are relative to ``base_directory``."""

    environ: Mapping[str, str]
    base_directory: Path
    origin: Origin
    literals: Literals

    def secret(self, key: str, text: str, form: Form = "field") -> Secret:
        """Return the secret of a key; where no variable names its placeholder, the key does."""
        return resolve(
            text,
            self.environ,
            self.base_directory,
            place=self.origin.place(key),
            name=ENVIRONMENT_PREFIX + _NO_NAME.sub("_", key.upper()).strip("_"),
            literals=self.literals,
            form=form,
        )

    def token(self, table: TargetTable) -> Secret | None:
        """Return the token, or None where IAM is to be asked for it."""
        if table.token is not None:
            return self.secret("token", table.token)
        if table.iam is None:
            raise mistake(self.origin.place("token"), "is missing", self.origin.example("token", example("token")))
        return None

    def source(self, table: TargetTable) -> Iam | Command | None:
        """Return where a token can be had again; where there are both, ``token`` wins and ``iam`` is not looked up."""
        if table.token is not None:
            place = self.origin.place("token")
            again = table.token.startswith("command:")
            return (
                Command(place=place, reference=table.token, environ=self.environ, directory=self.base_directory)
                if again
                else None
            )
        return None if table.iam is None else self._iam(table.iam)

    def _iam(self, table: IamTable) -> Iam:
        return Iam(
            place=self.origin.place("iam"),
            endpoint=table.endpoint,
            user=self._named("user", table.user),
            password=self.secret("iam.password", table.password, "text"),
            domain=self._named("domain", table.domain),
            project=table.project,
        )

    def _named(self, key: str, text: str) -> str | Secret:
        return self.secret(f"iam.{key}", text, "text") if is_reference(text) else text

    def restricted_token(self, text: str | None) -> Secret | None:
        """Return the token without permission, if there is one."""
        return None if text is None else self.secret("restricted_token", text)

    def token_of_length(self, length: int, text: str) -> Secret:
        """Return a token that must be of exactly this length."""
        key = f"tokens_by_length.{length}"
        token = self.secret(key, text)
        if len(token) != length:
            mend = f"give a token of exactly {length}, or write its true length"
            raise mistake(self.origin.place(key), f"the token is {len(token)} characters long, not {length}", mend)
        return token

    def header(self, name: str, text: str) -> str | Secret:
        """Return a header's value."""
        return self.secret(f"headers.{name}", text) if is_reference(text) else text

    def proxy(self, text: str | None) -> str | Secret | None:
        """Return the proxy's URL, which may contain a password where it comes from a reference."""
        if text is None:
            return None
        place = self.origin.place("proxy")
        proxy = self.secret("proxy", text) if is_reference(text) else text
        try:
            if isinstance(proxy, Secret):
                proxy_url(proxy.value, user_info="allowed")
            else:
                proxy_url(proxy, user_info="refused")
        except Wrong as wrong:
            mend = wrong.mend or self.origin.example("proxy", example("proxy"))
            raise mistake(place, wrong.problem, mend) from None
        return proxy

    def verification(self, table: TargetTable) -> bool | Path:
        """Return whether TLS is verified, or the CA bundle; off loopback it always is (docs/safety.md)."""
        if isinstance(table.verify_tls, str):
            return self._file("verify_tls", table.verify_tls)
        if not table.verify_tls and self.literals == "refused":
            place = self.origin.place("verify_tls")
            raise mistake(place, "false is refused for a target that is not loopback", "give the CA bundle's path")
        return table.verify_tls

    def certificate(self, text: str | None) -> Path | None:
        """Return the client certificate's path."""
        return None if text is None else self._file("client_certificate", text.removeprefix("file:"))

    def _file(self, key: str, written: str) -> Path:
        path = self.base_directory / written
        try:
            with path.open("rb"):
                return path
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
            problem = f"the file {path} cannot be read ({reason})"
            raise mistake(self.origin.place(key), problem, "give the path of a PEM file") from None
