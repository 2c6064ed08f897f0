"""Texts that mean something to a program: urls that no parser takes, tokens and ids that are code, names or patterns.

Nothing is promised of most of them but that no answer is 5xx. None does harm where it is believed: what SQL, a shell or
a template makes of one selects, runs and changes nothing.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind, read_body
from conformance.contract.message import Token
from conformance.contract.operation import with_article
from conformance.contract.values import ValueKind, classify
from conformance.plan.fixtures import TargetFixtures, strange
from conformance.plan.probe import Declared, Probe, Profile
from conformance.plan.probes.bodies import Documented, member_words
from conformance.plan.probes.tokens import of_length

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG = 20_000
_MANY = 1_000
_DIGITS = 5_000  # more than Python makes an integer of

_URLS = (
    ("bracket.close", "https://mirror.invalid:443]/test.git", "with a bracket that was not opened"),
    ("label.64", f"https://{'a' * 64}.invalid/test.git", "with a label of 64 characters"),
    ("bracket.address", "https://[2001:db8::1/test.git", "with an address in a bracket that is not closed"),
    ("label.empty", "https://mirror..invalid/test.git", "with an empty label"),
    ("port.over", "https://mirror.invalid:65536/test.git", "with port 65536"),
    ("percent.not-utf-8", "https://mirror.invalid/%FF.git", "with an encoded byte that is not UTF-8"),
    ("bracket.zone", "https://[2001:db8::1%25eth0]/test.git", "with the zone of an address"),
    ("member", "__proto__", "that is __proto__"),
    ("format", "https://mirror.invalid/%s%n/{0}/${a}.git", "with what formats and templates replace"),
    ("international", "https://b\u00fccher.invalid/caf\u00e9.git", "with host and path beyond ASCII"),
    (
        "supplementary",
        "https://mirror.invalid/\U0001f600/cafe\u0301.git",
        "with a character beyond 16 bits, and one in two parts",
    ),
    ("file", "file:///mirror.invalid/test.git", "of a file"),
    ("script", "javascript:void(0)", "of a script"),
    ("data", "data:,text", "that is data"),
    ("unix-socket", "http+unix://mirror.invalid/test.git", "with a plus sign in its scheme"),
    ("white-space-around", " https://mirror.invalid/test.git \n", "with white space around it"),
)
_DEEP_URLS = (
    ("percent.nonsense", "https://mirror.invalid/%zz%.git", "with percent signs and no digits"),
    ("compatibility", "https://\u2100@mirror.invalid/test.git", "with a character that is normalised to a slash"),
    ("websocket", "ws://mirror.invalid/test.git", "of a web socket"),
    ("directory", "ldap://mirror.invalid/dc=invalid", "of a directory"),
    ("subversion", "svn+ssh://mirror:correct-horse-battery@mirror.invalid/test", "of Subversion, with a password"),
    ("upper-case-ssh", "SSH://mirror.invalid/test.git", "of ssh in capitals"),
    ("upper-case-http", "HTTP://mirror.invalid/test.git", "of http in capitals"),
    ("mixed-case-scheme", "Https://mirror.invalid/test.git", "with one capital in its scheme"),
    ("host-alone", "mirror.invalid", "that is a host"),
    ("one-slash", "https:/mirror.invalid/test.git", "with one slash"),
    ("no-slash", "https:mirror.invalid/test.git", "without slashes"),
    ("scheme-empty", "://mirror.invalid/test.git", "with an empty scheme"),
    ("scheme-of-digits", "1http://mirror.invalid/test.git", "whose scheme begins with a digit"),
    ("windows", "C:\\folder\\test.git", "that is a path of Windows"),
    ("folder", "../folder/test.git", "that is a path to another folder"),
    ("user-empty", "https://@mirror.invalid/test.git", "with an empty user"),
    ("user-without-password", "https://mirror@mirror.invalid/test.git", "with a user and no password"),
    ("punycode-wrong", "https://xn--a-ecp.xn--.invalid/test.git", "with punycode that is none"),
    ("null", "null", "that is null as text"),
    ("json", "{}", "that is an object of JSON as text"),
    ("backslashes", "https:\\\\mirror.invalid\\test.git", "with backslashes"),
    ("two-ats", "https://a@b@mirror.invalid/test.git", "with two at signs"),
    ("bracket.open", "https://[mirror.invalid/test.git", "with a bracket that is not closed"),
    ("decomposed", "https://mirror.invalid/cafe\u0301.git", "with a letter and its accent as two characters"),
    ("percent.cut", "https://mirror.invalid/%E0%A4%A", "with an encoded character that is cut"),
    ("port.20-digits", "https://mirror.invalid:99999999999999999999/test.git", "with a port of 20 digits"),
    ("bracket.name", "https://[mirror.invalid]/test.git", "with a name in brackets"),
    ("bracket.alone", "http://[", "that ends with a bracket"),
    ("bracket.relative", "//[", "that is two slashes and a bracket"),
    ("bracket.empty", "https://[]/test.git", "with empty brackets"),
    ("bracket.nested", "https://[[2001:db8::1]]/test.git", "with an address in two pairs of brackets"),
    ("bracket.port", "https://[2001:db8::1]443/test.git", "with digits after an address"),
    ("port.negative", "https://mirror.invalid:-1/test.git", "with a negative port"),
    ("port.twice", "https://mirror.invalid:443:443/test.git", "with two ports"),
    ("port.arabic-digits", "https://mirror.invalid:\u0664\u0664\u0663/test.git", "with a port in Arabic-Indic digits"),
    ("percent.alone", "https://mirror.invalid/%", "with a percent sign at its end"),
    ("percent.unicode", "https://mirror.invalid/%u00e9.git", "with a percent sign and u"),
    ("percent.nul", "https://mirror.invalid/%00.git", "with an encoded NUL"),
    ("percent.surrogate", "https://mirror.invalid/%ED%A0%80.git", "with an encoded surrogate"),
    ("braces", "https://mirror.invalid/{{7*7}}/%(url)s/#{1}.git", "with further templates"),
    ("quotes", "https://mirror.invalid/'\"`--;.git", "with every kind of quotation mark"),
    ("delimiters", "https://mirror.invalid/^|<>.git", "with delimiters that RFC 3986 leaves out"),
    ("right-to-left", "https://mirror.invalid/\u202etig.git", "with a mark that turns the direction"),
    ("compatibility-path", "https://mirror.invalid/\ufb01le.git", "with a ligature"),
    ("not-a-character", "https://mirror.invalid/\uffff.git", "with a code point that is not a character"),
    ("surrogate-host", "https://\ud800.invalid/test.git", "with a lone surrogate in its host"),
    ("scheme-alone", "https:", "that is a scheme and a colon"),
    ("constructor", "constructor", "that is constructor"),
)
_TOKENS = (
    ("constructor", "constructor", "that is a member of every object in JavaScript"),
    ("quote", '"or"1"="1"--\'or\'1\'=\'1', "that ends a string of SQL, with either quotation mark"),
    ("filter", "*)(uid=*", "that ends a filter of LDAP"),
    ("format", "%s%n%(a)s'{0}${a}{{a}}\\u0000\\x00\\", "that is a format and a template, and ends with escapes"),
    ("path", "../..", "that is a path"),
    ("null", "null", "that is null"),
    ("undefined", "undefined", "that is undefined"),
    ("true", "true", "that is true"),
    ("empty-text", '""', "that is an empty text of JSON"),
    ("none", "None", "that is None"),
    ("proto", "__proto__", "that is __proto__"),
    ("expression", ".*", "that is a regular expression"),
    ("star", "*", "that is a star, any text to LDAP and to names of files"),
    ("admin", "admin", "that is the account of an administrator"),
)
_DEEP_TOKENS = (
    ("default", "default", "that is default"),
    ("nil", "nil", "that is nil"),
    ("all-zero", "00000000-0000-0000-0000-000000000000", "that is a UUID of zeros"),
    ("braces", "{}", "that is an empty object of JSON"),
    ("point", ".", "that is a point"),
    ("sha-1", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "that is a digest of 160 bits in hexadecimal"),
    ("anonymous", "anonymous", "that is the account of nobody"),
    ("minus", "-", "that is a minus sign, which stands for nothing in logs"),
    ("nan", "NaN", "that is NaN"),
    ("like", "%%", "that is a pattern of SQL"),
    ("false", "false", "that is false"),
    ("test", "test", "that is an account of tests"),
    ("to-string", "toString", "that is toString"),
    ("has-own-property", "hasOwnProperty", "that is hasOwnProperty"),
    ("class", "__class__", "that is __class__"),
    ("template", "{0}${a}{{a}}", "that is a template"),
    ("escape", "\\u0000\\x00\\", "of escapes"),
    ("empty-array", "[]", "that is an empty array of JSON"),
    ("guest", "guest", "that is the account of a guest"),
    ("root", "root", "that is the account of the system"),
    ("zero", "0e0", "that is zero with an exponent"),
    ("open-expression", "(((a[", "that is not a regular expression"),
    ("glob", "[!a]*", "that is a pattern of file names"),
    ("double-quote", '"or"1"="1', "with double quotation marks"),
    ("comment", "a'--", "that ends with a comment of SQL"),
    ("operator", '{"$gt":""}', "that is an operator of MongoDB"),
    ("percent-line", "a%0d%0ab", "with an encoded line break"),
    ("percent-nul", "a%00b", "with an encoded NUL"),
    ("bad-percent", "%zz%", "that is not a percent-encoding"),
    ("markup", "<a>&amp;]]>", "that is markup"),
    ("expansion", "$HOME`~", "that a shell expands"),
)
_SEGMENTS = (
    ("member", b"__proto__", "that is __proto__"),
    (
        "format",
        b"%25s%25n%7B%7Ba%7D%7D%F0%9F%98%80",
        "that is a format and a template, with a character beyond 16 bits",
    ),
    ("dots", b"%2E%2E", "that is two encoded dots"),
    ("long-word", b"a" * _LONG, f"of {_LONG:,} letters"),
)
_DEEP_SEGMENTS = (
    ("constructor", b"constructor", "that is constructor"),
    ("quote", b"'", "that is a quotation mark"),
    ("surrogate", b"%ED%A0%80", "that is an encoded surrogate"),
    ("supplementary", b"%F0%9F%98%80", "that is a character beyond 16 bits"),
    ("pattern", b"%25", "that is an encoded percent sign"),
)


_ODD_FIELDS = (
    (b"Accept", b"json;q=x"),
    (b"Accept-Language", b"1;;q"),
    (b"Cookie", b"a; =b"),
    (b"Forwarded", b"for=;;"),
    (b"If-Match", b"x"),
    (b"If-Modified-Since", b"yesterday"),
    (b"Origin", b"//null"),
    (b"Range", b"bytes=z-"),
    (b"X-Forwarded-For", b"unknown, x"),
)
"""Header fields that the document does not name, each with a value that its own standard does not have."""
_MORE_FIELDS = (
    (b"Accept", b"*/*"),
    (b"Accept-Charset", b"x-unknown;q=0"),
    (b"Authorization", b"Basic !"),
    (b"Baggage", b"a;b=;"),
    (b"Cache-Control", b"max-age=-1"),
    (b"Content-Language", b"-"),
    (b"Content-MD5", b"!"),
    (b"Date", b"today"),
    (b"Digest", b"sha-256"),
    (b"DNT", b"2"),
    (b"Idempotency-Key", b"a" * 300),
    (b"If-None-Match", b"*,"),
    (b"If-Unmodified-Since", b"0"),
    (b"Max-Forwards", b"-1"),
    (b"Pragma", b""),
    (b"Prefer", b"wait=x"),
    (b"Referer", b"http://[/"),
    (b"TE", b"trailers;q=x"),
    (b"Timezone", b"Nowhere/No"),
    (b"Traceparent", b"00-0-0-0"),
    (b"User-Agent", b"Mozilla/5.0 (; )"),
    (b"Via", b"1.1"),
    (b"X-B3-TraceId", b"x"),
    (b"X-CSRF-Token", b"\xff"),
    (b"X-Domain-Id", b"'"),
    (b"X-Forwarded-Port", b"http"),
    (b"X-Forwarded-Proto", b"x,y"),
    (b"X-HTTP-Method", b"?"),
    (b"X-Language", b"xx-YY"),
    (b"X-Language", b"zz"),
    (b"X-Project-Id", b"%00"),
    (b"X-Real-IP", b"::1%x"),
    (b"X-Request-Id", b"a" * 300),
    (b"X-Requested-With", b"?"),
    (b"X_Under_Score", b"1"),
    *((b"X-Field-%d" % number, b"x") for number in range(20)),
)
"""Further ones, and many of them; one stands twice."""
_ODD_QUERY = (
    b"a=1&a=2&b[]=1&c[=2&d=%FF&e=%&=f&&g==h&i&url=x&callback=f&fields=id&format=xml&page=-1&limit=x&lang=xx&j=%00"
    b"&k=l;m+n&o='&id=0&p=?&q=%F0%9F%98%80&"
    + b"&".join(b"r%d=s" % number for number in range(30))
    + b"&t="
    + b"u" * 1_000
)
_ADDRESS = "https://[2001:db8::1]/test.git"
_PORTLESS = "https://mirror.invalid:/test.git"
_ODD_URL = "https://mirror.invalid/a\"b'c d|e<f>^g`h{i}-\\j${k}{{l}}<%=m%>%00*.git"
_SPACED_URL = "https://mirror.invalid/a\tb\u0085c\u00a0d\u202e\u200b\r\ne\ufeff.git"


def hostile_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Urls and ids with the valid token, and tokens that are none, all to the description's resource."""
    yield from _of_urls(fixtures, clauses)
    yield from _bodies(fixtures, clauses)
    yield from _crowded(fixtures, clauses)
    yield from _framed(fixtures, clauses)
    for tokens, profile in ((_TOKENS, Profile.STANDARD), (_DEEP_TOKENS, Profile.DEEP)):
        for token in tokens:
            yield _token(fixtures, clauses, token, profile)
    if fixtures.operation.resource is not None:
        for segments, profile in ((_SEGMENTS, Profile.STANDARD), (_DEEP_SEGMENTS, Profile.DEEP)):
            for segment in segments:
                yield _segment(fixtures, clauses, segment, profile)


