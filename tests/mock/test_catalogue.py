"""A class becomes a fault or a variant, and several become one mock."""

from __future__ import annotations

from conformance.mock import Answer, Mock, Request
from conformance.mock.catalogue import Faults, Variants, combine, named


class BodyOf8BytesIDLost(Mock):
    """It loses something."""

    def answer(self, request: Request) -> Answer:
        """Mark the answer, to show the order."""
        return _marked(super().answer(request), b"lost")


class Other(Mock):
    """It is otherwise."""

    def answer(self, request: Request) -> Answer:
        """Mark the answer, to show the order."""
        return _marked(super().answer(request), b"other")


def _marked(answer: Answer, mark: bytes) -> Answer:
    return Answer(answer.status, answer.body + mark, answer.headers)


REQUEST = Request(method="POST", path=b"/nowhere", headers=(), body=b"")


def test_a_class_becomes_a_fault() -> None:
    """Its id is its name in kebab case, its summary the docstring on one line; what its globs match may fail."""
    faults = Faults()
    assert faults.must("a.b", "c.*", narrow=True)(BodyOf8BytesIDLost) is BodyOf8BytesIDLost
    (fault,) = faults.values()
    assert (fault.id, fault.summary) == ("body-of-8-bytes-id-lost", "It loses something.")
    assert (fault.clause, fault.level, fault.narrow) == ("a.b", "must", True)
    assert [fault.breaks(clause) for clause in ("a.b", "c.d", "a.c")] == [True, True, False]
    assert isinstance(fault.make(), BodyOf8BytesIDLost)


def test_a_class_becomes_a_variant() -> None:
    """With its name and its sentence, which a row of a table may give it."""
    variants = Variants()
    variants(named("LateAnswer", "It is late.", type("_", (Mock,), {})))
    assert [(one.id, one.summary) for one in variants.values()] == [("late-answer", "It is late.")]


def test_several_become_one_mock() -> None:
    """The first is nearest to the client, and one that is named twice counts once."""
    faults, variants = Faults(), Variants()
    faults.should("a.b")(BodyOf8BytesIDLost)
    variants(Other)
    both = [*faults.values(), *variants.values()]
    assert combine(both).answer(REQUEST).body.endswith(b"otherlost")
    assert combine([*reversed(both), both[0]]).answer(REQUEST).body.endswith(b"lostother")
    assert type(combine([])).__mro__[1] is Mock
