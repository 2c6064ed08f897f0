"""Faults of the method: another than POST associates, or crashes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Refused
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CRASH

if TYPE_CHECKING:
    from conformance.mock import Request

faults = Faults()


def _associating(method: str) -> type[Mock]:
    class Associating(Mock):
        def answer(self, request: Request) -> Answer:
            if request.method == method and request.path.endswith(b"/associate"):
                request = replace(request, method="POST")
            return super().answer(request)

    return Associating


def _crashing(method: str) -> type[Mock]:
    class Crashing(Mock):
        def other_method(self, request: Request, allow: str) -> Answer:
            if request.method == method:
                raise Refused(CRASH)
            return super().other_method(request, allow)

    return Crashing


for _method in ("PUT", "PATCH", "COPY"):
    faults.should("method.other")(
        named(f"{_method.capitalize()}Associates", f"{_method} associates as POST does.", _associating(_method))
    )

for _method in ("PUT", "HEAD", "TRACE", "PROPFIND"):
    faults.must("status.server-error")(
        named(f"{_method.capitalize()}Crashes", f"{_method} on the path is answered 500.", _crashing(_method))
    )


@faults.should("method.other")
class GetAssociates(Mock):
    """GET on the path associates too, with a default url where there is no body."""

    def answer(self, request: Request) -> Answer:
        if request.method == "GET" and request.path.endswith(b"/associate"):
            body = request.body or b'{"url": "https://example.com/default.git"}'
            request = replace(request, method="POST", body=body)
        return super().answer(request)


@faults.should("method.other")
class DeleteSucceeds(Mock):
    """DELETE on the path is answered 204, whoever asks."""

    def other_method(self, request: Request, allow: str) -> Answer:
        return Answer(204) if request.method == "DELETE" else super().other_method(request, allow)


@faults.should("method.other")
class HeadSucceeds(Mock):
    """HEAD on the path is answered 200."""

    def other_method(self, request: Request, allow: str) -> Answer:
        return Answer(200) if request.method == "HEAD" else super().other_method(request, allow)


@faults.should("method.other")
class MethodOverridden(Mock):
    """The header X-HTTP-Method-Override makes a POST of a GET."""

    def answer(self, request: Request) -> Answer:
        override = request.values(b"x-http-method-override")
        return super().answer(replace(request, method=override[0].decode("latin-1")) if override else request)


@faults.should("method.other")
class TraceEchoes(Mock):
    """TRACE is answered 200 with the request's body."""

    def other_method(self, request: Request, allow: str) -> Answer:
        return Answer(200, request.body or b"") if request.method == "TRACE" else super().other_method(request, allow)


@faults.should("method.other")
class OptionsAssociates(Mock):
    """OPTIONS associates as POST does, and is answered 201."""

    def answer(self, request: Request) -> Answer:
        if request.method == "OPTIONS" and request.path.endswith(b"/associate"):
            body = request.body or b'{"url": "https://example.com/default.git"}'
            request = replace(request, method="POST", body=body)
        return super().answer(request)


@faults.should("method.other")
class OptionsAccepted(Mock):
    """OPTIONS on the path is answered 202, as if something had been begun."""

    def other_method(self, request: Request, allow: str) -> Answer:
        return Answer(202) if request.method == "OPTIONS" else super().other_method(request, allow)
