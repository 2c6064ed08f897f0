"""The dates of a 201: every form of RFC 3339 with an offset, and nothing else."""

from __future__ import annotations

import pytest

from tests.judge.exchanges import created, exchange, failing


@pytest.mark.parametrize("name", ["last_update_at", "last_successful_update_at"])
@pytest.mark.parametrize(
    "date",
    [
        pytest.param("2025-04-24T20:04:44.000+08:00", id="the example's"),
        pytest.param("2025-04-24T20:04:44Z", id="Z and no fraction"),
        pytest.param("2025-04-24t20:04:44z", id="t and z in lower case"),
        pytest.param("2025-04-24T20:04:44.1Z", id="one digit"),
        pytest.param("2025-04-24T20:04:44." + "123456789" * 5 + "Z", id="45 digits"),
        pytest.param("2025-04-24T20:04:44-00:00", id="an unknown offset"),
        pytest.param("2025-04-24T20:04:44+23:59", id="the largest offset"),
        pytest.param("2024-02-29T00:00:00Z", id="29 February of a leap year"),
        pytest.param("1971-01-01T00:00:00Z", id="the year 1971"),
        pytest.param("2016-12-31T23:59:60Z", id="a leap second"),
        pytest.param("2016-12-31t23:59:60.5z", id="half a leap second, in lower case"),
        pytest.param("2017-01-01T07:59:60+08:00", id="a leap second in China"),
        pytest.param("1990-12-31T15:59:60-08:00", id="a leap second in California"),
        pytest.param("2017-01-01T05:29:60+05:30", id="a leap second in India"),
    ],
)
def test_every_form_of_rfc_3339_passes(name: str, date: str) -> None:
    """RFC 3339 sections 5.6 to 5.8: lower case, fractions of any length, Z, leap seconds."""
    assert not failing(exchange(created(**{name: date})))


@pytest.mark.parametrize("name", ["last_update_at", "last_successful_update_at"])
@pytest.mark.parametrize(
    "date",
    [
        pytest.param("", id="empty"),
        pytest.param("2025-04-24", id="a date alone"),
        pytest.param("2025-04-24T20:04:44", id="no offset"),
        pytest.param("2025-04-24T20:04:44.000", id="a fraction and no offset"),
        pytest.param("2025-04-24 20:04:44Z", id="a space for T"),
        pytest.param("2025-04-24T20:04:44 Z", id="a space before Z"),
        pytest.param("2025-04-24T20:04:44Z\n", id="a line feed after it"),
        pytest.param("\n2025-04-24T20:04:44Z", id="a line feed before it"),
        pytest.param("2025-02-30T20:04:44Z", id="30 February"),
        pytest.param("2025-02-29T20:04:44Z", id="29 February of a common year"),
        pytest.param("2025-13-01T20:04:44Z", id="month 13"),
        pytest.param("2025-00-01T20:04:44Z", id="month 0"),
        pytest.param("0000-01-01T00:00:00Z", id="the year 0"),
        pytest.param("2025-04-24T24:00:00Z", id="hour 24"),
        pytest.param("2025-04-24T20:60:00Z", id="minute 60"),
        pytest.param("2025-04-24T20:04:61Z", id="second 61"),
        pytest.param("2025-04-24T20:04:60Z", id="a leap second at another time of the day"),
        pytest.param("2016-12-31T23:59:60+08:00", id="a leap second by the wrong clock"),
        pytest.param("2016-13-31T23:59:60Z", id="a leap second in month 13"),
        pytest.param("2025-04-24T20:04:44+24:00", id="an offset of 24 hours"),
        pytest.param("2025-04-24T20:04:44+08:60", id="an offset of 60 minutes"),
        pytest.param("2025-04-24T20:04:44+0800", id="an offset without a colon"),
        pytest.param("2025-04-24T20:04:44+08", id="an offset without minutes"),
        pytest.param("2025-04-24T20:04:44.Z", id="a point and no fraction"),
        pytest.param("2025-04-24T20:04:44,5Z", id="a decimal comma"),
        pytest.param("2025-04-24T20:04Z", id="no seconds"),
        pytest.param("20250424T200444Z", id="the basic format of ISO 8601"),
        pytest.param("2025-W17-4T20:04:44Z", id="a week date"),
        pytest.param("2025-114T20:04:44Z", id="an ordinal date"),
        pytest.param("２025-04-24T20:04:44Z", id="a full-width digit"),  # noqa: RUF001 - as it says
        pytest.param("２016-12-31T23:59:60Z", id="a leap second with a full-width digit"),  # noqa: RUF001 - as it says
        pytest.param("1745496284", id="seconds since the epoch"),
        pytest.param("Thu, 24 Apr 2025 12:04:44 GMT", id="the date of HTTP"),
    ],
)
def test_a_malformed_date_fails_the_format_alone(name: str, date: str) -> None:
    """No offset, a space, impossible dates, and the other formats of ISO 8601."""
    assert failing(exchange(created(**{name: date}))) == {f"response.201.{name}.format"}
