"""Faults of telling: an answer that gives away a token, a password or a stack trace."""

from __future__ import annotations

import base64
import json
import re
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.mock import Answer, Mirror, Mock, Refusal, Refused, Request
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import BAD_ID

if TYPE_CHECKING:
    from collections.abc import Callable


faults = Faults()


def _token(request: Request) -> str:
    return b" ".join(request.values(b"x-auth-token")).decode("latin-1")


def _saying(say: Callable[[Request, Refusal], str | None]) -> type[Mock]:
    """A refusal has what `say` makes of it for its error_msg, unless that is None."""

    class Saying(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            said = say(request, refusal)
            return super().refuse(request, refusal if said is None else replace(refusal, error_msg=said))

    return Saying


def _quoting(quote: Callable[[Request, Refusal], object]) -> type[Mock]:
    """A refusal has what `quote` makes of it at the end of its error_msg, as text."""

    def say(request: Request, refusal: Refusal) -> str | None:
        quoted = quote(request, refusal)
        return f"{refusal.error_msg} {quoted}" if quoted else None

    return _saying(say)


_JAVA = """java.lang.NullPointerException: Cannot invoke getId()
\tat com.example.repo.RemoteMirrorController.associate(RemoteMirrorController.java:87)
\tat java.base/java.lang.Thread.run(Thread.java:840)"""

for _name, _sentence, _clause, _say in (
    ("TokenRepeated", "The 401 repeats the token that was sent in its error_msg.", "leak.token", lambda request, refusal: f"Unknown token: {_token(request)}" if refusal.status == 401 else None),
    ("TokenInBase64", "The 401 repeats the token in base64.", "leak.token", lambda request, refusal: base64.b64encode(_token(request).encode("latin-1")).decode() if refusal.status == 401 else None),
    ("OverlongTokenRepeated", "A token over 100,000 characters is repeated in its refusal.", "leak.token", lambda request, _: f"Token too long: {_token(request)}" if len(_token(request)) > 100_000 else None),
    ("JavaStackTraceShown", "The 404 shows a stack trace of Java.", "leak.stack-trace", lambda _, refusal: _JAVA if refusal.status == 404 else None),
):  # fmt: skip
    faults.should(_clause)(named(_name, _sentence, _saying(_say)))


@faults.should("leak.password")
class PasswordRepeated(Mock):
    """The 201 repeats the url with the password of its user info."""

    def shown_url(self, url: str) -> str:
        return url


@faults.should("leak.stack-trace")
class StackTraceShown(Mock):
    """The 400 to a body that is no JSON shows a stack trace."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused as refused:
            raise Refused(replace(refused.refusal, error_msg=traceback.format_exc())) from None


@faults.should("leak.token")
class TokenInHeader(Mock):
    """Every answer repeats the token in a header for debugging, if it is short enough."""

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        token = _token(request).encode("latin-1")[:4_000]
        return replace(answer, headers=(*answer.headers, (b"x-debug-token", token))) if token.isalnum() else answer


@faults.should("leak.token")
class TokenInSuccess(Mock):
    """The 201 has a member with the token."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        answer = super().success(request, mirror)
        return replace(answer, body=self.encode(self.fields(mirror) | {"token": _token(request)}))


@faults.should("leak.token")
class TokenInLoginUrl(Mock):
    """The 401 names a page to log in, with the token percent-encoded in its query."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        answer = super().refuse(request, refusal)
        if refusal.status != 401:
            return answer
        page = f"https://login.example.com/?token={quote(_token(request), safe='')[:6_000]}"
        return replace(answer, headers=(*answer.headers, (b"location", page.encode())))


@faults.should("leak.password")
class PasswordInHeader(Mock):
    """The 201 names the url, with the password of its user info, in a Location header."""

    sent = ""

    def shown_url(self, url: str) -> str:
        self.sent = url
        return super().shown_url(url)

    def success(self, request: Request, mirror: Mirror) -> Answer:
        answer = super().success(request, mirror)
        return replace(answer, headers=(*answer.headers, (b"location", self.sent.encode())))


def _kept(shown: Callable[[str], object]) -> type[Mock]:
    """Urls for which ``shown`` holds are repeated as they were sent."""

    class Kept(Mock):
        def shown_url(self, url: str) -> str:
            return url if shown(url) else super().shown_url(url)

    return Kept


def _document(request: Request) -> Any:
    try:
        return json.loads(request.body or b"")
    except (ValueError, RecursionError):
        return None


def _member(request: Request, refusal: Refusal, *, text: bool) -> object:
    document = _document(request)
    url = document.get("url") if isinstance(document, dict) and refusal.status == 400 else None
    return url if isinstance(url, str) is text else None


def _whole(request: Request, quoted: object) -> str | None:
    return (request.body or b"").decode("latin-1")[:2_000] if quoted else None


for _name, _sentence, _quote in (
    ("RefusedUrlQuoted", "The 400 to a url that is no absolute http(s) URL quotes it, with its password.", lambda request, refusal: _member(request, refusal, text=True)),
    ("UrlOfAnotherTypeQuoted", "The 400 to a url that is no string quotes it, with the password in it.", lambda request, refusal: _member(request, refusal, text=False)),
    ("BodyQuotedForABadId", "The 400 to an id quotes the body, with the password in it.", lambda request, refusal: _whole(request, refusal == BAD_ID)),
    ("BodyQuotedInUnauthorized", "The 401 quotes the body, with the password in it.", lambda request, refusal: _whole(request, refusal.status == 401)),
    ("BodyQuotedInForbidden", "The 403 quotes the body, with the password in it.", lambda request, refusal: _whole(request, refusal.status == 403)),
    ("BodyQuotedInNotFound", "The 404 to an id quotes the body, with the password in it.", lambda request, refusal: _whole(request, refusal.status == 404)),
    ("BodyQuotedInNotAllowed", "The 405 quotes the body, with the password in it.", lambda request, refusal: _whole(request, refusal.status == 405)),
    ("MalformedBodyQuoted", "The 400 to a body that is no JSON quotes it, with the password in it.", lambda request, refusal: _whole(request, refusal.status == 400 and _document(request) is None)),
    ("InputQuoted", "The 400 to an object without url quotes the object, with the password in it.", lambda request, refusal: _whole(request, refusal.status == 400 and isinstance(_document(request), dict) and "url" not in _document(request))),
):  # fmt: skip
    faults.should("leak.password")(named(_name, _sentence, _quoting(_quote)))

for _name, _sentence, _shown in (
    ("PasswordOfHttpKept", "The 201 repeats the password of a url that begins with http://.", lambda url: url.startswith("http:")),
    ("PasswordWithAColonKept", "The 201 repeats a password that has a colon in it.", lambda url: re.match("[^/]+//[^/@]*:[^/@]*:[^/@]*@", url)),
):  # fmt: skip
    faults.should("leak.password", "response.201.url.echo")(named(_name, _sentence, _kept(_shown)))
