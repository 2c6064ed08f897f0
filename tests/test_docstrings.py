"""Docstrings begin with the thing that they are about, or with a verb."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
FOLDERS = ("conformance", "tests", "benchmarks", "docs", "examples")
OPENING = re.compile(r"(?:What|Who|Where|How)\s")
"""Words that open a clause; read aloud, a reader waits for the thing itself."""
CANDIDATE = re.compile(rf'"""\s*{OPENING.pattern}')


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings of modules, classes, functions and attributes, with their lines."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def offenders(source: str) -> list[int]:
    """The lines of docstrings that begin with a clause; most files need no parser to be cleared."""
    if not CANDIDATE.search(source):
        return []
    return sorted(line for line, text in docstrings(source) if OPENING.match(text.lstrip()))


def test_no_docstring_begins_with_a_clause() -> None:
    """A noun such as `the number of rows` is read at once; a clause in its place is read twice."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "node_modules" not in path.parts
        for line in offenders(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("word", ["What", "Who", "Where", "How"])
def test_a_clause_is_found_in_every_place(word: str) -> None:
    """Docstrings of a module, a class, an attribute and a function count; other strings and words don't."""
    quoted = f'"""{word} it is."""'
    source = f"{quoted}\nclass A:\n    {quoted}\n    b = 1\n    {quoted}\n    def c(self):\n        {quoted}\n"
    assert offenders(source) == [1, 3, 5, 7]
    assert offenders(f'd = {quoted}\ndef e():\n    """{word}ever it is."""\n') == []
