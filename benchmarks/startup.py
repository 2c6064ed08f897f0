"""The time that a command takes to say something, and the time that the inert plugin adds to another pytest."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import COMMAND, compiled, machine, run

_TIMES = 7
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
_TEST = "def test_nothing():\n    pass\n"
_COMMANDS = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "conformance --version": (*COMMAND, "--version"),
    "conformance --help": (*COMMAND, "--help"),
    "conformance run --help": (*COMMAND, "run", "--help"),
    "conformance clauses": (*COMMAND, "clauses"),
    "pytest, plugin inert": _PYTEST,
    "pytest -p no:conformance": (*_PYTEST, "-p", "no:conformance"),
}
_GOALS = {"conformance --help": 0.4, "conformance run --help": 0.4}


def main() -> None:
    """Print the best of several runs of each command, taken in turn."""
    print(machine())
    with compiled() as environment, tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory:
        here = Path(directory)
        (here / "test_nothing.py").write_text(_TEST, encoding="ascii")
        for command in _COMMANDS.values():
            run(command, environment, here)
        best = {
            name: min(seconds)
            for name, seconds in zip(
                _COMMANDS,
                zip(
                    *(
                        [run(command, environment, here).seconds for command in _COMMANDS.values()]
                        for _ in range(_TIMES)
                    ),
                    strict=True,
                ),
                strict=True,
            )
        }
    bare = best["python -c pass"]
    for name, seconds in best.items():
        goal = f"   (goal: under {_GOALS[name]} s)" if name in _GOALS else ""
        print(f"{name:28} {seconds:6.3f} s  {seconds / bare:5.1f} x a bare Python{goal}")
    ratio = best["pytest, plugin inert"] / best["pytest -p no:conformance"]
    print(f"{'the plugin costs pytest':28} {ratio:6.3f} x its own start")


if __name__ == "__main__":
    main()
