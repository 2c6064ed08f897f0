"""Request bodies: the document shows one in an example and describes none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.requests import JSON, associate, body_of
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory

__all__ = ["body_probes"]

_NOT_JSON = "request.body.not-json"
_NOT_OBJECT = "request.body.not-object"
_URL_TYPE = "request.url.type"
_MEMBERS = "request.body.members"
_PERMITTED = "status.201.permitted"
_MANDATORY = "header.x-auth-token.mandatory"
_SMOKE = {"body.truncated", "body.array", "body.url-number"}
_ALIKE = {
    "body.overlong-utf-8", "body.empty-array", "body.true", "body.deep-object", "body.url-zero",
    "body.url-empty-array", "body.url-decimal", "body.extra-null", "body.duplicate",
    "content-type.suffix", "content-type.octets", "content-type.nonsense", "content-type.xml", "accept.any",
    "accept.json-refused", "accept.nonsense",
}  # fmt: skip
"""What differs from its neighbours for few servers: the deep profile sends it."""

_DEEP = 20_000
_LARGE = 1_000_000


def body_probes(inventory: Inventory) -> Iterator[Probe]:
    """Bodies with the valid token to the description's repository, then other media types, then bad tokens."""
    for name, body, words, clause in _bodies(inventory.mirror_url):
        clauses = (
            (clause, "status.undocumented", "error.other.code")
            if clause in {_NOT_JSON, _NOT_OBJECT, _URL_TYPE}
            else (clause,)
        )
        request = associate(inventory, inventory.token, body=body)
        yield Probe(name, words, clauses, request, profile=_profile(name))
    associated = associate(inventory, inventory.token)
    absent = replace(associated, body=None)
    yield Probe("body.missing", "no body", ("request.body.absent",), absent)
    yield Probe(
        "body.missing.no-type", "no body and no Content-Type", ("request.body.absent",), replace(absent, headers=())
    )
    yield from _headers(associated)
    for name, sent, words in (
        ("truncated", b'{"url": "https:', "a truncated body"),
        ("missing", None, "no body"),
        ("array", b"[]", "an array as body"),
    ):
        for kind, token in (("unknown", unknown(inventory, name, 64)), ("missing", None)):
            request = replace(associated, token=token, body=sent)
            title = f"{words}, with {'an unknown' if token else 'no'} token"
            yield Probe(f"body.{name}.{kind}-token", title, (_MANDATORY, "status.order"), request)
    stranger = replace(associated, token=unknown(inventory, "no-type", 64))
    yield Probe(
        "content-type.missing.unknown-token",
        "no Content-Type, with an unknown token",
        (_MANDATORY, "status.order"),
        replace(stranger, headers=()),
    )
    yield Probe(
        "body.extra.missing-token",
        "a body with a further member, with no token",
        (_MANDATORY, "status.order"),
        replace(associated, token=None, body=body_of(inventory.mirror_url)[:-1] + b', "name": "test"}'),
    )


