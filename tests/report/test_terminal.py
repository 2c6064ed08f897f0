"""The terminal: its text, its colours and its progress bar."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.contract.clause import Level
from conformance.contract.message import Response, Trouble
from conformance.judge.summary import GatePolicy
from conformance.judge.verdict import AnsweredBy, Outcome
from conformance.report.record import ResourceChange, ResourceState, Since, Time
from conformance.report.terminal import Terminal

from .builders import BASE_URL, CATALOGUE, NAME, SECRET, answer, evidence, exchange, failed, record

if TYPE_CHECKING:
    from conformance.report.record import RunRecord

GATEWAY = AnsweredBy.GATEWAY
CLAUSE = "status.401.unknown-token"
SILENT = sum(clause.level is Level.SILENT for clause in CATALOGUE)
CURL = evidence(exchange()).curl
ANSWER = """401, application/json, 90 bytes: {"error_code": "CH.00000002", "error_msg":
                 "Recognize authentication information failed."}"""


def shown(of: RunRecord, *, width: int = 100, **paths: str) -> str:
    """The output of `finish` without a terminal."""
    out = io.StringIO()
    Terminal(Console(file=out, width=width)).finish(of, {name: Path(path) for name, path in paths.items()})
    return out.getvalue()


def verdict_of(of: RunRecord) -> str:
    """The line with the verdict."""
    return next(line for line in shown(of).splitlines() if line.startswith(" "))


def test_a_run_begins_with_two_lines() -> None:
    """The target, and the settings."""
    out = io.StringIO()
    Terminal(Console(file=out, width=100)).begin("staging", BASE_URL, "standard", "fixture", 7)
    assert out.getvalue() == f"Testing staging at {BASE_URL}\nprofile standard, mutation fixture, seed 7\n"


def test_a_failed_run_says_what_to_do() -> None:
    """Failures by section with quote, outcomes, responder, command and curl line; verdict; paths of the reports."""
    text = shown(
        record([
            failed("path.repository_id.maximum"),
            failed("leak.token", "token.missing", "the token stands in the body", got="the token in the body"),
        ]),
        report="reports/report.json",
        traffic="reports/traffic.har",
    )  # fmt: skip
    assert (
        text
        == f"""
Failed

Table 1 / repository_id
  must path.repository_id.maximum: Id 2147483647 is answered as any other, by existence and
  permission
    the document: "Value range: 1~2147483647"
    id.maximum.unknown-token: answered 500 instead of 401
      expected   401
      got        500, answered by the service
      answer     {ANSWER}
      reproduce  conformance run staging --seed 1 --probe id.maximum.unknown-token
      {CURL}

Table 2 / X-Auth-Token
  should leak.token: No answer repeats the token that was sent
    the document: "X-Auth-Token Yes String"
    token.missing: the token stands in the body
      expected   401
      got        the token in the body, answered by the service
      answer     {ANSWER}
      {CURL}

 NON-CONFORMANT staging: 1 clause failed, 1 more does not gate
{len(CATALOGUE)} clauses: {len(CATALOGUE) - SILENT - 2} passed, 2 failed, 0 not tested, {SILENT} recorded
412 requests in 12.5 s

