"""The description of a target, with its secrets resolved: what the rest of the suite works with."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations when the class is made
from pathlib import Path  # noqa: TC003 - the same

from pydantic import BaseModel, ConfigDict, Field

from conformance.config.secrets import Secret
from conformance.config.sources import Command, Iam
from conformance.config.tables import Role  # noqa: TC001 - the same
from conformance.config.urls import is_loopback, parse_url

__all__ = ["Target"]


class Target(BaseModel):
    """A deployment to test; made by ``load_target`` or ``build_target``, which check it.

    ``timeout_seconds`` is over 0. ``verify_tls`` is a path where a CA bundle was named. ``place`` begins an error
    message about the description.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True)

    name: str
    place: str = Field(repr=False)
    base_url: str
    token: Secret | None
    repository_id: int
    mirror_url: str
    restricted_token: Secret | None = None
    restricted_repository_id: int | None = None
    missing_repository_id: int | None = None
    tokens_by_length: Mapping[int, Secret] = {}
    repositories: Mapping[int, Role] = {}
    not_testable: Mapping[str, str] = {}
    verify_tls: bool | Path = True
    client_certificate: Path | None = None
    proxy: str | Secret | None = None
    timeout_seconds: float
    headers: Mapping[str, str | Secret] = Field(default={}, repr=False)
    max_bad_credentials: int
    read_back: bool | None = None
    source: Iam | Command | None = Field(default=None, repr=False)

    @property
    def loopback(self) -> bool:
        """Whether the target is on this machine, by the way its base URL is written."""
        return is_loopback(parse_url(self.base_url).host)

    @property
    def reads_back(self) -> bool:
        """Whether the mirror's state is read before and after the run."""
        return not self.loopback if self.read_back is None else self.read_back

    @property
    def roles(self) -> Mapping[int, Role]:
        """What the description says about each repository id that it names, for ``token``."""
        roles: dict[int, Role] = {**self.repositories, self.repository_id: "permitted"}
        if self.restricted_repository_id is not None:
            roles[self.restricted_repository_id] = "restricted"
        if self.missing_repository_id is not None:
            roles[self.missing_repository_id] = "missing"
        return roles

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that must appear nowhere, longest first, so that one within another is redacted after it."""
        iam = self.source.secrets if isinstance(self.source, Iam) else ()
        named = (self.token, self.restricted_token, self.proxy, *self.headers.values(), *iam)
        found = {secret for secret in (*named, *self.tokens_by_length.values()) if isinstance(secret, Secret)}
        return tuple(sorted(found, key=lambda secret: (-len(secret), secret.name)))