def _bodies(url: str) -> Iterator[tuple[str, bytes, str, str]]:
    text = json.dumps(url)
    plain = body_of(url)
    yield "body.empty-object", b"{}", "an object without url", "request.url.absent"
    yield "body.other-member", b'{"uri": %s}' % text.encode(), "an object with uri instead of url", "request.url.absent"
    yield "body.capital-url", b'{"URL": %s}' % text.encode(), "an object with URL in capitals", "request.url.absent"
    broken = (
        ("truncated", plain[:-1], "a JSON object without its end"),
        ("no-quotes", b"{url: %s}" % text.encode(), "a name without quotation marks"),
        ("single-quotes", plain.replace(b'"', b"'"), "single quotation marks"),
        ("trailing-comma", plain[:-1] + b",}", "a trailing comma"),
        ("comment", plain + b" // comment", "a comment"),
        ("garbage-after", plain + b"x", "garbage after the object"),
        ("two-objects", plain + plain, "two objects"),
        ("nan", plain[:-1] + b', "n": NaN}', "NaN in it"),
        ("text", b"associate", "plain text"),
        ("form", b"url=" + url.encode(), "a form"),
        ("xml", b"<url>%s</url>" % url.encode(), "XML"),
        ("blank", b" \r\n ", "white space"),
        ("invalid-utf-8", b'{"url": "https://mirror.invalid/\xff\xfe.git"}', "bytes that are no UTF-8"),
        ("overlong-utf-8", b'{"url": "https://mirror.invalid/\xc0\xaf.git"}', "overlong UTF-8"),
        ("utf-16", plain.decode().encode("utf-16-le"), "UTF-16"),
        ("control-character", b'{"url": "https://mirror.invalid/\x01.git"}', "a raw control character in a string"),
        ("nul", plain + b"\x00", "NUL after the object"),
        ("deep-array", b"[" * _DEEP, f"{_DEEP:,} opening brackets"),
        ("deep-object", b'{"a":' * _DEEP, f"{_DEEP:,} opening braces"),
    )
    for name, body, words in broken:
        clause = "request.body.byte-order-mark" if name == "utf-16" else _NOT_JSON
        yield (
            f"body.{name}",
            body,
            "a body in UTF-16" if name == "utf-16" else f"a body that is no JSON: {words}",
            clause,
        )
    for name, body in (
        ("array", b"[%s]" % plain), ("empty-array", b"[]"), ("null", b"null"), ("true", b"true"), ("number", b"1"),
        ("string", text.encode()), ("json-in-a-string", json.dumps(plain.decode()).encode()),
        ("deep-closed-array", b"[" * 400 + b"]" * 400),
    ):  # fmt: skip
        yield f"body.{name}", body, f"a JSON body that is no object: {name.replace('-', ' ')}", _NOT_OBJECT
    for name, value in (
        ("number", b"1"), ("zero", b"0"), ("null", b"null"), ("true", b"true"), ("false", b"false"),
        ("array", b"[%s]" % text.encode()), ("empty-array", b"[]"), ("object", b"{}"),
        ("nested", b'{"url": %s}' % text.encode()), ("decimal", b"1.5"),
    ):  # fmt: skip
        yield f"body.url-{name}", b'{"url": %s}' % value, f"a url that is {name.replace('-', ' ')}", _URL_TYPE
    members = plain[:-1]
    large = b'"' + b"x" * _LARGE + b'"'
    for name, body, words in (
        ("extra", members + b', "name": "test"}', "a further member"),
        ("extra-id", members + b', "id": 0, "repository_id": 0}', "members of the answer in the request"),
        ("extra-null", members + b', "last_error": null}', "a null member"),
        ("prototype", members + b', "__proto__": {"admin": true}}', "a member named __proto__"),
        ("duplicate", members + b', "url": %s}' % text.encode(), "url twice, the same"),
        ("duplicate-other", members + b', "url": "https://other.invalid/test.git"}', "url twice, another"),
        ("duplicate-null", members + b', "url": null}', "url twice, the second null"),
        ("large", members + b', "note": ' + large + b"}", "a member of 1,000,000 characters"),
        ("deep-member", members + b', "note": ' + b"[" * 400 + b"]" * 400 + b"}", "a member 400 levels deep"),
        ("many-members", members + b"".join(b', "m%d": %d' % (n, n) for n in range(1000)) + b"}", "1,000 members more"),
    ):
        yield f"body.{name}", body, f"a body with {words}", _MEMBERS
    yield "body.escaped", b'{"\\u0075rl": %s}' % text.encode(), "a body whose member name is escaped", _PERMITTED
    yield "body.spaced", b'\r\n\t{ "url" :\n%s }\n' % text.encode(), "a body with white space in it", _PERMITTED
    yield (
        "body.byte-order-mark",
        b"\xef\xbb\xbf" + plain,
        "a byte order mark before the object",
        "request.body.byte-order-mark",
    )


def _headers(associated: Request) -> Iterator[Probe]:
    for name, value in (
        ("text", b"text/plain"), ("form", b"application/x-www-form-urlencoded"), ("multipart", b"multipart/form-data"),
        ("xml", b"application/xml"), ("charset", b"application/json; charset=utf-8"),
        ("latin-1", b"application/json; charset=iso-8859-1"), ("capital", b"APPLICATION/JSON"),
        ("suffix", b"application/problem+json"),
        ("octets", b"application/octet-stream"), ("nonsense", b"nonsense"), ("empty", b""),
    ):  # fmt: skip
        request = replace(associated, headers=((b"Content-Type", value),))
        title = f"Content-Type: {value.decode('ascii') or '(empty)'}"
        named = f"content-type.{name}"
        yield Probe(named, title, ("request.header.content-type",), request, profile=_profile(named))
    yield Probe(
        "content-type.missing", "no Content-Type", ("request.header.content-type",), replace(associated, headers=())
    )
    for name, value in (
        ("json", b"application/json"), ("any", b"*/*"), ("html", b"text/html"), ("xml", b"application/xml"),
        ("json-refused", b"application/json;q=0"), ("nonsense", b"nonsense"),
    ):  # fmt: skip
        request = replace(associated, headers=(*JSON, (b"Accept", value)))
        title, named = f"Accept: {value.decode('ascii')}", f"accept.{name}"
        yield Probe(named, title, ("request.header.accept",), request, profile=_profile(named))


def _profile(name: str) -> Profile:
    if name in _SMOKE:
        return Profile.SMOKE
    return Profile.DEEP if name in _ALIKE else Profile.STANDARD
