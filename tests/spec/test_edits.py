"""Edits of the contract's files are followed, in plan, strategies, verdicts and reports, and change nothing else.

No edit needs a line of Python. Each is tried on a target that follows it and on one that does not; exchanges are made
without a wire, those of the smoke profile and of what the edit touches. `nightly` tries whole runs of all of them.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Level
from conformance.contract.facts import facts_of
from conformance.exceptions import UsageError
from conformance.judge.verdict import Outcome
from conformance.mock.memory import in_memory
from conformance.selftest import judge_target, prepare
from tests.spec.edited import Edited, Named, failures, renamed
from tests.spec.edits import EDITS
from tests.spec.files import shipped
from tests.spec.following import Following

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.engine.preparation import Preparation
    from conformance.selftest import Judged
    from tests.spec.edit import Edit
    from tests.spec.files import Files

BY_NAME = {edit.name: edit for edit in EDITS}
EACH = pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
RUN = {
    "maximum-much-less", "minimum-one-more", "longest-much-less", "url-is-mandatory", "a-word-is-sent",
    "a-second-word-in-the-path", "a-second-name-in-the-path", "header-is-renamed", "parameter-is-renamed",
    "success-has-no-body", "another-code",
}  # fmt: skip
"""The edits that are tried over a connection at every merge; the others are at night."""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Edited:
    """The shipped contract."""
    return Edited(shipped(), tmp_path_factory.mktemp("shipped"), Named())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Edit], Edited]:
    """The contract, edited: made once for every test of an edit."""

    @cache
    def make(name: str) -> Edited:
        edit, files = BY_NAME[name], shipped()
        edit.change(files)
        return Edited(files, tmp_path_factory.mktemp("edited"), edit.named)

    return lambda edit: make(edit.name)


def not_following(edit: Edit) -> Files:
    """The files of a target that does not follow."""
    files = shipped()
    edit.stale(files)
    return files


def differences(edit: Edit, before: Edited, after: Edited) -> set[str]:
    """The parts that are gone (-), new (+) and otherwise (~)."""
    was, now = renamed(before.planned, edit.names), after.planned
    return (
        {f"-{name}" for name in was.keys() - now.keys()}
        | {f"+{name}" for name in now.keys() - was.keys()}
        | {f"~{name}" for name in was.keys() & now.keys() if was[name] != now[name]}
    )


def changed_rows(edit: Edit, before: Edited, after: Edited) -> set[str]:
    """The clauses that can fail and are judged otherwise than before."""
    was = {clause.id: (clause.check, clause.arguments) for clause in before.contract.catalogue}
    return {
        clause.id
        for clause in after.contract.catalogue
        if clause.level is not Level.SILENT
        and renamed(clause.id, edit.names) == clause.id
        and was.get(clause.id) != (clause.check, clause.arguments)
    }


def test_there_are_enough() -> None:
    """At least 40 edits, no name twice, and ten of them in whole runs."""
    names = [edit.name for edit in EDITS]
    assert len(set(names)) == len(names) > 40
    assert len(RUN & set(names)) == len(RUN) >= 10


def test_nothing_follows_of_a_contradiction(tmp_path: Path) -> None:
    """A description that the edited contract contradicts is one line: an id over the maximum, a key of another name."""
    files = shipped()
    files.parameter("repository_id")["maximum"] = 41
    after = Edited(files, tmp_path, Named())
    with pytest.raises(UsageError, match="41") as raised:
        _ = after.target
    assert "\n" not in str(raised.value)
    files.rename("missing_repository_id", "absent_one")
    with pytest.raises(UsageError, match="missing_repository_id: there is no such key"):
        _ = Edited(files, tmp_path, Named(keys=(("missing_repository_id", "52"),))).target


@EACH
def test_an_edit_is_followed(edit: Edit, before: Edited, made: Callable[[Edit], Edited], tmp_path: Path) -> None:
    """Plan, verdicts on a target that follows and on one that does not, and words; nothing else changes."""
    after = made(edit)
    found = differences(edit, before, after)
    assert {one for one in found if not any(fnmatchcase(one, glob) for glob in edit.touches)} == set()
    assert [glob for glob in edit.touches if not any(fnmatchcase(one, glob) for one in found)] == []
    asked = [*(one[1:] for one in found), *edit.judged]
    wanted = after.wanted(asked)
    world = after.world_beside(before)
    verdicts = after.verdicts(Following(after.files, world), wanted)
    assert failures(verdicts) == {}
    passed = {one.clause for one in verdicts if one.outcome is Outcome.PASS}
    assert changed_rows(edit, before, after) - passed == set()
    failed = failures(after.verdicts(Following(not_following(edit), world), wanted))
    assert set(failed) == set(edit.breaks)
    if edit.broke is not None:
        other = Edited(shipped(), tmp_path, edit.named)
        assert set(failures(other.verdicts(Following(after.files, world), other.wanted(asked)))) == set(edit.broke)
    told = [planned[0] for planned in after.planned.values()] + [
        one for messages in failed.values() for one in messages
    ]
    page = " ".join(after.page.split())
    assert [text for text in edit.says if text not in page and not any(text in one for one in told)] == []
    assert [text for text in edit.unsaid if any(text in one for one in told)] == []


@pytest.mark.parametrize(
    ("edit", "name"), [pytest.param(edit, name, id=f"{edit.name}:{name}") for edit in EDITS for name in edit.draws]
)
def test_an_edit_is_drawn(edit: Edit, name: str, made: Callable[[Edit], Edited]) -> None:
    """Generated requests are in contract, or out of it, by the edited bounds and names."""
    after = made(edit)
    drawn = after.draw(f"property.{name}", 60)
    assert any(edit.draws[name](request, facts_of(request, after.fixtures.known)) for request in drawn)


def run(preparation: Preparation, service: Following) -> Judged:
    """A whole run on a service."""
    with in_memory(service) as connect:
        return judge_target(preparation, connect)


@pytest.mark.parametrize("edit", [edit for edit in EDITS if edit.name in RUN], ids=lambda edit: edit.name)
def test_an_edit_is_run(edit: Edit, before: Edited, made: Callable[[Edit], Edited]) -> None:
    """Nothing fails in a run on a target that follows; on another one only what the edit is about, or no run begins."""
    after = made(edit)
    preparation, world = prepare(after.target, after.contract, profile="smoke"), after.world_beside(before)
    judged = run(preparation, Following(after.files, world))
    assert judged.no_verdict is None
    assert judged.clauses(Outcome.FAIL) == frozenset()
    judged = run(preparation, Following(not_following(edit), world))
    failed = judged.clauses(Outcome.FAIL)
    assert failed <= set(edit.breaks)
    assert failed or judged.no_verdict


@pytest.mark.nightly
@EACH
def test_an_edit_is_run_whole(edit: Edit, before: Edited, made: Callable[[Edit], Edited]) -> None:
    """The standard profile finds a target that follows conformant."""
    after = made(edit)
    judged = run(prepare(after.target, after.contract), Following(after.files, after.world_beside(before)))
    assert judged.summary is not None, judged.no_verdict
    assert judged.clauses(Outcome.FAIL) == frozenset()
    assert judged.summary.conclusion in {"conformant", "partial"}
