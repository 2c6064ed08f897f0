"""Faults of the path parameter (document: table 1)."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from conformance.mock import Mock, Refused
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import BAD_ID, CRASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Account, Answer, Request

faults = Faults()


@faults.must("path.repository_id.below-minimum")
class IdZeroAccepted(Mock):
    """Id 0 is a repository like any other and is answered 201."""

    def find(self, repository_id: int) -> None:
        super().find(repository_id or 1)

    def authorise(self, account: Account, repository_id: int) -> None:
        super().authorise(account, repository_id or 1)

    def parse_id(self, raw_id: bytes) -> int:
        return 0 if raw_id == b"0" else super().parse_id(raw_id)


@faults.must("path.repository_id.minimum", "status.documented")
class IdOneRefused(Mock):
    """Id 1 is refused with 400, as if the range began after it."""

    def parse_id(self, raw_id: bytes) -> int:
        if raw_id == b"1":
            raise Refused(BAD_ID)
        return super().parse_id(raw_id)


@faults.must("path.repository_id.maximum", "status.documented")
class MaximumIdRefused(Mock):
    """Id 2147483647 is refused with 400, as if the range ended before it."""

    maximum_id = 2_147_483_646


@faults.must("path.repository_id.maximum", "status.documented", "status.server-error")
class MaximumIdCrashes(Mock):
    """Id 2147483647 overflows on its way and is answered 500."""

    def parse_id(self, raw_id: bytes) -> int:
        if raw_id == b"2147483647":
            raise Refused(CRASH)
        return super().parse_id(raw_id)


@faults.must("path.repository_id.above-maximum")
class OneOverMaximumIdAccepted(Mock):
    """Id 2147483648 is a repository like any other and is answered 201."""

    maximum_id = 2_147_483_648

    def find(self, repository_id: int) -> None:
        super().find(min(repository_id, 2_147_483_647))

    def authorise(self, account: Account, repository_id: int) -> None:
        super().authorise(account, min(repository_id, 2_147_483_647))


@faults.must("path.repository_id.above-maximum")
class IdWrapsAt32Bits(Mock):
    """An id is taken modulo 2^32: 4294967297 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]{10,40}", raw_id) and int(raw_id) >= 2**32:
            raw_id = str(int(raw_id) % 2**32).encode()
        return super().parse_id(raw_id)


@faults.must("path.repository_id.above-maximum")
class IdWrapsAt64Bits(Mock):
    """An id is taken modulo 2^64: 18446744073709551617 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]{20,40}", raw_id) and int(raw_id) >= 2**64:
            raw_id = str(int(raw_id) % 2**64).encode()
        return super().parse_id(raw_id)


@faults.must("path.repository_id.below-minimum")
class NegativeIdAccepted(Mock):
    """The sign of a negative id is dropped: -1 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id.removeprefix(b"-"))


@faults.must("path.repository_id.type")
class IdPrefixRead(Mock):
    """Only the digits that an id begins with are read: 1abc and 1.5 are answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        match = re.match(rb"[0-9]+", raw_id)
        return super().parse_id(match[0] if match else raw_id)


@faults.must("path.repository_id.type")
class IdReadAsFloat(Mock):
    """An id is read as a floating-point number: 1.0 and 1e0 are answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]+(\.[0-9]+)?([eE][0-9]{1,2})?", raw_id) and not raw_id.isdigit():
            raw_id = str(int(float(raw_id))).encode()
        return super().parse_id(raw_id)


@faults.must("path.repository_id.type")
class IdReadAsHexadecimal(Mock):
    """An id may be hexadecimal: 0x1 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"0[xX][0-9A-Fa-f]{1,16}", raw_id):
            raw_id = str(int(raw_id, 16)).encode()
        return super().parse_id(raw_id)


@faults.must("path.repository_id.type")
class IdUnderscoresRead(Mock):
    """An id may hold underscores between its digits: 2_112_029_391 is answered as 2112029391."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]+(_[0-9]+)+", raw_id):
            raw_id = raw_id.replace(b"_", b"")
        return super().parse_id(raw_id)


