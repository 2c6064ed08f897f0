"""The mock's identity service: whom it gives a token, what that is good for, and until when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.mock import Iam, Mock, running
from conformance.mock.iam import DOMAIN, PASSWORD, PROJECT, USER
from tests.mock.conftest import BODY, FIXTURES, PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


def auth(user: str = USER, password: str = PASSWORD, domain: str = DOMAIN, project: str = PROJECT) -> dict[str, Any]:
    """The body of a request for a token (docs/vendor.md)."""
    who = {"name": user, "password": password, "domain": {"name": domain}}
    identity = {"methods": ["password"], "password": {"user": who}}
    return {"auth": {"identity": identity, "scope": {"project": {"name": project}}}}


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Iterator[httpx.Client]:
    """Connect to a mock whose tokens are good for a minute."""
    with running(Iam(Mock(), lifetime=60, clock=clock)) as url, httpx.Client(base_url=url, timeout=10) as client:
        yield client


def documented(client: httpx.Client, token: str) -> httpx.Response:
    """Send the documented request with this token."""
    return client.post(PATH.format(FIXTURES.repository_id), headers={"X-Auth-Token": token}, content=BODY)


def test_a_token_is_issued_and_the_operation_takes_it(client: httpx.Client) -> None:
    """201 with the token in X-Subject-Token and its dates in the body; the mock associates with it."""
    answer = client.post("/v3/auth/tokens", json=auth())
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert (token["issued_at"], token["expires_at"]) == ("2026-01-01T00:00:00.000000Z", "2026-01-01T00:01:00.000000Z")
    assert len(answer.headers["X-Subject-Token"]) > 1000
    assert answer.headers["X-Subject-Token"] not in answer.text
    assert documented(client, answer.headers["X-Subject-Token"]).status_code == 201


def test_a_token_expires(client: httpx.Client, clock: Clock) -> None:
    """A second before its time it is good, at its time it is not, and the answer says why."""
    token = client.post("/v3/auth/tokens", json=auth()).headers["X-Subject-Token"]
    clock.now = START + timedelta(seconds=59)
    assert documented(client, token).status_code == 201
    clock.now = START + timedelta(seconds=60)
    answer = documented(client, token)
    assert answer.status_code == 401
    assert "expired" in answer.json()["error_msg"]
    assert documented(client, FIXTURES.token).status_code == 201


def test_each_token_is_another(client: httpx.Client) -> None:
    """Two tokens of one second differ, and both are good."""
    first, second = (client.post("/v3/auth/tokens", json=auth()).headers["X-Subject-Token"] for _ in range(2))
    assert first != second
    assert {documented(client, first).status_code, documented(client, second).status_code} == {201}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(auth(user="nobody"), 401, id="unknown user"),
        pytest.param(auth(password="wrong"), 401, id="wrong password"),
        pytest.param(auth(domain="other"), 401, id="another account"),
        pytest.param(auth(project="other"), 401, id="another project"),
        pytest.param({}, 400, id="empty object"),
        pytest.param([], 400, id="a list"),
        pytest.param({"auth": {"identity": {"methods": ["token"]}}}, 400, id="another method"),
    ],
)
def test_refusals(client: httpx.Client, body: object, status: int) -> None:
    """Wrong credentials get 401, what is no such request 400, in the service's own envelope and without a token."""
    answer = client.post("/v3/auth/tokens", content=json.dumps(body))
    assert answer.status_code == answer.json()["error"]["code"] == status
    assert "X-Subject-Token" not in answer.headers


def test_other_methods_and_no_body(client: httpx.Client) -> None:
    """A GET is no request for a token, and neither is an empty POST."""
    assert client.get("/v3/auth/tokens").status_code == 404
    assert client.post("/v3/auth/tokens").status_code == 400


def test_an_outage_ends() -> None:
    """The first requests are answered 503 in the gateway's envelope, the next one has its token."""
    with running(Iam(Mock(), outages=1)) as url, httpx.Client(base_url=url, timeout=10) as client:
        answer = client.post("/v3/auth/tokens", json=auth())
        assert (answer.status_code, answer.json()["error_code"]) == (503, "APIGW.0613")
        assert client.post("/v3/auth/tokens", json=auth()).status_code == 201
