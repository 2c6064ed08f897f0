"""Explanations of clauses, probes and properties of the shipped contract."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.facts import facts_of
from conformance.contract.message import Request, Token
from conformance.explain.explanation import ClauseExplanation, Explainer, Past, ProbeExplanation, Sent, sent_of
from conformance.explain.text import as_json
from conformance.history.store import History
from conformance.judge.verdict import Outcome
from conformance.mock.faults import FAULTS
from conformance.plan.probe import Profile
from tests.history.entries import CLAUSE, DREW, OTHER, PROBE, entry, play, url, without_probe
from tests.report.builders import KNOWN, NAME, REDACTOR, REQUEST, SECRET, failed
from tests.shipped import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

EXPLAINER = Explainer(CONTRACT)
CATALOGUE = CONTRACT.catalogue
OPERATION = CONTRACT.operation.id


def clause(name: str) -> ClauseExplanation:
    """The explanation of one clause."""
    (found,) = EXPLAINER.explain([name])
    assert isinstance(found, ClauseExplanation)
    return found


def probe(name: str, explainer: Explainer = EXPLAINER) -> ProbeExplanation:
    """The explanation of one probe or property."""
    (found,) = explainer.explain([name])
    assert isinstance(found, ProbeExplanation)
    return found


def test_every_clause_is_explained_whole() -> None:
    """Each has its lines in the document, words of its check, and what openapi.yaml holds where it points there."""
    found = {one.clause.id: one for one in EXPLAINER.explain(["*"]) if isinstance(one, ClauseExplanation)}
    assert list(found) == list(CATALOGUE.by_id)
    for one in found.values():
        assert one.check, one.clause.check
        assert one.passage is not None
        lines = CONTRACT.document.splitlines()[one.passage.first_line - 1 : one.passage.last_line]
        assert one.clause.quote in "\n".join(lines)
        assert (one.said is None) == (one.clause.openapi is None), one.clause.id
    assert {fault.id for one in found.values() for fault in one.faults or ()} == set(FAULTS)


def test_a_clause_has_its_bound_its_probes_and_its_faults() -> None:
    """The maximum of the id's range."""
    found = clause("path.repository_id.maximum")
    assert found.said == 2147483647
    assert {"id.maximum.valid-token", "property.ids.in-range"} <= {one.id for one in found.tests}
    assert "maximum-id-refused" in {fault.id for fault in found.faults or ()}


def test_another_operation_has_no_faults_of_the_mock() -> None:
    """The mock serves one operation only, and proves nothing of another."""
    other = replace(CONTRACT, operation=replace(CONTRACT.operation, id="anotherOperation"))
    (found,) = Explainer(other).explain(["path.repository_id.maximum"])
    assert isinstance(found, ClauseExplanation)
    assert found.faults is None
    assert "the embedded mock" not in probe("id.zero", Explainer(other)).withheld


def test_a_probe_has_its_request_and_its_profiles() -> None:
    """The smallest profile that sends it, and all above."""
    found = probe("id.zero")
    assert found.sent is not None
    assert found.sent.path == "/v4/repositories/0/remote-mirror/associate"
    assert found.draws == dict.fromkeys(Profile, 1)
    assert "path.repository_id.below-minimum" in {one.id for one in found.clauses}


def test_safety_withholds_what_may_reach_a_stranger() -> None:
    """Off loopback only; the embedded mock is nobody's."""
    withheld = probe("id.over.two").withheld
    assert "which the description does not name" in (withheld["off loopback, --mutation fixture"] or "")
    assert withheld["the embedded mock"] is None


def test_what_cannot_be_made_of_the_description_says_so() -> None:
    """The example's token has no letters to swap that it would notice."""
    found = probe("token.valid.case-swapped")
    assert found.sent is None
    assert set(found.withheld.values()) == {"the valid token cannot be changed in this way"}


