"""Faults of the form of the 201: what is no JSON, and what does not say that it is."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Mock
from conformance.mock.catalogue import Faults, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Answer, Mirror, Request

faults = Faults()


def _written(write: Callable[[bytes], bytes]) -> type[Mock]:
    class Written(Mock):
        def success(self, request: Request, mirror: Mirror) -> Answer:
            answer = super().success(request, mirror)
            return replace(answer, body=write(answer.body))

    return Written


for _name, _sentence, _write in (
    ("JsonTruncated", "The body of the 201 lacks its last brace.", lambda body: body[:-1]),
    ("JsonCutInHalf", "The body of the 201 ends in the middle.", lambda body: body[: len(body) // 2]),
    ("JsonNotANumber", "The body of the 201 holds NaN.", lambda body: body.replace(b"null", b"NaN")),
    ("JsonInfinity", "The body of the 201 holds Infinity.", lambda body: body.replace(b"null", b"Infinity")),
    ("JsonUndefined", "The body of the 201 holds undefined.", lambda body: body.replace(b"null", b"undefined")),
    ("JsonPythonNone", "The body of the 201 is Python's, with None.", lambda body: body.replace(b"null", b"None")),
    (
        "JsonWithByteOrderMark",
        "The body of the 201 begins with a byte order mark.",
        lambda body: b"\xef\xbb\xbf" + body,
    ),
    ("JsonSingleQuotes", "The body of the 201 has single quotes.", lambda body: body.replace(b'"', b"'")),
    ("JsonNamesUnquoted", "The body of the 201 has names without quotes.", lambda body: body.replace(b'"id"', b"id")),
    ("JsonTrailingComma", "The body of the 201 has a comma after its last member.", lambda body: body[:-1] + b",}"),
    ("JsonComment", "The body of the 201 ends with a comment.", lambda body: body + b" // ok"),
    ("JsonTwice", "The body of the 201 is there twice.", lambda body: body + body),
    ("JsonGarbageAfter", "The body of the 201 is followed by a NUL.", lambda body: body + b"\0"),
    ("JsonGuarded", "The body of the 201 begins with )]}', against scripts.", lambda body: b")]}',\n" + body),
    ("JsonCallback", "The body of the 201 is the call of a function.", lambda body: b"callback(" + body + b");"),
    ("JsonInUtf16", "The body of the 201 is in UTF-16.", lambda body: body.decode().encode("utf-16")),
    ("JsonInLatin1", "The body of the 201 is no UTF-8.", lambda body: body.replace(b"finished", b"termin\xe9")),
    (
        "JsonZipped",
        "The body of the 201 is compressed, and does not say so.",
        lambda body: gzip.compress(body, mtime=0),
    ),
    (
        "JsonRawLineFeed",
        "A string of the 201 holds a raw line feed.",
        lambda body: body.replace(b"finished", b"fini\n"),
    ),
    (
        "JsonInString",
        "The body of the 201 is the object, in a string.",
        lambda body: json.dumps(body.decode()).encode(),
    ),
    ("JsonInList", "The body of the 201 is a list with the object.", lambda body: b"[" + body + b"]"),
    ("JsonNull", "The body of the 201 is null.", lambda _: b"null"),
    ("JsonPage", "The body of the 201 is an HTML page.", lambda _: b"<html>ok</html>"),
    ("JsonEmpty", "The 201 has no body.", lambda _: b""),
):
    faults.must("response.201.object")(named(_name, _sentence, _written(_write)))

faults.should("response.201.unique-members")(
    named(
        "JsonMemberTwice",
        "The body of the 201 has the member id twice, with two values.",
        _written(lambda body: b'{"id": 1, ' + body[1:]),
    )
)


def _typed(kind: bytes | None) -> type[Mock]:
    class Typed(Mock):
        def success(self, request: Request, mirror: Mirror) -> Answer:
            headers = ((b"content-type", kind),) if kind is not None else ()
            return replace(super().success(request, mirror), headers=headers)

    return Typed


for _name, _words, _kind in (
    ("SuccessIsHtml", "says text/html", b"text/html"),
    ("SuccessIsText", "says text/plain", b"text/plain; charset=utf-8"),
    ("SuccessIsTextJson", "says text/json", b"text/json"),
    ("SuccessIsOctets", "says application/octet-stream", b"application/octet-stream"),
    ("SuccessIsProblem", "says application/problem+json", b"application/problem+json"),
    ("SuccessIsJavascript", "says application/javascript", b"application/javascript"),
    ("SuccessIsUntyped", "has no Content-Type", None),
):
    faults.should("response.201.content-type")(
        named(_name, f"The 201 {_words}, though its body is the JSON.", _typed(_kind))
    )
