"""A request with several values that clauses speak of: one cause has one clause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Response, Token
from conformance.judge.causes import settle
from conformance.judge.expected import expectation_of
from conformance.judge.judge import judge
from conformance.judge.observations import observation_of
from conformance.judge.reading import Context
from conformance.judge.verdict import Outcome
from conformance.plan.fixtures import TargetFixtures
from conformance.spec import load_contract

if TYPE_CHECKING:
    from conformance.contract.facts import Facts

CONTRACT = load_contract(Path(__file__).parents[2] / "examples" / "cluster-labels")
KNOWN = TargetFixtures(
    operation=CONTRACT.operation, token=Token(b"t" * 40), resource="orders", values={"project_id": "0" * 32}
)
LABEL = {"key": "team", "value": "search"}
LONGEST = LABEL | {"value": "v" * 43}
PERMITTED, LISTED = "status.200.permitted", "request.action.listed"


def exchange(number: int, status: int, *labels: dict[str, str], action: str = "add") -> Exchange:
    """A batch, and how it was answered."""
    body = json.dumps({"action": action, "labels": labels}).encode()
    request = KNOWN.request(KNOWN.token, body=body)
    return Exchange(
        number, f"probe.{number}", request, facts_of(request, KNOWN.known), Response(status, "", (), b""),
        started_at=float(number), seconds=0.5,
    )  # fmt: skip


def facts(*labels: dict[str, str], action: str = "add") -> Facts:
    """The facts of a batch."""
    return exchange(1, 200, *labels, action=action).facts


def failed(*exchanges: Exchange) -> dict[str, list[int]]:
    """The clauses about statuses in contract that fail in a run of these, and at which of them."""
    verdicts = [one for each in exchanges for one in judge(each, CONTRACT, Context(succeeded=True))]
    found: dict[str, list[int]] = {}
    for verdict in settle(verdicts, {each.number: observation_of(each, CONTRACT) for each in exchanges}, CONTRACT):
        if verdict.outcome is Outcome.FAIL and CONTRACT.catalogue[verdict.clause].check == "owed":
            found.setdefault(verdict.clause, []).append(verdict.exchange)
    return found


def test_a_value_of_the_documented_request_is_no_subject() -> None:
    """The example adds labels: to add is as usual, to remove is not; two labels are neither fewest nor most."""
    expectation = expectation_of(CONTRACT)
    assert expectation.subjects(facts(LABEL, LABEL)) == ()
    assert expectation.subjects(facts(LABEL, LABEL, action="remove")) == (frozenset({LISTED}),)
    assert expectation.subjects(facts(LABEL)) == (frozenset({"request.labels.fewest"}),)


def test_what_passed_is_proof_for_every_value_in_it() -> None:
    """Those that are as usual too."""
    owners = expectation_of(CONTRACT).of_status
    usual = {LISTED, "path.resource_type.listed"}
    assert owners(facts(LABEL, LABEL), 200) == usual | {PERMITTED}
    assert owners(facts(LONGEST), 200) == usual | {"request.labels.fewest", "request.labels.value.longest"}


def test_what_failed_speaks_of_the_value_that_is_not_as_usual() -> None:
    """A documented request that is refused is refused for nothing in it."""
    assert failed(exchange(1, 400, LABEL, LABEL)) == {PERMITTED: [1]}
    assert failed(exchange(1, 400, LONGEST, LABEL)) == {"request.labels.value.longest": [1]}


def test_of_several_values_the_one_that_fails_alone_is_the_cause() -> None:
    """In whichever order they came."""
    several, alone = exchange(1, 400, LONGEST), exchange(2, 400, LONGEST, LABEL)
    assert failed(several, alone) == {"request.labels.value.longest": [1, 2]}
    assert failed(alone, several) == {"request.labels.value.longest": [2, 1]}


def test_where_none_fails_alone_the_request_is_refused_for_something_else() -> None:
    """Then it is told once, as of any request to such a resource."""
    assert failed(exchange(1, 400, LONGEST), exchange(2, 200, LONGEST, LABEL)) == {PERMITTED: [1]}
