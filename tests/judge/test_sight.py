"""What the run as a whole knows of an exchange."""

from __future__ import annotations

from dataclasses import replace

from conformance.contract.message import Trouble
from conformance.judge.sight import Sight
from tests.shipped import sight_of

from .exchanges import UNKNOWN, answer, created, exchange, refused, silence


def test_a_sight_has_what_is_compared_and_no_bytes() -> None:
    """Number, probe, facts, status, the id of a 201 and when it was; nothing of what does not matter."""
    made = replace(exchange(created(id=7), probe="a.b"), number=5, started_at=10.0, seconds=2.5)
    assert sight_of(made) == Sight(
        5, "a.b", made.facts, 201, frozenset({201}), success=True, same=7, begun=10.0, ended=12.5
    )
    assert sight_of(silence(Trouble.DROPPED)).status == 0


def test_only_a_201_with_an_object_has_an_id() -> None:
    """Anything that JSON has may stand there; without one, there is nothing to compare."""
    ids = {"text": "x", "zero": 0, "none": None, "list": [1]}
    assert {name: sight_of(exchange(created(id=value))).same for name, value in ids.items()} == ids
    for none in (created(id=...), answer(201, b"x"), answer(201, b"[]"), answer(200, {"id": 7}), refused(401)):
        assert sight_of(exchange(none)).same is None, none


def test_what_was_owed_is_told_from_what_came() -> None:
    """A status as owed, a refusal that is not, and silence about what nobody owes."""
    good, bad = sight_of(exchange(refused(401), token=UNKNOWN)), sight_of(exchange(refused(400), token=UNKNOWN))
    assert (good.owed, good.as_owed, good.refused) == ({401}, True, True)
    assert (bad.owed, bad.as_owed, bad.refused) == ({401}, False, True)
    for status, is_refused in ((201, False), (399, False), (400, True), (500, True)):
        assert sight_of(exchange(answer(status))).refused is is_refused, status
    assert sight_of(silence()).refused
    assert not sight_of(exchange(refused(400), id=0)).owed


def test_a_sight_of_its_own_has_no_id_and_no_time() -> None:
    """What is not said is not known."""
    facts = exchange(created()).facts
    bare = Sight(1, "p", facts, 0)
    assert (bare.same, bare.begun, bare.ended) == (None, 0.0, 0.0)