@faults.must("path.repository_id.type")
class IdDigitsOfAnyScript(Mock):
    """Digits of any script are read: a percent-encoded full-width 1 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        text = unquote_to_bytes(raw_id).decode("utf-8", "replace")
        if text.isdecimal() and not text.isascii():
            raw_id = str(int(text[:20])).encode()
        return super().parse_id(raw_id)


@faults.must("path.repository_id.type")
class IdDecodedTwice(Mock):
    """Percent-encoding is undone twice: %2531 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(unquote_to_bytes(unquote_to_bytes(raw_id)) if b"%25" in raw_id else raw_id)


@faults.must("path.repository_id.type")
class IdSpacesTrimmed(Mock):
    """Spaces around an id are dropped: %201 and 1%20 are answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(re.sub(rb"^(%20)+|(%20)+$", b"", raw_id))


@faults.must("status.server-error")
class LongIdCrashes(Mock):
    """An id of more than 19 digits is answered 500."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]{20,}", raw_id):
            raise Refused(CRASH)
        return super().parse_id(raw_id)


def _read(read: Callable[[bytes], bytes]) -> type[Mock]:
    """Ids are first made into others by `read`."""

    class Read(Mock):
        def parse_id(self, raw_id: bytes) -> int:
            return super().parse_id(read(raw_id))

    return Read


_TYPE = "path.repository_id.type"

for _name, _sentence, _pattern, _base in (
    ("IdReadAsOctal", "An id may be octal: 0o1 is answered as id 1.", rb"0[oO]([0-7]{1,20})", 8),
    ("IdReadAsBinary", "An id may be binary: 0b1 is answered as id 1.", rb"0[bB]([01]{1,64})", 2),
    ("IdSuffixOfTypeRead", "An id may have the suffix of a type: 1L is answered as id 1.", rb"([0-9]{1,19})[LlUuFfDd]", 10),
    ("IdFollowedByLineFeed", "A line feed after an id is not seen: 1%0A is answered as id 1.", rb"([0-9]{1,19})%0[Aa]", 10),
    ("IdEndedByNul", "An id ends with a NUL: 1%00.git is answered as id 1.", rb"([0-9]{1,19})%00.*", 10),
    ("IdMatrixParameterIgnored", "What follows a semicolon is ignored: 1;v=1 is answered as id 1.", rb"([0-9]{1,19});.*", 10),
    ("IdQuotationMarksIgnored", "An id may be in quotation marks: %221%22 is answered as id 1.", rb"%22([0-9]{1,19})%22", 10),
    ("IdListRead", "Of several ids the first counts: 1,2 is answered as id 1.", rb"([0-9]{1,19}),[0-9]+", 10),
    ("IdEncodedSlashEnds", "An id ends with an encoded slash: 1%2F is answered as id 1.", rb"([0-9]{1,19})%2[Ff].*", 10),
    ("IdEncodedQueryIgnored", "An id ends with an encoded question mark: 1%3F is answered as id 1.", rb"([0-9]{1,19})%3[Ff].*", 10),
    ("IdSuffixDropped", "The suffix .json is dropped: 1.json is answered as id 1.", rb"([0-9]{1,19})\.json", 10),
    ("IdPercentLenient", "A bad percent-encoding is dropped: 1%zz is answered as id 1.", rb"([0-9]{1,19})%zz", 10),
    ("IdLettersBeforeDropped", "A letter before an id is dropped: a1 is answered as id 1.", rb"[a-z]([0-9]{1,19})", 10),
    ("IdDecimalPointDropped", "A point at the end of an id is dropped.", rb"([0-9]{1,19})\.", 10),
):  # fmt: skip

    def _converted(raw_id: bytes, pattern: bytes = _pattern, base: int = _base) -> bytes:
        match = re.fullmatch(pattern, raw_id)
        return str(int(match[1], base)).encode() if match else raw_id

    faults.must(_TYPE)(named(_name, _sentence, _read(_converted)))

