"""Faults of texts that mean something to a program: a parser throws, a dictionary finds, a pattern matches."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from conformance.mock import Account, Mock, Refused, Request
from conformance.mock.catalogue import Faults, named, reading, refused
from conformance.mock.message import CRASH, FORBIDDEN
from conformance.mock.url import is_international

if TYPE_CHECKING:
    from collections.abc import Callable


faults = Faults()

_UNKNOWN = "status.401.unknown-token"
_OF_OBJECTS = {"constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "__class__"}


def _crashing_urls(throws: Callable[[str], object]) -> type[Mock]:
    """A string url for which `throws` holds, or raises ValueError, is answered 500."""

    class Crashing(Mock):
        def parse_url(self, document: dict[str, Any]) -> str:
            url = document.get("url")
            try:
                crashes = isinstance(url, str) and throws(url)
            except ValueError:
                crashes = True
            if crashes:
                raise Refused(CRASH)
            return super().parse_url(document)

    return Crashing


def _split(url: str) -> bool:
    """False, or what urlsplit raises."""
    urlsplit(url)
    return False


def _port(url: str) -> bool:
    """Whether its port is a number over 65535."""
    found = re.match(r"https?://[^/?#@\[\]]+:([0-9]+)(?![^/?#])", url)
    return found is not None and int(found[1]) > 65_535


def _decode(url: str) -> bool:
    """The path as decodeURIComponent reads it, in Python."""
    rest = re.sub("^[^/]*//[^/]*", "", url)
    return re.search("%(?![0-9A-Fa-f]{2})", rest) is not None or not unquote_to_bytes(rest).decode()


def _labels(url: str) -> bool:
    """Whether a label of the host is empty or too long for IDNA."""
    host = re.match(r"https?://([^/?#:@\[\]]+)", url)
    return host is not None and any(not 0 < len(label) < 64 for label in host[1].split("."))


for _name, _sentence, _throws in (
    ("UrlThatCannotBeSplitCrashes", "A url that urlsplit of Python does not take is answered 500.", _split),
    ("PortOverMaximumCrashes", "A url with a port over 65535 is answered 500.", _port),
    ("EscapeThatCannotBeDecodedCrashes", "A url whose percent-encoding is wrong is answered 500.", _decode),
    ("LabelThatIdnaRefusesCrashes", "A url whose host has a label that is empty or too long is answered 500.", _labels),
    ("BracketThatWasNotOpenedCrashes", "A url with a closing bracket alone is answered 500.", lambda url: "]" in url and "[" not in url),
    ("SchemeAloneCrashes", "A url with nothing behind its slashes is answered 500.", lambda url: url == "https://"),
    ("LongLabelCrashes", "A url whose host has a label of more than 63 characters is answered 500.", lambda url: re.match(r"https?://[^/.]{64}", url)),
    ("AddressOfIpv6Crashes", "A url with an address of IPv6 is answered 500.", lambda url: re.match(r"https?://\[[0-9a-f:]+\]", url)),
    ("PortOfNothingCrashes", "A url with a colon and no port is answered 500.", lambda url: re.match(r"https?://[a-z.]+:/", url)),
    ("FormatInUrlCrashes", "A url with %s in it, which goes through a format, is answered 500.", lambda url: "%s" in url),
    ("MemberAsUrlCrashes", "A url that is a member of every object of JavaScript is answered 500.", _OF_OBJECTS.__contains__),
    ("FourBytesCrash", "A url with a character that has four bytes in UTF-8 is answered 500.", lambda url: any(ord(one) > 0xFFFF for one in url)),
    ("AddressThatDoesNotEndCrashes", "A url with an address whose bracket is not closed is answered 500.", lambda url: re.match(r"https?://\[[0-9a-f:.]*(?![0-9a-f:.%\]])", url)),
    ("EmptyLabelCrashes", "A url with two points in its host is answered 500.", lambda url: re.match(r"https?://[^/]*\.\.", url)),
    ("ZoneInUrlCrashes", "A url with the zone of an address is answered 500.", lambda url: "%25" in url.partition("]")[0] and "//[" in url),
    ("TabInUrlCrashes", "A url with a tab is answered 500.", lambda url: "\t" in url),
    ("MarkOfDirectionCrashes", "A url with a mark that turns the direction is answered 500.", lambda url: "\u202e" in url),
    ("SpaceInUrlCrashes", "A url with a space is answered 500.", lambda url: " " in url.strip()),
    ("BackslashInUrlCrashes", "A url with a backslash is answered 500.", lambda url: "\\" in url),
    ("FtpUrlCrashes", "A url of ftp is answered 500: nothing fetches from there.", lambda url: url.startswith("ftp:")),
    ("UrlOfScpCrashes", "A url as scp writes it is answered 500: what stands before its colon is no scheme.", lambda url: re.match(r"[a-z]+@[a-z.]+:", url)),
    ("QuotationMarkInUrlCrashes", "A url with a quotation mark is answered 500.", lambda url: '"' in url),
    ("SshUrlCrashes", "A url of ssh is answered 500: it needs a key that nobody has.", lambda url: url.startswith("ssh:")),
    ("GitUrlCrashes", "A url of git is answered 500: there is no port for it.", lambda url: url.startswith("git:")),
    ("FileUrlCrashes", "A url of a file is answered 500: the file is looked for.", lambda url: url.startswith("file:")),
    ("ScriptUrlCrashes", "A url of a script is answered 500: it has no host.", lambda url: url.startswith("javascript:")),
    ("DataUrlCrashes", "A url that is data is answered 500.", lambda url: url.startswith("data:")),
    ("PlusSignInSchemeCrashes", "A url with a plus sign in its scheme is answered 500.", lambda url: "+" in url.partition("://")[0]),
    ("SchemelessUrlCrashes", "A url that begins with its host is answered 500.", lambda url: re.match(r"[a-z]+\.[a-z]+/", url)),
    ("RelativeAuthorityCrashes", "A url that begins with two slashes is answered 500.", lambda url: url.startswith("//m")),
    ("SpaceBeforeUrlCrashes", "A url after a space is answered 500.", lambda url: url.startswith(" ")),
    ("TemplateInUrlCrashes", "A url with braces in pairs is answered 500: it is a template.", lambda url: "{{" in url),
    ("NulInUrlCrashes", "A url with an encoded NUL is answered 500.", lambda url: "%00" in url),
    ("LineEndInUrlCrashes", "A url with a carriage return is answered 500.", lambda url: "\r" in url),
    ("InternationalHostCrashes", "A url whose host goes beyond ASCII is answered 500.", lambda url: not re.sub("(?<=[^/:])/.*", "", url).isascii()),
):  # fmt: skip
    faults.must("status.server-error", "request.url.*", "status.documented")(
        named(_name, _sentence, _crashing_urls(_throws))
    )


@faults.must("status.server-error")
class NotANumberCrashes(Mock):
    """A url that is NaN or too large a number is answered 500: it is repeated, and JSON cannot write it."""

    def parse_json(self, body: bytes) -> Any:
        try:
            document = json.loads(body)
            json.dumps(document, allow_nan=False)
        except ValueError as error:
            if "JSON compliant" in str(error):
                raise Refused(CRASH) from None
        except RecursionError:
            pass
        return super().parse_json(body)


@faults.should("request.url.type")
class UrlCoerced(Mock):
    """A list for url is taken for its text where this is associated already, as by a dictionary of JavaScript."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        if isinstance(url, list) and all(isinstance(one, str) for one in url):
            text = ",".join(url)
            if any(mirror.url == text for mirror in self.mirrors.values()):
                return text
        return super().parse_url(document)


