"""The mock: each answer of the documented operation, over loopback."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.mock import Answer, Mock, running

from .conftest import BODY, FIXTURES, PATH, raw_request, send_raw

if TYPE_CHECKING:
    from collections.abc import Callable

    Post = Callable[..., httpx.Response]

UNAUTHORIZED = {"error_code": "CH.00000002", "error_msg": "Recognize authentication information failed."}
FORBIDDEN = {"error_code": "CH.00401001", "error_msg": "No access permission."}
NOT_FOUND = {"error_code": "CH.00402000", "error_msg": "The repository does not exist. Check and try again."}
LONGEST = FIXTURES.tokens_by_length[100_000]


def assert_refused(response: httpx.Response, status: int, envelope: dict[str, str] | None = None) -> None:
    """Check status, content type and envelope."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == ["error_code", "error_msg"]
    assert all(isinstance(value, str) for value in body.values())
    assert envelope in (None, body)


def test_success_is_the_documents_example() -> None:
    """The first 201 has the eleven fields, in the order and with the values of the document's example."""
    moment = datetime(2025, 4, 24, 12, 4, 44, tzinfo=UTC)
    url = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"
    with running(Mock(clock=lambda: moment)) as base_url:
        headers = {"X-Auth-Token": FIXTURES.token}
        response = httpx.post(base_url + PATH.format(2_112_029_391), headers=headers, json={"url": url})
    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json"
    assert list(response.json().items()) == [
        ("id", 12_439),
        ("repository_id", 2_112_029_391),
        ("update_status", "finished"),
        ("last_update_at", "2025-04-24T20:04:44.000+08:00"),
        ("url", url),
        ("last_successful_update_at", "2025-04-24T20:04:44.000+08:00"),
        ("number_of_failures", None),
        ("mirroring_enabled", False),
        ("is_private", False),
        ("endpoint_uuid", None),
        ("last_error", None),
    ]


def test_dates_come_from_the_clock(post: Post) -> None:
    """Without another clock the dates are of now, with milliseconds and +08:00."""
    text = post().json()["last_update_at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00", text)
    assert abs((datetime.now(tz=UTC) - datetime.fromisoformat(text)).total_seconds()) < 10


@pytest.mark.parametrize(
    "repository_id",
    [
        pytest.param(1, id="1 (the minimum)"),
        pytest.param(FIXTURES.repository_id, id="the named one"),
        pytest.param(2_147_483_647, id="2147483647 (the maximum)"),
    ],
)
@pytest.mark.parametrize(
    "token",
    [
        pytest.param("1", id="1 character"),
        pytest.param(FIXTURES.token, id="as issued"),
        pytest.param(LONGEST, id="100,000 characters"),
    ],
)
def test_permitted(post: Post, repository_id: int, token: str) -> None:
    """Every valid token of the permitted account associates every permitted repository."""
    response = post(repository_id, token)
    assert response.status_code == 201
    assert response.json()["repository_id"] == repository_id


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(None, id="missing"),
        pytest.param("", id="empty"),
        pytest.param("2", id="unknown, 1 character"),
        pytest.param("t" * 100_000, id="unknown, 100,000 characters"),
        pytest.param(LONGEST + "t", id="100,001 characters that begin with a valid token"),
        pytest.param(FIXTURES.token.swapcase(), id="other case"),
        pytest.param(FIXTURES.token[:-1], id="cut"),
        pytest.param(FIXTURES.token + "t", id="continued"),
        pytest.param(b"\xff\xfe", id="bytes beyond ASCII"),
    ],
)
@pytest.mark.parametrize(
    "repository_id",
    [
        pytest.param(1, id="existing repository"),
        pytest.param(FIXTURES.restricted_repository_id, id="restricted repository"),
        pytest.param(FIXTURES.missing_repository_id, id="missing repository"),
        pytest.param(0, id="id out of range"),
    ],
)
def test_unauthorized(post: Post, token: str | bytes | None, repository_id: int) -> None:
    """A token that is not valid is answered 401 with the document's envelope, whatever the id."""
    assert_refused(post(repository_id, token), 401, UNAUTHORIZED)


