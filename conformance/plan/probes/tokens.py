"""Tokens: missing, empty, unknown in every length, alphabet and shape, and valid ones changed a little."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.message import Request, Token
from conformance.contract.operation import ORDINARY_LENGTH, Credential
from conformance.plan.fixtures import (
    UNCHANGEABLE,
    TargetFixtures,
    extended,
    padded,
    strange,
    unknown,
    usual_length,
    word,
)
from conformance.plan.probe import Declared, Probe, Profile
from conformance.strategies.changes import CHANGES, DERIVED, SIGNS, Change, apply, changes, odd_changes
from conformance.strategies.tokens import ALPHABETS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRUSTED = (
    (b"Authorization", b"Bearer admin"),
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
    (b"X-Amzn-Oidc-Data", b"admin"),
    (b"X-Authenticated-User", b"admin"),
    (b"X-Client-Cert", b"admin"),
    (b"X-Domain-Id", b"1"),
    (b"X-Project-Id", b"1"),
    (b"X-Roles", b"admin"),
    (b"X-Skip-Auth", b"true"),
)
"""Header fields by which a proxy, or an engineer, tells an application who is asking."""

_ELSEWHERE = (
    (b"Authorization", b"Bearer %b"),
    (b"%(underscored)b", b"%b"),
    (b"Cookie", b"%(header)b=%b"),
    (b"X-Access-Token", b"%b"),
    (b"X-Token", b"%b"),
    (b"X-Api-Key", b"%b"),
    (b"X-Subject-Token", b"%b"),
    (b"Private-Token", b"%b"),
)
"""Header fields in which others have their token, CGI too; as many are sent as a server's head has room for."""

_ROOM = 7_500
_FALSY = Token(b"0")
_COMMON = (
    1, 2, 3, 8, 16, 32, 255, 256, 1024, 4095, 4096, 4097, 5000, 8190, 8191, 8192, 10240, 16384, 32767, 32768, 32769,
    50000, 65535, 65536, 65537, 98304,
)  # fmt: skip
"""Lengths at which servers, proxies and columns of databases are known to end a header, and their neighbours."""

_ALIKE = {
    2, 3, 8, 16, 32, 255, 256, 1024, 4095, 4097, 5000, 8190, 8191, 10240, 32767, 32769, 65535, 65537, 98304, 4096,
    50000,
}  # fmt: skip
"""Beside a length that the standard profile sends; these tell how far a defect goes, and deep sends them."""

_SMOKE = {8192, 65536}
_ALPHABETS = {
    "jwt": Profile.SMOKE, "delimiters": Profile.DEEP, "base64": Profile.DEEP, "base64url": Profile.DEEP,
    "letters": Profile.DEEP, "hexadecimal": Profile.DEEP,
}  # fmt: skip

_OF_LENGTH = {"digits": 256, "token": 255, "jwt": 4096}
"""Lengths at which columns and pages end, of unknown tokens in an alphabet; others have the usual one."""

_SMOKE_CHANGES = {"case-swapped", "cut", "one-more"}
_DEEP_CHANGES = {
    "no-break-space", "homoglyph", "zero-width", "half", "headless", "first-changed", "middle-changed", "last-changed",
    "same-ends", "backquoted", "before-backslash", "braced", "combining-accent",
    "foreign-character", "half-glob", "header-name", "json-array", "list-and-space", "lower-case", "obs-text",
    "one-before", "parenthesised", "quoted-printable", "rotated", "spare-bits", "tab-inside",
    "underscore-inside",
    *(SIGNS - {"before-underscore"}),
}  # fmt: skip
"""A server that falls for one of these mostly falls for another one that the standard profile sends."""


def _alike(text: str) -> tuple[str, str]:
    if text.swapcase() != text:
        return text.swapcase(), "{}.swapcase()"
    return text.translate(str.maketrans("01", "Ol")), "{}.translate(str.maketrans('01', 'Ol'))"


_FIRST = Change("first-character", "of which only the first character is left", lambda text: (text[:1], "{}[:1]"))
_ALIKE_ONE = Change("alike", "in the other case, or as a letter that looks like its digit", _alike)
_BEGINNINGS = (8, 10, 12, 16, 20, 32)
"""Characters of a token by which a program may look it up."""
_PADDED = 131_072
"""Characters to which a token is padded where the document has no maximum."""

