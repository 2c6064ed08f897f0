"""Correct answers to what the document leaves open: other refusals, another order, more leniency, other timing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from conformance.mock import Answer, Mock, Refusal, Refused
from conformance.mock.catalogue import Variants, named
from conformance.mock.message import BAD_URL, FORBIDDEN, NO_ROUTE, NOT_FOUND, UNAUTHORIZED
from conformance.mock.url import respelt

if TYPE_CHECKING:
    from conformance.mock import Account, Mirror, Request

variant = Variants()

_ROUTED = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_THROTTLED = Refusal(429, "CH.00000429", "Too many requests.", ((b"retry-after", b"0"),))


@variant
class BadIdIsNotFound(Mock):
    """An id out of range, or no integer, is answered 404."""

    def parse_id(self, raw_id: bytes) -> int:
        try:
            return super().parse_id(raw_id)
        except Refused:
            raise Refused(NOT_FOUND) from None


@variant
class BadIdIsForbidden(Mock):
    """An id out of range, or no integer, is answered 403."""

    def parse_id(self, raw_id: bytes) -> int:
        try:
            return super().parse_id(raw_id)
        except Refused:
            raise Refused(FORBIDDEN) from None


@variant
class Unprocessable(Mock):
    """What the mock answers 400 is answered 422."""

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


@variant
class LeadingZerosAccepted(Mock):
    """An id may begin with zeros."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id.lstrip(b"0") if raw_id.isdigit() else raw_id)


@variant
class PlusSignAccepted(Mock):
    """An id may begin with a plus sign."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id.removeprefix(b"+"))


@variant
class PercentDecoded(Mock):
    """The digits of an id may be percent-encoded."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(unquote_to_bytes(raw_id))


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


@variant
class ByteOrderMarkAccepted(Mock):
    """A body may begin with a byte order mark."""

    def parse_json(self, body: bytes) -> Any:
        return super().parse_json(body.removeprefix(b"\xef\xbb\xbf"))


def _refusing(pattern: str) -> type[Mock]:
    """Urls in which `pattern` is found are refused."""

    class Refusing(Mock):
        def parse_url(self, document: dict[str, Any]) -> str:
            url = super().parse_url(document)
            if re.search(pattern, url):
                raise Refused(BAD_URL)
            return url

    return Refusing


for _name, _sentence, _pattern in (
    ("UserInfoRefused", "A url with user info is refused with 400.", "//[^/?#]*@"),
    ("AddressRefused", "A url with an IP address as host is refused with 400.", r"//(?:[^/?#]*@)?(?:[0-9.]+|\[[^/]*)(?:[:/?#]|$)"),
    ("EmptyPortRefused", "A url with a colon and no port, or with port 0, is refused with 400.", "//[^/?#]*:0*(?:[/?#]|$)"),
    ("EncodedControlRefused", "A url with an encoded control character is refused with 400.", "%(?:[01][0-9A-Fa-f]|7[Ff])"),
):  # fmt: skip
    variant(named(_name, _sentence, _refusing(_pattern)))


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
class OtherSpellingsServed(Mock):
    """A slash too many, dots, capitals, encoded letters and a suffix in the path make no difference."""

    def route(self, request: Request) -> Answer:
        return super().route(replace(request, path=respelt(request.path)))


@variant
class OtherPathsArePages(Mock):
    """Every path that the document does not have is answered 200 with a web page."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        page = Answer(200, b"<html><title>Console</title></html>", ((b"content-type", b"text/html"),))
        return page if refusal is NO_ROUTE else super().refuse(request, refusal)


@variant
class TokenTrimmed(Mock):
    """Spaces and tabs around a token are not seen."""

    def account_of(self, token: str) -> Account:
        return super().account_of(token.strip(" \t"))
