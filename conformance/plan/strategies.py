"""Hypothesis strategies for requests: ids in and out of range, tokens by length, schemathesis over the OpenAPI file.

Lengths are drawn, never long texts; integers stand before the bounds in a choice, so that a limit shrinks to its edge.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.contract.facts import TOKEN_MAXIMUM, facts_of
from conformance.contract.identifier import MAXIMUM, MINIMUM
from conformance.contract.message import TOKEN_HEADER, Request, Token
from conformance.plan.policy import refusal
from conformance.plan.requests import JSON, associate
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.plan.inventory import Inventory

__all__ = ["documented_requests", "ids_in_range", "ids_out_of_range", "requests_from_openapi", "token_lengths"]

_PATH = "/v4/repositories/{repository_id}/remote-mirror/associate"
_SET_BY_CLIENTS = {"user-agent", "accept-encoding", "connection", "x-schemathesis-testcaseid", "content-type", "host"}


def ids_in_range() -> st.SearchStrategy[int]:
    """Integers of 1 to 2147483647, powers of two and their neighbours among them."""
    edges = sorted({n for bit in range(31) for n in (2**bit - 1, 2**bit, 2**bit + 1) if MINIMUM <= n <= MAXIMUM})
    return st.integers(MINIMUM, MAXIMUM) | st.sampled_from(edges)


def ids_out_of_range(repository_id: int) -> st.SearchStrategy[int]:
    """Integers under 1 or over 2147483647, aliases of `repository_id` modulo 2^32 and 2^64 among them."""
    return st.one_of(
        st.integers(MAXIMUM + 1, 2**70),
        st.integers(-(2**70), MINIMUM - 1),
        st.integers(1, 2**40).map(lambda k: repository_id + k * 2**32),
        st.integers(1, 2**40).map(lambda k: repository_id - k * 2**32),
        st.sampled_from(
            [sign * 2**bit + step for bit in (31, 32, 53, 63, 64) for step in (-1, 0, 1) for sign in (-1, 1)]
        ),
    ).filter(lambda n: not MINIMUM <= n <= MAXIMUM)


def token_lengths() -> st.SearchStrategy[int]:
    """Lengths of 1 to 131,072 characters, those around the limits of common servers among them."""
    edges = [n + step for n in (4096, 8190, 16384, 32768, 65536, TOKEN_MAXIMUM) for step in (-1, 0, 1)]
    return st.integers(1, 131_072) | st.sampled_from(edges)


def documented_requests(
    inventory: Inventory, ids: st.SearchStrategy[int], token: Token | None
) -> st.SearchStrategy[Request]:
    """Documented requests to the drawn ids with one token."""
    return ids.map(lambda number: associate(inventory, token, number))


def requests_with_unknown_tokens(inventory: Inventory) -> st.SearchStrategy[Request]:
    """Documented requests to the description's repository with unknown tokens of every length."""
    return token_lengths().map(lambda length: associate(inventory, unknown(inventory, "property", length)))


def requests_from_openapi(inventory: Inventory, openapi: Mapping[str, Any]) -> st.SearchStrategy[Request]:
    """What schemathesis makes of spec/openapi.yaml, right and wrong on purpose.

    Where it means the token to be right, the valid one is put in, as far as the safety policy allows it.
    """
    import schemathesis  # noqa: PLC0415 - takes a second to import

    config = schemathesis.Config()  # not what the working directory may hold
    config.projects.default.generation.codec = None  # all of UTF-8, without a table of a million characters
    operation = schemathesis.openapi.from_dict(dict(openapi), config=config)[_PATH]["POST"]
    cases = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE) | operation.as_strategy(
        generation_mode=schemathesis.GenerationMode.NEGATIVE
    )
    return cases.map(lambda case: _request(case, inventory))


def _request(case: Any, inventory: Inventory) -> Request:  # noqa: ANN401 - a case of schemathesis
    token: Token | None = None
    headers = []
    for name, value in (case.headers or {}).items():
        if name.lower() == TOKEN_HEADER.decode().lower():
            token = Token(_encoded(value))
        elif name.lower() not in _SET_BY_CLIENTS:
            headers.append((_encoded(name), _encoded(value)))
    body = _body(case.body)
    request = Request(
        method=case.method.upper(),
        target=case.formatted_path.encode("ascii", "backslashreplace"),
        token=token,
        body=body,
        headers=(*(JSON if body is not None else ()), *headers),
    )
    modes = {str(location.value): info.mode for location, info in case.meta.components.items()}
    if "header" in modes and not modes["header"].is_positive:
        return request
    authenticated = Request(request.method, request.target, inventory.token, body, request.headers)
    facts = facts_of(authenticated, inventory.surroundings)
    return request if refusal(authenticated, facts, inventory) else authenticated


def _encoded(text: object) -> bytes:
    return str(text).encode("latin-1") if str(text).isascii() else str(text).encode("utf-8", "backslashreplace")


def _body(body: object) -> bytes | None:
    if type(body).__name__ == "NotSet":
        return None
    return body if isinstance(body, bytes) else json.dumps(body).encode("ascii")
