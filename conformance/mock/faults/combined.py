"""Faults that take two things wrong at once: a way through the program on which a check is skipped, or crashes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Refused, Request
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CRASH

if TYPE_CHECKING:
    from collections.abc import Callable

    Condition = Callable[[Mock, Request], object]

faults = Faults()

_ID = 3  # the segment of a path
_PAGE = (b"content-type", b"text/html")
_CRASHES = "status.server-error"
_MANDATORY = "header.x-auth-token.mandatory"
_METHOD = "method.other"


def _id(request: Request) -> bytes:
    """The segment that names the repository, b"" on a short path."""
    segments = [segment for segment in request.path.split(b"/") if segment]
    return segments[_ID - 1] if len(segments) >= _ID else b""


def _token(request: Request) -> str | None:
    values = request.values(b"x-auth-token")
    return values[0].decode("latin-1") if values else None


def _named(role: str) -> Condition:
    """The id is that of a repository which is missing or which nobody may associate."""
    return lambda mock, request: _id(request) == str(getattr(mock.fixtures, f"{role}_repository_id")).encode()


def _no_token(_: Mock, request: Request) -> bool:
    return _token(request) is None


def _empty_token(_: Mock, request: Request) -> bool:
    return _token(request) == ""


def _near_token(mock: Mock, request: Request) -> bool:
    token = _token(request)
    return token is not None and token not in mock.tokens and token[:16] == mock.fixtures.token[:16]


def _unknown_token(mock: Mock, request: Request) -> bool:
    token = _token(request)
    return bool(token) and token not in mock.tokens and not _near_token(mock, request)


def _weak_token(mock: Mock, request: Request) -> bool:
    return mock.tokens.get(_token(request) or "") == "restricted"


def _good_token(mock: Mock, request: Request) -> bool:
    return mock.tokens.get(_token(request) or "") == "permitted"


def _word(_: Mock, request: Request) -> bool:
    return _id(request).isalpha()


def _above(_: Mock, request: Request) -> bool:
    return _id(request).isdigit() and len(_id(request)) < 20 and int(_id(request)) > 2_147_483_647


def _below(_: Mock, request: Request) -> bool:
    return _id(request).startswith(b"-")


def _no_body(_: Mock, request: Request) -> bool:
    return request.body == b""


def _broken(_: Mock, request: Request) -> bool:
    try:
        json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        return True
    return False


def _array(_: Mock, request: Request) -> bool:
    return (request.body or b"").startswith(b"[")


def _empty_object(_: Mock, request: Request) -> bool:
    return request.body == b"{}"


def _object(_: Mock, request: Request) -> bool:
    return b'{"url": {' in (request.body or b"")


def _null(_: Mock, request: Request) -> bool:
    return request.body == b'{"url": null}'


def _number(_: Mock, request: Request) -> bool:
    return request.body == b'{"url": 1}'


def _text(_: Mock, request: Request) -> bool:
    return request.values(b"content-type") == (b"text/plain",)


def _form(_: Mock, request: Request) -> bool:
    return any(b"form" in value for value in request.values(b"content-type"))


def _typeless(_: Mock, request: Request) -> bool:
    return request.method == "POST" and not request.values(b"content-type")


def _slash(_: Mock, request: Request) -> bool:
    return request.path.endswith(b"/")


def _respelt(_: Mock, request: Request) -> bool:
    return b"//" in request.path and b"%61" in request.path


def _by(method: str) -> Condition:
    return lambda _, request: request.method == method


def _crash(_: Mock, __: Request) -> Answer:
    raise Refused(CRASH)


def _made(mock: Mock, request: Request) -> Answer:
    """The description's repository is associated with a default."""
    return mock.success(request, mock.mirror_of(mock.fixtures.repository_id, "https://mirror.invalid/"))


def _nothing(_: Mock, __: Request) -> Answer:
    return Answer(204)


def _page(status: int) -> Callable[[Mock, Request], Answer]:
    return lambda _, __: Answer(status, b"<h1>Error</h1>", (_PAGE,))


def _both(one: Condition, other: Condition, answer: Callable[[Mock, Request], Answer]) -> type[Mock]:
    """The answer is another one where both conditions hold."""

    class Both(Mock):
        def route(self, request: Request) -> Answer:
            wrong = one(self, request) and other(self, request)
            return answer(self, request) if wrong else super().route(request)

    return Both


