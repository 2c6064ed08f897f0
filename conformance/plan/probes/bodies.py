"""Request bodies: invalid JSON, JSON but no object, members by their schema, further members, media types."""

from __future__ import annotations

import codecs
import gzip
import json
import re
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.contract.operation import Body, Operation, with_article
from conformance.plan.fixtures import TargetFixtures, unknown, word
from conformance.plan.probe import Declared, Probe, Profile
from conformance.strategies.schemas import changed, members, variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.message import Request

    Row = tuple[str, bytes, str, tuple[str, ...]]

_SMOKE = {"body.truncated", "body.array"}
_ALIKE = {
    "body.garbage-after", "body.text", "body.false", "content-type.multipart",
    "body.capital-url", "body.nul", "body.utf-16", "body.extra", "body.duplicate-null",
    "body.escaped", "body.deep-member",
    "body.overlong-utf-8", "body.deep-object",
    "body.extra-null",     "body.duplicate", "body.prototype", "body.other-member",
    "body.zero", "body.decimal", "body.nested", "body.empty-string",
    "body.toml", "body.percent-encoded", "body.prefixed",
    "body.members", "body.comma-doubled", "body.lines", "body.multipart",
    "body.brace", "body.quotation-mark", "body.escape", "body.utf-32",
    "body.many-members", "body.deep-closed-array", "content-type.suffix", "content-type.octets",
    "content-type.nonsense", "content-type.text", "content-type.empty",
    "content-type.capital", "accept.any", "accept.json",
    "accept.json-refused", "accept.nonsense", "accept.xml", "content-type.charset", "content-type.latin-1",
    "content-type.charset-empty",
}  # fmt: skip
"""Probes that few servers answer unlike their neighbours; the deep profile sends them."""

_STRANGERS = {"body.extra.missing", "content-type.xml.unknown", "body.gzip.missing"}
"""Odd requests without a known token that the standard profile sends; each ends with the kind of the token."""

_ALIKE_TYPES = {"decimal", "nested", "zero"}
_DEEP = 20_000
_LARGE = 1_100_000  # over 1 MiB, to which proxies cut bodies
_NESTED = 400


def member_words(body: Body, path: str, words: str) -> str:
    """A member of the body and what it is.

    ``a url that is null``, ``labels that are left out``, ``an element of labels that is null``, ``a key in labels``.
    """
    holder, _, name = path.rpartition(".")
    inside = f" in {holder.replace('[]', '')}" if holder else ""
    if name.endswith("[]"):
        return f"an element of {name.removesuffix('[]')}{inside} {words}"
    if name.endswith("s") and "array" in _types(body.member(path) or {}):
        return f"{name}{inside} {re.sub('^that is ', 'that are ', words)}"
    return f"{with_article(name)}{inside} {words}"


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The types that a schema names."""
    named = schema.get("type") or ()
    return (named,) if isinstance(named, str) else tuple(named)


class Documented:
    """The documented body as text and by parts.

    `name` is the member that stands for all: the url, else the first one of the schema that the body has; `value` is
    what it holds there.
    """

    def __init__(self, fixtures: TargetFixtures, body: Body) -> None:
        self.text = fixtures.body or b"{}"
        self.whole: dict[str, Any] = json.loads(self.text)
        self.schema = body.schema
        own = [fixtures.operation.url_member, *(one for one in body.schema.get("properties") or ()), *self.whole]
        self.name: str | None = next((one for one in own if one in self.whole), None)
        self.value = None if self.name is None else self.whole[self.name]

    def put(self, raw: bytes) -> bytes:
        """The body with these bytes as the value of its member, be they JSON or not."""
        if self.name is None:
            return b'{"value": %b}' % raw
        others = {name: value for name, value in self.whole.items() if name != self.name}
        rest = b", " + json.dumps(others).encode("ascii")[1:-1] if others else b""
        return b"{%b: %b%b}" % (json.dumps(self.name).encode("ascii"), raw, rest)

    def plus(self, raw: bytes) -> bytes:
        """The body with further members, written without braces."""
        return self.text[:-1] + (b", " if self.whole else b"") + raw + b"}"

    def renamed(self, name: str, value: object = None) -> bytes:
        """The body with its member under another name, and with another value where one is given."""
        own = self.value if value is None else value
        return json.dumps(
            {**{name if key == self.name else key: one for key, one in self.whole.items()}, name: own}
        ).encode("ascii")

    @property
    def other_name(self) -> str:
        """A name that the member might have."""
        return "uri" if self.name != "uri" else "address"

    @property
    def types(self) -> tuple[str, ...]:
        """The types that the schema names of the member."""
        return _types((self.schema.get("properties") or {}).get(self.name) or {})

    @property
    def further(self) -> str:
        """A name that the schema does not have."""
        known = (self.schema.get("properties") or {}).keys() | self.whole.keys()
        return next(name for name in ("name", "note", "further-member") if name not in known)


def body_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Bodies with the valid token to the description's resource, then other media types, then bad tokens."""
    usual, body = fixtures.request(fixtures.token), fixtures.operation.body
    if body is not None:
        own = Documented(fixtures, body)
        for name, raw, words, declared in _bodies(fixtures, own, clauses):
            request = fixtures.request(fixtures.token, body=raw)
            yield Probe(name, words, declared, request, profile=_profile(name))
        yield from _members(fixtures, body, own, clauses)
        lacking = clauses.recorded("absent", member=None) + clauses.refused(body="absent")
        absent = replace(usual, body=None)
        yield Probe("body.missing", "no body", lacking, absent)
        words, bare = "no body and no Content-Type", replace(absent, headers=())
        yield Probe("body.missing.no-type", words, lacking, bare, profile=Profile.DEEP)
        yield from _media_types(usual, body, clauses)
    yield from _accepted(fixtures, usual, clauses)
    if body is not None:
        yield from _with_bad_tokens(fixtures, usual, own, clauses)


