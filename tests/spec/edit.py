"""An edit of the shipped contract's files, what follows of it for the suite, and the globs that several edits share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.spec.edited import Named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from tests.spec.edited import Names
    from tests.spec.files import Files

__all__ = ["Edit"]


@dataclass(frozen=True)
class Edit:
    """One edit, and everything that it changes.

    `touches` are globs of the ids of probes and properties: ``-`` of those that are gone, ``+`` of new ones, and ``~``
    of such as say or send something else, apart from `names`, which are written otherwise wherever they stand.
    `breaks` are the clauses that fail on a target which does not follow: the shipped one, or one that `stale` edits;
    `judged` are probes that show it, beside those of the smoke profile and the touched ones. `broke` are the clauses of
    the shipped contract that fail on a target which follows, where that can be asked. `says` are words of plan,
    catalogue and verdicts, `unsaid` words of plan and verdicts that were. `draws` maps a property to what is true of
    one request at least that it draws.
    """

    name: str
    change: Callable[[Files], None]
    touches: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    names: Names = ()
    says: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    broke: tuple[str, ...] | None = ()
    judged: tuple[str, ...] = ()
    draws: Mapping[str, Callable[[Request, Facts], bool]] = field(default_factory=dict)
    named: Named = field(default_factory=Named)
    stale: Callable[[Files], None] = lambda files: None


TO_TEXTS = (("/42(?=[/?])", "/north"), ("/51(?=[/?])", "/south"), ("/52(?=[/?])", "/west"))
TEXTS = Named("north", "south", "west")
DRY = {"type": "boolean"}
ENVELOPES = ("error.401.envelope", "error.403.envelope", "error.404.envelope", "error.other.envelope")
CODES = ("error.401.code", "error.403.code", "error.404.code")
GONE = (
    "status.201.permitted", "status.401.unknown-token", "status.401.precedence", "status.401.missing-token",
    "status.401.empty-token", "status.401.near-valid-token", "header.x-auth-token.minimum-length",
    "header.x-auth-token.length", "header.x-auth-token.maximum-length",
)  # fmt: skip
"""Probes that fail at another path: nothing succeeds, and tokens are not looked at."""
ABOVE, BELOW = ("path.repository_id.above-maximum",), ("path.repository_id.below-minimum",)
MAXIMUM = ("path.repository_id.maximum", "status.documented")
MINIMUM = ("path.repository_id.minimum", "status.documented")
LONGEST, OVER = ("header.x-auth-token.maximum-length",), ("header.x-auth-token.over-maximum",)
REFUSED = ("status.documented", "status.201.permitted")
AROUND = ("~pair.*", "~password.*", "~permission.*", "~url.*", "~method.override.query")
"""Probes whose bodies have something else in the place of the url."""
OF_IDS = ("~id.*", "+id.*", "-id.*", "~property.ids.*")
BESIDE_IDS = (
    "-password.bad-id",
    "-permission.restricted-token.id",
    "~property.pairs",
    "~body.extra-id",
    "~precedence.any-*",
    "~permission.another-*",
)
OF_TOKENS = ("~token.unknown.length-*", "+token.*", "-token.*")


def id_of(facts: Facts) -> int:
    return facts.id if isinstance(facts.id, int) else 0


def sent_more(text: str) -> Names:
    """Every documented body has these members too."""
    return ((r'^(\{"url": .*?\.git")\}$', rf"\1, {text}}}"), (r'^(\{"url": "https?://[^"]*")\}$', rf"\1, {text}}}"))


def asked_more(text: str) -> Names:
    """Every request on the path has this query too."""
    return (
        (r"^(/v4/repositories/[^/?]*/remote-mirror/associate)$", rf"\1?{text}"),
        (r"^(/v4/repositories/[^/?]*/remote-mirror/associate)\?(?!dep)", rf"\1?{text}&"),
    )


def before_ids(text: str) -> Names:
    """Every path has this segment before the resource."""
    return ((r"^/v4/repositories/(?=[^/?]*/remote-mirror/associate)", f"/v4/repositories/{text}/"),)
