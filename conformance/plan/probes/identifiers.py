"""Repository ids: the edges of Table 1, aliases modulo 2^32 and 2^64, and look-alikes of numbers.

Out-of-contract ids are made of the description's repository and sent with the valid token: only a target that misreads
them reaches anything, and what it reaches is that repository.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.facts import Role
from conformance.contract.identifier import MAXIMUM, MINIMUM
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.requests import associate
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.inventory import Inventory

__all__ = ["identifier_probes"]

_BELOW = "path.repository_id.below-minimum"
_ABOVE = "path.repository_id.above-maximum"
_TYPE = "path.repository_id.type"
_NOTATION = "path.repository_id.notation"
_SMOKE = {"id.zero", "id.negative", "id.over", "id.alias.2^32", "id.decimal", "id.word", "id.empty", "id.with-letters"}


def identifier_probes(inventory: Inventory) -> Iterator[Probe]:
    """Ids out of contract, then ids 1, 2147483646 and 2147483647, then ids with a bad token."""
    for name, segment, words, clause in _segments(inventory.repository_id):
        clauses = (
            (clause,) if clause in {_NOTATION, "path.repository_id.mandatory"} else (clause, "status.undocumented")
        )
        request = associate(inventory, inventory.token, segment)
        profile = Profile.SMOKE if name in _SMOKE else Profile.STANDARD
        yield Probe(name, f"id {words}", clauses, request, profile=profile)
    yield from _edges(inventory)
    yield from _with_a_bad_token(inventory)


def _segments(r: int) -> Iterator[tuple[str, bytes, str, str]]:
    """Id, bytes, words and clause of each out-of-contract path segment; `r` is the description's repository."""
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(r))
    arabic = "".join(chr(ord(digit) - 0x30 + 0x660) for digit in str(r))
    superscript = f"{r}²"
    below = [
        ("id.zero", "0", "0 (one under the minimum)"),
        ("id.minus-zero", "-0", "-0"),
        ("id.minus-one", "-1", "-1"),
        ("id.negative", f"-{r}", "of a repository, negative"),
        ("id.negative.2^31", f"-{2**31}", "-2147483648 (-2^31)"),
        ("id.negative.2^31+1", f"-{2**31 + 1}", "-2147483649 (one under int32)"),
        ("id.negative.alias.2^32", str(r - 2**32), "of a repository less 2^32 (the same as int32)"),
        ("id.negative.alias.2^64", str(r - 2**64), "of a repository less 2^64 (the same as int64)"),
        ("id.negative.2^63", f"-{2**63}", "-2^63"),
    ]
    above = [
        ("id.over", str(MAXIMUM + 1), "2147483648 (one over the maximum)"),
        ("id.over.two", str(MAXIMUM + 2), "2147483649 (two over the maximum)"),
        ("id.2^32-1", str(2**32 - 1), "4294967295 (the maximum of uint32)"),
        ("id.2^32", str(2**32), "4294967296 (2^32)"),
        ("id.alias.2^31", str(r + 2**31), "of a repository plus 2^31 (the same but for the sign bit)"),
        ("id.alias.2^32", str(r + 2**32), "of a repository plus 2^32 (the same as uint32)"),
        ("id.alias.2^33", str(r + 2**33), "of a repository plus 2^33"),
        ("id.alias.2^53", str(r + 2**53), "of a repository plus 2^53 (where float64 loses integers)"),
        ("id.2^53+1", str(2**53 + 1), "2^53 + 1 (no float64)"),
        ("id.2^63-1", str(2**63 - 1), "2^63 - 1 (the maximum of int64)"),
        ("id.2^63", str(2**63), "2^63"),
        ("id.2^64", str(2**64), "2^64"),
        ("id.alias.2^64", str(r + 2**64), "of a repository plus 2^64 (the same as uint64)"),
        ("id.followed-by-zeros", _over_the_maximum(r), "of a repository, followed by zeros"),
        ("id.20-digits", "99999999999999999999", "of 20 nines"),
        ("id.200-digits", "9" * 200, "of 200 digits"),
        ("id.5000-digits", "9" * 5000, "of 5,000 digits"),
    ]
    lookalikes = [
        ("id.decimal", f"{r}.5", "with a decimal"),
        ("id.decimal.zero", f"{r}.0", "with .0"),
        ("id.decimal.point", f"{r}.", "with a trailing point"),
        ("id.decimal.comma", f"{r},5", "with a decimal comma"),
        ("id.decimal.small", "0.5", "0.5"),
        ("id.exponent", f"{r}e0", "with an exponent"),
        ("id.exponent.capital", f"{r}E0", "with an exponent, E"),
        (
            "id.exponent.scientific",
            f"{r / 10 ** (len(str(r)) - 1):.{len(str(r)) - 1}f}e{len(str(r)) - 1}",
            "in scientific notation",
        ),
        ("id.hexadecimal", f"0x{r:x}", "in hexadecimal, 0x"),
        ("id.hexadecimal.bare", f"{r:x}h" if f"{r:x}".isdigit() else f"{r:x}", "in hexadecimal, without 0x"),
        ("id.hexadecimal.capital", f"0X{r:X}", "in hexadecimal, 0X"),
        ("id.octal", f"0o{r:o}", "in octal, 0o"),
        ("id.binary", f"0b{r:b}", "in binary, 0b"),
        ("id.with-letters", f"{r}abc", "followed by letters"),
        ("id.json", f"{r}.json", "with the suffix of JSON"),
        ("id.double-encoded", "".join(f"%25{ord(digit):02X}" for digit in str(r)), "in digits that are encoded twice"),
        ("id.with-suffix", f"{r}L", "with the suffix of a long"),
        ("id.with-underscores", f"{str(r)[0]}_{str(r)[1:] or 0}", "with an underscore between digits"),
        ("id.with-separators", f"{r:,}" if r > 999 else f"{r},", "with separators of thousands"),  # noqa: PLR2004 - as it says
        ("id.with-letters.before", f"a{r}", "with a letter before it"),
        ("id.colon", f"{r}:x", "followed by a colon and a letter"),
        ("id.quoted", quote(f'"{r}"'), "in quotation marks"),
        ("id.bracketed", quote(f"[{r}]"), "in brackets"),
        ("id.parenthesised", quote(f"({r})"), "in parentheses"),
        ("id.list", f"{r},{r}", "twice, with a comma"),
        ("id.range", f"{r}-{r}", "as a range"),
        ("id.plus-sum", f"{r}+0", "as a sum"),
        ("id.space.before", f"%20{r}", "with a space before it"),
        ("id.space.after", f"{r}%20", "with a space after it"),
        ("id.tab.after", f"{r}%09", "with a tab after it"),
        ("id.newline.after", f"{r}%0A", "with a line feed after it"),
        ("id.carriage-return.after", f"{r}%0D", "with a carriage return after it"),
        ("id.no-break-space.before", f"%C2%A0{r}", "with a no-break space before it"),
        ("id.nul.after", f"{r}%00", "with NUL after it"),
        ("id.nul.before", f"%00{r}", "with NUL before it"),
        ("id.nul.extension", f"{r}%00.git", "with NUL and more after it"),
        ("id.full-width-digits", quote(wide), "in full-width digits"),
        ("id.arabic-digits", quote(arabic), "in Arabic-Indic digits"),
        ("id.superscript", quote(superscript), "with a superscript digit"),
        ("id.minus-sign", quote("\u2212") + str(r), "with a Unicode minus sign"),
        ("id.word", "abc", "that is a word"),
        ("id.null", "null", "null"),
        ("id.undefined", "undefined", "undefined"),
        ("id.true", "true", "true"),
        ("id.nan", "NaN", "NaN"),
        ("id.infinity", "Infinity", "Infinity"),
        ("id.placeholder", quote("{repository_id}"), "that is the placeholder"),
        ("id.star", "*", "that is a star"),
        ("id.minus", "-", "that is a minus sign"),
        ("id.dot", ".%00", "that is a dot and NUL"),
        ("id.invalid-utf-8", "%FF%FE", "that is no UTF-8"),
        ("id.bad-percent", f"{r}%zz", "followed by a bad percent-encoding"),
        ("id.sql", quote(f"{r} AND 1=1"), "followed by SQL"),
        ("id.matrix", f"{r};v=1", "with a matrix parameter"),
        ("id.encoded-slash", f"{r}%2F", "followed by an encoded slash"),
        ("id.encoded-path", f"{r}%2F..%2F{r}", "with an encoded path"),
        ("id.encoded-question-mark", f"{r}%3Fa=b", "followed by an encoded question mark"),
        ("id.encoded-hash", f"{r}%23", "followed by an encoded hash"),
    ]
    notations = [
        ("id.leading-zero", f"0{r}", "with a leading zero"),
        ("id.leading-zeros", f"0000000000{r}", "with ten leading zeros"),
        ("id.plus-sign", f"+{r}", "with a plus sign"),
        ("id.plus-sign.encoded", f"%2B{r}", "with an encoded plus sign"),
        ("id.percent-encoded", "".join(f"%{ord(digit):02X}" for digit in str(r)), "in percent-encoded digits"),
        ("id.percent-encoded.one", f"%{ord(str(r)[0]):02X}{str(r)[1:]}", "with one percent-encoded digit"),
    ]
    for rows, clause in ((below, _BELOW), (above, _ABOVE), (lookalikes, _TYPE), (notations, _NOTATION)):
        for name, segment, words in rows:
            yield name, segment.encode("ascii"), words, clause
    yield "id.empty", b"", "empty", "path.repository_id.mandatory"