report   reports/report.json
traffic  reports/traffic.har
"""
    )


def test_answers_of_the_gateway_are_listed_apart() -> None:
    """There the deployment disagrees with the document, not the service."""
    text = shown(record([failed(CLAUSE), failed(CLAUSE, message="answered 494", got="494 APIG.0201", by=GATEWAY)]))
    before, after = text.split("Failed: document and deployment disagree (answered by the gateway)")
    assert "answered 494" not in before
    assert "got        494 APIG.0201, answered by the gateway" in after
    assert "answered 500" not in after


def test_an_unknown_responder_is_named() -> None:
    """A framework, server or proxy may have answered instead of the service."""
    words = "answered by something that is not the documented service (framework, server or proxy)"
    assert f"got        500, {words}" in shown(record([failed(CLAUSE, by=AnsweredBy.OTHER)]), width=120)


def test_without_an_answer_there_is_no_responder() -> None:
    """The transport error is in place of the answer."""
    silent = evidence(exchange(trouble=Trouble.DROPPED, detail="closed"))
    text = shown(record([failed("connection.dropped", got="dropped", by=AnsweredBy.OTHER)], evidence={17: silent}))
    assert "got        dropped, not answered" in text
    assert f"answer     none: {Trouble.DROPPED}: closed" in text
    assert "answered by" not in text


@pytest.mark.parametrize(
    ("media", "body", "words"),
    [
        pytest.param(b"text/plain", b"400 Bad Request", "400, text/plain, 15 bytes: 400 Bad Request", id="text"),
        pytest.param(b"text/html", b"<h1>\n  Bad\n</h1>", "400, text/html, 16 bytes: <h1> Bad </h1>", id="lines"),
        pytest.param(b"text/html", b"y" * 300, f"400, text/html, 300 bytes: {'y' * 200}…", id="long"),
        pytest.param(b"text/html", b"\xff\xfe", "400, text/html, 2 bytes that are not UTF-8", id="bytes"),
        pytest.param(b"", b"", "400, no Content-Type, no body", id="nothing"),
        pytest.param(b"text/plain", b"\x1b[31mred", "400, text/plain, 8 bytes: \\x1b[31mred", id="an escape sequence"),
        pytest.param(b"text/plain", f"token {SECRET}".encode(), f"{len(SECRET) + 6} bytes: token ${NAME}", id="secret"),
    ],
)
def test_every_failure_shows_the_answer(media: bytes, body: bytes, words: str) -> None:
    """Status, Content-Type, size and the first 200 characters of the body, on one line without control characters."""
    fields = ((b"Content-Type", media),) if media else ()
    made = evidence(exchange(response=Response(400, "Bad Request", fields, body)))
    text = shown(record([failed(CLAUSE, got="400")], evidence={17: made}), width=400)
    (line,) = [line for line in text.splitlines() if line.strip().startswith("answer ")]
    assert words in line


def test_each_message_is_shown_once() -> None:
    """The first failure of each message, at most three of a clause, and the probes of the others."""
    failures = [failed(CLAUSE, message=f"answered {status}") for status in (500, 500, 501, 502, 503)]
    text = shown(record(failures))
    assert [status in text for status in ("answered 500", "answered 501", "answered 502", "answered 503")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert "and 2 more failures of this clause: id.maximum.unknown-token (2 times)" in text
    alike = [failed(CLAUSE, f"token.{number}") for number in range(64)]
    assert "and 1 more failure of this clause: token.1\n" in shown(record(alike[:2]))
    many = " ".join(shown(record(alike), width=80).split())
    named = ", ".join(f"token.{number}" for number in range(1, 61))
    rest = "and 3 more probes (failed_probes in report.json)"
    assert f"and 63 more failures of this clause: {named}, {rest}" in many


def test_the_first_failing_run_is_named_from_the_second_run_on() -> None:
    """In a target's first run every failure began in that run."""
    tonight, before = Time("20261124T220000Z-0a1b2c3d", "2026-11-24T22:00:00"), Time("earlier", "2026-11-01T22:00:00")
    said = {
        name: "fails since" in shown(record([failed(CLAUSE)], since={(CLAUSE, None): since}))
        for name, since in {
            "first run": Since(tonight, None, suite_changed=False),
            "passed before": Since(tonight, before, suite_changed=False),
            "failed before": Since(before, None, suite_changed=False),
        }.items()
    }
    assert said == {"first run": False, "passed before": True, "failed before": True}