def test_overlong_token_is_refused_even_if_known() -> None:
    """A token over the maximum is refused though it be among the valid ones."""
    mock = Mock()
    mock.tokens["t" * 100_001] = "permitted"
    with running(mock) as base_url:
        assert_refused(
            httpx.post(base_url + PATH.format(1), headers={"X-Auth-Token": "t" * 100_001}), 401, UNAUTHORIZED
        )


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(b"X-Auth-Token: 1\r\nX-Auth-Token: 1\r\n", id="twice the same"),
        pytest.param(b"X-Auth-Token: 1\r\nX-Auth-Token: 2\r\n", id="valid and unknown"),
        pytest.param(b"X-Auth-Token: \t \r\n", id="blank"),
        pytest.param(b"X-Auth-Token: 1, 1\r\n", id="list"),
    ],
)
def test_unauthorized_on_the_wire(base_url: str, headers: bytes) -> None:
    """Two token headers, or a blank one, are answered 401."""
    assert send_raw(base_url, raw_request(headers=headers)).status == 401


def test_header_name_in_any_case(base_url: str) -> None:
    """The name of the token's header may be spelled in any case."""
    assert send_raw(base_url, raw_request(headers=b"x-aUTH-tOKEN: 1\r\n")).status == 201


@pytest.mark.parametrize(
    "raw_id",
    [
        pytest.param(b"0", id="0 (one under the minimum)"),
        pytest.param(b"2147483648", id="2147483648 (one over the maximum)"),
        pytest.param(b"4294967297", id="1 modulo 2^32"),
        pytest.param(b"18446744073709551617", id="1 modulo 2^64"),
        pytest.param(b"9" * 5_000, id="5,000 digits"),
        pytest.param(b"-1", id="negative"),
        pytest.param(b"+1", id="plus sign"),
        pytest.param(b"01", id="leading zero"),
        pytest.param(b"1.0", id="fraction"),
        pytest.param(b"1e0", id="exponent"),
        pytest.param(b"0x1", id="hexadecimal"),
        pytest.param(b"1abc", id="letters after a digit"),
        pytest.param(b"1_0", id="underscore"),
        pytest.param(b"%31", id="percent-encoded digit"),
        pytest.param(b"%201", id="space before"),
        pytest.param(b"1%0A", id="line break after"),
        pytest.param(b"%00", id="NUL"),
        pytest.param(b"%EF%BC%91", id="full-width digit"),
        pytest.param(b"", id="empty"),
        pytest.param(b"null", id="null"),
        pytest.param(b"..", id="dots"),
    ],
)
def test_bad_id(base_url: str, raw_id: bytes) -> None:
    """An id out of range, or anything but plain decimal digits, is answered 400."""
    answered = send_raw(base_url, raw_request(PATH.encode().replace(b"{}", raw_id)))
    assert answered.status == 400
    assert answered.body == b'{"error_code": "CH.010001", "error_msg": "Invalid repository ID."}'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"url", id="no JSON"),
        pytest.param(BODY[:-1], id="cut"),
        pytest.param(b"\xef\xbb\xbf" + BODY, id="byte order mark"),
        pytest.param(BODY.decode().encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"url": "https://example.com/\xff"}', id="no UTF-8"),
        pytest.param(b'{"url": "https://example.com/a", "n": NaN}', id="NaN"),
        pytest.param(b"[" * 200_000, id="200,000 arrays left open"),
        pytest.param(b'{"url":' * 200_000, id="200,000 objects left open"),
        pytest.param(b"[" + BODY + b"]", id="array"),
        pytest.param(b'"https://example.com/a"', id="string"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="no url"),
        pytest.param(b'{"URL": "https://example.com/a"}', id="url in upper case"),
        pytest.param(b'{"url": null}', id="null for url"),
        pytest.param(b'{"url": 1}', id="number for url"),
        pytest.param(b'{"url": {}}', id="object for url"),
        pytest.param(b'{"url": ["https://example.com/a"]}', id="array for url"),
        pytest.param(b'{"url": ""}', id="empty url"),
        pytest.param(b'{"url": "ssh://example.com/a"}', id="another scheme"),
        pytest.param(b'{"url": "https://example.com/\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"url": "https://example.com/\\u0000"}', id="NUL"),
    ],
)
def test_bad_body(post: Post, body: bytes) -> None:
    """A body that is no JSON object with an absolute http(s) url is answered 400 with the envelope."""
    assert_refused(post(body=body), 400)


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param(b"1" * 5_000, id="an integer of 5,000 digits"),
        pytest.param(b"1e999", id="a number beyond all bounds"),
        pytest.param(b'"\\ud800"', id="a lone surrogate"),
        pytest.param(b"[" * 100 + b"]" * 100, id="100 arrays"),
        pytest.param(b'"' + b"x" * 1_000_000 + b'"', id="1,000,000 characters"),
    ],
)
def test_extra_members_are_tolerated(post: Post, extra: bytes) -> None:
    """Members beside the url change nothing, whatever they hold."""
    assert post(body=b'{"extra": ' + extra + b", " + BODY[1:]).status_code == 201


