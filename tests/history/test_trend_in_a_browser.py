"""The trend page as people get it, in a true browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.history.trend import LARGEST, trend_data, write_page
from tests.browser import Listener, browse
from tests.chromium import Chromium
from tests.history.entries import FIRST_NIGHT
from tests.history.trend_nights import BROKEN, HOSTILE, accepted, history_of, hundred_clauses, night, story

if TYPE_CHECKING:
    from conformance.history.store import History

pytestmark = pytest.mark.nightly

ROOT = Path(__file__).parents[2]
DARK, LIGHT = "--blink-settings=preferredColorScheme=0", "--blink-settings=preferredColorScheme=1"
COMMON = """
const staging = [...document.querySelectorAll('.target')].at(-1), cursor = staging.querySelector('.cursor');
const event = key => new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
const press = key => document.activeElement.dispatchEvent(event(key));
const bandOf = row => [...staging.querySelectorAll('canvas')].filter(one => Number(one.dataset.top) <= row.y).at(-1);
"""


def written(history: History, page: Path) -> Path:
    """The page of a history, which is closed."""
    write_page(trend_data(history, [], 400, datetime(2026, 2, 1, tzinfo=UTC)), page)
    history.close()
    return page


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The page of the story."""
    return written(story(tmp_path), tmp_path / "trend.html")


