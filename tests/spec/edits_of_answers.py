"""Edits of what is answered: members, statuses, envelopes; and of the catalogue."""

from __future__ import annotations

from tests.spec import changes
from tests.spec.edit import (
    CODES,
    ENVELOPES,
    REFUSED,
    Edit,
)

ANSWERS: tuple[Edit, ...] = (
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
        ("~state.first", "~body.extra-*"),
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
        ("~permission.missing-repository", "~permission.another-missing-repository"),
        ("status.documented",),
        broke=("status.404.no-repository",),
    ),
    Edit(
        "no-403-is-documented",
        changes.without_403,
        ("~permission.restricted-*", "~permission.another-restricted-repository"),
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
        ("~permission.restricted-*", "~permission.another-restricted-repository"),
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