_FAR = 1_000_000
"""Characters, or ten times the maximum; a server may end the connection while so many come in."""

_SHAPES = (
    # {"alg":"none"} and {"sub":"root"} (RFC 7519 section 6), then {"alg":"HS256"}
    ("jwt-unsigned", b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.", "that is a JWT without a signature", False),
    ("jwt-signed", b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb290In0.%b", "that is a JWT with a wrong signature", False),
    ("base64-padded", b"%b==", "in base64, with padding", True),
    # the version, a time, and what nobody can decrypt; of the length that it says
    ("fernet", urlsafe_b64encode(b"\x80\0\0\0\0\x65" + bytes(range(115))), "in the form of Fernet", False),
    ("json", b'{"token":"%b"}', "that is an object of JSON", False),
    ("quoted", b'"%b"', "in quotation marks", True),
    ("digest", b"9e107d9d372bb6826bd81d3542a419d6", "that is a digest of 128 bits in hexadecimal", False),
    ("jwe", b"eyJhbGciOiJkaXIifQ..%b.%b.%b", "that is a JWE", True),
    ("json-array", b'["%b"]', "that is an array of JSON", True),
    ("uuid", b"5f0c3b9a-6d1e-4b8e-9c57-0a2d3e4f5a6b", "that is a UUID", True),
    ("basic", b"Basic:%b", "that is credentials of another scheme", True),
    ("url", b"https://mirror.invalid/%b", "that is a url", True),
)


def token_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """In the order of the document's range: none, short, long, too long; then valid ones."""
    usual = fixtures.request(fixtures.token)
    missing, empty = clauses.owed(credential="missing"), clauses.owed(credential="empty")
    yield Probe("token.missing", "no token", missing, replace(usual, token=None), profile=Profile.SMOKE)
    asked = replace(usual, token=None, headers=(*usual.headers, *_trusted(fixtures)))
    words = "no token, and fields that a proxy sets for users it knows"
    yield Probe("token.missing.trusted-fields", words, missing, asked)
    stranger = replace(asked, token=word(fixtures, "internal", "trusted"))
    words = "an unknown token, and fields that a proxy sets for users it knows"
    declared = clauses.owed(credential="unknown")
    yield Probe("token.unknown.trusted-fields", words, declared, stranger, profile=Profile.DEEP)
    room = max(_ROOM // max(fixtures.token.length, 1), 1)
    moved = tuple(
        (name, form.replace(b"%(header)b", fixtures.header).replace(b"%b", fixtures.token.value))
        for field, form in _ELSEWHERE[:room]
        for name in [field.replace(b"%(underscored)b", fixtures.header.replace(b"-", b"_"))]
        if name.lower() != fixtures.header.lower()
    )
    asked = replace(usual, token=None, headers=(*usual.headers, (b"Accept", b"*/*"), *moved))
    words = "no token in its header, and the valid one in others"
    yield Probe("token.missing.elsewhere", words, clauses.unrecognised, asked)
    yield Probe("token.empty", "an empty token", empty, _with(usual, Token(b"")), profile=Profile.SMOKE)
    credential = fixtures.operation.credential
    for length, profile in sorted(_lengths(credential).items()):
        words = f"an unknown token of {length:,} character{'s' if length > 1 else ''}{_note(credential, length)}"
        falsy = length == 1 and strange(_FALSY.value, fixtures.known.tokens)
        request = _with(usual, _FALSY if falsy else unknown(fixtures, "length", length))
        declared = of_length(clauses, credential, length)
        yield Probe(f"token.unknown.length-{length}", words, declared, request, profile=profile)
    for name, alphabet in ALPHABETS.items():
        usual_one, wanted = usual_length(fixtures), _OF_LENGTH.get(name, 0)
        length = wanted if credential.shortest < wanted < (credential.longest or _FAR) else usual_one
        request = _with(usual, unknown(fixtures, name, length, alphabet))
        profile = _ALPHABETS.get(name, Profile.STANDARD)
        words = f"an unknown token of {length:,} characters in the alphabet {name}"
        declared = of_length(clauses, credential, length)
        yield Probe(f"token.unknown.alphabet-{name}", words, declared, request, profile=profile)
    yield from _near_valid(fixtures, clauses)
    yield from _near_others(fixtures, clauses)
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
    found = {_alternating(name): Profile.STANDARD, name.upper(): Profile.DEEP, name.lower(): Profile.SMOKE}
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
        ("space-inside", head[:20] + b" " + head[20:], "with a space inside", Profile.DEEP),
        ("tab-inside", head[:20] + b"\t" + head[20:], "with a tab inside", Profile.DEEP),
        ("obs-text", head[:20] + b"\xe9\xff" + head[20:], "with bytes over 127", Profile.DEEP),
        ("utf-8", head[:20] + "é漢".encode() + head[20:], "with characters over 127, in UTF-8", Profile.DEEP),
        ("sql", b'" OR "1"="1" --\t\' OR \'1\'=\'1', "that ends a string of SQL, with spaces and a tab", Profile.SMOKE),
        ("object", b"[object Object]", "that is the text of an object in JavaScript", Profile.DEEP),
        ("space", b" ", "that is a space", Profile.DEEP),
        ("spaces-around", b"  " + head + b"  ", "with spaces around it", Profile.DEEP),
        ("control-character", head[:20] + b"\x01" + head[20:], "with a control character", Profile.DEEP),
        ("delete", head[:20] + b"\x7f" + head[20:], "with DEL", Profile.DEEP),
        ("nul", head[:20] + b"\x00" + head[20:], "with NUL", Profile.DEEP),
    )
    for name, value, words, profile in rows:
        title, declared = f"an unknown token {words}", clauses.unrecognised + characters
        yield Probe(f"token.unusual.{name}", title, declared, _with(usual, Token(value)), profile=profile)
    surrounded = Token(b" " + fixtures.token.value + b" ", secret=fixtures.token.secret, made_by="' ' + {} + ' '")
    title = "the valid token with spaces around it"
    request = _with(usual, surrounded)
    yield Probe("token.unusual.valid-with-spaces", title, characters, request, profile=Profile.DEEP)
    other = word(fixtures, "guest", "second")
    for name, token, second in (
        ("valid-then-unknown", fixtures.token, other.value),
        ("unknown-then-valid", other, fixtures.token.value),
        ("valid-twice", fixtures.token, fixtures.token.value),
        ("unknown-twice", other, other.value),
    ):
        request = replace(usual, token=token, headers=((fixtures.header, second), *usual.headers))
        title = f"two tokens: {name.replace('-', ' ')}"
        mandatory = clauses.unrecognised if "valid" not in name else ()
        profile = Profile.STANDARD if name == "unknown-twice" else Profile.DEEP
        declared = mandatory + clauses.recorded("repeated")
        yield Probe(f"token.repeated.{name}", title, declared, request, profile=profile)


def _near_valid(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """A probe for each change of the valid token, then the valid token padded to the maximum and over it.

    They go to the description's resource: a server that takes one for the valid token does what that may do anyway.
    """
    usual, token = fixtures.request(fixtures.token), fixtures.token
    known_tokens = fixtures.known.tokens
    near = clauses.owed(credential="near-valid") + clauses.documented
    odd = clauses.unrecognised + clauses.recorded("characters")
    over = clauses.refused(credential="over-maximum")
    shortest, longest = fixtures.operation.credential.shortest, fixtures.operation.credential.longest
    oddly = odd_changes(fixtures.header)
    for name, change in {**changes(fixtures.header), **oddly}.items():
        title = f"the valid token {change.words}"
        profile = (
            Profile.SMOKE if name in _SMOKE_CHANGES else Profile.DEEP if name in _DEEP_CHANGES else Profile.STANDARD
        )
        changed = apply(change, token) if fixtures.changeable else token
        declared = odd if name in oddly else near
        if longest is not None and changed.length > longest:
            declared = over
        elif changed.length < shortest:
            declared = clauses.refused(credential="below-minimum")
        if known_tokens.classify(changed.value).good:
            yield Probe(f"token.valid.{name}", title, declared, None, UNCHANGEABLE, profile)
        else:
            yield Probe(f"token.valid.{name}", title, declared, replace(usual, token=changed), profile=profile)
    if longest is not None:
        whole, words = fixtures.tokens_by_length.get(longest), f"a valid token of {longest:,} characters"
        yield Probe(
            f"token.valid.length-{longest}.last-changed",
            f"{words} with another last character",
            near,
            replace(usual, token=apply(CHANGES["last-changed"], whole)) if whole else None,
            None if whole else f"the description has no {words[2:]} (tokens_by_length)",
        )
    most = longest or _PADDED
    fits = fixtures.changeable and token.length < most
    yield Probe(
        f"token.valid.padded-to-{most}",
        f"the valid token, padded to {most:,} characters",
        near if longest else clauses.unrecognised,
        replace(usual, token=padded(token, most)) if fits else None,
        None if fits else UNCHANGEABLE,
        Profile.DEEP,
    )
    if longest is None:
        return
    for length, words, profile in (
        (longest + 1, "one over the maximum", Profile.SMOKE),
        (max(1 << longest.bit_length(), longest + 2), "over the maximum", Profile.DEEP),
    ):
        title = f"the valid token, padded to {length:,} characters ({words})"
        yield Probe(
            f"token.valid.padded-to-{length}", title, over, replace(usual, token=padded(token, length)), profile=profile
        )


def _near_others(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Tokens near another valid one, or one character of the usual one; all to the description's resource."""
    credential, shortest = fixtures.operation.credential, max(fixtures.operation.credential.shortest, 1)
    known_tokens = fixtures.known.tokens
    near = clauses.owed(credential="near-valid") + clauses.documented
    least = f"valid token of {shortest} character{'s' if shortest > 1 else ''}"
    short, zero, no_short = (
        fixtures.tokens_by_length.get(shortest),
        CHANGES["zero-before"],
        f"{least} (tokens_by_length)",
    )
    weak, case, more = fixtures.restricted_token, CHANGES["case-swapped"], CHANGES["one-more"]
    rows = [
        ("first-character", f"the valid token {_FIRST.words}", fixtures.token, "token", _FIRST),
        (f"length-{shortest}.zero-before", f"a {least}, after a zero", short, no_short, zero),
        (f"length-{shortest}.alike", f"a {least}, {_ALIKE_ONE.words}", short, no_short, _ALIKE_ONE),
        ("restricted", "a valid token without permission, in the other case", weak, "restricted_token", case),
        (
            "restricted.one-more",
            "a valid token without permission, and one character more",
            weak,
            "restricted_token",
            more,
        ),
    ]
    rows += [
        (f"beginning-{number}", f"the first {number} characters of the valid token", fixtures.token, "token", begins)
        for number in _BEGINNINGS
        if number >= shortest
        for begins in [_beginning(number)]
    ]
    rows += [
        (name, f"the valid token {change.words}", fixtures.token, "token", change) for name, change in DERIVED.items()
    ]
    for name, title, token, key, change in rows:
        changed = apply(change, token) if token else None
        good = changed is not None and known_tokens.classify(changed.value).good
        telling = name.startswith("restricted") or (changed is not None and known_tokens.near(changed.value))
        declared = near if telling else of_length(clauses, credential, changed.length if changed else shortest)
        request = None if changed is None or good else fixtures.request(changed)
        withheld = f"the description has no {key}" if changed is None else UNCHANGEABLE if good else None
        rare = name in DERIVED or (name.startswith("beginning-") and name != "beginning-10")
        profile = Profile.DEEP if rare else Profile.STANDARD
        yield Probe(f"token.valid.{name}", title, declared, request, withheld, profile)


def _beginning(number: int) -> Change:
    return Change(f"beginning-{number}", "", lambda text: (text[:number], f"{{}}[:{number}]"))


def shape_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """To the description's resource; a token far over the maximum goes to loopback only."""
    credential = fixtures.operation.credential
    for name, form, words, deep in _SHAPES:
        part = unknown(fixtures, f"shape-{name}", 42).value
        value = form.replace(b"%b", part)
        meant = not strange(value, fixtures.known.tokens)
        yield Probe(
            f"token.unknown.{name}",
            f"an unknown token {words}",
            of_length(clauses, credential, len(value)),
            None if meant else fixtures.request(Token(value)),
            "a valid token begins like it" if meant else None,
            Profile.DEEP if deep else Profile.STANDARD,
        )
    if credential.longest is None:
        return
    far = max(_FAR, 10 * credential.longest)
    yield Probe(
        f"token.unknown.length-{far}",
        f"an unknown token of {far:,} characters (far over the maximum)",
        clauses.refused(credential="over-maximum"),
        fixtures.request(unknown(fixtures, "length", far)) if fixtures.loopback else None,
        None if fixtures.loopback else "a token far over the maximum goes to loopback only",
    )
