"""Cases: what each test of the suite is about, and how reports call it."""

from __future__ import annotations

from collections import Counter

from conformance.runner.case import Case, Kind, cases_of
from tests.engine.test_preparation import prepared


def test_no_two_cases_have_the_same_id_or_name() -> None:
    """Viewers of JUnit and Allure take two that have for one, and compare the first of tonight with the second."""
    preparation = prepared(embedded=True, profile="deep")
    cases = [case for kind in Kind for case in cases_of(preparation, kind, Case.verify)]
    ids = Counter(case.id for case in cases)
    names = Counter((case.clause.id if case.clause else case.probe, case.headline) for case in cases)
    assert len(cases) > 1000
    assert [one for one, times in (ids + names).items() if times > 1] == []
