"""Requests that schemathesis makes of an OpenAPI file: its examples, its coverage phase, its fuzzing.

It is used by its public doors but for what `PRIVATE` lists: its two phases that draw nothing have no public one outside
of its own pytest plugin and command line.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hypothesis import Phase, settings
from hypothesis import strategies as st

from conformance.contract.message import Request, Token
from conformance.contract.strictjson import resolve
from conformance.contract.values import Boolean, Integer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.operation import Operation, Parameter

PRIVATE = {
    "schemathesis.generation.hypothesis.builder": {
        "HypothesisTestMode": ("EXAMPLES", "COVERAGE"),
        "HypothesisTestConfig": ("project", "modes", "settings"),
        "create_test": ("operation", "test_func", "config"),
    },
}
"""Modules of schemathesis that it does not call public, what is used of them, and members or parameters of that."""

_SET_BY_CLIENTS = {"user-agent", "accept-encoding", "connection", "x-schemathesis-testcaseid", "content-type", "host"}
_ANYWHERE = "http://127.0.0.1"  # a case wants a base URL; nothing is sent


@dataclass(frozen=True, slots=True)
class OpenapiRequests:
    """The requests that schemathesis makes of the operation.

    Attributes:
        examples: documented requests.
        coverage: requests at and beyond every boundary of the schemas.
        fuzzing: draws requests that are right, and requests that are wrong on purpose.
    """

    examples: tuple[Request, ...]
    coverage: tuple[Request, ...]
    fuzzing: st.SearchStrategy[Request]


def openapi_requests(
    openapi: Mapping[str, Any],
    operation: Operation,
    token: Token,
    values: Mapping[str, str] | None = None,
    body: object = None,
) -> OpenapiRequests:
    """Have schemathesis make requests of one operation of an OpenAPI file. It takes a second or two, most of it once.

    `token` stands wherever schemathesis means the header to be right. `values` are those of parameters by name, and
    `body` is the documented one, as JSON has it. They take the place of the file's examples.
    """
    import schemathesis  # noqa: PLC0415 - takes a second to import

    config = schemathesis.Config()  # not what the working directory may hold
    config.projects.default.generation.codec = None  # all of UTF-8, without a table of a million characters
    document = _with_examples(openapi, operation, values or {}, body)
    found = schemathesis.openapi.from_dict(document, config=config)[operation.template][operation.method]
    right, wrong = (found.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)
    return OpenapiRequests(
        _explicit(found, "EXAMPLES", operation, token),
        _explicit(found, "COVERAGE", operation, token),
        (right | wrong).map(lambda case: _request(case, operation, token)),
    )


def private(name: str) -> Any:  # noqa: ANN401 - schemathesis' own
    """One of the names in `PRIVATE`; RuntimeError says that this release of schemathesis has it no longer."""
    module = next(module for module, names in PRIVATE.items() if name in names)
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError):
        from importlib.metadata import version  # noqa: PLC0415 - for the message alone

        raise RuntimeError(
            f"schemathesis {version('schemathesis')} has no {module}.{name}: install the release of requirements.lock"
        ) from None


def _with_examples(
    openapi: Mapping[str, Any], operation: Operation, values: Mapping[str, str], body: object
) -> dict[str, Any]:
    """The document with one example of every part: what a target knows is what reaches a success."""
    document = copy.deepcopy(dict(openapi))
    item = document["paths"][operation.template]
    found = item[operation.method.lower()]
    for holder in (item, found):
        declared = [_resolved(document, one) for one in holder.get("parameters", ())]
        holder["parameters"] = [_exemplified(one, operation, values) for one in declared]
    if operation.body is not None:
        found["requestBody"] = _resolved(document, found["requestBody"])
        for media in found["requestBody"]["content"].values():
            media.pop("example", None)
            media["examples"] = {"known": {"value": operation.body.example if body is None else body}}
    found["responses"] = {status: _resolved(document, one) for status, one in found["responses"].items()}
    for response in found["responses"].values():  # schemathesis takes ids from these too
        for media in response.get("content", {}).values():
            media.pop("examples", None)
            media.pop("example", None)
    return document


def _resolved(document: Mapping[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(resolve(document, node["$ref"])) if "$ref" in node else node


def _exemplified(one: dict[str, Any], operation: Operation, values: Mapping[str, str]) -> dict[str, Any]:
    if one["in"] not in {"path", "query"} or one["name"] not in values:
        return one
    parameter = operation.parameter(one["name"])
    own = {name: value for name, value in one.items() if name != "example"}
    return {**own, "examples": {"known": {"value": _typed(parameter, values[one["name"]])}}}


def _typed(parameter: Parameter, text: str) -> object:
    if isinstance(parameter.domain, Integer):
        return int(text)
    return text == "true" if isinstance(parameter.domain, Boolean) else text


def _explicit(found: Any, mode: str, operation: Operation, token: Token) -> tuple[Request, ...]:  # noqa: ANN401 - schemathesis' own
    """The requests of a phase that draws nothing, without repetition."""
    cases: list[Any] = []

    def keep(case: Any) -> None:  # noqa: ANN401 - as above
        cases.append(case)

    quiet = settings(phases=(Phase.explicit,), database=None, deadline=None)
    modes = [getattr(private("HypothesisTestMode"), mode)]
    config = private("HypothesisTestConfig")(project=found.schema.config, modes=modes, settings=quiet)
    private("create_test")(operation=found, test_func=keep, config=config)()
    return tuple(dict.fromkeys(_request(case, operation, token) for case in cases))


def _request(case: Any, operation: Operation, token: Token) -> Request:  # noqa: ANN401 - a case of schemathesis
    own: Token | None = None
    headers: list[tuple[bytes, bytes]] = []
    header = operation.credential.header
    media = b"" if operation.body is None else operation.body.media.encode("ascii")
    for name, value in (case.headers or {}).items():
        if name.lower() == header.decode("ascii").lower():
            own = Token(_encoded(value))
        elif name.lower() == "content-type":
            media = _encoded(value)
        elif name.lower() not in _SET_BY_CLIENTS:
            headers.append((_encoded(name), _encoded(value)))
    body = _body(case)
    request = Request(
        method=case.method.upper(),
        target=_target(case),
        token=own,
        body=body,
        headers=(*(((b"Content-Type", media),) if body is not None and media else ()), *headers),
        token_header=header,
    )
    modes = {str(location.value): info.mode for location, info in case.meta.components.items()}
    right = own is not None and ("header" not in modes or modes["header"].is_positive)
    return replace(request, token=token) if right or "header" not in modes else request


def _target(case: Any) -> bytes:  # noqa: ANN401 - as above
    path: bytes = case.formatted_path.encode("ascii", "backslashreplace")
    asked = [(name, one) for name, value in (case.query or {}).items() for one in _each(value)]
    query = "&".join(f"{quote(str(name), safe='')}={quote(_text(value), safe='')}" for name, value in asked)
    return path + (b"?" + query.encode("ascii") if query else b"")


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    """A value in a query; lone surrogates have no bytes there."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.encode("utf-8", "replace").decode()


def _encoded(text: object) -> bytes:
    return str(text).encode("latin-1") if str(text).isascii() else str(text).encode("utf-8", "backslashreplace")


def _body(case: Any) -> bytes | None:  # noqa: ANN401 - as above
    sent = case.as_transport_kwargs(base_url=_ANYWHERE)
    if "json" in sent:
        return json.dumps(sent["json"]).encode("ascii")
    raw = sent.get("data")
    return raw.encode() if isinstance(raw, str) else raw
