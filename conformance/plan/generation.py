"""Hypothesis at work: requests drawn for a seed without sending any, and the simplest that fails."""

from __future__ import annotations

import contextlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest import mock

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from conformance.contract.facts import facts_of
from conformance.plan.policy import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.vendor.pretty import RepresentationPrinter

    from conformance.contract.message import Request
    from conformance.plan.families import Family
    from conformance.plan.fixtures import TargetFixtures

_PINNED = 4  # a quarter of the requests at most, or one of two or three
_NOT_BY_CHANCE = 2  # the examples with which Hypothesis begins


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A request in few words: Hypothesis makes a text of what failed, and warns where that is as long as a token."""

    request: Request = field(repr=False)

    def _repr_pretty_(self, printer: RepresentationPrinter, _: bool) -> None:  # noqa: FBT001 - as IPython calls it
        printer.text("a request")


class _Falsified(Exception):  # noqa: N818 - it tells Hypothesis, nobody else
    """The request fails."""


def safe(request: Request, fixtures: TargetFixtures) -> bool:
    """Whether the safety policy lets `request` leave."""
    return refusal(request, facts_of(request, fixtures.known), fixtures) is None


def collect(name: str, family: Family, fixtures: TargetFixtures, number: int) -> tuple[Request, ...]:
    """Up to `number` different requests that the safety policy allows, the same for the same seed; sends nothing.

    `name` is the property's; another property draws others. Hypothesis begins with the simplest example whatever the
    seed is, then takes another first choice than there. Where there are enough others these two are left out: a
    property of one request would only ever send the first.
    """
    pinned = [request for request in family.pinned if safe(request, fixtures)]
    kept: dict[Request, None] = dict.fromkeys(pinned[: number // _PINNED or number // 2])
    drawn: dict[Request, None] = {}

    def keep(request: Request) -> None:
        drawn[request] = None

    wanted = number - len(kept)
    _run(name, family, fixtures, wanted, keep, phases=(Phase.generate,))
    others = [request for request in drawn if request not in kept]
    return (*kept, *others[max(len(others) - wanted, 0) :])


def shrink(
    name: str, family: Family, fixtures: TargetFixtures, number: int, fails: Callable[[Request], bool]
) -> Request | None:
    """The simplest request for which `fails` holds, found by drawing the same ones again; None if none does."""
    simplest: list[Request] = []

    def falsify(request: Request) -> None:
        if fails(request):
            simplest.append(request)
            raise _Falsified

    try:
        _run(name, family, fixtures, number, falsify, phases=(Phase.generate, Phase.shrink))
    except _Falsified:
        return simplest[-1]
    return None


def _run(
    name: str,
    family: Family,
    fixtures: TargetFixtures,
    number: int,
    test: Callable[[Request], None],
    *,
    phases: tuple[Phase, ...],
) -> None:
    if number < 1:
        return
    configured = settings(
        max_examples=number + _NOT_BY_CHANCE,
        phases=phases,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    given_drawn = given(drawn=family.strategy.filter(lambda request: safe(request, fixtures)).map(_Drawn))

    def property_test(drawn: _Drawn) -> None:
        test(drawn.request)

    seeded = seed(zlib.crc32(f"{fixtures.seed}:{name}".encode()))
    with _no_constants(), contextlib.suppress(Unsatisfiable):  # the safety policy may leave nothing
        seeded(configured(given_drawn(property_test)))()


@contextlib.contextmanager
def _no_constants() -> Iterator[None]:
    """Keep Hypothesis from drawing the constants that stand in the modules loaded so far.

    It takes them from every module outside site-packages, so that an installed wheel, an editable checkout and a run of
    one probe would draw different requests for one seed. Hypothesis has no setting for that.
    """
    with mock.patch.object(providers.HypothesisProvider, "_local_constants", Constants()):
        providers.CONSTANTS_CACHE.cache.clear()
        try:
            yield
        finally:
            providers.CONSTANTS_CACHE.cache.clear()