for _name, _sentence, _clause, _one, _other, _answer in (
    ("DeleteOfAMissingRepositoryCrashes", "DELETE is answered 500 where there is no such repository.", _CRASHES, _by("DELETE"), _named("missing"), _crash),
    ("PutOfARestrictedRepositoryCrashes", "PUT is answered 500 without permission on the repository.", _CRASHES, _by("PUT"), _named("restricted"), _crash),
    ("GetOverTheMaximumCrashes", "GET is answered 500 where the id is over 2147483647.", _CRASHES, _by("GET"), _above, _crash),
    ("PatchOfAWordCrashes", "PATCH is answered 500 where the id is a word.", _CRASHES, _by("PATCH"), _word, _crash),
    ("HeadOfAMissingRepositoryCrashes", "HEAD is answered 500 where there is no such repository.", _CRASHES, _by("HEAD"), _named("missing"), _crash),
    ("WordOfAnUnknownTokenCrashes", "A word as id is answered 500 where the token is unknown.", _CRASHES, _unknown_token, _word, _crash),
    ("ArrayOfAnEmptyTokenCrashes", "An array as body is answered 500 where the token is empty.", _CRASHES, _empty_token, _array, _crash),
    ("BrokenBodyOfANearTokenCrashes", "A body that is not JSON is answered 500 where the token is nearly valid.", _CRASHES, _near_token, _broken, _crash),
    ("EmptyObjectOfNoTokenCrashes", "An object without url is answered 500 where there is no token.", _CRASHES, _no_token, _empty_object, _crash),
    ("MaximumIdOfAWeakAccountCrashes", "Id 2147483647 is answered 500 to the account without permission.", _CRASHES, _weak_token, lambda _, request: _id(request) == b"2147483647", _crash),
    ("AboveOfAWeakAccountCrashes", "An id over 2147483647 is answered 500 to the account without permission.", _CRASHES, _weak_token, _above, _crash),
    ("TypelessToNoRepositoryCrashes", "No Content-Type is answered 500 where there is no such repository.", _CRASHES, _typeless, _named("missing"), _crash),
    ("ArrayToARestrictedRepositoryCrashes", "An array as body is answered 500 without permission on the repository.", _CRASHES, _array, _named("restricted"), _crash),
    ("BrokenBodyOverTheMaximumCrashes", "A body that is not JSON is answered 500 where the id is over 2147483647.", _CRASHES, _broken, _above, _crash),
    ("NoBodyOfAWordCrashes", "No body is answered 500 where the id is a word.", _CRASHES, _no_body, _word, _crash),
    ("BelowAsAFormCrashes", "A form is answered 500 where the id is negative.", _CRASHES, _form, _below, _crash),
    ("NumberAsAFormCrashes", "A form with a number for url is answered 500.", _CRASHES, _form, _number, _crash),
    ("SlashToNoRepositoryCrashes", "With a slash at the end of the path it is answered 500 that there is no such repository.", _CRASHES, _slash, _named("missing"), _crash),
    ("RespeltPutCrashes", "PUT on a path that has to be normalised twice is answered 500.", _CRASHES, _respelt, _by("PUT"), _crash),
    ("EmptyTokenWithoutBodyAssociates", "With an empty token and no body a default is associated.", _MANDATORY, _empty_token, _no_body, _made),
    ("NearTokenOfTextAssociates", "With text/plain the beginning of a token is enough.", _MANDATORY, _near_token, _text, _made),
    ("UnknownTokenOfAnArrayAssociates", "With an array as body the token is not looked at.", _MANDATORY, _unknown_token, _array, _made),
    ("ObjectOfNoTokenAssociates", "With an object for url and no token a default is associated.", _MANDATORY, _no_token, _object, _made),
    ("NullOfAnUnknownTokenCrashes", "A url that is null is answered 500 where the token is unknown.", _CRASHES, _unknown_token, _null, _crash),
    ("BrokenBodyOfAWordAssociates", "With no token, a word as id and a body that is not JSON a default is associated.", _MANDATORY, _no_token, lambda mock, request: _word(mock, request) and _broken(mock, request), _made),
    ("BrokenBodyBelowAssociates", "With an unknown token, a negative id and a body that is not JSON a default is associated.", _MANDATORY, _unknown_token, lambda mock, request: _below(mock, request) and _broken(mock, request), _made),
    ("ArrayAboveAssociates", "With an empty token, an id over 2147483647 and an array as body a default is associated.", _MANDATORY, _empty_token, lambda mock, request: _above(mock, request) and _array(mock, request), _made),
    ("ObjectOfNoTokenToNoRepositoryCrashes", "With no token, no such repository and an object for url it is answered 500.", _CRASHES, _no_token, lambda mock, request: _named("missing")(mock, request) and _object(mock, request), _crash),
    ("NullOfAStrangerWithoutPermissionCrashes", "With an unknown token, no permission and null for url it is answered 500.", _CRASHES, _unknown_token, lambda mock, request: _named("restricted")(mock, request) and _null(mock, request), _crash),
    ("BrokenBodyOfANearTokenToNoRepositoryAssociates", "With nearly a valid token, no such repository and a body that is not JSON a default is associated.", _MANDATORY, _near_token, lambda mock, request: _named("missing")(mock, request) and _broken(mock, request), _made),
    ("TextToARestrictedRepositoryAssociates", "With text/plain a repository without permission is associated.", "status.403.no-permission", _text, lambda mock, request: _good_token(mock, request) and _named("restricted")(mock, request), _made),
    ("WeakAccountAssociatesText", "With text/plain permission is not looked at.", "status.403.no-permission", _weak_token, _text, _made),
    ("FormToNoRepositoryAssociates", "A form is associated where there is no such repository.", "status.404.no-repository", _form, lambda mock, request: _good_token(mock, request) and _named("missing")(mock, request), _made),
    ("NullOfAStrangerAssociates", "With null as body and no token a default is associated.", _MANDATORY, _no_token, lambda _, request: request.body == b"null", _made),
    ("PaddedIdOfNoTokenAssociates", "With a leading zero and no token a default is associated.", _MANDATORY, _no_token, lambda _, request: _id(request).startswith(b"0") and len(_id(request)) > 1, _made),
    ("EncodedIdOfAStrangerAssociates", "With an encoded digit and an unknown token a default is associated.", _MANDATORY, _unknown_token, lambda _, request: _id(request).startswith(b"%3"), _made),
    ("LatinTokenWithABrokenBodyAssociates", "With a token beyond ASCII and a body that is not JSON a default is associated.", _MANDATORY, lambda _, request: not (_token(request) or "").isascii(), _broken, _made),
    ("LongTokenWithoutBodyAssociates", "Without a body a token over 100,000 characters is not looked at.", "header.x-auth-token.over-maximum", lambda _, request: len(_token(request) or "") > 100_000, _no_body, _made),
    ("ZeroOfAWeakAccountAssociates", "With id 0 permission is not looked at.", "path.repository_id.below-minimum", _weak_token, lambda _, request: _id(request) == b"0", _made),
    ("ZeroWithoutBodyAssociates", "With id 0 and no body a default is associated.", "path.repository_id.below-minimum", _good_token, lambda mock, request: _id(request) == b"0" and _no_body(mock, request), _made),
    ("TextOverTheMaximumAssociates", "With text/plain id 2147483648 is associated.", "path.repository_id.above-maximum", _text, lambda mock, request: _good_token(mock, request) and _id(request) == b"2147483648", _made),
    ("WeakAccountAssociatesHttp", "With a url of http permission is not looked at.", "status.403.no-permission", _weak_token, lambda _, request: b'"http:' in (request.body or b""), _made),
    ("ZeroOfAnEmptyTokenCrashes", "Id 0 is answered 500 where the token is empty.", _CRASHES, _empty_token, lambda _, request: _id(request) == b"0", _crash),
    ("GetBelowTheMinimumCrashes", "GET is answered 500 where the id is 0.", _CRASHES, _by("GET"), lambda _, request: _id(request) == b"0", _crash),
    ("MaximumIdOfALongestTokenCrashes", "Id 2147483647 is answered 500 where the token has 100,000 characters.", _CRASHES, lambda _, request: len(_token(request) or "") == 100_000, lambda _, request: _id(request) == b"2147483647", _crash),
    ("ArrayOfAShortestTokenCrashes", "An array as body is answered 500 where the token has one character.", _CRASHES, lambda _, request: len(_token(request) or "") == 1, _array, _crash),
    ("WeakAccountAssociatesForms", "As a form permission is not looked at.", "status.403.no-permission", _form, _weak_token, _made),
):  # fmt: skip
    faults.must(_clause, "path.repository_id.*", "response.201.*", "request.*", "status.documented", _METHOD)(
        named(_name, _sentence, _both(_one, _other, _answer))
    )

