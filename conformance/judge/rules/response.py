"""The answer to an association: Table 3 of the document and its example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.contract.body import repeatable
from conformance.contract.values import ValueKind
from conformance.contract.iri import forms_of
from conformance.judge.reading import json_type
from conformance.judge.rules.registry import RULES, rule
from conformance.judge.verdict import PASS, Finding, fail, in_words, untested

if TYPE_CHECKING:
    from conformance.judge.reading import Reading
    from conformance.judge.rules.registry import Rule

_SCHEMA = "#/components/schemas/RemoteMirror"
_DATES = ("last_update_at", "last_successful_update_at")
_NULLABLE = {"number_of_failures"}
_DAY = 24 * 60
_LEAP_SECOND = re.compile(r"(\d{4}-\d\d-\d\d[Tt](\d\d):(\d\d)):60((?:\.\d+)?(?:[Zz]|(?P<sign>[+-])(\d\d):(\d\d)))")
_MISSING = object()


def _created(reading: Reading) -> bool:
    return reading.facts.operates and reading.status == 201  # noqa: PLR2004 - RFC 9110 section 15.3.2


def is_json_media(reading: Reading) -> Finding:
    """Whether the answer says application/json, in any case and with any parameters (RFC 9110 section 8.3.1)."""
    response = reading.exchange.response
    said = response.header("content-type") if response else None
    if said is not None and said.split(";")[0].strip(" \t").lower() == "application/json":
        return PASS
    return fail(f"Content-Type is {said or 'missing'}", got=said or "no Content-Type")


def is_json_object(reading: Reading) -> Finding:
    """Whether the body of the answer is a JSON object (RFC 8259)."""
    if reading.unread:
        return untested(reading.unread)
    if reading.json.defect:
        why = is_json_media(reading).message or reading.json.defect  # a position helps only where JSON was meant
        return fail(f"the body is not JSON: {why}", got=f"{reading.got}, not JSON")
    if reading.object is None:
        kind = json_type(reading.json.value)
        return fail("the body is JSON, but not an object", got=f"{reading.got}, {kind}")
    return PASS


@rule("response.201.object")
def created_object(reading: Reading) -> Finding | None:
    """The body of a 201 is a JSON object."""
    return is_json_object(reading) if _created(reading) else None


@rule("response.201.unique-members")
def unique_members(reading: Reading) -> Finding | None:
    """The body of a 201 has no member twice."""
    if not _created(reading) or reading.object is None:
        return None
    twice = ", ".join(sorted(set(reading.json.duplicates)))
    return fail(f"{twice} stands twice", got=f"{twice} twice") if twice else PASS


def _member(reading: Reading, name: str) -> Any:  # noqa: ANN401 - a JSON value
    """The member's value, or _MISSING where there is none to speak of."""
    return (reading.object or {}).get(name, _MISSING) if _created(reading) else _MISSING


def _type(name: str) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        if not _created(reading):
            return None
        if reading.object is None:
            return untested(reading.unread or "the body is no JSON object")
        value = _member(reading, name)
        if value is _MISSING:
            return fail(f"{name} is missing", got="no such member")
        if errors := reading.contract.type_errors(f"{_SCHEMA}/properties/{name}", value):
            return fail(f"{name}: {errors[0]}", got=json_type(value))
        return PASS

    return judge


def _date(name: str) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        value = _member(reading, name)
        if not isinstance(value, str):
            return None
        schema = f"{_SCHEMA}/properties/{name}"
        if value.endswith("\n") or reading.contract.format_errors(schema, _without_leap_second(value)):
            return fail(f"{name} is {value!r}", got=value)
        return PASS

    return judge


def _not_null(name: str) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        value = _member(reading, name)
        if value is None:
            return fail(f"{name} is null", got="null")
        return PASS if isinstance(value, str) else None

    return judge


def _without_leap_second(date: str) -> str:
    """A leap second as the second before it, where it can be one: at 23:59:60 UTC (RFC 3339 section 5.7)."""
    leap = _LEAP_SECOND.fullmatch(date)
    if leap is None:
        return date
    whole, hour, minute, rest, sign, ahead_hours, ahead_minutes = leap.groups()
    ahead = int(f"{sign or '+'}{int(ahead_hours or 0) * 60 + int(ahead_minutes or 0)}")
    in_utc = (int(hour) * 60 + int(minute) - ahead) % _DAY
    return f"{whole}:59{rest}" if in_utc == _DAY - 1 else date


for _name in (
    "id", "repository_id", "update_status", *_DATES, "url", "number_of_failures", "mirroring_enabled", "is_private",
    "endpoint_uuid", "last_error",
):  # fmt: skip
    RULES[f"response.201.{_name}.type"] = _type(_name)
for _name in _DATES:
    RULES[f"response.201.{_name}.not-null"] = _not_null(_name)
    RULES[f"response.201.{_name}.format"] = _date(_name)


def _at_least(name: str, least: int) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        value = _member(reading, name)
        if value is None and name in _NULLABLE:
            return PASS
        if not _is_number(value):
            return None
        return PASS if value >= least else fail(f"{name} is {value}", got=str(value))

    return judge


RULES["response.201.id.minimum"] = _at_least("id", 1)
RULES["response.201.number_of_failures.minimum"] = _at_least("number_of_failures", 0)


@rule("response.201.repository_id.echo")
def repeats_id(reading: Reading) -> Finding | None:
    """A 201 repeats the repository_id of the path."""
    value = _member(reading, "repository_id")
    if not _is_number(value) or reading.facts.id_kind is not ValueKind.IN_RANGE:
        return None
    asked = reading.facts.id
    return PASS if value == asked else fail(f"{asked} was asked for, the answer says {value}", got=str(value))


@rule("response.201.url.echo")
def repeats_url(reading: Reading) -> Finding | None:
    """A 201 repeats the url as it was sent, user info excepted; where it was sent twice, one of the two."""
    value, sent = _member(reading, "url"), reading.facts.strings
    if not isinstance(value, str) or not sent or not all(map(repeatable, sent)):
        return None
    if any(_repeats(value, url) for url in sent):
        return PASS
    bare_value, bare_sent = _without_user_info(value), _without_user_info(sent[-1])
    if bare_value == bare_sent:
        return fail(f"{bare_sent} was sent, the answer has user info in it", got="a url with user info")
    return fail(f"{in_words(bare_sent, 250)} was sent, the answer says {bare_value}", got=bare_value)


def _repeats(value: str, sent: str) -> bool:
    """Whether `value` is `sent`, or the URI that it stands for; user info may be left out, and must not be added."""
    bare_sent = _without_user_info(sent)
    if bare_sent != sent and _without_user_info(value) in forms_of(bare_sent):
        return True
    return value in forms_of(sent)


def _without_user_info(url: str) -> str:
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@]*@", r"\1", url)


@rule("response.201.content-type")
def content_type(reading: Reading) -> Finding | None:
    """A 201 says application/json."""
    return is_json_media(reading) if _created(reading) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
