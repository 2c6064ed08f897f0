"""Faults of order and detours: what comes before the token, and checks that are skipped or fail on odd requests."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Refused, Request
from conformance.mock.catalogue import Faults, named
from conformance.mock.faults.ids import refused_to_anyone
from conformance.mock.message import CRASH, FORBIDDEN, NOT_FOUND
from conformance.mock.url import respelt

if TYPE_CHECKING:
    from collections.abc import Callable


faults = Faults()

_MANDATORY = "header.x-auth-token.mandatory"
_ABOVE = "path.repository_id.above-maximum"
_TYPE = "path.repository_id.type"
_DEFAULT = b'{"url": "https://example.com/default.git"}'


@faults.must("status.401.precedence")
class NotFoundBeforeUnauthorized(Mock):
    """A missing repository is answered 404 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.find(self.parse_id(raw_id))
        return super().associate(request, raw_id)


@faults.must("status.401.precedence")
class ForbiddenBeforeUnauthorized(Mock):
    """A repository that nobody may associate is answered 403 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if not self.fixtures.repositories.get(self.parse_id(raw_id), True):
            raise Refused(FORBIDDEN)
        return super().associate(request, raw_id)


@faults.must("path.repository_id.minimum")
class TokenForgottenForIdOne(Mock):
    """For id 1 any token will do, as where tests once ran on it."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if raw_id == b"1" and request.values(b"x-auth-token"):
            return self.success(request, self.mirror_of(1, self.parse_body(request)))
        return super().associate(request, raw_id)


@faults.must("status.401.unknown-token", "status.40?.*", "header.x-auth-token.*", "path.repository_id.m??imum")
class TokenForgottenOnceAssociated(Mock):
    """Once a repository is associated any token will do for it."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if raw_id.isdigit() and len(raw_id) < 20 and int(raw_id) in self.mirrors:
            return self.success(request, self.mirror_of(self.parse_id(raw_id), self.parse_body(request)))
        return super().associate(request, raw_id)


@faults.should("request.body.not-json", "header.x-auth-token.mandatory", "response.201.url.echo")
class TokenForgottenForMalformedBody(Mock):
    """A body that is no JSON is answered 201 before anyone looks at anything."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        try:
            self.parse_json(request.body or b"{}")
        except Refused:
            return self.success(request, self.mirror_of(self.parse_id(raw_id), "https://example.com/default.git"))
        return super().associate(request, raw_id)


