"""Methods are any but the document's."""

from __future__ import annotations

import re

from hypothesis import given

from conformance.strategies import methods
from tests.strategies.drawing import drawn, reaches


@given(methods())
def test_a_method_is_not_post(method: str) -> None:
    """One that HTTP allows, of 1 to 20 characters; CONNECT has another form of target."""
    assert re.fullmatch("[A-Z-]{1,20}", method)
    assert method not in {"POST", "CONNECT"}


def test_methods_reach_the_registered_ones() -> None:
    """And others that nobody has heard of."""
    assert len(set(drawn(methods(), 500))) > 50
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "POSTS"):
        assert reaches(methods(), lambda drawn, method=method: drawn == method)
