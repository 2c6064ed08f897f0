"""Documented answers: their bodies by the schema, and what they repeat of the request."""

from __future__ import annotations

import json
import re
from calendar import timegm
from email.utils import parsedate_tz
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from conformance.contract.body import BodyKind
from conformance.contract.spellings import forms_of
from conformance.contract.strictjson import read_json, same_value
from conformance.contract.values import Argument, Integer, ValueKind
from conformance.judge.checks.registry import Kind, Rule, check
from conformance.judge.expected import expectation_of
from conformance.judge.reading import Reading, json_type
from conformance.judge.verdict import PASS, Finding, fail, in_words, untested

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract

_DAY = 24 * 60
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))")
_SET_CLOCKS = 365 * 86_400  # seconds: a date of 1970 or earlier is the zero of a program, in any zone
_IMF_FIXDATE = re.compile(r"[A-Z][a-z]{2}, [0-3]\d [A-Z][a-z]{2} [1-9]\d{3} [0-2]\d:[0-5]\d:[0-6]\d GMT", re.ASCII)
_CLOCKS_DIFFER = 15 * 60  # seconds
_MISSING = object()


def _answers(reading: Reading, clause: Clause) -> bool:
    """Whether this is the documented answer that the clause is about."""
    return reading.facts.operates and reading.status == clause.arguments["status"]


def is_json_media(reading: Reading) -> Finding:
    """Whether the answer says the media type that its status is documented with, else application/json.

    In any case and with any parameters (RFC 9110 section 8.3.1).
    """
    response = reading.exchange.response
    documented = reading.contract.operation.responses.get(reading.status)
    media = (documented.media if documented else None) or "application/json"
    said = response.header("content-type") if response else None
    if said is not None and said.split(";")[0].strip(" \t").lower() == media.lower():
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


@check("object", {"status": Kind.STATUS})
def is_object(_contract: Contract, clause: Clause) -> Rule:
    """The body is a JSON object."""
    return lambda reading: is_json_object(reading) if _answers(reading, clause) else None


@check("no-body", {"status": Kind.STATUS})
def no_body(_contract: Contract, clause: Clause) -> Rule:
    """The answer has no body."""

    def judge(reading: Reading) -> Finding | None:
        response = reading.exchange.response
        if response is None or not _answers(reading, clause):
            return None
        return (
            fail(f"the answer has a body: {reading.got}", got=f"{reading.got} with a body") if response.body else PASS
        )

    return judge


@check("unique-members", {"status": Kind.STATUS})
def unique_members(_contract: Contract, clause: Clause) -> Rule:
    """The body has no member twice."""

    def judge(reading: Reading) -> Finding | None:
        if not _answers(reading, clause) or reading.object is None:
            return None
        twice = ", ".join(sorted(set(reading.json.duplicates)))
        return fail(f"{twice} stands twice", got=f"{twice} twice") if twice else PASS

    return judge


def _member(reading: Reading, clause: Clause) -> Any:  # noqa: ANN401 - a JSON value
    """The value of the member that the clause is about, or _MISSING where there is none to speak of."""
    found = (reading.object or {}).get(clause.arguments["member"], _MISSING)
    return found if _answers(reading, clause) else _MISSING


def _schema(contract: Contract, clause: Clause) -> Mapping[str, Any]:
    members = contract.operation.responses[clause.arguments["status"]].members
    found: Mapping[str, Any] = members[clause.arguments["member"]]
    return found


_OF_A_MEMBER = {"status": Kind.STATUS, "member": Kind.ANSWER_MEMBER}


@check("member-type", _OF_A_MEMBER)
def member_type(contract: Contract, clause: Clause) -> Rule:
    """A member is there and is what its schema says, formats apart.

    One that the schema does not require may be missing. An answer that is no JSON object does not test it.
    """
    name, schema = clause.arguments["member"], _schema(contract, clause)

    def judge(reading: Reading) -> Finding | None:
        if not _answers(reading, clause):
            return None
        if reading.object is None:
            return untested(reading.unread or "the body is not a JSON object")
        value = _member(reading, clause)
        if value is _MISSING:
            return PASS if _optional(contract, clause) else fail(f"{name} is missing", got="no such member")
        if errors := contract.type_errors(schema, value):
            return fail(f"{name}: {errors[0]}", got=json_type(value))
        return PASS

    return judge


def _optional(contract: Contract, clause: Clause) -> bool:
    schema = contract.operation.responses[clause.arguments["status"]].schema or {}
    return clause.arguments["member"] not in schema.get("required", ())


