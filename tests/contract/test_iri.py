"""The URIs that a url beyond ASCII may come back as."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.iri import forms_of


def test_a_uri_stands_for_itself() -> None:
    """What is ASCII has no other form, and what is no url has none either."""
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
