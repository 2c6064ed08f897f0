"""Faults of the request body (document: example request) and of its url: refused, accepted, or shown in another form."""

from __future__ import annotations

import base64
import codecs
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from conformance.mock import Answer, Mock, Refused, Request, drop
from conformance.mock.catalogue import Faults, named, reading, refused, writing
from conformance.mock.message import BAD_URL, CRASH, Receive, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.app import Mirror

faults = Faults()

_HTTP = ("request.url.http", "request.url.uncommon", "status.documented")  # an uncommon url may have it too
_ECHO = "response.201.url.echo"
_DEFAULT_URL = "https://example.com/default.git"


def url_refused(pattern: str) -> type[Mock]:
    """Urls in which ``pattern`` is found are refused."""
    return writing("parse_url", refused(BAD_URL, lambda url: re.search(pattern, url)))


def _not_utf_8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return False


def _of_another_charset(request: Request) -> bool:
    kind = b"".join(request.values(b"content-type")).lower()
    return b"charset=" in kind and b"utf-8" not in kind


for _name, _sentence, _step, _when in (
    ("EmptyBodyCrashes", "An empty body is answered 500.", "parse_json", lambda body: not body),
    ("NotUtf8Crashes", "A body that is not UTF-8 is answered 500.", "parse_json", _not_utf_8),
    ("MarkOfUtf16Crashes", "A body with the byte order mark of UTF-16 is answered 500.", "parse_json", lambda body: body[:2] in {codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE}),
    ("ExpectationCrashes", "A body that is announced with Expect is answered 500.", "parse_body", lambda request: request.values(b"expect")),
    ("UnknownCodingCrashes", "A Content-Encoding that the server does not know is answered 500.", "parse_body", lambda request: not {b"gzip", b"identity"}.issuperset(request.values(b"content-encoding"))),
    ("CharsetOfUtf16Crashes", "JSON that says it is in UTF-16 is answered 500.", "parse_body", lambda request: b"utf-16" in b"".join(request.values(b"content-type")).lower()),
    ("XmlTypeCrashes", "JSON that says it is XML is answered 500.", "parse_body", lambda request: b"xml" in b"".join(request.values(b"content-type"))),
    ("LargeBodyCrashes", "A body over 512 KiB is answered 500.", "parse_json", lambda body: len(body) > 512 * 1024),
    ("DuplicateMemberCrashes", "A body with the member url twice is answered 500.", "parse_json", lambda body: body.count(b'"url":') > 1),
    ("TrueAsUrlCrashes", "A url that is true is answered 500.", "parse_url", lambda document: document.get("url") is True),
    ("UrlObjectCrashes", "An object or array for url is answered 500.", "parse_url", lambda document: isinstance(document.get("url"), (dict, list))),
    ("ControlCharacterCrashes", "A NUL escaped in a url is answered 500.", "parse_url", lambda document: "\0" in str(document.get("url", ""))),
    ("UntypedBodyCrashes", "A request without a Content-Type is answered 500.", "parse_body", lambda request: not request.values(b"content-type")),
    ("UnknownCharsetCrashes", "A Content-Type with a charset that the server does not know is answered 500.", "parse_body", lambda request: b"charset=x-" in b"".join(request.values(b"content-type"))),
    ("CharsetCrashes", "A Content-Type with a charset that is not UTF-8 is answered 500.", "parse_body", _of_another_charset),
    ("AcceptCrashes", "An Accept header that the server cannot satisfy is answered 500.", "parse_body", lambda request: b"".join(request.values(b"accept")).startswith((b"text/", b"application/xml"))),
    ("ChunkedBodyCrashes", "A body in chunks is answered 500: there is no Content-Length.", "parse_body", lambda request: request.values(b"transfer-encoding")),
):  # fmt: skip
    faults.must("status.server-error")(named(_name, _sentence, reading(_step, refused(CRASH, _when))))

faults.must("status.server-error", "status.201.permitted", "status.documented", "request.url.http")(
    named(
        "EscapedNameCrashes",
        "A name that is escaped in the body is answered 500: it is looked for as it is written.",
        reading("parse_json", refused(CRASH, lambda body: rb'"\u0075rl"' in body)),
    )
)
faults.must("status.server-error")(
    named(
        "ScalarBodyCrashes",
        "A body that is a JSON string, number, boolean or null is answered 500.",
        writing("parse_json", refused(CRASH, lambda document: not isinstance(document, (dict, list)))),
    )
)