@check("format", _OF_A_MEMBER)
def member_format(contract: Contract, clause: Clause) -> Rule:
    """A member has the format that its schema says.

    A `date-time` is that of RFC 3339; a leap second is one. What is no string is for the member's type.
    """
    name, schema = clause.arguments["member"], _schema(contract, clause)

    def judge(reading: Reading) -> Finding | None:
        value = _member(reading, clause)
        if not isinstance(value, str):
            return None
        if value.endswith("\n") or contract.format_errors(schema, _without_leap_second(value)):
            return fail(f"{name} is {value!r}", got=value)
        return PASS

    return judge


@check("not-null", _OF_A_MEMBER)
def not_null(contract: Contract, clause: Clause) -> Rule:
    """A member is not null; one of a type that is not documented says nothing."""
    schema = _schema(contract, clause)

    def judge(reading: Reading) -> Finding | None:
        value = _member(reading, clause)
        if value is None:
            return fail(f"{clause.arguments['member']} is null", got="null")
        return None if value is _MISSING or contract.type_errors(schema, value) else PASS

    return judge


@check("past", _OF_A_MEMBER)
def past(contract: Contract, clause: Clause) -> Rule:
    """A date-time is that of something that happened: after 1970, and not after the answer's own Date.

    Clocks may differ by a quarter of an hour. A date of another form is for the member's format.
    """
    name, schema = clause.arguments["member"], _schema(contract, clause)

    def judge(reading: Reading) -> Finding | None:
        value = _member(reading, clause)
        moment = _seconds(value) if isinstance(value, str) and not contract.format_errors(schema, value) else None
        if moment is None:
            return None
        if moment < _SET_CLOCKS:
            return fail(f"{name} is {value!r}, of 1970 or earlier", got=value)
        response = reading.exchange.response
        said = (response.header("date") if response else None) or ""
        now = _seconds_of_field(said)
        if now is None:
            return untested("the answer has no Date to compare with")
        ahead = moment - now > _CLOCKS_DIFFER
        return fail(f"{name} is {value!r}, after the answer's own Date, {said}", got=value) if ahead else PASS

    return judge


def _seconds(date: str) -> int | None:
    """The seconds since 1970 of a date-time with an offset, or None where another format is asked for."""
    parts = _DATE.fullmatch(date)
    if parts is None:
        return None
    return timegm(tuple(map(int, parts.groups()[:6]))) - _ahead(parts) * 60


def _ahead(parts: re.Match[str]) -> int:
    """The minutes by which a date's offset is ahead of UTC."""
    sign, hours, minutes = parts.groups()[6:]
    return int(f"{sign or '+'}{int(hours or 0) * 60 + int(minutes or 0)}")


def _seconds_of_field(said: str) -> int | None:
    """The same of a Date field (RFC 9110 section 5.6.7), or None where it is of another form, or of no set clock."""
    parts = parsedate_tz(said) if _IMF_FIXDATE.fullmatch(said) else None
    seconds = timegm(parts[:6]) if parts else 0
    return seconds if seconds >= _SET_CLOCKS else None


def _without_leap_second(date: str) -> str:
    """A leap second as the second before it, where it can be one: at 23:59:60 UTC (RFC 3339 section 5.7)."""
    parts = _DATE.fullmatch(date)
    if parts is None or parts[6] != "60":
        return date
    in_utc = (int(parts[4]) * 60 + int(parts[5]) - _ahead(parts)) % _DAY
    return f"{date[: parts.start(6)]}59{date[parts.end(6) :]}" if in_utc == _DAY - 1 else date


@check("at-least", {**_OF_A_MEMBER, "least": Kind.NUMBER})
def at_least(contract: Contract, clause: Clause) -> Rule:
    """A number is not under the least that makes sense; null passes where the schema allows it."""
    name, least, schema = clause.arguments["member"], clause.arguments["least"], _schema(contract, clause)

    def judge(reading: Reading) -> Finding | None:
        value = _member(reading, clause)
        if value is None and not contract.type_errors(schema, None):
            return PASS
        if not _is_number(value):
            return None
        return PASS if value >= least else fail(f"{name} is {value}", got=str(value))

    return judge


