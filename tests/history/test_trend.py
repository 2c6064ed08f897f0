"""The trend page as a file."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from conformance.exceptions import UsageError
from conformance.history.stability import flaky_at, flaky_text
from conformance.history.store import History
from conformance.history.trend import Details, _Page, page_json, page_text, trend_data, with_exchanges, write_page
from conformance.report.allure_program import find_node
from tests.history.entries import CLAUSE, FIRST_NIGHT, in_a_file, url
from tests.history.test_nights import play
from tests.history.trend_nights import BROKEN, HOSTILE, PROBE, accepted, history_of, night, story
from tests.report.builders import BASE_URL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["in_a_file"]

MARKUP = {"text": "</script><!-- <script> \ud800 /*script*/"}
OTHER = "path.repository_id.minimum"

MADE = datetime(2026, 2, 1, tzinfo=UTC)


def test_data_cannot_end_their_element() -> None:
    """Nor bring another script in; characters that are none in UTF-8 are escaped."""
    quiet, hostile = page_text({"text": ""}), page_text(MARKUP)
    for part in ("</script>", "<script", "<!--"):
        assert hostile.count(part) == quiet.count(part)
    assert hostile.encode().decode() == hostile
    assert "\\u003c/script>" in hostile


def test_nothing_is_fetched() -> None:
    """Everything is in the file, and its policy allows nothing else."""
    text = page_text({})
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert not re.findall(r"https?://|\b(?:src|href)=|@import|url\(", text)


def test_the_script_is_one(tmp_path: Path) -> None:
    """Its files stand in one element: no name is declared in two of them, and Node can read the whole."""
    script = max(re.findall(r"<script>(.*?)</script>", page_text({}), re.DOTALL), key=len)
    (tmp_path / "page.js").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [find_node().executable, "--check", tmp_path / "page.js"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """A place that cannot be written is one line."""
    write_page({}, tmp_path / "trend.html")
    assert [path.name for path in tmp_path.iterdir()] == ["trend.html"]
    with pytest.raises(UsageError, match=r"--output: .*name another file") as caught:
        write_page({}, tmp_path / "no" / "trend.html")
    assert "\n" not in str(caught.value)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """The nights of the story."""
    made = story(tmp_path)
    yield made
    made.close()


def data_of(history: History, *targets: str, nights: int = 400) -> dict[str, Any]:
    """The data, as the page reads them."""
    found: dict[str, Any] = json.loads(json.dumps(trend_data(history, targets, nights, MADE)))
    return found


def row_of(data: dict[str, Any], clause: str) -> int:
    """The place of a clause."""
    return [row[0] for row in data["clauses"]].index(clause)


def test_every_clause_has_a_letter_a_night(history: History) -> None:
    """Targets in alphabetical order, each with the same clauses, and nights of its own."""
    data = data_of(history)
    production, staging = data["targets"]
    assert [target["name"] for target in data["targets"]] == ["production", "staging"]
    assert staging["verdicts"][row_of(data, BROKEN)] == "pppfffpp"
    assert production["verdicts"][row_of(data, BROKEN)] == "pp"
    assert {len(letters) for letters in staging["verdicts"]} == {8}
    assert [name for name, _, _ in staging["nights"]][3] == "staging-003"


def test_failures_that_the_baseline_accepts_are_told_apart(tmp_path: Path) -> None:
    """Each night by its own baseline; a clause that fails otherwise too is no accepted one."""
    nights = [
        night(0),
        night(1, BROKEN),
        *(accepted(night(one, BROKEN, OTHER), BROKEN) for one in (2, 3)),
        night(4, BROKEN),
    ]
    data = data_of(history_of(tmp_path, nights))
    (target,) = data["targets"]
    assert target["verdicts"][row_of(data, BROKEN)] == "pfaaf"
    assert target["verdicts"][row_of(data, OTHER)] == "ppffp"


def test_since_when_is_said_by_the_probe_whatever_ran_between(tmp_path: Path) -> None:
    """Runs that did not send it, before and between, count for nothing; a first run leaves it open."""
    quiet = {"untested": {BROKEN: "not sent"}, "behaviour": ()}
    nights = [night(0), night(1, BROKEN, OTHER), night(2, **quiet), night(3, BROKEN)]
    data = data_of(history_of(tmp_path, nights))
    assert data["targets"][0]["since"] == [[row_of(data, BROKEN), "2026-01-02", False]]
    (target,) = data_of(history_of(tmp_path / "again", [night(0, BROKEN)]))["targets"]
    assert [row[1:] for row in target["since"]] == [["2026-01-01", True]]


def test_details_are_kept_where_they_change(history: History) -> None:
    """From the first night of a stretch on; the messages are the report's."""
    data = data_of(history, "staging")
    rows = data["targets"][0]["details"][row_of(data, BROKEN)]
    assert [night for night, _ in rows] == [0, 3, 6]
    found = data["details"][rows[1][1]]
    assert found["failures"] == [[PROBE, f"said {HOSTILE}"]]
    assert data["details"][rows[0][1]] == data["details"][rows[2][1]] == {"probes": [PROBE], "passed": 1}


def test_mornings_tell_what_changed_with_both_exchanges(history: History) -> None:
    """Worse, then fixed; the behaviour is told with them; quiet nights are not."""
    data = data_of(history, "staging")
    worse, fixed = data["targets"][0]["deltas"]
    assert (worse["night"], fixed["night"]) == (3, 6)
    change = worse["clauses"][0]
    assert (change["kind"], change["clause"], change["worse"]) == ("newly failing", row_of(data, BROKEN), True)
    assert [(one["kind"], one["worse"]) for one in fixed["clauses"]] == [("newly passing", False)]
    assert [one["what"] for one in worse["behaviour"]] == ["status 201 → 500"]
    ((probe, before, after),) = change["exchanges"]
    assert probe == PROBE
    assert [data["exchanges"][place]["status"] for place in (before, after)] == [201, 500]


