"""What can stand in front of a mock: the identity service and the gateway, as they do at the vendor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mock.gateway import Gateway
from conformance.mock.iam import Iam

if TYPE_CHECKING:
    from conformance.mock.app import Mock
    from conformance.mock.message import Application

__all__ = ["surrounded"]


def surrounded(
    mock: Mock, *, iam_lifetime: float | None = None, gateway: bool = False, throttle: int = 0
) -> Application:
    """The mock with what was chosen before it.

    Tokens of IAM live so many seconds, without it none are issued; the gateway answers every ``throttle``-th request
    429, for 0 none.
    """
    app: Application = mock if iam_lifetime is None else Iam(mock, lifetime=iam_lifetime)
    return Gateway(app, tokens=mock.tokens, throttle=throttle) if gateway else app
