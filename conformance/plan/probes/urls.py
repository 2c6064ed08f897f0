"""The url member of the body: everyday forms of an absolute http(s) URL, rare ones, others, and passwords in them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind, read_body
from conformance.contract.operation import with_article
from conformance.contract.values import URL_MAXIMUM, Integer
from conformance.plan.fixtures import TargetFixtures, word
from conformance.plan.probe import Declared, Probe, Profile
from conformance.plan.probes.bodies import Documented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request

    Row = tuple[str, str, Request | None, str | None, Profile]

_VERY_LONG = 100_000
"""Characters: no browser, proxy or column takes so many; the number is this suite's."""

_RICH = f"https://xn--bcher-kva.a.git-2.1st.123.{'b' * 63}.mirror.INVALID:65535"
_ALL = "/a/./b/../c/~a%20%C3%A9%2Fb%2fc%25%41%7e;b=1,2//mirror.invalid/(c)!$&'*+:@_-.git?depth=1&a=b/?c#main/?a."
_EVERYDAY = (
    ("http", "http://mirror.invalid:80/", "with http, its port, and nothing but a slash for a path"),
    ("port", "https://mirror.invalid:8443/group/test/", "with a port, and a slash at its end"),
    ("http-alone", "http://mirror.invalid/test.git", "with http"),
    ("root", "https://mirror.invalid/", "with nothing but a slash for a path"),
    ("slash", "https://mirror.invalid/group/test/", "with a slash at its end"),
    ("port-443", "https://mirror.invalid:443/test.git", "with the port that https has anyway"),
    ("port-80", "http://mirror.invalid:80/test.git", "with the port that http has anyway"),
    ("port-1", "https://mirror.invalid:1/test.git", "with port 1 (the least)"),
    ("port-65535", "https://mirror.invalid:65535/test.git", "with port 65535 (the most)"),
    ("query", "https://mirror.invalid/test.git?depth=1&a=b/?c", "with a query"),
    ("fragment", "https://mirror.invalid/test.git#main/?a", "with a fragment"),
    ("empty-query", "https://mirror.invalid/test.git?#", "with an empty query and fragment"),
    ("upper-case-host", "https://MIRROR.INVALID/Test.git", "with an upper-case host"),
    ("sub-domain", "https://git-2.code.mirror.invalid/test.git", "with a host of many labels, a digit and a hyphen"),
    (
        "labels",
        f"https://a.1st.{'b' * 63}.invalid/test.git",
        "with labels of 1 letter, of 63, and a digit first",
    ),
    ("no-path", "https://1st.mirror.invalid", "without a path, of a host that begins with a digit"),
    ("no-path-query", "https://mirror.invalid?depth=1", "with a query and without a path"),
    ("no-path-fragment", "https://mirror.invalid#main", "with a fragment and without a path"),
    ("percent-encoded", "https://mirror.invalid/a%20b/%C3%A9.git", "with percent-encoding"),
    ("percent-encoded-slash", "https://mirror.invalid/a%2Fb%2fc%25.git", "with an encoded slash and percent sign"),
    (
        "dot-segments",
        "https://mirror.invalid/a/./b/../c//mirror.invalid/test.git",
        "with dot segments and a doubled slash",
    ),
    ("punycode", "https://xn--bcher-kva.invalid/test.git", "with an internationalised host"),
    ("sub-delimiters", "https://mirror.invalid/~a;b=1,2/(c)!$&'*+:@_-.git", "with every sub-delimiter"),
    (
        "query-alone",
        "https://mirror.invalid:443/Group/Test.git?",
        "with the port that https has anyway, capitals in its path, and an empty query",
    ),
    ("fragment-alone", "https://mirror.invalid:1/test.git#", "with port 1 (the least), and an empty fragment"),
    (
        "length-2000",
        f"https://mirror.invalid/{'a/' * 300}".ljust(URL_MAXIMUM, "b"),
        "of 2,000 characters, with 300 segments and a long one",
    ),
    *(
        (f"length-{number}", "https://mirror.invalid/".ljust(number, "a"), f"of {number:,} characters")
        for number in (255, 256, 512, 1024, 1500)
    ),
    (
        "rich",
        f"{_RICH}{_ALL}".ljust(512, "."),
        "with all that it may have, and 512 characters: many labels, capitals, the last port, delimiters, escapes",
    ),
)
_UNCOMMON = (
    ("upper-case-scheme", "HTTPS://mirror.invalid/test.git", "with an upper-case scheme"),
    ("one-label", "https://invalid/test.git", "with a host of one label"),
    (
        "underscore",
        "Https://git_mirror.invalid/test.git",
        "with an underscore in its host and one capital in its scheme",
    ),
    ("underscore-alone", "https://git_mirror.invalid/test.git", "with an underscore in its host and nothing else rare"),
)
_OPEN = (
    ("user-info", "https://mirror:correct-horse-battery@mirror.invalid/test.git", "with user info"),
    ("empty-port", "https://mirror.invalid:/test.git", "with a colon and no port"),
    ("ipv4", "https://192.0.2.1/test.git", "with an IPv4 address"),
    ("ipv6", "https://[2001:db8::1]/test.git", "with an IPv6 address"),
)
_OTHER = (
    ("empty", "", "empty"),
    ("blank", " ", "a space"),
    ("relative", "/test.git", "relative"),
    ("no-scheme", "mirror.invalid/test.git", "without a scheme"),
    ("protocol-relative", "//mirror.invalid/test.git", "without a scheme, with an authority"),
    ("ssh", "ssh://git@mirror.invalid/test.git", "ssh"),
    ("scp", "git@mirror.invalid:test.git", "in the form of scp"),
    ("git", "git://mirror.invalid/test.git", "git"),
    ("ftp", "ftp://mirror.invalid/test.git", "ftp"),
    ("no-host", "https:///mirror.invalid/test.git", "without a host"),
    ("only-scheme", "https://", "with nothing but a scheme"),
    ("space", "https://mirror.invalid/a b.git", "with a space"),
    ("ipv4-over", "https://192.0.2.256/test.git", "with four numbers that are no address"),
    ("newline", "https://mirror.invalid/a\nb.git", "with a line feed"),
    ("nul", "https://mirror.invalid/a\x00b.git", "with NUL"),
    ("non-ascii", "https://mirror.invalid/é.git", "with a character over 127"),
    ("lone-surrogate", "https://mirror.invalid/\ud800.git", "with a lone surrogate"),
    ("bad-port", "https://mirror.invalid:port/test.git", "with a port that is not a number"),
    ("length-2001", "https://mirror.invalid/".ljust(URL_MAXIMUM + 1, "a"), "of 2,001 characters"),
    (f"length-{_VERY_LONG}", "https://mirror.invalid/".ljust(_VERY_LONG, "a"), f"of {_VERY_LONG:,} characters"),
)
_ALIKE = {
    "empty-port", "ipv6", "port-443", "no-host",
    "no-path-fragment", "relative", "newline", "length-2001",
    "port-80", "port-1", "port-65535", "empty-query", "bad-port", "query", "fragment", "sub-domain", "labels",
    "no-path-query",
    "percent-encoded", "percent-encoded-slash", "dot-segments", "punycode", "sub-delimiters", "upper-case-host",
    "blank", "space", "non-ascii", "ipv4", "ipv4-over", "http-alone", "root", "slash", "underscore-alone",
    "length-255", "length-256", "length-512", "length-1024", "length-1500",
}  # fmt: skip
"""Probes that few servers answer unlike their neighbours; the deep profile sends them."""

