"""Faults of the 201 (document: table 3): its fields, its dates, what is no JSON, and what does not say that it is."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from conformance.mock import Answer, Mirror, Mock, Request
from conformance.mock.catalogue import Faults, named, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


faults = Faults()

_FIELDS = (
    "id", "repository_id", "update_status", "last_update_at", "url", "last_successful_update_at", "number_of_failures",
    "mirroring_enabled", "is_private", "endpoint_uuid", "last_error",
)  # fmt: skip
_NULLABLE = {"number_of_failures", "endpoint_uuid", "last_error"}  # the document's example shows null there
_DATES = ("last_update_at", "last_successful_update_at")  # null where nothing was synchronised: a should of its own


def _changed(change: Callable[[dict[str, Any]], dict[str, Any]]) -> type[Mock]:
    return writing("fields", change)


def _valued(field: str, value: object) -> type[Mock]:
    return _changed(lambda fields: fields | {field: value})


def _without(field: str) -> type[Mock]:
    return _changed(lambda fields: {name: value for name, value in fields.items() if name != field})


def _renamed(old: str, new: str) -> type[Mock]:
    return _changed(lambda fields: {new if name == old else name: value for name, value in fields.items()})


def _camel(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))


for _field in _FIELDS:
    _clause = f"response.201.{_field}.type"
    faults.must(_clause)(named(f"{_camel(_field)}Missing", f"The field {_field} is left out.", _without(_field)))
    _null = named(f"{_camel(_field)}Null", f"The field {_field} is null.", _valued(_field, None))
    if _field in _DATES:
        faults.should(f"response.201.{_field}.not-null")(_null)
    elif _field not in _NULLABLE:
        faults.must(_clause)(_null)

for _field, _name, _words, _value in (
    ("id", "IdIsDecimal", "the decimal 12439.5", 12_439.5),
    ("id", "IdIsBoolean", "true", True),
    ("repository_id", "RepositoryIdIsList", "a list of one integer", [2_112_029_391]),
    ("update_status", "UpdateStatusInteger", "the integer 3", 3),
    ("update_status", "UpdateStatusObject", "an object", {"name": "finished"}),
    ("url", "UrlIsObject", "an object", {"href": "https://example.com/"}),
    ("url", "UrlIsList", "a list of one url", ["https://example.com/"]),
    ("number_of_failures", "NumberOfFailuresString", 'the string "0"', "0"),
    ("number_of_failures", "NumberOfFailuresDecimal", "the decimal 0.5", 0.5),
    ("number_of_failures", "NumberOfFailuresBoolean", "false for none", False),
    ("mirroring_enabled", "MirroringEnabledString", 'the string "false"', "false"),
    ("is_private", "IsPrivateInteger", "0 for false", 0),
    ("is_private", "IsPrivateString", 'the string "no"', "no"),
    ("endpoint_uuid", "EndpointUuidInteger", "the integer 0", 0),
    ("endpoint_uuid", "EndpointUuidBoolean", "false for none", False),
    ("last_error", "LastErrorObject", "an empty object where there was none", {}),
    ("last_error", "LastErrorList", "an empty list where there was none", []),
    ("last_error", "LastErrorBoolean", "false for none", False),
):
    faults.must(f"response.201.{_field}.type")(
        named(_name, f"The field {_field} is {_words}.", _valued(_field, _value))
    )

for _old, _new in (("repository_id", "repositoryId"), ("is_private", "private"), ("last_update_at", "lastUpdateAt")):
    faults.must(f"response.201.{_old}.type")(
        named(f"{_camel(_old)}Renamed", f"The field {_old} is called {_new}.", _renamed(_old, _new))
    )

faults.should(*(f"response.201.{_field}.not-null" for _field in reversed(_DATES)))(
    named(
        "NeverSynchronised",
        "Both dates are null until the first synchronisation.",
        _changed(lambda fields: fields | dict.fromkeys(_DATES) | {"update_status": "to_be_started"}),
    )
)

for _name, _field, _words, _value in (
    ("IdIsZero", "id", "0", 0),
    ("IdNegative", "id", "-1", -1),
    ("NumberOfFailuresNegative", "number_of_failures", "-1 where nothing is known", -1),
):
    faults.should(f"response.201.{_field}.minimum")(
        named(_name, f"The field {_field} is {_words}, always.", _valued(_field, _value))
    )

for _name, _sentence, _field, _change in (
    ("IdIsString", "The field id is a string of digits.", "id", lambda fields: fields | {"id": str(fields["id"])}),
    ("RepositoryIdIsString", "The field repository_id is a string of digits.", "repository_id", lambda fields: fields | {"repository_id": str(fields["repository_id"])}),
):  # fmt: skip
    faults.must(f"response.201.{_field}.type")(named(_name, _sentence, _changed(_change)))

for _name, _sentence, _change in (
    ("RepositoryIdOfExample", "The field repository_id is the document's 2112029391 whatever the path says.", lambda fields: fields | {"repository_id": 2_112_029_391}),
    ("RepositoryIdOfSinglePrecision", "The field repository_id has gone through a float32 and lost its last digits.", lambda fields: fields | {"repository_id": fields["repository_id"] // 128 * 128}),
    ("RepositoryIdIsTheMirrors", "The field repository_id is the mirror's id.", lambda fields: fields | {"repository_id": fields["id"]}),
):  # fmt: skip
    faults.should("response.201.repository_id.echo")(named(_name, _sentence, _changed(_change)))

faults.must("response.201.repository_id.type", *(f"response.201.{_field}.type" for _field in _FIELDS if "_" in _field))(
    named(
        "FieldsInCamelCase",
        "Every field is in camel case.",
        _changed(lambda fields: {name[0] + _camel(name)[1:]: value for name, value in fields.items()}),
    )
)


@faults.must("response.201.id.type", *(f"response.201.{field}.type" for field in _FIELDS if field != "id"))
class FieldsWrapped(Mock):
    """The eleven fields are inside a member result."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), body=self.encode({"result": self.fields(mirror)}))


