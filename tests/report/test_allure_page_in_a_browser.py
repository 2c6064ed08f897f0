"""The Allure page as people get it: real results, the real Allure 3 from npm, a real browser."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from conformance.report.allure_page import AllureResults, make_page
from conformance.report.allure_program import Node, ReportNotMade, find_node, install
from tests.browser import Listener, browse
from tests.chromium import Chromium
from tests.runner.command import site

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.nightly

EXCHANGE = {
    "schemaVersion": 1,
    "start": 1764000000000,
    "stop": 1764000000123,
    "request": {
        "method": "POST",
        "url": "https://codearts-repo.example.test/v4/repositories/2147483648/remote-mirror/associate",
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": "X-Auth-Token", "value": "$CODEARTS_TOKEN"}],
        "body": {
            "contentType": "application/json",
            "encoding": "utf8",
            "value": '{"url": "https://example.com/a.git"}',
        },
    },
    "response": {
        "status": 418,
        "statusText": "I'm a teapot",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "body": {"contentType": "application/json", "encoding": "utf8", "value": '{"error_code": "CH.00402000"}'},
    },
}

SUITE = f"""
import json, allure, pytest

def marked(clause, probe, title, severity):
    def mark(test):
        for decorator in (
            allure.title(title), allure.severity(severity), allure.epic("The document"), allure.feature("Table 1"),
            allure.story(clause), allure.label("ALLURE_ID", f"{{clause}}/{{probe}}"),
            allure.link("https://example.com/document#table-1", name="Table 1 in the document"),
            allure.description("> Value range: 1-2147483647\\n\\n**must** be kept"),
        ):
            test = decorator(test)
        return test
    return mark

@marked("path.repository_id.maximum", "2147483648", "Id 2147483648 (one over the maximum)", "critical")
def test_must():
    allure.attach(json.dumps({EXCHANGE!r}), "POST, answered 418", "application/vnd.allure.http+json", "httpexchange")
    allure.attach("curl -H 'X-Auth-Token: $CODEARTS_TOKEN' https://codearts-repo.example.test/", "curl",
                  allure.attachment_type.TEXT)
    pytest.fail("must path.repository_id.maximum: an id over it\\nActual: 418, answered by the service", pytrace=False)

@marked("header.x-auth-token.maximum-length", "100000", "A token of 100,000 characters", "critical")
def test_gateway():
    pytest.fail("must status.401: 401\\nActual: 431, answered by the gateway", pytrace=False)

@marked("response.201.created_at", "one", "Dates have an offset", "minor")
def test_should():
    pytest.fail("should response.201.created_at: RFC 3339\\nActual: no offset", pytrace=False)

@marked("status.404", "one", "404 without the repository", "critical")
def test_accepted():
    pytest.xfail("accepted in the baseline: ticket 12\\nmust status.404: 404\\nActual: 500, answered by the service")

@marked("status.403", "one", "403 without permission", "critical")
def test_not_tested():
    pytest.skip("no restricted_token in the target description")
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of its own, where Allure 3 is really installed."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def node(cache: Path) -> Node:
    """A Node that has installed Allure 3."""
    node = find_node()
    install(node, cache)
    return node


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output directory, with a name that a glob would misread, of a run that allure-pytest has recorded."""
    folder = tmp_path_factory.mktemp("run") / "reports [1] {a,b}"
    results = folder / "allure-results"
    results.mkdir(parents=True)
    (folder.parent / "test_target.py").write_text(SUITE, encoding="utf-8")
    options = f"-m pytest test_target.py -p no:cacheprovider -c {os.devnull} --rootdir=. --alluredir"
    command = [sys.executable, *options.split(), str(results)]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
    assert "3 failed, 1 skipped, 1 xfailed" in done.stdout, done.stdout + done.stderr
    said = "target=staging\nsuite\\ version=1.2.3\nverdict=non-conformant\nreason=2 clauses failed\n"
    (results / "environment.properties").write_text(said, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def page(run: Path, node: Node, cache: Path) -> Path:
    """The report of that run."""
    return make_page(AllureResults.read(run), node=node, cache=cache)


def words(dom: str) -> str:
    """The visible text of the page."""
    body = dom[dom.index('<div id="app">') :]
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_opens_from_the_disk(page: Path) -> None:
    """The page opens from file://, names the target, and groups the results as document, section and clause."""
    seen = words(browse(page))
    assert "staging: non-conformant, 2 clauses failed" in seen
    assert "suite version 1.2.3" in seen
    places = [seen.index(text) for text in ("The document", "Table 1", "path.repository_id.maximum", "Id 2147483648")]
    assert places == sorted(places)


def test_categories(page: Path) -> None:
    """Every result is in its category, and no other category is shown."""
    click = "[...document.querySelectorAll('button')].find(b => /^Categories *5/.test(b.textContent)).click()"
    seen = words(browse(page, script=click))
    for name in (
        "Document and deployment disagree",
        "The service breaks the document (must)",
        "Inferred from a standard or common sense (should)",
        "Accepted in the baseline",
        "Not tested",
    ):
        assert f"{name} 1" in seen, name
    assert "Other failures" not in seen