for _name, _sentence, _one, _other, _answer in (
    ("DeleteOfAStrangerSucceeds", "DELETE without a token is answered 204.", _by("DELETE"), _no_token, _nothing),
    ("PutOfAStrangerAssociates", "PUT with an unknown token associates.", _by("PUT"), _unknown_token, _made),
    ("GetOfAWeakAccountSucceeds", "GET by the account without permission is answered 204.", _by("GET"), _weak_token, _nothing),
    ("PutInCapitalsAssociates", "PUT on the path in capitals associates.", _by("PUT"), lambda _, request: request.path.startswith(b"/V4/"), _made),
    ("PatchWithASlashAssociates", "PATCH with a slash at the end of the path associates.", _by("PATCH"), _slash, _made),
    ("PatchOfNoRepositorySucceeds", "PATCH is answered 204 where there is no such repository.", _by("PATCH"), _named("missing"), _nothing),
):  # fmt: skip
    faults.should(_METHOD)(named(_name, _sentence, _both(_one, _other, _answer)))

faults.should("request.url.type", "response.201.*")(
    named(
        "NullOfAWeakAccountAssociates",
        "With null for url permission is not looked at, and a default is associated.",
        _both(_weak_token, _null, _made),
    )
)

faults.must("error.401.envelope", "error.401.content-type")(
    named(
        "PageToANearTokenOfAnArray",
        "A page of HTML is the 401 where the token is nearly valid and the body an array.",
        _both(_near_token, _array, _page(401)),
    )
)
faults.must("error.403.envelope", "error.403.content-type")(
    named(
        "PageWithoutPermissionAndType",
        "A page of HTML is the 403 without permission and Content-Type.",
        _both(_weak_token, _typeless, _page(403)),
    )
)