def test_a_long_curl_line_is_not_printed() -> None:
    """Over 600 characters it is in the report; Python's has its name."""
    long = evidence(exchange())
    wide = type(long)(17, long.har, "curl -sS " + "x" * 596)
    text = shown(record([failed(CLAUSE)], evidence={17: wide}))
    assert 'the curl line is long: report.json has it, as "curl" of this failure' in text
    assert "curl -sS xxx" not in text
    alone = type(long)(17, long.har, "python3 -c " + "x" * 600)
    assert "the python3 line is long" in shown(record([failed(CLAUSE)], evidence={17: alone}))
    assert "line is long" not in shown(record([failed(CLAUSE, number=99)]))


def test_variables_are_set_once_above_the_lines() -> None:
    """Each variable of a printed curl line, and no other."""
    lines = {NAME: f"export {NAME}=$(cat good.txt)", "OTHER": "export OTHER=$(cat other.txt)"}
    failures = [failed(CLAUSE), failed("leak.token", by=GATEWAY)]
    text = shown(record(failures, variables=lines))
    heading = "The lines below need these variables:"
    assert text.startswith(f"\n{heading}\n  export {NAME}=$(cat good.txt)\n\nFailed\n")
    assert text.count("export ") == 1
    assert heading not in shown(record(variables=lines))


def test_untested_clauses_are_grouped_by_reason() -> None:
    """With the line to paste. Declared, deselected and withheld ones are counted, silent ones named."""
    text = shown(
        record(
            untested={
                "status.404.no-repository": 'the description has no "missing_repository_id"',
                "error.404.code": 'the description has no "missing_repository_id"',
                "error.message": "silent",
            },
            withheld={CLAUSE: {"token.valid.length-1": "none", "token.valid.length-100000": "none"}},
            asked=GatePolicy(not_testable={"status.403.no-permission": "no second account"}),
        )
    )
    assert text.startswith("""
Not tested
  the description has no "missing_repository_id": 2 clauses
    status.404.no-repository, error.404.code
  declared not testable: no second account: 1 clause
  left open by the document, with nothing to record: 1 clause
    error.message
  2 probes withheld: see report.json
    token.valid.length-1, token.valid.length-100000
  If that is intended, paste into the target description:
    [targets.staging.not_testable]
    "status.404.no-repository" = "the description has no \\"missing_repository_id\\""
    "error.404.code" = "the description has no \\"missing_repository_id\\""
""")


def test_probes_of_another_mutation_are_counted_once() -> None:
    """Below the count of withheld probes, and only where the run knows that they would harm nobody."""
    withheld = {CLAUSE: {"id.over.two": "mutation = fixture: …", "url.ipv4": "off loopback …"}}
    hint = "  1 of them to protect resources of others: on loopback `--mutation any` sends them\n"
    freed = shown(record(withheld=withheld, only_mutation=["id.over.two", "id.minus-one"]))
    assert freed.count(f"  2 probes withheld: see report.json\n{hint}") == freed.count("--mutation any") == 1
    every = shown(record(withheld=withheld, only_mutation=["id.over.two", "url.ipv4"]))
    assert "  2 probes withheld to protect resources of others: see report.json\n  on loopback `--mut" in every
    assert "--mutation any" not in shown(record(withheld=withheld))
    assert "\n    id.over.two, url.ipv4\n" in every, "a verdict says what was not tested"


def test_a_target_that_is_much_slower_at_the_end_gets_a_note() -> None:
    """No clause fails. The note needs ten times and 200 ms more."""
    words = "\nSlower at the end\n  the same request took 12 ms at the start and 1,240 ms at the end\n"
    assert words in shown(record(pace={"first_ms": 12.3, "last_ms": 1240.0}))
    others = ({"first_ms": 1, "last_ms": 199}, {"first_ms": 90, "last_ms": 850}, {"last_ms": 100}, {"first_ms": 1}, {})
    assert [pace for pace in others if "Slower" in shown(record(pace=pace))] == []


