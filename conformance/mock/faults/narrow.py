"""Faults that live in a narrow class of inputs: no table has them, generated requests find them."""

from __future__ import annotations

import re

from conformance.mock.catalogue import Faults, named, reading, writing
from conformance.mock.faults.bodies import url_refused
from conformance.mock.faults.ids import refused_to_anyone
from conformance.mock.faults.tokens import unknown_refused
from conformance.mock.message import CRASH, NOT_FOUND

faults = Faults()

_PRECEDENCE = "status.401.precedence"


for _name, _sentence, _match in (
    ("IdsOfAFullByteCrash", "Ids over 2^16 whose lowest byte is 255 are answered 500.", lambda n: n > 2**16 and n % 256 == 255),
    ("IdsOfAnEmptyByteCrash", "Ids whose second byte is 0 are answered 500.", lambda n: n > 2**24 and n >> 16 & 255 == 0),
    ("PalindromicIdsCrash", "Ids of three digits that read the same backwards are answered 500.", lambda n: 101 <= n <= 999 and str(n) == str(n)[::-1]),
):  # fmt: skip
    faults.must("status.server-error", _PRECEDENCE, "path.repository_id.maximum", "status.documented", narrow=True)(
        named(_name, _sentence, refused_to_anyone(CRASH, _match))
    )


faults.must(_PRECEDENCE, narrow=True)(
    named(
        "IdsOfAShardNotFoundBeforeUnauthorized",
        "Ids that are 7 modulo 64 live on a shard that answers 404 before anyone looks at the token.",
        refused_to_anyone(NOT_FOUND, lambda number: number % 64 == 7),
    )
)


def _of_40_bits(raw: bytes) -> bytes:
    large = re.fullmatch(rb"[0-9]{13,40}", raw) and int(raw) >= 2**40
    return str(int(raw) % 2**40).encode() if large else raw


faults.must("path.repository_id.above-maximum", narrow=True)(
    named("IdWrapsAt40Bits", "An id over 2^40 is taken modulo 2^40.", reading("parse_id", _of_40_bits))
)

_LENGTHS, _NEAR = "header.x-auth-token.*length", "status.401.near-valid-token"

for _name, _sentence, _found in (
    ("TokenOfBlockSizeCrashes", "An unknown token whose length is 15 modulo 64 is answered 500.", lambda token: len(token) > 4_096 and len(token) % 64 == 15),
    ("TokenOfThreePartsCrashes", "An unknown token of three parts with points between them is answered 500.", lambda token: token.count(".") == 2),
    ("TokenWithPaddingInsideCrashes", "An unknown token with = inside it is answered 500.", lambda token: re.search("=[A-Za-z0-9]", token)),
    ("TokenBeginningWithMinusCrashes", "An unknown token that begins with a minus sign is answered 500.", lambda token: token.startswith("-")),
):  # fmt: skip
    faults.must("status.server-error", "status.401.unknown-token", _LENGTHS, "status.documented", _NEAR, narrow=True)(
        named(_name, _sentence, unknown_refused(CRASH, _found))
    )


for _name, _sentence, _pattern in (
    ("HighPortRefused", "A url with a port over 49,151 is refused with 400.", r"//[^/?#]*:(?:49[2-9][0-9]{2}|5[0-9]{4}|6[0-9]{4})\b"),
    ("EncodedSlashRefused", "A url with an encoded slash is refused with 400.", "%2[Ff]"),
    ("TildeRefused", "A url with a tilde is refused with 400.", "~"),
    ("DoubleSlashRefused", "A url with two slashes in its path is refused with 400.", "//[^/?#]+[^?#]*//"),
):  # fmt: skip
    faults.must("request.url.http", "request.url.uncommon", "status.documented", narrow=True)(
        named(_name, _sentence, url_refused(_pattern))
    )


faults.should("response.201.url.echo", narrow=True)(
    named(
        "EmptyQueryDropped",
        "The field url has lost a question mark that nothing follows.",
        writing("shown_url", lambda url: url.removesuffix("?")),
    )
)