def test_only_exchanges_of_changes_are_kept(history: History) -> None:
    """Of two nights that changed something; what the same traffic shows on either side is there once."""
    data = data_of(history, "staging")
    assert [one["status"] for one in data["exchanges"]] == [500, 201, 201, 500]
    assert data_of(history, "production")["exchanges"] == []


def test_the_newest_nights_are_meant(history: History) -> None:
    """The first of those shown has nothing before it."""
    data = data_of(history, "staging", nights=3)
    assert data["targets"][0]["verdicts"][row_of(data, BROKEN)] == "fpp"
    assert [one["night"] for one in data["targets"][0]["deltas"]] == [1]


def test_a_run_that_broke_off_is_told_and_no_night(history: History) -> None:
    """With the reason."""
    staging = data_of(history, "staging")["targets"][0]
    assert staging["unsettled"] == []
    assert staging["broken_off"] == [["staging-008", "2026-01-09T02:00", "the target is gone"]]
    assert len(staging["nights"]) == 8


def test_another_suite_is_said(tmp_path: Path) -> None:
    """A change that came with it may be its doing, and is no regression."""
    history = history_of(tmp_path, [night(0), night(1, BROKEN, clauses_sha256="e" * 64)])
    (delta,) = data_of(history)["targets"][0]["deltas"]
    history.close()
    assert "suite changed" in delta["notes"][0]
    assert not any(change["worse"] for change in delta["clauses"])


def test_a_flicker_is_flaky(tmp_path: Path) -> None:
    """It is told once that it begins to, with the evidence that a run tells, and never as fixed after that."""
    history = history_of(tmp_path, [night(one, *([BROKEN] if one % 2 else [])) for one in range(20)])
    data = data_of(history)
    (evidence,) = (one for one in flaky_at(history, history.runs()[0]) if one.of == "clause")
    history.close()
    staging = data["targets"][0]
    assert staging["flaky"] == [[row_of(data, BROKEN), flaky_text(evidence)]]
    assert [one["night"] for one in staging["deltas"] if one["flaky"]] == [3]
    fixed = [
        one["night"] for one in staging["deltas"] for change in one["clauses"] if change["kind"] == "newly passing"
    ]
    assert fixed == [2]


def test_exchanges_end_where_there_is_no_room(history: History) -> None:
    """Those of the newest change are kept before those of an older one."""
    target = _Page(history, history.services("staging")[0], 400)
    target.tell(Details(), {})
    whole = with_exchanges(history, target.deltas, 10**6)
    for delta in target.deltas:
        for change, _ in delta.exchanges:
            change.pop("exchanges")
    for_two = len(page_json(whole[:2])) + 120
    assert with_exchanges(history, target.deltas, for_two) == whole[:2] != whole
    assert [any("exchanges" in change for change, _ in delta.exchanges) for delta in target.deltas] == [False, True]
    assert with_exchanges(history, target.deltas, 0) == []


def test_an_unknown_target_is_one_line(history: History) -> None:
    """It names those that are known."""
    with pytest.raises(UsageError, match="no run of prod: known are production, staging"):
        data_of(history, "prod")


def test_an_empty_history_is_one_line(tmp_path: Path) -> None:
    """It says what records a run."""
    empty = History(url(tmp_path))
    with pytest.raises(UsageError, match="no whole run"):
        data_of(empty)
    empty.close()


def test_two_operations_of_one_target_are_two_maps(tmp_path: Path) -> None:
    """A verdict on one of them is no change of the other; each has its own clauses, though ids be the same."""
    nights = [night(number, operation=name, **more) for number, (name, more) in enumerate(
        [("associateRemoteMirror", {}), ("otherOperation", {"status": 500})] * 2)]  # fmt: skip
    data = data_of(history_of(tmp_path, nights))
    names = [target["name"] for target in data["targets"]]
    assert names == [f"staging, {name} at {BASE_URL}" for name in ("associateRemoteMirror", "otherOperation")]
    assert [target["deltas"] for target in data["targets"]] == [[], []]
    ids = [row[0] for row in data["clauses"]]
    assert {ids.count(name) for name in ids} == {2}
    assert [sum(set(letters) != {"."} for letters in target["verdicts"]) for target in data["targets"]] == [
        len(ids) // 2
    ] * 2


def test_a_night_is_compared_with_the_last_that_sent_the_same(tmp_path: Path) -> None:
    """A run of another profile between two nights hides no regression."""
    smoke = {"profile": "smoke", "behaviour": ()}
    nights = [night(0), night(1, **smoke), night(2, BROKEN), night(3, **smoke)]
    (target,) = data_of(history_of(tmp_path, nights))["targets"]
    assert [delta["night"] for delta in target["deltas"]] == [2]
    assert [(one["kind"], one["worse"]) for one in target["deltas"][0]["clauses"]] == [("newly failing", True)]


def test_a_probe_that_failed_and_passed_in_its_night_leaves_it_unsettled(in_a_file: History) -> None:
    """The night before, and one whose failure was confirmed, are settled."""
    play(in_a_file, "p", "fpppp", "fffff")
    data = trend_data(in_a_file, [], 30, FIRST_NIGHT)
    assert data["targets"][0]["unsettled"] == [[row_of(data, CLAUSE), 1]]
