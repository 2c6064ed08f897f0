"""The error rate of the alarm of `nightly/run`, and its delay until it names a fault; the rule is the product's own.

    python benchmarks/alarm.py [--years 10000] [--seed 1]

A year is 365 simulated nights of a target with 500 probes, with as many visits each as the files in `nightly` schedule.
Each probe, each time that it is sent, fails with the probability of a flicker, independently. What fails newly is sent
again as often as the rule asks for. 10,000 years take minutes of two cores.
"""

from __future__ import annotations

import argparse
import math
import random
from bisect import bisect
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from conformance.history.nights import CONFIRMATIONS, FLICKER, WINDOW, Sends, Signal, failed_before, signal_of

if TYPE_CHECKING:
    from collections.abc import Callable

NIGHTS, PROBES = 365, 500
VISITS = 3
"""Visits a night by the files in `nightly`, hours apart."""
_TRIALS = 10_000
_PARTS = 20
_CERTAIN = 12.0
_GOOD = Sends(0, 1)
_SENT = 1 + CONFIRMATIONS


def false_alarms(years: int, seed: int, flicker: float = FLICKER, visits: int = VISITS) -> float:
    """The alarms a year where the service is as it was.

    Probes are independent, so their years are one row of visits. The rule is asked only of a visit in which one fails,
    and only where the failures are so many that it may give an alarm.
    """
    with ProcessPoolExecutor() as pool:
        parts = [years * NIGHTS * visits * PROBES // _PARTS] * _PARTS
        found = pool.map(alarms_in, parts, [seed * _PARTS + part for part in range(_PARTS)], [flicker] * _PARTS)
        return sum(found) / years


def alarms_in(length: int, seed: int, flicker: float) -> int:
    """The alarms in a row of so many visits of one probe."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    again = (math.comb(CONFIRMATIONS, n) * flicker**n * (1 - flicker) ** (CONFIRMATIONS - n) for n in range(_SENT))
    # How many of all sendings fail where the first does, each as often as it is likely.
    steps = [*accumulate(again)][:-1]
    found, rate, draw, log = 0, math.log1p(-flicker), chance.random, math.log
    recent: deque[tuple[int, int]] = deque()
    visit = -1
    while (visit := visit + 1 + int(log(1 - draw()) / rate)) < length:
        while recent and visit - recent[0][0] >= WINDOW:
            recent.popleft()
        recent.append((visit, 1 + bisect(steps, draw())))
        if _may_alarm(tuple(failed for _, failed in recent)):
            past = [_GOOD] * WINDOW
            for when, failed in recent:
                past[visit - when] = Sends(failed, _SENT)
            found += signal_of(past) is Signal.ALARM
    return found


@cache
def _may_alarm(failed: tuple[int, ...]) -> bool:
    """Whether failures of visits may give an alarm, the last one's at the end: they do without a visit between."""
    return _SENT in failed or signal_of([Sends(one, _SENT) for one in reversed(failed)]) is Signal.ALARM


def named_after(visits: int, trials: int, seed: int, rate: Callable[[random.Random], float]) -> float:
    """The share of faults that are named within so many visits.

    `rate` draws for each visit how likely a probe is to fail each time that it is sent. Before the fault it flickers.
    """
    chance = random.Random(seed)  # noqa: S311 - a simulation
    return sum(_named(visits, chance, rate) for _ in range(trials)) / trials


def _named(nights: int, chance: random.Random, rate: Callable[[random.Random], float]) -> bool:
    past: list[Sends] = []
    for _ in range(WINDOW):
        past.insert(0, _night(chance, FLICKER, past))
    for _ in range(nights):
        past.insert(0, _night(chance, rate(chance), past))
        if signal_of(past) is Signal.ALARM:
            return True
    return False


def _night(chance: random.Random, rate: float, past: list[Sends]) -> Sends:
    """A night of a probe: it is sent again where its verdict is another than it was."""
    failed = chance.random() < rate
    if failed == failed_before([_GOOD, *past]):
        return Sends(int(failed), 1)
    return Sends(failed + sum(chance.random() < rate for _ in range(CONFIRMATIONS)), 1 + CONFIRMATIONS)


def _there(share: float) -> Callable[[random.Random], float]:
    return lambda chance: 1.0 if chance.random() < share else FLICKER


def _always(rate: float) -> Callable[[random.Random], float]:
    return lambda _: rate


def decided(
    rate: float, chance: random.Random, low: float = -2, high: float = _CERTAIN, most: int = 1_000
) -> tuple[float, int]:
    """A probe that failed is sent on in the same visit, by Wald's test of twice the flicker against the flicker.

    Returned are the logarithm of the likelihoods' ratio, a fault from `high` on, and the number of sendings. It is no
    part of the rule: docs/nightly.md says why.
    """
    failed, passed = math.log(2), math.log((1 - 2 * FLICKER) / (1 - FLICKER))
    ratio, sent = failed, 1
    while low < ratio < high and sent < most:
        ratio += failed if chance.random() < rate else passed
        sent += 1
    return ratio, sent


def _sequential(seed: int) -> None:
    """Print Wald's test for a fault of 10 % of the sendings: how often it is named, the errors, and the cost."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    found = [decided(2 * FLICKER, chance) for _ in range(_TRIALS)]
    named = [ratio for ratio, _ in found if ratio >= _CERTAIN]
    visits, first = 14 * VISITS, 2 * FLICKER
    share = 1 - (1 - first * len(named) / _TRIALS) ** visits
    # Drawn where there is a fault, and weighed by how likely each is without one: else none would be seen.
    errs = sum(math.exp(math.log(2) - ratio) for ratio in named) / _TRIALS
    false = errs * PROBES * NIGHTS * VISITS * FLICKER
    print(f"Wald's test in the same visit: fails 10% of the times: {share:.1%}; false alarms a year: {false:.2f}")
    for flicker in (0.01, FLICKER):
        each = sum(decided(flicker, chance)[1] for _ in range(_TRIALS)) / _TRIALS
        print(f"  {flicker:.0%} flicker of every probe: {PROBES * flicker * each:,.0f} more requests a visit")


def main() -> None:
    """Print the tables of docs/nightly.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{PROBES} probes, {VISITS} visits a night, seed {given.seed}; alarms a year where nothing changed:")
    for flicker in (FLICKER / 2, FLICKER):
        print(f"  {flicker:.1%} flicker of every probe: {false_alarms(given.years, given.seed, flicker):.3f}")
    _tell(
        "a lasting change of one probe",
        {f"fails {rate:.0%} of the times": _always(rate) for rate in (1, 0.95)},
        2,
        given.seed,
    )
    shares, rates = (0.1, 0.15, 0.2, 0.3, 0.5), (0.1, 0.2, 0.3, 0.5, 0.7)
    there = {f"there in {share:.0%} of the visits": _there(share) for share in shares}
    _tell("an intermittent fault of one probe", there, 14, given.seed)
    _tell(
        "a fault of one sending in some",
        {f"fails {rate:.0%} of the times": _always(rate) for rate in rates},
        14,
        given.seed,
    )
    _sequential(given.seed)


def _tell(what: str, faults: dict[str, Callable[[random.Random], float]], nights: int, seed: int) -> None:
    """Print the share of each of these faults that is named, with one visit a night and with those of the files."""
    print(f"{what} is named within {nights} nights, with 1 visit a night and with {VISITS}:")
    for words, rate in faults.items():
        shares = (named_after(nights * visits, _TRIALS, seed, rate) for visits in (1, VISITS))
        print(f"  {words}: {', '.join(f'{share:.1%}' for share in shares)}")


if __name__ == "__main__":
    main()
