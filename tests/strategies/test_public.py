"""Properties that all strategies have in common."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from conformance import strategies
from conformance.contract.message import Token
from conformance.contract.values import Integer
from tests.strategies.drawing import drawn
from tests.strategies.operations import LABELS, SHIPPED

DRAWING = [name for name in strategies.__all__ if name not in {"ALPHABETS", "openapi_requests"}]
_OPERATION, _DOMAIN, _HEADER = (SHIPPED,), (Integer(1, 1_000_000),), (b"X-Key",)
ARGUMENTS = {
    "broken_json": _OPERATION,
    "changed_tokens": (Token(b"a1B2c3-_e5F6g7Hx"), b"X-Key"),
    "documented_bodies": _OPERATION,
    "header_names": _HEADER,
    "id_look_alikes": _DOMAIN,
    "ids_in_range": _DOMAIN,
    "ids_out_of_range": _DOMAIN,
    "json_objects": _OPERATION,
    "media_types": ("application/json",),
    "members_of_another_type": _OPERATION,
    "methods": ("GET",),
    "other_parameter_values": _DOMAIN,
    "parameter_values": _DOMAIN,
    "schema_values": ({"type": "string"},),
    "token_header_look_alikes": _HEADER,
    "token_header_names": _HEADER,
    "token_lengths": (SHIPPED.credential,),
    "tokens": (strategies.token_lengths(SHIPPED.credential),),
    "wrong_members": (LABELS,),
}
"""The arguments of the strategies that do not draw for any contract."""


@pytest.mark.parametrize("name", DRAWING)
def test_the_same_seed_draws_the_same_and_another_does_not(name: str) -> None:
    """A failure can be drawn again; nothing but Hypothesis' own choices decides."""
    make = getattr(strategies, name)
    arguments = ARGUMENTS.get(name, ())
    first, again, other = (drawn(make(*arguments), 60, seed_) for seed_ in (1, 1, 2))
    assert first == again != other
    assert isinstance(make(*arguments), st.SearchStrategy)


def test_public_names_are_listed_and_explained() -> None:
    """`__all__` is sorted, and everything in it says what it draws."""
    assert strategies.__all__ == sorted(strategies.__all__)
    for name in (*DRAWING, "openapi_requests"):
        assert (getattr(strategies, name).__doc__ or "").strip(), name
