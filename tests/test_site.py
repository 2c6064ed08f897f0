"""The site of the documentation: every page has its place, the reference is whole, and a warning is an error."""

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.cli.entry import COMMANDS
from conformance.mock.faults import FAULTS
from tests.chromium import Chromium
from tests.tutorial import PAGE, done

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def build() -> dict[str, Any]:
    """The definitions of docs/build.py."""
    return runpy.run_path(str(ROOT / "docs" / "build.py"))


def places(nav: Any) -> list[str]:  # noqa: ANN401 - YAML
    """The pages of the navigation, in its order."""
    if isinstance(nav, str):
        return [nav]
    inner = nav.values() if isinstance(nav, dict) else nav
    return [place for one in inner for place in places(one)]


def test_every_page_is_in_the_navigation_once(build: dict[str, Any], tmp_path: Path) -> None:
    """The staged pages are the named pages."""
    build["stage"](tmp_path)
    settings = yaml.safe_load((ROOT / "docs" / "mkdocs.yml").read_text(encoding="utf-8"))
    staged = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")}
    assert sorted(places(settings["nav"])) == sorted({*staged, *build["EXAMPLES"]})


def test_the_reference_is_that_of_the_code(build: dict[str, Any]) -> None:
    """Each command, fault and key of report.json has its heading or row."""
    commands, faults, keys = ("\n".join(build[name]()) for name in ("commands", "faults", "report_format"))
    assert {name for name in COMMANDS if f"## conformance {name}" not in commands} == set()
    assert "  -h, --help  " in commands
    assert {name for name in FAULTS if f"| `{name}` |" not in faults} == set()
    assert "| `summary.verdict` |" in keys
    assert "| `clauses[].failures[].curl` |" in keys


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built without a warning: links and anchors lead somewhere."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run([sys.executable, ROOT / "docs" / "build.py", folder], capture_output=True, check=False)
    assert built.returncode == 0, built.stderr.decode()
    return folder


@pytest.mark.nightly
def test_the_pages_of_runs_stand_beside_the_others(build: dict[str, Any], site: Path) -> None:
    """A run, its history, and the proof of a failure."""
    run, history, proof = ((site / name).read_text(encoding="utf-8") for name in build["EXAMPLES"])
    assert "NON-CONFORMANT" in run.upper()
    clause = FAULTS[build["EXAMPLE"][0]].clause
    assert clause in run
    assert clause in history
    assert clause in proof
    own = {site / name for name in build["EXAMPLES"]}
    assert [path for path in site.rglob("*.html") if path not in own and "fonts.g" in path.read_text("utf-8")] == []


@pytest.mark.nightly
def test_the_tutorial_shows_what_its_steps_print() -> None:
    """Each step is run in the page's order; `python -m tests.tutorial` writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == done()


@pytest.mark.nightly
@pytest.mark.parametrize("page", ["index.html", "docs/nightly.html"])
def test_a_word_is_found_without_a_network(site: Path, page: str) -> None:
    """From the disk; nothing is asked for, and the console is empty."""
    with Chromium(1280, 900) as browser:
        browser.open(site / page)
        browser.click("input[name=query]")
        browser.run("""new Promise(done => {
            const field = document.querySelector("input[name=query]");
            new MutationObserver(() => done(true)).observe(
                document.querySelector(".md-search-result__list"), {childList: true});
            field.value = "flicker";
            field.dispatchEvent(new KeyboardEvent("keyup", {bubbles: true, key: "r"}));
        })""")
        assert "nightly.html" in browser.run("document.querySelector('.md-search-result__link').href")
        assert browser.said == []