def test_a_property_has_the_number_of_its_requests() -> None:
    """None in smoke."""
    draws = probe("property.openapi").draws
    assert draws[Profile.SMOKE] == 0
    assert draws[Profile.STANDARD] < draws[Profile.DEEP]


def test_an_id_of_a_clause_and_a_probe_is_both() -> None:
    """The read-back is the name of each."""
    assert [type(one) for one in EXPLAINER.explain(["state.read-back"])] == [ClauseExplanation, ProbeExplanation]


@pytest.mark.parametrize(
    ("name", "kind", "members"),
    [
        ("status.401.empty-token", "clause", {"document", "check", "openapi", "faults", "accepted", "verdicts"}),
        ("id.zero", "probe", {"sent", "requests", "withheld", "clauses", "verdicts"}),
        ("property.openapi", "property", {"sent", "requests", "withheld", "clauses", "verdicts"}),
    ],
)
def test_json_has_the_same(name: str, kind: str, members: set[str]) -> None:
    """A list of objects, by kind."""
    (row,) = json.loads(as_json(EXPLAINER.explain([name])))
    assert row["kind"] == kind
    assert members <= set(row)


def sent(**changes: object) -> Sent:
    """The documented request with these changes, in words."""
    request: Request = replace(REQUEST, **changes)  # type: ignore[arg-type]
    return sent_of(request, facts_of(request, KNOWN), REDACTOR)


def test_a_request_has_its_method_path_fields_and_body() -> None:
    """The token comes first, by its kind and the name of its secret."""
    assert sent() == Sent(
        "POST",
        "/v4/repositories/2112029391/remote-mirror/associate",
        (("X-Auth-Token", f"the valid token: ${NAME}"), ("Content-Type", "application/json")),
        '{"url": "https://example.com/test.git"}',
    )


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "not sent"),
        (Token(b""), "sent, and empty"),
        (Token(b"x", length=100_001), "an unknown token, 100,001 characters: <100001 characters"),
        (
            Token(SECRET.swapcase().encode(), secret=NAME, made_by="{}.swapcase()"),
            "a valid token, changed, 40 characters",
        ),
    ],
    ids=["no token", "an empty token", "a long token", "a changed token"],
)
def test_a_token_is_said_by_kind_and_length(token: Token | None, said: str) -> None:
    """No token is written out."""
    value = sent(token=token).headers[0][1]
    assert value.startswith(said)
    assert SECRET.swapcase() not in value


@pytest.mark.parametrize(("body", "said"), [(None, "none"), (b"", "empty"), (b"\xff\x1b", "ÿ\\x1b")])
def test_a_body_is_one_line(body: bytes | None, said: str) -> None:
    """Nothing steers a terminal, whatever is sent."""
    assert sent(body=body).body == said


def test_a_long_body_is_cut_with_its_size() -> None:
    """300 characters are shown."""
    assert sent(body=b"x" * 5_000).body == "x" * 300 + "… (5,000 bytes)"


def test_secrets_are_in_no_part() -> None:
    """Neither in another header nor in the path."""
    said = sent(target=b"/" + SECRET.encode(), headers=((b"Authorization", SECRET.encode()), (b"X-A", SECRET.encode())))
    assert SECRET not in str(said)
    assert said.path == f"/${NAME}"


def past(directory: Path, nights: str, target: str | None = None) -> Past:
    """The past after these nights of a target called `staging`."""
    history = History(url(directory))
    play(history, nights, target_name="staging")
    found = Past(history, OPERATION, target)
    history.close()
    return found


def test_the_newest_runs_come_first(tmp_path: Path) -> None:
    """Five of them; a failure names the probes."""
    seen = past(tmp_path, "pppppfo").of_clause(CLAUSE)
    assert [one.run for one in seen] == ["night-006", "night-005", "night-004", "night-003", "night-002"]
    assert [one.verdict for one in seen[:2]] == [Outcome.FAIL, Outcome.FAIL]
    assert (seen[0].by, seen[1].by, seen[0].target) == ((OTHER,), (PROBE,), "staging")