_SECRETIVE = "https://mirror:correct-horse-battery@mirror.invalid/test.git"


def url_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Urls with the valid token to the description's resource; hosts are reserved (RFC 2606, RFC 5737, RFC 3849)."""
    member = fixtures.operation.url_member
    if member is None:
        return
    for rows, declared in (
        (_EVERYDAY, clauses.owed(member=member, form="everyday") + clauses.documented),
        (_UNCOMMON, clauses.ids("accepted", member=member, form="uncommon")),
        (_OPEN, clauses.recorded("open-form", member=member)),
        (_OTHER, clauses.recorded("other-form", member=member)),
    ):
        for name, url, words in rows:
            request = fixtures.request(fixtures.token, body=fixtures.body_with(url))
            note = "that is not an absolute http(s) URL: " if rows is _OTHER else ""
            title = f"{with_article(member)} {note}{words}"
            own = clauses.ids("no-password") if name == "user-info" else ()
            yield Probe(f"{member}.{name}", title, declared + own, request, profile=_profile(name))


def _profile(name: str) -> Profile:
    if name in {"port", "user-info"}:
        return Profile.SMOKE
    return Profile.DEEP if name in _ALIKE else Profile.STANDARD


def password_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """A url with a password in a request for each reason to refuse one.

    A refusal that quotes what it refuses gives the password away.
    """
    member = fixtures.operation.url_member
    if member is None:
        return
    for name, words, request, key, profile in (*_refused(fixtures), *_refused_bodies(fixtures)):
        declared = clauses.ids("no-password")
        if request is not None and profile is Profile.STANDARD and _in_question(request, fixtures):
            declared += clauses.documented
        withheld = None if request else f"the description has no {key}"
        title = f"{with_article(member)} with a password, {words}"
        yield Probe(f"password.{name}", title, declared, request, withheld, profile)


