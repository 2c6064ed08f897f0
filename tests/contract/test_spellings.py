"""Secrets as an answer may show them, urls beyond ASCII as URIs, and passwords in urls."""

from __future__ import annotations

import json
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.message import Request
from conformance.contract.spellings import forms_of, passwords_of, percent_encoded, spellings
from tests.shipped import HEADER


@given(st.binary())
def test_percent_encoding_is_that_of_the_standard_library(raw: bytes) -> None:
    """Byte for byte."""
    assert percent_encoded(raw) == quote(raw, safe="")


@given(st.text(st.characters()))
def test_no_spelling_is_shorter_than_what_it_spells(text: str) -> None:
    """An answer with less room than the secret cannot hold it."""
    assert min(map(len, spellings(text))) >= len(text)


def test_a_text_is_spelt_in_these_ways() -> None:
    """As it is, escaped as in JSON with and without slashes, percent-encoded with digits in either case."""
    assert spellings('a/"\xe9?') == {
        b'a/"\xc3\xa9?',
        rb"a/\"\u00e9?",
        rb"a\/\"\u00e9?",
        b"a%2F%22%C3%A9%3F",
        b"a%2f%22%c3%a9%3f",
    }


def test_half_of_a_character_is_spelt_too() -> None:
    """As its three bytes, escaped, and percent-encoded."""
    assert spellings("\ud800") == {b"\xed\xa0\x80", rb"\ud800", b"%ED%A0%80", b"%ed%a0%80"}


def test_a_uri_stands_for_itself() -> None:
    """ASCII has no other form, and a text that is no url has none either."""
    for url in ("https://mirror.invalid/%C3%A9?a#b", "https://xn--bcher-kva.invalid/", "caf\u00e9", ""):
        assert forms_of(url) == {url}


def test_a_url_beyond_ascii_stands_for_its_uris() -> None:
    """Host in Punycode, percent-encoded or as it is; all else percent-encoded; a letter in two parts stays in two."""
    assert forms_of("https://b\u00fccher.invalid:1/e\u0301?\U0001f600") == {
        "https://b\u00fccher.invalid:1/e\u0301?\U0001f600",
        "https://b\u00fccher.invalid:1/e%CC%81?%F0%9F%98%80",
        "https://b%C3%BCcher.invalid:1/e%CC%81?%F0%9F%98%80",
        "https://xn--bcher-kva.invalid:1/e%CC%81?%F0%9F%98%80",
    }


def test_what_no_url_may_hold_is_mapped_as_well() -> None:
    """A line break stays, and half of a character is percent-encoded like a whole one."""
    assert "https://xn--tda.invalid/\n%ED%A0%80" in forms_of("https://\u00fc.invalid/\n\ud800")


@given(st.text() | st.text("/:@?#.\u00fc\U0001f600a").map("https://".__add__))
def test_any_text_has_forms(url: str) -> None:
    """Itself among them, and nothing is raised."""
    assert url in forms_of(url)


URL = "https://mirror:correct-horse@mirror.invalid/test.git"


def found(body: bytes | None, url: str | None = None) -> tuple[str, ...]:
    """The passwords in a request with this body, of which `url` was read."""
    return passwords_of(url, Request("POST", b"/", None, body, token_header=HEADER))


def test_a_password_is_found_wherever_it_is_sent() -> None:
    """In a url that is read or that no parser takes, in another member or type, in a body that is not JSON, escaped."""
    urls = (URL, URL.replace("d/", "d:port/"), URL.replace("mirror.", "[mirror."), URL.replace("/", "\\"), URL[6:])
    bodies = (
        json.dumps({"uri": URL}),
        json.dumps({"url": [URL]}),
        json.dumps({"url": URL})[:-1],
        json.dumps({"url": URL}).replace("/", r"\/").replace("@", r"\u0040"),
        f"url={URL}",
        json.dumps(URL),
    )
    missed = [url for url in urls if found(json.dumps({"url": url}).encode(), url) != ("correct-horse",)]
    assert (missed, [body for body in bodies if found(body.encode()) != ("correct-horse",)]) == ([], [])


def test_a_password_is_found_in_a_url_that_is_read_and_not_written_like_one() -> None:
    """A parser takes a space or a quote for a part of it; where a url only stands in a text, it ends there."""
    url = "https://mirror:correct horse@mirror.invalid/"
    assert found(json.dumps({"url": url}).encode(), url) == ("correct horse",)
    assert found(json.dumps({"url": url}).encode()) == ()


def test_what_is_recorded_has_a_password_too() -> None:
    """The stand-in for a password in recorded traffic is found like a password."""
    url = URL.replace("correct-horse", "*password*")
    assert found(json.dumps({"url": url}).encode(), url) == found(json.dumps([url]).encode()) == ("*password*",)


def test_other_places_hold_no_password() -> None:
    """A port, a user alone, an empty password, an at sign in a path, and the form of scp have none."""
    others = (
        "https://m.invalid:443/a@b",
        "https://m@m.invalid/",
        "https://m:@m.invalid/",
        "git@m.invalid:a",
        "",
        "//:@",
    )
    assert [url for url in others if found(json.dumps({"url": url}).encode(), url) or found(url.encode())] == []
    assert found(None) == ()


def test_a_path_with_the_signs_of_user_info_holds_no_password() -> None:
    """An answer has to repeat a url in contract. A password beside it, in another member, is found."""
    for url in ("https://m.invalid//a:bcd@e", "https://m.invalid/?u=//a:bcd@e", "https://m.invalid#//a:bcd@"):
        assert found(json.dumps({"url": url}).encode(), url) == ()
        assert found(json.dumps({"url": url, "uri": URL}).encode(), url) == ("correct-horse",)


@given(body=st.binary() | st.text('/\\:@au0"').map(str.encode), url=st.none() | st.text())
def test_any_body_is_read(body: bytes, url: str | None) -> None:
    """Any bytes and any url have passwords or none, and nothing is raised."""
    assert all(found(body, url))


def test_a_long_body_is_read_in_time() -> None:
    """A body of 300,000 characters of any kind is read in linear time (this test would hang)."""
    for raw in (b"/" * 300_000, b"//:" * 100_000, b"//a" * 100_000, b"//:" + b"a" * 300_000, b"//:" + b"@" * 300_000):
        found(raw + b"@")