@faults.must("path.repository_id.maximum")
class MaximumIdNotFoundBeforeUnauthorized(Mock):
    """Id 2147483647 is answered 404 to an unknown token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if raw_id == b"2147483647":
            try:
                self.authenticate(request)
            except Refused:
                raise Refused(NOT_FOUND) from None
        return super().associate(request, raw_id)


faults.must("status.401.precedence")(
    named(
        "SmallIdsForbiddenBeforeUnauthorized",
        "Ids from 2 to 1,000 are the vendor's own and answered 403 before anyone looks at the token.",
        refused_to_anyone(FORBIDDEN, lambda number: 1 < number <= 1_000),
    )
)


def _as_json(request: Request) -> Request:
    """The request with a body that cannot be wrong."""
    return replace(request, body=_DEFAULT)


def _other_media(request: Request) -> bool:
    return request.values(b"content-type") != (b"application/json",)


def _slash(request: Request) -> bool:
    return request.path.endswith(b"/")


def _doubled(request: Request) -> bool:
    return b"//" in request.path


def _no_body(request: Request) -> bool:
    return request.body == b""


def _number(request: Request) -> bool:
    return re.fullmatch(rb'\{"url": [1-9][0-9]{0,20}\}', request.body or b"") is not None


def _compressed(request: Request) -> bool:
    return request.values(b"content-encoding") == (b"gzip",)


def _detour(odd: Callable[[Request], bool], serve: Callable[[Mock, Request], Answer]) -> type[Mock]:
    """A POST that is odd in one way is answered by `serve`; everything else is as it should be."""

    class Detour(Mock):
        def route(self, request: Request) -> Answer:
            return serve(self, request) if request.method == "POST" and odd(request) else super().route(request)

    return Detour


def _unguarded(mock: Mock, request: Request) -> Answer:
    """Nobody looks at the token."""
    unread = _no_body(request) or _number(request) or _compressed(request)
    whole = _as_json(request) if unread else request
    token = (b"x-auth-token", mock.fixtures.token.encode())
    others = tuple((name, value) for name, value in whole.headers if name.lower() != b"x-auth-token")
    return _served(mock, replace(whole, headers=(token, *others)))


def _served(mock: Mock, request: Request) -> Answer:
    """The operation itself, whatever the spelling of the path and what goes on behind it."""
    path = re.sub(b"(?<=/associate)/.*", b"", respelt(request.path))
    return Mock.route(mock, replace(request, path=path))


def _lenient(read: Callable[[bytes], bytes]) -> Callable[[Mock, Request], Answer]:
    """The id is first made into another by `read`."""

    def serve(mock: Mock, request: Request) -> Answer:
        path = re.sub(rb"(?<=/repositories/)[^/]+", lambda match: read(match[0]), respelt(request.path))
        return _served(mock, replace(_as_json(request) if _no_body(request) else request, path=path))

    return serve


def _low_bits(segment: bytes) -> bytes:
    return b"%d" % (int(segment) % 2**32) if segment.isdigit() and len(segment) < 20 else segment


def _prefix(segment: bytes) -> bytes:
    digits = re.match(rb"[0-9]+", segment)
    return digits[0] if digits else segment


for _name, _sentence, _odd in (
    ("TokenForgottenOnASlash", "With a slash at the end of the path the token is not looked at.", _slash),
    ("TokenForgottenOnTwoSlashes", "With a doubled slash in the path the token is not looked at.", _doubled),
    ("TokenForgottenOnASuffix", "With .json at the end of the path the token is not looked at.", lambda request: request.path.endswith(b".json")),
    ("TokenForgottenOnDots", "With dot segments in the path the token is not looked at.", lambda request: b"/../" in request.path),
    ("TokenForgottenOnAParameter", "With a matrix parameter at the end of the path the token is not looked at.", lambda request: b";" in request.path.rpartition(b"/")[2]),
    ("TokenForgottenBehindThePath", "With a further segment behind the path the token is not looked at.", lambda request: b"/associate/" in request.path.rstrip(b"/")),
    ("TokenForgottenForCompression", "For a compressed body the token is not looked at.", _compressed),
    ("TokenForgottenForOtherMedia", "With another Content-Type than application/json the token is not looked at.", _other_media),
    ("TokenForgottenForForms", "For a form the token is not looked at.", lambda request: any(b"form" in one for one in request.values(b"content-type"))),
    ("TokenForgottenForXml", "For XML the token is not looked at.", lambda request: any(b"xml" in one for one in request.values(b"content-type"))),
    ("TokenForgottenInChunks", "For a body in chunks the token is not looked at.", lambda request: bool(request.values(b"transfer-encoding"))),
    ("TokenForgottenForDuplicates", "For a body with the url twice the token is not looked at.", lambda request: (request.body or b"").count(b'"url"') > 1),
    ("TokenForgottenForAccept", "For another Accept the token is not looked at.", lambda request: request.values(b"accept") not in {(), (b"*/*",), (b"application/json",)}),
    ("TokenForgottenWithoutBody", "Without a body a default is associated before anyone looks at the token.", _no_body),
    ("TokenForgottenForNumbers", "A url that is a number stands for a default, and the token is not looked at.", _number),
):  # fmt: skip
    also = ("request.url.type", "status.403.no-permission", "header.x-auth-token.over-maximum")
    faults.must(_MANDATORY, *also)(named(_name, _sentence, _detour(_odd, _unguarded)))

for _name, _sentence, _clause, _odd, _read in (
    ("IdCutForOtherMedia", "With another Content-Type an id is taken modulo 2^32.", _ABOVE, _other_media, _low_bits),
    ("IdCutOnTwoSlashes", "With a doubled slash in the path an id is taken modulo 2^32.", _ABOVE, _doubled, _low_bits),
    ("IdCutWithoutBody", "Without a body an id is taken modulo 2^32, and a default is associated.", _ABOVE, _no_body, _low_bits),
    ("IdPrefixReadOnASlash", "With a slash at the end of the path only the digits are read that an id begins with.", _TYPE, _slash, _prefix),
    ("IdPrefixReadForOtherMedia", "With another Content-Type only the digits are read that an id begins with.", _TYPE, _other_media, _prefix),
):  # fmt: skip
    faults.must(_clause)(named(_name, _sentence, _detour(_odd, _lenient(_read))))


def _crashing(odd: Callable[[Mock, Request, bytes], object]) -> type[Mock]:
    """An odd request is answered 500 where the token is refused."""

    class Crashing(Mock):
        def associate(self, request: Request, raw_id: bytes) -> Answer:
            try:
                self.authenticate(request)
            except Refused:
                if odd(self, request, raw_id):
                    raise Refused(CRASH) from None
                raise
            return super().associate(request, raw_id)

    return Crashing


def _bad_body(mock: Mock, request: Request, _: bytes) -> bool:
    try:
        mock.parse_json(request.body or b"")
    except Refused:
        return True
    return False


def _bad_id(mock: Mock, _: Request, raw_id: bytes) -> bool:
    try:
        mock.parse_id(raw_id)
    except Refused:
        return True
    return False


for _name, _sentence, _crashes in (
    ("BadBodyOfAStrangerCrashes", "A body that is not JSON is answered 500 where the token is unknown or missing.", _bad_body),
    ("MaximumIdOfAStrangerCrashes", "Id 2147483647 is answered 500 where the token is missing.", lambda _, request, raw_id: raw_id == b"2147483647" and not request.values(b"x-auth-token")),
    ("WordOfAnEmptyTokenCrashes", "A word as id is answered 500 where the token is empty.", lambda _, request, raw_id: raw_id.isalpha() and request.values(b"x-auth-token") == (b"",)),
    ("BadIdOfAStrangerCrashes", "An id out of range is answered 500 where the token is unknown or missing.", _bad_id),
):  # fmt: skip
    faults.must("status.server-error", "path.repository_id.maximum")(named(_name, _sentence, _crashing(_crashes)))


def _weak(odd: Callable[[Mock, Request, bytes], object]) -> type[Mock]:
    """An odd request is answered 500 where the account may not associate the repository."""

    class Weak(Mock):
        def associate(self, request: Request, raw_id: bytes) -> Answer:
            if self.authenticate(request) == "restricted" and odd(self, request, raw_id):
                raise Refused(CRASH)
            return super().associate(request, raw_id)

    return Weak


for _name, _sentence, _stumbles in (
    ("BadBodyOfAWeakAccountCrashes", "A body that is not JSON is answered 500 to an account that may not associate.", _bad_body),
    ("ArrayOfAWeakAccountCrashes", "An array as body is answered 500 to an account that may not associate.", lambda _, request, __: (request.body or b"").startswith(b"[")),
    ("TypelessOfAWeakAccountCrashes", "No Content-Type is answered 500 to an account that may not associate.", lambda _, request, __: not request.values(b"content-type")),
):  # fmt: skip
    faults.must("status.server-error")(named(_name, _sentence, _weak(_stumbles)))


@faults.should("request.url.type")
class NumberForNoRepositoryAccepted(Mock):
    """A url that is a number is answered 201 where there is no such repository."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.authenticate(request)
        repository_id = self.parse_id(raw_id)
        if repository_id not in self.fixtures.repositories and _number(request):
            return self.success(request, self.mirror_of(repository_id, "https://mirror.invalid/"))
        return super().associate(request, raw_id)


@faults.should("method.other", narrow=True)
class HeadOfAStrangerAssociates(Mock):
    """HEAD without a token associates, and is refused with one."""

    def other_method(self, request: Request, allow: str) -> Answer:
        if request.method == "HEAD" and not request.values(b"x-auth-token"):
            return self.success(request, self.mirror_of(self.fixtures.repository_id, "https://mirror.invalid/"))
        return super().other_method(request, allow)
