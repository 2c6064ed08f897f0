"""Correct answers to what a parser, a framing or an alphabet makes hard."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.mock import Mock, Refusal, Refused
from conformance.mock.catalogue import Variants
from conformance.mock.url import is_international

if TYPE_CHECKING:
    from conformance.mock import Request

variant = Variants()


@variant
class InternationalUrlsAccepted(Mock):
    """A url may go beyond ASCII, and comes back as it was sent."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        return url if isinstance(url, str) and is_international(url) else super().parse_url(document)


@variant
class InternationalUrlsMapped(InternationalUrlsAccepted):
    """A url may go beyond ASCII, and comes back as the URI that it stands for."""

    def shown_url(self, url: str) -> str:
        shown = re.sub("//[^/?#]*@", "//", super().shown_url(url))
        if shown.isascii():
            return shown
        scheme, _, rest = shown.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}://{host.encode('idna').decode()}{slash}{quote(path, safe=string.punctuation)}"


@variant
class ChunksRefused(Mock):
    """A body in chunks, or compressed, is refused: 411 asks for its length, 415 for another coding."""

    def parse_body(self, request: Request) -> str:
        if request.values(b"transfer-encoding"):
            raise Refused(Refusal(411, "CH.00000411", "The length is required."))
        if request.values(b"content-encoding"):
            raise Refused(Refusal(415, "CH.00000415", "The coding is not supported."))
        return super().parse_body(request)
