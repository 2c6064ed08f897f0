"""Ids that mean something to a database or a program, and ids in range that a narrower range would leave out.

A pattern is made so that the description's repository is the only one that it matches, wherever that can be.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.identifier import MAXIMUM
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.requests import associate
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.inventory import Inventory

__all__ = ["float32_neighbour", "lookup_probes"]

_TYPE = ("path.repository_id.type", "status.undocumented")
_SMALLEST, _STEP = 16_777_216, "16777216 (2^24, where float32 loses integers)"
_WORDS = ("new", "me", "self", "mine", "current", "latest", "default", "first", "last", "all", "any", "own", "my")
_NUMBERS = (
    ("id.9", 9, "9 (the last of one digit)", Profile.STANDARD),
    ("id.2^24", _SMALLEST, _STEP, Profile.DEEP),
    ("id.2^24+1", _SMALLEST + 1, "16777217 (no float32)", Profile.STANDARD),
    ("id.2^31-10", MAXIMUM - 9, "2147483638 (nine under the maximum)", Profile.STANDARD),
    ("id.3", 3, "3", Profile.DEEP),
    ("id.10", 10, "10", Profile.DEEP),
    ("id.100", 100, "100", Profile.DEEP),
    ("id.2^7-1", 127, "127 (the maximum of int8)", Profile.DEEP),
    ("id.2^7", 128, "128 (one over int8)", Profile.DEEP),
    ("id.2^8", 256, "256 (one over uint8)", Profile.DEEP),
    ("id.2^15-1", 32_767, "32767 (the maximum of int16)", Profile.DEEP),
    ("id.2^15", 32_768, "32768 (one over int16)", Profile.DEEP),
    ("id.2^16-1", 65_535, "65535 (the maximum of uint16)", Profile.DEEP),
    ("id.2^16", 65_536, "65536 (one over uint16)", Profile.STANDARD),
    ("id.2^23", 8_388_608, "8388608 (2^23)", Profile.DEEP),
    ("id.999999", 999_999, "999999 (the last of six digits)", Profile.DEEP),
    ("id.999999999", 999_999_999, "999999999 (the last of nine digits)", Profile.DEEP),
    ("id.2^30-1", 1_073_741_823, "1073741823 (2^30 - 1)", Profile.DEEP),
    ("id.2^30", 1_073_741_824, "1073741824 (2^30)", Profile.DEEP),
    ("id.2^31-8", MAXIMUM - 7, "2147483640 (seven under the maximum)", Profile.DEEP),
    ("id.2^31-3", MAXIMUM - 2, "2147483645 (two under the maximum)", Profile.DEEP),
)  # fmt: skip


def lookup_probes(inventory: Inventory) -> Iterator[Probe]:
    """Ids for databases with the valid token, then ids in range with an unknown token and with the valid one."""
    for name, segment, words, profile in _segments(str(inventory.repository_id)):
        request = associate(inventory, inventory.token, segment.encode("ascii"))
        yield Probe(name, f"id {words}", _TYPE, request, profile=profile)
    for name, number, words, profile in _NUMBERS:
        yield Probe(
            f"{name}.unknown-token",
            f"id {words}, with an unknown token",
            (_owner(inventory, number), "status.documented"),
            associate(inventory, unknown(inventory, name, 64), number),
            profile=profile,
        )
        yield Probe(
            f"{name}.valid-token",
            f"id {words}, with a valid token",
            ("status.documented",),
            associate(inventory, inventory.token, number),
            profile=profile,
        )
    yield Probe(
        "id.neighbour.float32",
        "id of a repository, one more or less (the same as float32)",
        ("status.documented",),
        associate(inventory, inventory.token, float32_neighbour(inventory.repository_id)),
    )


def float32_neighbour(number: int) -> int:
    """The integer beside `number` that float32 makes the same, where there is one; it is in range."""
    above = number < MAXIMUM and _float32(number + 1) == _float32(number)
    return number + 1 if above or number == 1 else number - 1


def _float32(number: int) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


def _owner(inventory: Inventory, number: int) -> str:
    return "status.401.unknown-token" if number == inventory.repository_id else "status.401.precedence"


def _segments(r: str) -> Iterator[tuple[str, str, str, Profile]]:
    """Id, path segment, words and profile; `r` is the description's repository."""
    standard = (
        ("id.like.any", f"{r}%25", "followed by what matches anything in SQL"),
        ("id.like.one", f"{r[:-1]}_", "with what matches one character in SQL for its last digit"),
        ("id.glob.any", f"{r}*", "followed by a star"),
        ("id.expression", quote(f"^{r}$"), "as a regular expression"),
        ("id.apostrophe", f"{r}%27", "followed by an apostrophe"),
        ("id.sql.string", quote(f"{r}' AND '1'='1"), "followed by an apostrophe and SQL"),
        ("id.sql.comment", f"{r}--", "followed by a comment of SQL"),
    )
    deep = (
        *(
            (
                f"id.word.{word}",
                word,
                f"that is {word}",
            )
            for word in _WORDS
        ),
        ("id.glob.one", f"{r[:-1]}%3F", "with an encoded question mark for its last digit"),
        ("id.glob.set", f"%5B{r[0]}%5D{r[1:]}", "with its first digit in brackets"),
        ("id.quotation-mark", f"{r}%22", "followed by a quotation mark"),
        ("id.backslash", f"{r}%5C", "followed by a backslash"),
        ("id.sql.block-comment", quote(f"{r}/**/", safe="*"), "followed by a comment of SQL in stars"),
        ("id.sql.semicolon", f"{r}%3B", "followed by an encoded semicolon"),
        ("id.sql.cast", f"{r}::int", "with a cast of SQL"),
        ("id.or", f"{r}%7C{r}", "twice, with a vertical bar"),
    )
    yield from ((*row, Profile.STANDARD) for row in standard)
    yield from ((*row, Profile.DEEP) for row in deep)
