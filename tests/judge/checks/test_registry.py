"""The registry: a rule for every clause that can fail, a case for every rule."""

from __future__ import annotations

import pytest

from conformance.contract.clause import Level
from conformance.judge.rules import RULES, registry
from conformance.judge.rules.registry import rule
from conformance.judge.rules.response import is_json_object
from tests.judge.exchanges import CONTRACT
from tests.judge.rules import test_envelope, test_refusal, test_response, test_status, test_traffic

MODULES = (test_envelope, test_refusal, test_response, test_status, test_traffic)


def test_every_clause_that_can_fail_has_a_rule() -> None:
    """Rules and the must and should rows of the catalogue are the same set."""
    assert set(RULES) == {clause.id for clause in CONTRACT.catalogue if clause.level is not Level.SILENT}


def test_every_rule_has_a_case() -> None:
    """Every rule is shown passing, failing and silent, in one place."""
    named = [clause for module in MODULES for clause in module.CASES]
    assert sorted(named) == sorted(RULES)


def test_a_rule_is_found_by_its_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is registered is the function itself, which stays callable by its name."""
    monkeypatch.setattr(registry, "RULES", {})
    assert rule("a.b")(is_json_object) is is_json_object
    assert dict(registry.RULES) == {"a.b": is_json_object}


def test_a_clause_has_one_rule() -> None:
    """A second rule for a clause is a mistake that shows at once."""
    with pytest.raises(ValueError, match=r"^state\.repeat has a rule already$"):
        rule("state.repeat")(lambda _: None)
