"""The modules of the suite: every clause of every contract is looked at by one of them."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import conformance.suite
from conformance.spec import load_contract

LAST = "test_others"
TREES = {
    path.stem: ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(Path(conformance.suite.__file__).parent.glob("test_*.py"))
}
KNOWN = next(ast.literal_eval(node.value) for node in TREES[LAST].body if isinstance(node, ast.Assign))
GLOBS = {
    name: [one.value for one in call.args if isinstance(one, ast.Constant)]
    for name, tree in TREES.items()
    for call in ast.walk(tree)
    if name != LAST and isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.clauses"
}


def modules_of(clause: str) -> list[str]:
    """The modules that look at a clause; the last at those of which it knows no other."""
    found = [name for name, globs in GLOBS.items() if any(fnmatchcase(clause, str(glob)) for glob in globs)]
    return found + ([] if any(fnmatchcase(clause, glob) for glob in KNOWN) else [LAST])


@pytest.mark.parametrize("clause", ["query.wait.maximum", "weather.is-fine", *load_contract().catalogue.by_id])
def test_a_clause_is_looked_at_by_one_module(clause: str) -> None:
    """One that begins with an unknown word by the last."""
    assert len(modules_of(clause)) == 1
    assert (modules_of(clause) == [LAST]) is (clause == "weather.is-fine")


def test_the_last_module_knows_what_the_others_look_at() -> None:
    """Else a clause would be looked at twice."""
    assert set(KNOWN) == {glob for globs in GLOBS.values() for glob in globs}
