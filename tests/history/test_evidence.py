"""The evidence of one broken promise: what it says, of which runs, and that no value of a target escapes its place."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.exceptions import UsageError
from conformance.history.evidence import evidence_of, html_page, markdown_page
from conformance.history.runs import Entry
from conformance.history.snapshot import of_run
from conformance.history.store import History
from conformance.mock import Fixtures
from conformance.spec import load_contract
from tests.chromium import Chromium, axe
from tests.history.entries import url
from tests.history.nights import played
from tests.report.page.pages import HOSTILE as STEERING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.history.evidence import Evidence
    from conformance.history.runs import Run

CONTRACT = load_contract()
SIZES = pytest.mark.parametrize("size", [(1280, 900), (390, 800)], ids=["desktop", "phone"])
CLAUSE, FAULT = "status.401.missing-token", "missing-token-is-bad-request"
HOSTILE = "<script>alert(1)</script>\n```\n# a heading\n</pre><b>"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Two good nights, then two on which a request without a token is answered 400."""
    directory = tmp_path_factory.mktemp("evidence")
    made = History(url(directory))
    for seed, name in enumerate(("", "", FAULT, FAULT)):
        made.add(played(name, directory, seed=seed))
    yield made
    made.close()


@pytest.fixture(scope="module")
def newest(history: History) -> Run:
    """The last night."""
    return history.runs()[0]


@pytest.fixture(scope="module")
def made(history: History, newest: Run) -> Evidence:
    """The evidence of the last night."""
    return evidence_of(CLAUSE, of_run(history, newest), CONTRACT, history, newest)


def test_the_exchanges_are_the_last_that_passed_the_first_that_failed_and_this_one(
    made: Evidence, history: History
) -> None:
    """Each of the same probe, with its run; the times are those of the history."""
    this, first, last, _ = history.runs()
    assert (made.last_passed and made.last_passed.run, made.first_failed and made.first_failed.run) == (
        last.id,
        first.id,
    )
    assert [one.run for one in made.exchanges] == [last.id, first.id, this.id]
    starts = [one.answer.splitlines()[0] for one in made.exchanges]
    assert starts == ["HTTP/1.1 401 Unauthorized", "HTTP/1.1 400 Bad Request", "HTTP/1.1 400 Bad Request"]
    assert len({one.request for one in made.exchanges}) == 1


def test_an_exchange_has_its_time_to_the_millisecond(made: Evidence, history: History) -> None:
    """As the traffic has it: a minute of a gateway's log has too many lines."""
    shown = made.exchanges[-1]
    entry = of_run(history, history.begun(shown.run)[0]).exchanges.entry(made.failure["probe"], shown.number)
    assert entry
    assert f"{shown.at.removesuffix(' UTC').replace(' ', 'T')}+00:00" == entry["startedDateTime"]


def test_an_exchange_that_stands_for_two_runs_is_shown_once(history: History, newest: Run, tmp_path: Path) -> None:
    """The traffic of a night between two that are like it is not kept: the first one's says the same."""
    added = History(url(tmp_path))
    report, verdicts = history.document(newest.report), history.document(newest.verdicts)
    for day in ("01", "02", "03"):
        run = {**report["run"], "id": f"night-{day}", "started_at": f"2030-01-{day}T02:00:00+00:00"}
        added.add(Entry({**report, "run": run}, verdicts, history.traffic(newest)))
    between = added.runs()[1]
    assert between.traffic is None
    made = evidence_of(CLAUSE, of_run(added, between), CONTRACT, added, between)
    pages = markdown_page(made), html_page(made)
    added.close()
    assert [(one.run, one.also) for one in made.exchanges] == [("night-01", "night-02")]
    assert all("was answered alike; its own traffic was not kept" in page for page in pages)


def test_failures_before_the_last_pass_are_told(tmp_path: Path, made: Evidence) -> None:
    """A fault that came back has a longer past than this bracket."""
    assert made.earlier is None
    history = History(url(tmp_path))
    for seed, name in enumerate((FAULT, "", FAULT)):
        history.add(played(name, tmp_path, seed=seed))
    newest, _, first = history.runs()
    again = evidence_of(CLAUSE, of_run(history, newest), CONTRACT, history, newest)
    history.close()
    assert again.earlier
    assert (*again.earlier[:2], again.earlier[2].run) == (1, 2, first.id)
    for page in (markdown_page, html_page):
        assert "in 1 of 2 earlier runs, first on " in page(again)


def test_a_probe_stands_for_the_clause_that_it_failed(made: Evidence, history: History, newest: Run) -> None:
    """The page is the same."""
    probe = made.failure["probe"]
    assert evidence_of(probe, of_run(history, newest), CONTRACT, history, newest) == made


def test_the_sentence_has_its_line(made: Evidence) -> None:
    """It begins on that line of the document."""
    assert made.line is not None
    assert CONTRACT.document.splitlines()[made.line - 1] == made.clause.quote.splitlines()[0]


