"""Faults of the url of the body: forms that are refused, and urls that come back otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from conformance.mock import Mock, Refused
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import BAD_URL, CRASH

if TYPE_CHECKING:
    from collections.abc import Callable

faults = Faults()
_HTTP = ("request.url.http", "request.url.uncommon", "status.documented")  # an uncommon url may have it too


@faults.must(*_HTTP)
class LongUrlRefused(Mock):
    """A url of more than 255 characters is refused with 400."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if len(url) > 255:
            raise Refused(BAD_URL)
        return url


@faults.must(*_HTTP, "status.server-error")
class LongUrlCrashes(Mock):
    """A url of more than 1,024 characters is answered 500."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if len(url) > 1_024:
            raise Refused(CRASH)
        return url


@faults.must(*_HTTP)
class PlainHttpRefused(Mock):
    """A url that begins with http:// is refused with 400."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if url.lower().startswith("http:"):
            raise Refused(BAD_URL)
        return url


@faults.must(*_HTTP)
class PortRefused(Mock):
    """A url with a port is refused with 400."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = super().parse_url(document)
        if re.match(r"[^/]+//[^/?#]*:[0-9]+(?![^/?#])", url):
            raise Refused(BAD_URL)
        return url


@faults.must("status.server-error")
class ControlCharacterCrashes(Mock):
    """A NUL escaped in a url is answered 500."""

    def parse_url(self, document: dict[str, Any]) -> str:
        if "\0" in str(document.get("url", "")):
            raise Refused(CRASH)
        return super().parse_url(document)


@faults.should("response.201.url.echo")
class UrlOtherThanSent(Mock):
    """The field url loses the .git at its end, or gains one."""

    def shown_url(self, url: str) -> str:
        shown = super().shown_url(url)
        return shown.removesuffix(".git") if shown.endswith(".git") else shown + ".git"


def refusing(pattern: str) -> type[Mock]:
    """Urls in which `pattern` is found are refused."""

    class Refusing(Mock):
        def parse_url(self, document: dict[str, Any]) -> str:
            url = super().parse_url(document)
            if re.search(pattern, url):
                raise Refused(BAD_URL)
            return url

    return Refusing


for _name, _sentence, _pattern in (
    ("FragmentRefused", "A url with a fragment is refused with 400.", "#"),
    ("QueryRefused", "A url with a query is refused with 400.", r"\?"),
    ("PathlessUrlRefused", "A url without a path is refused with 400.", "//[^/]+$"),
    ("PercentEncodingRefused", "A url with percent-encoding is refused with 400.", "%[0-9A-F]"),
    (
        "LabelOfDigitsRefused",
        "A url whose host has a label of digits is refused with 400.",
        r"//(?:[^/?#]*\.)?[0-9]+\.[^/?#]*[a-z]",
    ),
    ("ManySegmentsRefused", "A url with more than 100 segments is refused with 400.", r"(?:/[^/?#]*){104}"),
    ("InternationalHostRefused", "A url with an internationalised host is refused with 400.", "//xn--"),
    ("PunctuationRefused", "A url with punctuation in its path is refused with 400.", r"[;!$&'*]"),
):
    faults.must(*_HTTP)(named(_name, _sentence, refusing(_pattern)))

for _name, _sentence, _pattern in (
    ("UpperCaseSchemeRefused", "A url with HTTPS in capitals is refused with 400.", "^HTTP"),
    ("OneLabelRefused", "A url whose host has no dot is refused with 400, as popular validators do.", "//[^./?#]+(?:[/?#]|$)"),
    ("UnderscoreRefused", "A url with an underscore in its host is refused with 400.", "//[^/?#]*_"),
):  # fmt: skip
    faults.should("request.url.uncommon")(named(_name, _sentence, refusing(_pattern)))


def _shown(show: Callable[[str], str]) -> type[Mock]:
    """Urls come back as `show` makes them."""

    class Shown(Mock):
        def shown_url(self, url: str) -> str:
            return show(super().shown_url(url))

    return Shown


for _name, _sentence, _show in (
    ("UrlInLowerCase", "The field url is in lower case.", str.lower),
    ("UrlDecoded", "The field url has its percent-encoding decoded.", unquote),
    ("UrlWithoutQuery", "The field url has lost its query.", lambda url: re.sub(r"\?[^#]*", "", url)),
    ("UrlWithoutFragment", "The field url has lost its fragment.", lambda url: url.partition("#")[0]),
    ("UrlWithoutEmptyQuery", "The field url has lost a question mark at its end.", lambda url: url.removesuffix("?")),
    ("UrlWithoutEmptyFragment", "The field url has lost a hash sign at its end.", lambda url: url.removesuffix("#")),
    ("UrlWithoutPort", "The field url has lost its port.", lambda url: re.sub(r"(//[^/]*):[0-9]+", r"\1", url)),
    ("UrlWithSlash", "The field url has gained a slash where it had no path.", lambda url: re.sub("(//[^/]+)$", r"\1/", url)),
    ("UrlOf255", "The field url is cut at 255 characters.", lambda url: url[:255]),
    ("UrlHttps", "The field url says https where http was sent.", lambda url: url.replace("http://", "https://")),
    ("UrlEscapedForHtml", "The field url is escaped for HTML.", lambda url: url.replace("&", "&amp;")),
    ("UrlWithSpacesForPlus", "The field url has spaces for plus signs.", lambda url: url.replace("+", " ")),
    ("UrlMasked", "The field url has its host masked.", lambda url: re.sub("//[^/]*", "//***", url)),
    ("UrlEmpty", "The field url is empty.", lambda _: ""),
):  # fmt: skip
    faults.should("response.201.url.echo")(named(_name, _sentence, _shown(_show)))
