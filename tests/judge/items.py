"""An operation with values, members and roles, requests to it, and their exchanges."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.contract.facts import Facts, KnownTarget, Role, facts_of
from conformance.contract.known_tokens import KnownTokens
from conformance.contract.message import Exchange, Request, Token
from conformance.contract.message import Response as Answer
from conformance.contract.operation import Response
from tests.plan.fixtures import other, parameter

URL = "https://mirror.invalid/test.git"
VALID, RESTRICTED, UNKNOWN = (
    Token(b"MIIabcDEF-0123456789"),
    Token(b"QQQrestrictedQQQQQQQ"),
    Token(b"nobody-has-this-one"),
)
BODY = {
    "required": ["action"],
    "properties": {
        "action": {"enum": ["add", "remove"]},
        "name": {"type": "string", "minLength": 2, "maxLength": 4},
        "url": {"type": "string"},
    },
}
OPERATION = replace(
    other(
        "/v1/{project}/{side}/items/{item_id}",
        parameter("project", type="string", minLength=2, maxLength=4),
        parameter("side", enum=["north", "south"]),
        parameter("item_id", type="integer", minimum=1, maximum=9),
        parameter("limit", "query", required=False, type="integer", minimum=1, maximum=50),
        method="put",
        body={"schema": BODY, "example": {"action": "add", "url": URL}},
        lengths=(5, 9000),
        resource="item_id",
        target={
            "item": {"parameter": "item_id", "role": "permitted"},
            "project": {"parameter": "project"},
            "url": {"member": "url", "form": "http-url"},
        },
    ),
    responses={status: Response(status, None, None) for status in (200, 202, 400, 401, 403, 404, 422)},
)
PATH, USUAL_BODY = "/v1/abc/north/items/5", {"action": "add", "name": "abc", "url": URL}
KNOWN = KnownTarget(
    operation=OPERATION,
    tokens=KnownTokens(frozenset({VALID.value}), frozenset({RESTRICTED.value})),
    roles={5: Role.PERMITTED, 6: Role.RESTRICTED, 7: Role.MISSING, 1: Role.PERMITTED, 9: Role.MISSING},
    resource=5,
    url=URL,
    token=VALID.value,
    values={"project": "abc", "side": "north"},
    body=json.dumps(USUAL_BODY).encode(),
)


def request(path: str = PATH, **changes: Any) -> Request:  # noqa: ANN401 - members, or fields of Request
    """The usual request, changed; members of its body stand under their names, `...` takes one away."""
    own = {"token", "method", "body", "token_header", "headers"}
    fields = {name: value for name, value in changes.items() if name in own}
    members = {name: value for name, value in (USUAL_BODY | changes).items() if name not in own and value is not ...}
    plain = Request(
        "PUT",
        path.encode(),
        VALID,
        json.dumps(members).encode(),
        ((b"Content-Type", b"application/json"),),
        token_header=b"X-Key",
    )
    return replace(plain, **fields)


def facts(path: str = PATH, known: KnownTarget = KNOWN, **changes: Any) -> Facts:  # noqa: ANN401 - as above
    """The facts of such a request."""
    return facts_of(request(path, **changes), known)


def exchange(
    status: int,
    answered: object = None,
    *,
    probe: str = "a.probe",
    known: KnownTarget = KNOWN,
    fields: tuple[tuple[bytes, bytes], ...] = (),
    **sent: Any,  # noqa: ANN401 - as above
) -> Exchange:
    """Such a request and its answer, a JSON body or none; `fields` are headers beside its media type."""
    of = request(**sent)
    raw = b"" if answered is None else json.dumps(answered).encode()
    answer = Answer(status, "", ((b"Content-Type", b"application/json"), *fields), raw)
    return Exchange(1, probe, of, facts_of(of, known), response=answer)


def at(target: str) -> str:
    """A target beside the usual one: what stands in the place of `project/side/item`, and a query."""
    place, _, query = target.partition("?")
    project, side, item = place.split("/")
    return f"/v1/{project}/{side}/items/{item}" + (f"?{query}" if query else "")