def test_the_groups_of_untested_clauses_add_up() -> None:
    """Together they have as many clauses as the count below the verdict, silent ones included."""
    of = record(
        untested={CLAUSE: "one", "leak.token": "two", "error.message": "silent"},
        asked=GatePolicy(deselected={"path.repository_id.type", "status.neither"}),
    )
    text = shown(of)
    groups = re.findall(r"^  .*: (\d+) clauses?$", text, re.MULTILINE)
    assert sum(map(int, groups)) == of.summary.count(Outcome.NOT_TESTED) == 5
    assert "5 not tested" in text


def test_tests_are_counted_beside_clauses() -> None:
    """The counts are those of pytest, whatever reports are chosen; traffic that is judged again has none."""
    assert "7 tests: 4 passed, 0 failed, 3 skipped\n" in shown(record(tests={"passed": 4, "skipped": 3}))
    assert " tests: " not in shown(record())


def test_the_line_to_paste_is_toml() -> None:
    """It is with any reason."""
    reason = 'the description has no "quoted" reason \\ with é'
    lines = shown(record(untested={CLAUSE: reason})).splitlines()
    start = next(number for number, line in enumerate(lines) if "not_testable]" in line)
    pasted = tomllib.loads("\n".join(line.strip() for line in lines[start : start + 2]))
    assert pasted["targets"]["staging"]["not_testable"] == {CLAUSE: reason}


@pytest.mark.parametrize(
    ("name", "table", "base_url"),
    [
        pytest.param("staging.eu", "staging.eu", None, id="a name with a dot"),
        pytest.param("127.0.0.1:8080", "127.0.0.1-8080", BASE_URL, id="a URL without a description"),
        pytest.param("[::1]:8080/base", "1-8080-base", BASE_URL, id="an IPv6 address with a path"),
    ],
)
def test_the_table_to_paste_is_one_table_of_a_name_that_a_target_may_have(
    name: str, table: str, base_url: str | None
) -> None:
    """Dots do not nest it; a target without a description gets one, by its URL."""
    reason = "the description has no account"
    lines = shown(record(untested={CLAUSE: reason}, target_name=name)).splitlines()
    start = next(number for number, line in enumerate(lines) if "paste into" in line)
    end = next(number for number, line in enumerate(lines) if line.endswith(f'= "{reason}"'))
    pasted = tomllib.loads("\n".join(line.strip() for line in lines[start + 1 : end + 1]))
    described = pasted["targets"][table]
    assert described["not_testable"] == {CLAUSE: reason}
    assert described.get("base_url") == base_url


def test_a_run_that_broke_off_offers_nothing_to_paste() -> None:
    """Its untested clauses are no property of the target."""
    text = shown(record(untested={CLAUSE: "it was not sent"}, complete=False))
    assert "it was not sent: 1 clause" in text
    assert "not_testable" not in text


def test_silent_clauses_are_named_after_every_end() -> None:
    """They are few; other untested clauses of an incomplete run are only counted."""
    text = shown(record(untested={CLAUSE: "it was not sent", "error.message": "silent"}, complete=False))
    assert "  left open by the document, with nothing to record: 1 clause\n    error.message\n" in text
    assert "it was not sent: 1 clause\n" in text
    assert f"    {CLAUSE}\n" not in text


def test_flaky_answers_are_listed() -> None:
    """Each with its description."""
    assert "Flaky: answered differently when sent again\n  a: unanswered 1 time" in shown(
        record(flaky=["a: unanswered 1 time"])
    )