def _of_urls(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    member = fixtures.operation.url_member
    if member is None:
        return
    for rows, profile in ((_URLS, Profile.STANDARD), (_DEEP_URLS, Profile.DEEP)):
        for row in rows:
            yield _url(fixtures, clauses, row, profile)
    url = "https://mirror.invalid/caf\u00e9/\U0001f600.git"
    whole = json.loads(fixtures.body_with(url) or b"{}")
    yield Probe(
        f"{member}.raw-utf-8",
        f"{with_article(member)} with characters beyond ASCII that are not escaped",
        clauses.recorded("other-form", member=member) + clauses.ids("no-server-error"),
        fixtures.request(fixtures.token, body=json.dumps(whole, ensure_ascii=False).encode()),
        profile=Profile.DEEP,
    )


def _url(fixtures: TargetFixtures, clauses: Declared, row: tuple[str, str, str], profile: Profile) -> Probe:
    name, url, words = row
    member, body, crash = fixtures.operation.url_member, fixtures.body_with(url), clauses.ids("no-server-error")
    declared = {
        BodyKind.DOCUMENTED: clauses.owed(member=member, form="everyday") + clauses.documented,
        BodyKind.URL_UNCOMMON: clauses.ids("accepted", member=member, form="uncommon") + crash,
        BodyKind.URL_OPEN: clauses.recorded("open-form", member=member) + crash,
    }.get(read_body(body, fixtures.operation).kind, clauses.recorded("other-form", member=member) + crash)
    request = fixtures.request(fixtures.token, body=body)
    return Probe(f"{member}.{name}", f"{with_article(str(member))} {words}", declared, request, profile=profile)


def _bodies(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Numbers that JSON has no room for, and types that a program makes the member of."""
    if fixtures.operation.body is None:
        return
    own, crash = Documented(fixtures, fixtures.operation.body), clauses.ids("no-server-error")
    name = own.name
    if name is None:
        return
    fresh = json.dumps("https://mirror.invalid/never-sent.git").encode()
    number = "number" in own.types or "integer" in own.types
    not_json = clauses.refused(body="not-json") + crash
    not_text = crash if number else clauses.refused(member=name, when="wrong-type") + crash
    nested = b"{%b: %b}" % (json.dumps(name).encode(), fresh)
    rows = [
        ("nan", b"NaN", "that is NaN", not_json, Profile.STANDARD),
        ("exponent", b"1e999", "that is 1e999", not_text, Profile.STANDARD),
        ("new-array", b"[%b]" % fresh, f"that is an array with another {name}", not_text, Profile.STANDARD),
        ("5000-digits", b"1" * 5000, "that is a number of 5,000 digits", crash, Profile.DEEP),
        ("infinity", b"-Infinity", "that is -Infinity", not_json, Profile.DEEP),
        ("exponent-negative", b"-1e999", "that is -1e999", not_text, Profile.DEEP),
        ("new-nested", nested, f"that is an object with another {name}", not_text, Profile.STANDARD),
    ]
    for kind, value, words, declared, profile in rows:
        if not kind.startswith("new-") or name == fixtures.operation.url_member:
            request = fixtures.request(fixtures.token, body=own.put(value))
            title = member_words(fixtures.operation.body, name, words)
            yield Probe(f"body.{name}-{kind}", title, declared, request, profile=profile)


def _crowded(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Many oddities in one request, of which nothing is promised but that none is answered 5xx."""
    usual, crash = fixtures.request(fixtures.token), clauses.ids("no-server-error")
    yield Probe(
        "header.odd",
        "other header fields with values that no standard has",
        clauses.recorded("accept") + crash,
        replace(usual, headers=(*usual.headers, *_ODD_FIELDS)),
    )
    yield Probe(
        "header.more",
        "more than fifty further header fields, of which most have values that no standard has",
        clauses.recorded("accept") + crash,
        replace(usual, headers=(*usual.headers, *_MORE_FIELDS)),
    )
    yield Probe(
        "path.query.odd",
        "the path with a query of odd and repeated parameters, and a Content-Type that is no type",
        clauses.recorded("path") + crash,
        replace(
            usual,
            target=usual.target + (b"&" if b"?" in usual.target else b"?") + _ODD_QUERY,
            headers=((b"Content-Type", b"nonsense"),) if usual.headers else (),
        ),
    )
    if fixtures.operation.body is not None:
        members: dict[str, object] = {
            "": 1,
            "$where": "1",
            "a.b": [[]],
            "k" * 2_000: None,
            "__class__": {},
            "__proto__": {"admin": True},
            "\u00e9\U0001f600": [{}, 0.5, -1, 2**70],
            **{f"m{number}": number for number in range(_MANY)},
        }
        own = Documented(fixtures, fixtures.operation.body)
        for name, further, words in (
            ("odd-members", json.dumps(members).encode()[1:-1], "with odd names"),
            ("odd-numbers", b'"n": 1e400, "z": -0.0, "big": ' + b"1" * _DIGITS, "that are odd numbers"),
        ):
            title = f"a documented body and members {words}"
            request = replace(usual, body=own.plus(further))
            yield Probe(f"body.{name}", title, clauses.recorded("members") + crash, request)
    if fixtures.operation.url_member is not None:
        for row in (
            ("odd-characters", _ODD_URL, "with characters that no url has"),
            ("odd-spaces", _SPACED_URL, "with white space and marks that are not seen"),
        ):
            yield _url(fixtures, clauses, row, Profile.STANDARD)


def _framed(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Documented bodies in another framing: HTTP has it, and the document is silent about it."""
    usual = fixtures.request(fixtures.token)
    if not usual.body:
        return
    head, tail = usual.body[:1], usual.body[1:]
    whole, apart = gzip.compress(head + tail, mtime=0), b"1\r\n%b\r\n%x\r\n%b\r\n0\r\n" % (head, len(tail), tail)
    coded, more = (
        (b"Transfer-Encoding", b"chunked"),
        apart.replace(b"1\r\n", b"1;name=value\r\n", 1) + b"X-A: b\r\n\r\n",
    )
    named = fixtures.operation.url_member is not None
    address, port = ((fixtures.body_with(url) if named else None) or usual.body for url in (_ADDRESS, _PORTLESS))
    rare = ", its url of an address" * named, ", its url with a colon and no port" * named
    rows = (
        ("chunked", coded, apart + b"\r\n", "in two chunks", Profile.STANDARD),
        ("chunked.more", coded, more, "in chunks with more", Profile.DEEP),
        ("gzip", (b"Content-Encoding", b"gzip"), whole, "that is compressed", Profile.STANDARD),
        ("expect", (b"Expect", b"100-continue"), port, f"that is announced with Expect{rare[1]}", Profile.STANDARD),
        (
            "coding.unknown",
            (b"Content-Encoding", b"x-unknown"),
            address,
            f"in a coding that nobody knows{rare[0]}",
            Profile.STANDARD,
        ),
        ("coding.broken", (b"Content-Encoding", b"gzip"), head + tail, "that says that it is compressed", Profile.DEEP),
    )
    for name, field, body, words, profile in rows:
        request = replace(usual, body=body, headers=(*usual.headers, field))
        crash = clauses.ids("no-server-error")
        yield Probe(f"body.{name}", f"a documented body {words}", crash, request, profile=profile)


def _token(fixtures: TargetFixtures, clauses: Declared, row: tuple[str, str, str], profile: Profile) -> Probe:
    name, text, words = row
    value = text.encode("ascii")
    title, declared = f"an unknown token {words}", of_length(clauses, fixtures.operation.credential, len(value))
    meant = not strange(value, fixtures.known.tokens)
    request, withheld = (None, "a valid token begins like it") if meant else (fixtures.request(Token(value)), None)
    return Probe(f"token.unknown.{name}", title, declared, request, withheld, profile)


_WHEN = {
    ValueKind.NOT_INTEGER: "wrong-type",
    ValueKind.NOT_BOOLEAN: "wrong-type",
    ValueKind.NOT_LISTED: "not-listed",
    ValueKind.TOO_SHORT: "too-short",
    ValueKind.TOO_LONG: "too-long",
    ValueKind.OTHER_PATTERN: "other-pattern",
}
"""The word of the clauses for a text that is not in the parameter's domain."""


def _segment(fixtures: TargetFixtures, clauses: Declared, row: tuple[str, bytes, str], profile: Profile) -> Probe:
    name, segment, words = row
    named = fixtures.operation.identifier
    kind = None if named is None else classify(segment, named.domain).kind
    declared = clauses.refused(parameter=fixtures.operation.resource, when=_WHEN[kind]) if kind in _WHEN else ()
    request = fixtures.request(fixtures.token, segment)
    return Probe(f"id.{name}", f"id {words}", declared + clauses.ids("no-server-error"), request, profile=profile)
