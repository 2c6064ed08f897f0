"""Redaction: secrets of 16 characters and more in every spelling, and passwords in urls."""

from __future__ import annotations

import base64
import json
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.message import Token
from conformance.contract.spellings import spellings
from conformance.judge.checks import traffic
from conformance.traffic.redaction import Redactor, token_spellings

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = 's3cr3t/T0ken+With=Every"kind\\of&char'
NAME = "CODEARTS_TOKEN"
REDACTOR = Redactor({NAME: SECRET})

PASSWORD = "длинный-пароль-€-密码"


def test_a_secret_beyond_latin_1_is_found_in_texts_and_bytes_and_nothing_else_is() -> None:
    """A password of IAM is text: in UTF-8, escaped as in JSON, percent-encoded, in base64."""
    redactor = Redactor({"IAM_PASSWORD": PASSWORD})
    spelt = {
        "as it is": PASSWORD,
        "JSON-escaped": json.dumps(PASSWORD)[1:-1],
        "percent-encoded": quote(PASSWORD, safe=""),
        "base64": base64.b64encode(PASSWORD.encode()).decode().rstrip("="),
        "UTF-8 read byte by byte": PASSWORD.encode().decode("latin-1"),
    }
    assert not {name: text for name, text in spelt.items() if "$IAM_PASSWORD" not in redactor.text(f"it is {text}.")}
    assert redactor.found_in(f"it is {PASSWORD}".encode()) == "IAM_PASSWORD"
    assert redactor.text("?" * 40) == "?" * 40


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded, but for slashes": quote,
    "percent-encoded, with lower-case digits": lambda text: re.sub(
        "%..", lambda match: match.group().lower(), quote(text, safe="")
    ),
    "percent-encoded to the last character": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON-escaped": lambda text: json.dumps(text)[1:-1],
    "JSON-escaped twice": lambda text: json.dumps(json.dumps(text))[1:-1],
    "JSON-escaped, slashes too": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "in \\u escapes": lambda text: "".join(f"\\u{ord(char):04X}" for char in text),
    "in \\x escapes": lambda text: "".join(f"\\x{ord(char):02x}" for char in text),
    "in HTML": lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;"),
    "in hexadecimal entities": lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in urlsafe base64": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "in the other case": str.swapcase,
    "in upper case": str.upper,
    "in lower case": str.lower,
    "in UTF-16": lambda text: text.encode("utf-16-le").decode("latin-1"),
    "cut to 16 characters": lambda text: text[:16],
    "without its first and last character": lambda text: text[1:-1] if len(text) > 18 else text,
    "twice": lambda text: text * 2,
}
WHOLE = {
    "as it is", "percent-encoded", "percent-encoded, with lower-case digits", "JSON-escaped",
    "JSON-escaped, slashes too", "in base64", "in urlsafe base64",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_that_got_past_is_seen_in_every_form(form: str) -> None:
    """`found_in` sees all that `text` takes out, and no placeholder."""
    spelt = f"before {FORMS[form](SECRET)} after"
    assert REDACTOR.found_in(spelt.encode("latin-1", "replace")) == NAME
    assert REDACTOR.found_in(REDACTOR.text(spelt).encode("latin-1", "replace")) is None


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_form(form: str) -> None:
    """However a secret is changed, no 16 characters of it come out."""
    spelt = FORMS[form](SECRET)
    shown = REDACTOR.text(f'{{"said": "{spelt}"}}')
    assert not any(spelt[start : start + 16] in shown for start in range(len(spelt) - 15)), shown
    assert NAME in shown
    assert shown.startswith('{"said": "')
    assert shown.endswith('"}')


@pytest.mark.parametrize("form", sorted(WHOLE))
def test_a_whole_secret_becomes_its_name(form: str) -> None:
    """The spellings that leak.token looks for become $NAME, so that judging again sees what was seen."""
    assert REDACTOR.text(f"<{FORMS[form](SECRET)}>").rstrip("=>") == f"<${NAME}"


@pytest.mark.parametrize("form", sorted(FORMS.keys() - WHOLE - {"twice"}))
def test_other_forms_are_told_apart_from_the_whole(form: str) -> None:
    """A part of a secret, or one in another case, is no repetition of the token: it gets another placeholder."""
    assert f"${NAME}" not in REDACTOR.text(f"<{FORMS[form](SECRET)}>")


def test_basic_authentication_is_seen_through() -> None:
    """A secret behind a user's name in base64 is found, whatever its alignment."""
    for user in ("a:", "ab:", "abc:"):
        spelt = base64.b64encode(f"{user}{SECRET}".encode()).decode()
        shown = REDACTOR.text(f"Basic {spelt}")
        assert NAME in shown
        assert not any(spelt[start : start + 16] in shown for start in range(len(spelt) - 15))


def test_fifteen_characters_are_nobody_s_secret() -> None:
    """A run of 15 characters stays, one of 16 goes: the documented limit."""
    assert REDACTOR.text(f"<{SECRET[:15]}>") == f"<{SECRET[:15]}>"
    assert REDACTOR.text(f"<{SECRET[:16]}>") == f"<<16 characters of {NAME}>>"


def test_short_secrets_go_by_position_only() -> None:
    """A secret of one character is not torn out of every text; where it stands whole it is known by name."""
    redactor = Redactor({"TOKEN_1": "q"})
    assert redactor.text("quite") == "quite"
    assert redactor.name_of(b"q") == "TOKEN_1"
    assert redactor.opaque(b"q") == "$TOKEN_1"
    assert redactor.opaque(b"other") == "<5 characters>"


def test_the_longest_name_wins() -> None:
    """A secret that begins with another is called by its own name."""
    long = SECRET + "-and-then-some-more"
    redactor = Redactor({"SHORT": SECRET, "SHORT_AND_MORE": long})
    assert redactor.text(long) == "$SHORT_AND_MORE"
    assert redactor.text(redactor.text(f"{long} {SECRET}")) == "$SHORT_AND_MORE $SHORT"


def test_latin_1_secrets_are_found_in_utf_8_too() -> None:
    """A secret with characters over 127 is found as the bytes that were sent, and as a server prints them in UTF-8."""
    secret = "clé-secrète-de-la-maison"
    redactor = Redactor({NAME: secret})
    assert redactor.raw(secret.encode("latin-1")) == f"${NAME}".encode()
    assert redactor.raw(secret.encode("utf-8")) == f"${NAME}".encode()
    assert "clé-secr" not in redactor.text(secret.upper()).lower()
    assert redactor.text(quote(secret, safe="")) == f"${NAME}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://mirror:hunter2@mirror.invalid/a.git", "https://mirror:***@mirror.invalid/a.git"),
        ("https:\\/\\/mirror:hunter2@mirror.invalid\\/a", "https:\\/\\/mirror:***@mirror.invalid\\/a"),
        ("//mirror:hunter2@mirror.invalid", "//mirror:***@mirror.invalid"),
        ("https://:hunter2@mirror.invalid", "https://:***@mirror.invalid"),
        ("https://mirror:hunt@er2@mirror.invalid", "https://mirror:***@mirror.invalid"),
        ("u=https%3A%2F%2Fmirror%3Ahunter2%40mirror.invalid", "u=https%3A%2F%2Fmirror%3A***%40mirror.invalid"),
        ("https://mirror.invalid:8443/a@b", "https://mirror.invalid:8443/a@b"),
        ("https://mirror@mirror.invalid/a", "https://mirror@mirror.invalid/a"),
    ],
)
def test_a_password_in_a_url_is_redacted_by_position(text: str, shown: str) -> None:
    """The length does not matter, nor whether a secret is known."""
    assert Redactor({}).text(text) == REDACTOR.text(text) == shown
    assert REDACTOR.text(shown) == shown


