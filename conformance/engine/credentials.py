"""The credentials of a run whose token can be had again: from IAM, or from the program that printed it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conformance.config.secrets import TOKEN_NAME, Command, Iam, reveal
from conformance.contract.message import Token
from conformance.exceptions import NoVerdict, UsageError
from conformance.traffic.credentials import Credentials, Identity, Issued, Login
from conformance.traffic.endpoint import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.config.targets import Target
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.plan import Plan
    from conformance.traffic.redaction import Redactor

__all__ = ["NOT_ISSUED", "credentials_of"]

NOT_ISSUED = Token(b"the-token-that-IAM-has-not-issued-yet.", fill=b"0", length=1_500, secret=TOKEN_NAME)
"""What requests are planned with where the token comes from IAM; no target ever sees it."""


def credentials_of(
    target: Target,
    fixtures: TargetFixtures,
    plan: Callable[[TargetFixtures], Plan],
    redactor: Redactor,
    pause: Callable[[float], object],
) -> Credentials | None:
    """The credentials, or None for a target whose token is just what it is; `pause` waits so many seconds."""
    if target.source is None:
        return None
    if isinstance(target.source, Iam):
        source = _asking(target.source, target, pause, fixtures)
    else:
        source = _printing(target.source)
    return Credentials(
        source,
        fixtures,
        issued=target.token is not None,
        plan=plan,
        learn=lambda value: redactor.learn(fixtures.token.secret or TOKEN_NAME, value.decode("latin-1")),
    )


def _asking(
    iam: Iam, target: Target, pause: Callable[[float], object], fixtures: TargetFixtures
) -> Callable[[], Issued]:
    endpoint = Endpoint(
        base_url=iam.endpoint,
        timeout=target.timeout_seconds,
        verify_tls=target.verify_tls,
        proxy=reveal(target.proxy) if target.proxy else None,
    )
    login = Login(reveal(iam.user), reveal(iam.password), reveal(iam.domain), iam.project)
    longest = fixtures.operation.credential.longest
    return Identity(endpoint, login, iam.place, pause, math.inf if longest is None else longest).token


def _printing(command: Command) -> Callable[[], Issued]:
    def token() -> Issued:
        try:
            return Issued(command.token().value.encode("latin-1"))
        except UsageError as error:
            raise NoVerdict(str(error)) from None

    return token
