"""The mutation tester counts what its table says it counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "mutation.py"
MODULE = '''
"""Steps."""

LEAST = 1


@staticmethod
def unused():
    """No test of its own calls it."""
    return LEAST + 1


def down(number):
    """Towards LEAST, one step at a time."""
    while number > LEAST:
        number -= 1
    return number


def refuse():
    """Words."""
    raise ValueError("no more than words")
'''
TESTS = """
from conformance.contract.steps import LEAST, down, refuse

def test_the_least_is_1():
    assert LEAST == 1
"""
LATER = """
from conformance.contract.steps import down

def test_down():
    assert down(4) == 1
"""

OTHER = """
from conformance.contract.steps import unused

def test_unused():
    assert unused() == 2
"""


def mutate(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a checkout of one module, with two files of tests of its own and another."""
    files = {
        "pyproject.toml": "",
        "conformance/__init__.py": "",
        "conformance/contract/__init__.py": "",
        "conformance/contract/steps.py": MODULE,
        "tests/__init__.py": "",
        "tests/contract/__init__.py": "",
        "tests/contract/test_steps.py": TESTS,
        "tests/contract/test_steps_later.py": LATER,
        "tests/contract/test_other.py": OTHER,
    }
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], cwd=directory, capture_output=True, text=True, check=False
    )


def test_mutants_are_killed_by_their_own_tests_or_by_time_and_others_survive(tmp_path: Path) -> None:
    """One row for the module, one in all; each survivor's change is shown; a change of words alone is counted apart."""
    done = mutate(tmp_path, "contract.steps", "--survivors", "--seconds", "2", "--at-least", "56")
    assert (done.returncode, done.stderr) == (1, "fewer than 56 % of the mutants were noticed\n")
    heading, row, *survivors, total = done.stdout.splitlines()
    assert heading.split() == ["module", "mutants", "killed", "by", "time", "survived", "score", "text"]
    assert row.split() == ["contract.steps", "9", "5", "1", "4", "55.6", "%", "2"]
    assert total.split() == ["in", "all", *row.split()[1:]]
    assert [line for line in survivors if line.startswith("+")] == [
        "+    return LEAST - 1",
        "+    return LEAST + 2",
        "+        number = 1",
        "+    raise ValueError(None)",
    ]


def test_a_sample_is_spread_over_the_module(tmp_path: Path) -> None:
    """At most so many are tried; a change of words alone is counted all the same."""
    done = mutate(tmp_path, "contract.steps", "--sample", "3", "--seconds", "2", "--survivors")
    row = done.stdout.splitlines()[1].split()
    assert (row[:2], row[-1]) == (["contract.steps", "3"], "2")
    assert [line for line in done.stdout.splitlines() if line.startswith("+")] == ["+    return LEAST + 2"]


def test_a_module_that_is_unknown_is_named_beside_those_that_are_known(tmp_path: Path) -> None:
    """Exit code 2, and one line."""
    done = mutate(tmp_path, "contract.step")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("no such module: contract.step; there are contract.steps")


def test_without_a_mutant_the_tests_have_to_pass(tmp_path: Path) -> None:
    """Otherwise everything would count as killed."""
    (tmp_path / "tests" / "contract").mkdir(parents=True)
    (tmp_path / "tests" / "contract" / "test_steps_broken.py").write_text("def test_it():\n    assert False\n")
    done = mutate(tmp_path, "contract.steps")
    assert done.returncode == 1
    assert "contract.steps: its tests fail without a mutant" in done.stderr