def _over_the_maximum(r: int) -> str:
    """`r` followed by as few zeros as make it too large, one at least."""
    zeros = next(count for count in range(1, 12) if r * 10**count > MAXIMUM)
    return f"{r}{'0' * zeros}"


def _edges(inventory: Inventory) -> Iterator[Probe]:
    rows = (
        ("id.minimum", MINIMUM, "1 (the minimum)", "path.repository_id.minimum"),
        ("id.two", MINIMUM + 1, "2 (one over the minimum)", "status.401.precedence"),
        ("id.2^31-2", MAXIMUM - 1, "2147483646 (one under the maximum)", "status.401.precedence"),
        ("id.maximum", MAXIMUM, "2147483647 (the maximum)", "path.repository_id.maximum"),
    )
    for name, number, words, clause in rows:
        token = unknown(inventory, name, 64)
        yield Probe(
            f"{name}.unknown-token",
            f"id {words}, with an unknown token",
            (clause if number != inventory.repository_id else "status.401.unknown-token", "status.documented"),
            associate(inventory, token, number),
            profile=Profile.SMOKE,
        )
        role = inventory.roles.get(number)
        yield Probe(
            f"{name}.valid-token",
            f"id {words}, with a valid token",
            (clause if clause != "status.401.precedence" else "status.documented",),
            associate(inventory, inventory.token, number),
            profile=Profile.SMOKE if role is Role.PERMITTED else Profile.STANDARD,
        )


def _with_a_bad_token(inventory: Inventory) -> Iterator[Probe]:
    rows = (
        ("id.zero", "0", "0"),
        ("id.over", str(MAXIMUM + 1), "2147483648"),
        ("id.minus-one", "-1", "-1"),
        ("id.word", "abc", "that is a word"),
        ("id.20-digits", "9" * 20, "of 20 nines"),
        ("id.decimal", f"{inventory.repository_id}.5", "with a decimal"),
    )
    for name, segment, words in rows:
        for kind, token in (("unknown", unknown(inventory, name, 64)), ("missing", None)):
            yield Probe(
                f"{name}.{kind}-token",
                f"id {words}, with {'an unknown' if token else 'no'} token",
                ("header.x-auth-token.mandatory", "status.order"),
                associate(inventory, token, segment.encode("ascii")),
            )
