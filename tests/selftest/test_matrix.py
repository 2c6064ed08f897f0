"""No tooth is lost: what is tried out at every merge, by turns, and at night."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING

from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from tests.selftest.matrix import tries
from tests.selftest.seed import seed_of_commit

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = {**FAULTS, **VARIANTS}
NARROW = {name for name, fault in FAULTS.items() if fault.narrow}


def test_every_merge_tries_everything_that_is_not_narrow() -> None:
    """Once each, with the seed itself, and about a fifth of it is judged again from its file."""
    for seed in (1, 2, 2**32 - 1):
        merge = [one for one in tries(seed) if not one.nightly]
        names = Counter(one.name for one in merge)
        assert set(names.values()) == {1}
        assert EVERYTHING.keys() - names.keys() <= NARROW
        assert {one.seed for one in merge} == {seed}
        assert abs(sum(one.recorded for one in merge) - len(merge) / 5) < 5
        assert 1 <= len(NARROW & names.keys()) <= 5


def test_five_seeds_in_a_row_record_everything_and_ten_try_every_narrow_fault() -> None:
    """A fault that a merge leaves out is the turn of another."""
    merges = [one for seed in range(10) for one in tries(seed) if not one.nightly]
    five = [one for seed in range(5) for one in tries(seed) if not one.nightly]
    assert {one.name for one in merges} == EVERYTHING.keys()
    broad = EVERYTHING.keys() - NARROW
    assert {one.name for one in five if one.recorded} >= broad


def test_a_night_tries_everything_with_three_seeds() -> None:
    """The merge tier does not matter; with one all goes by a socket, with one it is judged again from its file."""
    night = list(tries(7))
    assert Counter(one.name for one in night) == dict.fromkeys(EVERYTHING, 3)
    assert len({(one.name, one.seed) for one in night}) == len({one.id for one in night}) == len(night)
    assert Counter(one.name for one in night if one.socket and one.seed == 8) == dict.fromkeys(EVERYTHING, 1)
    assert Counter(one.name for one in night if one.recorded and one.seed == 9) == dict.fromkeys(EVERYTHING, 1)


def test_the_seed_follows_what_the_matrix_depends_on(tmp_path: Path) -> None:
    """Another commit has another seed only if the suite changed; where there is no commit it is 1."""
    assert seed_of_commit(tmp_path) == 1
    environ = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z"}
    environ |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in environ.items()}

    def commit(path: str, text: str) -> int:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
        for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "one")):
            subprocess.run(["git", "-C", tmp_path, *words], check=True, env={**environ, "PATH": "/usr/bin:/bin"})  # noqa: S607
        return seed_of_commit(tmp_path)

    first = commit("conformance/one.py", "1")
    assert 1 < first < 2**32
    assert commit("README.md", "more words") == first
    assert commit("conformance/one.py", "2") not in {1, first}