@pytest.mark.parametrize("page", [markdown_page, html_page])
def test_a_page_says_all_that_a_stranger_needs(made: Evidence, page: object) -> None:
    """Sentence, edition, level, basis, both times, both answers, what was accepted, and the line that repeats it."""
    line = "curl -sS -i https://mirror.example.com"
    text = page(replace(made, failure={**made.failure, "curl": line}))  # type: ignore[operator]
    for part in (
        made.clause.title, made.basis, CONTRACT.catalogue.revision, "must", CLAUSE, made.failure["probe"],
        "400 Bad Request", "401 Unauthorized", line, *(one.run for one in made.exchanges),
    ):  # fmt: skip
        assert part in text


def test_no_secret_is_on_a_page(made: Evidence) -> None:
    """The tokens of the mock stand on neither."""
    text = markdown_page(made) + html_page(made)
    tokens = re.findall(r"\w{100,}", repr(asdict(Fixtures.default())))
    assert tokens
    assert not [token for token in tokens if token in text]


def test_without_a_history_nothing_is_said_of_other_runs(history: History, newest: Run) -> None:
    """Only the exchange of the run is shown."""
    alone = evidence_of(CLAUSE, of_run(history, newest), CONTRACT)
    assert (alone.first_failed, alone.last_passed, len(alone.exchanges)) == (None, None, 1)
    assert "nothing is known of the time before this run" in markdown_page(alone)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("status.403.no-permission", r"its verdict in \S+ is pass: name another run or clause"),
        ("state.first", r"it failed no clause in \S+: failed are status\.401\.missing-token"),
        ("no.such-thing", r"\S+ has no such clause or probe: failed are status\.401\.missing-token"),
    ],
)
def test_a_clause_that_did_not_fail_is_refused_in_one_line(
    history: History, newest: Run, words: str, problem: str
) -> None:
    """The line says what failed."""
    with pytest.raises(UsageError, match=problem):
        evidence_of(words, of_run(history, newest), CONTRACT, history, newest)


def test_values_of_the_target_cannot_leave_their_place(made: Evidence) -> None:
    """Markup is shown as text, and a code block ends where it should."""
    shown = tuple(replace(one, answer=HOSTILE, request=STEERING, ids=(HOSTILE,)) for one in made.exchanges)
    failure = {**made.failure, "message": HOSTILE, "got": HOSTILE}
    hostile = replace(made, exchanges=shown, failure=failure)
    html, markdown = html_page(hostile), markdown_page(hostile)
    assert "<script" not in html
    assert "<b>" not in html
    assert "default-src 'none'" in html
    for text in (html, markdown):
        assert "\\u202eevil" in text
        assert not set(text) & set("\u202e\x1b\ud800")
    blocks = re.findall(r"^(`{3,})text\n(.*?)\n\1$", markdown, re.DOTALL | re.MULTILINE)
    assert [text for _, text in blocks if text == HOSTILE] == [HOSTILE] * len(shown)
    outside = re.sub(r"^(`{3,})text\n.*?\n\1$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    assert "\n# a heading" not in outside


@pytest.mark.nightly
@pytest.mark.parametrize("dark", [False, True])
@SIZES
def test_the_page_of_a_hostile_target_is_quiet(
    made: Evidence, tmp_path: Path, size: tuple[int, int], *, dark: bool
) -> None:
    """In Chromium no script runs, nothing hides or turns what is read, and nothing is wider than the screen."""
    worst = f"{STEERING} {'long' * 2**18}"
    shown = tuple(replace(one, request=worst, answer=worst, ids=(worst,)) for one in made.exchanges)
    failure = {**made.failure, "message": worst, "got": worst}
    page = tmp_path / "evidence.html"
    page.write_text(html_page(replace(made, exchanges=shown, failure=failure)), encoding="utf-8")
    assert page.stat().st_size < 500_000
    with Chromium(*size, dark=dark) as browser:
        browser.open(page)
        assert browser.run("document.title").endswith("Without a token the answer is 401")
        assert browser.run("document.documentElement.scrollWidth") == size[0]
        text = browser.run("document.body.innerText")
        assert "\\u202eevil" in text
        assert not set(text) & set("\u202e\u2066\x1b")
        assert browser.said == []
        assert axe(browser) == []


def test_the_command_writes_both_pages(
    history: History, newest: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the history, and from a report.json with its traffic beside it, whatever the file is called."""
    monkeypatch.chdir(tmp_path)
    place = str(history.place)
    done = CliRunner().invoke(cli, ["evidence", CLAUSE, newest.id, "--history", place], standalone_mode=False)
    assert done.exception is None, done.exception
    assert done.output.split() == [f"evidence-{CLAUSE}.md", f"evidence-{CLAUSE}.html"]
    (tmp_path / "report.json").write_text(json.dumps(history.document(newest.report)))
    (tmp_path / "traffic.har").write_bytes(history.traffic(newest) or b"")
    words = ["evidence", CLAUSE, "report.json", "--output", "alone"]
    done = CliRunner().invoke(cli, words, standalone_mode=False)
    assert done.exception is None, done.exception
    assert "400 Bad Request" in (tmp_path / "alone" / f"evidence-{CLAUSE}.md").read_text()
    (tmp_path / "report.json").rename(tmp_path / "night")
    done = CliRunner().invoke(cli, ["evidence", CLAUSE, "night", "--output", "other"], standalone_mode=False)
    assert done.exception is None, done.exception
    assert "400 Bad Request" in (tmp_path / "other" / f"evidence-{CLAUSE}.md").read_text()