def result(page: Path, script: str, *options: str) -> Any:  # noqa: ANN401 - JSON
    """The value that a script returns, run when the page is drawn."""
    said = f"document.title = JSON.stringify((() => {{{COMMON}{script}}})())"
    dom = browse(page, *options, script=said, after=100, allowed=True)
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title, dom[:500]
    return json.loads(title[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def test_targets_stand_side_by_side(page: Path) -> None:
    """Each with its heat map, the same rows, and what is said of its newest night."""
    found = result(page, """
        return [...document.querySelectorAll('.target')].map(one => [one.querySelector('h2').textContent,
          one.querySelectorAll('.clause').length, one.querySelector('p').textContent]);""")  # fmt: skip
    assert [name for name, _, _ in found] == ["production", "staging"]
    assert found[0][1] == found[1][1] > 50
    assert "8 nights" in found[1][2]
    assert "0 failed" in found[1][2]


def test_failures_are_on_the_first_screen(tmp_path: Path) -> None:
    """With the night since which it does; the axis has days."""
    nights = [night(number, *([BROKEN] if number > 9 else [])) for number in range(12)]
    page = written(history_of(tmp_path, nights), tmp_path / "trend.html")
    found = result(page, "return ['#now', '.dates'].map(one => document.querySelector(one).textContent)")
    assert found[0] == f"staging fails: {BROKEN} since 2026-01-11"
    assert found[1].startswith("2026-01-0105")


def test_several_visits_of_a_day_are_told_apart(tmp_path: Path) -> None:
    """By their hours; the axis names the day once."""
    hours = [FIRST_NIGHT + timedelta(hours=8 * number) for number in range(9)]
    visits = [night(number, *([BROKEN] if number > 1 else []), started_at=at) for number, at in enumerate(hours)]
    page = written(history_of(tmp_path, visits), tmp_path / "trend.html")
    found = result(page, f"""
        const row = grids[0].rows.findIndex(row => CLAUSES[row.clause].id === '{BROKEN}');
        grids[0].go(row, 8);
        openCell(grids[0]);
        const said = one => document.querySelector(one).textContent;
        return ['.dates', 'dialog strong', '#days li'].map(said);""")  # fmt: skip
    assert found[0] == "2026-01-010203"
    assert found[1] == "failed since 2026-01-01 18:00: 7 in a row, passed before"
    assert found[2].startswith("18:00: ▲ newly failing: ")


def test_accepted_failures_are_told_apart(tmp_path: Path) -> None:
    """In a line of its own, in another sign, and in the dialog; it fails all the same since it does."""
    nights = [night(0), night(1, BROKEN), *(accepted(night(number, BROKEN), BROKEN) for number in (2, 3))]
    page = written(history_of(tmp_path, nights), tmp_path / "trend.html")
    found = result(page, """
        const row = grids[0].rows.findIndex(row => CLAUSES[row.clause].id === 'path.repository_id.maximum');
        grids[0].go(row, 3);
        openCell(grids[0]);
        return ['#now', 'dialog strong'].map(one => document.querySelector(one).textContent);""")  # fmt: skip
    assert found[0] == f"staging fails as accepted: {BROKEN} since 2026-01-02"
    assert found[1] == "failed, as accepted since 2026-01-02: 3 in a row, passed before"


def test_one_target_needs_no_choice(tmp_path: Path) -> None:
    """There is nothing to choose from."""
    history = history_of(tmp_path, [hundred_clauses(night, "one") for night in range(2)])
    page = written(history, tmp_path / "trend.html")
    assert result(page, "return getComputedStyle(document.getElementById('tabs')).display") == "none"


def test_the_feed_tells_the_days(page: Path) -> None:
    """The newest first; a regression is marked by more than its colour."""
    days = result(page, "return [...document.querySelectorAll('#days article')].map(one => one.innerText)")
    assert [day[:10] for day in days] == ["2026-01-09", "2026-01-07", "2026-01-04"]
    assert "the target is gone" in days[0]
    assert "newly passing" in days[1]
    assert "▲ newly failing" in days[2]
    assert "status 201 → 500" in days[2]


def test_the_keyboard_is_enough(page: Path) -> None:
    """Arrows move the cursor and stop at the edges, Enter opens, Escape closes and gives the focus back."""
    found = result(page, f"""
        const clause = CLAUSES.find(one => one.id === '{BROKEN}').index, delta = [];
        cursor.focus(); press('Home'); press('ArrowLeft');
        for (let step = 0; step < 3; step++) press('ArrowRight');
        while (!cursor.getAttribute('aria-label').includes('{BROKEN} ')) press('ArrowDown');
        delta.push(cursor.getAttribute('aria-label'), document.getElementById('status').textContent);
        press('Enter');
        const dialog = document.querySelector('dialog');
        const atTitle = document.activeElement.id === 'cell-title' && dialog.scrollTop === 0;
        delta.push(dialog.open && atTitle, dialog.innerText);
        press('ArrowLeft');
        delta.push(dialog.querySelector('h2').textContent);
        press('Escape');
        delta.push(dialog.open, document.activeElement === cursor, getComputedStyle(cursor).outlineStyle);
        return delta;""")  # fmt: skip
    label, status, opened, text, before, still, focused, outline = found
    assert label == status
    assert label.startswith(f"staging, 2026-01-04: {BROKEN} failed, changed")
    assert opened
    assert "failed since 2026-01-04" in text
    assert f"said {HOSTILE}" in text
    assert "201\nContent-Type: application/json" in text
    assert "500\nContent-Type: application/json" in text
    assert "conformance compare staging-002 staging-003" in text
    assert before == f"{BROKEN}: passed"
    assert (still, focused, outline) == (False, True, "solid")


def test_a_click_on_a_cell_opens_it(page: Path) -> None:
    """The cell under the pointer is the one that is meant."""
    found = result(page, """
        const grid = grids[1], row = grid.rows[4], band = bandOf(row), box = band.getBoundingClientRect();
        band.dispatchEvent(new MouseEvent('click', {bubbles: true, clientX: box.left + 2.5 * grid.width,
          clientY: box.top + row.y - band.dataset.top + 5}));
        return [document.querySelector('dialog').open, grid.night, grid.row];""")  # fmt: skip
    assert found == [True, 2, 4]


def test_filters_leave_what_is_asked_for(page: Path) -> None:
    """By section, by verdict, by words and by target."""
    found = result(page, """
        const set = (id, value) => {
          document.getElementById(id).value = value;
          document.getElementById(id).dispatchEvent(new Event('input', {bubbles: true})); };
        const rows = () => [...staging.querySelectorAll('.clause')].map(one => one.textContent), delta = [];
        set('verdict', 'failed'); delta.push(rows()); set('verdict', 'fails'); delta.push(rows()); set('verdict', '');
        set('section', 'Table 6'); delta.push(rows()); set('section', '');
        set('words', 'repository_id.max'); delta.push(rows()); set('words', '');
        document.querySelector('#tabs input[value=production]').click();
        delta.push([...document.querySelectorAll('.target')].map(one => one.hidden));
        return delta;""")  # fmt: skip
    assert found == [[BROKEN], [], ["error.404.envelope"], [BROKEN], [False, True]]


@pytest.mark.parametrize(("scheme", "ground"), [(DARK, "rgb(13, 17, 23)"), (LIGHT, "rgb(255, 255, 255)")])
def test_both_colour_schemes(page: Path, scheme: str, ground: str) -> None:
    """Verdicts differ by lightness and pattern too: the pixels of a failed cell are of two colours. Paper is light."""
    found = result(page, f"""
        const grid = grids[1], clause = CLAUSES.find(one => one.id === '{BROKEN}').index;
        const row = grid.rows.find(one => one.clause === clause);
        const context = bandOf(row).getContext('2d'), top = row.y - bandOf(row).dataset.top + 3;
        const cell = night => {{
          const {{data}} = context.getImageData(night * grid.width + 3, top, grid.width - 6, 9), colours = new Set();
          for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 3).join());
          return colours.size; }};
        const delta = [getComputedStyle(document.body).backgroundColor, cell(1), cell(4)];
        dispatchEvent(new Event('beforeprint'));
        delta.push(getComputedStyle(document.body).backgroundColor);
        return delta;""", scheme)  # fmt: skip
    assert found[0] == ground
    assert found[1] == 1
    assert found[2] > 1
    assert found[3] == "rgb(255, 255, 255)"


def test_asks_nobody(page: Path, tmp_path: Path) -> None:
    """Nothing is loaded, what an answer says is no markup, and the policy stops what would go out without it."""
    assert result(page, "return performance.getEntriesByType('resource').length + document.images.length") == 0
    text = page.read_text(encoding="utf-8")
    with Listener() as listener:
        call = f"new Image().src = '{listener.url}'; fetch('{listener.url}')"
        browse(page, script=call, allowed=True)
        assert listener.asked == 0
        open_page = tmp_path / "without.html"
        open_page.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text), encoding="utf-8")
        browse(open_page, script=call)
        assert listener.asked > 0


