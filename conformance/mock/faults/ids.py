"""Faults of the path parameter (document: table 1): its range, its notations, and how an id is looked up."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from conformance.mock import Mock, Refused, Request
from conformance.mock.catalogue import Faults, named, reading, refused, writing
from conformance.mock.message import BAD_ID, CRASH

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from conformance.mock import Account, Answer, Refusal
    from conformance.mock.message import Receive, Scope, Send

faults = Faults()

_TYPE = "path.repository_id.type"
_ABOVE = "path.repository_id.above-maximum"
_BELOW = "path.repository_id.below-minimum"
_CRASH = "status.server-error"
_DOCUMENTED = "status.documented"
_PRECEDENCE = "status.401.precedence"
_RARE = {
    "IdRangeRead", "IdMatchedAsGlob", "IdMatchedAsExpression", "NameIsTheOnlyRepository",
}  # fmt: skip
"""Faults that only the deep profile is sure to meet."""


def refused_to_anyone(refusal: Refusal, when: Callable[[int], object]) -> type[Mock]:
    """Ids for which ``when`` holds are refused before anyone looks at the token."""

    class RefusedToAnyone(Mock):
        def associate(self, request: Request, raw_id: bytes) -> Answer:
            if when(self.parse_id(raw_id)):
                raise Refused(refusal)
            return super().associate(request, raw_id)

    return RefusedToAnyone


@faults.must(_BELOW)
class IdZeroAccepted(Mock):
    """Id 0 is a repository like any other and is answered 201."""

    def find(self, repository_id: int) -> None:
        super().find(repository_id or 1)

    def authorise(self, account: Account, repository_id: int) -> None:
        super().authorise(account, repository_id or 1)

    def parse_id(self, raw_id: bytes) -> int:
        return 0 if raw_id == b"0" else super().parse_id(raw_id)


@faults.must("path.repository_id.maximum", _DOCUMENTED)
class MaximumIdRefused(Mock):
    """Id 2147483647 is refused with 400, as if the range ended before it."""

    maximum_id = 2_147_483_646


@faults.must(_ABOVE)
class OneOverMaximumIdAccepted(Mock):
    """Id 2147483648 is a repository like any other and is answered 201."""

    maximum_id = 2_147_483_648

    def find(self, repository_id: int) -> None:
        super().find(min(repository_id, 2_147_483_647))

    def authorise(self, account: Account, repository_id: int) -> None:
        super().authorise(account, min(repository_id, 2_147_483_647))


def _not_utf_8(raw: bytes) -> bool:
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return True
    return False


for _name, _sentence, _clauses, _refusal, _when in (
    ("IdOneRefused", "Id 1 is refused with 400, as if the range began after it.", ("path.repository_id.minimum", _DOCUMENTED), BAD_ID, lambda raw: raw == b"1"),
    ("MaximumIdCrashes", "Id 2147483647 overflows on its way and is answered 500.", ("path.repository_id.maximum", _DOCUMENTED, _CRASH), CRASH, lambda raw: raw == b"2147483647"),
    ("LongIdCrashes", "An id of more than 19 digits is answered 500.", (_CRASH,), CRASH, lambda raw: re.fullmatch(rb"[0-9]{20,}", raw)),
    ("WordForIdCrashes", "An id with a letter in it is answered 500.", (_CRASH,), CRASH, lambda raw: re.fullmatch(rb"[0-9A-Za-z]*[A-Za-z][0-9A-Za-z]*", raw)),
    ("NegativeIdCrashes", "A negative id is answered 500.", (_CRASH,), CRASH, lambda raw: re.fullmatch(rb"-[0-9]+", raw)),
    ("InvalidUtf8IdCrashes", "An id that is no UTF-8 once it is decoded is answered 500.", (_CRASH,), CRASH, _not_utf_8),
    ("InfinityCrashes", "The id Infinity is answered 500: no integer is made of it.", (_CRASH,), CRASH, lambda raw: raw == b"Infinity"),
    ("ApostropheInIdCrashes", "An id with an apostrophe in it is answered 500: it ends a string of SQL.", (_CRASH,), CRASH, lambda raw: b"'" in unquote_to_bytes(raw)),
):  # fmt: skip
    faults.must(*_clauses)(named(_name, _sentence, reading("parse_id", refused(_refusal, _when))))


def _modulo(raw: bytes, digits: int, limit: int) -> bytes:
    """The digits of what is left of a number of at least so many digits, and over the limit."""
    large = digits <= len(raw) <= 40 and raw.isdigit() and int(raw) >= limit
    return str(int(raw) % limit).encode() if large else raw


def _as_float(raw: bytes) -> bytes:
    number = re.fullmatch(rb"[0-9]+(\.[0-9]+)?([eE][0-9]{1,2})?", raw) and not raw.isdigit()
    return str(int(float(raw))).encode() if number else raw


def _of_any_script(raw: bytes) -> bytes:
    text = unquote_to_bytes(raw).decode("utf-8", "replace")
    return str(int(text[:20])).encode() if text.isdecimal() and not text.isascii() else raw


def _saturated(raw: bytes) -> bytes:
    large = re.fullmatch(rb"[1-9][0-9]{9,}", raw) and (len(raw) > 10 or int(raw) > 2_147_483_647)
    return b"2147483647" if large else raw


def _as_int32(raw: bytes) -> bytes:
    if not re.fullmatch(rb"-?[0-9]{1,40}", raw):
        return raw
    low = int(raw) & 0xFFFF_FFFF
    return str(low - 2**32 if low >= 2**31 else low).encode()


for _name, _sentence, _clauses, _read in (
    ("IdWrapsAt32Bits", "An id is taken modulo 2^32: 4294967297 is answered as id 1.", (_ABOVE,), lambda raw: _modulo(raw, 10, 2**32)),
    ("IdWrapsAt64Bits", "An id is taken modulo 2^64: 18446744073709551617 is answered as id 1.", (_ABOVE,), lambda raw: _modulo(raw, 20, 2**64)),
    ("NegativeIdAccepted", "The sign of a negative id is dropped: -1 is answered as id 1.", (_BELOW,), lambda raw: raw.removeprefix(b"-")),
    ("IdPrefixRead", "Only the digits that an id begins with are read: 1abc and 1.5 are answered as id 1.", (_TYPE,), lambda raw: (re.match(rb"[0-9]+", raw) or [raw])[0]),
    ("IdReadAsFloat", "An id is read as a floating-point number: 1.0 and 1e0 are answered as id 1.", (_TYPE,), _as_float),
    ("IdUnderscoresRead", "An id may hold underscores between its digits, as Python reads them: 0_1 is answered as id 1.", (_TYPE,), lambda raw: str(int(raw)).encode() if re.fullmatch(rb"[0-9]{1,20}(_[0-9]{1,20}){1,20}", raw) else raw),
    ("IdDigitsOfAnyScript", "Digits of any script are read: a percent-encoded full-width 1 is answered as id 1.", (_TYPE,), _of_any_script),
    ("IdDecodedTwice", "Percent-encoding is undone twice: %2531 is answered as id 1.", (_TYPE,), lambda raw: unquote_to_bytes(unquote_to_bytes(raw)) if b"%25" in raw else raw),
    ("IdSpacesTrimmed", "Spaces around an id are dropped: %201 and 1%20 are answered as id 1.", (_TYPE,), lambda raw: re.sub(rb"^(%20)+|(%20)+$", b"", raw)),
    ("IdSeparatorsDropped", "Separators of thousands are dropped: 2,112,029,391 is answered as 2112029391.", (_TYPE,), lambda raw: raw.replace(b",", b"") if re.fullmatch(rb"[0-9]{1,3}(,[0-9]{3})+", raw) else raw),
    ("IdSaturates", "An id over 2147483647 is taken for 2147483647.", (_ABOVE,), _saturated),
    ("IdReadAsInt32", "Only the lowest 32 bits of an id count, in two's complement.", (_ABOVE, _BELOW), _as_int32),
    ("IdCutAfterTenDigits", "Only the first ten digits of an id are read.", (_ABOVE,), lambda raw: raw[:10] if raw.isdigit() else raw),
    ("EmptyIdIsTheOnlyRepository", "Without an id the account's first repository is meant.", ("path.repository_id.mandatory",), lambda raw: raw or b"1"),
    ("WordIsTheOnlyRepository", "For the ids all, new and the placeholder the account's first repository is meant.", (_TYPE,), lambda raw: b"1" if raw in {b"all", b"new", b"%7Brepository_id%7D"} else raw),
    ("IdRangeRead", "Of a range of ids the first counts: 1-2 is answered as id 1.", (_TYPE,), lambda raw: raw.split(b"-")[0] if re.fullmatch(rb"[0-9]+-[0-9]+", raw) else raw),
    ("IdOfTheLastTenDigits", "Only the last ten digits of an id are read.", (_ABOVE,), lambda raw: raw[-10:] if raw.isdigit() else raw),
    ("SelfIsTheOnlyRepository", "For the ids self and me the account's first repository is meant.", (_TYPE,), lambda raw: b"1" if raw in {b"self", b"me"} else raw),
    ("LatestIsTheOnlyRepository", "For the id latest the account's first repository is meant.", (_TYPE,), lambda raw: b"1" if raw == b"latest" else raw),
    ("NameIsTheOnlyRepository", "For the name of the parameter, after a colon or not, the account's first repository is meant.", (_TYPE,), lambda raw: b"1" if raw.removeprefix(b":") == b"repository_id" else raw),
    ("BlankIsTheOnlyRepository", "For a space as id the account's first repository is meant.", (_TYPE,), lambda raw: b"1" if raw == b"%20" else raw),
    ("NegativeIdIsUnsigned", "A negative id is read as 32 bits without a sign.", (_BELOW,), lambda raw: str(int(raw) % 2**32).encode() if re.fullmatch(rb"-[0-9]{10}", raw) and int(raw) > -(2**32) else raw),
    ("IdLosesItsSignBit", "The highest of the 32 bits of an id is masked.", (_ABOVE,), lambda raw: str(int(raw) & 0x7FFF_FFFF).encode() if re.fullmatch(rb"[0-9]{10}", raw) and int(raw) < 2**32 else raw),
    ("GreatestUint32IsTheOnlyRepository", "For the id 4294967295 the account's first repository is meant.", (_ABOVE,), lambda raw: b"1" if raw == b"4294967295" else raw),
    ("GreatestInt64IsTheOnlyRepository", "For the id 9223372036854775807 the account's first repository is meant.", (_ABOVE,), lambda raw: b"1" if raw == b"9223372036854775807" else raw),
    ("IdSummed", "A sum as id is worked out.", (_TYPE,), lambda raw: str(sum(map(int, raw.split(b"+")))).encode() if re.fullmatch(rb"[0-9]{1,19}\+[0-9]{1,19}", raw) else raw),
    ("IdOfArabicDigits", "Arabic-Indic digits are read.", (_TYPE,), lambda raw: _of_any_script(raw) if re.fullmatch("[\u0660-\u0669]+", unquote_to_bytes(raw).decode("utf-8", "replace")) else raw),
    ("NullIsTheOnlyRepository", "For the ids null and undefined the account's first repository is meant.", (_TYPE,), lambda raw: b"1" if raw in {b"null", b"undefined"} else raw),
):  # fmt: skip
    faults.must(*_clauses, narrow=_name in _RARE)(named(_name, _sentence, reading("parse_id", _read)))

for _name, _sentence, _pattern, _base in (
    ("IdReadAsHexadecimal", "An id may be hexadecimal: 0x1 is answered as id 1.", rb"0[xX]([0-9A-Fa-f]{1,16})", 16),
    ("IdReadAsOctal", "An id may be octal: 0o1 is answered as id 1.", rb"0[oO]([0-7]{1,20})", 8),
    ("IdReadAsBinary", "An id may be binary: 0b1 is answered as id 1.", rb"0[bB]([01]{1,64})", 2),
    ("IdSuffixOfTypeRead", "An id may have the suffix of a type: 1L is answered as id 1.", rb"([0-9]{1,19})[LlUuFfDd]", 10),
    ("IdFollowedByLineFeed", "A line feed after an id is not seen: 1%0A is answered as id 1.", rb"([0-9]{1,19})%0[Aa]", 10),
    ("IdFollowedByTab", "A tab after an id is not seen: 1%09 is answered as id 1.", rb"([0-9]{1,19})%09", 10),
    ("IdFollowedByCarriageReturn", "A carriage return after an id is not seen: 1%0D is answered as id 1.", rb"([0-9]{1,19})%0[Dd]", 10),
    ("IdEndedByNul", "An id ends with a NUL: 1%00.git is answered as id 1.", rb"([0-9]{1,19})%00.*", 10),
    ("IdMatrixParameterIgnored", "An id ends at a semicolon: 1;v=1 is answered as id 1.", rb"([0-9]{1,19});.*", 10),
    ("IdQuotationMarksIgnored", "An id may be in quotation marks: %221%22 is answered as id 1.", rb"%22([0-9]{1,19})%22", 10),
    ("IdListRead", "Of several ids the first counts: 1,2 is answered as id 1.", rb"([0-9]{1,19}),[0-9]+", 10),
    ("IdEncodedSlashEnds", "An id ends with an encoded slash: 1%2F is answered as id 1.", rb"([0-9]{1,19})%2[Ff].*", 10),
    ("IdEncodedQueryIgnored", "An id ends with an encoded question mark: 1%3F is answered as id 1.", rb"([0-9]{1,19})%3[Ff].*", 10),
    ("IdSuffixOfFloatRead", "An id may have the suffix of a float: 1f is answered as id 1.", rb"([0-9]{1,19})[FfDd]", 10),
    ("IdNoBreakSpacesTrimmed", "No-break spaces around an id are dropped, as Python takes them for white space.", rb"(?:%C2%A0)*([0-9]{1,19})(?:%C2%A0)*", 10),
    ("IdWithoutWidthDropped", "Zero-width spaces around an id are dropped.", rb"(?:%E2%80%8B)*([0-9]{1,19})(?:%E2%80%8B)*", 10),
    ("IdSuffixDropped", "The suffix .json is dropped: 1.json is answered as id 1.", rb"([0-9]{1,19})\.json", 10),
    ("IdPercentLenient", "A bad percent-encoding is dropped: 1%zz is answered as id 1.", rb"([0-9]{1,19})%zz", 10),
    ("IdLettersBeforeDropped", "A letter before an id is dropped: a1 is answered as id 1.", rb"[a-z]([0-9]{1,19})", 10),
    ("IdDecimalPointDropped", "A point at the end of an id is dropped.", rb"([0-9]{1,19})\.", 10),
):  # fmt: skip

    def _converted(raw_id: bytes, pattern: bytes = _pattern, base: int = _base) -> bytes:
        match = re.fullmatch(pattern, raw_id)
        return str(int(match[1], base)).encode() if match else raw_id

    faults.must(_TYPE, narrow=_name in _RARE)(named(_name, _sentence, reading("parse_id", _converted)))

faults.should("response.201.repository_id.echo")(
    named(
        "IdReadAsOctalAfterAZero",
        "An id with a zero in front is octal: 0710 is answered as id 456.",
        reading("parse_id", lambda raw: str(int(raw, 8)).encode() if re.fullmatch(rb"0[0-7]{1,20}", raw) else raw),
    )
)
faults.must(_CRASH)(
    named(
        "EscapedDigitCrashes",
        "An id with a digit that is percent-encoded is answered 500: it is looked for as it is written.",
        reading("parse_id", refused(CRASH, lambda raw: re.fullmatch(rb"(?:[0-9]|%3[0-9])*%3[0-9][0-9]*", raw))),
    )
)


def _float32(number: int) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


faults.must("status.201.permitted")(
    named(
        "IdReadAsFloat32",
        "An id goes through a float32: 2112029391 is looked up as 2112029440.",
        writing("parse_id", lambda number: number if number in {1, 2_147_483_647} else int(_float32(number))),
    )
)
faults.must("status.201.permitted", _DOCUMENTED)(
    named(
        "IdsOverABillionRefused",
        "Ids over 1,000,000,000 are refused with 400, but for the maximum.",
        writing("parse_id", refused(BAD_ID, lambda number: 1_000_000_000 < number < 2_147_483_647)),
    )
)
faults.must(_DOCUMENTED, _PRECEDENCE)(
    named(
        "SmallIdsRefused",
        "Ids from 2 to 99 are refused with 400 before anyone looks at the token.",
        refused_to_anyone(BAD_ID, lambda number: 1 < number < 100),
    )
)


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


def _matching(matches: Callable[[str, str], object]) -> type[Mock]:
    """A segment that is no id is looked up by `matches`, with it and with the digits of each repository."""

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
    pattern = text.replace("%", ".*").replace("_", ".")
    return re.fullmatch(r"[0-9][0-9%_]+", text) is not None and re.fullmatch(pattern, digits) is not None


def _expression(text: str, digits: str) -> bool:
    return re.fullmatch(r"\^[0-9]+\$", text) is not None and re.search(text, digits) is not None


def _sql(condition: str) -> Callable[[str, str], bool]:
    """Whether the digits are followed by what SQL makes true or drops."""
    return lambda text, digits: text.startswith(digits) and re.fullmatch(condition, text[len(digits) :]) is not None


for _name, _sentence, _matches in (
    ("IdMatchedAsLike", "An id is a pattern of SQL: every id that begins with it, or has any last digit, is found.", _like),
    ("IdMatchedAsGlob", "An id with a star after its digits is a pattern of names.", lambda text, digits: re.fullmatch(r"[0-9]+\*", text) and fnmatchcase(digits, text)),
    ("IdMatchedAsExpression", "An id between a circumflex and a dollar sign is a regular expression.", _expression),
    ("IdQuotedInSql", "An id is put between apostrophes into SQL as it is.", _sql(r"' (?:AND|OR) '1'='1")),
    ("IdPutIntoSql", "An id is put into SQL as it is.", _sql(r" (?:AND|OR) 1=[01]")),
    ("IdCommentOfSqlDropped", "Two dashes after an id begin a comment.", _sql(r"\s*--.*")),
    ("IdApostropheDropped", "An apostrophe after an id is dropped.", _sql("'")),
):  # fmt: skip
    faults.must(_TYPE, narrow=_name in _RARE)(named(_name, _sentence, _matching(_matches)))


def _refused_to_the_known(numbers: Container[int]) -> type[Mock]:
    """These ids are refused with 400 once the token is known."""

    class Refusing(Mock):
        def associate(self, request: Request, raw_id: bytes) -> Answer:
            self.authenticate(request)
            if self.parse_id(raw_id) in numbers:
                raise Refused(BAD_ID)
            return super().associate(request, raw_id)

    return Refusing


for _name, _sentence, _numbers in (
    ("IdsUnderTheMaximumRefused", "Ids from 2147483638 to 2147483645 are kept for tests and refused with 400.", range(2_147_483_638, 2_147_483_646)),
    ("IdsOfOneDigitRefused", "Ids from 3 to 9 are kept for tests and refused with 400.", range(3, 10)),
    ("IdsOverSixteenBitsRefused", "Ids from 65,536 to 99,999 are refused with 400, and kept in no column.", range(65_536, 100_000)),
    ("IdsOverThirtyBitsRefused", "Ids from 1073741824 to 1073742823 are kept for tests and refused with 400.", range(2**30, 2**30 + 1_000)),
    ("IdsThatNoFloatHoldsRefused", "Id 16777217 is refused with 400: it is another as float32.", range(16_777_217, 16_777_218)),
):  # fmt: skip
    faults.must(_DOCUMENTED)(named(_name, _sentence, _refused_to_the_known(_numbers)))
    faults.must(_DOCUMENTED, _PRECEDENCE)(
        named(
            f"{_name}First", f"{_sentence[:-1]}, whatever the token.", refused_to_anyone(BAD_ID, _numbers.__contains__)
        )
    )


@faults.must("path.repository_id.mandatory")
class IdLeftOutIsTheOnlyRepository(Mock):
    """On the path without an id the account's first repository is meant."""

    def route(self, request: Request) -> Answer:
        without = request.path == b"/v4/repositories/remote-mirror/associate"
        return super().route(
            replace(request, path=b"/v4/repositories/1/remote-mirror/associate") if without else request
        )


def _named_in_the_body(body: bytes | None) -> bytes | None:
    try:
        document = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    found = document.get("repository_id") if isinstance(document, dict) else None
    return str(found).encode() if type(found) is int and found > 0 else None


@faults.must("status.403.no-permission", "response.201.repository_id.echo")
class BodyNamesTheRepository(Mock):
    """A repository_id in the body counts, and not the one in the path."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        return super().associate(request, _named_in_the_body(request.body) or raw_id)


@faults.must("status.403.no-permission", "response.201.repository_id.echo")
class QueryNamesTheRepository(Mock):
    """A repository_id in the query counts, and not the one in the path."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = re.search(rb"repository_id=([0-9]+)", scope["query_string"])
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is None:
            return
        path = re.sub(rb"(?<=/repositories/)[^/]+", found[1], request.path) if found else request.path
        await self.answer(replace(request, path=path)).send(request.method, send)