@pytest.mark.parametrize(
    ("of", "line"),
    [
        (record(), " CONFORMANT staging: every promise tested was kept"),
        (record([failed("leak.token")]), " CONFORMANT staging: no failure that gates, 1 deviation"),
        (
            record(untested={CLAUSE: "no"}, asked=GatePolicy(not_testable={CLAUSE: "no account"})),
            " PARTIAL staging: every promise tested was kept; not everything was tested",
        ),
        (record(untested={CLAUSE: "no"}), f" INCOMPLETE staging: 1 must clause could not be tested: {CLAUSE}"),
        (record(complete=False), " INCOMPLETE staging: the run ended early, after 412 requests"),
        (record(complete=False, interrupted=True), " INCOMPLETE staging: the run was interrupted, after 412 requests"),
        (
            record([failed(CLAUSE)], complete=False, interrupted=True),
            " NON-CONFORMANT staging: 1 clause failed; the run was interrupted, after 412 requests",
        ),
        (record([failed(CLAUSE)]), " NON-CONFORMANT staging: 1 clause failed"),
        (
            record([failed(CLAUSE)], complete=False),
            " NON-CONFORMANT staging: 1 clause failed; the run ended early, after 412 requests",
        ),
        (
            record(complete=False, no_verdict="the target cannot be reached"),
            " NO VERDICT staging: the target cannot be reached",
        ),
    ],
)
def test_the_verdict_is_one_clear_line(of: RunRecord, line: str) -> None:
    """For every end of a run."""
    assert f"\n{line}\n" in shown(of)
    assert verdict_of(of)


def test_a_verdict_of_the_smoke_profile_names_its_share() -> None:
    """It tests every must clause, each by a few of its probes. A larger profile needs no such note."""
    words = " ".join(shown(record(probes=47, standard_probes=399)).split())
    reach = "(47 of the 399 probes of the standard profile, and no generated request)"
    assert f"CONFORMANT staging: every promise tested was kept {reach}" in words
    partial = record(
        untested={CLAUSE: "no"}, asked=GatePolicy(not_testable={CLAUSE: "-"}), probes=47, standard_probes=399
    )
    assert f"not everything was tested {reach}" in " ".join(shown(partial).split())
    assert "probes of the standard" not in shown(record(probes=531, standard_probes=399))


def test_long_lines_to_copy_are_never_wrapped() -> None:
    """Curl lines, commands and paths stay whole on a narrow terminal; prose is wrapped."""
    lines = shown(record([failed(CLAUSE)]), width=50, report="reports/" + "x" * 80).splitlines()
    assert f"      {CURL}" in lines
    assert "      reproduce  conformance run staging --seed 1 --probe id.maximum.unknown-token" in lines
    assert f"report  reports/{'x' * 80}" in lines
    prose = [line for line in lines if not any(mark in line for mark in ("curl", "reproduce", "reports/"))]
    assert max(map(len, prose)) <= 50


def test_a_long_word_of_an_answer_stays_in_its_column() -> None:
    """A url that is wider than the column goes on below."""
    reply = answer(500, b'{"url": "https://%s.example.test"}' % (b"x" * 60))
    made = evidence(exchange(response=reply))
    lines = shown(record([failed(CLAUSE)], evidence={17: made}), width=60).splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("      answer "))
    assert [line[:17].strip() for line in lines[place + 1 : place + 3]] == ["", ""]
    assert max(map(len, lines[place : place + 3])) <= 60


@pytest.mark.parametrize("terminal", [True, False])
def test_a_run_that_found_nobody_is_one_line_where_no_terminal_is(*, terminal: bool) -> None:
    """On one it is broken between words."""
    why = "the target cannot be reached: ConnectError: [Errno 111] Connection refused"
    out = io.StringIO()
    found = record(complete=False, no_verdict=why, untested={clause.id: "" for clause in CATALOGUE.clauses})
    Terminal(Console(file=out, width=60, force_terminal=terminal, color_system=None)).finish(found, {})
    lines = out.getvalue().splitlines()
    assert " ".join(line.strip() for line in lines) == f"NO VERDICT staging: {why}"
    assert max(map(len, lines)) <= 60 if terminal else len(lines) == 1


