"""The request body: an object whose ``url`` is an absolute http(s) URL is in contract, all else is told apart."""

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

from conformance.contract.strictjson import read_json

__all__ = ["URL_MAXIMUM", "Body", "BodyKind", "http_url", "read_body"]

URL_MAXIMUM = 2000
_SHORT = 4_096
_CHARACTERS = re.compile(
    r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
)  # RFC 3986 section 2; rfc3986 lets others pass in a path


class BodyKind(StrEnum):
    """What a request body is, as far as the document and its example go."""

    DOCUMENTED = "an object with an absolute http(s) url"
    ABSENT = "no body"
    NOT_JSON = "no JSON"
    NOT_OBJECT = "no object"
    URL_ABSENT = "no url"
    URL_NOT_STRING = "a url that is no string"
    URL_NOT_HTTP = "a url that is no absolute http(s) URL"
    UNUSUAL = "further or duplicate members"


@dataclass(frozen=True, slots=True)
class Body:
    """A request body's kind and, where there is one, the string ``url`` in it."""

    kind: BodyKind
    url: str | None = None


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
    body = _object(text.value, text.duplicates)
    return Body(BodyKind.UNUSUAL, body.url) if body.kind is BodyKind.DOCUMENTED and bare != raw else body


_remembered = lru_cache(maxsize=1_000)(_read)  # most requests carry the same few bodies


def _object(members: dict[str, Any], duplicates: tuple[str, ...]) -> Body:
    url = members.get("url")
    if "url" in duplicates:
        return Body(BodyKind.UNUSUAL)
    if "url" not in members:
        return Body(BodyKind.URL_ABSENT)
    if not isinstance(url, str):
        return Body(BodyKind.URL_NOT_STRING)
    if not http_url(url):
        return Body(BodyKind.URL_NOT_HTTP, url)
    return Body(BodyKind.UNUSUAL if duplicates or len(members) > 1 else BodyKind.DOCUMENTED, url)


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
