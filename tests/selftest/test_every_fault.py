"""Every fault and variant of the catalogue with further seeds; for the first, `.ci/run` runs `conformance selftest`."""

from __future__ import annotations

import pytest

from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.selftest.trial import try_out

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("seed", [2, 3])]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_fells_what_it_breaks(name: str, seed: int) -> None:
    """Its clause fails, and none that it does not break; a narrow one at deep."""
    trial = try_out(name, seed)
    assert trial.no_verdict is None
    assert not trial.escaped, FAULTS[name].sin
    assert not trial.accused, FAULTS[name].sin


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_not_accused(name: str, seed: int) -> None:
    """At must and at should."""
    trial = try_out(name, seed)
    assert trial.no_verdict is None
    assert not trial.failed, VARIANTS[name].otherwise
