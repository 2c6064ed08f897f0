"""The share of mutants of the pure layers, contract and judge, that their own tests kill.

Each mutant lives in a process of its own, forked from one that has imported every library. There the mutated source
stands in for the module before a test imports it, and the module's own tests, and no others, run until one fails: those
of conformance/LAYER/MODULE.py are tests/LAYER/test_MODULE.py and test_MODULE_*.py beside it. A mutant that needs too
much processor time is killed by that.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import resource
import sys
from collections import Counter
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, Phase, settings
from mutants import mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType

_LAYERS = ("contract", "judge")
_QUIET = ("-x", "-q", "--tb=no", "--no-header", "--assert=plain", "-p", "no:cacheprovider", "-m", "not nightly")
_MEMORY = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Subject:
    """A module under mutation: ``judge.judge`` is conformance/judge/judge.py, its mirror tests/judge/test_judge.py."""

    name: str

    @property
    def path(self) -> Path:
        """Its file below the root of the checkout."""
        return Path("conformance", *self.name.split(".")).with_suffix(".py")

    @property
    def tests(self) -> list[str]:
        """The files of its tests."""
        *folders, name = self.name.split(".")
        folder = Path("tests", *folders)
        return sorted(map(str, (*folder.glob(f"test_{name}.py"), *folder.glob(f"test_{name}_*.py"))))


class _Mutated(SourceFileLoader):
    """Finds and loads one module, with another source than its file's."""

    def __init__(self, subject: Subject, source: str) -> None:
        super().__init__(f"conformance.{subject.name}", str(subject.path.absolute()))
        self.source = source

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, _name: str) -> CodeType:
        return compile(self.source, str(self.path), "exec", dont_inherit=True)


def prepare(layers: Sequence[str]) -> None:
    """Import what the tests import and forget what is ours, so that a fork imports that alone.

    Hypothesis draws the same examples for every mutant, keeps none and shrinks none.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.path.insert(0, str(Path.cwd()))
    phases = (Phase.explicit, Phase.generate)
    everything = list(HealthCheck)
    settings.register_profile(
        "mutation", derandomize=True, database=None, phases=phases, deadline=None, suppress_health_check=everything
    )
    settings.load_profile("mutation")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main([*_QUIET, "--collect-only", *(f"tests/{layer}" for layer in layers)])
    if code:
        sys.exit(f"the tests cannot be collected:\n{said.getvalue()}")
    for name in list(sys.modules):
        if name.split(".")[0] in {"conformance", "tests"}:
            del sys.modules[name]
    gc.freeze()


def _live(subject: Subject, source: str, seconds: int) -> NoReturn:
    """In a fork: run the tests with the mutant; the exit code is 0 where it survives them all."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.meta_path.insert(0, _Mutated(subject, source))
    code = 1
    try:
        code = int(pytest.main([*_QUIET, *subject.tests]) != pytest.ExitCode.OK)
    finally:
        os._exit(code)


def fates(subject: Subject, sources: Sequence[str], *, workers: int, seconds: int) -> Iterator[tuple[int, str]]:
    """The index of each source with what became of it: survived, killed, or timeout (`seconds` of processor time)."""
    waiting = list(enumerate(sources))[::-1]
    living: dict[int, int] = {}
    while waiting or living:
        while waiting and len(living) < workers:
            index, source = waiting.pop()
            if (pid := os.fork()) == 0:
                _live(subject, source, seconds)
            living[pid] = index
        pid, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        yield living.pop(pid), "survived" if code == 0 else "timeout" if code < 0 else "killed"


def row(name: str, count: Counter[str]) -> str:
    """A line of the table."""
    killed = count["killed"] + count["timeout"]
    tried = killed + count["survived"]
    score = f"{100 * killed / tried:.1f} %" if tried else "-"
    return f"{name:24} {tried:7} {killed:7} {count['timeout']:8} {count['survived']:9} {score:>8} {count['text']:6}"


def every_module() -> list[str]:
    """The modules of the two layers, in alphabetical order."""
    paths = (path for layer in _LAYERS for path in sorted(Path("conformance", layer).rglob("*.py")))
    return [".".join(path.with_suffix("").parts[1:]) for path in paths if path.name != "__init__.py"]


def main() -> None:
    """Print a line for each module; below it, on demand, the survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="judge.expected, contract.body, … (default: all)")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=60, help="of processor time for each (default: %(default)s)")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N mutants of each module, evenly spread")
    parser.add_argument("--at-least", type=float, default=0, metavar="PERCENT", help="exit 1 where fewer are killed")
    parser.add_argument("--survivors", action="store_true", help="show the change that each survivor made")
    options = parser.parse_args()
    known = every_module()
    limits = {"workers": options.workers, "seconds": options.seconds}
    if unknown := set(options.modules) - set(known):
        parser.error(f"no such module: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    subjects = [Subject(name) for name in options.modules or known]
    prepare(sorted({subject.name.split(".")[0] for subject in subjects}))
    print(f"{'module':24} {'mutants':>7} {'killed':>7} {'by time':>8} {'survived':>9} {'score':>8} {'text':>6}")
    total: Counter[str] = Counter()
    for subject in subjects:
        original = subject.path.read_text(encoding="utf-8")
        if not subject.tests:
            sys.exit(f"{subject.name}: no file of tests has its name")
        if [fate for _, fate in fates(subject, [original], **limits)] != ["survived"]:
            sys.exit(f"{subject.name}: its tests fail without a mutant: pytest {' '.join(subject.tests)}")
        made = mutants_of(original, options.sample)
        tried = [mutant for mutant in made if not mutant.text]
        ends = dict(fates(subject, [mutant.source for mutant in tried], **limits))
        count = Counter(ends.values()) + Counter(text=sum(mutant.text for mutant in made))
        total += count
        print(row(subject.name, count), flush=True)
        for index, fate in sorted(ends.items()):
            if options.survivors and fate == "survived":
                print(tried[index].diff(original), flush=True)
    print(row("in all", total))
    if 100 * total["survived"] > (100 - options.at_least) * (total.total() - total["text"]):
        sys.exit(f"fewer than {options.at_least:g} % of the mutants were noticed")


if __name__ == "__main__":
    main()
