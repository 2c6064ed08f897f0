"""Faults of looking an id up: what a database, a pattern or a narrow type makes of it (document: table 1)."""

from __future__ import annotations

import re
import struct
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from conformance.mock import Mock, Refused
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import BAD_ID, CRASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Answer, Request

faults = Faults()

_TYPE = "path.repository_id.type"
_PRECEDENCE = "status.401.precedence"


def _matching(matches: Callable[[str, str], object]) -> type[Mock]:
    """What is no id is looked up by `matches`, with it and with the digits of each repository."""

    class Matching(Mock):
        def parse_id(self, raw_id: bytes) -> int:
            text = unquote_to_bytes(raw_id).decode("latin-1")
            for number in sorted(self.fixtures.repositories, reverse=True):
                if not raw_id.isdigit() and matches(text, str(number)):
                    return number
            return super().parse_id(raw_id)

    return Matching


def _like(text: str, digits: str) -> bool:
    """Whether a pattern of SQL, which has digits in it, matches."""
    if not re.fullmatch(r"[0-9][0-9%_]+", text):
        return False
    return re.fullmatch(text.replace("%", ".*").replace("_", "."), digits) is not None


def _expression(text: str, digits: str) -> bool:
    return (
        text.startswith("^") and re.fullmatch(r"\^[0-9]+\$", text) is not None and re.search(text, digits) is not None
    )


def _sql(condition: str) -> Callable[[str, str], bool]:
    """Whether the digits are followed by what SQL makes true or drops."""
    return lambda text, digits: text.startswith(digits) and re.fullmatch(condition, text[len(digits) :]) is not None


for _name, _sentence, _matches in (
    ("IdMatchedAsLike", "An id is a pattern of SQL: what begins with it, or has any last digit, is found.", _like),
    ("IdMatchedAsGlob", "An id with a star after its digits is a pattern of names.", lambda text, digits: re.fullmatch(r"[0-9]+\*", text) and fnmatchcase(digits, text)),
    ("IdMatchedAsExpression", "An id between a circumflex and a dollar sign is a regular expression.", _expression),
    ("IdQuotedInSql", "An id is put between apostrophes into SQL as it is.", _sql(r"' (?:AND|OR) '1'='1")),
    ("IdPutIntoSql", "An id is put into SQL as it is.", _sql(r" (?:AND|OR) 1=1")),
    ("IdCommentOfSqlDropped", "What follows two dashes after an id is a comment.", _sql(r"\s*--.*")),
    ("IdApostropheDropped", "An apostrophe after an id is dropped.", _sql("'")),
):  # fmt: skip
    faults.must(_TYPE)(named(_name, _sentence, _matching(_matches)))


@faults.must("status.server-error")
class ApostropheInIdCrashes(Mock):
    """An id with an apostrophe in it is answered 500: it ends a string of SQL."""

    def parse_id(self, raw_id: bytes) -> int:
        if b"'" in unquote_to_bytes(raw_id):
            raise Refused(CRASH)
        return super().parse_id(raw_id)


def _float32(number: int) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


@faults.must("status.404.no-repository", "response.201.repository_id.echo")
class IdsComparedAsFloat32(Mock):
    """Ids are compared as float32: the neighbour of a repository is answered as that one."""

    def parse_id(self, raw_id: bytes) -> int:
        asked = super().parse_id(raw_id)
        alike = [known for known in self.fixtures.repositories if _float32(known) == _float32(asked)]
        edges = {1, self.fixtures.missing_repository_id, self.maximum_id}
        return alike[0] if alike and asked not in edges else asked


@faults.should("response.201.repository_id.echo")
class MaximumIdIsAnyRepository(Mock):
    """Id 2147483647 stands for the repository of the account, whichever that is."""

    def parse_id(self, raw_id: bytes) -> int:
        asked = super().parse_id(raw_id)
        return self.fixtures.repository_id if asked == self.maximum_id else asked


def _refusing(numbers: range, *, before_the_token: bool) -> type[Mock]:
    """Ids that are among `numbers` are refused with 400."""

    class Refusing(Mock):
        def associate(self, request: Request, raw_id: bytes) -> Answer:
            if not before_the_token:
                self.authenticate(request)
            if self.parse_id(raw_id) in numbers:
                raise Refused(BAD_ID)
            return super().associate(request, raw_id)

    return Refusing


for _name, _sentence, _numbers in (
    ("IdsUnderTheMaximumRefused", "Ids from 2147483638 to 2147483645 are kept for tests and refused with 400.", range(2_147_483_638, 2_147_483_646)),
    ("IdsOfOneDigitRefused", "Ids from 3 to 9 are kept for tests and refused with 400.", range(3, 10)),
    ("IdsOverSixteenBitsRefused", "Ids from 65,536 to 99,999 are refused with 400, and kept in no column.", range(65_536, 100_000)),
    ("IdsThatNoFloatHoldsRefused", "Id 16777217 is refused with 400: it is another as float32.", range(16_777_217, 16_777_218)),
):  # fmt: skip
    faults.must("status.documented")(named(_name, _sentence, _refusing(_numbers, before_the_token=False)))
    faults.must("status.documented", _PRECEDENCE)(
        named(f"{_name}First", f"{_sentence[:-1]}, whatever the token.", _refusing(_numbers, before_the_token=True))
    )
