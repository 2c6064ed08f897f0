"""The page of a run as people get it: from the disk, without a network, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.judge.behaviour import Behaviour
from tests.browser import browse
from tests.chromium import Chromium, axe
from tests.report.builders import answer, exchange, failed, record
from tests.report.page.pages import ABOVE, HOSTILE, PLACE, over, text_of, traffic
from tests.report.page.picture import broken_page, take

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.nightly

PICTURE = Path(__file__).parents[3] / "docs" / "page.png"
SIZES = pytest.mark.parametrize("size", [(1280, 900), (390, 800)], ids=["desktop", "phone"])
FAILURE, SENTENCE = f"#f{PLACE}", f"#s{PLACE}"
SEEN = """(selector => {
  const box = [...document.querySelectorAll(selector)].at(-1).getBoundingClientRect();
  return box.top >= 0 && box.top < innerHeight && box.right <= innerWidth;
})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run in which a hostile target broke a clause, and left others untested."""
    reply = answer(201, HOSTILE.encode("utf-8", "replace") * 400, (b"X-Evil", HOSTILE.encode("utf-8", "replace")))
    har = traffic((exchange(number=3, probe="id.alias"), (ABOVE,)), (over(response=reply), (ABOVE,)))
    run = record(
        [failed(ABOVE, "id.over", HOSTILE, accepted=("any status but 2xx",), got=HOSTILE)],
        untested={"error.403.code": HOSTILE},
        target_name="staging",
        flaky=[HOSTILE],
        behaviour=(Behaviour("id.over", 201, HOSTILE, HOSTILE, HOSTILE),),
        reproduce={"id.over": f"conformance run {HOSTILE}"},
    )
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(text_of(run, har), encoding="utf-8")
    return path


@SIZES
def test_the_first_screen_says_it_all(page: Path, size: tuple[int, int]) -> None:
    """Verdict, since when, what failed with its sentence, and what was not tested; nothing is wider than the screen."""
    with Chromium(*size) as browser:
        browser.open(page)
        for selector in ("#word", ".when", ".brief h3", ".brief blockquote", "#what-untested"):
            assert browser.run(f"{SEEN}('{selector}')"), selector
        assert browser.run("document.documentElement.scrollWidth") == size[0]
        assert browser.run("document.documentElement.dataset.drawn") == "true"


def by_mouse(browser: Chromium) -> Callable[[str], None]:
    """Press the mouse on an element."""
    return browser.click


def by_keyboard(browser: Chromium) -> Callable[[str], None]:
    """Go to an element with Tab, and press Enter."""

    def press(selector: str) -> None:
        browser.tab_to(selector)
        browser.press("Enter")

    return press


@SIZES
@pytest.mark.parametrize("way", [by_mouse, by_keyboard])
def test_from_the_verdict_to_the_sentence(
    page: Path, size: tuple[int, int], way: Callable[[Chromium], Callable[[str], None]]
) -> None:
    """By the failure and its exchange; and from the sentence to its exchanges, and back with Escape."""
    with Chromium(*size) as browser:
        browser.open(page)
        press = way(browser)
        press(".brief a")
        assert browser.run("document.activeElement.id") == FAILURE[1:]
        assert browser.run(f"{SEEN}('{FAILURE} h3')")
        press(f"{FAILURE} button.exchange")
        assert browser.run("document.querySelector('#exchange[open] h2').textContent") == "Exchange 17"
        assert "\\u202eevil" in browser.run("document.querySelector('#exchange').innerText")
        press(f"#exchange a[href='{SENTENCE}']")
        assert browser.run("document.querySelector('dialog[open]')") is None
        assert browser.run("document.activeElement.textContent") == "Value range:"
        assert browser.run(f"{SEEN}('a.mark.lit')")
        press("a.mark.lit") if way is by_mouse else browser.press("Enter")
        assert "An id above 2147483647 does not succeed" in browser.run(
            "document.querySelector('#sentence[open]').innerText"
        )
        press("#sentence button.exchange")
        assert browser.run("document.querySelector('#exchange').open")
        browser.press("Escape")
        browser.press("Escape")
        assert browser.run("document.querySelector('dialog[open]')") is None
        assert browser.run("document.title") == "staging: non-conformant"
        assert browser.said == []


def test_a_clause_unfolds_with_its_probes_and_the_list_is_filtered(page: Path) -> None:
    """The clause that the address names is shown, whatever the filters hid."""
    with Chromium(1280, 900) as browser:
        browser.open(page)
        browser.run("by('only').value = 'not-tested'; filter()")
        assert browser.run("document.querySelectorAll('details.clause:not([hidden])').length") == 1
        browser.run(f"location.hash = '#c{PLACE}'")
        browser.run("new Promise(done => setTimeout(done, 50))")
        assert browser.run(f"by('c{PLACE}').open && !by('c{PLACE}').hidden")
        assert "id.over failed" in browser.run(
            f"by('c{PLACE}').querySelector('.probes').innerText.replace(/\\s+/g, ' ')"
        )
        assert browser.run("by('all').querySelectorAll('tbody tr').length") == 2
        browser.run("by('which').value = 'alias'; list()")
        assert browser.run("by('all').querySelectorAll('tbody tr').length") == 1


def test_the_exchanges_of_a_probe_stand_in_order(tmp_path: Path) -> None:
    """Those that fail the clause first, then the last; an id is broken at its dots."""
    sent = [(over(number, "id.burst"), (ABOVE,)) for number in range(1, 20)]
    run = record([failed(ABOVE, "id.burst", "", accepted=("any status but 2xx",), got="201")])
    page = tmp_path / "index.html"
    page.write_text(text_of(run, traffic(*sent)), encoding="utf-8")
    with Chromium(390, 800) as browser:
        browser.open(page)
        shown = browser.run(f"[...probesOf({PLACE}).querySelectorAll('button')].map(one => one.textContent)")
        assert shown == ["17", *map(str, (8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19))]
        assert browser.run("by('all').querySelector('td code').innerHTML") == "id.<wbr>burst"


@pytest.mark.parametrize(("dark", "ground"), [(True, "rgb(13, 17, 23)"), (False, "rgb(255, 255, 255)")])
@SIZES
def test_axe_finds_nothing(page: Path, size: tuple[int, int], ground: str, *, dark: bool) -> None:
    """In both colour schemes, with a clause unfolded and an exchange open."""
    with Chromium(*size, dark=dark) as browser:
        browser.open(page)
        assert browser.run("getComputedStyle(document.body).backgroundColor") == ground
        for script in (f"by('c{PLACE}').open = true", "openExchange(17)"):
            browser.run(script)
            assert axe(browser) == []


def test_a_script_of_others_does_not_run(page: Path) -> None:
    """The policy allows the page's own script by its hash, and no other."""
    assert "<title>staging: non-conformant</title>" in browse(page, script="document.title = 'owned'", after=50)


def test_a_real_run_leaves_the_page_of_the_documentation(tmp_path: Path) -> None:
    """It says since when, and everything on it is quiet; the picture of it is of today, but for dates and ids."""
    page = broken_page(tmp_path)
    with Chromium(1280, 900) as browser:
        browser.open(page)
        assert browser.run("document.querySelector('#word').textContent") == "Non-conformant"
        assert "last passed" in browser.run("document.querySelector('.when').textContent")
        assert browser.run("ROWS.length") > 40
        assert browser.said == []
    take(page, tmp_path / "page.png")
    with Chromium(200, 200) as browser:
        assert browser.differing(PICTURE, tmp_path / "page.png") < 0.02, f"{__package__}.picture makes docs/page.png"
