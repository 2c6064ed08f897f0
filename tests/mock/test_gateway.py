"""The mock's gateway: its limits, its envelope, its request ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.mock import Gateway, Mock, running
from tests.mock.conftest import BODY, FIXTURES, PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

ASSOCIATE = PATH.format(FIXTURES.repository_id)
TOKEN = {"X-Auth-Token": FIXTURES.token}
KB = 1024


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


def test_what_the_service_answers_is_marked_and_left_alone(client: httpx.Client) -> None:
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
    """Where the gateway cannot ask IAM, it answers 503."""
    with running(Gateway(Mock(), outage=1)) as url, httpx.Client(base_url=url, timeout=10) as client:
        check(client.post(ASSOCIATE, headers=TOKEN, content=BODY), 503, "APIGW.0613")
