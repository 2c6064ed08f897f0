"""Correct answers in another form: texts, fields, headers, JSON, framing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from conformance.mock import Answer, Mock, Request
from conformance.mock.catalogue import Variants, named, writing

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.mock import Fixtures, Mirror, Refusal

variant = Variants()


def _saying(text: str) -> type[Mock]:
    """Error messages are this text, with the status in it."""

    class Saying(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            return super().refuse(request, replace(refusal, error_msg=text.format(refusal.status)))

    return Saying


variant(
    named("OtherTexts", "Error messages are other words, and not in English.", _saying("Fehler {}: geht nicht, 不存在"))
)
variant(named("EmptyTexts", "Error messages are empty strings.", _saying("")))


@variant
class ExtraFields(Mock):
    """The 201 and every error have more members than the document shows."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"branch": None, "links": {"self": "/"}}

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        answer = super().refuse(request, refusal)
        extra = {"request_id": "8f3c", "error": {"code": 1, "details": []}}
        return replace(answer, body=json.dumps(json.loads(answer.body) | extra).encode())


def _with_charset(answer: Answer) -> Answer:
    others = tuple((name, value) for name, value in answer.headers if name != b"content-type")
    kind = ((b"content-type", b"Application/JSON;charset=UTF-8"),) if answer.body else ()
    return replace(answer, headers=kind + others)


def _reversed(answer: Answer) -> Answer:
    if not answer.body:
        return answer
    members = dict(reversed(json.loads(answer.body).items()))
    return replace(answer, body=f"\r\n {json.dumps(members, indent=4)}\n".encode())


_HEADERS = ((b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2"), (b"server", b"other"), (b"x-request-id", b"8f"))

for _name, _sentence, _form in (
    ("ExtraHeaders", "Every answer has more headers, and sets cookies.", lambda answer: replace(answer, headers=answer.headers + _HEADERS)),
    ("CharsetNamed", "The content type is spelled Application/JSON;charset=UTF-8.", _with_charset),
    ("KeysReversed", "JSON has its members in the opposite order, on many lines, with white space around it.", _reversed),
    ("Escaped", "JSON escapes the slashes of its strings.", lambda answer: replace(answer, body=answer.body.replace(b"/", b"\\/"))),
):  # fmt: skip
    variant(named(_name, _sentence, writing("answer", _form)))

_FAILED = {"update_status": "failed", "number_of_failures": 3, "last_error": "Could not read from remote."}

for _name, _sentence, _fields in (
    ("NumbersWithPoint", "Integers are written with a decimal point and a zero.", lambda fields: fields | {name: float(fields[name]) for name in ("id", "repository_id")}),
    ("LargeIds", "The field id is beyond 2^53.", lambda fields: fields | {"id": 2**60 + 1 + fields["id"]}),
    ("NullsFilled", "Every field that the example shows as null has a value.", lambda fields: fields | {"number_of_failures": 0, "endpoint_uuid": "b2a7c1de-0000-4000-8000-000000000001", "last_error": ""}),
    ("FlagsSet", "Both booleans are true, and the last synchronisation has failed.", lambda fields: fields | {"mirroring_enabled": True, "is_private": True} | _FAILED),
    ("OtherUpdateStatus", "The synchronisation has not finished yet.", lambda fields: fields | {"update_status": "to_be_started"}),
):  # fmt: skip
    variant(named(_name, _sentence, writing("fields", _fields)))


@variant
class DatesInUtc(Mock):
    """Dates end with Z and have six digits after the point."""

    def date(self, moment: datetime) -> str:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


variant(
    named(
        "DatesWithoutFraction",
        "Dates have no fraction of a second.",
        writing("date", lambda date: date[:19] + "+08:00"),
    )
)


@variant
class AnIdForEachUrl(Mock):
    """Each url that a repository is associated with has an id of its own, which it keeps."""

    def __init__(self, fixtures: Fixtures | None = None) -> None:
        super().__init__(fixtures)
        self.ids: dict[tuple[int, str], int] = {}

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        mirror = super().mirror_of(repository_id, url)
        return replace(mirror, id=self.ids.setdefault((repository_id, url), 20_000 + len(self.ids)))


@variant
class ReplacedByAnotherUrl(Mock):
    """A repository has one mirror: with another url it is another one, with an id of its own."""

    made = 0

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        before = self.mirrors.get(repository_id)
        same = before is not None and before.url == self.shown_url(url)
        mirror = super().mirror_of(repository_id, url)
        self.made += not same
        self.mirrors[repository_id] = replace(mirror, id=before.id if before and same else 12_439 + self.made)
        return self.mirrors[repository_id]
