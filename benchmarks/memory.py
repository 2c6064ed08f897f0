"""Peak memory of `conformance run` where every answer is large, and where the tokens are as long as may be.

The target is served by this process, so that the child's peak is the suite's alone.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import COMMAND, Child, compiled, machine, run

from conformance.mock import Answer, Fixtures, Mock, Request, describe, running

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GOAL_MEGABYTES = 300
_LONGEST = 100_000
_FIRST = "the user's first run"
_WORDS = b"lorem ipsum "
_KEPT_WHOLE = 64_000  # bodies over 64 KiB are cut in reports: the largest that are not


class Padded(Mock):
    """The mock with a further member in every JSON answer, which makes it as long as `size` (bytes)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def answer(self, request: Request) -> Answer:
        """Answer, at length."""
        answer = super().answer(request)
        if not answer.body.startswith(b"{"):
            return answer
        member = b', "padding": "%s"}'
        missing = self.size - len(answer.body) - len(member) + 3
        return Answer(
            answer.status, answer.body[:-1] + member % (b"lorem ipsum " * (missing // 12 + 1))[:missing], answer.headers
        )


def peak(app: Mock, fixtures: Fixtures, profile: str, environment: Mapping[str, str]) -> tuple[Child, int]:
    """A run of the profile against the application, and how many requests it sent.

    "No verdict" will do: where the valid token is as long as may be, clauses about ordinary ones are not tested.
    """
    with tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory, running(app) as base_url:
        here = Path(directory)
        (here / "conformance.toml").write_text(describe(fixtures, base_url, here), encoding="ascii")
        command = (*COMMAND, "run", "mock", "--mutation", "any", "--profile", profile, "--seed", "1")
        child = run(command, dict(environment), here, fine={0, 3})
    found = re.search(r"([\d,]+) requests", child.output)
    return child, int(found[1].replace(",", "")) if found else 0


def main(profiles: list[str]) -> None:
    """Print the peaks of the profiles named on the command line, by default of standard and deep."""
    print(machine())
    usual = Fixtures.default()
    long = replace(usual, token=usual.tokens_by_length[_LONGEST])
    cases: dict[str, tuple[Callable[[], Mock], Fixtures]] = {
        _FIRST: (lambda: Mock(usual), usual),
        "answers as they are": (lambda: Mock(usual), usual),
        "answers of 64 kB": (lambda: Padded(_KEPT_WHOLE), usual),
        "answers of 100 kB": (lambda: Padded(_LONGEST), usual),
        "100,000-character tokens": (lambda: Mock(long), long),
    }
    with compiled() as environment:
        bare = run((*COMMAND, "--version"), environment).megabytes
        print(f"{'conformance --version':28} {'':8} {'':14} {bare:5.0f} MB")
        for name, (app, fixtures) in cases.items():
            for profile in profiles if name != _FIRST else profiles[:1]:
                child, requests = peak(app(), fixtures, profile, environment)
                verdict = "kept" if child.megabytes < _GOAL_MEGABYTES else "MISSED"
                print(
                    f"{name:28} {profile:8} {requests:5} requests {child.megabytes:5.0f} MB  "
                    f"{child.megabytes / bare:4.1f} x --version, {child.seconds:5.1f} s "
                    f"(goal: under {_GOAL_MEGABYTES} MB, {verdict})",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:] or ["standard", "deep"])
