"""Tokens: missing, empty, unknown in every length and alphabet, and valid ones changed a little."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.message import Token
from conformance.contract.operation import ORDINARY_LENGTH
from conformance.plan.fixtures import Profile
from conformance.plan.probe import Probe
from conformance.plan.probes.near import near_valid_probes
from conformance.plan.requests import documented
from conformance.plan.tokens import extended, strange, unknown, usual_length
from conformance.strategies.alphabets import ALPHABETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request
    from conformance.contract.operation import Credential
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

__all__ = ["of_length", "token_probes"]

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

_FALSY = Token(b"0")
_COMMON = (
    1, 2, 3, 8, 16, 32, 255, 256, 1024, 4095, 4096, 4097, 8190, 8191, 8192, 10240, 16384, 32767, 32768, 32769,
    65535, 65536, 65537, 98304,
)  # fmt: skip
"""Lengths at which servers, proxies and columns of databases are known to end a header, and their neighbours."""

_ALIKE = {3, 8, 32, 255, 4095, 4097, 8190, 8191, 10240, 32767, 32769, 65535, 65537, 98304}
"""Beside a length that the standard profile sends; these tell how far a defect goes, and deep sends them."""

_SMOKE = {8192, 65536}
_ALPHABETS = {
    "jwt": Profile.SMOKE, "base64": Profile.DEEP, "letters": Profile.DEEP, "hexadecimal": Profile.DEEP,
}  # fmt: skip


def token_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """In the order of the document's range: none, short, long, too long; then valid ones."""
    usual = documented(fixtures, fixtures.token)
    missing, empty = clauses.owed(credential="missing"), clauses.owed(credential="empty")
    yield Probe("token.missing", "no token", missing, replace(usual, token=None), profile=Profile.SMOKE)
    asked = replace(usual, token=None, headers=(*usual.headers, *_trusted(fixtures)))
    words = "no token, and fields that a proxy sets for users it knows"
    yield Probe("token.missing.trusted-fields", words, missing, asked)
    yield Probe("token.empty", "an empty token", empty, _with(usual, Token(b"")), profile=Profile.SMOKE)
    credential = fixtures.operation.credential
    for length, profile in sorted(_lengths(credential).items()):
        words = f"an unknown token of {length:,} character{'s' if length > 1 else ''}{_note(credential, length)}"
        falsy = length == 1 and strange(_FALSY.value, fixtures.known.tokens)
        request = _with(usual, _FALSY if falsy else unknown(fixtures, "length", length))
        declared = of_length(clauses, credential, length)
        yield Probe(f"token.unknown.length-{length}", words, declared, request, profile=profile)
    for name, alphabet in ALPHABETS.items():
        length = usual_length(fixtures)
        request = _with(usual, unknown(fixtures, name, length, alphabet))
        profile = _ALPHABETS.get(name, Profile.STANDARD)
        words = f"an unknown token in the alphabet {name}"
        declared = of_length(clauses, credential, length)
        yield Probe(f"token.unknown.alphabet-{name}", words, declared, request, profile=profile)
    yield from near_valid_probes(fixtures, clauses)
    yield from _valid(fixtures, clauses, usual)
    yield from _unusual(fixtures, clauses, usual)


def _trusted(fixtures: TargetFixtures) -> tuple[tuple[bytes, bytes], ...]:
    return tuple(field for field in _TRUSTED if field[0].lower() != fixtures.header.lower())


def _with(request: Request, token: Token) -> Request:
    return replace(request, token=token)


def of_length(clauses: Declared, credential: Credential, length: int) -> tuple[str, ...]:
    """The clauses that an unknown token of a length is there for."""
    if credential.longest is not None and length > credential.longest:
        return clauses.refused(credential="over-maximum")
    if length < credential.shortest:
        return clauses.refused(credential="below-minimum") + clauses.unrecognised
    if not credential.allows(length):
        return clauses.unrecognised
    if length == credential.shortest:
        owed = clauses.owed(credential="minimum-length")
    elif credential.longest is not None and length >= credential.longest - 1:
        owed = clauses.owed(credential="maximum-length")
    else:
        owed = clauses.owed(credential="length") if length > ORDINARY_LENGTH else ()
    return (owed or clauses.owed(credential="unknown")) + clauses.documented


def _lengths(credential: Credential) -> dict[int, Profile]:
    """The lengths of unknown tokens and the profile that sends each: common limits, both bounds, over the longest."""
    found = {length: Profile.DEEP if length in _ALIKE else Profile.STANDARD for length in _COMMON}
    found |= dict.fromkeys(_SMOKE, Profile.SMOKE)
    shortest, longest = max(credential.shortest, 1), credential.longest
    if longest is not None:
        far = (2 * longest, 1 << longest.bit_length(), longest + 2)
        found |= dict.fromkeys(far, Profile.DEEP)
        found[max(longest - 2, shortest)] = Profile.STANDARD  # beside the bound, and of no clause about it
        found |= dict.fromkeys((max(longest - 1, shortest), longest, longest + 1), Profile.SMOKE)
    if shortest > 1:
        found[shortest - 1] = Profile.SMOKE
    return found | {shortest: Profile.SMOKE}


