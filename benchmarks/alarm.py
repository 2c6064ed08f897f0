"""The error rate of the alarm of `nightly/run`, and its delay until it names a fault; the rule is the product's own.

    python benchmarks/alarm.py [--years 10000] [--seed 1]

A year is 365 simulated nights of a target with 500 probes. Each probe, each time that it is sent, fails with the
probability of a flicker, independently; what fails newly is sent again as often as the rule asks for. 10,000 years take
minutes of one core.
"""

from __future__ import annotations

import argparse
import math
import random
from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

from conformance.history.nights import CONFIRMATIONS, FLICKER, RARENESS, WINDOW, Sends, Signal, failed_before, signal_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NIGHTS", "PROBES", "false_alarms", "named_after"]

NIGHTS, PROBES = 365, 500
_TRIALS = 10_000
_GOOD = Sends(0, 1)


def false_alarms(years: int, seed: int, flicker: float = FLICKER) -> float:
    """The alarms a year where the service is as it was.

    Probes are independent, so their years are one row of nights. Only nights on which one fails are looked at, and of
    these those with so many failures that the rule may give an alarm: fewer are likelier than its rareness.
    """
    chance = random.Random(seed)  # noqa: S311 - a simulation
    fewest = math.ceil(math.log(RARENESS) / math.log(FLICKER))
    # How many of the confirmations fail, as a cumulative distribution.
    again = [
        math.comb(CONFIRMATIONS, n) * flicker**n * (1 - flicker) ** (CONFIRMATIONS - n) for n in range(CONFIRMATIONS)
    ]
    steps = [*accumulate(again)]
    nights, found, rate = years * NIGHTS * PROBES, 0, math.log1p(-flicker)
    recent: list[tuple[int, int]] = []
    night = -1
    draw, log = chance.random, math.log
    while (night := night + 1 + int(log(1 - draw()) / rate)) < nights:
        if recent and night - recent[0][0] >= WINDOW:
            recent = [one for one in recent if night - one[0] < WINDOW]
        recent.append((night, 1 + bisect(steps, draw())))
        if len(recent) * (1 + CONFIRMATIONS) >= fewest and sum(failed for _, failed in recent) >= fewest:
            past = [_GOOD] * WINDOW
            for when, failed in recent:
                past[night - when] = Sends(failed, 1 + CONFIRMATIONS)
            found += signal_of(past) is Signal.ALARM
    return found / years


def named_after(nights: int, trials: int, seed: int, rate: Callable[[random.Random], float]) -> float:
    """The share of faults that are named within so many nights.

    `rate` draws for each night how likely a probe is to fail each time that it is sent. Before the fault it flickers.
    """
    chance = random.Random(seed)  # noqa: S311 - a simulation
    return sum(_named(nights, chance, rate) for _ in range(trials)) / trials


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


def _all_night(share: float) -> Callable[[random.Random], float]:
    return lambda chance: 1.0 if chance.random() < share else FLICKER


def _always(rate: float) -> Callable[[random.Random], float]:
    return lambda _: rate


def main() -> None:
    """Print the tables of docs/nightly.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{PROBES} probes, seed {given.seed}; alarms a year where nothing changed:")
    for flicker in (FLICKER / 2, FLICKER):
        print(f"  {flicker:.1%} flicker of every probe: {false_alarms(given.years, given.seed, flicker):.3f}")
    print("a lasting change of one probe is named in the first night, within two:")
    for rate in (1.0, 0.95):
        shares = [named_after(nights, _TRIALS, given.seed, _always(rate)) for nights in (1, 2)]
        print(f"  fails {rate:.0%} of the times: {shares[0]:.1%}, {shares[1]:.1%}")
    print(f"an intermittent fault of one probe is named within {WINDOW} nights (at best), within 28:")
    for share in (0.1, 0.15, 0.2, 0.3, 0.5):
        shares = [named_after(nights, _TRIALS, given.seed, _all_night(share)) for nights in (WINDOW, 2 * WINDOW)]
        best = 1 - (1 - share) ** WINDOW
        print(f"  there all night, in {share:.0%} of the nights: {shares[0]:.1%} ({best:.1%}), {shares[1]:.1%}")
    for rate in (0.1, 0.2, 0.3, 0.5, 0.7):
        shares = [named_after(nights, _TRIALS, given.seed, _always(rate)) for nights in (WINDOW, 2 * WINDOW)]
        print(f"  fails {rate:.0%} of the times, every night: {shares[0]:.1%}, {shares[1]:.1%}")


if __name__ == "__main__":
    main()
