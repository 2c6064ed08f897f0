"""Correct answers to what the document leaves open: other refusals, another order, more or less leniency."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from conformance.mock import Account, Answer, Mirror, Mock, Refusal, Refused, Request
from conformance.mock.catalogue import Variants, named, reading, refused, writing
from conformance.mock.message import BAD_URL, FORBIDDEN, NO_ROUTE, NOT_FOUND, UNAUTHORIZED
from conformance.mock.url import is_international, respelt

variant = Variants()

_ROUTED = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def _bad_id(refusal: Refusal) -> type[Mock]:
    """An id out of range, or no integer, is refused in another way."""

    class BadId(Mock):
        def parse_id(self, raw_id: bytes) -> int:
            try:
                return super().parse_id(raw_id)
            except Refused:
                raise Refused(refusal) from None

    return BadId


variant(named("BadIdIsNotFound", "An id out of range, or no integer, is answered 404.", _bad_id(NOT_FOUND)))
variant(named("BadIdIsForbidden", "An id out of range, or no integer, is answered 403.", _bad_id(FORBIDDEN)))


@variant
class Unprocessable(Mock):
    """Requests that the mock answers 400 are answered 422."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, replace(refusal, status=422) if refusal.status == 400 else refusal)


@variant
class IdBeforeToken(Mock):
    """The id's range is checked before the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.parse_id(raw_id)
        return super().associate(request, raw_id)


@variant
class BodyBeforeToken(Mock):
    """The body is checked before the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.parse_body(request)
        return super().associate(request, raw_id)


@variant
class BodyAfterPermission(Mock):
    """The body is checked last."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        account = self.authenticate(request)
        repository_id = self.parse_id(raw_id)
        self.find(repository_id)
        self.authorise(account, repository_id)
        return super().associate(request, raw_id)


@variant
class RestrictedAccountSeesNothing(Mock):
    """The restricted account is answered 403 whether the repository exists or not."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if self.authenticate(request) == "restricted":
            self.parse_id(raw_id)
            self.parse_body(request)
            raise Refused(FORBIDDEN)
        return super().associate(request, raw_id)


@variant
class OverlongTokenIsRefused(Mock):
    """A token over 100,000 characters is answered 431, with the envelope."""

    def account_of(self, token: str) -> Account:
        if len(token) > self.maximum_token:
            raise Refused(Refusal(431, "CH.00000431", "Token too long."))
        return super().account_of(token)


@variant
class OtherMethodsUnauthorized(Mock):
    """Other methods on the path are answered 401."""

    def other_method(self, request: Request, allow: str) -> Answer:
        raise Refused(UNAUTHORIZED)


@variant
class OtherMethodsNotFound(Mock):
    """Other methods on the path are answered 404."""

    def other_method(self, request: Request, allow: str) -> Answer:
        raise Refused(Refusal(404, "APIGW.0101", "The API does not exist or has not been published."))


@variant
class ReadBackMissing(Mock):
    """There is no read-back."""

    def show(self, request: Request, raw_id: bytes) -> Answer:
        raise Refused(NOT_FOUND)


for _name, _sentence, _step, _read in (
    ("LeadingZerosAccepted", "An id may begin with zeros.", "parse_id", lambda raw: raw.lstrip(b"0") if raw.isdigit() else raw),
    ("PlusSignAccepted", "An id may begin with a plus sign.", "parse_id", lambda raw: raw.removeprefix(b"+")),
    ("PercentDecoded", "The digits of an id may be percent-encoded.", "parse_id", unquote_to_bytes),
    ("ByteOrderMarkAccepted", "A body may begin with a byte order mark.", "parse_json", lambda body: body.removeprefix(b"\xef\xbb\xbf")),
    ("TokenTrimmed", "Spaces and tabs around a token are not seen.", "account_of", lambda token: token.strip(" \t")),
    ("OtherSpellingsServed", "A slash too many, dots, capitals, encoded letters and a suffix in the path make no difference.", "route", lambda request: replace(request, path=respelt(request.path))),
):  # fmt: skip
    variant(named(_name, _sentence, reading(_step, _read)))


@variant
class FirstTokenCounts(Mock):
    """Of two token headers the first counts."""

    def authenticate(self, request: Request) -> Account:
        values = request.values(b"x-auth-token")
        return self.account_of(values[0].decode("latin-1")) if values else super().authenticate(request)


@variant
class BodyOptional(Mock):
    """Without a body, or a url in it, the earlier url stands, or a default."""

    def parse_body(self, request: Request) -> str:
        return "" if request.body == b"" else super().parse_body(request)

    def parse_url(self, document: dict[str, Any]) -> str:
        return super().parse_url(document) if "url" in document else ""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        before = self.mirrors.get(repository_id)
        default = "https://example.com/default.git" if before is None else before.url
        return super().mirror_of(repository_id, url or default)


@variant
class OtherSchemesAccepted(Mock):
    """A url may be ssh:// or git://, or long, or any text at all."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        return re.sub(r"//[^/?#]*@", "//", url) if isinstance(url, str) else super().parse_url(document)


for _name, _sentence, _pattern in (
    ("UserInfoRefused", "A url with user info is refused with 400.", "//[^/?#]*@"),
    ("AddressRefused", "A url with an IP address as host is refused with 400.", r"//(?:[^/?#]*@)?(?:[0-9.]+|\[[^/]*)(?:[:/?#]|$)"),
    ("EmptyPortRefused", "A url with a colon and no port, or with port 0, is refused with 400.", "//[^/?#]*:0*(?:[/?#]|$)"),
    ("EncodedControlRefused", "A url with an encoded control character is refused with 400.", "%(?:[01][0-9A-Fa-f]|7[Ff])"),
):  # fmt: skip
    variant(named(_name, _sentence, writing("parse_url", refused(BAD_URL, re.compile(_pattern).search))))


@variant
class FurtherSegmentsServed(Mock):
    """Whatever stands behind the path makes no difference to the router."""

    def route(self, request: Request) -> Answer:
        return super().route(replace(request, path=re.sub(b"(?<=/associate)/.*", b"", request.path)))


@variant
class SlashInIdIsAnotherPath(Mock):
    """An encoded slash in an id makes another path, of which the server has a page of its own."""

    def route(self, request: Request) -> Answer:
        if re.search(rb"%(?:2[Ff]|5[Cc]|00)", request.path):
            return Answer(404, b"<html>Not Found</html>", ((b"content-type", b"text/html"),))
        return super().route(request)


@variant
class OtherPathsOfTheServer(Mock):
    """Other paths and methods are answered by the server in front, with pages of its own."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        if refusal.error_code == NO_ROUTE.error_code or request.method not in _ROUTED:
            return Answer(refusal.status, b"<html>Not here</html>", ((b"content-type", b"text/html"), *refusal.headers))
        return super().refuse(request, refusal)


@variant
class OtherPathsArePages(Mock):
    """Every path that the document does not have is answered 200 with a web page."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        page = Answer(200, b"<html><title>Console</title></html>", ((b"content-type", b"text/html"),))
        return page if refusal is NO_ROUTE else super().refuse(request, refusal)


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
