"""How long to wait after a 429."""

from __future__ import annotations

import email.utils
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.contract.message import Response

__all__ = ["LONGEST_WAIT", "THROTTLED", "seconds_to_wait"]

THROTTLED = 429
LONGEST_WAIT = 60.0


def seconds_to_wait(answer: Response) -> float:
    """What Retry-After says in either form (RFC 9110 section 10.2.3), 60 at most; 2 to 5 where it says nothing."""
    said = (answer.header("retry-after") or "").strip()
    if said.isdecimal():
        return min(float(said), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(said)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        wait = (moment - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return random.uniform(2, 5)  # noqa: S311 - jitter
    return min(max(wait, 0.0), LONGEST_WAIT)
