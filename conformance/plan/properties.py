"""Properties: families of requests that no table thought of, and how many of each a profile draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.plan import families
from conformance.plan.inventory import Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from conformance.plan.families import Family
    from conformance.plan.inventory import Inventory

__all__ = ["PROPERTIES", "Property"]

_TIMES = {Profile.SMOKE: 0, Profile.STANDARD: 1, Profile.DEEP: 103}


@dataclass(frozen=True, slots=True)
class Property:
    """A family of requests; `clauses` are those that it is there for, though every clause judges it.

    `share` is how many requests the standard profile draws; `family` makes them of an inventory and the OpenAPI file.
    """

    id: str
    title: str
    share: int
    family: Callable[[Inventory, Mapping[str, Any]], Family]
    clauses: tuple[str, ...]

    def examples(self, profile: Profile) -> int:
        """How many requests a profile draws."""
        return self.share * _TIMES[profile]


PROPERTIES = (
    Property(
        "property.ids.in-range",
        "any id of 1 to 2147483647, with an unknown token or the valid one",
        6,
        families.ids_in_range,
        ("status.401.precedence", "status.documented", "path.repository_id.minimum", "path.repository_id.maximum"),
    ),
    Property(
        "property.ids.out-of-range",
        "any integer under 1 or over 2147483647, with the valid token",
        4,
        families.ids_out_of_range,
        ("path.repository_id.below-minimum", "path.repository_id.above-maximum"),
    ),
    Property(
        "property.ids.look-alikes",
        "what is nearly an integer, with the valid token",
        4,
        families.id_look_alikes,
        ("path.repository_id.type", "status.server-error", "error.other.envelope"),
    ),
    Property(
        "property.tokens.length",
        "unknown tokens of any length",
        6,
        families.token_lengths,
        (
            "header.x-auth-token.minimum-length",
            "header.x-auth-token.length",
            "header.x-auth-token.maximum-length",
            "header.x-auth-token.over-maximum",
            "status.401.unknown-token",
            "status.documented",
        ),
    ),
    Property(
        "property.tokens.shape",
        "unknown tokens of any shape and alphabet",
        4,
        families.token_shapes,
        ("status.401.unknown-token", "status.documented", "status.server-error", "leak.token"),
    ),
    Property(
        "property.tokens.near",
        "the valid token, changed",
        4,
        families.tokens_near,
        ("status.401.near-valid-token", "status.documented", "status.server-error", "leak.token"),
    ),
    Property(
        "property.bodies",
        "bodies of any kind, with the valid token",
        4,
        families.bodies,
        ("request.body.not-json", "request.body.not-object", "request.url.type", "status.server-error"),
    ),
    Property(
        "property.urls",
        "urls of any form, with the valid token",
        4,
        families.urls,
        (
            "request.url.http",
            "request.url.uncommon",
            "response.201.url.echo",
            "status.documented",
            "status.server-error",
        ),
    ),
    Property(
        "property.headers",
        "the token's header in any case, and headers that are nearly it",
        2,
        families.header_names,
        ("header.x-auth-token.name", "status.401.missing-token"),
    ),
    Property(
        "property.methods",
        "any method but POST, with the valid token",
        2,
        families.methods,
        ("method.other", "error.other.envelope"),
    ),
    Property(
        "property.pairs",
        "two or three things wrong at once",
        4,
        families.pairs,
        (
            "header.x-auth-token.mandatory",
            "status.server-error",
            "path.repository_id.type",
            "path.repository_id.above-maximum",
            "method.other",
        ),
    ),
    Property(
        "property.openapi",
        "what schemathesis makes of spec/openapi.yaml",
        4,
        families.openapi,
        (
            "status.server-error",
            "status.documented",
            "error.other.envelope",
            "request.body.not-json",
            "request.url.type",
        ),
    ),
)