def test_a_probe_is_told_by_the_clauses_that_it_failed(tmp_path: Path) -> None:
    """A run that did not send it is left out."""
    found = past(tmp_path, "fop")
    assert [(one.run, one.verdict, one.by) for one in found.of_probe(PROBE)] == [
        ("night-002", Outcome.PASS, ()),
        ("night-000", Outcome.FAIL, (CLAUSE,)),
    ]
    assert [one.run for one in found.of_probe(OTHER)] == ["night-001"]


def test_narrowed_runs_are_told_with_the_whole_run_before_them(tmp_path: Path) -> None:
    """However many there are, five whole runs are told; one with none before it stands for itself."""
    history = History(url(tmp_path))
    history.add(entry(0, [failed(CLAUSE, PROBE)], narrowed=True))
    for night, letter in enumerate("pfpp" + "f" * 9, 1):
        narrowed = night > 4
        history.add(entry(night, [failed(CLAUSE, PROBE)] if letter == "f" else (), narrowed=narrowed))
    past = Past(history, OPERATION)
    history.close()
    for seen in (past.of_clause(CLAUSE), past.of_probe(PROBE)):
        assert [one.run for one in seen] == [f"night-00{night}" for night in (4, 3, 2, 1, 0)]
        assert [(one.again, one.failed_again) for one in seen] == [(9, 9), (0, 0), (0, 0), (0, 0), (0, 0)]


def test_a_narrowed_run_tells_what_the_whole_run_before_it_does_not(tmp_path: Path) -> None:
    """It did not send the probe, or did not test the clause; of the narrowed runs the first stands for the others."""
    history = History(url(tmp_path))
    history.add(without_probe(entry(0, untested={CLAUSE: "why"})))
    for night, verdicts in enumerate(([failed(CLAUSE, PROBE)], [], [failed(CLAUSE, PROBE)]), 1):
        history.add(entry(night, verdicts, narrowed=True))
    found = Past(history, OPERATION)
    history.close()
    assert [(one.run, one.verdict, one.by, one.again, one.failed_again) for one in found.of_probe(PROBE)] == [
        ("night-001", Outcome.FAIL, (CLAUSE,), 2, 1)
    ]
    assert [(one.run, one.verdict, one.again, one.failed_again) for one in found.of_clause(CLAUSE)] == [
        ("night-001", Outcome.FAIL, 2, 1),
        ("night-000", Outcome.NOT_TESTED, 0, 0),
    ]


def test_runs_of_several_services_are_told_in_the_order_of_their_time(tmp_path: Path) -> None:
    """A narrowed run of a service without a whole one is among the newest, however many whole runs others have."""
    history = History(url(tmp_path))
    for night in range(7):
        history.add(entry(night, target_name="production", narrowed=night == 2))
    history.add(entry(7, [failed(CLAUSE, PROBE)], target_name="staging", narrowed=True))
    history.add(entry(8, target_name="production"))
    seen = Past(history, OPERATION).of_probe(PROBE)
    history.close()
    assert [(one.run, one.target) for one in seen[:2]] == [("night-008", "production"), ("night-007", "staging")]
    assert [one.at for one in seen] == sorted((one.at for one in seen), reverse=True)


def test_a_property_has_passed_where_it_was_drawn(tmp_path: Path) -> None:
    """A run that drew nothing of it is left out."""
    history = History(url(tmp_path))
    for night, verdicts in enumerate(([DREW], [failed(CLAUSE, DREW.probe)], [])):
        history.add(entry(night, verdicts))
    found = Past(history, OPERATION).of_probe(DREW.probe)
    history.close()
    assert [(one.run, one.verdict) for one in found] == [("night-001", Outcome.FAIL), ("night-000", Outcome.PASS)]


def test_other_targets_and_unknown_clauses_have_no_past(tmp_path: Path) -> None:
    """Nothing is said of them."""
    assert past(tmp_path, "f").of_clause("no.such") == ()
    assert not past(tmp_path, "f", target="production").known
