"""Stoplight Prism's mock of spec/openapi.yaml; docs/independent-targets.md says what it does wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.independent.page import OPTIONS, PAGE, WHY, table_of
from tests.independent.servers import prism, supervised_prism
from tests.independent.session import PATIENT, judge, probes_only

if TYPE_CHECKING:
    from pathlib import Path

DEADLY = {"id.invalid-utf-8", "id.bad-percent", "accept.nonsense"}

pytestmark = pytest.mark.nightly


@pytest.mark.parametrize("options", [(), ("--dynamic", "--seed", "1")], ids=["static", "dynamic"])
def test_prism_goes_away_and_the_run_says_so(tmp_path: Path, options: tuple[str, ...]) -> None:
    """An earlier failure is reported, and the requests in flight are named, one of which ended Prism."""
    with prism(*options) as base_url:
        ran = judge(base_url, tmp_path)
    assert ran.code == 1, ran.out
    assert ran.report["run"]["complete"] is False
    assert "the target stopped answering" in ran.out
    assert any(probe in ran.report["no_verdict"].split("left unanswered first:")[1] for probe in DEADLY)
    assert "status.401.unknown-token" in ran.clauses("fail")
    assert "connection.dropped" not in ran.clauses("fail")


def test_prism_that_is_started_again_is_judged_whole(tmp_path: Path) -> None:
    """If something starts it again each time, the cause of each end is found, and is in the page's table."""
    with supervised_prism() as base_url:
        ran = judge(base_url, tmp_path, *OPTIONS, *probes_only(), environ=PATIENT)
    assert ran.code == 1, ran.out
    assert ran.report["run"]["complete"] is True
    assert ran.report["run"]["requests"] > 300
    dropped = next(row for row in ran.report["clauses"] if row["id"] == "connection.dropped")
    assert {failure["probe"] for failure in dropped["failures"]} >= DEADLY - {"accept.nonsense"}
    assert ran.clauses("fail") == set(WHY) == table_of(PAGE.read_text(encoding="utf-8"))


def test_prism_asked_for_a_refusal_gets_no_verdict(tmp_path: Path) -> None:
    """`Prefer: code=401` refuses everybody: exit 3 after one request, and no clause fails."""
    with prism() as base_url:
        described = f'[targets.prism]\nbase_url = "{base_url}"\ntoken = "env:CONFORMANCE_TOKEN"\nrepository_id = 5\n'
        (tmp_path / "conformance.toml").write_text(described + 'headers = { Prefer = "code=401" }\n', encoding="utf-8")
        ran = judge("prism", tmp_path)
    assert ran.code == 3, ran.out
    assert "credentials were refused" in ran.out
    assert not ran.clauses("fail")
