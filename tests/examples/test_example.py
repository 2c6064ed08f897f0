"""Examples as documents: whole when read back, and never with a secret in them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.message import Request, Token
from conformance.examples.example import Example, from_document, to_document
from conformance.strategies import documented_bodies, header_names, id_look_alikes, token_lengths, tokens
from tests.plan.fixtures import fixtures, least
from tests.shipped import DOMAIN, HEADER, OPERATION

KNOWN = fixtures()
SECRET = KNOWN.token.value
PLAIN = KNOWN.request(KNOWN.token)


def example(request: Request) -> Example:
    """An example of this request."""
    return Example("property.openapi", "status.documented", request)


def text_of(request: Request) -> str | None:
    """What would be written, or None."""
    document = to_document(example(request), KNOWN)
    return None if document is None else json.dumps(document)


@settings(max_examples=50, deadline=None)
@given(
    token=tokens(token_lengths(OPERATION.credential)) | st.none(),
    segment=id_look_alikes(DOMAIN),
    body=documented_bodies(OPERATION) | st.binary(),
    name=header_names(HEADER),
)
def test_an_example_is_read_back_as_it_was(token: Token | None, segment: bytes, body: bytes, name: bytes) -> None:
    """Whatever bytes it has, the same request comes back, its token as the recipe that it was."""
    request = replace(KNOWN.request(token, segment, body=body), headers=((name, b"x"),))
    document = to_document(example(request), KNOWN)
    if document is None:
        assert token is not None
        assert KNOWN.known.tokens.near(token.value)
    else:
        assert from_document(json.loads(json.dumps(document)), KNOWN) == example(request)


ROLES = {
    "token": KNOWN.token,
    "restricted_token": KNOWN.restricted_token,
    "tokens_by_length.1": KNOWN.tokens_by_length[1],
    "tokens_by_length.100000": KNOWN.tokens_by_length[100_000],
}


@pytest.mark.parametrize(("role", "token"), ROLES.items(), ids=ROLES)
def test_a_token_of_the_description_is_kept_by_its_role(role: str, token: Token) -> None:
    """Its characters are nowhere; the next run puts in what the description says then."""
    text = text_of(replace(PLAIN, token=token))
    assert text is not None
    assert json.loads(text)["request"]["token"] == {"role": role}
    assert token.length == 1 or token.value.decode() not in text
    other = fixtures(token=Token(b"renewed" * 9))
    renewed = from_document(json.loads(text), other)
    assert renewed is not None
    assert renewed.request.token == (other.token if role == "token" else token)


def test_a_secret_that_was_drawn_by_chance_is_kept_by_its_role() -> None:
    """It is its characters that make a token valid, not where they come from."""
    text = text_of(replace(PLAIN, token=Token(SECRET[:40], fill=SECRET[40:], length=len(SECRET))))
    assert text is not None
    assert json.loads(text)["request"]["token"] == {"role": "token"}


TELLING = {
    "the token cut": replace(PLAIN, token=Token(SECRET[:-1])),
    "the token in another case": replace(PLAIN, token=Token(SECRET.swapcase(), secret="T", made_by="{}.swapcase()")),
    "the token in the path": replace(PLAIN, target=b"/" + SECRET),
    "the token in the body": replace(PLAIN, body=b'{"url": "' + SECRET + b'"}'),
    "the token in another header": replace(PLAIN, headers=((b"X_Auth_Token", SECRET),)),
    "the token as a header's name": replace(PLAIN, headers=((SECRET, b""),)),
}


@pytest.mark.parametrize("request_", TELLING.values(), ids=TELLING)
def test_what_holds_a_secret_anywhere_else_is_not_kept(request_: Request) -> None:
    """Rather no example than a secret on a disk."""
    assert text_of(request_) is None


def test_a_token_that_the_description_has_no_more_is_not_replayed() -> None:
    """Without a restricted token there is nothing to send."""
    document = to_document(example(replace(PLAIN, token=KNOWN.restricted_token)), KNOWN)
    assert from_document(document, least()) is None


def whole() -> dict[str, object]:
    """A document that can be read."""
    document = to_document(example(replace(PLAIN, token=Token(b"a", length=9))), KNOWN)
    assert document is not None
    return document


def with_token(token: object) -> dict[str, object]:
    """A document with another token."""
    request = whole()["request"]
    assert isinstance(request, dict)
    return whole() | {"request": request | {"token": token}}


BROKEN = {
    "no object": [],
    "another format": whole() | {"format": "conformance-example/2"},
    "no request": {key: value for key, value in whole().items() if key != "request"},
    "a request that is no object": whole() | {"request": 1},
    "a token that is no object": with_token(1),
    "a token without a fill": with_token({"head": "a", "fill": "", "length": 1}),
    "a token of negative length": with_token({"head": "a", "fill": "a", "length": -1}),
    "a token of no length": with_token({"head": "a", "fill": "a", "length": "1"}),
}


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN)
def test_what_is_no_example_is_said_to_be_none(document: object) -> None:
    """One of four errors tells, and nothing is half read."""
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        from_document(document, KNOWN)
