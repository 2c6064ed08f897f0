"""Faults of the two dates of the 201 (document: table 3 and its example): no RFC 3339, or no real date."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from conformance.mock import Mock
from conformance.mock.catalogue import Faults, named

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from conformance.mock import Mirror

faults = Faults()

_DATES = ("last_update_at", "last_successful_update_at")


def _written(write: Callable[[str, datetime], str]) -> type[Mock]:
    """Dates as `write` makes them of the mock's own text (2025-04-24T20:04:44.123+08:00) and the moment."""

    class Written(Mock):
        def date(self, moment: datetime) -> str:
            return write(super().date(moment), moment)

    return Written


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
        named(_name, _sentence, _written(_write))
    )


@faults.should("response.201.last_successful_update_at.format")
class DateNeverIsZero(Mock):
    """The last success is 0000-00-00T00:00:00Z where there was none."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"last_successful_update_at": "0000-00-00T00:00:00Z"}


@faults.should("response.201.last_update_at.format")
class DateIsEmpty(Mock):
    """The last update is an empty string."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"last_update_at": ""}


@faults.must("response.201.last_update_at.type", "response.201.last_successful_update_at.type")
class DateInteger(Mock):
    """Dates are milliseconds since 1970, as integers."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | dict.fromkeys(_DATES, int(mirror.updated_at.timestamp() * 1_000))
