"""A service that answers as examples/read-back says, written from its page; and its changes, wrong and right."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.operations.service import (
    TOKEN_CUT,
    Answer,
    Change,
    Refused,
    Request,
    Service,
    of_json,
    refusals,
    repeats_the_token,
    token_of,
    token_optional,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN, OTHER, SHORTEST, LONGEST = token_of("reader", 1_200), token_of("other", 1_200), "r", token_of("long", 100_000)
TARGET: dict[str, Any] = {
    "token": TOKEN,
    "restricted_token": OTHER,
    "tokens_by_length": {"1": SHORTEST, "100000": LONGEST},
    "repository_id": 80_214,
    "restricted_repository_id": 515,
    "missing_repository_id": 2_147_483_640,
    "repositories": {"1": "permitted", "2147483647": "permitted"},
}
MIRRORED = {80_214: 731, 1: 732, 2_147_483_647: 733}  # repository: configuration
UNREADABLE = {515}


class ReadBack(Service):
    """GET …/remote-mirror. `parse`, `find`, `authorise`, `members`, `success` are steps of its own."""

    method = "GET"
    path = re.compile(rb"/v4/repositories/([^/]*)/remote-mirror")
    longest_token = 100_000
    unauthorized = (401, "CH.00000002", "The token is missing or unknown.")
    not_allowed = (405, "CH.00000405", "This method is not offered.")
    no_route = (404, "CH.00000404", "There is no such path.")
    invalid = (400, "CH.00000400", "The repository ID is invalid.")
    forbidden = (403, "CH.00401001", "You may not see this repository.")
    missing = (404, "CH.00402000", "There is no such repository, or it has no image.")
    maximum = 2_147_483_647
    tokens = {TOKEN: "reader", SHORTEST: "reader", LONGEST: "reader", OTHER: "other"}  # noqa: RUF012 - never changed

    def operate(self, request: Request, account: str, segments: tuple[bytes, ...]) -> Answer:
        """Read the id, find the repository, look at the permission, answer."""
        repository = self.parse(segments[0])
        self.find(repository)
        self.authorise(account, repository)
        return self.success(request, self.members(repository))

    def parse(self, raw: bytes) -> int:
        """Table 1: 1 to 2147483647."""
        if not re.fullmatch(rb"[1-9][0-9]{0,9}", raw) or int(raw) > self.maximum:
            raise Refused(*self.invalid)
        return int(raw)

    def find(self, repository: int) -> None:
        """404 unless it exists."""
        if repository not in MIRRORED and repository not in UNREADABLE:
            raise Refused(*self.missing)

    def authorise(self, account: str, repository: int) -> None:
        """403 unless the account may see it."""
        if account != "reader" or repository in UNREADABLE:
            raise Refused(*self.forbidden)

    def members(self, repository: int) -> dict[str, Any]:
        """Table 3."""
        return {
            "id": MIRRORED.get(repository, 700),
            "repository_id": repository,
            "update_status": "finished",
            "last_update_at": "2026-02-03T09:30:00.000+08:00",
            "url": "https://mirror.example.org/team/library.git",
            "last_successful_update_at": "2026-02-03T09:30:00.000+08:00",
            "number_of_failures": None,
            "mirroring_enabled": True,
            "is_private": False,
            "endpoint_uuid": None,
            "last_error": None,
        }

    def success(self, request: Request, members: dict[str, Any]) -> Answer:
        """Answer 200."""
        return of_json(200, members)


def _members(**changed: object) -> dict[str, Any]:
    """Override members of the answer."""
    return {"members": lambda self, repository: ReadBack.members(self, repository) | changed}


def _without(name: str) -> dict[str, Any]:
    def members(self: ReadBack, repository: int) -> dict[str, Any]:
        found = ReadBack.members(self, repository)
        del found[name]
        return found

    return {"members": members}


def _body(**changed: object) -> Callable[[Request, Answer], Answer]:
    return lambda _, answer: replace(answer, body=json.dumps(json.loads(answer.body) | changed).encode())


def _success(change: Callable[[Answer], Answer]) -> dict[str, Any]:
    return {"success": lambda self, request, members: change(ReadBack.success(self, request, members))}


def _reading(read: Callable[[bytes], bytes]) -> dict[str, Any]:
    """Read an id otherwise, before it is parsed."""
    return {"parse": lambda self, raw: ReadBack.parse(self, read(raw))}


def _number(raw: bytes, change: Callable[[int], int]) -> bytes:
    return str(change(int(raw))).encode() if re.fullmatch(rb"-?[0-9]{1,100}", raw) else raw


def _accounts(account: Callable[[ReadBack, str], str]) -> dict[str, Any]:
    return {"account_of": account}


def _empty_token(self: ReadBack, request: Request) -> str:
    return "reader" if request.values(b"x-auth-token") == (b"",) else ReadBack.authenticate(self, request)


def _case_of_the_name(self: ReadBack, request: Request) -> str:
    named = tuple(pair for pair in request.headers if pair[0] == b"X-Auth-Token")
    return ReadBack.authenticate(self, replace(request, headers=named))


def _case_of_the_token(self: ReadBack, token: str) -> str:
    lowered = {known.lower(): account for known, account in self.tokens.items()}
    if token.lower() not in lowered:
        raise Refused(*self.unauthorized)
    return lowered[token.lower()]


def _one_character_refused(self: ReadBack, token: str) -> str:
    if len(token) == 1:
        raise Refused(*self.invalid)
    return ReadBack.account_of(self, token)


def _found_before_authenticated(self: ReadBack, request: Request) -> str:
    match = self.path.fullmatch(request.path)
    if match and re.fullmatch(rb"[1-9][0-9]{0,8}", match[1]):
        self.find(int(match[1]))
    return ReadBack.authenticate(self, request)


def _always_found(self: ReadBack, repository: int) -> None:
    pass


def _zero_found(self: ReadBack, raw: bytes) -> int:
    return 80_214 if raw == b"0" else ReadBack.parse(self, raw)


def _one_missing(self: ReadBack, repository: int) -> None:
    if repository == 1:
        raise Refused(*self.missing)
    ReadBack.find(self, repository)


def _crash(self: ReadBack, account: str, repository: int) -> None:
    try:
        ReadBack.authorise(self, account, repository)
    except Refused:
        raise Refused(500, "CH.00000500", "Internal error.") from None


def _any_method(self: ReadBack, request: Request) -> Answer:
    return (
        self.route(replace(request, method="GET")) if request.method == "POST" else Service.other_method(self, request)
    )


def _counting(self: ReadBack, repository: int) -> dict[str, Any]:
    self.count = getattr(self, "count", 1_000) + 1  # type: ignore[attr-defined]
    return ReadBack.members(self, repository) | {"id": self.count}  # type: ignore[attr-defined]


TRACE = 'Traceback (most recent call last):\n  File "/srv/app.py", line 12, in show\nKeyError: 2147483640\n'

MISBEHAVIOURS = (
    Change("zero-is-a-repository", ("path.repository_id.below-minimum",), {"parse": _zero_found}),
    Change("sign-is-dropped", ("path.repository_id.below-minimum",), _reading(lambda raw: raw.removeprefix(b"-"))),
    Change("id-wraps-at-32-bits", ("path.repository_id.above-maximum",), _reading(lambda raw: _number(raw, lambda it: it % 2**32 if it > 0 else it))),
    Change("id-saturates", ("path.repository_id.above-maximum",), _reading(lambda raw: _number(raw, lambda it: min(it, 2_147_483_647)))),
    Change("id-is-cut-at-a-point", ("path.repository_id.type",), _reading(lambda raw: raw.partition(b".")[0] if raw[:1].isdigit() else raw)),
    Change("id-is-cut-at-a-letter", ("path.repository_id.type",), _reading(lambda raw: (re.match(rb"[0-9]{1,10}(?![0-9])", raw) or [raw])[0])),
    Change("no-id-is-the-first", ("path.repository_id.mandatory",), _reading(lambda raw: raw or b"80214")),
    Change("repository-one-is-not-found", ("path.repository_id.minimum",), {"find": _one_missing}),
    Change("largest-id-is-refused", ("path.repository_id.maximum",), {"maximum": 2_147_483_646}, ("status.documented",)),
    Change("token-may-be-missing", ("status.401.missing-token",), token_optional("reader"), ("status.401.precedence", "header.x-auth-token.mandatory")),
    Change("token-may-be-empty", ("status.401.empty-token",), {"authenticate": _empty_token}, ("status.401.precedence", "header.x-auth-token.mandatory")),
    Change("case-of-the-token-is-ignored", ("status.401.near-valid-token",), _accounts(_case_of_the_token)),
    Change("case-of-the-name-counts", ("header.x-auth-token.name",), {"authenticate": _case_of_the_name}),
    Change("long-token-is-cut", ("header.x-auth-token.over-maximum",), TOKEN_CUT),
    Change("longest-token-is-refused", ("header.x-auth-token.maximum-length",), {"longest_token": 99_999}),
    Change("short-token-is-invalid", ("header.x-auth-token.minimum-length",), _accounts(_one_character_refused), ("status.documented", "status.401.near-valid-token")),
    Change("existence-is-told-to-anyone", ("status.401.precedence",), {"authenticate": _found_before_authenticated}),
    Change("missing-repository-is-shown", ("status.404.no-repository",), {"find": _always_found}),
    Change("missing-repository-is-forbidden", ("status.404.no-repository",), {"missing": ReadBack.forbidden}),
    Change("forbidden-repository-is-hidden", ("status.403.no-permission",), {"forbidden": ReadBack.missing}),
    Change("forbidden-repository-crashes", ("status.server-error", "status.403.no-permission"), {"authorise": _crash}, ("status.documented",)),
    Change("success-is-partial", ("status.200.permitted",), _success(lambda answer: replace(answer, status=206)), ("status.documented", "header.x-auth-token.*", "state.*", "path.*")),
    Change("count-is-a-string", ("response.200.number_of_failures.type",), _members(number_of_failures="0")),
    Change("count-is-negative", ("response.200.number_of_failures.minimum",), _members(number_of_failures=-1)),
    Change("switch-is-a-string", ("response.200.mirroring_enabled.type",), _members(mirroring_enabled="true")),
    Change("error-is-left-out", ("response.200.last_error.type",), _without("last_error")),
    Change("id-is-zero", ("response.200.id.minimum",), _members(id=0)),
    Change("date-has-no-offset", ("response.200.last_update_at.format",), _members(last_update_at="2026-02-03T09:30:00.000")),
    Change("date-is-null", ("response.200.last_successful_update_at.not-null",), _members(last_successful_update_at=None)),
    Change("another-repository-is-shown", ("response.200.repository_id.echo",), _members(repository_id=80_215)),
    Change("configuration-is-in-a-list", ("response.200.object",), _success(lambda answer: replace(answer, body=b"[%s]" % answer.body))),
    Change("member-stands-twice", ("response.200.unique-members",), _success(lambda answer: replace(answer, body=answer.body[:-1] + b', "is_private": false}'))),
    Change("configuration-is-a-page", ("response.200.content-type",), _success(lambda answer: replace(answer, headers=((b"content-type", b"text/html"),)))),
    Change("gzip-is-claimed", ("response.content-coding",), _success(lambda answer: replace(answer, headers=(*answer.headers, (b"content-encoding", b"gzip"))))),
    Change("unauthorized-has-another-envelope", ("error.401.envelope",), refusals(401, lambda _, answer: of_json(answer.status, {"message": "Who are you?"}))),
    Change("forbidden-has-another-code", ("error.403.code",), refusals(403, _body(error_code="CH.00401009"))),
    Change("missing-is-plain-text", ("error.404.content-type",), refusals(404, lambda _, answer: replace(answer, headers=((b"content-type", b"text/plain"),)))),
    Change("missing-has-no-text", ("error.404.envelope",), refusals(404, _body(error_msg=None))),
    Change("invalid-has-no-envelope", ("error.other.envelope",), refusals(400, lambda _, answer: Answer(answer.status))),
    Change("post-queries-too", ("method.other",), {"other_method": _any_method}),
    Change("configuration-has-a-new-id-each-time", ("state.repeat",), {"members": _counting}, ("state.concurrent",)),
    Change("unauthorized-repeats-the-token", ("leak.token",), refusals(401, repeats_the_token)),
    Change("missing-shows-a-stack-trace", ("leak.stack-trace",), refusals(404, _body(error_msg=TRACE))),
)  # fmt: skip


def _id_first(self: ReadBack, request: Request) -> str:
    match = self.path.fullmatch(request.path)
    if match:
        self.parse(match[1])
    return ReadBack.authenticate(self, request)


def _first_header(self: ReadBack, request: Request) -> str:
    return self.account_of((request.values(b"x-auth-token") or (b"",))[0].decode("latin-1"))


def _trimmed(self: ReadBack, token: str) -> str:
    return ReadBack.account_of(self, token.strip(" \t"))


def _permission_first(self: ReadBack, request: Request, account: str, segments: tuple[bytes, ...]) -> Answer:
    if account != "reader":
        self.parse(segments[0])
        raise Refused(*self.forbidden)
    return ReadBack.operate(self, request, account, segments)


def _slash(self: ReadBack, request: Request) -> Answer:
    return ReadBack.route(self, replace(request, path=request.path.removesuffix(b"/")))


def _acceptable(self: ReadBack, request: Request, members: dict[str, Any]) -> Answer:
    accepted = b",".join(request.values(b"accept"))
    if accepted and not re.search(rb"json|\*/\*", accepted):
        raise Refused(406, "CH.00000406", "This is JSON.")
    return ReadBack.success(self, request, members)


def _no_options(self: ReadBack, request: Request) -> Answer:
    raise Refused(405 if request.method == "OPTIONS" else 404, "CH.00000405", "This method is not offered.")


VARIANTS = (
    Change("as-the-page", (), {}),
    Change("leading-zeros-are-read", (), _reading(lambda raw: raw.lstrip(b"0") if re.fullmatch(rb"0*[1-9][0-9]*", raw) else raw)),
    Change("invalid-is-unprocessable", (), {"invalid": (422, "CH.00000422", "The repository ID is invalid.")}),
    Change("never-synchronised-failures-told", (), _members(number_of_failures=3, endpoint_uuid="0b7c", last_error="The remote did not answer.")),
    Change("further-members", (), _members(progress=100, tags=["a"])),
    Change("another-state", (), _members(update_status="waiting in line")),
    Change("dates-in-utc", (), _members(last_update_at="2026-02-03T01:30:00Z", last_successful_update_at="2026-02-03T01:30:00.25Z")),
    Change("id-is-read-before-the-token", (), {"authenticate": _id_first}),
    Change("first-of-two-tokens-counts", (), {"authenticate": _first_header}),
    Change("token-is-trimmed", (), _accounts(_trimmed)),
    Change("permission-before-existence", (), {"operate": _permission_first}),
    Change("head-is-not-offered", (), {"methods": lambda _: ("GET",)}),
    Change("options-is-not-offered-others-are-not-found", (), {"other_method": _no_options}),
    Change("slash-at-the-end-is-read", (), {"route": _slash}),
    Change("html-is-not-acceptable", (), {"success": _acceptable}),
    Change("media-type-with-charset", (), _success(lambda answer: replace(answer, headers=((b"content-type", b"application/json; charset=utf-8"),)))),
    Change("configuration-is-compressed", (), _success(lambda answer: replace(answer, body=gzip.compress(answer.body), headers=(*answer.headers, (b"content-encoding", b"gzip"))))),
    Change("refusals-say-more", (), refusals(404, _body(request_id="4f1e", details=[]))),
)  # fmt: skip
