"""Passwords are found wherever a body carries a url with one, and nowhere else."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.message import Request
from conformance.contract.userinfo import passwords_of
from tests.shipped import HEADER

URL = "https://mirror:correct-horse@mirror.invalid/test.git"


def found(body: bytes | None, url: str | None = None) -> tuple[str, ...]:
    """The passwords in a request with this body, of which `url` was read."""
    return passwords_of(url, Request("POST", b"/", None, body, token_header=HEADER))


def test_a_password_is_found_wherever_it_is_sent() -> None:
    """In a url that is read or that no parser takes, in another member or type, in a body that is no JSON, escaped."""
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
    """What stands in place of a password in recorded traffic is found like one."""
    url = URL.replace("correct-horse", "*password*")
    assert found(json.dumps({"url": url}).encode(), url) == found(json.dumps([url]).encode()) == ("*password*",)


def test_what_is_no_password_is_none() -> None:
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


@given(body=st.binary() | st.text('/\\:@au0"').map(str.encode), url=st.none() | st.text())
def test_any_body_is_read(body: bytes, url: str | None) -> None:
    """Any bytes and any url have passwords or none, and nothing is raised."""
    assert all(found(body, url))


def test_a_long_body_is_read_in_time() -> None:
    """A body of 300,000 characters of any kind is read in linear time (this test would hang)."""
    for raw in (b"/" * 300_000, b"//:" * 100_000, b"//a" * 100_000, b"//:" + b"a" * 300_000, b"//:" + b"@" * 300_000):
        found(raw + b"@")
