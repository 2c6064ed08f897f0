"""Tokens: missing, empty, unknown in every length and alphabet, and valid ones changed a little (Table 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.contract.message import Token
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.probes.near import near_valid_probes
from conformance.plan.requests import associate
from conformance.plan.tokens import extended, strange, unknown
from conformance.strategies.alphabets import ALPHABETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory

__all__ = ["token_probes"]

_LENGTHS = (
    1, 2, 3, 8, 16, 32, 255, 256, 1024, 4095, 4096, 4097, 8190, 8191, 8192, 10240, 16384, 32767, 32768, 32769,
    65535, 65536, 65537, 98304, 99998, 99999, 100000,
)  # fmt: skip
_FALSY = Token(b"0")
_OVER = (100_001, 100_002, 131_072, 200_000)
_SMOKE_LENGTHS = {1, 64, 8192, 65536, 99999, 100000, 100001}
_TRUSTED = (
    (b"Cookie", b"session=admin; token=admin"),
    (b"Remote-User", b"admin"),
    (b"X-Admin", b"true"),
    (b"X-Debug", b"true"),
    (b"X-Forwarded-For", b"127.0.0.1"),
    (b"X-Forwarded-User", b"admin"),
    (b"X-Internal", b"true"),
    (b"X-Real-IP", b"127.0.0.1"),
    (b"X-Remote-User", b"admin"),
    (b"X-User-Id", b"1"),
)
"""What a proxy tells an application, or its engineers tell it, of who is asking."""
_OVER_CLAUSE = "header.x-auth-token.over-maximum"


def token_probes(inventory: Inventory) -> Iterator[Probe]:
    """In the order of the document's range: none, short, long, too long; then valid ones."""
    associated = associate(inventory, inventory.token)
    yield _probe("token.missing", "no token", "status.401.missing-token", replace(associated, token=None), smoke=True)
    asked = replace(associated, token=None, headers=(*associated.headers, *_TRUSTED))
    words = "no token, and fields that a proxy sets for users it knows"
    yield _probe("token.missing.trusted-fields", words, "status.401.missing-token", asked)
    yield _probe("token.empty", "an empty token", "status.401.empty-token", _with(associated, Token(b"")), smoke=True)
    for length in _LENGTHS:
        falsy = length == 1 and strange(_FALSY.value, inventory.surroundings.wallet)
        token = _FALSY if falsy else unknown(inventory, "length", length)
        name = f"token.unknown.length-{length}"
        words = f"an unknown token of {length:,} character{'s' if length > 1 else ''}"
        yield _probe(name, words, _clause(length), _with(associated, token), smoke=length in _SMOKE_LENGTHS)
    for length in _OVER:
        token = unknown(inventory, "length", length)
        name, words = f"token.unknown.length-{length}", f"an unknown token of {length:,} characters ({_over(length)})"
        yield _probe(name, words, _OVER_CLAUSE, _with(associated, token), smoke=length in _SMOKE_LENGTHS)
    for name, alphabet in ALPHABETS.items():
        token = unknown(inventory, name, 64, alphabet)
        words = f"an unknown token in the alphabet {name}"
        yield _probe(
            f"token.unknown.alphabet-{name}",
            words,
            "status.401.unknown-token",
            _with(associated, token),
            smoke=name == "jwt",
        )
    yield from near_valid_probes(inventory)
    yield from _valid(inventory, associated)
    yield from _unusual(inventory, associated)


def _with(request: Request, token: Token) -> Request:
    return replace(request, token=token)


def _probe(
    name: str, title: str, clause: str, request: Request | None, *, smoke: bool = False, withheld: str | None = None
) -> Probe:
    in_contract = clause not in {_OVER_CLAUSE, "status.401.missing-token", "status.401.empty-token"}
    clauses = (clause, "status.documented") if in_contract else (clause,)
    return Probe(name, title, clauses, request, withheld, Profile.SMOKE if smoke else Profile.STANDARD)


