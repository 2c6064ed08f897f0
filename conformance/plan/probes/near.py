"""Valid tokens, changed a little: for each thing that a server may do before it compares, a token that shows it alone.

They go to the description's repository: a server that takes one for the valid token does what that may do anyway.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.requests import associate
from conformance.plan.tokens import padded
from conformance.strategies.changes import CHANGES, ODD_CHANGES, SIGNS, apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.inventory import Inventory

__all__ = ["near_valid_probes"]

_NEAR = ("status.401.near-valid-token", "status.documented")
_ODD = ("header.x-auth-token.mandatory", "header.x-auth-token.characters")
_OVER = ("header.x-auth-token.over-maximum",)
_UNCHANGED = "the valid token cannot be changed in this way"
_TELLING = 16  # near means nothing for shorter tokens
_SMOKE = {"case-swapped", "cut", "one-more"}
_DEEP = {
    "middle-changed", "header-name", "encoded-nul", "dashes-exchanged", "tab-inside", "combining-accent", "obs-text",
    *SIGNS,
}  # fmt: skip
"""A server that falls for one of these mostly falls for another one that the standard profile sends."""


def near_valid_probes(inventory: Inventory) -> Iterator[Probe]:
    """One for each change, then the valid token padded to the maximum and over it."""
    associated, token = associate(inventory, inventory.token), inventory.token
    wallet = inventory.surroundings.wallet
    for name, change in {**CHANGES, **ODD_CHANGES}.items():
        title = f"the valid token {change.words}"
        profile = Profile.SMOKE if name in _SMOKE else Profile.DEEP if name in _DEEP else Profile.STANDARD
        clauses = _ODD if name in ODD_CHANGES else _NEAR
        changed = apply(change, token) if token.length >= _TELLING else token
        if wallet.classify(changed.value).good:
            yield Probe(f"token.valid.{name}", title, clauses, None, _UNCHANGED, profile)
        else:
            yield Probe(f"token.valid.{name}", title, clauses, replace(associated, token=changed), profile=profile)
    whole = inventory.tokens_by_length.get(TOKEN_MAXIMUM)
    yield Probe(
        f"token.valid.length-{TOKEN_MAXIMUM}.last-changed",
        "a valid token of 100,000 characters with another last character",
        _NEAR,
        replace(associated, token=apply(CHANGES["last-changed"], whole)) if whole else None,
        None if whole else "the description has no valid token of 100,000 characters (tokens_by_length)",
    )
    longest = padded(token, TOKEN_MAXIMUM)
    fits = _TELLING <= token.length < TOKEN_MAXIMUM
    yield Probe(
        f"token.valid.padded-to-{TOKEN_MAXIMUM}",
        f"the valid token, padded to {TOKEN_MAXIMUM:,} characters",
        _NEAR,
        replace(associated, token=longest) if fits else None,
        None if fits else _UNCHANGED,
    )
    for length, over, profile in (
        (TOKEN_MAXIMUM + 1, "one over the maximum", Profile.SMOKE),
        (131_072, "over the maximum", Profile.STANDARD),
    ):
        title = f"the valid token, padded to {length:,} characters ({over})"
        request = replace(associated, token=padded(token, length))
        yield Probe(f"token.valid.padded-to-{length}", title, _OVER, request, profile=profile)
