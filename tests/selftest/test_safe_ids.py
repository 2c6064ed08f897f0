"""Faults of ids under `--mutation fixture`, the default off loopback: what harms nobody still finds them."""

from __future__ import annotations

from conformance.judge.verdict import Outcome
from conformance.mock.faults.ids import faults
from conformance.selftest import judge_application

WITHHELD = {
    "id-separators-dropped": "id.with-separators",
    "id-read-as-octal-after-a-zero": "id.leading-zero.octal",
    "ids-under-the-maximum-refused": "id.2^31-10.valid-token",
    "ids-of-one-digit-refused": "id.9.valid-token",
    "ids-over-sixteen-bits-refused": "id.2^16.valid-token",
    "ids-that-no-float-holds-refused": "id.2^24+1.valid-token",
    "ids-over-thirty-bits-refused": "id.2^30.valid-token",
}
"""By fault, the only probe that shows it: it may reach what the description does not name."""

DECLARED = {"id-read-as-octal-after-a-zero": "path.repository_id.notation"}
"""By fault, the clause with which that probe stands, where it is not the one that fails."""


def test_every_fault_of_ids_is_caught_or_what_would_show_it_is_named() -> None:
    """A probe that is withheld stands with its clause, so that the verdict says what was not tested."""
    missed = {}
    for name, fault in faults.items():
        if not fault.narrow:
            judged = judge_application(fault.make(), mutation="fixture", seed=1)
            assert judged.summary is not None
            if fault.clause not in judged.clauses(Outcome.FAIL):
                clause = DECLARED.get(name, fault.clause)
                [result] = [one for one in judged.summary.clauses if one.clause.id == clause]
                missed[name] = result.withheld
    assert missed.keys() == WITHHELD.keys()
    assert [name for name, probe in WITHHELD.items() if probe not in missed[name]] == []
