"""Methods are any but the document's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from conformance.strategies import methods
from tests.strategies.drawing import drawn, reaches


@given(methods("POST"))
def test_a_method_is_not_post(method: str) -> None:
    """One that HTTP allows, of 1 to 20 characters; CONNECT has another form of target."""
    assert re.fullmatch("[A-Z-]{1,20}", method)
    assert method not in {"POST", "CONNECT"}


def test_methods_reach_the_registered_ones() -> None:
    """And others that nobody has heard of."""
    assert len(set(drawn(methods("POST"), 500))) > 50
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "POSTS"):
        assert reaches(methods("POST"), lambda drawn, method=method: drawn == method)


@pytest.mark.parametrize("documented", ["GET", "PUT", "DELETE"])
def test_methods_follow_the_document(documented: str) -> None:
    """The documented one is none of them, POST then is; HEAD belongs to GET."""
    found = set(drawn(methods(documented), 500))
    assert documented not in found
    assert {"POST", f"{documented}S", documented[:-1]} <= found
    assert ("HEAD" in found) == (documented != "GET")
