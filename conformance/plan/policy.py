"""The safety policy (docs/safety.md), as one pure function: why a request must not leave, or None.

The planner asks it to withhold probes; `conformance.traffic` asks it again, where requests leave.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_to_bytes

from conformance.contract.operation import HTTP_URL, Operation
from conformance.contract.remembering import remembering
from conformance.contract.values import Boolean, Domain, Enumeration, Identifier, Integer, matches_many, readings
from conformance.plan.probe import Mutation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from conformance.plan.fixtures import TargetFixtures

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""The methods that change nothing (RFC 9110 section 9.2.1)."""

MUTATION = "mutation = "
"""The beginning of the reasons that `--mutation any` does away with."""

_RESERVED_NAMES = re.compile(
    r"(?:[a-z0-9_-]*\.)*(?:example|invalid|test|localhost|example\.(?:com|net|org))", re.IGNORECASE
)  # RFC 2606 sections 2 and 3, RFC 6761; letters as they are: evil%2f.invalid is no name
_IN_LABELS = {"L", "M", "N", "So", "Cs"}  # what no mapping of names (RFC 5895) turns into a dot, a slash or the like
_DOCUMENTATION = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)  # RFC 5737, RFC 3849
_AUTHORITY = re.compile(
    r"(?:\b(?:https?|ftps?|wss?|git|ssh|svn|rsync):[/\\]*|[/\\]{2,})([^/\\\s\"'<>?#]*)|@([\w.-]+):", re.IGNORECASE
)  # after a scheme or two slashes, however many a lenient reader skips, or as scp has it; linear in time
_NO_ADDRESS = re.compile(r"192\.0\.2\.256")  # a name to nobody, and 192.0.2.0 to whoever cuts the number
_SCHEME_ONLY = re.compile(r"\"\s*(?:file|javascript|data|jar|gopher|dict|ldap):", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([bfnrt])|([\"\\/]))")  # RFC 8259 section 7
_SLASHES = re.compile(rb"[/\\]")
_DOTS = {b"", b".", b".."}
_LONGEST_BODY = 2_000_000  # bytes: over those of the longest probe, which takes longest to look through
_SHOWN = 60  # characters of an identifier in a reason


def refusal(request: Request, facts: Facts, fixtures: TargetFixtures) -> str | None:
    """The reason why the safety policy forbids `request`, or None; `facts` are the request's."""
    anywhere = fixtures.mutation is Mutation.ANY
    return (None if anywhere else _mutation(request, facts, fixtures)) or _addresses(
        request.body, fixtures.url, fixtures.operation, loopback=fixtures.loopback
    )


def _mutation(request: Request, facts: Facts, fixtures: TargetFixtures) -> str | None:
    """The reason why a valid token, or one near it, must not be sent with `request`, or None."""
    near = request.token is not None and fixtures.known.tokens.near(request.token.value)
    if not facts.token.good and not near and not _carries_valid(request, fixtures):
        return None
    operation, mode = fixtures.operation, fixtures.mutation
    reason = _others(request, fixtures)
    if _another_operation(request.method.upper(), operation):
        reason = f"{request.method} on this path may be another operation, which changes more"
    elif reason is None and operation.identifier is not None:
        reason = _reached(request, fixtures, operation.identifier.domain, changed=near and not facts.token.good)
    elif reason is None and mode is Mutation.NEVER:
        reason = "a valid token may reach the operation"
    return None if reason is None else f"{MUTATION}{mode}: {reason}"


def _reached(request: Request, fixtures: TargetFixtures, domain: Domain, *, changed: bool) -> str | None:
    """The reason why a path is not safe, or None: every plausible reading must be a named resource, or cannot exist.

    A `changed` valid token needs one that is named.
    """
    noun, named = fixtures.operation.noun, fixtures.roles.keys()
    segments = _segments(request, fixtures)
    plain = {form: one for one in named for form in _forms(str(one))}
    rest = segments - plain.keys()
    if any(matches_many(segment, domain) for segment in rest):
        return "the id may be read as a pattern that others match"
    reached = {plain[segment] for segment in segments & plain.keys()}
    reached = reached.union(*(readings(segment, domain, named) for segment in rest))
    if fixtures.mutation is Mutation.NEVER:
        return f"a valid token may reach {noun} {_least(reached)}" if reached else None
    if strangers := reached - named:
        return f"the id may be read as {noun} {_least(strangers)}, which the description does not name"
    return "a changed valid token goes to what the description names only" if changed and not reached else None


def _another_operation(method: str, operation: Operation) -> bool:
    """Whether a method may be a sibling of the operation that removes, replaces or makes what this one does not.

    Beside what only shows something, whatever changes something may be one; on the path of one thing, what replaces or
    removes it.
    """
    if method in {operation.method, *SAFE}:
        return False
    return operation.method in SAFE or operation.segments[-1].startswith("{")


def _others(request: Request, fixtures: TargetFixtures) -> str | None:
    """The reason why another path parameter's value is not safe, or None: it may be somebody else's."""
    operation = fixtures.operation
    for name, segment in _values(request, operation).items():
        domain, own = operation.parameter(name).domain, fixtures.arguments.get(name)
        if isinstance(domain, Enumeration | Boolean) or segment in _forms(own or ""):
            continue
        usual = {int(own or 0) if isinstance(domain, Integer) else own}
        if matches_many(segment, domain):
            return f"{name} may be read as a pattern that others match"
        if strangers := readings(segment, domain, {own or ""}) - usual:
            return f"{name} may be read as {_least(strangers)}, which is not the description's"
    return None


def _values(request: Request, operation: Operation) -> dict[str, bytes]:
    """The path parameters' values but for the resource's, where the path is the document's."""
    match = operation.path.fullmatch(request.target)
    groups = match.groups() if match else ()
    return {name: value for name, value in zip(operation.names, groups, strict=False) if name != operation.resource}


def _least(identifiers: Collection[Identifier]) -> str:
    """The shortest of them, in words; a long one by its beginning."""
    least = min(map(str, identifiers), key=lambda one: (len(one), one))
    return least if len(least) <= _SHOWN else f"{least[:_SHOWN]}… ({len(least):,} characters)"


def _forms(text: str) -> set[bytes]:
    """The bytes of a path segment that stand for `text` and for nothing else."""
    return {text.encode(), quote(text, safe="").encode()}


def _carries_valid(request: Request, fixtures: TargetFixtures) -> bool:
    """Whether a valid token stands in another header than the token's own."""
    known = fixtures.known.tokens
    values = [value for _, value in request.headers]
    return any(secret in value for secret in known.valid | known.restricted if len(secret) > 1 for value in values)


def _segments(request: Request, fixtures: TargetFixtures) -> set[bytes]:
    """Every segment of the path that may be read as an id of the resource.

    Wherever it stands and however it is encoded: a lenient router takes dot segments, other cases and encoded slashes.
    Where the documented path is there in its order, its words and other parameters' values are none. Elsewhere a router
    may take any word for the id.
    """
    operation = fixtures.operation
    path = re.split(rb"[?#]", request.target, maxsplit=1)[0]
    values = {name: quote(value, safe="").encode() for name, value in fixtures.arguments.items()}
    values |= _values(request, operation)
    found: set[bytes] = set()
    for decode in (lambda raw: raw, unquote_to_bytes, lambda raw: unquote_to_bytes(unquote_to_bytes(raw))):
        rest = [segment for segment in _SLASHES.split(decode(path)) if segment not in _DOTS]
        template = [_known(one, operation, values, decode) for one in operation.segments]
        known = _places(rest, template)
        found.update(segment for place, segment in enumerate(rest) if place not in known)
    return found


def _known(
    segment: str, operation: Operation, values: Mapping[str, bytes], decode: Callable[[bytes], bytes]
) -> Callable[[bytes], bool] | None:
    """Whether a segment is this one of the template: a word in any case, a value as it is; None for the resource."""
    if not segment.startswith("{"):
        word = segment.encode().lower()
        return lambda given: unquote_to_bytes(given).lower() == word
    name = segment.strip("{}")
    return None if name == operation.resource else lambda given: given == decode(values.get(name, b""))


def _places(segments: list[bytes], template: list[Callable[[bytes], bool] | None]) -> set[int]:
    """The places of what the template knows, each behind the one before; none unless all of them are there.

    One segment at least stands where the template has the resource.
    """
    found: set[int] = set()
    at = 0
    for known in template:
        if known is not None:
            at = next((place for place in range(at, len(segments)) if known(segments[place])), len(segments))
            found.add(at)
        at += 1
    return found if at <= len(segments) else set()


def _addresses_of(body: bytes | None, url: str | None, operation: Operation, *, loopback: bool) -> str | None:
    """The reason why a body may make the service call a host that is not reserved, or None."""
    text = _joined(_ESCAPE.sub(_unescaped, _text((body or b"").replace(b"\0", b""))))
    own, key = _host(url or ""), next((one.key for one in operation.fixtures if one.form == HTTP_URL), None)
    found = (_strangers(one, own, key, loopback=loopback) for one in dict.fromkeys((text, unquote(text, "latin-1"))))
    return next(filter(None, found), None)


_addresses = remembering(  # most requests carry the same few bodies, and the plan and the client ask of each
    _addresses_of, 512, lambda body: len(body or b""), _LONGEST_BODY
)


def _strangers(text: str, own: str, key: str | None, *, loopback: bool) -> str | None:
    if not loopback and _SCHEME_ONLY.search(text):
        return "the url in the body names no host that is reserved"
    for match in _AUTHORITY.finditer(text):
        host = _host("//" + (match.group(1) if match.group(1) is not None else match.group(2)))
        if host in {"", own}:
            continue
        if not loopback and host.rpartition(".")[2] != "invalid":
            own_host = f"{key}'s host or " if key else ""
            return f"off loopback a url names {own_host}one under .invalid, not {host!r}"
        if not _reserved(host):
            return f"the url in the body names {host!r}, which may be somebody's"
    return None


def _text(body: bytes) -> str:
    """The body in UTF-8; where it is none, each byte is one character."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _joined(text: str) -> str:
    """`text` with every pair of surrogates as the one character that it stands for."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _unescaped(match: re.Match[str]) -> str:
    code, space, character = match.groups()
    if code:
        return chr(int(code, 16))
    return " " if space else str(character)


def _host(url: str) -> str:
    authority = re.sub(r"^[^/]*//", "", url).split("/")[0].rsplit("@", 1)[-1]
    if authority.startswith("["):
        return authority.lstrip("[").split("]")[0].lower()
    return authority.split(":")[0].lower()


def _reserved(host: str) -> bool:
    if _RESERVED_NAMES.fullmatch("".join("-" if _in_a_label(character) else character for character in host)):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _NO_ADDRESS.fullmatch(host) is not None
    return any(address in network for network in _DOCUMENTATION if network.version == address.version)


def _in_a_label(character: str) -> bool:
    """Whether a character beyond ASCII stays within its label, however a server maps it."""
    if character.isascii():
        return False
    mapped = character + unicodedata.normalize("NFKC", character)
    return all(one.isalnum() if one.isascii() else _category(one) & _IN_LABELS for one in mapped)


def _category(character: str) -> set[str]:
    category = unicodedata.category(character)
    return {category, category[0]}