def _in_question(request: Request, fixtures: TargetFixtures) -> bool:
    """Whether the body and the method are the documented ones, so that the status has to be."""
    operation = fixtures.operation
    return request.method == operation.method and read_body(request.body, operation).kind is BodyKind.DOCUMENTED


def _refused(fixtures: TargetFixtures) -> Iterator[Row]:
    body, operation = fixtures.body_with(_SECRETIVE), fixtures.operation
    usual = fixtures.request(fixtures.token, body=body)
    restricted, missing = fixtures.restricted_token, fixtures.missing_resource
    stranger, noun = word(fixtures, "admin", "password"), operation.noun
    yield "unknown-token", "with an unknown token", replace(usual, token=stranger), None, Profile.STANDARD
    without = replace(usual, token=restricted) if restricted else None
    yield "restricted-token", "without permission", without, "restricted_token", Profile.STANDARD
    if key := operation.key("missing"):
        lost = None if missing is None else fixtures.request(fixtures.token, missing, body=body)
        yield f"missing-{noun.replace(' ', '-')}", f"to no {noun}", lost, key, Profile.STANDARD
    domain = operation.identifier.domain if operation.identifier else None
    if isinstance(domain, Integer) and domain.minimum is not None:
        below = domain.minimum - 1
        bad = fixtures.request(fixtures.token, below, body=body)
        yield "bad-id", f"to id {below}", bad, None, Profile.STANDARD
    other = "PUT" if operation.method != "PUT" else "POST"
    yield "method", f"with {other}", replace(usual, method=other), None, Profile.STANDARD
    text = replace(usual, headers=((b"Content-Type", b"text/plain"),))
    yield "media-type", "as text", text, None, Profile.DEEP


def _refused_bodies(fixtures: TargetFixtures) -> Iterator[Row]:
    described = fixtures.operation.body
    if described is None:
        return
    own, text = Documented(fixtures, described), json.dumps(_SECRETIVE).encode()
    whole = fixtures.body_with(_SECRETIVE) or b""
    for name, words, body, profile in (
        (
            "http",
            "that has a colon, and http",
            fixtures.body_with(_SECRETIVE.replace("https", "http").replace("correct-", "correct:")),
            Profile.STANDARD,
        ),
        (
            "port",
            "and a port that is not a number",
            fixtures.body_with(_SECRETIVE.replace("d/", "d:port/")),
            Profile.STANDARD,
        ),
        ("truncated", "in a body that is cut", whole[:-1], Profile.STANDARD),
        ("array", "in an array", own.put(b"[%b]" % text), Profile.STANDARD),
        ("other-member", "in another member", own.renamed(own.other_name, _SECRETIVE), Profile.STANDARD),
        ("scheme", "and another scheme", fixtures.body_with(_SECRETIVE.replace("https", "ssh")), Profile.DEEP),
        ("bracket", "and a bracket", fixtures.body_with(_SECRETIVE.replace("mirror.", "[mirror.")), Profile.DEEP),
        ("long", "of 2,001 characters", fixtures.body_with(_SECRETIVE.ljust(2001, "a")), Profile.DEEP),
        ("string", "that is the whole body", text, Profile.DEEP),
    ):
        yield name, words, fixtures.request(fixtures.token, body=body), None, profile
