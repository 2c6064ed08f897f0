"""Passwords in urls: what stands between a colon and an at sign in user info (RFC 3986 section 3.2.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from conformance.contract.message import Request

__all__ = ["passwords_of"]

_USER_INFO = re.compile(r"[/\\]{2}[^/?#\s\"'<>@:\\]*:([^/?#\s\"'<>\\]+)@")  # linear: no part crosses a slash
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(/))")  # RFC 8259 section 7, as far as it can hide a url


def passwords_of(url: str | None, request: Request) -> tuple[str, ...]:
    """Every password in the urls that `request` carries in its body, each once; `url` is the one that was read in it.

    A url that no parser takes, one in another member or type, and one in a body that is no JSON carry passwords too.
    """
    found = [_parsed(url)] if url else []
    if not any(found):
        body = (request.body or b"").decode("utf-8", "replace")
        texts = [url or "", _ESCAPE.sub(_unescaped, body) if "@" in body or r"\u0040" in body else ""]
        found = [password for text in texts for password in _USER_INFO.findall(text)]
    return tuple(dict.fromkeys(filter(None, found)))


def _parsed(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else "/"
