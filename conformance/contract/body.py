"""The request body: in contract, in another form, or not as documented."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema
from rfc3986 import uri_reference
from rfc3986.exceptions import RFC3986Exception
from rfc3986.validators import Validator

from conformance.contract.remembering import remembering
from conformance.contract.strictjson import JsonText, read_json
from conformance.contract.values import URL_MAXIMUM, like_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.contract.operation import Operation

SHORT_BODY = 4_096
"""Up to so many bytes, what a body is is remembered."""

_CHARACTERS = re.compile(
    r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
)  # RFC 3986 section 2; rfc3986 lets others pass in a path
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LAST_LABEL = r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # of digits, it is an address to many a parser
_PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
_EVERYDAY = re.compile(rf"https?://(?P<host>(?:{_LABEL}\.)+{_LAST_LABEL}){_PORT}(?:[/?#].*)?")
_UNDERSCORED = r"(?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_UNCOMMON = re.compile(
    rf"(?i:https?)://(?P<host>(?:[A-Za-z0-9_]{_UNDERSCORED}\.)*[A-Za-z_]{_UNDERSCORED}){_PORT}(?:[/?#].*)?"
)
_LONGEST_HOST = 253  # RFC 1035 section 2.3.4, without the root's dot
_ENCODED_CONTROL = re.compile("%(?:[01][0-9A-Fa-f]|7[Ff])")  # RFC 3986 section 7.3: may be refused
_NOT_REPEATABLE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


class BodyKind(StrEnum):
    """The kinds of request bodies, by the document and its example."""

    DOCUMENTED = "as documented"
    ABSENT = "no body"
    NOT_JSON = "no JSON"
    NOT_OBJECT = "no object"
    MEMBER_ABSENT = "a member of the documented example is left out"
    INVALID = "a member is not as documented"
    URL_NOT_HTTP = "a url that is no absolute http(s) URL"
    URL_UNCOMMON = "a url with capitals in its scheme, one label as host, or underscores in it"
    URL_OPEN = "a url with user info, an address as host, or another form that is rarely seen"
    UNUSUAL = "further or duplicate members"


@dataclass(frozen=True, slots=True)
class RequestBody:
    """A request body, read.

    Attributes:
        kind: how it compares with the document.
        url: the string in the url member; None without one, or where it stands there twice.
        urls: the strings that the url may be where it stands there twice.
        wrong: the members that break the schema, and how: ``("labels[].key", "too-long")``.
        edges: the members of a documented body at a bound, of an enumeration, or absent: ``("labels", "most")``.
        chosen: the values of enumerations: ``("action", "'add'")``.
    """

    kind: BodyKind
    url: str | None = None
    urls: tuple[str, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    edges: frozenset[tuple[str, str]] = frozenset()
    chosen: frozenset[tuple[str, str]] = frozenset()


def read_body(raw: bytes | None, operation: Operation) -> RequestBody:
    """Tell what `raw` is; a byte order mark makes it unusual rather than no JSON (the document is silent about it)."""
    if operation.body is None:
        return RequestBody(BodyKind.UNUSUAL if raw else BodyKind.DOCUMENTED)
    if not raw:
        return RequestBody(BodyKind.ABSENT)
    return _remembered(raw, operation)


def _read(raw: bytes, operation: Operation) -> RequestBody:
    bare = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in raw[:2] or raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return RequestBody(BodyKind.UNUSUAL)  # UTF-16 or UTF-32: the document is silent about encodings
    text = read_json(bare)
    if text.defect:
        return RequestBody(BodyKind.UNUSUAL if text.unread else BodyKind.NOT_JSON)
    if not isinstance(text.value, dict):
        return RequestBody(BodyKind.NOT_OBJECT)
    body = _object(text.value, text, operation)
    marked = bare != raw and body.kind in {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON}
    return RequestBody(BodyKind.UNUSUAL, body.url) if marked else body


_remembered = remembering(_read, 1_000, len, SHORT_BODY)  # most requests carry the same few bodies


def _object(members: dict[str, Any], text: JsonText, operation: Operation) -> RequestBody:
    assert operation.body is not None  # noqa: S101 - for the type checker
    name, schema = operation.url_member, operation.body.schema
    sent = [value for key, value in text.members if key == name]
    if len(sent) > 1:
        return RequestBody(BodyKind.UNUSUAL, urls=tuple(value for value in sent if isinstance(value, str)))
    if wrong := tuple(sorted(set(_wrong(operation, members)))):
        found = members.get(name) if name else None
        sent_url = found if isinstance(found, str) else None
        if text.duplicates:  # which of two members counts is a reader's choice
            return RequestBody(BodyKind.UNUSUAL, sent_url)
        return RequestBody(BodyKind.INVALID, sent_url, wrong=wrong)
    if any(key not in members for key in operation.given):
        return RequestBody(BodyKind.MEMBER_ABSENT)
    url = members.get(name) if name else None
    kind = kind_of_url(url) if isinstance(url, str) else BodyKind.DOCUMENTED
    ordinary = kind in {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON}
    if ordinary and (text.duplicates or any(_further(members, schema))):
        return RequestBody(BodyKind.UNUSUAL, url)
    nodes = list(_nodes(members, schema))
    edges = frozenset(edge for place, value, its in nodes for edge in _edges(value, its, place))
    return RequestBody(
        kind, url, edges=edges, chosen=frozenset((place, repr(value)) for place, value, its in nodes if "enum" in its)
    )


_WHEN = {
    "type": "wrong-type", "enum": "not-listed", "const": "not-listed", "minLength": "too-short",
    "maxLength": "too-long", "minItems": "too-few", "maxItems": "too-many", "minimum": "below-minimum",
    "maximum": "above-maximum", "pattern": "other-pattern", "uniqueItems": "repeated",
}  # fmt: skip
"""The fault of a value that breaks a keyword of JSON Schema (2020-12), in the words of clauses.yaml."""


def _wrong(operation: Operation, members: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The members that break the schema, and how; of a value of another type nothing else is said.

    A listed value in another case, or with white space around it, is in another form: the document is silent about it.
    """
    errors = list(_validator(operation).iter_errors(members))
    mistyped = [list(error.absolute_path) for error in errors if error.validator == "type"]
    for error in errors:
        place = _place(error.absolute_path)
        if error.validator != "type" and list(error.absolute_path) in mistyped:
            continue
        if error.validator == "enum" and like_one_of(error.instance, error.validator_value):
            yield place, "in-another-form"
        elif error.validator == "required":
            lacking = [name for name in error.validator_value if name not in error.instance]
            yield from ((_below(place, name), "missing") for name in lacking)
        else:
            yield place, _WHEN.get(str(error.validator), str(error.validator))


