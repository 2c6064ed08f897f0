"""A comparison as people and programs read it."""

from __future__ import annotations

import json
from dataclasses import replace

from conformance.history.compare import compare
from conformance.history.runs import row_of
from conformance.history.snapshot import Snapshot, of_record
from conformance.history.stability import Flaky
from conformance.history.text import comparison_text, folded, run_lines, run_table
from conformance.judge.behaviour import Behaviour
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from conformance.report.record import Time
from tests.history.entries import entry
from tests.report.builders import BASE_URL, CATALOGUE, evidence, exchange, failed, record

CLAUSE = "path.repository_id.maximum"
PROBE = "id.maximum.unknown-token"


def night(status: int, *, broken: bool = False, silent: bool = False, count: int = 1, **fields: object) -> Snapshot:
    """A run in which a probe was answered so, with its traffic, and more without; `silent` where no clause says so."""
    har = {**evidence(exchange()).har}
    har["_conformance"] = {**har["_conformance"], "clauses": []}  # type: ignore[dict-item]
    har["response"] = {**har["response"], "status": status}  # type: ignore[dict-item]
    answer = Behaviour(PROBE, status, None, "application/json", "{}", headers=(f"x-{status}",))
    rows = (answer, *(replace(answer, probe=f"more.{turn}") for turn in range(1, count)))
    raw = json.dumps({"log": {"entries": [har]}}).encode()
    passed = [] if silent or fields.get("untested") else [Verdict(CLAUSE, PROBE, 17, Outcome.PASS)]
    verdicts = [failed(CLAUSE, PROBE)] if broken else passed
    return of_record(record(verdicts, behaviour=rows, id=f"run-{status}", **fields), lambda: raw)


GOOD, BAD = night(401), night(500, broken=True)
FLAKY = Flaky(CLAUSE, "clause", "fail", 3, 9, 4, "r1", "2026-01-01T00:00", "r9", "state.first")


def test_a_quiet_night_is_one_line() -> None:
    """Notes and what is flaky stand in it too."""
    text = comparison_text(compare(GOOD, GOOD, GOOD, ("suite changed",), (FLAKY,)), "table")
    assert "\n" not in text
    assert text.startswith("nothing changed in staging: run-401 (2026-11-24 22:00) → run-401")
    assert text.endswith(f"passed, 0 failed, 0 not tested; suite changed; flaky: {CLAUSE}")
    assert comparison_text(compare(GOOD, GOOD, GOOD), "markdown").count("\n") == 0


def test_a_change_is_told_with_both_exchanges() -> None:
    """The clause in its words, the probe, what was answered before and after; then the behaviour from → to."""
    lines = comparison_text(compare(GOOD, GOOD, BAD), "table").splitlines()
    assert lines[0] == "staging: run-401 (2026-11-24 22:00) → run-500 (2026-11-24 22:00)"
    assert "Newly failing: 1 clause" in lines
    assert f"    {PROBE}: answered 500 instead of 401" in lines
    assert f'    the document: "{" ".join(CATALOGUE[CLAUSE].quote.split())}"' in lines
    assert f"      reproduce: conformance run staging --seed 1 --probe {PROBE}" in lines
    before, after = (next(line for line in lines if line.strip().startswith(word)) for word in ("before:", "after:"))
    assert "→ 401 {" in before
    assert "→ 500 {" in after
    assert before.endswith("exchange 17")
    assert "Changed behaviour: 1 probe" in lines
    assert "  1 probe: status 401 → 500; headers -x-401, +x-500" in lines
    assert sum("→ 500 {" in line for line in lines) == 1
    assert "    after: exchange 17, above" in [line.removeprefix("  ") for line in lines]


def test_probes_that_changed_alike_are_told_together() -> None:
    """The first five by name."""
    lines = comparison_text(compare(GOOD, night(401, count=8), night(500, count=8)), "table").splitlines()
    assert f"    {PROBE}, more.1, more.2, more.3, more.4 and 3 more" in lines
    assert sum("→ 500;" in line for line in lines) == 1
    assert "  8 probes: status 401 → 500; headers -x-401, +x-500" in lines


