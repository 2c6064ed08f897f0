"""JSON as RFC 8259 has it, read from raw bytes without a tolerant parser's leniency; and JSON pointers."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.remembering import remembering

_DEEPEST = 500
_BRACKETS = re.compile(r"[\[\]{}]")
_STRINGS = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""Strings, in which brackets do not count; an open one too: linear in time."""

_DIGITS = 4000  # int() refuses over 4,300; RFC 8259 section 9 allows limits


class _LimitError(ValueError):
    """A text that is not read for its length or depth, and may be JSON."""


@dataclass(frozen=True, slots=True)
class JsonText:
    """Bytes, read as JSON.

    Attributes:
        value: the value; None with a defect.
        defect: why it is not a JSON text of RFC 8259; None where it is one.
        unread: whether the defect is a limit of this reader, so that it may be JSON all the same (section 9).
        duplicates: members that stand twice in one object, which they should not (section 4).
        members: those of the outermost object as they were written, where one of them stands there twice.
    """

    value: Any = None
    defect: str | None = None
    unread: bool = False
    duplicates: tuple[str, ...] = field(default=())
    members: tuple[tuple[str, Any], ...] = field(default=())


def read_json(raw: bytes) -> JsonText:
    """Read `raw` (any bytes, any length) strictly: UTF-8, no byte order mark, no NaN or Infinity, nothing after it.

    The value is not to be changed: the next reader of the same bytes gets the same one.
    """
    return _remembered(raw)


def _read(raw: bytes) -> JsonText:
    duplicates: list[str] = []
    outermost: list[tuple[str, Any]] = []
    try:
        value = _parsed(_decoded(raw), duplicates, outermost)
    except json.JSONDecodeError as error:
        return JsonText(defect=f"{error.msg} (line {error.lineno}, column {error.colno})")
    except _LimitError as error:
        return JsonText(defect=str(error), unread=True)
    except UnicodeDecodeError as error:
        return JsonText(defect=f"it is not UTF-8 (byte {error.start})")
    except ValueError as error:
        return JsonText(defect=str(error))
    twice = isinstance(value, dict) and len(outermost) > len(value)
    return JsonText(value=value, duplicates=tuple(duplicates), members=tuple(outermost) if twice else ())


_remembered = remembering(_read, 64, len)  # one answer is read by the client, the judge and the reports


def _decoded(raw: bytes) -> str:
    if not raw.strip(b" \t\r\n"):
        raise ValueError("it is empty")
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("it begins with a byte order mark (RFC 8259 section 8.1)")
    return raw.decode()


def _check_depth(text: str) -> None:
    """Refuse what would exhaust the stack of the parser, before it does (RFC 8259 section 9 allows a limit)."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return
    depth, brackets = 0, _STRINGS.sub("", text)
    for bracket in _BRACKETS.finditer(brackets):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > _DEEPEST:
            closed = sum(map(brackets.count, "[{")) == sum(map(brackets.count, "]}"))
            error = _LimitError if closed else ValueError  # what is closed may be JSON
            raise error(f"it is nested over {_DEEPEST} levels deep, which is not read")


def _parsed(text: str, duplicates: list[str], outermost: list[tuple[str, Any]]) -> Any:  # noqa: ANN401 - any JSON
    """The value; `outermost` is left with the members of the object that ends last."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        outermost[:] = pairs
        found = dict(pairs)
        if len(found) != len(pairs):
            duplicates.extend(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        return found

    _check_depth(text)
    return json.loads(text, object_pairs_hook=members, parse_int=_integer, parse_constant=_refuse)


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise _LimitError(f"it has a number of over {_DIGITS:,} digits, which is not read")
    return int(digits)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a JSON number")


def same_value(one: object, other: object) -> bool:
    """Whether two values that were read are equal as JSON: numbers by their value, true and false by themselves."""
    pairs = [(one, other)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            pairs += [(one[name], other[name]) for name in one]
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            pairs += zip(one, other, strict=True)
        elif isinstance(one, bool) is not isinstance(other, bool) or one != other:
            return False
    return True


def resolve(document: object, pointer: str) -> Any:  # noqa: ANN401 - a JSON document holds anything
    """The value in `document` at `pointer` (``#/components/…``, RFC 6901 section 6); raises KeyError without one."""
    node: Any = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(name)] if isinstance(node, list) else node[name]
        except (LookupError, TypeError, ValueError):
            raise KeyError(pointer) from None
    return node