def test_the_placeholder_of_a_token_says_how_to_make_it() -> None:
    """Secrets by name, derived ones by how they are made, invented ones by length and digest; never a secret itself."""
    token = Token(SECRET.encode(), secret=NAME)
    swapped = Token(SECRET.swapcase().encode(), secret=NAME, made_by="{}.swapcase()")
    doubled = Token(SECRET.encode() * 2, secret=NAME, made_by=f"{{}} + {SECRET!r}")
    invented = Token(b"abc", length=64)
    assert REDACTOR.token(token) == f"${NAME}"
    assert REDACTOR.token(swapped) == f"<${NAME}.swapcase(), {len(SECRET)} characters, sha256:{swapped.digest}>"
    assert REDACTOR.token(invented) == f"<64 characters, sha256:{invented.digest}>"
    assert REDACTOR.derivation(doubled) == "{} + {}"
    assert REDACTOR.derivation(token) is None
    assert Redactor({}).derivation(doubled) == doubled.made_by


@pytest.mark.parametrize("made_by", ["'\"' + {} + '\"'", '"\'" + {}', r"{} + '\xa0'", "{} + 'é'"])
def test_a_placeholder_leaves_a_json_string_one(made_by: str) -> None:
    """Quotes, backslashes and what is not ASCII are percent-encoded."""
    shown = REDACTOR.token(Token(b"x" * 40, secret=NAME, made_by=made_by))
    assert shown.isascii()
    assert json.loads(f'"{shown}"') == shown


def test_no_digest_gives_a_short_secret_away() -> None:
    """A digest of 31 characters of a secret is not shown: they could be guessed."""
    cut = Token(SECRET.encode(), length=31, secret=NAME, made_by="{}[:31]")
    assert REDACTOR.digest(cut) is None
    assert "sha256" not in REDACTOR.token(cut)
    assert "sha256" in REDACTOR.opaque(b"x" * 32)


