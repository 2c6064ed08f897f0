"""Request bodies and their types: JSON of every kind, broken JSON. The document shows ``{"url": …}``, and no table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.contract.body import BodyKind, read_body
from conformance.strategies.urls import http_urls

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "broken_json",
    "documented_bodies",
    "json_objects",
    "json_values",
    "media_types",
    "non_objects",
    "url_of_another_type",
]

_BREAKS: tuple[Callable[[bytes], bytes], ...] = (
    lambda body: body[:-1],
    lambda body: body[1:],
    lambda body: body + b"}",
    lambda body: body + body,
    lambda body: body[:-1] + b",}",
    lambda body: body.replace(b'"', b"'"),
    lambda body: body.replace(b'"', b""),
    lambda body: body.replace(b":", b"=", 1),
    lambda body: body.replace(b": ", b": : ", 1),
    lambda body: body + b"\0",
    lambda body: b"/**/" + body,
    lambda body: body + b"#",
    lambda body: body[:-1] + b', "n": NaN}',
    lambda body: body[:-1] + b', "n": -Infinity}',
    lambda body: body[:-1] + b', "n": 01}',
    lambda body: body[:-1] + b', "n": +1}',
    lambda body: body[:-1] + b', "n": .5}',
    lambda body: body[:-1] + b', "n": True}',
    lambda body: body[:-1] + b', "n": undefined}',
    lambda body: body[:-1] + b', "n": "\\x41"}',
    lambda body: body[:-1] + b', "n": "\t"}',
    lambda body: body[:-1] + b', "n": "\xff"}',
    lambda body: body[:-1] + b', "n": "\xed\xa0\x80"}',
    lambda body: b"url=" + body,
    lambda body: b")]}',\n" + body,
)
_MEDIA = (
    "text/plain", "text/json", "text/html", "application/xml", "application/octet-stream", "multipart/form-data",
    "application/x-www-form-urlencoded", "application/vnd.api+json", "application/json-patch+json", "application/*",
    "application/json; charset=utf-16", "application/json, text/plain", "application/jso", "json", "*/*", "/", ";", "",
)  # fmt: skip


def json_values() -> st.SearchStrategy[Any]:
    """JSON values of any kind, nested a few levels, without lone surrogates and without NaN."""
    text = st.text(st.characters(codec="utf-8"), max_size=20)
    numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=8,
    )


def documented_bodies(urls: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[bytes]:
    """Objects with nothing but a ``url`` in contract, in every spelling that JSON has for them."""
    member = st.sampled_from(('"url"', '"\\u0075rl"', '"\\u0075\\u0072\\u006C"'))
    space = st.text(" \t\r\n", max_size=3)
    value = (http_urls() if urls is None else urls).flatmap(_spelt)
    return st.builds("{}{{{}{}{}:{}{}{}}}{}".format, space, space, member, space, space, value, space, space).map(
        str.encode
    )


def _spelt(url: str) -> st.SearchStrategy[str]:
    plain = json.dumps(url)
    return st.sampled_from((plain, plain.replace("/", "\\/"), plain.replace("h", "\\u0068", 1)))


def non_objects() -> st.SearchStrategy[bytes]:
    """JSON texts (RFC 8259) whose value is no object."""
    return json_values().filter(lambda value: not isinstance(value, dict)).map(_dumped)


def json_objects(urls: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[bytes]:
    """Objects of any members, with or without a ``url`` among them."""
    members = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=12), json_values(), max_size=5)
    url = http_urls() if urls is None else urls
    return st.builds(
        lambda own, rest: _dumped({**own, **rest}), st.fixed_dictionaries({}, optional={"url": url}), members
    )


def url_of_another_type() -> st.SearchStrategy[bytes]:
    """Objects whose ``url`` is a JSON value but no string."""
    return json_values().filter(lambda value: not isinstance(value, str)).map(lambda value: _dumped({"url": value}))


def broken_json(urls: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[bytes]:
    """Bytes that are not empty and no JSON text: a documented body with one mistake, or a part of it, or anything."""
    body = (http_urls() if urls is None else urls).map(lambda url: _dumped({"url": url}))
    mistaken = st.builds(lambda wrong, right: wrong(right), st.sampled_from(_BREAKS), body)
    cut = st.builds(lambda right, length: right[:length], body, st.integers(1, 60))
    return st.one_of(mistaken, cut, st.binary(min_size=1, max_size=40)).filter(
        lambda raw: read_body(raw).kind is BodyKind.NOT_JSON
    )


def media_types() -> st.SearchStrategy[bytes]:
    """Values of Content-Type other than ``application/json``, well-formed or not; VCHAR and spaces."""
    part = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+-", min_size=1, max_size=10)
    return st.one_of(st.sampled_from(_MEDIA), st.builds("{}/{}".format, part, part)).map(str.encode)


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode("ascii")
