"""Where the rules are kept: a small pure function for each clause."""

from __future__ import annotations

from collections.abc import Callable

from conformance.judge.reading import Reading
from conformance.judge.verdict import Finding

__all__ = ["RULES", "Rule", "rule"]

Rule = Callable[[Reading], Finding | None]
RULES: dict[str, Rule] = {}


def rule(clause: str) -> Callable[[Rule], Rule]:
    """Register the rule of a clause; it returns None for exchanges that the clause does not speak of."""

    def register(function: Rule) -> Rule:
        if clause in RULES:
            raise ValueError(f"{clause} has a rule already")
        RULES[clause] = function
        return function

    return register
