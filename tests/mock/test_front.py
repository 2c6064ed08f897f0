"""The mock's gateway, with its limits, envelope and request ids; and its identity service, with its tokens."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.mock import Gateway, Iam, Mock, running
from conformance.mock.fixtures import DOMAIN, PASSWORD, PROJECT, USER
from tests.mock.conftest import BODY, FIXTURES, PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

ASSOCIATE = PATH.format(FIXTURES.repository_id)
TOKEN = {"X-Auth-Token": FIXTURES.token}
KB = 1024
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Connect to a mock behind its gateway."""
    mock = Mock()
    with running(Gateway(mock, tokens=mock.tokens)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def check(answer: httpx.Response, status: int, code: str) -> None:
    """It is the gateway that answered, and its request id is the header's."""
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert set(answer.json()) == {"error_code", "error_msg", "request_id"}
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_answers_of_the_service_are_marked_and_left_alone(client: httpx.Client) -> None:
    """A 201, a 404 and the read-back are the service's; each has a request id of its own."""
    created = client.post(ASSOCIATE, headers=TOKEN, content=BODY)
    missing = client.post(PATH.format(FIXTURES.missing_repository_id), headers=TOKEN, content=BODY)
    shown = client.get(ASSOCIATE.removesuffix("/associate"), headers=TOKEN)
    assert (created.status_code, missing.status_code, shown.status_code) == (201, 404, 200)
    assert set(missing.json()) == {"error_code", "error_msg"}
    assert len({answer.headers["X-Request-Id"] for answer in (created, missing, shown)}) == 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", ASSOCIATE, id="a wrong method"),
        pytest.param("OPTIONS", ASSOCIATE, id="OPTIONS"),
        pytest.param("POST", ASSOCIATE.removesuffix("/associate"), id="a wrong method of the read-back"),
        pytest.param("POST", "/v4/other", id="no such path"),
    ],
)
def test_a_wrong_method_or_path_is_404(client: httpx.Client, method: str, path: str) -> None:
    """The gateway knows methods and paths together."""
    check(client.request(method, path, headers=TOKEN), 404, "APIGW.0101")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"X-Auth-Token": "x" * (32 * KB - 12)}, 401, id="32 KB with its name"),
        pytest.param({"X-Auth-Token": "x" * (32 * KB - 11)}, 494, id="32 KB and one byte"),
        pytest.param({"X-Auth-Token": "x" * 100_000}, 494, id="the documented maximum"),
        pytest.param({**TOKEN, **{f"X-{n}": "x" * 30 * KB for n in range(5)}}, 494, id="over 128 KB together"),
    ],
)
def test_the_limit_on_headers(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    """One header over 32 KB, or all over 128 KB, is 494."""
    check(
        client.post(ASSOCIATE, headers=headers, content=BODY), status, "APIGW.0201" if status == 494 else "APIGW.0301"
    )


def test_the_limit_on_the_uri(client: httpx.Client) -> None:
    """A URI over 32 KB is 414."""
    check(client.post(f"{ASSOCIATE}?{'x' * 32 * KB}", headers=TOKEN, content=BODY), 414, "APIGW.0201")


def test_the_limit_on_the_body(client: httpx.Client) -> None:
    """A body of 12 MB reaches the service, one byte more is 413."""
    most = 12 * KB * KB
    assert client.post(ASSOCIATE, headers=TOKEN, content=BODY.ljust(most)).status_code == 201
    check(client.post(ASSOCIATE, headers=TOKEN, content=BODY.ljust(most + 1)), 413, "APIGW.0201")


@pytest.mark.parametrize("headers", [{}, {"X-Auth-Token": ""}, {"X-Auth-Token": "unknown"}], ids=str)
def test_tokens_are_the_gateways_business(client: httpx.Client, headers: dict[str, str]) -> None:
    """A missing, empty or unknown token is refused before the service sees it."""
    check(client.post(ASSOCIATE, headers=headers, content=BODY), 401, "APIGW.0301")


def test_throttling_by_turns() -> None:
    """Every second request is answered 429, first with Retry-After, then without."""
    with running(Gateway(Mock(), throttle=2)) as url, httpx.Client(base_url=url, timeout=10) as client:
        answers = [client.post(ASSOCIATE, headers=TOKEN, content=BODY) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 429, 201, 429]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, "1", None, None]
    check(answers[1], 429, "APIGW.0308")