def _clause(length: int) -> str:
    if length == 1:
        return "header.x-auth-token.minimum-length"
    if length >= TOKEN_MAXIMUM - 1:
        return "header.x-auth-token.maximum-length"
    return "header.x-auth-token.length" if length > 4096 else "status.401.unknown-token"  # noqa: PLR2004 - as judged


def _over(length: int) -> str:
    return "one over the maximum" if length == TOKEN_MAXIMUM + 1 else "over the maximum"


def _valid(inventory: Inventory, associated: Request) -> Iterator[Probe]:
    for length, words in ((1, "1 character"), (TOKEN_MAXIMUM, "100,000 characters")):
        token = inventory.tokens_by_length.get(length)
        request = _with(associated, token) if token else None
        withheld = None if token else f"the description has no valid token of {words} (tokens_by_length)"
        yield _probe(
            f"token.valid.length-{length}",
            f"a valid token of {words}",
            _clause(length),
            request,
            smoke=True,
            withheld=withheld,
        )
    longest = inventory.tokens_by_length.get(TOKEN_MAXIMUM)
    yield _probe(
        f"token.valid.length-{TOKEN_MAXIMUM}.one-more",
        "a valid token of 100,000 characters and one more",
        _OVER_CLAUSE,
        _with(associated, extended(longest, b"x")) if longest else None,
        smoke=True,
        withheld=None if longest else "the description has no valid token of 100,000 characters (tokens_by_length)",
    )
    for name in (b"x-auth-token", b"X-AUTH-TOKEN", b"x-AuTh-ToKeN"):
        text = name.decode("ascii")
        yield Probe(
            f"token.header.{text}",
            f"a valid token under the name {text}",
            ("header.x-auth-token.name",),
            replace(associated, token_header=name),
            profile=Profile.SMOKE if name.islower() else Profile.STANDARD,
        )


def _unusual(inventory: Inventory, associated: Request) -> Iterator[Probe]:
    head = unknown(inventory, "unusual", 40).value
    rows = (
        ("space-inside", head[:20] + b" " + head[20:], "with a space inside"),
        ("tab-inside", head[:20] + b"\t" + head[20:], "with a tab inside"),
        ("obs-text", head[:20] + b"\xe9\xff" + head[20:], "with bytes over 127"),
        ("utf-8", head[:20] + "é漢".encode() + head[20:], "with characters over 127, in UTF-8"),
        ("sql", b'" OR "1"="1" -- \' OR \'1\'=\'1', "that ends a string of SQL, with spaces"),
        ("object", b"[object Object]", "that is the text of an object in JavaScript"),
        ("space", b" ", "that is a space"),
        ("spaces-around", b"  " + head + b"  ", "with spaces around it"),
        ("control-character", head[:20] + b"\x01" + head[20:], "with a control character"),
        ("delete", head[:20] + b"\x7f" + head[20:], "with DEL"),
        ("nul", head[:20] + b"\x00" + head[20:], "with NUL"),
    )
    for name, value, words in rows:
        yield Probe(
            f"token.unusual.{name}",
            f"an unknown token {words}",
            ("header.x-auth-token.mandatory", "header.x-auth-token.characters"),
            _with(associated, Token(value)),
            profile=Profile.SMOKE if name == "space-inside" else Profile.STANDARD,
        )
    surrounded = Token(b" " + inventory.token.value + b" ", secret=inventory.token.secret, made_by="' ' + {} + ' '")
    yield Probe(
        "token.unusual.valid-with-spaces",
        "the valid token with spaces around it",
        ("header.x-auth-token.characters",),
        _with(associated, surrounded),
    )
    other = unknown(inventory, "second", 64)
    for name, token, second in (
        ("valid-then-unknown", inventory.token, other.value),
        ("unknown-then-valid", other, inventory.token.value),
        ("valid-twice", inventory.token, inventory.token.value),
        ("unknown-twice", other, other.value),
    ):
        request = replace(associated, token=token, headers=((b"X-Auth-Token", second), *associated.headers))
        title = f"two tokens: {name.replace('-', ' ')}"
        mandatory = ("header.x-auth-token.mandatory",) if "valid" not in name else ()
        yield Probe(f"token.repeated.{name}", title, (*mandatory, "header.x-auth-token.repeated"), request)