def test_body_over_the_limit(base_url: str) -> None:
    """A body over 12 MB is read, thrown away and answered 413; the connection goes on."""
    spaces = b" " * (12 * 1024 * 1024)
    too_long = raw_request(body=BODY + spaces)
    assert send_raw(base_url, too_long).status == 413
    assert send_raw(base_url, raw_request(body=BODY + spaces[len(BODY) :])).status == 201
    with httpx.Client(base_url=base_url, headers={"X-Auth-Token": "1"}) as client:
        assert_refused(client.post(PATH.format(1), content=BODY + spaces), 413)
        assert client.post(PATH.format(1), content=BODY).status_code == 201


def test_missing_repository(post: Post) -> None:
    """A repository that does not exist is answered 404 with the document's envelope."""
    assert_refused(post(FIXTURES.missing_repository_id), 404, NOT_FOUND)


def test_restricted_repository(post: Post) -> None:
    """A repository without permission is answered 403 with the document's envelope."""
    assert_refused(post(FIXTURES.restricted_repository_id), 403, FORBIDDEN)


def test_restricted_token(post: Post) -> None:
    """The restricted account is answered 403, and 404 where there is no repository."""
    assert_refused(post(token=FIXTURES.restricted_token), 403, FORBIDDEN)
    assert_refused(post(FIXTURES.restricted_repository_id, FIXTURES.restricted_token), 403, FORBIDDEN)
    assert_refused(post(FIXTURES.missing_repository_id, FIXTURES.restricted_token), 404, NOT_FOUND)


def test_password_is_not_repeated(post: Post) -> None:
    """The user info of a url is not in the answer; the rest of the url is, as it was sent."""
    response = post(body=b'{"url": "HTTPS://user:secret@Example.com/a?b#c"}')
    assert response.json()["url"] == "HTTPS://Example.com/a?b#c"
    assert "secret" not in response.text


def test_associating_again(fresh: httpx.Client) -> None:
    """A repository keeps the id of its association, with the same url and with another; others have other ids."""
    headers = {"X-Auth-Token": "1"}

    def documented(repository_id: int, url: str) -> tuple[int, str]:
        fields = fresh.post(PATH.format(repository_id), headers=headers, json={"url": url}).json()
        return fields["id"], fields["url"]

    assert documented(1, "https://example.com/a") == (12_439, "https://example.com/a")
    assert documented(1, "https://example.com/a") == (12_439, "https://example.com/a")
    assert documented(2_147_483_647, "https://example.com/a") == (12_440, "https://example.com/a")
    assert documented(1, "https://example.com/b") == (12_439, "https://example.com/b")