def _dated(write: Callable[[str, datetime], str]) -> type[Mock]:
    """Dates as `write` makes them of the mock's own text (2025-04-24T20:04:44.123+08:00) and the moment."""

    class Dated(Mock):
        def date(self, moment: datetime) -> str:
            return write(super().date(moment), moment)

    return Dated


for _name, _sentence, _write in (
    ("DateWithoutOffset", "Dates end after the milliseconds, without an offset.", lambda text, _: text[:-6]),
    ("DateWithSpace", "Dates have a space for T and no offset.", lambda text, _: text[:19].replace("T", " ")),
    ("DateImpossible", "Dates fall on the 30th of February.", lambda text, _: "2025-02-30" + text[10:]),
    ("DateInMonth13", "Dates fall in a thirteenth month.", lambda text, _: "2025-13-01" + text[10:]),
    ("DateAtHour24", "Dates are at 24:00:00.", lambda text, _: text[:11] + "24:00:00.000+08:00"),
    ("DateOffsetWithoutColon", "The offset of dates has no colon.", lambda text, _: text[:-3] + "00"),
    ("DateOffsetOfHours", "The offset of dates has no minutes.", lambda text, _: text[:-3]),
    ("DateWithZoneName", "Dates end with the name of the time zone.", lambda text, _: text + "[Asia/Shanghai]"),
    ("DateWithZoneAbbreviation", "Dates end with CST instead of an offset.", lambda text, _: text[:-6] + " CST"),
    ("DateWithComma", "Dates have a comma before the milliseconds.", lambda text, _: text.replace(".", ",")),
    ("DateWithoutTime", "Dates are days without a time.", lambda text, _: text[:10]),
    ("DateWithoutSeconds", "Dates end with the minute.", lambda text, _: text[:16] + "+08:00"),
    (
        "DateInBasicForm",
        "Dates are in the basic form of ISO 8601.",
        lambda text, _: text.translate({45: None, 58: None}),
    ),
    ("DateOfMail", "Dates are those of RFC 5322, as in mails.", lambda _, moment: format_datetime(moment)),
    ("DateOfSeconds", "Dates are seconds since 1970, in a string.", lambda _, moment: str(int(moment.timestamp()))),
    ("DateInAmericanOrder", "Dates are as in 04/24/2025.", lambda _, moment: f"{moment:%m/%d/%Y}"),
):
    faults.should(f"response.201.{_DATES[0]}.format", f"response.201.{_DATES[1]}.format")(
        named(_name, _sentence, _dated(_write))
    )

for _name, _sentence, _write in (
    ("DateOfAnotherZone", "Dates are the time of the server's zone, eight hours ahead, and end with Z.", lambda text, _: text[:-6] + "Z"),
    ("DateAnHourAhead", "Dates are an hour ahead.", lambda _, moment: (moment + timedelta(hours=1)).isoformat()),
    ("DateIsEpoch", "Dates are 1970-01-01T08:00:00+08:00.", lambda _text, _: "1970-01-01T08:00:00+08:00"),
):  # fmt: skip
    faults.should(f"response.201.{_DATES[0]}.past", f"response.201.{_DATES[1]}.past")(
        named(_name, _sentence, _dated(_write))
    )

faults.should(f"response.201.{_DATES[1]}.past")(
    named(
        "DateNeverIsYearOne",
        "The last success is in the year 1, as Go has it.",
        _valued(_DATES[1], "0001-01-01T00:00:00Z"),
    )
)

for _name, _sentence, _field, _value in (
    ("DateNeverIsZero", "The last success is 0000-00-00T00:00:00Z where there was none.", "last_successful_update_at", "0000-00-00T00:00:00Z"),
    ("DateIsEmpty", "The last update is an empty string.", "last_update_at", ""),
):  # fmt: skip
    faults.should(f"response.201.{_field}.format")(named(_name, _sentence, _valued(_field, _value)))


@faults.must("response.201.last_update_at.type", "response.201.last_successful_update_at.type")
class DateInteger(Mock):
    """Dates are milliseconds since 1970, as integers."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | dict.fromkeys(_DATES, int(mirror.updated_at.timestamp() * 1_000))


def _body(write: Callable[[bytes], bytes]) -> type[Mock]:
    """The body of the 201 is what `write` makes of it."""
    return writing("success", lambda answer: replace(answer, body=write(answer.body)))


for _name, _sentence, _body_of in (
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
    faults.must("response.201.object")(named(_name, _sentence, _body(_body_of)))

faults.should("response.201.unique-members")(
    named(
        "JsonMemberTwice",
        "The body of the 201 has the member id twice, with two values.",
        _body(lambda body: b'{"id": 1, ' + body[1:]),
    )
)


def _typed(kind: bytes | None) -> type[Mock]:
    headers = ((b"content-type", kind),) if kind is not None else ()
    return writing("success", lambda answer: replace(answer, headers=headers))


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