def test_one_cause_is_one_line_whatever_follows_from_it() -> None:
    """Another speaker explains statuses and shapes that differ from probe to probe."""
    statuses = (401, 404, 201)

    def answered(by: AnsweredBy, *came: int) -> Snapshot:
        rows = [Behaviour(f"more.{turn}", status, None, "text/html", "{}", by) for turn, status in enumerate(came)]
        return of_record(record(behaviour=(*rows,)))

    before, after = answered(AnsweredBy.SERVICE, *statuses), answered(AnsweredBy.GATEWAY, 502, 502, 503)
    lines = comparison_text(compare(before, before, after), "table").splitlines()
    assert lines[2:] == [
        "Changed behaviour: 3 probes",
        "  3 probes: answered by the gateway instead of the service",
        "    more.0, more.1, more.2",
    ]


def two_exchanges(*verdicts: Verdict) -> Snapshot:
    """A run in which a property was answered 201 first and 500 then; its exchanges are 17 and 18."""
    hars = []
    for number, status in ((17, 201), (18, 500)):
        har = {**evidence(exchange()).har, "response": {**evidence(exchange()).har["response"], "status": status}}  # type: ignore[dict-item]
        known = {"clauses": [], "probe": "property.ids", "number": number}
        hars.append({**har, "_conformance": {**har["_conformance"], **known}})  # type: ignore[dict-item]
    raw = json.dumps({"log": {"entries": hars}}).encode()
    again = {"property.ids": "conformance run"}
    return of_record(record(verdicts, behaviour=(), reproduce=again), lambda: raw)


def test_of_a_property_the_exchange_that_failed_is_shown() -> None:
    """Not its first, which is innocent; where nothing failed there is none to show."""
    good, bad = two_exchanges(), two_exchanges(failed(CLAUSE, "property.ids", number=18))
    lines = comparison_text(compare(good, good, bad), "table").splitlines()
    assert [line.strip()[:7] for line in lines if "exchange" in line] == ["after: "]
    assert any("→ 500 " in line and line.endswith("exchange 18") for line in lines)
    data = json.loads(comparison_text(compare(good, good, bad), "json"))
    assert data["changes"][0]["exchanges"] == {"property.ids": 18}
    assert (data["exchanges"]["property.ids"]["before"], data["exchanges"]["property.ids"]["after"]["status"]) == (
        None,
        500,
    )


def test_an_exchange_of_another_run_says_so() -> None:
    """With its run and its date; what a property drew there says nothing of this run."""
    stand_in = Time("run-3", "2026-01-03T02:00:00.000000+00:00")
    lines = comparison_text(compare(GOOD, replace(GOOD, stand_in=stand_in), BAD), "table").splitlines()
    before = next(line for line in lines if "before:" in line)
    assert before.endswith("exchange 17 of run-3 (2026-01-03 02:00), which was answered alike: its own was not kept")
    bad = replace(two_exchanges(failed(CLAUSE, "property.ids", number=18)), stand_in=stand_in)
    good = two_exchanges()
    assert "exchange" not in comparison_text(compare(good, good, bad), "table")


def test_markdown_shows_what_an_answer_says_as_it_is() -> None:
    """Nothing of it is markup."""
    text = comparison_text(compare(GOOD, GOOD, BAD), "markdown")
    assert text.startswith("# staging: run-401")
    assert "\n## Newly failing: 1 clause\n" in text
    assert "error\\_code" in text