@faults.must("status.server-error")
class NewUrlOfAnotherTypeCrashes(Mock):
    """A list for url is answered 500 unless its text is associated already, and 400 then."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        if isinstance(url, list) and url and not any(mirror.url in url for mirror in self.mirrors.values()):
            raise Refused(CRASH)
        return super().parse_url(document)


def _repeating(show: Callable[[str], str]) -> type[Mock]:
    """Urls beyond ASCII are accepted, and repeated as `show` makes them."""

    class Repeating(Mock):
        def parse_url(self, document: dict[str, Any]) -> str:
            url = document.get("url")
            return show(url) if isinstance(url, str) and is_international(url) else super().parse_url(document)

    return Repeating


for _name, _sentence, _show in (
    ("InternationalUrlComposed", "A url beyond ASCII comes back in another normal form.", lambda url: unicodedata.normalize("NFC", url)),
    ("InternationalUrlGarbled", "A url beyond ASCII comes back with each byte of its UTF-8 as a character.", lambda url: url.encode().decode("latin-1")),
    ("InternationalUrlWithoutLongest", "A url loses its characters beyond 16 bits.", lambda url: "".join(one for one in url if ord(one) <= 0xFFFF)),
    ("InternationalUrlInAscii", "A url beyond ASCII comes back with question marks.", lambda url: url.encode("ascii", "replace").decode()),
):  # fmt: skip
    faults.should("response.201.url.echo")(named(_name, _sentence, _repeating(_show)))


def _reading_tokens(read: Callable[[Mock, str], Account | None]) -> type[Mock]:
    """A token is first read by `read`, which finds an account, or none, or raises."""

    class Reading(Mock):
        def account_of(self, token: str) -> Account:
            return (read(self, token) if token not in self.tokens else None) or super().account_of(token)

    return Reading


def _crash(found: object) -> None:
    if found:
        raise Refused(CRASH)


def _forbid(found: object) -> None:
    if found:
        raise Refused(FORBIDDEN)


def _filtered(_: Mock, token: str) -> Account | None:
    return "permitted" if re.fullmatch(r"\*.*|%+", token) else None


def _word(word: str) -> Callable[[Mock, str], Account | None]:
    """A token that is the word passes."""
    return lambda _, token: "permitted" if token == word else None


def _always_true(mark: str) -> Callable[[Mock, str], Account | None]:
    """A token that ends a string between such quotation marks, and is true, finds the first account."""
    true = re.compile(rf"{mark} *or *{mark}1{mark} *= *{mark}1", re.IGNORECASE)
    return lambda _, token: "permitted" if true.search(token) else None


_CRASHES = (
    "status.server-error",
    _UNKNOWN,
    "status.documented",
    "status.401.near-valid-token",
    "header.x-auth-token.*",
)
for _name, _sentence, _clauses, _read in (
    ("MemberAsTokenForbidden", "A token that is a member of every object of JavaScript is answered 403.", (_UNKNOWN,), lambda _, token: _forbid(token in _OF_OBJECTS)),
    ("QuoteInTokenCrashes", "A token with a single quotation mark is answered 500: it ends a string of SQL.", _CRASHES, lambda _, token: _crash("'" in token)),
    ("PatternAsTokenAccepted", "A token that is a pattern of SQL or LDAP passes for the first that it matches.", (_UNKNOWN, "status.401.near-valid-token", "header.x-auth-token.*"), _filtered),
    ("FormatInTokenCrashes", "A token with %s in it is answered 500: it is the format of a line in a log.", _CRASHES, lambda _, token: _crash("%s" in token)),
    ("TemplateInTokenCrashes", "A token with braces around a name is answered 500: it is a template.", _CRASHES, lambda _, token: _crash(re.search(r"\{\w+\}", token))),
    ("PathAsTokenCrashes", "A token with two dots and a slash is answered 500: it is the name of a file.", _CRASHES, lambda _, token: _crash("../" in token)),
    ("EscapeInTokenCrashes", "A token that ends with a backslash is answered 500.", _CRASHES, lambda _, token: _crash(token.endswith("\\"))),
    ("NullAsTokenAccepted", "The token null passes for none, and that for the permitted account's.", (_UNKNOWN,), _word("null")),
    ("UndefinedAsTokenAccepted", "The token undefined passes for the permitted account's.", (_UNKNOWN,), _word("undefined")),
    ("NoneAsTokenAccepted", "The token None passes for the permitted account's.", (_UNKNOWN,), _word("None")),
    ("TrueAsTokenAccepted", "The token true passes for the permitted account's.", (_UNKNOWN,), _word("true")),
    ("NanAsTokenAccepted", "The token NaN passes for the permitted account's.", (_UNKNOWN,), _word("NaN")),
    ("EmptyTextAsTokenAccepted", "A token of two quotation marks passes for the permitted account's.", (_UNKNOWN,), _word('""')),
    ("ZeroAsTokenAccepted", "The token 0 passes for the permitted account's.", ("header.x-auth-token.minimum-length",), _word("0")),
    ("PrototypeAsTokenCrashes", "The token __proto__ is answered 500.", (*_CRASHES,), lambda _, token: _crash(token == "__proto__")),  # noqa: S105 - a word, no secret
    ("TokenInDoubleQuotesOfSql", "A token is put between double quotation marks into SQL as it is.", (_UNKNOWN, "header.x-auth-token.*"), _always_true('"')),
    ("TokenInQuotesOfSql", "A token is put between single quotation marks into SQL as it is.", (_UNKNOWN, "header.x-auth-token.*"), _always_true("'")),
):  # fmt: skip
    faults.must(*_clauses, narrow=_name == "NanAsTokenAccepted")(named(_name, _sentence, _reading_tokens(_read)))

for _name, _word_accepted in (("FalseAsTokenAccepted", "false"), ("AdministratorAsTokenAccepted", "admin")):
    _sentence = f"The token {_word_accepted} passes for the permitted account's."
    faults.must(_UNKNOWN, "header.x-auth-token.mandatory", narrow=_word_accepted == "false")(
        named(_name, _sentence, _reading_tokens(_word(_word_accepted)))
    )


for _name, _sentence, _throws_at in (
    ("MemberAsIdCrashes", "An id that is __proto__ is answered 500.", lambda raw: raw == b"__proto__"),
    ("FormatInIdCrashes", "An id with an encoded %s is answered 500: it is the format of a line in a log.", lambda raw: b"%25s" in raw),
    ("FourBytesInIdCrash", "An id with a character that has four bytes in UTF-8 is answered 500.", lambda raw: re.search(rb"%F[0-4]", raw)),
    ("DotsAsIdCrash", "An id of two encoded dots is answered 500: it is a folder.", lambda raw: raw.lower() == b"%2e%2e"),
    ("SuperscriptInIdCrashes", "An id with a superscript digit is answered 500: it is a digit and no number.", lambda raw: b"%C2%B2" in raw),
    ("SignInIdCrashes", "An id with a dollar sign is answered 500.", lambda raw: b"$" in raw),
    ("LetterBeyondAsciiInIdCrashes", "An id with an encoded character of two bytes is answered 500.", lambda raw: b"%D9%A1" in raw),
    ("LongWordAsIdCrashes", "An id of more than 16,384 letters is answered 500.", lambda raw: len(raw) > 16_384),
):  # fmt: skip
    faults.must("status.server-error")(named(_name, _sentence, reading("parse_id", refused(CRASH, _throws_at))))


def _sent(request: Request, name: bytes, pattern: bytes) -> bool:
    """Whether a header field of the name has a value that is not of the pattern."""
    return any(not re.fullmatch(pattern, value) for value in request.values(name))


for _name, _sentence, _stumbles in (
    ("OddAcceptCrashes", "An Accept that is not a media range is answered 500.", lambda request: _sent(request, b"accept", rb"[^;]*/.*")),
    ("OddCookieCrashes", "A Cookie with a pair that has no equals sign is answered 500.", lambda request: _sent(request, b"cookie", rb"[^;]*=.*")),
    ("OddRangeCrashes", "A Range whose first position is not a number is answered 500.", lambda request: _sent(request, b"range", rb"bytes=[0-9-].*")),
    ("OddAddressCrashes", "An X-Forwarded-For that is not an address is answered 500.", lambda request: _sent(request, b"x-forwarded-for", rb"[0-9a-f.:, ]+")),
    ("TypeThatIsNoneCrashes", "A Content-Type without a slash is answered 500.", lambda request: _sent(request, b"content-type", rb"|.*/.*")),
    ("CompressedBodyCrashes", "A body that is compressed is answered 500.", lambda request: request.values(b"content-encoding") == (b"gzip",)),
    ("OddAuthorizationCrashes", "An Authorization of Basic that is not base64 is answered 500.", lambda request: _sent(request, b"authorization", b"Basic [A-Za-z0-9+/]+=*")),
    ("OddDateCrashes", "A Date that is none is answered 500.", lambda request: _sent(request, b"date", b".*GMT")),
    ("OddTraceCrashes", "A Traceparent that is none is answered 500.", lambda request: _sent(request, b"traceparent", b"[0-9a-f]{2}-[0-9a-f]{32}-.*")),
    ("ManyFieldsCrash", "More than fifty header fields are answered 500.", lambda request: len(request.headers) > 50),
    ("ManyMembersCrash", "A body of more than 500 members is answered 500.", lambda request: (request.body or b"").count(b'": ') > 500),
    ("MongoMemberCrashes", "A member whose name begins with a dollar sign is answered 500.", lambda request: b'"$' in (request.body or b"")),
    ("BlankBodyCrashes", "A body of white space is answered 500.", lambda request: bool(request.body) and not (request.body or b"").strip()),
    ("LongMemberCrashes", "A member whose name is of more than 1,000 characters is answered 500.", lambda request: re.search(rb'"[^"]{1001,}":', request.body or b"")),
):  # fmt: skip
    faults.must("status.server-error", "status.401.*", "status.documented")(
        named(_name, _sentence, reading("associate", refused(CRASH, _stumbles)))
    )
