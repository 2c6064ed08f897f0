"""The hostile probes: each does to some program what its words say, and a conformant target fails no clause by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from conformance.contract.body import BodyKind, read_body
from conformance.contract.facts import facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.spellings import passwords_of
from conformance.plan.probe import Mutation, Profile
from conformance.plan.probes.hostile import hostile_probes
from conformance.plan.probes.urls import password_probes
from tests.plan.fixtures import DECLARED, fixtures, least, token

if TYPE_CHECKING:
    from conformance.plan.probe import Probe

WHOLE = fixtures(mutation=Mutation.ANY)
PROBES = {probe.id: probe for probe in hostile_probes(WHOLE, DECLARED)}


def body(probe: Probe) -> bytes:
    """The body that the probe sends."""
    assert probe.request is not None
    return probe.request.body or b""


def urls() -> dict[str, str]:
    """The url of every probe that is about one, by id."""
    return {name: json.loads(body(probe))["url"] for name, probe in PROBES.items() if name.startswith("url.")}


def throws(name: str) -> bool:
    """Whether one of the parsers that a handler in Python is made of throws at the url."""
    url = urls()[name]
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it is parsed when it is asked for
        (parts.hostname or "").encode("idna")
        unquote_to_bytes(parts.path).decode()
    except ValueError:
        return True
    return False


def test_urls_make_parsers_throw() -> None:
    """Brackets, ports, labels, and what is normalised or decoded, each make a parser of Python throw."""
    kinds = ("bracket.open", "bracket.name", "port.over", "port.20-digits", "percent.cut", "percent.not-utf-8")
    further = ("label.empty", "label.64", "compatibility", "bracket.close", "bracket.relative", "port.negative")
    assert [name for name in (*kinds, *further) if not throws(f"url.{name}")] == []


def test_urls_go_beyond_ascii() -> None:
    """A host, a character beyond 16 bits, one in two parts; with escapes and without."""
    found = urls()
    assert not urlsplit(found["url.international"]).netloc.isascii()
    assert max(found["url.supplementary"]) > "\uffff"
    assert "e\u0301" in found["url.decomposed"]
    assert body(PROBES["url.supplementary"]).isascii()
    assert not body(PROBES["url.raw-utf-8"]).isascii()


def test_tokens_are_unknown_and_in_contract() -> None:
    """A token that means something to a program is a token that nobody was given, owed a 401 like any."""
    wrong = []
    for name, probe in PROBES.items():
        if name.startswith("token."):
            assert probe.request is not None
            told = facts_of(probe.request, WHOLE.known)
            if not told.in_contract or told.token is not TokenKind.UNKNOWN or not told.main:
                wrong.append(name)
    assert wrong == []


def test_a_token_that_a_valid_one_begins_with_is_not_sent() -> None:
    """For a token that begins with null, the probe would speak of another thing than it says."""
    known = least(token=token("null-and-more-of-it"))
    probe = next(probe for probe in hostile_probes(known, DECLARED) if probe.id == "token.unknown.null")
    assert (probe.request, probe.withheld) == (None, "a valid token begins like it")


def test_another_type_comes_with_the_url_that_is_associated_and_with_another() -> None:
    """A url in an array is one that is not associated yet; what is sent elsewhere is the one that is."""
    fresh = json.loads(body(PROBES["body.url-new-array"]))["url"]
    assert fresh[0] not in {WHOLE.url, *urls().values()}
    kinds = {
        name: read_body(body(probe), WHOLE.operation).kind for name, probe in PROBES.items() if name.startswith("body.")
    }
    assert kinds["body.url-nan"] is BodyKind.NOT_JSON
    assert kinds["body.url-exponent"] is kinds["body.url-new-array"] is BodyKind.INVALID


def test_each_kind_is_sent_at_standard() -> None:
    """The first of each kind is in the standard profile, its variations in the deep one."""
    kinds = {name.split(".")[0] for name in PROBES}
    standard = {name.split(".")[0] for name, probe in PROBES.items() if probe.profile is Profile.STANDARD}
    assert standard == kinds
    assert sum(probe.profile is Profile.STANDARD for probe in PROBES.values()) <= 50


def test_passwords_go_into_every_kind_of_refusal() -> None:
    """For 400, 401, 403, 404 and 405 there is a request with a password in a url, in contract or not."""
    probes = {probe.id.partition(".")[2]: probe for probe in password_probes(WHOLE, DECLARED)}
    without = [name for name, probe in probes.items() if not (probe.request and passwords_of(None, probe.request))]
    assert without == []
    standard = {name for name, probe in probes.items() if probe.profile is Profile.STANDARD}
    assert {
        "unknown-token",
        "restricted-token",
        "missing-repository",
        "method",
        "port",
        "truncated",
        "array",
    } <= standard
    withheld = {probe.id.partition(".")[2] for probe in password_probes(least(), DECLARED) if probe.withheld}
    assert withheld == {"restricted-token", "missing-repository"}
