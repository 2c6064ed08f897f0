"""The identity service as a client sees it: what is sent, taken for a token, tried again and said."""

# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import NoVerdict
from conformance.mock import Iam, Mock, running
from conformance.mock.fixtures import DOMAIN, PASSWORD, PROJECT, USER
from conformance.traffic.credentials import Identity, Issued, Login
from conformance.traffic.endpoint import Endpoint
from tests.traffic.servers import Connection, answer, closed_port, serving

if TYPE_CHECKING:
    from collections.abc import Callable

LOGIN = Login("me", "hush-password", "hush-domain", "region-1")
TOKEN = b"X-Subject-Token: MIIabc"
BODY = b'{"token": {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2026-01-02T00:00:00.000000Z"}}'
ISSUED = answer(b"201 Created", BODY, TOKEN)
BUSY = answer(b"429 Too Many Requests", b"{}", b"Retry-After: 3")
DOWN = answer(b"503 Service Unavailable", b'{"error_code": "APIGW.0613"}', b"Retry-After: 0")
REFUSED = answer(b"401 Unauthorized", b'{"error_code": "IAM.0011", "error_msg": "hush-password is wrong"}')


def ask(url: str, waits: list[float] | None = None, login: Login = LOGIN, timeout: float = 2.0) -> Issued:
    """Ask the service under this url for a token; waits are noted, not waited for."""
    noted = [] if waits is None else waits
    return Identity(Endpoint(url, timeout), login, "c.toml: [targets.a] iam", noted.append, 100_000).token()


def script(*answers: bytes) -> Callable[[Connection], None]:
    """A server that gives these answers, one for each request, whatever the connection."""
    left = list(answers)

    def serve(connection: Connection) -> None:
        while connection.read():
            connection.send(left.pop(0))

    return serve


def refusal(url: str, timeout: float = 2.0) -> str:
    """The error when no token is issued: one line, without a secret."""
    with pytest.raises(NoVerdict) as caught:
        ask(url, timeout=timeout)
    message = str(caught.value)
    assert message.startswith(f"c.toml: [targets.a] iam: IAM at {url} ")
    assert message.splitlines() == [message]
    assert "hush" not in message
    return message


def test_the_request_is_the_documented_one() -> None:
    """POST /v3/auth/tokens with method password and the project as scope, and no token of ours."""
    with serving(script(ISSUED)) as server:
        assert ask(server.url) == Issued(b"MIIabc", 86_400.0)
    (received,) = server.received
    assert received.line == b"POST /v3/auth/tokens HTTP/1.1"
    assert received.planned == [(b"Content-Type", b"application/json")]
    user = {"name": "me", "password": "hush-password", "domain": {"name": "hush-domain"}}
    assert json.loads(received.body) == {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "region-1"}},
        }
    }


def test_the_mock_issues_one() -> None:
    """The mock's identity service takes the request, and says for how long its token is good."""
    with running(Iam(Mock(), lifetime=90)) as url:
        issued = ask(url, login=Login(USER, PASSWORD, DOMAIN, PROJECT))
    assert issued.lifetime == 90.0
    assert len(issued.value) > 1000


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="no body"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"token": {"expires_at": "2026-01-02T00:00:00Z"}}', id="no issued_at"),
        pytest.param(BODY.replace(b"2026-01-02", b"2025-01-02"), id="expired before it was issued"),
        pytest.param(BODY.replace(b"2026-01-02", b"tomorrow"), id="no date"),
        pytest.param(b'{"token": {"issued_at": 1, "expires_at": 2}}', id="numbers"),
    ],
)
def test_a_token_whose_lifetime_nobody_says(body: bytes) -> None:
    """It is a token all the same."""
    with serving(script(answer(b"201 Created", body, TOKEN))) as server:
        assert ask(server.url) == Issued(b"MIIabc", None)


def test_refused_credentials_are_tried_once() -> None:
    """Failures in a row lock an account: a 401 is final."""
    with serving(script(REFUSED, ISSUED)) as server:
        said = refusal(server.url)
    assert said.endswith(
        "answered 401 IAM.0011: the credentials were refused; check user, password, domain and project"
    )
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("first", "wait"),
    [
        pytest.param(BUSY, 3.0, id="429 that says when to come back"),
        pytest.param(BUSY.replace(b"After: 3", b"After: 3600"), 10.0, id="429 that says in an hour"),
        pytest.param(DOWN, 0.0, id="503"),
    ],
)
def test_what_passes_is_tried_again(first: bytes, wait: float) -> None:
    """Throttling and outages are waited for, once and not long."""
    waits: list[float] = []
    with serving(script(first, ISSUED)) as server:
        assert ask(server.url, waits).value == b"MIIabc"
    assert waits == [wait]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param((DOWN, DOWN, ISSUED), "answered 503 APIGW.0613 twice", id="an outage"),
        pytest.param((BUSY, BUSY, ISSUED), "answered 429 twice", id="throttling"),
        pytest.param((DOWN, REFUSED, ISSUED), "answered 401 IAM.0011: the credentials were refused", id="503, then 401"),
        pytest.param((answer(b"404 Not Found"),), "answered 404, and no token was issued; check endpoint", id="no such service"),
        pytest.param((answer(b"302 Found", b"", b"Location: https://elsewhere.test"),), "answered 302, and", id="a redirect"),
        pytest.param((answer(b"201 Created", BODY),), "without a usable X-Subject-Token", id="no token"),
        pytest.param((answer(b"201 Created", BODY, b"X-Subject-Token: " + b"x" * 100_001),), "without a usable", id="100,001 characters"),
        pytest.param((answer(b"400 Bad Request", b'{"error_code": "hush\\nhush"}'),), "answered 400, and", id="no code"),
        pytest.param((b"nonsense\r\n\r\n",) * 2, "does not answer: the answer is no HTTP", id="no HTTP"),
    ],
)  # fmt: skip
def test_no_token(answers: tuple[bytes, ...], said: str) -> None:
    """Two attempts at most, then one line."""
    with serving(script(*answers)) as server:
        assert said in refusal(server.url)
    assert len(server.received) <= 2


def test_a_service_out_of_reach() -> None:
    """Nobody listens: one line."""
    assert "cannot be reached" in refusal(f"http://127.0.0.1:{closed_port()}")


def test_a_service_that_is_silent() -> None:
    """It takes the request and says nothing: one line, after two timeouts."""
    with serving(lambda connection: (connection.read(), connection.read())) as server:
        assert "does not answer" in refusal(server.url, timeout=0.2)
    assert len(server.received) == 2
