"""A request in words, for a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract.facts import facts_of
from conformance.contract.message import Request, Token
from conformance.explain.sending import Sent, sent_of
from tests.report.builders import KNOWN, NAME, REDACTOR, REQUEST, SECRET


def sent(**changes: object) -> Sent:
    """The documented request with these changes, in words."""
    request: Request = replace(REQUEST, **changes)  # type: ignore[arg-type]
    return sent_of(request, facts_of(request, KNOWN), REDACTOR)


def test_a_request_has_its_method_path_fields_and_body() -> None:
    """The token comes first, by its kind and the name of its secret."""
    assert sent() == Sent(
        "POST",
        "/v4/repositories/2112029391/remote-mirror/associate",
        (("X-Auth-Token", f"the valid token: ${NAME}"), ("Content-Type", "application/json")),
        '{"url": "https://example.com/test.git"}',
    )


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "not sent"),
        (Token(b""), "sent, and empty"),
        (Token(b"x", length=100_001), "an unknown token, 100,001 characters: <100001 characters"),
        (
            Token(SECRET.swapcase().encode(), secret=NAME, made_by="{}.swapcase()"),
            "a valid token, changed, 40 characters",
        ),
    ],
    ids=["no token", "an empty token", "a long token", "a changed token"],
)
def test_a_token_is_said_by_kind_and_length(token: Token | None, said: str) -> None:
    """No token is written out."""
    value = sent(token=token).headers[0][1]
    assert value.startswith(said)
    assert SECRET.swapcase() not in value


@pytest.mark.parametrize(("body", "said"), [(None, "none"), (b"", "empty"), (b"\xff\x1b", "ÿ\\x1b")])
def test_a_body_is_one_line(body: bytes | None, said: str) -> None:
    """Nothing steers a terminal, whatever is sent."""
    assert sent(body=body).body == said


def test_a_long_body_is_cut_with_its_size() -> None:
    """300 characters are shown."""
    assert sent(body=b"x" * 5_000).body == "x" * 300 + "… (5,000 bytes)"


def test_secrets_are_in_no_part() -> None:
    """Neither in another header nor in the path."""
    said = sent(target=b"/" + SECRET.encode(), headers=((b"Authorization", SECRET.encode()), (b"X-A", SECRET.encode())))
    assert SECRET not in str(said)
    assert said.path == f"/${NAME}"