def _with_bad_tokens(fixtures: TargetFixtures, usual: Request, own: Documented, clauses: Declared) -> Iterator[Probe]:
    order = clauses.unrecognised + clauses.recorded("order")
    for name, sent, words in (
        ("truncated", own.text[: max(len(own.text) // 2, 1)][:15], "a truncated body"),
        ("missing", None, "no body"),
        ("array", b"[]", "an array as body"),
    ):
        for kind, token in (("unknown", unknown(fixtures, name)), ("missing", None)):
            request = replace(usual, token=token, body=sent)
            title = f"{words}, with {'an unknown' if token else 'no'} token"
            yield Probe(f"body.{name}.{kind}-token", title, order, request, profile=Profile.DEEP)  # as pairs are
    stranger = replace(usual, token=word(fixtures, "test", "no-type"))
    title = "no Content-Type, with an unknown token"
    yield Probe("content-type.missing.unknown-token", title, order, replace(stranger, headers=()))
    for name, words, request in _oddly(usual, own):
        for kind, token in (("missing", None), ("unknown", word(fixtures, "demo", name))):
            title = f"{words}, with {'an unknown' if token else 'no'} token"
            profile = Profile.STANDARD if f"{name}.{kind}" in _STRANGERS else Profile.DEEP
            yield Probe(f"{name}.{kind}-token", title, order, replace(request, token=token), profile=profile)


def _oddly(usual: Request, own: Documented) -> Iterator[tuple[str, str, Request]]:
    """Documented bodies, and all about them that the document is silent about: a check is skipped for one of these.

    A token that is not known is refused for itself, so that several stand in one request.
    """
    again = b", %b: %b" % (json.dumps(own.name).encode(), json.dumps(own.value).encode()) if own.name else b""
    whole = own.plus(b'"%b": "test"%b' % (own.further.encode(), again))
    values = (b"application/x-www-form-urlencoded", b"identity", b"100-continue", b"chunked")
    form = tuple(zip((b"Content-Type", b"Content-Encoding", b"Expect", b"Transfer-Encoding"), values, strict=True))
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(whole), whole)
    words = "a body with further members, announced, in chunks and as a form"
    yield "body.extra", words, replace(usual, headers=form, body=chunks)
    fields = ((b"Content-Type", b"application/xml"), (b"Accept", b"text/html"))
    yield "content-type.xml", "Content-Type: application/xml and Accept: text/html", replace(usual, headers=fields)
    for name, value in (
        ("multipart", "multipart/form-data; boundary=x"),
        ("octets", "application/octet-stream"),
        ("charset", "application/json; charset=utf-8"),
        ("suffix", "application/problem+json"),
        ("capital", "APPLICATION/JSON"),
    ):
        yield (
            f"content-type.{name}",
            f"Content-Type: {value}",
            replace(usual, headers=((b"Content-Type", value.encode()),)),
        )
    coded = (*usual.headers, (b"Content-Encoding", b"gzip"))
    yield "body.gzip", "a compressed body", replace(usual, headers=coded, body=gzip.compress(own.text, mtime=0))
    marked = replace(usual, body=b"\xef\xbb\xbf" + own.text)
    yield "body.byte-order-mark", "a byte order mark before the object", marked


def _extra(own: Documented) -> bytes:
    return own.plus(b'"%b": "test"' % own.further.encode())


def _members(fixtures: TargetFixtures, body: Body, own: Documented, clauses: Declared) -> Iterator[Probe]:
    """One for each way in which a member's schema can be broken, and for each of its edges."""
    known, url = (
        clauses.recorded("undocumented-status") + clauses.recorded("other-codes"),
        fixtures.operation.url_member,
    )
    for one in variants(own.schema, own.whole):
        if one.when == "absent" and one.member in fixtures.operation.given:
            continue  # what a target description gives is part of the documented request
        member, place = one.member, re.sub(r"\[\]$", "-element", one.member).replace("[]", "")
        if one.allowed:
            declared = clauses.owed(member=member, when=one.when) + clauses.documented
        elif one.when == "in-another-form":
            declared = clauses.recorded("other-form", member=member) + known
        else:
            refused = clauses.refused(member=member, when=one.when)
            declared = refused + (clauses.owed(body="invalid") if refused else ()) + known
        profile = Profile.DEEP if one.name in _ALIKE_TYPES else Profile.STANDARD
        smoke = (member == url and one.name == "number") or one.name in {"missing", "too-long", "too-many"}
        sent = json.dumps(changed(own.whole, member, one.value)).encode("ascii")
        yield Probe(
            f"body.{place}-{one.name}",
            member_words(body, member, one.words),
            declared,
            fixtures.request(fixtures.token, body=sent),
            profile=Profile.SMOKE if smoke else profile,
        )


def _bodies(fixtures: TargetFixtures, own: Documented, clauses: Declared) -> Iterator[Row]:
    yield from _lacking(own, clauses)
    silent, invalid = (
        clauses.recorded("undocumented-status") + clauses.recorded("other-codes"),
        clauses.owed(body="invalid"),
    )
    encoding, not_json = clauses.recorded("encoding"), clauses.refused(body="not-json") + invalid + silent
    for name, body, words in _broken(fixtures.operation, own):
        if name.startswith("utf-"):
            yield f"body.{name}", body, f"a body in {words}", encoding
        else:
            yield f"body.{name}", body, f"a body that is not JSON: {words}", not_json
    not_object = clauses.refused(body="not-object") + invalid + silent
    for name, body in (
        ("array", b"[%b]" % own.text), ("empty-array", b"[]"), ("null", b"null"), ("true", b"true"),
        ("false", b"false"), ("number", b"1"), ("zero", b"0"), ("decimal", b"-1.5e3"), ("empty-string", b'""'),
        ("strings", b"[%b]" % json.dumps(str(own.value)).encode("ascii")),
        ("two", b"[%b, %b]" % (own.text, own.text)), ("nested", b"[[%b]]" % own.text),
        ("pairs", json.dumps([[name, value] for name, value in own.whole.items()] or [[]]).encode("ascii")),
        ("string", json.dumps(str(own.value)).encode("ascii")),
        ("json-in-a-string", json.dumps(own.text.decode()).encode("ascii")),
        ("deep-closed-array", b"[" * _NESTED + b"]" * _NESTED),
    ):  # fmt: skip
        yield f"body.{name}", body, f"a JSON body that is not an object: {name.replace('-', ' ')}", not_object
    for name, body, words in _with_more(fixtures.operation, own):
        yield f"body.{name}", body, f"a body with {words}", clauses.recorded("members")
    permitted = clauses.owed(role="permitted")
    if own.name is not None:
        yield "body.escaped", _escaped(own.renamed(own.name)), "a body whose member name is escaped", permitted
    spaced = json.dumps(own.whole, separators=(", ", " :\n"))[1:-1].replace("/", "\\/").encode("ascii")
    if own.name is not None:
        spaced = _escaped(spaced)
    yield "body.spaced", b"\r\n\t{ %b }\n" % spaced, "a body with white space and escapes in it", permitted
    yield "body.byte-order-mark", b"\xef\xbb\xbf" + own.text, "a byte order mark before the object", encoding


def _escaped(text: bytes) -> bytes:
    """The first character of the first name as an escape."""
    return re.sub(rb'"(.)', lambda match: b'"\\u%04x' % ord(match[1]), text, count=1)


def _lacking(own: Documented, clauses: Declared) -> Iterator[Row]:
    """Objects without the documented members, or with one under another name."""
    required = [name for name, _, needed in members(own.schema) if needed and "." not in name]
    without = {name: clauses.refused(member=name, when="missing") for name in required}
    silent = clauses.recorded("absent", member=own.name)
    every = tuple(clause for ids in without.values() for clause in ids) + silent
    yield "body.empty-object", b"{}", f"an object without {own.name or 'members'}", every or clauses.recorded("members")
    if own.name is not None:
        declared = without.get(own.name, ()) + silent
        other = own.other_name
        capital = own.name.upper() if own.name.upper() != own.name else own.name.lower()
        words = f"an object with {other} instead of {own.name}"
        yield "body.other-member", own.renamed(other), words, declared
        words = f"an object with {capital} in {'capitals' if capital.isupper() else 'small letters'}"
        yield f"body.capital-{own.name}", own.renamed(capital), words, declared


def _broken(operation: Operation, own: Documented) -> Iterator[tuple[str, bytes, str]]:
    plain, value = own.text, str(own.value).encode()
    name = (own.name or "value").encode()
    around = b'"https://mirror.invalid/%b.git"' if own.name == operation.url_member else b'"a%b"'
    unquoted = plain.replace(b'"%b"' % name, name, 1) if own.name else b"{value}"
    yield "truncated", plain[:-1], "a JSON object without its end"
    yield "no-quotes", unquoted, "a name without quotation marks"
    yield "single-quotes", plain.replace(b'"', b"'") if own.whole else b"{'a': 1}", "single quotation marks"
    yield "trailing-comma", plain[:-1] + b",}", "a trailing comma"
    yield "comment", plain + b" // comment", "a comment"
    yield "garbage-after", plain + b"x", "garbage after the object"
    yield "two-objects", plain + plain, "two objects"
    yield "nan", own.plus(b'"n": NaN'), "NaN in it"
    yield "text", operation.segments[-1].strip("{}").encode(), "plain text"
    yield "form", name + b"=" + value, "a form"
    yield "xml", b"<%b>%b</%b>" % (name, value, name), "XML"
    bare = value if own.name == operation.url_member else b"value"
    yield "bare", bare, f"the {own.name or 'value'} alone, without quotation marks"
    yield "yaml", name + b": " + value + b"\n", "YAML"
    yield "toml", b'%b = "%b"\n' % (name, value), "TOML"
    yield "base64", b64encode(plain), "an object in base64"
    yield "percent-encoded", quote(plain, safe="").encode(), "an object that is percent-encoded"
    yield "callback", b"callback(%b);" % plain, "an object as the argument of a call"
    yield "prefixed", b")]}',\n" + plain, "an object after a prefix"
    yield "members", plain[1:-1], "members without braces"
    yield "unquoted-value", own.put(bare), "a value without quotation marks"
    yield "comment-before", b"/* comment */" + plain, "a comment before the object"
    yield "comma-doubled", plain[:-1] + b",,}", "two commas before its end"
    yield "lines", plain + b"\n" + plain + b"\n", "two objects on lines of their own"
    yield "multipart", _multipart(name, value), "a form of several parts"
    yield "brace", b"{", "an opening brace"
    yield "quotation-mark", b'"', "a quotation mark"
    yield "escape", own.put(b'"\\x41"'), "an escape that JSON does not have"
    yield "blank", b" \r\n ", "white space"
    yield "invalid-utf-8", own.put(around % b"\xff\xfe"), "bytes that are not UTF-8"
    yield "overlong-utf-8", own.put(around % b"\xc0\xaf"), "overlong UTF-8"
    yield "utf-16", plain.decode().encode("utf-16-le"), "UTF-16"
    yield "utf-16.marked", codecs.BOM_UTF16_BE + plain.decode().encode("utf-16-be"), "UTF-16 with a byte order mark"
    yield "utf-32", plain.decode().encode("utf-32-le"), "UTF-32"
    yield "control-character", own.put(around % b"\x01"), "a raw control character in a string"
    yield "nul", plain + b"\x00", "NUL after the object"
    yield "deep-array", b"[" * _DEEP, f"{_DEEP:,} opening brackets"
    yield "deep-object", b'{"a":' * _DEEP, f"{_DEEP:,} opening braces"


def _multipart(name: bytes, value: bytes) -> bytes:
    """A form as RFC 7578 has it."""
    return b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n--x--\r\n' % (name, value)


def _with_more(operation: Operation, own: Documented) -> Iterator[tuple[str, bytes, str]]:
    yield "extra", _extra(own), "a further member"
    others, empty = _of_the_answer(operation, own)
    if others:
        yield "extra-id", own.plus(json.dumps(others).encode()[1:-1]), "members of the answer in the request"
    if empty is not None:
        yield "extra-null", own.plus(json.dumps({empty: None}).encode()[1:-1]), "a null member"
    yield "prototype", own.plus(b'"__proto__": {"admin": true}'), "a member named __proto__"
    if own.name is not None:
        name, value = json.dumps(own.name).encode(), json.dumps(own.value).encode()
        yield "duplicate", own.plus(b"%b: %b" % (name, value)), f"{own.name} twice, the same"
        if own.name == operation.url_member:
            other = b'"https://other.invalid/test.git"'
            yield "duplicate-other", own.plus(b"%b: %b" % (name, other)), f"{own.name} twice, another"
        yield "duplicate-null", own.plus(name + b": null"), f"{own.name} twice, the second null"
    yield "large", own.plus(b'"note": "' + b"x" * _LARGE + b'"'), f"a member of {_LARGE:,} characters"
    deep = b"[" * _NESTED + b"]" * _NESTED
    yield "deep-member", own.plus(b'"note": ' + deep), f"a member {_NESTED} levels deep"
    many = ", ".join(f'"m{number}": {number}' for number in range(1000))
    yield "many-members", own.plus(many.encode()), "1,000 members more"


def _of_the_answer(operation: Operation, own: Documented) -> tuple[dict[str, Any], str | None]:
    """Members of the documented success that no request has, and the last of them that may be null.

    A whole number is 0 here, and any other of no type that it has.
    """
    found: Mapping[str, Any] = {
        name: one.get("type")
        for name, one in operation.responses[operation.success].members.items()
        if name not in (own.schema.get("properties") or {}) and name not in own.whole
    }
    others: dict[str, Any] = {name: 0 if kind == "integer" else [] for name, kind in found.items()}
    nullable = [name for name, kind in found.items() if isinstance(kind, list) and "null" in kind]
    return others, nullable[-1] if nullable else None


def _media_types(usual: Request, body: Body, clauses: Declared) -> Iterator[Probe]:
    media, declared = body.media, clauses.recorded("content-type")
    for name, value in (
        ("text", "text/plain"), ("form", "application/x-www-form-urlencoded"), ("multipart", "multipart/form-data"),
        ("xml", "application/xml"), ("charset", f"{media}; charset=utf-8"),
        ("unknown-charset", f"{media}; charset=x-unknown"), ("latin-1", f"{media}; charset=iso-8859-1"),
        ("capital", media.upper()), ("suffix", "application/problem+json"), ("octets", "application/octet-stream"),
        ("nonsense", "nonsense"), ("empty", ""), ("utf-16", f"{media}; charset=utf-16"),
        ("charset-empty", f'{media}; charset="'),
    ):  # fmt: skip
        if value != media:
            request = replace(usual, headers=((b"Content-Type", value.encode("ascii")),))
            named, title = f"content-type.{name}", f"Content-Type: {value or '(empty)'}"
            yield Probe(named, title, declared, request, profile=_profile(named))
    yield Probe("content-type.missing", "no Content-Type", declared, replace(usual, headers=()))


def _accepted(fixtures: TargetFixtures, usual: Request, clauses: Declared) -> Iterator[Probe]:
    answers = [one.media for one in fixtures.operation.responses.values() if one.media]
    media = answers[0] if answers else "application/json"
    for name, value in (
        ("json", media), ("any", "*/*"), ("html", "text/html, application/xml;q=0.9"), ("xml", "application/xml"),
        ("json-refused", f"{media};q=0"), ("nonsense", "nonsense"),
    ):  # fmt: skip
        request = replace(usual, headers=(*fixtures.content_type, (b"Accept", value.encode("ascii"))))
        named = f"accept.{name}"
        yield Probe(named, f"Accept: {value}", clauses.recorded("accept"), request, profile=_profile(named))


def _profile(name: str) -> Profile:
    if name in _SMOKE:
        return Profile.SMOKE
    return Profile.DEEP if name in _ALIKE else Profile.STANDARD
