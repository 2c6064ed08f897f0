"""Unknown tokens are nobody's, to the character; changed ones are what they say; requests are made of both."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.known_tokens import TokenKind
from conformance.plan.fixtures import cut, extended, padded, unknown
from conformance.strategies.tokens import ALPHABETS
from tests.plan.fixtures import FIXTURES, fixtures, held_to, other, parameter, token

WHOLE = fixtures()
KNOWN_TOKENS = WHOLE.known.tokens
KNOWN = KNOWN_TOKENS.valid | KNOWN_TOKENS.restricted
LENGTHS = [1, 2, 15, 16, 47, 48, 49, 96, 4096, 99_999, 100_000, 100_001, 200_000]
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS.keys())
def test_an_unknown_token_has_its_length_and_alphabet(alphabet: str) -> None:
    """Of every alphabet, to the character, and the target's accounts were not given it."""
    for length in LENGTHS:
        made = unknown(WHOLE, "test", length, alphabet)
        assert made.length == len(made.value) == length
        assert set(made.value.decode("ascii")) <= set(alphabet), length
        assert made.secret is None, length
        assert KNOWN_TOKENS.classify(made.value) is TokenKind.UNKNOWN, length


@settings(max_examples=300)
@given(seed=seeds, length=st.integers(1, 3000), name=st.sampled_from(sorted(ALPHABETS)))
def test_an_unknown_token_is_never_near_a_valid_one(seed: int, length: int, name: str) -> None:
    """With no seed is one the beginning of the other, so that no lenient comparison takes it."""
    made = unknown(fixtures(seed=seed), "test", length, ALPHABETS[name]).value.lower()
    assert not KNOWN_TOKENS.near(made)
    for value in KNOWN:
        assert not made.startswith(value.lower())
        assert not value.lower().startswith(made)


@given(seed=seeds, valid=st.text(ALPHABETS["base64url"], min_size=1, max_size=3))
def test_short_valid_tokens_are_stepped_around(seed: int, valid: str) -> None:
    """A valid token of few characters is neither drawn nor drawn as a beginning."""
    short = fixtures(token=token(valid), tokens_by_length={}, seed=seed)
    for length in (1, 2, 3, 64):
        assert not unknown(short, "test", length).value.lower().startswith(valid.lower().encode())


def test_the_same_seed_and_label_make_the_same_token() -> None:
    """The seed, the label and the length decide, and nothing else."""
    one = unknown(fixtures(seed=7), "a", 64).value
    assert unknown(fixtures(seed=7), "a", 64).value == one
    assert unknown(fixtures(seed=8), "a", 64).value != one
    assert unknown(fixtures(seed=7), "b", 64).value != one


def test_lengths_are_drawn_apart() -> None:
    """A longer token is not a shorter one continued."""
    assert not unknown(WHOLE, "a", 100).value.startswith(unknown(WHOLE, "a", 64).value)


def test_an_alphabet_that_allows_none_is_an_error() -> None:
    """If every token of the alphabet is near a valid one, the error says so."""
    with pytest.raises(ValueError, match=re.escape("every token of 1 characters of 'M1' is near a valid one")):
        unknown(WHOLE, "test", 1, "M1")


def test_alphabets_are_of_ordinary_characters() -> None:
    """Every character of every alphabet is one that a field value surely carries (RFC 9110 section 5.5: VCHAR)."""
    for alphabet in ALPHABETS.values():
        assert all("!" <= character <= "~" for character in alphabet)
        assert len(set(alphabet)) == len(alphabet)
    assert len(set("".join(ALPHABETS.values()))) == 0x7E - 0x21 + 1


VALID = token(FIXTURES.token)
TEXT = FIXTURES.token


@pytest.mark.parametrize(
    ("made", "value"),
    [
        pytest.param(cut(VALID), TEXT[:-1], id="one character cut"),
        pytest.param(cut(VALID, 700), TEXT[:-700], id="700 characters cut"),
        pytest.param(extended(VALID, b",x"), TEXT + ",x", id="a comma and more"),
        pytest.param(padded(VALID, 100_000), TEXT + "x" * (100_000 - len(TEXT)), id="padded to 100,000"),
    ],
)
def test_a_changed_token_is_what_it_says(made, value: str) -> None:  # noqa: ANN001 - a token of the rows above
    """The bytes are right, the recipe in Python makes the same of the secret, and the target does not know them."""
    assert made.value.decode("ascii") == value
    assert made.made_by is not None
    assert eval(made.made_by.format("secret"), {"secret": TEXT}) == value  # noqa: S307 - our own recipe
    assert KNOWN_TOKENS.classify(made.value) is TokenKind.NEAR_VALID


@pytest.mark.parametrize("characters", [1, 2, 100], ids=["all of it", "one more than it has", "many more than it has"])
def test_cutting_too_much_leaves_nothing(characters: int) -> None:
    """A token of 1 character, cut by 1 or more, is empty and never the valid token again."""
    assert cut(token("1"), characters).value == b""


def test_a_changed_token_keeps_the_name_of_its_secret() -> None:
    """The name of the variable stays, so that a curl line can be written without the value."""
    secret = type(VALID)(VALID.head, secret="CODEARTS_TOKEN")
    for made in (cut(secret), extended(secret, b"x"), padded(secret, 2000)):
        assert made.secret == "CODEARTS_TOKEN"


@pytest.mark.parametrize(("length", "changeable"), [(15, False), (16, True)])
def test_a_short_token_is_not_changed(length: int, *, changeable: bool) -> None:
    """The rest of a token of fewer than 16 characters is like any other token."""
    assert fixtures(token=token("a" * length)).changeable is changeable


def test_the_documented_request_is_made_of_the_fixtures() -> None:
    """The description's resource and body, and the media type; each may be another."""
    known = fixtures()
    usual = known.request(known.token)
    assert (usual.method, usual.target, usual.token) == (known.operation.method, known.target(), known.token)
    assert (usual.body, usual.headers) == (known.body, ((b"Content-Type", b"application/json"),))
    assert known.request(None, 7).target == known.target(b"7")
    assert known.request(None, b"%37").target == known.target(b"%37")
    assert known.request(None, body=b"{}").body == b"{}"


def test_an_operation_without_a_body_has_no_content_type() -> None:
    """An id that is a text is percent-encoded, and the bytes of other parameters are sent as they are."""
    place, thing = parameter("place", type="string", example="north"), parameter("thing", type="string")
    target = {"thing": {"parameter": "thing", "role": "permitted"}}
    known = held_to(other("/{place}/{thing}", place, thing, resource="thing", target=target), "a/b")
    assert (known.content_type, known.body) == ((), None)
    assert known.request(known.token).target == b"/north/a%2Fb"
    assert known.request(known.token, "c d", changed={"place": b"%73outh"}).target == b"/%73outh/c%20d"