@check(
    "echo",
    {**_OF_A_MEMBER, "parameter": Kind.PARAMETER},
    {**_OF_A_MEMBER, "sent": Kind.BODY_MEMBER},
)
def echo(contract: Contract, clause: Clause) -> Rule:
    """The answer repeats a parameter, or a member of the body; of a url the user info may be left out.

    A url beyond ASCII may come back as the URI that it stands for: percent-encoded, its host in Punycode. What is no
    absolute http(s) URL, or holds white space, is not judged.
    """
    if "parameter" in clause.arguments:
        return _echo_of_parameter(contract, clause)
    return (
        _echo_of_url(clause) if clause.arguments["sent"] == contract.operation.url_member else _echo_of_member(clause)
    )


def _echo_of_parameter(contract: Contract, clause: Clause) -> Rule:
    name = clause.arguments["parameter"]
    of_resource = name == contract.operation.resource

    def judge(reading: Reading) -> Finding | None:
        facts, value = reading.facts, _member(reading, clause)
        asked = Argument(facts.id_kind, facts.id) if of_resource and facts.id_kind else facts.arguments.get(name)
        if asked is not None and asked.kind is ValueKind.NOTATION and asked.value is None:
            asked = _in_decimal(reading, name)
        if asked is None or asked.kind is not ValueKind.IN_RANGE or asked.value is None:
            return None
        comparable = _is_number(value) if isinstance(asked.value, int) else isinstance(value, str)
        if not comparable:
            return None
        said = f"{asked.value} was asked for, the answer says {value}"
        return PASS if value == asked.value else fail(said, got=str(value))

    return judge


def _in_decimal(reading: Reading, name: str) -> Argument | None:
    """An integer of the path in another notation as a decimal number, which an escaped digit is too (RFC 3986 6.2.2.2).

    A zero in front makes no other number of it.
    """
    operation = reading.contract.operation
    match = operation.path.fullmatch(reading.exchange.request.target)
    raw = dict(zip(operation.names, match.groups(), strict=False)).get(name) if match else None
    digits = re.fullmatch(rb"\+?([0-9]{1,19})", unquote_to_bytes(raw or b""))
    named = digits and isinstance(operation.parameter(name).domain, Integer)
    return Argument(ValueKind.IN_RANGE, int(digits[1])) if digits and named else None


def _echo_of_member(clause: Clause) -> Rule:
    path = clause.arguments["sent"].split(".")

    def judge(reading: Reading) -> Finding | None:
        value, sent = _member(reading, clause), read_json(reading.exchange.request.body or b"").value
        for name in path:
            sent = sent.get(name, _MISSING) if isinstance(sent, dict) else _MISSING
        if value is _MISSING or sent is _MISSING or reading.facts.body is not BodyKind.DOCUMENTED:
            return None
        shown = in_words(str(sent), 250)
        if same_value(value, sent):
            return PASS
        return fail(f"{shown} was sent, the answer says {_shown(value)}", got=_shown(value))

    return judge


def _echo_of_url(clause: Clause) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        """Of a url that was sent twice, one of the two is repeated."""
        value, sent = _member(reading, clause), reading.facts.strings
        if not isinstance(value, str) or not sent or not reading.facts.repeatable:
            return None
        if any(_repeats(value, url) for url in sent):
            return PASS
        bare_value, bare_sent = _without_user_info(value), _without_user_info(sent[-1])
        if bare_value == bare_sent:
            return fail(f"{bare_sent} was sent, the answer has user info in it", got="a url with user info")
        return fail(
            f"{in_words(bare_sent, 250)} was sent, the answer says {_shown(bare_value)}", got=_shown(bare_value)
        )

    return judge


def _repeats(value: str, sent: str) -> bool:
    """Whether `value` is `sent`, or the URI that it stands for; user info may be left out, and must not be added."""
    bare_sent = _without_user_info(sent)
    if bare_sent != sent and _without_user_info(value) in forms_of(bare_sent):
        return True
    return value in forms_of(sent)


def _without_user_info(url: str) -> str:
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@", r"\1", url)


def _shown(value: object) -> str:
    """A value as a message shows it: empty text between quotation marks, since nothing would be seen of it."""
    return str(value) if str(value).strip() else json.dumps(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@check("media-type", {"status": Kind.STATUS})
def media_type(contract: Contract, clause: Clause) -> Rule:
    """The answer says the documented media type."""
    success = clause.arguments["status"] == contract.operation.success
    expectation = expectation_of(contract)

    def judge(reading: Reading) -> Finding | None:
        asked = _answers(reading, clause) and (success or expectation.is_the_service_s(reading.facts, reading.status))
        return is_json_media(reading) if asked else None

    return judge
