"""The vendor's SDK against the mock: what it parses is what the mock answered (docs/vendor.md)."""

# ruff: noqa: ANN401, E501 - the SDK has no types; a row of a table stays on its line

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

from conformance.mock import Fixtures, Gateway, Mock, running

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Fixtures.default()
URL = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"
NO_TOKEN = "Recognize authentication information failed."
BODIES = [pytest.param(URL, id="a body"), pytest.param(None, id="no body")]


class Keeping(Mock):
    """Keeps what it answered with, and the bodies that it was sent; takes a missing one, as the SDK's is optional."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[dict[str, Any]] = []
        self.bodies: list[bytes | None] = []

    def fields(self, mirror: Any) -> dict[str, Any]:
        """Note them."""
        fields = super().fields(mirror)
        self.answered.append(fields)
        return fields

    def parse_body(self, request: Any) -> str:
        """Note it."""
        self.bodies.append(request.body)
        return super().parse_body(request) if request.body else URL


@pytest.fixture(scope="session")
def sdk() -> Any:
    """Import the SDK."""
    return importlib.import_module("tests.sdk.client")


@pytest.fixture
def mock() -> Keeping:
    """Return a mock that keeps what it answered."""
    return Keeping()


@pytest.fixture
def client(sdk: Any, mock: Keeping) -> Iterator[Any]:
    """Connect the SDK to it."""
    with running(mock) as base_url:
        yield sdk.client_of(base_url)


@pytest.mark.parametrize("url", BODIES)
def test_a_success_parses_into_what_was_answered(sdk: Any, client: Any, mock: Keeping, url: str | None) -> None:
    """All eleven fields, with their types; null stays None."""
    parsed = sdk.associate(client, FIXTURES.repository_id, FIXTURES.token, url)
    (answered,) = mock.answered
    found = sdk.members(parsed)
    assert type(parsed).__name__ == "AssociateRemoteMirrorResponse"
    assert (parsed.status_code, found) == (201, answered)
    assert [type(found[name]) for name in answered] == [type(value) for value in answered.values()]
    assert bool(mock.bodies[0]) is (url is not None)


def test_the_read_back_parses_into_the_same(sdk: Any, client: Any) -> None:
    """GET …/remote-mirror has the same eleven fields."""
    made = sdk.associate(client, FIXTURES.repository_id, FIXTURES.token, URL)
    shown = sdk.show(client, FIXTURES.repository_id, FIXTURES.token)
    assert (shown.status_code, sdk.members(shown)) == (200, sdk.members(made))


@pytest.mark.parametrize("url", BODIES)
@pytest.mark.parametrize(
    ("token", "repository_id", "said"),
    [
        pytest.param(None, FIXTURES.repository_id, (401, "CH.00000002", NO_TOKEN), id="401 without a token"),
        pytest.param("unknown", FIXTURES.repository_id, (401, "CH.00000002", NO_TOKEN), id="401 with an unknown one"),
        pytest.param(FIXTURES.restricted_token, FIXTURES.repository_id, (403, "CH.00401001", "No access permission."), id="403"),
        pytest.param(FIXTURES.token, FIXTURES.missing_repository_id, (404, "CH.00402000", "The repository does not exist. Check and try again."), id="404"),
    ],
)  # fmt: skip
def test_a_refusal_parses_into_what_was_answered(
    sdk: Any, client: Any, *, url: str | None, token: str | None, repository_id: int, said: tuple[int, str, str]
) -> None:
    """The document's codes and messages arrive as the SDK's error_code and error_msg."""
    with pytest.raises(sdk.ClientRequestException) as caught:
        sdk.associate(client, repository_id, token, url)
    assert (caught.value.status_code, caught.value.error_code, caught.value.error_msg) == said


def test_the_gateways_envelope_is_the_one_that_the_sdk_knows(sdk: Any) -> None:
    """Code and request id of a gateway's refusal arrive in their places."""
    with running(Gateway(Mock())) as base_url, pytest.raises(sdk.ClientRequestException) as caught:
        sdk.associate(sdk.client_of(base_url), FIXTURES.repository_id, None, URL)
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert len(caught.value.request_id) == 32
