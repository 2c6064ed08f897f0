"""Sins against the body of the 201 (document: table 3): fields, and the JSON that holds them."""

# D102: an override does what its class says.
# ruff: noqa: D102

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock import Mock

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.mock import Answer, Mirror, Request


class IdIsString(Mock):
    """The field id is a string of digits."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"id": str(mirror.id)}


class IdIsZero(Mock):
    """The field id is always 0."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"id": 0}


class NumberOfFailuresMissing(Mock):
    """The field number_of_failures is left out while it is null."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return {name: value for name, value in super().fields(mirror).items() if name != "number_of_failures"}


class NumberOfFailuresNegative(Mock):
    """The field number_of_failures is -1 where nothing is known."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"number_of_failures": -1}


class MirroringEnabledNull(Mock):
    """The field mirroring_enabled is null."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"mirroring_enabled": None}


class IsPrivateInteger(Mock):
    """The field is_private is 0 for false."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"is_private": 0}


class UpdateStatusNull(Mock):
    """The field update_status is null."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"update_status": None}


class LastErrorObject(Mock):
    """The field last_error is an empty object where there was none."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"last_error": {}}


class RepositoryIdOfExample(Mock):
    """The field repository_id is the document's 2112029391 whatever the path says."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"repository_id": 2_112_029_391}


class UrlOtherThanSent(Mock):
    """The field url loses the .git at its end, or gains one."""

    def shown_url(self, url: str) -> str:
        shown = super().shown_url(url)
        return shown.removesuffix(".git") if shown.endswith(".git") else shown + ".git"


class FieldsWrapped(Mock):
    """The eleven fields are inside a member result."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), body=self.encode({"result": self.fields(mirror)}))


class DateWithoutOffset(Mock):
    """Dates end after the milliseconds, without an offset."""

    def date(self, moment: datetime) -> str:
        return super().date(moment)[:-6]


class DateWithSpace(Mock):
    """Dates have a space for T and no offset, as in 2025-04-24 20:04:44."""

    def date(self, moment: datetime) -> str:
        return super().date(moment)[:19].replace("T", " ")


class DateImpossible(Mock):
    """Dates fall on the 30th of February."""

    def date(self, moment: datetime) -> str:
        return "2025-02-30" + super().date(moment)[10:]


class DateInteger(Mock):
    """Dates are milliseconds since 1970, as integers."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        date = int(mirror.updated_at.timestamp() * 1_000)
        return super().fields(mirror) | {"last_update_at": date, "last_successful_update_at": date}


class SuccessIsHtml(Mock):
    """The 201 says text/html, though its body is the JSON."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), headers=((b"content-type", b"text/html"),))


class JsonTruncated(Mock):
    """The body of the 201 lacks its last brace."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), body=self.encode(self.fields(mirror))[:-1])


class JsonNotANumber(Mock):
    """The body of the 201 holds NaN, which is no JSON."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        body = self.encode(self.fields(mirror) | {"number_of_failures": float("nan")})
        return replace(super().success(request, mirror), body=body)


class JsonWithByteOrderMark(Mock):
    """The body of the 201 begins with a byte order mark."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), body=b"\xef\xbb\xbf" + self.encode(self.fields(mirror)))


class JsonMemberTwice(Mock):
    """The body of the 201 has the member id twice, with two values."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        body = self.encode(self.fields(mirror))
        return replace(super().success(request, mirror), body=b'{"id": 1, ' + body[1:])