def test_json_has_all_of_it() -> None:
    """Every change with its messages, every exchange once."""
    data = json.loads(comparison_text(compare(GOOD, GOOD, BAD), "json"))
    assert data["format"] == "conformance-comparison/1"
    assert data["regressions"] == [CLAUSE]
    assert data["changes"][0]["messages"] == {PROBE: "answered 500 instead of 401"}
    assert data["behaviour"][0]["after"] == {"status": 500, "headers": ["x-500"]}
    assert data["exchanges"][PROBE]["before"]["status"] == 401
    assert data["before"]["run"] == "run-401"
    quiet = json.loads(comparison_text(compare(GOOD, GOOD, GOOD), "json"))
    assert (quiet["changes"], quiet["behaviour"], quiet["exchanges"]) == ([], [], {})


def test_a_change_that_may_be_the_suite_s_says_so() -> None:
    """In the heading of its kind."""
    other = replace(BAD, report={**BAD.report, "suite": {**BAD.report["suite"], "version": "9"}})
    assert "Newly failing: 1 clause (suite changed)" in comparison_text(compare(GOOD, GOOD, other), "table")


def test_two_addresses_of_one_name_are_said() -> None:
    """They are two services."""
    other = night(401, base_url="https://elsewhere.example.test")
    text = comparison_text(compare(GOOD, GOOD, other), "table")
    assert text.endswith("; base URLs differ: https://codearts.example.test/base → https://elsewhere.example.test")


def test_targets_that_share_a_name_are_told_apart_in_the_list() -> None:
    """By what they do not share; of another service nothing has changed."""
    given = [entry(night, base_url=url) for night, url in enumerate((BASE_URL, "https://elsewhere.example.test"))]
    rows = [row_of(one)[0] for one in reversed(given)]
    lines = [*run_table(rows)]
    assert "staging, associateRemoteMirror at https://elsewhere.example.test" in lines[1]
    assert f"staging, associateRemoteMirror at {BASE_URL}" in lines[2]
    assert "changed" not in lines[1]
    assert "associateRemoteMirror" not in "".join(run_table(rows[:1]))


def test_a_run_of_one_request_is_singular() -> None:
    """Such is a run that found nobody there."""
    one = replace(row_of(entry(0))[0], requests=1)
    assert any(line.endswith(" 1 request") for line in run_table([one], width=80))
    assert any(line.endswith(" 1 request") for line in run_lines(one, of_record(record()).report))


def test_what_a_baseline_does_not_accept_is_told_with_the_answer() -> None:
    """A mail that names the pair alone would not say what is wrong."""
    pairs = [{"clause": CLAUSE, "probe": "p", "acceptance": "they mend it (until 2026-01-31)"}]
    broken = of_record(record([failed(CLAUSE, "p", "answered 500")]))
    expired = {"accepted": [], "new": [], "expired": pairs, "fixed": []}
    tonight = replace(broken, report={**broken.report, "baseline": expired})
    lines = comparison_text(compare(broken, broken, tonight), "table", night=True).splitlines()
    assert lines[-2].startswith(f"  {CLAUSE}, p: acceptance has expired")
    assert "accepted as: they mend it (until 2026-01-31)" in " ".join(" ".join(lines).split())
    assert lines[-1] == "    answered 500"


def test_narrowed_runs_are_folded_into_the_whole_one_before() -> None:
    """Of the same service; one with no whole run before it stands for itself."""
    elsewhere = "https://elsewhere.example.test"
    given = [
        replace(entry(0), narrowed=True),
        entry(1),
        entry(2, base_url=elsewhere),
        replace(entry(3), narrowed=True),
        replace(entry(4, [failed(CLAUSE, "p")]), narrowed=True),
        replace(entry(5, base_url=elsewhere), narrowed=True),
        entry(6),
    ]
    rows = [row_of(one)[0] for one in reversed(given)]
    shown = folded(rows)
    after = {run: [one.id for one in folded_in] for run, folded_in in shown.items()}
    assert after == {
        "night-006": [],
        "night-002": ["night-005"],
        "night-001": ["night-003", "night-004"],
        "night-000": [],
    }
    lines = [*run_table(rows, 3, None, shown)][1:]
    assert [line.split()[0] for line in lines] == ["night-006", "night-002", "night-001"]
    assert lines[1].endswith("1 narrowed run after it")
    assert lines[2].endswith("2 narrowed runs after it, 1 failed")


