"""The request body: an object whose ``url`` is an everyday http(s) URL is in contract, all else is told apart."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from rfc3986 import uri_reference
from rfc3986.exceptions import RFC3986Exception
from rfc3986.validators import Validator

from conformance.contract.strictjson import JsonText, read_json

__all__ = ["URL_MAXIMUM", "Body", "BodyKind", "http_url", "kind_of_url", "read_body", "repeatable"]

URL_MAXIMUM = 2000
_SHORT = 4_096
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
    """What a request body is, as far as the document and its example go."""

    DOCUMENTED = "an object with an absolute http(s) url"
    ABSENT = "no body"
    NOT_JSON = "no JSON"
    NOT_OBJECT = "no object"
    URL_ABSENT = "no url"
    URL_NOT_STRING = "a url that is no string"
    URL_NOT_HTTP = "a url that is no absolute http(s) URL"
    URL_UNCOMMON = "a url with capitals in its scheme, one label as host, or underscores in it"
    URL_OPEN = "a url with user info, an address as host, or another form that is rarely seen"
    UNUSUAL = "further or duplicate members"


@dataclass(frozen=True, slots=True)
class Body:
    """A request body's kind and, where there is one, the string ``url`` in it.

    Where ``url`` stands in it twice, `urls` are the strings that it may stand for, and `url` is None.
    """

    kind: BodyKind
    url: str | None = None
    urls: tuple[str, ...] = ()


def read_body(raw: bytes | None) -> Body:
    """Tell what `raw` is; a byte order mark makes it unusual rather than no JSON (the document is silent about it)."""
    if not raw:
        return Body(BodyKind.ABSENT)
    return _remembered(raw) if len(raw) <= _SHORT else _read(raw)


def _read(raw: bytes) -> Body:
    bare = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in raw[:2] or raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Body(BodyKind.UNUSUAL)  # UTF-16 or UTF-32: the document is silent about encodings
    text = read_json(bare)
    if text.defect:
        return Body(BodyKind.NOT_JSON)
    if not isinstance(text.value, dict):
        return Body(BodyKind.NOT_OBJECT)
    body = _object(text.value, text)
    marked = bare != raw and body.kind in {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON}
    return Body(BodyKind.UNUSUAL, body.url) if marked else body


_remembered = lru_cache(maxsize=1_000)(_read)  # most requests carry the same few bodies


def _object(members: dict[str, Any], text: JsonText) -> Body:
    sent = [value for name, value in text.members if name == "url"]
    if len(sent) > 1:
        return Body(BodyKind.UNUSUAL, urls=tuple(value for value in sent if isinstance(value, str)))
    url = members.get("url")
    if "url" not in members:
        return Body(BodyKind.URL_ABSENT)
    if not isinstance(url, str):
        return Body(BodyKind.URL_NOT_STRING)
    kind = kind_of_url(url)
    more = kind in {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON} and (text.duplicates or len(members) > 1)
    return Body(BodyKind.UNUSUAL if more else kind, url)


def kind_of_url(url: str) -> BodyKind:
    """What a body is whose only member is this url.

    In contract are the scheme http or https in lower case, a host of two labels or more of letters, digits and hyphens,
    no user info, a port of 1 to 65535 or none, and at most 2,000 characters.
    """
    if not http_url(url):
        return BodyKind.URL_NOT_HTTP
    for kind, form in ((BodyKind.DOCUMENTED, _EVERYDAY), (BodyKind.URL_UNCOMMON, _UNCOMMON)):
        match = form.fullmatch(url)
        if match and len(match["host"]) <= _LONGEST_HOST and not _ENCODED_CONTROL.search(url):
            return kind
    return BodyKind.URL_OPEN


def repeatable(url: str) -> bool:
    """Whether an answer can repeat `url` as it was sent: an absolute http(s) URL, characters beyond ASCII in it or not.

    What is none, or has white space, control characters or lone surrogates in it, is a reader's to make sense of.
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