def test_no_secret_means_no_work() -> None:
    """Without secrets every text without a password stays as it is."""
    assert Redactor({}).text(SECRET) == SECRET


def test_spellings_are_those_of_the_leak_rule() -> None:
    """Redaction replaces what `leak.token` looks for, no more and no less."""
    for text in (SECRET, "plain-token-of-some-length", "\xe9\xff latin-1 of some length/"):
        value = text.encode("latin-1")
        assert set(token_spellings(value)) == spellings(text) | traffic._packed(value)


@pytest.mark.parametrize(
    "body",
    ["x" * 1_000_000, "\\" * 1_000_000, "//a:" * 250_000, "%41" * 330_000, "&lt;" * 250_000, "\0" * 1_000_000],
    ids=["letters", "backslashes", "slashes", "percent", "entities", "NUL"],
)
def test_a_megabyte_against_a_secret_of_100_000_characters_is_fast(body: str) -> None:
    """Redaction is linear: no body, however odd, holds a run up."""
    redactor = Redactor({NAME: "".join(chr(33 + (n * n + 7 * n) % 90) for n in range(100_000))})
    started = time.perf_counter()
    redactor.text(body)
    assert time.perf_counter() - started < 10


LETTERS = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
LATIN = st.one_of(LETTERS, st.characters(min_codepoint=0xC0, max_codepoint=0xD6))
OTHERS = st.sampled_from("% 4\\&;\u0416\u6f22\U0001f600\0\n")
AROUND = st.text(st.sampled_from(' ab%4\\u"/&#;:@<>$_0\0\n'), max_size=12)


@given(
    secret=st.text(LATIN, min_size=16, max_size=60), form=st.sampled_from(sorted(FORMS)), before=AROUND, after=AROUND
)
def test_no_secret_survives_in_any_form(secret: str, form: str, before: str, after: str) -> None:
    """A secret in any form, in any surroundings, is not in what comes out; and redacting again changes nothing."""
    spelt = FORMS[form](secret)
    redactor = Redactor({NAME: secret})
    shown = redactor.text(before + spelt + after)
    assert spelt not in shown
    assert secret not in shown
    assert not any(secret[start : start + 16] in shown for start in range(len(secret) - 15))
    assert redactor.text(shown) == shown


@given(secret=st.text(LETTERS, min_size=16, max_size=40), text=st.text(OTHERS, max_size=80))
def test_a_text_without_a_secret_is_untouched(secret: str, text: str) -> None:
    """A text that has nothing of a secret comes out as it is; bytes too."""
    redactor = Redactor({NAME: secret})
    assert redactor.text(text) == text
    assert redactor.raw(text.encode()) == text.encode()


def test_a_secret_that_is_learned_later_is_hidden_from_then_on() -> None:
    """One name may have several values, each hidden in every spelling; a redactor may begin with none."""
    redactor = Redactor({})
    first, second = "first-Token-of-a-long-run", "second+Token/of=a-long-run"
    assert redactor.text(f"{first} {second}") == f"{first} {second}"
    redactor.learn(NAME, first)
    assert redactor.text(f"{first} {second}") == f"${NAME} {second}"
    redactor.learn(NAME, second)
    assert redactor.text(f"{first} {quote(second, safe='')} {second[2:-2]}") == (
        f"${NAME} ${NAME} <{len(second) - 4} characters of {NAME}>"
    )
    assert redactor.name_of(first.encode()) == redactor.name_of(second.encode()) == NAME


@pytest.mark.parametrize("text", ["//a:b@c", "//u:p%40@h", "%2f%2fa%3ab%40c", "a:b@c", "@", "%40", "x" * 15])
def test_short_texts_are_looked_through_for_passwords(text: str) -> None:
    """A text that is too short for a secret has room for a password."""
    assert REDACTOR.text(text) == Redactor({}).text(text)
    hidden = text.startswith(("//", "%2f%2f"))
    assert (REDACTOR.text(text) != text) is hidden


@pytest.mark.parametrize("first", ["ONE", "ONE_MORE"])
def test_the_longer_of_two_secrets_is_hidden_whole(first: str) -> None:
    """It may begin with the shorter one, and its name with the other's, whichever is learnt first."""
    secrets = {"ONE": "first-Token-of-a-long-run", "ONE_MORE": "first-Token-of-a-long-run/and-more-of-it"}
    redactor = Redactor({first: secrets[first]})
    for name, value in secrets.items():
        redactor.learn(name, value)
    text = " ".join((*secrets.values(), "-and-more-of-it"))
    said = redactor.text(text)
    assert said == "$ONE $ONE_MORE -and-more-of-it"
    assert redactor.text(said) == said