def test_read_back(fresh: httpx.Client) -> None:
    """The read-back is 404 before the first association and then has the same eleven fields."""
    path = PATH.format(1).removesuffix("/associate")
    fresh.headers["X-Auth-Token"] = "1"
    assert_refused(fresh.get(path), 404, NOT_FOUND)
    associated = fresh.post(PATH.format(1), content=BODY)
    shown = fresh.get(path)
    assert (shown.status_code, shown.json()) == (200, associated.json())
    head = fresh.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == shown.headers["content-length"]


@pytest.mark.parametrize(
    ("repository_id", "token", "status"),
    [
        pytest.param(1, "2", 401, id="unknown token"),
        pytest.param(0, "1", 400, id="id out of range"),
        pytest.param(FIXTURES.missing_repository_id, "1", 404, id="missing repository"),
        pytest.param(FIXTURES.restricted_repository_id, "1", 403, id="restricted repository"),
    ],
)
def test_read_back_is_refused(client: httpx.Client, repository_id: int, token: str, status: int) -> None:
    """The read-back is refused as an association is."""
    path = PATH.format(repository_id).removesuffix("/associate")
    assert_refused(client.get(path, headers={"X-Auth-Token": token}), status)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods(client: httpx.Client, method: str) -> None:
    """Other methods on the path are answered 405 with the envelope and what is allowed, token or not."""
    response = client.request(method, PATH.format(1))
    assert_refused(response, 405)
    assert response.headers["allow"] == "POST, OPTIONS"


def test_head(client: httpx.Client) -> None:
    """HEAD on the path is answered 405 without a body."""
    response = client.head(PATH.format(1))
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        pytest.param(PATH.format(1), "POST, OPTIONS", id="association"),
        pytest.param(PATH.format(1).removesuffix("/associate"), "GET, HEAD, OPTIONS", id="read-back"),
    ],
)
def test_options(client: httpx.Client, path: str, allow: str) -> None:
    """OPTIONS is answered 204 with what is allowed, and nothing else."""
    response = client.options(path)
    assert (response.status_code, response.headers["allow"], response.content) == (204, allow, b"")
    assert "content-length" not in response.headers


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(b"/", id="root"),
        pytest.param(PATH.format(1).encode() + b"/", id="trailing slash"),
        pytest.param(b"/" + PATH.format(1).encode(), id="two slashes before"),
        pytest.param(PATH.format("1/2").encode(), id="two ids"),
        pytest.param(PATH.format(1).encode().upper(), id="upper case"),
        pytest.param(PATH.format(1).encode().replace(b"v4", b"v3"), id="another version"),
        pytest.param(b"*", id="asterisk"),
    ],
)
def test_unknown_path(base_url: str, target: bytes) -> None:
    """Any other path is answered 404 with the envelope, byte for byte as it was sent."""
    answered = send_raw(base_url, raw_request(target, method=b"OPTIONS"), method="OPTIONS")
    assert answered.status == 404
    assert answered.headers["content-type"] == "application/json"
    assert answered.body == b'{"error_code": "CH.00000404", "error_msg": "The requested resource does not exist."}'


def test_query_is_no_part_of_the_path(base_url: str) -> None:
    """A query changes nothing."""
    assert send_raw(base_url, raw_request(PATH.format(1).encode() + b"?x=/")).status == 201


def test_one_step_can_be_broken_alone() -> None:
    """Overriding one method changes that behaviour and no other."""

    class Ok(Mock):
        def success(self, request: object, mirror: object) -> Answer:
            return Answer(200)

    with running(Ok()) as base_url:
        assert send_raw(base_url, raw_request()).status == 200
        assert send_raw(base_url, raw_request(headers=b"")).status == 401
