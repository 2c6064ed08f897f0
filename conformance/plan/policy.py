"""The safety policy (docs/safety.md), as one pure function: why a request must not leave, or None.

The planner asks it to withhold probes; `conformance.traffic` asks it again, where requests leave.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from conformance.contract.values import matches_many, readings
from conformance.plan.inventory import Mutation

if TYPE_CHECKING:
    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory

__all__ = ["MUTATION", "refusal"]

MUTATION = "mutation = "
"""How the reasons begin that `--mutation any` does away with."""

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
_SCHEME_ONLY = re.compile(r"\"\s*(?:file|javascript|data|jar|gopher|dict|ldap):", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([bfnrt])|([\"\\/]))")  # RFC 8259 section 7
_SLASHES = re.compile(rb"[/\\]")


def refusal(request: Request, facts: Facts, inventory: Inventory) -> str | None:
    """Why the safety policy forbids `request`, in words, or None; `facts` are the request's."""
    anywhere = inventory.mutation is Mutation.ANY
    return (None if anywhere else _mutation(request, facts, inventory)) or _addresses(request, inventory)


def _mutation(request: Request, facts: Facts, inventory: Inventory) -> str | None:
    """A valid token goes only where every plausible reading of the id is a named repository or cannot exist."""
    near = request.token is not None and inventory.surroundings.wallet.near(request.token.value)
    risky = facts.token.good or near or _carries_valid(request, inventory)
    if not risky:
        return None
    segments = _segments(request)
    if any(map(matches_many, segments)):
        return f"mutation = {inventory.mutation}: the id may be read as a pattern that other repositories match"
    reached = frozenset().union(*map(readings, segments))
    if inventory.mutation is Mutation.NEVER:
        return f"{MUTATION}never: a valid token may reach repository {min(reached)}" if reached else None
    strangers = reached - inventory.roles.keys()
    if strangers:
        stranger = min(strangers)
        return f"{MUTATION}fixture: the id may be read as repository {stranger}, which the description does not name"
    if near and not facts.token.good and not reached:
        return f"{MUTATION}fixture: a changed valid token goes to named repositories only"
    return None


def _carries_valid(request: Request, inventory: Inventory) -> bool:
    """Whether a valid token stands in another header than the token's own."""
    known = inventory.surroundings.wallet
    values = [value for _, value in request.headers]
    return any(secret in value for secret in known.valid | known.restricted if len(secret) > 1 for value in values)


def _segments(request: Request) -> set[bytes]:
    """Every segment of the path, any of which may be read as an id.

    Wherever it stands and however it is encoded: a lenient router takes dot segments, other cases and encoded slashes.
    """
    path = re.split(rb"[?#]", request.target, maxsplit=1)[0]
    once = unquote_to_bytes(path)
    return {segment for spelling in (path, once, unquote_to_bytes(once)) for segment in _SLASHES.split(spelling)}


def _addresses(request: Request, inventory: Inventory) -> str | None:
    """The service must never be made to call a stranger."""
    text = _joined(_ESCAPE.sub(_unescaped, _text((request.body or b"").replace(b"\0", b""))))
    decoded = unquote(text, "latin-1")
    return _strangers(text, inventory) or (_strangers(decoded, inventory) if decoded != text else None)


def _strangers(text: str, inventory: Inventory) -> str | None:
    own = _host(inventory.url)
    if not inventory.loopback and _SCHEME_ONLY.search(text):
        return "the url in the body names no host that is reserved"
    for match in _AUTHORITY.finditer(text):
        host = _host("//" + (match.group(1) if match.group(1) is not None else match.group(2)))
        if host in {"", own}:
            continue
        if not inventory.loopback and host.rpartition(".")[2] != "invalid":
            return f"off loopback a url names mirror_url's host or one under .invalid, not {host!r}"
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
        return False
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