def _note(credential: Credential, length: int) -> str:
    if length < credential.shortest:
        return " (one under the minimum)" if length == credential.shortest - 1 else " (under the minimum)"
    if credential.longest is None or length <= credential.longest:
        return ""
    return " (one over the maximum)" if length == credential.longest + 1 else " (over the maximum)"


def _valid(fixtures: TargetFixtures, clauses: Declared, usual: Request) -> Iterator[Probe]:
    credential = fixtures.operation.credential
    for length in dict.fromkeys((max(credential.shortest, 1), credential.longest)):
        if length is not None:
            words = f"{length:,} character{'s' if length > 1 else ''}"
            token = fixtures.tokens_by_length.get(length)
            request = _with(usual, token) if token else None
            withheld = None if token else f"the description has no valid token of {words} (tokens_by_length)"
            name, title = f"token.valid.length-{length}", f"a valid token of {words}"
            declared = of_length(clauses, credential, length)
            yield Probe(name, title, declared, request, withheld, Profile.SMOKE)
    if credential.longest is not None:
        longest, words = fixtures.tokens_by_length.get(credential.longest), f"{credential.longest:,} characters"
        yield Probe(
            f"token.valid.length-{credential.longest}.one-more",
            f"a valid token of {words} and one more",
            clauses.refused(credential="over-maximum"),
            _with(usual, extended(longest, b"x")) if longest else None,
            None if longest else f"the description has no valid token of {words} (tokens_by_length)",
            Profile.SMOKE,
        )
    for name, profile in _spellings(credential.header).items():
        yield Probe(
            f"token.header.{name}",
            f"a valid token under the name {name}",
            clauses.owed(credential="name"),
            replace(usual, token_header=name.encode("ascii")),
            profile=profile,
        )


def _spellings(header: bytes) -> dict[str, Profile]:
    """The header's name in other cases than the document's."""
    name = header.decode("ascii")
    found = {_alternating(name): Profile.DEEP, name.upper(): Profile.STANDARD, name.lower(): Profile.SMOKE}
    found.pop(name, None)
    return dict(reversed(found.items()))


def _alternating(name: str) -> str:
    """The name with every other letter a capital."""
    upper, made = False, ""
    for character in name:
        made += character.upper() if upper else character.lower()
        upper ^= character.isalpha()
    return made


def _unusual(fixtures: TargetFixtures, clauses: Declared, usual: Request) -> Iterator[Probe]:
    characters = clauses.recorded("characters")
    head = unknown(fixtures, "unusual", 40).value
    rows = (
        ("space-inside", head[:20] + b" " + head[20:], "with a space inside", Profile.SMOKE),
        ("tab-inside", head[:20] + b"\t" + head[20:], "with a tab inside", Profile.DEEP),
        ("obs-text", head[:20] + b"\xe9\xff" + head[20:], "with bytes over 127", Profile.STANDARD),
        ("utf-8", head[:20] + "é漢".encode() + head[20:], "with characters over 127, in UTF-8", Profile.STANDARD),
        ("sql", b'" OR "1"="1" -- \' OR \'1\'=\'1', "that ends a string of SQL, with spaces", Profile.STANDARD),
        ("object", b"[object Object]", "that is the text of an object in JavaScript", Profile.DEEP),
        ("space", b" ", "that is a space", Profile.STANDARD),
        ("spaces-around", b"  " + head + b"  ", "with spaces around it", Profile.DEEP),
        ("control-character", head[:20] + b"\x01" + head[20:], "with a control character", Profile.STANDARD),
        ("delete", head[:20] + b"\x7f" + head[20:], "with DEL", Profile.DEEP),
        ("nul", head[:20] + b"\x00" + head[20:], "with NUL", Profile.STANDARD),
    )
    for name, value, words, profile in rows:
        title, declared = f"an unknown token {words}", clauses.unrecognised + characters
        yield Probe(f"token.unusual.{name}", title, declared, _with(usual, Token(value)), profile=profile)
    surrounded = Token(b" " + fixtures.token.value + b" ", secret=fixtures.token.secret, made_by="' ' + {} + ' '")
    title = "the valid token with spaces around it"
    yield Probe("token.unusual.valid-with-spaces", title, characters, _with(usual, surrounded))
    other = unknown(fixtures, "second")
    for name, token, second in (
        ("valid-then-unknown", fixtures.token, other.value),
        ("unknown-then-valid", other, fixtures.token.value),
        ("valid-twice", fixtures.token, fixtures.token.value),
        ("unknown-twice", other, other.value),
    ):
        request = replace(usual, token=token, headers=((fixtures.header, second), *usual.headers))
        title = f"two tokens: {name.replace('-', ' ')}"
        mandatory = clauses.unrecognised if "valid" not in name else ()
        profile = Profile.DEEP if name == "valid-twice" else Profile.STANDARD
        declared = mandatory + clauses.recorded("repeated")
        yield Probe(f"token.repeated.{name}", title, declared, request, profile=profile)
