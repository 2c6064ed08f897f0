"""The identity service: one token for a user and a password (docs/vendor.md)."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from conformance.contract.message import Request, Trouble
from conformance.exceptions import NoVerdict
from conformance.traffic.pooled import PooledWire
from conformance.traffic.throttling import THROTTLED, seconds_to_wait
from conformance.traffic.wire import WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.message import Response
    from conformance.traffic.endpoint import Endpoint

__all__ = ["Identity", "Issued", "Login"]

_CREATED = 201  # RFC 9110 section 15.3.2
_LONGEST_WAIT = 10.0  # seconds; nobody stops it
_TOKEN = re.compile(r"[\x21-\x7e]+")
_CODE = re.compile(r"[A-Z]{2,10}\.\d{1,8}")
_TRANSIENT = range(500, 600)


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and for how many seconds it was good when it came; None where nobody said."""

    value: bytes = field(repr=False)
    lifetime: float | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks: a user of a domain (the account), for a project."""

    user: str = field(repr=False)
    password: str = field(repr=False)
    domain: str = field(repr=False)
    project: str

    def body(self) -> bytes:
        """The request's body."""
        user = {"name": self.user, "password": self.password, "domain": {"name": self.domain}}
        identity = {"methods": ["password"], "password": {"user": user}}
        return json.dumps({"auth": {"identity": identity, "scope": {"project": {"name": self.project}}}}).encode()


class Identity:
    """Asks one identity service for tokens; `place` begins an error message, `pause` waits so many seconds.

    `headers` of the endpoint are not for it, and should be empty. A usable token has at most `longest` characters.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        login: Login,
        place: str,
        pause: Callable[[float], object],
        longest: float = math.inf,
    ) -> None:
        self._longest = longest
        self._endpoint = endpoint
        self._request = Request(
            "POST",
            b"/v3/auth/tokens",
            None,
            login.body(),
            ((b"Content-Type", b"application/json"),),
            token_header=b"",
        )
        self._place = place
        self._pause = pause

    def token(self) -> Issued:
        """A token; NoVerdict, in one line, where there is none to be had.

        Refused credentials are tried once, since failures in a row lock an account; silence, 429 and 5xx twice.
        """
        answer = self._attempt()
        if isinstance(answer, WireError) or answer.status == THROTTLED or answer.status in _TRANSIENT:
            self._pause(1.0 if isinstance(answer, WireError) else min(seconds_to_wait(answer), _LONGEST_WAIT))
            answer = self._attempt()
        if isinstance(answer, WireError):
            unreachable = answer.trouble is Trouble.UNREACHABLE
            # Only then are the words the system's own; a server's may repeat what was sent.
            how = f"cannot be reached: {answer}" if unreachable else f"does not answer: {answer.trouble}"
            raise NoVerdict(f"{self._where} {how}; check endpoint, proxy and verify_tls")
        if answer.status == _CREATED:
            return self._issued(answer)
        said = f"{self._where} answered {_said(answer)}"
        if answer.status == THROTTLED or answer.status in _TRANSIENT:
            raise NoVerdict(f"{said} twice, and no token was issued; try again later")
        if answer.status in {401, 403}:
            raise NoVerdict(f"{said}: the credentials were refused; check user, password, domain and project")
        raise NoVerdict(f"{said}, and no token was issued; check endpoint, domain and project")

    @property
    def _where(self) -> str:
        return f"{self._place}: IAM at {self._endpoint.base_url}"

    def _attempt(self) -> Response | WireError:
        """The answer, on a connection of its own: minutes or hours lie between two."""
        wire = PooledWire(self._endpoint, 1)
        try:
            return wire.send(self._request)
        except WireError as error:
            return error
        finally:
            wire.close()

    def _issued(self, answer: Response) -> Issued:
        token = answer.header("X-Subject-Token") or ""
        if not _TOKEN.fullmatch(token) or len(token) > self._longest:
            raise NoVerdict(f"{self._where} answered 201 without a usable X-Subject-Token; check endpoint")
        return Issued(token.encode("ascii"), _lifetime(answer.body))


def _said(answer: Response) -> str:
    """The status, and the error code where there is one; no other words, which could repeat what was sent."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    code = document.get("error_code") if isinstance(document, dict) else None
    return f"{answer.status} {code}" if isinstance(code, str) and _CODE.fullmatch(code) else str(answer.status)


def _lifetime(body: bytes) -> float | None:
    """The seconds between ``issued_at`` and ``expires_at``: the service's clock alone, which may not be ours."""
    try:
        token = json.loads(body)["token"]
        seconds = (_moment(token["expires_at"]) - _moment(token["issued_at"])).total_seconds()
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    return seconds if seconds > 0 else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
