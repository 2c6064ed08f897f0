"""The mutants of a module: mutmut's operators, applied one at a time to its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import unified_diff

import libcst as cst
from libcst import matchers as m
from mutmut.mutation.mutators import mutation_operators

_WORDS = re.compile(r"[^rRbB]?['\"].*\w[,;:.]? .*", re.DOTALL)
_TYPES = m.Annotation() | m.If(test=m.Name("TYPE_CHECKING"))
_FRAME = m.Decorator() | m.Import() | m.ImportFrom() | m.Assign(targets=[m.AssignTarget(m.Name("__all__"))])
_NEVER_WITHOUT = m.Call(func=m.Name("len") | m.Name("isinstance"))  # any change to their arguments is a TypeError


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's source with one change; `text` says that only a human text differs (a string of several words)."""

    source: str
    text: bool

    def diff(self, original: str) -> str:
        """The change, without context."""
        lines = unified_diff(original.splitlines(), self.source.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


class _Places(cst.CSTVisitor):
    """Every node with each of its replacements, in the order of the source.

    mutmut's own visitor leaves out decorated functions and whatever stands at module level. Here both are mutated: the
    rules are decorated, and the tables stand at module level. Left out are types, decorators, imports and `__all__`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, _TYPES | _FRAME):
            return False
        if not m.matches(node, _NEVER_WITHOUT):
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.found += [(node, replacement) for replacement in operator(node)]
        return True


def mutants_of(source: str, most: int | None = None) -> list[Mutant]:
    """Every mutant of a module that compiles and differs from it, each once; changes of words alone come last.

    Of the others at most so many are made, evenly spread: to make one takes a while.
    """
    module = cst.parse_module(source)
    places = _Places()
    module.visit(places)
    words, others = [], []
    for node, replacement in places.found:
        text = isinstance(node, cst.SimpleString) and _WORDS.fullmatch(node.value) is not None
        (words if text else others).append((node, replacement))
    if most is not None and most < len(others):
        others = [others[index * len(others) // most] for index in range(most)]
    found: dict[str, Mutant] = {}
    for text, chosen in ((False, others), (True, words)):
        for node, replacement in chosen:
            mutated = module.deep_replace(node, replacement)
            code = mutated.code if isinstance(mutated, cst.Module) else source
            if code != source and _compiles(code):
                found.setdefault(code, Mutant(code, text))
    return list(found.values())


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