def test_an_ascii_terminal_gets_question_marks() -> None:
    """They replace the characters that it lacks."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    terminal = Terminal(Console(file=out, width=100))
    terminal.finish(record([failed(CLAUSE, message="answered “500” é 漢")]), {})
    out.flush()
    assert b"answered ?500? ? ?" in raw.getvalue()


def test_a_pipe_gets_plain_text_and_no_bar() -> None:
    """No escape sequences, and nothing during the run."""
    out = io.StringIO()
    terminal = Terminal(Console(file=out, width=100))
    terminal.watch(lambda: ("Sending", 1, 2))
    terminal.stop()
    assert out.getvalue() == ""
    terminal.finish(record([failed(CLAUSE)]), {})
    assert "\x1b" not in out.getvalue()


def watched(monkeypatch: pytest.MonkeyPatch, *outlooks: tuple[str, int, int | None]) -> str:
    """The output of a bar, drawn once a second with each outlook in turn."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system="truecolor", legacy_windows=False)
    clock = iter(range(1000))
    console.get_time = lambda: float(next(clock))  # type: ignore[method-assign]
    left = list(outlooks)
    terminal = Terminal(console)
    terminal.watch(lambda: left.pop(0) if len(left) > 1 else left[0])
    progress = terminal._progress
    assert progress is not None
    progress.auto_refresh = False
    while len(left) > 1:
        progress.refresh()
    terminal.stop()
    return out.getvalue()


def test_the_bar_counts_requests_and_moves_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks each time that it is drawn, and shows the time left as soon as that is known."""
    drawn = watched(monkeypatch, *[("Sending", 10 * count, 400) for count in range(1, 40)])
    assert "Sending" in drawn
    assert all(f"{10 * count}/400 requests" in drawn for count in range(2, 40))
    assert re.search(r"\d+ s left|\d+ min \d+ s left", drawn)


def test_the_bar_never_passes_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of requests of shrinking is unknown; the bar then counts those sent, without a time."""
    drawn = watched(monkeypatch, ("Sending", 400, 400), ("Simplifying", 410, None), ("Simplifying", 420, None))
    assert "420 requests" in drawn
    assert "420/" not in drawn
    assert "left" not in drawn.rpartition("Simplifying")[2]


def test_the_bar_is_not_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red means failure, and the bar does not know of failures."""
    drawn = watched(monkeypatch, ("Sending", 1, 3), ("Sending", 2, 3), ("Simplifying", 3, None), ("Reporting", 3, 3))
    foreground = {tuple(map(int, found)) for found in re.findall(r"38;2;(\d+);(\d+);(\d+)", drawn)}
    assert not {colour for colour in foreground if colour[0] > 2 * max(colour[1:])}
    assert not re.search(r"\x1b\[(?:\d;)*31m", drawn)
    assert "\x1b[36m" in drawn


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict stands out."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = io.StringIO()
    terminal = Terminal(
        Console(file=out, width=100, force_terminal=True, color_system="standard", legacy_windows=False)
    )
    terminal.finish(record([failed(CLAUSE)]), {})
    assert "\x1b[1;7;31m NON-CONFORMANT \x1b[0m" in out.getvalue()


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://no-color.org: no colours, on a terminal either."""
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    Terminal(Console(file=out, width=100, force_terminal=True, color_system="standard")).finish(record(), {})
    assert "\x1b[1;7m CONFORMANT \x1b[0m" in out.getvalue()
    assert "\x1b[32m" not in out.getvalue()


def test_changed_resources_are_listed() -> None:
    """Before the verdict, a line for each repository; nothing without a read-back."""
    left = ResourceChange("repository_id", 5, ResourceState(403), ResourceState(200, {}, "https://example.com/a\n.git"))
    text = shown(record(left_behind=(left,)))
    assert "Left behind on the target" in text
    assert "  repository_id 5: shows https://example.com/a\\n.git; before the run: answered 403" in text
    assert "Left behind" not in shown(record())
