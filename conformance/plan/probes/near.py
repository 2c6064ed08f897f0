"""Valid tokens, changed a little: for each thing that a server may do before it compares, a token that shows it alone.

They go to the description's resource: a server that takes one for the valid token does what that may do anyway.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.plan.fixtures import padded
from conformance.plan.probe import Probe, Profile
from conformance.strategies.changes import CHANGES, SIGNS, apply, changes, odd_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

__all__ = ["near_valid_probes"]

_UNCHANGED = "the valid token cannot be changed in this way"
_TELLING = 16  # near means nothing for shorter tokens
_SMOKE = {"case-swapped", "cut", "one-more"}
_DEEP = {
    "middle-changed", "header-name", "encoded-nul", "dashes-exchanged", "tab-inside", "combining-accent", "obs-text",
    "half", "last-half", *SIGNS,
}  # fmt: skip
"""A server that falls for one of these mostly falls for another one that the standard profile sends."""

_PADDED = 131_072
"""Characters to which a token is padded where the document has no maximum."""


def near_valid_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """One for each change, then the valid token padded to the maximum and over it."""
    usual, token = fixtures.request(fixtures.token), fixtures.token
    known_tokens = fixtures.known.tokens
    near = clauses.owed(credential="near-valid") + clauses.documented
    odd = clauses.unrecognised + clauses.recorded("characters")
    over = clauses.refused(credential="over-maximum")
    shortest, longest = fixtures.operation.credential.shortest, fixtures.operation.credential.longest
    oddly = odd_changes(fixtures.header)
    for name, change in {**changes(fixtures.header), **oddly}.items():
        title = f"the valid token {change.words}"
        profile = Profile.SMOKE if name in _SMOKE else Profile.DEEP if name in _DEEP else Profile.STANDARD
        changed = apply(change, token) if token.length >= _TELLING else token
        declared = odd if name in oddly else near
        if longest is not None and changed.length > longest:
            declared = over
        elif changed.length < shortest:
            declared = clauses.refused(credential="below-minimum")
        if known_tokens.classify(changed.value).good:
            yield Probe(f"token.valid.{name}", title, declared, None, _UNCHANGED, profile)
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
    fits = _TELLING <= token.length < most
    yield Probe(
        f"token.valid.padded-to-{most}",
        f"the valid token, padded to {most:,} characters",
        near if longest else clauses.unrecognised,
        replace(usual, token=padded(token, most)) if fits else None,
        None if fits else _UNCHANGED,
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
