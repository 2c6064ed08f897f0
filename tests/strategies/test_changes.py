"""Each change of a token is what its recipe makes, shows one thing alone, and leaves the token near the valid one."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from conformance.contract.known_tokens import KnownTokens, TokenKind
from conformance.contract.message import Token
from conformance.mock.fixtures import Fixtures
from conformance.strategies import changed_tokens
from conformance.strategies.changes import CHANGES, ODD_CHANGES, apply, changes, odd_changes
from tests.strategies.drawing import drawn, reaches

FIXTURES = Fixtures.default()
HEADER = b"X-Auth-Token"
BOTH = {**changes(HEADER), **odd_changes(HEADER)}
TEXTS = {
    "of the mock": FIXTURES.token,
    "of 100,000 characters": FIXTURES.tokens_by_length[100_000],
    "of 16 characters": "a1B2c3-_e5F6g7Hx",
    "a UUID": "5f0c3b9a-6d1e-4b8e-9c57-0a2d3e4f5a6b",
    "a JWT": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl-_8",
    "of base64 with padding": "QWxhZGRpbjpvcGVuIHNlc2FtZSBhbmQgbW9yZQ==",
    "of capitals": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "of one character": "aaaaaaaaaaaaaaaaaaaaaaaa",
}
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@each_text
def test_a_change_is_what_its_recipe_makes(text: str) -> None:
    """The Python that a report prints makes the bytes of the secret, and is ASCII; the secret's name stays."""
    wrong = []
    for name, change in BOTH.items():
        made = apply(change, Token(text.encode(), secret="CODEARTS_TOKEN"))
        assert made.made_by is not None
        again = eval(made.made_by.replace("{}", "secret"), {"secret": text})  # noqa: S307 - our own recipe
        if again != made.value.decode("latin-1") or not made.made_by.isascii() or made.secret != "CODEARTS_TOKEN":
            wrong.append(name)
    assert wrong == []


@each_text
def test_a_changed_token_is_near_the_valid_one(text: str) -> None:
    """It goes to named repositories only; it is the valid one itself where there is nothing to be changed."""
    known_tokens = KnownTokens(frozenset({text.encode()}))
    kinds = {name: known_tokens.classify(apply(change, Token(text.encode())).value) for name, change in BOTH.items()}
    good = {name for name, kind in kinds.items() if kind.good}
    assert {kinds[name] for name in CHANGES} <= {TokenKind.NEAR_VALID, TokenKind.VALID}
    assert {kinds[name] for name in ODD_CHANGES} <= {TokenKind.UNUSUAL, TokenKind.VALID}
    assert [name for name in BOTH if not known_tokens.near(apply(BOTH[name], Token(text.encode())).value)] == []
    assert good <= {
        "upper-case", "lower-case", "alphabets-exchanged", "dashes-exchanged", "transposed", "same-hash",
        "space-for-plus", "reversed", "look-alikes", "rotated", "superscript",
    }  # fmt: skip


def test_the_token_of_the_mock_can_be_changed_in_every_way() -> None:
    """All the changes that the self-test relies on are sent: no two of its token are the same."""
    made = {name: apply(change, Token(FIXTURES.token.encode())).value for name, change in BOTH.items()}
    assert FIXTURES.token.encode() not in made.values()
    assert [pair for pair in combinations(made, 2) if made[pair[0]] == made[pair[1]]] == []


def hash_of_java(text: str) -> int:
    """The value of String.hashCode, as unsigned."""
    value = 0
    for character in text:
        value = (31 * value + ord(character)) % 2**32
    return value


def test_a_change_keeps_what_it_says_it_keeps() -> None:
    """Order, hash, ends, bytes of base64: what a target may compare instead of the token is the same."""
    text = TEXTS["a JWT"]
    made = {name: apply(change, Token(text.encode())).value.decode("latin-1") for name, change in BOTH.items()}
    assert sorted(made["transposed"]) == sorted(text)
    assert hash_of_java(made["same-hash"]) == hash_of_java(text)
    assert (made["same-ends"][:16], made["same-ends"][-16:]) == (text[:16], text[-16:])
    assert (made["half"], made["last-half"]) == (text[:29], text[-29:])
    assert made["full-width"].encode("latin-1").decode() == "\N{FULLWIDTH LATIN SMALL LETTER E}" + text[1:]
    assert {len(made[name]) - len(text) for name in ("first-changed", "middle-changed", "last-changed")} == {0}
    assert re.fullmatch(made["wildcard"].replace("_", "."), text)
    assert made["latin-1-spaces"].strip() == text


@pytest.mark.parametrize(("text", "changed"), [("QUJDRA", "QUJDRB"), ("QUI", "QUJ"), ("QUJD", "QUJDA")])
def test_spare_bits_are_those_that_base64_does_not_use(text: str, changed: str) -> None:
    """Of the last character of two or three; after a whole group of four, a character that makes no byte."""
    assert apply(CHANGES["spare-bits"], Token(text.encode())).value.decode() == changed


def test_a_drawn_change_is_what_its_recipe_makes() -> None:
    """Any place of the token, and any of the named changes."""
    text = TEXTS["of 16 characters"]
    found = drawn(changed_tokens(Token(text.encode(), secret="NAME"), HEADER), 400)
    wrong = []
    for made in found:
        assert made.made_by is not None
        again = eval(made.made_by.replace("{}", "secret"), {"secret": text})  # noqa: S307 - our own recipe
        if again != made.value.decode("latin-1") or not made.made_by.isascii() or made.secret != "NAME":
            wrong.append(made)
    assert wrong == []


SHAPES = {
    "one character another": lambda text: len(text) == 16 and text[:7] == "a1B2c3-" and text[8:] == "e5F6g7Hx",
    "a part missing inside": lambda text: text == "a1B2e5F6g7Hx",
    "cut": lambda text: text == "a1B2c3-_",
    "percent-encoded inside": lambda text: re.fullmatch("a1B2c3%2[dD]_e5F6g7Hx", text),
    "another case from somewhere on": lambda text: text == "a1B2c3-_E5f6G7hX",
    "more after it": lambda text: re.fullmatch("a1B2c3-_e5F6g7Hx.{2,3}", text),
    "in quotation marks": lambda text: text == '"a1B2c3-_e5F6g7Hx"',
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_drawn_changes_reach_every_kind(shape) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """At any place of the token."""
    token = Token(TEXTS["of 16 characters"].encode())
    assert reaches(changed_tokens(token, HEADER), lambda made: shape(made.value.decode("latin-1")))


def test_a_line_of_a_header_has_the_name_that_the_document_gives() -> None:
    """A server that keeps the whole line strips a name like this one."""
    made = apply(changes(b"X-Key")["header-name"], Token(b"abc"))
    assert (made.value, made.made_by) == (b"X-Key:abc", "'X-Key:' + {}")
    assert changes(b"X-Key").keys() == CHANGES.keys() | {"header-name"}