@faults.must("status.server-error")
class MalformedBodyCrashes(Mock):
    """A body that is no JSON is answered 500."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused:
            raise Refused(CRASH) from None


@faults.should("request.body.not-json", "response.201.url.echo")
class MalformedBodyAccepted(Mock):
    """A body that is there but is no JSON is answered 201."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused:
            if body:
                return {"url": _DEFAULT_URL}
            raise


@faults.must("connection.dropped")
class DeepNestingDropped(Mock):
    """A body nested 500 levels deep or more gets no answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.deep = False

        async def looking() -> Any:
            event = await receive()
            self.deep = self.deep or sum(event.get("body", b"").count(mark) for mark in (b"[", b"{")) >= 500
            if self.deep:
                await drop(scope)
                return {"type": "http.disconnect"}
            return event

        await super().__call__(scope, looking, send)


def _object(body: bytes) -> bytes:
    try:
        text = body.decode()
        return text[: json.JSONDecoder().raw_decode(text)[1]].encode()
    except (ValueError, RecursionError):
        return body


def _of_form(body: bytes) -> bytes:
    return json.dumps({"url": body[4:].decode()}).encode() if body.startswith(b"url=") else body


for _name, _sentence, _read in (
    ("TrailingCommaAccepted", "A comma after the last member is allowed.", lambda body: body.replace(b",}", b"}")),
    ("SingleQuotesAccepted", "Single quotes are allowed.", lambda body: body if b'"' in body else body.replace(b"'", b'"')),
    ("UnquotedNamesAccepted", "Names may be without quotes.", lambda body: re.sub(rb"^{url:", b'{"url":', body)),
    ("CommentAccepted", "A comment may follow the object.", lambda body: body.partition(b" //")[0]),
    ("GarbageAfterIgnored", "Text after the object is ignored.", _object),
    ("TruncationMended", "A missing last brace is added.", lambda body: body + b"}" * (body.count(b"{") > body.count(b"}"))),
    ("NanAccepted", "NaN is allowed.", lambda body: body.replace(b"NaN", b"null")),
    ("ControlCharacterAccepted", "A raw control character is allowed in a string.", lambda body: body.replace(b"\x01", b"")),
    ("InvalidUtf8Accepted", "Bytes that are no UTF-8 are dropped.", lambda body: body.decode(errors="ignore").encode()),
    ("FormAccepted", "A form is taken for an object.", _of_form),
    ("BareUrlAccepted", "A url without quotation marks is taken for the body.", lambda body: b'{"url": "%b"}' % body if body.startswith(b"https:") else body),
    ("Base64BodyRead", "A body in base64 is decoded before it is read.", lambda body: base64.b64decode(body) if re.fullmatch(rb"[A-Za-z0-9+/]{20,}=*", body) else body),
    ("CallRead", "What stands before the first brace and after the last one is dropped.", lambda body: body[body.find(b"{") : body.rfind(b"}") + 1] if body.endswith(b");") else body),
    ("CommentBeforeAccepted", "A comment may stand before the object.", lambda body: re.sub(rb"^/\*.*?\*/", b"", body)),
    ("YamlAccepted", "A line of YAML is taken for an object.", lambda body: b'{"url": "%b"}' % body[5:].strip() if body.startswith(b"url: ") else body),
    ("XmlAccepted", "An element of XML is taken for an object.", lambda body: re.sub(rb"^<url>(.*)</url>$", rb'{"url": "\1"}', body)),
    ("UnquotedValueAccepted", "A value may be without quotation marks.", lambda body: re.sub(rb": ?(https?:[^\s\x22}]+)}", rb': "\1"}', body)),
    ("LastObjectCounts", "Of two objects the last counts.", lambda body: body[body.index(b"}{") + 1 :] if b"}{" in body else body),
):  # fmt: skip
    faults.should("request.body.not-json")(named(_name, _sentence, reading("parse_json", _read)))

for _name, _sentence, _taken in (
    ("ArrayAccepted", "A body that is a JSON array is answered 201.", lambda document: {"url": _DEFAULT_URL} if isinstance(document, list) else document),
    ("StringBodyAccepted", "A body that is a JSON string is taken for the url.", lambda document: {"url": document} if isinstance(document, str) else document),
    ("NumberBodyAccepted", "A body that is a number is answered 201.", lambda document: {"url": _DEFAULT_URL} if isinstance(document, float) else document),
    ("TrueBodyAccepted", "A body that is true is answered 201.", lambda document: {"url": _DEFAULT_URL} if document is True else document),
    ("FirstTextAccepted", "Of an array of strings the first is taken for the url.", lambda document: {"url": document[0]} if isinstance(document, list) and document and isinstance(document[0], str) else document),
    ("FirstOfTwoAccepted", "Of an array of two objects the first counts.", lambda document: document[0] if isinstance(document, list) and len(document) == 2 and isinstance(document[0], dict) else document),
    ("NullBodyAccepted", "A body that is null is answered 201.", lambda document: {"url": _DEFAULT_URL} if document is None else document),
):  # fmt: skip
    faults.should("request.body.not-object")(named(_name, _sentence, writing("parse_json", _taken)))


@faults.should("request.body.not-object")
class JsonInAStringRead(Mock):
    """A body that is a string is read as JSON once more."""

    def parse_json(self, body: bytes) -> Any:
        document = super().parse_json(body)
        return super().parse_json(document.encode()) if isinstance(document, str) else document


def _url_of(read: Callable[[Any], str | None]) -> type[Mock]:
    """The member url is what `read` makes of it, unchecked, where that is a string."""

    class UrlOf(Mock):
        def parse_url(self, document: dict[str, Any]) -> str:
            url = read(document.get("url", ""))
            return super().parse_url(document) if url is None else url

    return UrlOf


# To the first, NaN is a number.
for _name, _sentence, _also, _url in (
    ("UrlNumberAccepted", "A number for url is taken as its digits and answered 201.", ("request.body.not-json",), lambda url: json.dumps(url) if type(url) in (int, float) else None),
    ("EmptyArrayAsUrlAccepted", "An empty array for url is answered 201.", (_ECHO,), lambda url: _DEFAULT_URL if url == [] else None),
    ("EmptyObjectAsUrlAccepted", "An empty object for url is answered 201.", (_ECHO,), lambda url: _DEFAULT_URL if url == {} else None),
    ("UrlNullAccepted", "A null for url is answered 201.", (_ECHO,), lambda url: _DEFAULT_URL if url is None else None),
    ("UrlListAccepted", "A list for url is answered 201, and its first string counts.", (), lambda url: str(url[0]) if isinstance(url, list) and url else None),
    ("UrlFalseAccepted", "A false, zero or empty url is taken for none, and the default is used.", (_ECHO,), lambda url: None if url or isinstance(url, str) else _DEFAULT_URL),
    ("UrlObjectAccepted", "An object for url is answered 201 with the default.", (), lambda url: _DEFAULT_URL if isinstance(url, dict) else None),
):  # fmt: skip
    faults.should("request.url.type", *_also)(named(_name, _sentence, _url_of(_url)))

faults.must(*_HTTP)(
    named(
        "LongUrlRefused",
        "A url of more than 255 characters is refused with 400.",
        writing("parse_url", refused(BAD_URL, lambda url: len(url) > 255)),
    )
)
faults.must(*_HTTP, "status.server-error")(
    named(
        "LongUrlCrashes",
        "A url of more than 1,024 characters is answered 500.",
        writing("parse_url", refused(CRASH, lambda url: len(url) > 1_024)),
    )
)

for _name, _sentence, _pattern in (
    ("PlainHttpRefused", "A url that begins with http:// is refused with 400.", "^[Hh][Tt][Tt][Pp]:"),
    ("PortRefused", "A url with a port is refused with 400.", "^[^/]+//[^/?#]*:[0-9]+(?![^/?#])"),
    ("FragmentRefused", "A url with a fragment is refused with 400.", "#"),
    ("QueryRefused", "A url with a query is refused with 400.", r"\?"),
    ("DigitFirstRefused", "A url whose host begins with a digit is refused with 400.", "^[^/]+//[0-9]"),
    ("PathlessUrlRefused", "A url without a path is refused with 400.", "//[^/]+$"),
    ("PercentEncodingRefused", "A url with percent-encoding is refused with 400.", "%[0-9A-F]"),
    (
        "LabelOfDigitsRefused",
        "A url whose host has a label of digits is refused with 400.",
        r"//(?:[^/?#]*\.)?[0-9]+\.[^/?#]*[a-z]",
    ),
    ("ManySegmentsRefused", "A url with more than 100 segments is refused with 400.", r"(?:/[^/?#]*){104}"),
    ("InternationalHostRefused", "A url with an internationalised host is refused with 400.", "//xn--"),
    ("RootRefused", "A url with nothing but a slash for a path is refused with 400.", "^[^/]+//[^/]+/$"),
    ("UrlsOf512Refused", "A url of 500 to 600 characters is refused with 400.", r"^.{500,600}\Z"),
    (
        "CapitalInPathRefused",
        "A url with a capital in its path, and none in its host, is refused with 400.",
        "^[^/]+//[^/?#A-Z]+/[^?#%]*[A-Z]",
    ),
    ("LowPortRefused", "A url with a port under 80 is refused with 400.", "//[^/?#]*:[1-7]?[0-9](?![0-9])"),
    ("PunctuationRefused", "A url with punctuation in its path is refused with 400.", r"[;!$&'*]"),
):
    faults.must(*_HTTP)(named(_name, _sentence, url_refused(_pattern)))

for _name, _sentence, _pattern in (
    ("UpperCaseSchemeRefused", "A url with HTTPS in capitals is refused with 400.", "^HTTP"),
    ("CapitalInSchemeRefused", "A url whose scheme has one capital is refused with 400.", "^[A-Z][a-z]"),
    ("OneLabelRefused", "A url whose host has no dot is refused with 400, as popular validators do.", "//[^./?#]+(?:[/?#]|$)"),
    ("UnderscoreRefused", "A url with an underscore in its host is refused with 400.", "//[^/?#]*_"),
):  # fmt: skip
    faults.should("request.url.uncommon")(named(_name, _sentence, url_refused(_pattern)))

for _name, _sentence, _show in (
    ("UrlOtherThanSent", "The field url loses the .git at its end, or gains one.", lambda url: url.removesuffix(".git") if url.endswith(".git") else url + ".git"),
    ("UrlInLowerCase", "The field url is in lower case.", str.lower),
    ("UrlDecoded", "The field url has its percent-encoding decoded.", unquote),
    ("UrlWithoutQuery", "The field url has lost its query.", lambda url: re.sub(r"\?[^#]*", "", url)),
    ("UrlWithoutFragment", "The field url has lost its fragment.", lambda url: url.partition("#")[0]),
    ("UrlWithoutEmptyQuery", "The field url has lost a question mark at its end.", lambda url: url.removesuffix("?")),
    ("UrlWithoutEmptyFragment", "The field url has lost a hash sign at its end.", lambda url: url.removesuffix("#")),
    ("UrlWithoutPort", "The field url has lost its port.", lambda url: re.sub(r"(//[^/]*):[0-9]+", r"\1", url)),
    ("UrlWithoutPort443", "The field url has lost the port that https has anyway.", lambda url: re.sub(r"^(https://[^/]*):443", r"\1", url)),
    ("UrlWithoutPort80", "The field url has lost the port that http has anyway.", lambda url: re.sub(r"^(http://[^/]*):80(?![0-9])", r"\1", url)),
    ("UrlWithoutItsLastSlash", "The field url has lost the slash at its end.", lambda url: url.rstrip("/") if url.count("/") > 3 else url),
    ("UrlWithSlash", "The field url has gained a slash where it had no path.", lambda url: re.sub("(//[^/]+)$", r"\1/", url)),
    ("UrlOf255", "The field url is cut at 255 characters.", lambda url: url[:255]),
    ("UrlHttps", "The field url says https where http was sent.", lambda url: url.replace("http://", "https://")),
    ("UrlEscapedForHtml", "The field url is escaped for HTML.", lambda url: url.replace("&", "&amp;")),
    ("UrlWithSpacesForPlus", "The field url has spaces for plus signs.", lambda url: url.replace("+", " ")),
    ("UrlMasked", "The field url has its host masked.", lambda url: re.sub("//[^/]*", "//***", url)),
    ("UrlEmpty", "The field url is empty.", lambda _: ""),
):  # fmt: skip
    faults.should("response.201.url.echo")(named(_name, _sentence, writing("shown_url", _show)))


def _pairs(document: object) -> object:
    try:
        return dict(document) if isinstance(document, list) else document
    except (TypeError, ValueError):
        return document


faults.should("request.body.not-object")(
    named("PairsAccepted", "An array of names and values is read as an object.", writing("parse_json", _pairs))
)


@faults.must("response.201.is_private.type", "response.201.*", "state.repeat")
class AnswerTakesFromTheBody(Mock):
    """Members of the 201 that the body has too are answered as the body has them."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        sent, own = self.parse_json(request.body or b"{}"), self.fields(mirror)
        return Answer.of_json(201, self.encode(own | {name: sent[name] for name in sent.keys() & own.keys() - {"url"}}))