def test_accepted(page: Path) -> None:
    """An accepted failure is among Allure's resolutions, with its reason."""
    click = "document.querySelector('[data-testid=nav-tab-resolutionCategories]').click()"
    seen = words(browse(page, script=click))
    assert "Accepted ticket 12 1 404 without the repository" in re.sub(r"\s+\d+ (?=404 w)", " 1 ", seen)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 800)])
def test_first_screen(page: Path, width: int, height: int) -> None:
    """The page opens at its top, where the verdict is, large and in its colour; no share of tests stands beside it."""
    with Chromium(width, height) as browser:
        browser.open(page)
        title = "document.querySelector('[data-testid=report-title]')"
        browser.run(f"new Promise(done => setInterval(() => {title} && setTimeout(done, 500), 50))")
        assert browser.run(f"{title}.getBoundingClientRect().top") < 200
        assert browser.run(f"getComputedStyle({title}).color") == "rgb(179, 24, 42)"
        assert browser.run(f"parseFloat(getComputedStyle({title}).fontSize)") > 20
        shares = "[...document.querySelectorAll('article')].filter(one => one.checkVisibility()).length"
        assert browser.run(shares) == 0
        assert browser.said == []


def test_no_findings(node: Node, cache: Path, tmp_path: Path) -> None:
    """`allure agent inspect` finds nothing to complain of in results of ours."""
    program = install(node, cache)
    with site(tmp_path) as target:
        assert target.run("--profile", "smoke", "--report", "allure").code == 0
    command = [node.executable, program, "agent", "inspect", "--report", "off", "--output", tmp_path / "found", "."]
    subprocess.run(command, cwd=tmp_path / "reports" / "allure-results", capture_output=True, check=True)
    assert (tmp_path / "found" / "manifest" / "findings.jsonl").read_text(encoding="utf-8") == ""


def test_every_attachment_of_a_run_is_on_the_page(node: Node, cache: Path, tmp_path: Path) -> None:
    """Several tests show one exchange; each has it."""
    with site(tmp_path) as target:
        ran = target.run("--profile", "smoke", "--report", "allure")
    results = AllureResults.read(ran.reports)
    text = make_page(results, node=node, cache=cache).read_text(encoding="utf-8")
    files = dict(re.findall(r'd\(\s*"([^"]+)"\s*,\s*"([^"]*)"\s*\)', text))
    shown = [json.loads(base64.b64decode(one)) for name, one in files.items() if "test-results/" in name]
    links = [step["link"] for one in shown for step in one["steps"] if step["type"] == "attachment"]
    assert len(links) == sum(len(row.get("attachments", ())) for row in results.rows.values()) > 100
    assert [link["name"] for link in links if link["missed"]] == []


def test_one_result(page: Path) -> None:
    """A result shows its severity, quote, link, the exchange in Allure's own HTTP view, and the curl line."""
    known = json.loads((page.parent / "history.jsonl").read_text(encoding="utf-8"))["testResults"].values()
    result = next(result["id"] for result in known if "2147483648" in result["name"])
    click = (
        "for (const header of document.querySelectorAll('[data-testid=test-result-attachment-header]'))"
        "header.querySelector('button').click()"
    )
    dom = browse(page, script=click, fragment=result)
    seen = words(dom)
    for text in (
        "Critical",
        "must path.repository_id.maximum: an id over it",
        "curl -H 'X-Auth-Token: $CODEARTS_TOKEN'",
    ):
        assert text in seen.replace("&#39;", "'"), text
    assert 'href="https://example.com/document#table-1"' in dom
    assert "&lt;strong&gt;must&lt;/strong&gt; be kept" in dom  # Markdown, rendered in a frame
    view = seen[seen.index("POST https://") :]
    for text in ("POST https://codearts-repo.example.test/v4/", "418 I'm a teapot", "123 ms", "CH.00402000"):
        assert text in view, text


def test_asks_nobody(page: Path, tmp_path: Path) -> None:
    """The page has no analytics, and its policy stops a request that would go out without it."""
    text = page.read_text(encoding="utf-8")
    assert "googletagmanager" not in text
    assert "gtag(" not in text
    with Listener() as listener:
        policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
        call = f"new Image().src = '{listener.url}'; fetch('{listener.url}')"
        for name, content in (("with.html", text), ("without.html", policy.sub("", text))):
            (tmp_path / name).write_text(content, encoding="utf-8")
        browse(tmp_path / "with.html", script=call)
        assert listener.asked == 0
        browse(tmp_path / "without.html", script=call)
        assert listener.asked > 0


def test_again_without_a_network(
    page: Path, run: Path, node: Node, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later report needs no network, takes seconds, and adds no point to the history for results it has seen."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    started = time.monotonic()
    assert make_page(AllureResults.read(run), node=node, cache=cache) == page
    assert time.monotonic() - started < 30
    assert len((page.parent / "history.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert sorted(file.name for file in page.parent.iterdir()) == ["history.jsonl", "index.html"]


def test_first_time_without_a_network(run: Path, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first report without a network says so in one line within seconds, and leaves no broken installation."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    with pytest.raises(ReportNotMade) as caught:
        make_page(AllureResults.read(run), tmp_path / "out", node=node, cache=tmp_path / "cache")
    assert "ECONNREFUSED" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / "out").exists()
