"""Edits of the shipped contract's files, and what follows of each for the suite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.spec import changes
from tests.spec.changes import DEPTH, ID, PROJECT, TOKEN
from tests.spec.edited import Named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from tests.spec.edited import Names
    from tests.spec.files import Files

__all__ = ["EDITS", "Edit"]


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
"""What fails where the path is another: nothing succeeds, and tokens are not looked at."""
ABOVE, BELOW = ("path.repository_id.above-maximum",), ("path.repository_id.below-minimum",)
MAXIMUM = ("path.repository_id.maximum", "status.documented")
MINIMUM = ("path.repository_id.minimum", "status.documented")
LONGEST, OVER = ("header.x-auth-token.maximum-length",), ("header.x-auth-token.over-maximum",)
REFUSED = ("status.documented", "status.201.permitted")
AROUND = ("~pair.*", "~password.*", "~permission.*", "~url.*")
"""Where bodies stand that have something else in the place of the url."""
OF_IDS = ("~id.*", "+id.*", "-id.*", "~property.ids.*")
OF_TOKENS = ("~token.unknown.length-*", "+token.*", "-token.*")


def _id_of(facts: Facts) -> int:
    return facts.id if isinstance(facts.id, int) else 0


def _sent_more(text: str) -> Names:
    """Every documented body has these members too."""
    return ((r'^(\{"url": .*?\.git")\}$', rf"\1, {text}}}"), (r'^(\{"url": "https?://[^"]*")\}$', rf"\1, {text}}}"))


def _asked_more(text: str) -> Names:
    """Every request on the path has this query too."""
    return (
        (r"^(/v4/repositories/[^/?]*/remote-mirror/associate)$", rf"\1?{text}"),
        (r"^(/v4/repositories/[^/?]*/remote-mirror/associate)\?(?!dep)", rf"\1?{text}&"),
    )


def _before_ids(text: str) -> Names:
    """Every path has this segment before the resource."""
    return ((r"^/v4/repositories/(?=[^/?]*/remote-mirror/associate)", f"/v4/repositories/{text}/"),)


EDITS: tuple[Edit, ...] = (
    Edit("nothing", lambda files: None),
    # Bounds of the identifier
    Edit(
        "maximum-one-less",
        changes.bound(ID, maximum=2147483646),
        OF_IDS,
        ABOVE,
        broke=MAXIMUM,
        says=("id 2147483647 (one over the maximum)", "any id of 1 to 2147483646", "(1 to 2147483646)"),
        unsaid=("id 2147483647 (the maximum)",),
        draws={"ids.out-of-range": lambda _, facts: _id_of(facts) == 2147483647},
    ),
    Edit(
        "maximum-one-more",
        changes.bound(ID, maximum=2147483648),
        OF_IDS,
        MAXIMUM,
        broke=(),
        says=("id 2147483648 (the maximum)",),
    ),
    Edit(
        "maximum-much-less",
        changes.bound(ID, maximum=1_000_000),
        (*OF_IDS, "~precedence.any-repository.*"),
        ABOVE,
        broke=MAXIMUM,
        says=("id 1000001 (one over the maximum)", "over 1000000"),
        unsaid=("2147483648 (one over the maximum)", "to 2147483647"),
        draws={
            "ids.out-of-range": lambda _, facts: 1_000_000 < _id_of(facts) < 2**31,
            "ids.in-range": lambda _, facts: 1_000 < _id_of(facts) <= 1_000_000,
        },
    ),
    Edit(
        "maximum-much-more",
        changes.bound(ID, maximum=9007199254740991),
        (*OF_IDS, "~pair.*"),
        MAXIMUM,
        broke=ABOVE,
        says=("id 9007199254740992 (one over the maximum)",),
        unsaid=("2147483648 (one over the maximum)",),
        draws={"ids.in-range": lambda _, facts: _id_of(facts) > 2**31},
    ),
    Edit(
        "no-maximum",
        changes.without_bound(
            ID, "maximum", ("refused", "parameter", "above-maximum"), ("owed", "parameter", "maximum")
        ),
        (*OF_IDS, "-pair.*", "~property.pairs"),
        ("status.documented",),
        broke=ABOVE,
        says=("any id of 1 and more", "any integer under 1,"),
        unsaid=("2147483648 (one over the maximum)", "over 2147483647"),
        draws={"ids.in-range": lambda _, facts: _id_of(facts) > 2**31},
    ),
    Edit(
        "minimum-one-more",
        changes.bound(ID, minimum=2),
        (*OF_IDS, "~password.bad-id"),
        BELOW,
        broke=MINIMUM,
        says=("id 1 (one under the minimum)",),
        draws={"ids.out-of-range": lambda _, facts: _id_of(facts) == 1},
    ),
    Edit(
        "minimum-one-less",
        changes.bound(ID, minimum=0),
        (*OF_IDS, "~password.bad-id"),
        MINIMUM,
        broke=BELOW,
        says=("any id of 0 to 2147483647",),
    ),
    Edit(
        "minimum-much-more",
        changes.bound(ID, minimum=30),
        (*OF_IDS, "~password.bad-id"),
        BELOW,
        broke=MINIMUM,
        says=("any integer under 30 or over 2147483647",),
    ),
    Edit(
        "no-minimum",
        changes.without_bound(
            ID, "minimum", ("refused", "parameter", "below-minimum"), ("owed", "parameter", "minimum")
        ),
        (*OF_IDS, "-pair.*", "-password.bad-id"),
        ("status.documented",),
        broke=BELOW,
        says=("any id up to 2147483647",),
        draws={"ids.in-range": lambda _, facts: _id_of(facts) < 0},
    ),
    Edit(
        "ids-are-listed",
        changes.ids_are_listed,
        (*OF_IDS, "-pair.*", "-password.bad-id", "~property.pairs", "~body.extra-id", "~precedence.any-*"),
        (*REFUSED, "path.repository_id.below-minimum", "response.201.repository_id.type"),
        names=TO_TEXTS,
        named=TEXTS,
        broke=None,
    ),
    Edit(
        "ids-have-lengths",
        changes.ids_have_lengths,
        (*OF_IDS, "-pair.*", "~pair.*", "-password.bad-id", "~property.pairs", "~body.extra-id", "~precedence.any-*"),
        REFUSED,
        names=TO_TEXTS,
        named=TEXTS,
        broke=None,
    ),
    # Bounds of the token
    Edit(
        "longest-one-more",
        changes.bound(TOKEN, maxLength=100_001),
        (*OF_TOKENS, "~token.valid.padded-to-100001", "~pair.token-over.*"),
        LONGEST,
        broke=OVER,
    ),
    Edit(
        "longest-one-less",
        changes.bound(TOKEN, maxLength=99_999),
        (*OF_TOKENS, "~token.valid.padded-to-100000", "~pair.token-over.*"),
        OVER,
        broke=LONGEST,
        says=("an unknown token of 100,000 characters (one over the maximum)",),
    ),
    Edit(
        "longest-much-less",
        changes.bound(TOKEN, maxLength=50_000),
        (*OF_TOKENS, "~pair.token-over.*"),
        OVER,
        broke=LONGEST,
        says=("a token of 50,001 characters was answered 201", "a token of 1 to 50,000 characters"),
        unsaid=("100,001 characters",),
        draws={
            "tokens.length": lambda request, _: request.token is not None and 50_000 < request.token.length < 100_000
        },
    ),
    Edit(
        "longest-much-more",
        changes.bound(TOKEN, maxLength=180_000),
        ("+token.*", "-token.*", "~pair.token-over.*"),
        LONGEST,
        broke=OVER,
        says=("180,001 characters (one over the maximum)",),
        unsaid=("100,001 characters",),
    ),
    Edit(
        "no-longest",
        changes.without_bound(
            TOKEN, "maxLength", ("refused", "credential", "over-maximum"), ("owed", "credential", "maximum-length")
        ),
        ("-token.*", "~token.valid.padded-to-131072", "-pair.token-over.*", "~property.tokens.length"),
        broke=OVER,
        says=("a token of 1 or more characters",),
        unsaid=("over the maximum) characters", "a valid token of 100,000"),
    ),
    Edit(
        "shortest-one-more",
        changes.bound(TOKEN, minLength=2),
        ("-token.valid.length-1", "+token.valid.length-2", "~token.unknown.*"),
        broke=None,
        says=("an unknown token of 1 character (one under the minimum)",),
    ),
    Edit(
        "shortest-much-more",
        changes.bound(TOKEN, minLength=40),
        ("-token.valid.length-1", "+token.*", "~token.unknown.*"),
        broke=None,
        says=("a valid token of 40 characters", "a token of 40 to 100,000 characters"),
        draws={"tokens.length": lambda request, _: request.token is not None and request.token.length in {39, 40}},
    ),
    Edit("no-shortest", changes.without_bound(TOKEN, "minLength")),
    # The request body
    Edit("body-is-mandatory", changes.body_needed, breaks=("request.body.absent",), judged=("body.missing",)),
    Edit(
        "url-is-mandatory",
        changes.url_needed,
        ("+body.url-missing", "~body.empty-object", "~body.other-member", "~body.capital-url", "+property.members"),
        ("request.url.mandatory",),
        says=("a url that is missing was answered 201",),
    ),
    Edit(
        "url-has-a-maximum",
        changes.of_url((("refused", "too-long", "too-long"), ("owed", "longest", "longest")), maxLength=200),
        ("+body.url-longest", "+body.url-too-long", "+property.members"),
        ("request.url.too-long",),
        says=("a url of 201 characters (too long)",),
        draws={"members": lambda _, facts: ("url", "too-long") in facts.wrong},
    ),
    Edit(
        "url-has-a-minimum",
        changes.of_url((("refused", "too-short", "too-short"),), minLength=20),
        ("+body.url-shortest", "+body.url-too-short", "+property.members"),
        ("request.url.too-short",),
        says=("a url of 19 characters (too short)",),
    ),
    Edit(
        "url-has-a-pattern",
        changes.of_url((("refused", "pattern", "other-pattern"),), pattern="^https://"),
        ("+body.url-other-pattern", "+property.members"),
        ("request.url.pattern",),
        broke=("request.url.http", "status.documented"),
        judged=("url.http",),
    ),
    Edit(
        "a-text-is-sent",
        changes.member(
            "branch",
            {"type": "string", "maxLength": 20},
            "main",
            ("refused", "type", "wrong-type"),
            ("refused", "too-long", "too-long"),
            ("owed", "longest", "longest"),
            ("owed", "absent", "absent"),
        ),
        ("+body.branch-*", "+property.members", "~body.*", *AROUND, "~property.bodies", "~property.openapi"),
        ("request.branch.type", "request.branch.too-long"),
        names=_sent_more('"branch": "main"'),
        says=("a branch of 21 characters (too long)",),
        draws={"members": lambda _, facts: ("branch", "too-long") in facts.wrong},
    ),
    Edit(
        "a-word-is-sent",
        changes.member(
            "mode",
            {"type": "string", "enum": ["mirror", "copy"]},
            "mirror",
            ("refused", "mandatory", "missing"),
            ("refused", "not-listed", "not-listed"),
            ("owed", "listed", "listed"),
            required=True,
        ),
        ("+body.mode-*", "+property.members", "~body.*", *AROUND),
        ("request.mode.mandatory", "request.mode.not-listed"),
        names=_sent_more('"mode": "mirror"'),
        broke=REFUSED,
    ),
    Edit(
        "a-number-is-sent",
        changes.member(
            "depth",
            DEPTH,
            10,
            ("refused", "above-maximum", "above-maximum"),
            ("owed", "maximum", "maximum"),
            ("refused", "type", "wrong-type"),
        ),
        ("+body.depth-*", "+property.members", "~body.*", *AROUND, "~property.bodies", "~property.openapi"),
        ("request.depth.type", "request.depth.above-maximum"),
        names=_sent_more('"depth": 10'),
        says=("a depth that is 51 (above the maximum)",),
    ),
    Edit(
        "words-are-sent",
        changes.member(
            "tags",
            {"type": "array", "items": {"type": "string"}, "maxItems": 3},
            ["a"],
            ("refused", "too-many", "too-many"),
            ("owed", "most", "most"),
        ),
        ("+body.tags-*", "+property.members", "~body.*", *AROUND),
        ("request.tags.too-many",),
        names=_sent_more('"tags": ["a"]'),
        says=("a tags of 4 elements (too many)",),
    ),
    Edit(
        "body-is-of-another-type",
        changes.media("body"),
        (
            "~content-type.*",
            "~accept.json",
        ),
        names=((r"^application/json$", "application/vnd.mirror+json"),),
    ),
    # Parameters, path and names
    Edit(
        "a-word-in-the-query",
        changes.parameter(
            "dry_run", "query", DRY, None, ("refused", "type", "wrong-type"), ("owed", "listed", "listed")
        ),
        ("+dry_run.*", "+property.parameters", "~path.query*", "~pair.*"),
        ("query.dry_run.type",),
        draws={"parameters": lambda request, _: b"?dry_run=" in request.target},
    ),
    Edit(
        "a-number-in-the-query",
        changes.parameter(
            "depth",
            "query",
            DEPTH,
            10,
            ("refused", "mandatory", "missing"),
            ("refused", "above-maximum", "above-maximum"),
            ("owed", "maximum", "maximum"),
            required=True,
        ),
        ("+depth.*", "+property.parameters", "~pair.*", "~path.*"),
        ("query.depth.above-maximum", "query.depth.mandatory"),
        names=_asked_more("depth=10"),
        broke=REFUSED,
        says=("depth 51 (one over the maximum)",),
        draws={"parameters": lambda request, _: b"?depth=10" not in request.target},
    ),
    Edit(
        "a-second-word-in-the-path",
        changes.parameter(
            "kind",
            "path",
            {"type": "string", "enum": ["git", "svn"]},
            "git",
            ("refused", "not-listed", "not-listed"),
            ("owed", "listed", "listed"),
        ),
        ("+kind.*", "+property.parameters", "~pair.*", "~path.*"),
        GONE,
        names=_before_ids("git"),
        broke=GONE,
    ),
    Edit(
        "a-second-name-in-the-path",
        changes.both(
            changes.parameter(
                "project_id",
                "path",
                {"type": "string", "minLength": 32, "maxLength": 32, "pattern": "^[0-9a-f]*$"},
                None,
                ("refused", "too-long", "too-long"),
                ("refused", "too-short", "too-short"),
            ),
            changes.project,
        ),
        ("+project_id.*", "+property.parameters", "~pair.*", "~path.*"),
        GONE,
        names=_before_ids(PROJECT),
        broke=None,
        named=Named(keys=(("project_id", PROJECT),), values=(("project_id", PROJECT),)),
    ),
    Edit(
        "path-is-renamed",
        changes.renaming("remote-mirror/associate", "remote-copy/link"),
        (
            "~path.*",
            "~pair.*",
        ),
        GONE,
        names=((r"remote-mirror/associate", "remote-copy/link"), (r"\bassociate\b", "link"), ("ASSOCIATE", "LINK")),
        broke=GONE,
    ),
    Edit(
        "version-is-renamed",
        changes.renaming("/v4/", "/v5/"),
        (
            "~path.*",
            "~pair.*",
        ),
        GONE,
        names=(("/v4/", "/v5/"),),
        broke=GONE,
    ),
    Edit(
        "method-is-put",
        changes.put,
        ("~method.lower-case-put", "~password.method", "-pair.*", "-method.PUT", "+method.POST"),
        (*GONE, "status.documented", "method.other"),
        names=(("POST", "PUT"), ("case-post", "case-put")),
        broke=(*GONE, "status.documented", "method.other"),
    ),
    Edit(
        "header-is-renamed",
        changes.renaming("X-Auth-Token", "X-Api-Key"),
        ("~token.valid.header-*",),
        ("status.201.permitted",),
        names=(
            ("X-Auth-Token", "X-Api-Key"),
            (r"x-auth-token(?!\.)", "x-api-key"),
            ("X-AUTH-TOKEN", "X-API-KEY"),
            ("x-AuTh-ToKeN", "x-ApI-kEy"),
        ),
        broke=("status.201.permitted",),
        draws={"headers": lambda request, _: request.token_header.lower() == b"x-api-key" != request.token_header},
    ),
    Edit(
        "parameter-is-renamed",
        changes.renaming("repository_id", "volume_id"),
        (),
        ("response.201.volume_id.type",),
        names=((r"(?<!no-)repository", "volume"),),
        broke=("response.201.repository_id.type",),
    ),
    Edit(
        "keys-are-renamed",
        changes.both(
            changes.renaming("missing_repository_id", "absent_one"),
            changes.renaming("restricted_repository_id", "foreign_one"),
        ),
    ),
    Edit(
        "member-is-renamed",
        changes.url_renamed,
        ("~path.query.odd", "~token.unknown.url", "~address.*", "~body.*", "~pair.*", "~permission.*"),
        ("response.201.url.type", "request.url.type"),
        names=(
            (r"(?<!request\.)(?<!response\.201\.)(?<!property\.)(?<!unknown\.)\burl(?=s?\b)", "address"),
            (r"\ba address", "an address"),
        ),
        broke=("response.201.url.type", "request.url.type"),
        judged=("address.upper-case-scheme",),
    ),
    Edit("operation-is-renamed", changes.renaming("associateRemoteMirror", "linkCopy")),
    # The answer
    Edit(
        "more-is-answered",
        changes.more_is_answered,
        ("~state.first", "~body.extra-id"),
        ("response.201.sync_interval.type",),
        says=("sync_interval is missing",),
    ),
    Edit(
        "less-is-answered",
        changes.less_is_answered,
        ("~state.first", "~body.extra-null"),
        broke=("response.201.last_error.type",),
    ),
    Edit(
        "answer-is-retyped",
        changes.both(changes.answer("update_status", type="integer"), changes.example("update_status", 3)),
        ("~body.extra-id",),
        ("response.201.update_status.type",),
        broke=("response.201.update_status.type",),
    ),
    Edit(
        "answer-is-listed",
        changes.both(
            changes.answer("update_status", enum=["done", "failed"]), changes.example("update_status", "done")
        ),
        (),
        ("response.201.update_status.type",),
        says=("'finished' is not one of ['done', 'failed']",),
    ),
    Edit("answer-is-optional", changes.optional, broke=("response.201.endpoint_uuid.type",)),
    Edit(
        "answer-may-be-null",
        changes.both(changes.answer("is_private", type=["boolean", "null"]), changes.example("is_private", None)),
        broke=("response.201.is_private.type",),
    ),
    Edit(
        "answer-has-another-format",
        changes.both(changes.answer("last_update_at", format="date"), changes.example("last_update_at", "2025-04-24")),
        (),
        ("response.201.last_update_at.format",),
        broke=("response.201.last_update_at.format",),
    ),
    Edit(
        "answer-is-renamed",
        changes.renaming("update_status", "sync_state"),
        (),
        ("response.201.sync_state.type",),
        names=(("update_status", "sync_state"),),
        broke=("response.201.update_status.type",),
    ),
    Edit(
        "answer-is-at-least",
        changes.both(changes.least(20_000), changes.example("id", 30_000)),
        (),
        ("response.201.id.minimum",),
    ),
    Edit(
        "no-echo",
        changes.drop("echo", member="repository_id"),
        ("~state.first",),
        broke=("response.201.repository_id.echo",),
    ),
    Edit(
        "answer-is-of-another-type",
        changes.media("answer"),
        ("~accept.json", "~accept.json-refused"),
        ("response.201.content-type",),
        broke=("response.201.content-type",),
    ),
    # Statuses and envelopes
    Edit("a-400-is-documented", changes.a_400, ("~body.*",), ("status.400.invalid",), stale=changes.unprocessable),
    Edit(
        "no-404-is-documented",
        changes.without_404,
        ("~permission.missing-repository",),
        ("status.documented",),
        broke=("status.404.no-repository",),
    ),
    Edit(
        "no-403-is-documented",
        changes.without_403,
        ("~permission.restricted-*",),
        ("status.documented",),
        broke=("status.403.no-permission",),
    ),
    Edit("success-is-200", changes.status(201, 200), (), REFUSED, broke=REFUSED, says=("answered 201 instead of 200",)),
    Edit(
        "success-has-no-body",
        changes.without_body,
        ("-body.extra-*", "~state.first", "~property.urls"),
        REFUSED,
        broke=REFUSED,
        judged=("state.burst",),
    ),
    Edit(
        "restricted-is-missing",
        changes.restricted_is_missing,
        ("~permission.restricted-*",),
        ("status.403.no-permission",),
        broke=("status.403.no-permission",),
    ),
    Edit("another-code", changes.code(403, "CH.00409999"), (), ("error.403.code",), broke=("error.403.code",)),
    Edit("a-second-code", changes.two_codes, breaks=("error.404.code",), stale=changes.code(404, "CH.00402002")),
    Edit("a-second-code-is-shown", changes.two_codes, stale=changes.code(404, "CH.00402001")),
    Edit(
        "code-is-renamed",
        changes.renaming("error_code", "code"),
        (),
        ENVELOPES,
        broke=ENVELOPES,
        says=("'code' is a required property",),
    ),
    Edit(
        "text-is-renamed",
        changes.renaming("error_msg", "message"),
        (),
        ENVELOPES,
        broke=ENVELOPES,
        says=("'message' is a required property",),
    ),
    Edit("codes-have-another-form", changes.codes(r"RM-\d{8}"), (), CODES, broke=CODES),
    # The catalogue
    Edit("section-is-renamed", changes.renaming("Table 6", "Table 9"), says=("Table 9",), unsaid=("Table 6:",)),
    Edit(
        "title-is-changed",
        changes.head(title="Linking a Volume", revision="2027-01-31"),
        says=('"Linking a Volume", in its edition of 2027-01-31',),
    ),
    Edit("a-must-is-a-should", changes.level("should", "documented-status")),
    Edit("read-back-is-renamed", changes.read_back, ("~state.read-back",)),
    Edit("no-read-back", changes.no_read_back, ("-state.read-back",)),
    Edit("nothing-many-at-once", changes.drop("same-again", **{"at-once": True}), ("-state.creation", "-state.burst")),
    Edit(
        "another-member-is-the-same-again",
        changes.same_url,
        judged=("state.burst",),
    ),
)
