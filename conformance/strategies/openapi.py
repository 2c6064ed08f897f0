"""Requests that schemathesis makes of an OpenAPI file: its examples, its coverage phase, its fuzzing."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import Phase, settings

from conformance.contract.message import TOKEN_HEADER, Request, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis import strategies as st

__all__ = ["OpenapiRequests", "openapi_requests"]

_PATH = "/v4/repositories/{repository_id}/remote-mirror/associate"
_SET_BY_CLIENTS = {"user-agent", "accept-encoding", "connection", "x-schemathesis-testcaseid", "content-type", "host"}
_JSON = b"application/json"


@dataclass(frozen=True, slots=True)
class OpenapiRequests:
    """What schemathesis makes of the operation.

    `examples` are documented requests, `coverage` what lies at and beyond every boundary of the schemas, and `fuzzing`
    draws requests that are right and requests that are wrong on purpose.
    """

    examples: tuple[Request, ...]
    coverage: tuple[Request, ...]
    fuzzing: st.SearchStrategy[Request]


def openapi_requests(openapi: Mapping[str, Any], token: Token, repository_id: int, url: str) -> OpenapiRequests:
    """Have schemathesis make requests of spec/openapi.yaml, with these in the place of its examples.

    `token` stands wherever schemathesis means the header to be right. Takes a second or two, most of it once.
    """
    import schemathesis  # noqa: PLC0415 - takes a second to import
    from schemathesis.generation.hypothesis.builder import HypothesisTestMode  # noqa: PLC0415 - as above

    config = schemathesis.Config()  # not what the working directory may hold
    config.projects.default.generation.codec = None  # all of UTF-8, without a table of a million characters
    document = _with_examples(openapi, repository_id, url)
    operation = schemathesis.openapi.from_dict(document, config=config)[_PATH]["POST"]
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)
    return OpenapiRequests(
        _explicit(operation, HypothesisTestMode.EXAMPLES, token),
        _explicit(operation, HypothesisTestMode.COVERAGE, token),
        (right | wrong).map(lambda case: _request(case, token)),
    )


def _with_examples(openapi: Mapping[str, Any], repository_id: int, url: str) -> dict[str, Any]:
    """The document with one example of path and body: what a target knows is what reaches a 201."""
    document = copy.deepcopy(dict(openapi))
    operation = document["paths"][_PATH]["post"]
    example = {"known": {"value": repository_id}}
    operation["parameters"] = [
        {**parameter, "examples": example} if parameter.get("in") == "path" else parameter
        for parameter in operation["parameters"]
    ]
    for media in operation["requestBody"]["content"].values():
        media["examples"] = {"known": {"value": {"url": url}}}
    for response in operation["responses"].values():  # schemathesis takes ids from these too
        for media in response.get("content", {}).values():
            media.pop("examples", None)
    return document


def _explicit(operation: Any, mode: Any, token: Token) -> tuple[Request, ...]:  # noqa: ANN401 - schemathesis' own
    """The requests of a phase that draws nothing, without repetition."""
    from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, create_test  # noqa: PLC0415 - as above

    cases: list[Any] = []

    def keep(case: Any) -> None:  # noqa: ANN401 - as above
        cases.append(case)

    quiet = settings(phases=(Phase.explicit,), database=None, deadline=None)
    config = HypothesisTestConfig(project=operation.schema.config, modes=[mode], settings=quiet)
    create_test(operation=operation, test_func=keep, config=config)()
    return tuple(dict.fromkeys(_request(case, token) for case in cases))


def _request(case: Any, token: Token) -> Request:  # noqa: ANN401 - a case of schemathesis
    own: Token | None = None
    headers: list[tuple[bytes, bytes]] = []
    media = _JSON
    for name, value in (case.headers or {}).items():
        if name.lower() == TOKEN_HEADER.decode().lower():
            own = Token(_encoded(value))
        elif name.lower() == "content-type":
            media = _encoded(value)
        elif name.lower() not in _SET_BY_CLIENTS:
            headers.append((_encoded(name), _encoded(value)))
    body = _body(case.body)
    request = Request(
        method=case.method.upper(),
        target=case.formatted_path.encode("ascii", "backslashreplace"),
        token=own,
        body=body,
        headers=(*(((b"Content-Type", media),) if body is not None else ()), *headers),
    )
    modes = {str(location.value): info.mode for location, info in case.meta.components.items()}
    right = own is not None and ("header" not in modes or modes["header"].is_positive)
    return replace(request, token=token) if right or "header" not in modes else request


def _encoded(text: object) -> bytes:
    return str(text).encode("latin-1") if str(text).isascii() else str(text).encode("utf-8", "backslashreplace")


def _body(body: object) -> bytes | None:
    if type(body).__name__ == "NotSet":
        return None
    return body if isinstance(body, bytes) else json.dumps(body).encode("ascii")