def test_a_script_of_others_does_not_run(page: Path) -> None:
    """The policy allows the page's own script by its hash, and no other."""
    assert "<title>Conformance, night by night</title>" in browse(page, script="document.title = 'owned'", after=50)


def test_a_year_of_three_targets_is_small_and_opens(tmp_path: Path) -> None:
    """400 nights, each unlike the one before, with more exchanges than there is room for."""
    nights = [hundred_clauses(night, target) for target in ("one", "two", "three") for night in range(400)]
    page = written(history_of(tmp_path, nights), tmp_path / "trend.html")
    assert 0.7 * LARGEST < page.stat().st_size < 3_000_000
    drawn, nights, changes = result(
        page,
        """
        return [document.documentElement.dataset.drawn, grids.map(one => one.target.nights.length),
          DATA.targets.flatMap(one => one.deltas.flatMap(({clauses}) => clauses.map(one => 'exchanges' in one)))];""",
    )
    assert (drawn, nights) == ("true", [400, 400, 400])
    assert True in changes
    assert False in changes


def test_the_picture_of_the_documentation_is_of_today(tmp_path: Path) -> None:
    """But for the day on which it was made; the benchmark that makes it opens the page too."""
    picture = tmp_path / "trend.png"
    made = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "trend.py", picture], capture_output=True, text=True, check=True
    )
    assert re.search(r"^opened in \d+ ms", made.stdout, re.MULTILINE), made.stdout
    with Chromium(200, 200) as browser:
        assert browser.differing(ROOT / "docs" / "trend.png", picture) < 0.01, made.stdout