def test_probes_that_fail_alike_are_told_once() -> None:
    """The first with its exchanges, the others by name; one that fails otherwise is told for itself."""
    odd = failed(CLAUSE, "odd", "another failure")
    new = of_record(record([*(failed(CLAUSE, f"new.{turn}") for turn in range(3)), odd], behaviour=()))
    lines = comparison_text(compare(GOOD, GOOD, new), "table").splitlines()
    place = lines.index("    new.0: answered 500 instead of 401")
    assert lines[place + 1 : place + 3] == ["      alike: new.1, new.2", "    odd: another failure"]


def test_runs_that_sent_different_probes_say_so() -> None:
    """A smoke run beside a standard one."""
    smoke = night(401, count=3, profile="smoke")
    text = comparison_text(compare(smoke, smoke, GOOD), "table")
    assert text.endswith("profiles differ: smoke → standard; 2 probes sent before only")


def test_flaky_clauses_have_their_evidence() -> None:
    """It says how often, since when, and where to look."""
    text = comparison_text(compare(GOOD, GOOD, BAD, (), (FLAKY,)), "table")
    assert "Flaky: changed back and forth" in text
    evidence = (
        f"clause {CLAUSE}: state.first failed in 3 of the 9 runs that sent it, changing since 2026-01-01 00:00 (r1)"
    )
    assert f"{evidence}, so last in r9" in text


def test_probes_that_are_flaky_alike_are_told_together() -> None:
    """One line has the evidence and one the first probes; a quiet night names every clause, and five in all."""
    probes = [
        replace(FLAKY, of="behaviour", name=f"p.{one}", probe=f"p.{one}", value="status 500") for one in "abcdefg"
    ]
    other = replace(probes[0], name="p.other", value="status 418")
    flaky = (FLAKY, *probes, other)
    lines = comparison_text(compare(GOOD, GOOD, BAD, (), flaky), "table").splitlines()
    _, alike, names, alone = lines[lines.index("Flaky: changed back and forth") + 1 :]
    assert alike.startswith("  behaviour of each of 7 probes: status 500 in 3 of the 9 runs that sent it, ")
    assert names == "    p.a, p.b, p.c, p.d, p.e and 2 more"
    assert alone.startswith("  behaviour p.other: status 418 in 3 of the 9 runs that sent it, ")
    quiet = comparison_text(compare(GOOD, GOOD, GOOD, (), flaky), "table")
    assert quiet.endswith(f"; flaky: {CLAUSE}, p.a, p.b, p.c, p.d and 4 more")
    many = tuple(replace(FLAKY, name=f"clause.{one}") for one in range(7))
    assert comparison_text(compare(GOOD, GOOD, GOOD, (), many), "table").endswith("clause.5, clause.6")


def test_without_traffic_there_are_no_exchanges() -> None:
    """The change is told all the same."""
    bare = replace(BAD, traffic=lambda: None)
    text = comparison_text(compare(GOOD, GOOD, bare), "table")
    assert "before:" in text
    assert "after:" not in text


def test_a_clause_no_longer_tested_is_told_by_the_reason() -> None:
    """Many clauses may share one; a probe that said nothing leaves the clause its verdict."""
    other = "path.repository_id.minimum"
    gone = night(401, untested={CLAUSE: "no account", other: "no account"})
    lines = comparison_text(compare(GOOD, GOOD, gone), "table").splitlines()
    assert lines[2:] == ["No longer tested: 2 clauses", "  no account", f"    {other}, {CLAUSE}"]
    silent = comparison_text(compare(BAD, BAD, night(500, silent=True)), "table").splitlines()
    assert silent[2:] == ["No longer tested: 1 clause", "  tested by other probes only", f"    {CLAUSE} by {PROBE}"]