def test_an_outage_of_iam() -> None:
    """A gateway that cannot ask IAM answers 503."""
    with running(Gateway(Mock(), outage=1)) as url, httpx.Client(base_url=url, timeout=10) as client:
        check(client.post(ASSOCIATE, headers=TOKEN, content=BODY), 503, "APIGW.0613")


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """The representation that it shows."""
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
def identity(clock: Clock) -> Iterator[httpx.Client]:
    """Connect to a mock whose tokens are good for a minute."""
    with running(Iam(Mock(), lifetime=60, clock=clock)) as url, httpx.Client(base_url=url, timeout=10) as client:
        yield client


def documented(client: httpx.Client, token: str) -> httpx.Response:
    """Send the documented request with this token."""
    return client.post(PATH.format(FIXTURES.repository_id), headers={"X-Auth-Token": token}, content=BODY)


def test_a_token_is_issued_and_the_operation_takes_it(identity: httpx.Client) -> None:
    """201 with the token in X-Subject-Token and its dates in the body; the mock associates with it."""
    answer = identity.post("/v3/auth/tokens", json=auth())
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert (token["issued_at"], token["expires_at"]) == ("2026-01-01T00:00:00.000000Z", "2026-01-01T00:01:00.000000Z")
    assert len(answer.headers["X-Subject-Token"]) > 1000
    assert answer.headers["X-Subject-Token"] not in answer.text
    assert documented(identity, answer.headers["X-Subject-Token"]).status_code == 201


def test_a_token_expires(identity: httpx.Client, clock: Clock) -> None:
    """A second before its time it is good, at its time it is not, and the answer says why."""
    token = identity.post("/v3/auth/tokens", json=auth()).headers["X-Subject-Token"]
    clock.now = START + timedelta(seconds=59)
    assert documented(identity, token).status_code == 201
    clock.now = START + timedelta(seconds=60)
    answer = documented(identity, token)
    assert answer.status_code == 401
    assert "expired" in answer.json()["error_msg"]
    assert documented(identity, FIXTURES.token).status_code == 201


def test_each_token_is_another(identity: httpx.Client) -> None:
    """Two tokens of one second differ, and both are good."""
    first, second = (identity.post("/v3/auth/tokens", json=auth()).headers["X-Subject-Token"] for _ in range(2))
    assert first != second
    assert {documented(identity, first).status_code, documented(identity, second).status_code} == {201}


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
def test_refusals(identity: httpx.Client, body: object, status: int) -> None:
    """Wrong credentials get 401, what is no such request 400, in the service's own envelope and without a token."""
    answer = identity.post("/v3/auth/tokens", content=json.dumps(body))
    assert answer.status_code == answer.json()["error"]["code"] == status
    assert "X-Subject-Token" not in answer.headers


def test_other_methods_and_no_body(identity: httpx.Client) -> None:
    """A GET is no request for a token, and neither is an empty POST."""
    assert identity.get("/v3/auth/tokens").status_code == 404
    assert identity.post("/v3/auth/tokens").status_code == 400


def test_an_outage_ends() -> None:
    """The first requests are answered 503 in the gateway's envelope, the next one has its token."""
    with running(Iam(Mock(), outages=1)) as url, httpx.Client(base_url=url, timeout=10) as client:
        answer = client.post("/v3/auth/tokens", json=auth())
        assert (answer.status_code, answer.json()["error_code"]) == (503, "APIGW.0613")
        assert client.post("/v3/auth/tokens", json=auth()).status_code == 201