@lru_cache(maxsize=16)
def _validator(operation: Operation) -> jsonschema.Draft202012Validator:
    assert operation.body is not None  # noqa: S101 - for the type checker
    return jsonschema.Draft202012Validator(operation.body.schema)


def _place(path: Iterable[str | int]) -> str:
    """A member's path, whatever its place in an array is: ``labels[].key``."""
    return re.sub(r"\.\[\]", "[]", ".".join("[]" if isinstance(part, int) else part for part in path))


def _below(place: str, name: str) -> str:
    """The place of a member of the object at `place`."""
    return f"{place}.{name}" if place else name


def _further(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:  # noqa: ANN401 - a JSON value
    """The members of objects that their schema does not name."""
    if isinstance(value, dict) and (named := schema.get("properties")):
        for name, inner in value.items():
            yield from _further(inner, named[name]) if name in named else [name]
    elif isinstance(value, list):
        for inner in value:
            yield from _further(inner, schema.get("items") or {})


def _nodes(value: Any, schema: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any, Mapping[str, Any]]]:  # noqa: ANN401 - a JSON value
    """Every value in a body: its place, itself, its schema."""
    yield place, value, schema
    if isinstance(value, list):
        for inner in value:
            yield from _nodes(inner, schema.get("items") or {}, f"{place}[]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _nodes(inner, (schema.get("properties") or {}).get(name) or {}, _below(place, name))


def _edges(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a JSON value
    """The edges of a value: listed in an enumeration, at a bound of its schema, or with absent members."""
    if "enum" in schema:
        yield place, "listed"
    bounds: list[tuple[str, str]] = []
    if isinstance(value, str):
        bounds = [("minLength", "shortest"), ("maxLength", "longest")]
    elif isinstance(value, list):
        bounds = [("minItems", "fewest"), ("maxItems", "most")]
    elif isinstance(value, dict):
        lacking = (schema.get("properties") or {}).keys() - value.keys()
        yield from ((_below(place, name), "absent") for name in lacking)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from ((place, word) for word in ("minimum", "maximum") if schema.get(word) == value)
    yield from ((place, word) for keyword, word in bounds if schema.get(keyword) == len(value))


def kind_of_url(url: str) -> BodyKind:
    """The kind of a body whose only member is this url.

    An everyday url has the scheme http or https in lower case, no user info, and at most 2,000 characters. Its host has
    two or more labels of letters, digits and hyphens. Its port is 1 to 65535, or absent.
    """
    if not http_url(url):
        return BodyKind.URL_NOT_HTTP
    for kind, form in ((BodyKind.DOCUMENTED, _EVERYDAY), (BodyKind.URL_UNCOMMON, _UNCOMMON)):
        match = form.fullmatch(url)
        if match and len(match["host"]) <= _LONGEST_HOST and not _ENCODED_CONTROL.search(url):
            return kind
    return BodyKind.URL_OPEN


def strings_of(url: str | None, urls: tuple[str, ...]) -> tuple[str, ...]:
    """Every string that the url of a body may be, of which it has one, two or none."""
    return urls or (() if url is None else (url,))


def repeatable(url: str) -> bool:
    """Whether an answer can repeat `url` as it was sent.

    It has to be an absolute http(s) URL, with or without characters beyond ASCII. A reader may change other texts, and
    those with white space, control characters or lone surrogates.
    """
    return not _NOT_REPEATABLE.search(url) and http_url(_BEYOND_ASCII.sub("a", url))


def http_url(text: str) -> bool:
    """Whether `text` is an absolute http(s) URL (RFC 3986, host not empty, at most 2,000 characters)."""
    if len(text) > URL_MAXIMUM or not _CHARACTERS.fullmatch(text):
        return False
    try:
        reference = uri_reference(text)
        Validator().allow_schemes("http", "https").require_presence_of("scheme", "host").check_validity_of(
            "port", "path", "query", "fragment"
        ).validate(reference.normalize())
    except (RFC3986Exception, ValueError):
        return False
    return bool(reference.authority_info()["host"])
