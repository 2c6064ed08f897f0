"""The rule of the alarm: what is a change, what is watched, and what a night settles."""

from __future__ import annotations

import pytest

from conformance.history.alarm import Sends, Signal, signal_of

QUIET, WATCH, ALARM = Signal.QUIET, Signal.WATCH, Signal.ALARM


def nights(text: str) -> list[Sends]:
    """Nights as `failed/sent`, tonight first; one figure is a night on which it was sent once."""
    return [Sends(*map(int, one.split("/"))) if "/" in one else Sends(int(one), 1) for one in text.split()]


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        pytest.param("0 0 0", QUIET, id="it passes"),
        pytest.param("5/5 0 0", ALARM, id="it fails every time, and passed the night before"),
        pytest.param("1 0 0", ALARM, id="it fails, and was not sent again"),
        pytest.param("5/5", ALARM, id="it fails, and was never sent before"),
        pytest.param("1 5/5 0", QUIET, id="it fails as it did the night before"),
        pytest.param("1/5 0 0", WATCH, id="it failed once, and passed when sent again"),
        pytest.param("4/5 0 0 0", WATCH, id="it failed four times of five, which flicker may do"),
        pytest.param("4/5 4/5 0", ALARM, id="it did so two nights in a row, which flicker does not"),
        pytest.param("5/5 1/5 0", ALARM, id="it changed the night after a flicker"),
        pytest.param("1/5 5/5 0", QUIET, id="a known failure passed, and failed when sent again"),
        pytest.param("1 4/5 5/5 0", QUIET, id="it fails still, a night after that"),
        pytest.param("3/5 0 3/5 0 0 3/5", ALARM, id="it failed nine times on three of six nights"),
        pytest.param("2/5" + " 0" * 13 + " 5/5 5/5 4/5", WATCH, id="what was more than fourteen nights ago"),
    ],
)
def test_the_verdict_of_tonight(text: str, signal: Signal) -> None:
    """A change is told from a flicker by what was sent again, and a frequent flicker by the nights before."""
    assert signal_of(nights(text)) is signal
