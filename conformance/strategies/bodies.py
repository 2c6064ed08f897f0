"""Request bodies and their types: documented ones in every spelling, JSON of every kind, broken JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.contract.body import BodyKind, read_body
from conformance.strategies.schemas import changed, json_values, members, of_type, schema_values, variants
from conformance.strategies.urls import http_urls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.contract.operation import Body, Operation

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
    lambda body: b"a=" + body,
    lambda body: b")]}',\n" + body,
)
_BASIC = 0xFFFF
_MEDIA = (
    "application/json",
    "text/plain", "text/json", "text/html", "application/xml", "application/octet-stream", "multipart/form-data",
    "application/x-www-form-urlencoded", "application/vnd.api+json", "application/json-patch+json", "application/*",
    "application/json; charset=utf-16", "application/json, text/plain", "application/jso", "json", "*/*", "/", ";", "",
)  # fmt: skip


def documented_bodies(operation: Operation, urls: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[bytes]:
    """Objects in contract, in every spelling that JSON has for them; `urls` are values of the url member."""
    return _objects(operation, urls).flatmap(_spelt)


def _objects(operation: Operation, urls: st.SearchStrategy[str] | None) -> st.SearchStrategy[dict[str, Any]]:
    """The members that the schema names, of the values that it allows; those that a target description gives always."""
    schema = _body(operation).schema
    whole: Mapping[str, Any] = {**schema, "required": [*(schema.get("required") or ()), *operation.given]}
    made = schema_values(whole)
    name = operation.url_member
    if name is None:
        return made
    given = http_urls() if urls is None else urls
    if set(schema.get("properties") or ()) == {name}:
        return given.map(lambda url: {name: url})
    return st.builds(lambda own, url: {**own, name: url}, made, given)


@st.composite
def _spelt(draw: st.DrawFn, value: dict[str, Any]) -> bytes:
    def space() -> str:
        return draw(st.text(" \t\r\n", max_size=3))

    members = [
        f"{space()}{draw(_name(name))}{space()}:{space()}{draw(_value(one))}{space()}" for name, one in value.items()
    ]
    return f"{space()}{{{','.join(members)}{space()}}}{space()}".encode()


def _name(name: str) -> st.SearchStrategy[str]:
    escapes = [f"\\u{ord(character):04x}" for character in name if ord(character) <= _BASIC]
    forms = [json.dumps(name)]
    if name and len(escapes) == len(name):
        forms += [f'"{escapes[0]}{json.dumps(name[1:])[1:]}', f'"{"".join(escapes)}"']
    return st.sampled_from(forms)


def _value(value: object) -> st.SearchStrategy[str]:
    plain = json.dumps(value)
    if not isinstance(value, str) or not value:
        return st.just(plain)
    first = f'"\\u{ord(value[0]):04x}{json.dumps(value[1:])[1:]}' if ord(value[0]) <= _BASIC else plain
    return st.sampled_from((plain, plain.replace("/", "\\/"), first))


def non_objects() -> st.SearchStrategy[bytes]:
    """JSON texts (RFC 8259) whose value is not an object."""
    return json_values().filter(lambda value: not isinstance(value, dict)).map(_dumped)


def json_objects(operation: Operation, urls: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[bytes]:
    """Objects of any members, with or without documented ones among them."""
    further = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=12), json_values(), max_size=5)
    own: st.SearchStrategy[dict[str, Any]] = st.just({}) | _objects(operation, urls)
    return st.builds(lambda own, rest: _dumped({**own, **rest}), own, further)


def members_of_another_type(operation: Operation, example: object = None) -> st.SearchStrategy[bytes]:
    """A documented body, one of its members with a JSON value of a type that the schema does not name.

    None where no member has a type; `example` is the documented body, by default the OpenAPI file's.
    """
    body = _body(operation)
    usual = body.example if example is None else example
    typed = [(path, node) for path, node, _ in members(body.schema) if "type" in node]
    if not typed:
        return st.nothing()

    def wrong(one: tuple[str, Mapping[str, Any]]) -> st.SearchStrategy[bytes]:
        other = json_values().filter(lambda value: not of_type(one[1], value))
        return other.map(lambda value: _dumped(changed(usual, one[0], value)))

    return st.sampled_from(typed).flatmap(wrong)


def wrong_members(operation: Operation, example: object = None) -> st.SearchStrategy[bytes]:
    """A documented body, one of its members missing, of another type, not listed, too long, or beyond a bound.

    None where the schema allows everything; `example` is as above.
    """
    body = _body(operation)
    usual = body.example if example is None else example
    wrong = [_dumped(changed(usual, one.member, one.value)) for one in variants(body.schema, usual) if not one.allowed]
    return st.sampled_from(wrong) if wrong else st.nothing()


def broken_json(operation: Operation, urls: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[bytes]:
    """Bytes that are not empty and no JSON text: a documented body with one mistake, or a part of it, or anything."""
    body = _objects(operation, urls).map(_dumped)
    mistaken = st.builds(lambda wrong, right: wrong(right), st.sampled_from(_BREAKS), body)
    cut = st.builds(lambda right, length: right[:length], body, st.integers(1, 60))
    return st.one_of(mistaken, cut, st.binary(min_size=1, max_size=40)).filter(
        lambda raw: read_body(raw, operation).kind is BodyKind.NOT_JSON
    )


def media_types(documented: str) -> st.SearchStrategy[bytes]:
    """Values of Content-Type other than `documented`, well-formed or not; VCHAR and spaces."""
    part = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+-", min_size=1, max_size=10)
    made = st.one_of(st.sampled_from(_MEDIA), st.builds("{}/{}".format, part, part))
    return made.filter(lambda value: value != documented).map(str.encode)


def _body(operation: Operation) -> Body:
    """The operation's body; ValueError where it has none."""
    if operation.body is None:
        raise ValueError(f"{operation.id} has no request body")
    return operation.body


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode("ascii")
