"""Recorded traffic for a contract with other bounds: what is said of its requests is read again from their bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.facts import KnownTarget, facts_of
from conformance.contract.known_tokens import KnownTokens

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange
    from conformance.report.har import Traffic

__all__ = ["restated"]

_OF_BYTES = ("id_kind", "id", "body", "url", "urls", "wrong", "edges", "arguments")
"""The facts that follow from target and body alone; the others need the token, which is not recorded."""


def restated(traffic: Traffic, before: Contract, after: Contract) -> Traffic:
    """The traffic with the facts by another contract of the same operation; only what differs between them changes."""
    if _bounds(before) == _bounds(after):
        return traffic
    roles = {}
    for entry in traffic.entries:
        if entry.exchange and entry.exchange.facts.role and entry.exchange.facts.id is not None:
            roles[entry.exchange.facts.id] = entry.exchange.facts.role
    known = [KnownTarget(one.operation, KnownTokens(frozenset()), roles, None) for one in (before, after)]
    entries = tuple(
        replace(entry, exchange=_exchange(entry.exchange, *known)) if entry.exchange else entry
        for entry in traffic.entries
    )
    return replace(traffic, entries=entries)


def _bounds(contract: Contract) -> tuple[object, ...]:
    return contract.operation.parameters, contract.operation.credential, contract.operation.body


def _exchange(exchange: Exchange, before: KnownTarget, after: KnownTarget) -> Exchange:
    old, new = facts_of(exchange.request, before), facts_of(exchange.request, after)
    facts = exchange.facts
    changed = {name: getattr(new, name) for name in _OF_BYTES if getattr(old, name) != getattr(new, name)}
    if "id_kind" in changed:
        changed["role"] = new.role
    allows = (one.operation.credential.allows(facts.token_length) for one in (before, after))
    if len(set(allows)) > 1:
        changed["token_in_range"] = not facts.token_in_range
    return replace(exchange, facts=replace(facts, **changed)) if changed else exchange
