"""Urls are in contract, or are not, and name nobody."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given

from conformance.contract.body import BodyKind, http_url, kind_of_url
from conformance.contract.facts import facts_of
from conformance.plan.policy import refusal
from conformance.strategies import http_urls, other_urls, rare_urls
from conformance.strategies.urls import ANY_HOSTS, INVALID_HOSTS
from tests.plan.fixtures import fixtures
from tests.strategies.drawing import drawn, reaches


@given(http_urls(ANY_HOSTS))
def test_an_http_url_is_one(url: str) -> None:
    """In contract, to one of the hosts, at most 2,000 characters."""
    assert kind_of_url(url) is BodyKind.DOCUMENTED
    assert (urlsplit(url).hostname or "").lower() in {host.strip("[]").lower() for host in ANY_HOSTS}


@given(rare_urls(ANY_HOSTS, addresses=True))
def test_a_rare_url_is_one_and_is_not_in_contract(url: str) -> None:
    """RFC 3986 allows it, and no must speaks of it."""
    assert kind_of_url(url) in {BodyKind.URL_UNCOMMON, BodyKind.URL_OPEN}


@given(other_urls())
def test_another_url_is_none(url: str) -> None:
    """No absolute http(s) URL, and JSON can carry it."""
    assert not http_url(url)
    assert json.loads(json.dumps(url)) == url


@pytest.mark.parametrize("hosts", [INVALID_HOSTS, ANY_HOSTS], ids=["off loopback", "on loopback"])
def test_no_url_makes_anybody_call_a_stranger(hosts: tuple[str, ...]) -> None:
    """The safety policy lets most of them pass; what it may read as a stranger's it holds back."""
    known = fixtures(loopback=hosts is ANY_HOSTS, url="https://mirror.invalid/a.git")

    def allowed(url: str) -> bool:
        request = known.request(known.token, body=known.body_with(url))
        return refusal(request, facts_of(request, known.known), known) is None

    for strategy in (http_urls(hosts), rare_urls(hosts, addresses=hosts is ANY_HOSTS), other_urls(hosts)):
        found = drawn(strategy, 150)
        assert sum(map(allowed, found)) > 0.6 * len(found)


FORMS = {
    "a port": r"//[^/?#]*:[1-9][0-9]*(?:[/?#]|$)",
    "a high port": r"//[^/?#]*:(?:49[2-9]\d\d|5\d{4}|6\d{4})(?:[/?#]|$)",
    "an encoded slash": "%2[Ff]",
    "a tilde": "~",
    "two slashes in its path": "//[^/?#]+[^?#]*//",
    "a dot segment": r"/\.\.?(?:/|$)",
    "an empty query": r"[?](?:#|$)",
    "a query": "[?][^#]",
    "an empty fragment": "#$",
    "no path": "//[^/?#]+$",
    "2,000 characters": "^.{2000}$",
}
RARE_FORMS = {
    "an empty port": r"//[^/?#]*:(?:[/?#]|$)",
    "port 0": r"//[^/?#]*:0(?:[/?#]|$)",
    "a user": "//[^/?#:]+@",
    "a password": "//[^/?#:]+:[^/?#]+@",
    "an encoded NUL": "%00",
    "an upper-case scheme": "^HTTPS:",
    "one label": "//invalid(?:[:/?#]|$)",
    "an underscore": "//a_b.invalid",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_http_urls_reach_every_form(form: str) -> None:
    """Each that is in contract."""
    assert reaches(http_urls(), lambda url: re.search(form, url))


@pytest.mark.parametrize("form", RARE_FORMS.values(), ids=RARE_FORMS)
def test_rare_urls_reach_every_form(form: str) -> None:
    """Each that RFC 3986 allows beside it."""
    assert reaches(rare_urls(), lambda url: re.search(form, url))


@pytest.mark.parametrize("text", ["", "/test.git", "git@", "ftp://", "\0", "://a", "%zz"])
def test_other_urls_reach_many_mistakes(text: str) -> None:
    """Relative ones, other schemes, characters that no URL has."""
    assert reaches(other_urls(), lambda url: text in url if text else url == "")


def test_other_urls_are_too_long_by_one() -> None:
    """2,001 characters, and many more; a length over the maximum shrinks to its edge."""
    lengths = other_urls().filter(lambda url: url.startswith("https://")).map(len)
    assert reaches(lengths, lambda length: length == 2001)
    assert reaches(lengths, lambda length: length > 20_000)