faults.must(_TYPE)(
    named(
        "IdSeparatorsDropped",
        "Separators of thousands are dropped: 2,112,029,391 is answered as 2112029391.",
        _read(lambda raw: raw.replace(b",", b"") if re.fullmatch(rb"[0-9]{1,3}(,[0-9]{3})+", raw) else raw),
    )
)


@faults.must("path.repository_id.above-maximum")
class IdSaturates(Mock):
    """An id over 2147483647 is taken for 2147483647."""

    def parse_id(self, raw_id: bytes) -> int:
        large = re.fullmatch(rb"[1-9][0-9]{9,}", raw_id) and (len(raw_id) > 10 or int(raw_id) > 2_147_483_647)
        return super().parse_id(b"2147483647" if large else raw_id)


@faults.must("path.repository_id.above-maximum", "path.repository_id.below-minimum")
class IdReadAsInt32(Mock):
    """Only the lowest 32 bits of an id count, in two's complement."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"-?[0-9]{1,40}", raw_id):
            low = int(raw_id) & 0xFFFF_FFFF
            raw_id = str(low - 2**32 if low >= 2**31 else low).encode()
        return super().parse_id(raw_id)


@faults.must("path.repository_id.above-maximum")
class IdCutAfterTenDigits(Mock):
    """Only the first ten digits of an id are read."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id[:10] if raw_id.isdigit() else raw_id)


@faults.must("status.201.permitted")
class IdReadAsFloat32(Mock):
    """An id goes through a float32: 2112029391 is looked up as 2112029440."""

    def parse_id(self, raw_id: bytes) -> int:
        number = super().parse_id(raw_id)
        rounded = int(struct.unpack("f", struct.pack("f", number))[0])
        return number if number in {1, 2_147_483_647} else rounded


@faults.must("status.201.permitted", "status.documented")
class IdsOverABillionRefused(Mock):
    """Ids over 1,000,000,000 are refused with 400, but for the maximum."""

    def parse_id(self, raw_id: bytes) -> int:
        number = super().parse_id(raw_id)
        if 1_000_000_000 < number < self.maximum_id:
            raise Refused(BAD_ID)
        return number


@faults.must("status.documented", "status.401.precedence")
class SmallIdsRefused(Mock):
    """Ids from 2 to 99 are refused with 400 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if 1 < self.parse_id(raw_id) < 100:
            raise Refused(BAD_ID)
        return super().associate(request, raw_id)


@faults.must("path.repository_id.mandatory")
class EmptyIdIsTheOnlyRepository(Mock):
    """Without an id the account's first repository is meant."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id or b"1")


@faults.must("path.repository_id.type")
class NullIsTheOnlyRepository(Mock):
    """For the ids null and undefined the account's first repository is meant."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(b"1" if raw_id in {b"null", b"undefined"} else raw_id)


@faults.must("status.server-error")
class WordForIdCrashes(Mock):
    """An id with a letter in it is answered 500."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9A-Za-z]*[A-Za-z][0-9A-Za-z]*", raw_id):
            raise Refused(CRASH)
        return super().parse_id(raw_id)


@faults.must("status.server-error")
class NegativeIdCrashes(Mock):
    """A negative id is answered 500."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"-[0-9]+", raw_id):
            raise Refused(CRASH)
        return super().parse_id(raw_id)


@faults.must("status.server-error")
class InvalidUtf8IdCrashes(Mock):
    """An id that is no UTF-8 once it is decoded is answered 500."""

    def parse_id(self, raw_id: bytes) -> int:
        try:
            unquote_to_bytes(raw_id).decode()
        except UnicodeDecodeError:
            raise Refused(CRASH) from None
        return super().parse_id(raw_id)
