"""An auditor of bytes on the wire, written anew from docs/safety.md and not with the suite's own policy."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.safety.wiretap import Heard

_MAXIMUM = 2_147_483_647
_WHITE = " \t\r\n\v\f\0\u00a0\u3000\ufeff"
_PLAIN = re.compile(r"[-+]?\d+")
_REAL = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d{1,2})?")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:[,.' ]\d{3})+|[+-]?\d+(?:_\d+)+")
_RESERVED = re.compile(r"(?:[a-z0-9-]+\.)*(?:invalid|test|example|localhost|example\.(?:com|net|org))", re.IGNORECASE)
_DOCUMENTED = re.compile(r"192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+|2001:db8:.*", re.IGNORECASE)
_HOSTS = re.compile(rb"(?:https?|ftp|ssh|git|ws)s?:\\?/\\?/([^/\\\"\s?#]*)", re.IGNORECASE)
_TELLING = 16


@dataclass(frozen=True)
class Auditor:
    """The resources that good credentials may reach, and the mode of the run.

    `mutation` is never, fixture or any; `named` the repositories of the description; `secrets` the valid tokens;
    `mirror_host` the host of its url.
    """

    mutation: str
    named: frozenset[int]
    secrets: frozenset[bytes]
    mirror_host: str
    loopback: bool = True

    def complaints(self, request: Heard) -> Iterator[str]:
        """The violations of a request."""
        reached = {number for segment in re.split(rb"[/\\]", _path(request.target)) for number in readings(segment)}
        good, near = self._credentials(request)
        if self.mutation != "any" and (good or near):
            allowed = self.named if self.mutation == "fixture" else frozenset()
            if reached - allowed:
                kind = "valid" if good else "near-valid"
                yield f"{kind} token to {sorted(reached - allowed)[:3]}: {request.head[:90]!r}"
            if self.mutation == "fixture" and near and not good and not reached:
                yield f"near-valid token to no named repository: {request.head[:90]!r}"
        yield from self._strangers(request)

    def bad(self, request: Heard) -> bool:
        """Whether it carries credentials that a service would count as bad."""
        tokens = [value for name, value in request.fields if name == b"x-auth-token"]
        return not tokens or any(token not in self.secrets for token in tokens)

    def _credentials(self, request: Heard) -> tuple[bool, bool]:
        values = [value for _, value in request.fields]
        good = any(value in self.secrets for name, value in request.fields if name == b"x-auth-token")
        good = good or any(secret in value for secret in self.secrets if len(secret) > 1 for value in values)
        near = any(_near(value, secret) for secret in self.secrets for value in values if len(secret) >= _TELLING)
        return good, near

    def _strangers(self, request: Heard) -> Iterator[str]:
        for found in _HOSTS.findall(unquote_to_bytes(_unescaped(request.body))):
            host = found.decode("latin-1").lower().rpartition("@")[2].rstrip("'}")
            name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
            ours = name in {"", "invalid", self.mirror_host} or name.endswith(".invalid")
            if not ours and not (self.loopback and (_RESERVED.fullmatch(name) or _DOCUMENTED.fullmatch(name))):
                yield f"a url names {name!r}"


def _near(value: bytes, secret: bytes) -> bool:
    """Whether more than half of a secret, in any case, stands at the beginning or the end of a value, or the like."""
    given, known = value.strip(b" \t\0").lower(), secret.lower()
    half = len(known) // 2 + 1
    return len(given) >= _TELLING and (known in given or given[:half] == known[:half] or given[-half:] == known[-half:])


def _unescaped(body: bytes) -> bytes:
    """A body without the escapes that JSON has for characters and for slashes; those over one byte are in UTF-8."""

    def character(found: re.Match[bytes]) -> bytes:
        code = int(found[1], 16)
        return bytes([code]) if code < 256 else chr(code).encode("utf-8", "surrogatepass")

    return re.sub(rb"\\u([0-9a-fA-F]{4})", character, body).replace(rb"\/", b"/")


def _path(target: bytes) -> bytes:
    """The path, decoded as often as a lenient router might."""
    path = re.split(rb"[?#]", target, maxsplit=1)[0]
    once = unquote_to_bytes(path)
    return b"/".join((path, once, unquote_to_bytes(once)))


def readings(segment: bytes) -> frozenset[int]:
    """Every id in range that a segment may be read as by a parser that is lenient, or an integer that is too small."""
    numbers: set[int] = set()
    for text in {segment.decode("utf-8", "replace"), segment.decode("latin-1")}:
        numbers |= _numbers(text.strip(_WHITE).strip("\"'"))
    wrapped = {one for number in numbers for one in _wrapped(number)}
    return frozenset(number for number in wrapped if 1 <= number <= _MAXIMUM)


def _numbers(text: str) -> Iterator[int] | set[int]:
    found = set()
    for base in (0, 10, *((8,) if text.lstrip("+-").startswith("0") else ())):
        with suppress(ValueError):
            found.add(int(text, base))
    if plain := _PLAIN.match(text):
        found.add(int(plain.group()[:4_000]))
    real = _REAL.match(text)
    if real and not _PLAIN.fullmatch(real.group()):
        with suppress(ValueError, OverflowError):
            found.add(int(float(real.group())))
    if _GROUPS.fullmatch(text):
        found.add(int(re.sub(r"\D", "", text)))
    return found


def _wrapped(number: int) -> set[int]:
    low, longer = number % 2**32, number % 2**64
    signed = {low, low - 2**32, longer, longer - 2**64}
    return {number} | signed | {abs(one) for one in (number, *signed)}
