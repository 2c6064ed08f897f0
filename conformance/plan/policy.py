"""The safety policy (DESIGN: Safety), as one pure function: why a request must not leave, or None.

The planner asks it to withhold probes; `conformance.traffic` asks it again, where requests leave.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from conformance.contract.identifier import readings
from conformance.contract.wallet import TokenKind
from conformance.plan.inventory import Mutation

if TYPE_CHECKING:
    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory

__all__ = ["refusal"]

_RESERVED_NAMES = re.compile(
    r"(?:.*\.)?(?:example|invalid|test|localhost|example\.(?:com|net|org))", re.IGNORECASE
)  # RFC 2606 sections 2 and 3, RFC 6761
_DOCUMENTATION = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)  # RFC 5737, RFC 3849
_AUTHORITY = re.compile(
    rb"(?:\\?/){2}([^/\\\s\"'?#]*)|@([\w.-]+):"
)  # after two slashes, or as scp has it; linear in time
_SCHEME_ONLY = re.compile(rb"\"\s*(?:file|javascript|data|jar|gopher|dict|ldap):", re.IGNORECASE)
_SEGMENT = re.compile(rb"/repositories/+([^/?#]*)")


def refusal(request: Request, facts: Facts, inventory: Inventory) -> str | None:
    """Why the safety policy forbids `request`, in words, or None; `facts` are the request's."""
    return _mutation(request, facts, inventory) or _addresses(request, inventory)


def _mutation(request: Request, facts: Facts, inventory: Inventory) -> str | None:
    """A valid token goes only where every plausible reading of the id is a named repository or cannot exist."""
    token = facts.token
    risky = token.good or token is TokenKind.NEAR_VALID or _carries_valid(request, inventory)
    if inventory.mutation is Mutation.ANY or not risky:
        return None
    reached = _reached(request)
    if inventory.mutation is Mutation.NEVER:
        return f"mutation = never: a valid token may reach repository {min(reached)}" if reached else None
    strangers = reached - inventory.roles.keys()
    if strangers:
        return f"mutation = fixture: the id may be read as repository {min(strangers)}, which the description does not name"
    if token is TokenKind.NEAR_VALID and not reached:
        return "mutation = fixture: a changed valid token goes to named repositories only"
    return None


def _carries_valid(request: Request, inventory: Inventory) -> bool:
    """Whether a valid token stands in another header than the token's own."""
    known = inventory.surroundings.wallet
    values = [value for _, value in request.headers]
    return any(secret in value for secret in known.valid | known.restricted if len(secret) > 1 for value in values)


def _reached(request: Request) -> frozenset[int]:
    """Every repository in range that the target of `request` may be read as."""
    return frozenset().union(*(readings(segment) for segment in _SEGMENT.findall(request.target)))


def _addresses(request: Request, inventory: Inventory) -> str | None:
    """The service must never be made to call a stranger."""
    body = request.body or b""
    own = _host(inventory.mirror_url)
    if not inventory.loopback and _SCHEME_ONLY.search(body):
        return "the url in the body names no host that is reserved"
    for match in _AUTHORITY.finditer(body):
        authority = (match.group(1) if match.group(1) is not None else match.group(2)).decode("latin-1")
        host = _host("//" + authority)
        if host in {"", own}:
            continue
        if not inventory.loopback and not host.endswith(".invalid"):
            return f"off loopback a url names mirror_url's host or one under .invalid, not {host!r}"
        if not _reserved(host):
            return f"the url in the body names {host!r}, which may be somebody's"
    return None


def _host(url: str) -> str:
    authority = re.sub(r"^[^/]*//", "", url).split("/")[0].rsplit("@", 1)[-1]
    if authority.startswith("["):
        return authority[1:].split("]")[0].lower()
    return authority.split(":")[0].lower()


def _reserved(host: str) -> bool:
    if _RESERVED_NAMES.fullmatch(host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _DOCUMENTATION if network.version == address.version)
