"""traffic.har in the network panel of Chromium, whose own importer reads it here, and in a viewer from npm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.report.har import HarWriter
from tests.chromium import Chromium
from tests.report.builders import answer, evidence, exchange

pytestmark = pytest.mark.nightly

VIEWER = Path(__file__).parents[1] / "axe" / "node_modules" / "perf-cascade" / "dist" / "perf-cascade.min.js"
PANEL = "devtools://devtools/bundled/devtools_app.html"
READ = """
import('devtools://devtools/bundled/models/har/har.js').then(async har => {
  const requests = har.Importer.Importer.requestsFromHARLog(new har.HARFormat.HARRoot(TRAFFIC).log);
  return Promise.all(requests.map(async one => {
    const body = await one.requestContentData();
    return { url: one.url(), status: one.statusCode, sent: await one.requestFormData(), size: one.resourceSize,
      headers: Object.fromEntries(one.requestHeaders().map(({ name, value }) => [name, value])),
      text: body.isTextContent ? body.text : null, binary: body.isTextContent ? null : body.base64 };
  }));
})
"""


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of the panel."""
    with Chromium(1280, 900) as browser:
        browser.call("Page.navigate", url=PANEL)
        browser.run("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))")
        rows: list[dict[str, Any]] = browser.run(READ.replace("TRAFFIC", path.read_text(encoding="utf-8")))
    return rows


def traffic(folder: Path) -> Path:
    """Two exchanges, the later one written first; one answer is no text."""
    binary = replace(answer(200, b"\xff\x00>"), headers=((b"Content-Type", b"application/octet-stream"),))
    writer = HarWriter(folder / "traffic.har")
    for number, reply in ((2, binary), (1, answer(201, b'{"id": 1}'))):
        writer.add(number, dict(evidence(exchange(number=number, response=reply)).har))
    writer.close()
    return folder / "traffic.har"


def test_the_network_panel_shows_the_traffic(tmp_path: Path) -> None:
    """In the order of the numbers, with host, lengths and bodies; one that is no text as the bytes that came."""
    file = traffic(tmp_path)
    first, second = read(file)
    entry = json.loads(file.read_bytes())["log"]["entries"][0]
    assert (first["status"], second["status"]) == (201, 200)
    assert first["url"] == entry["request"]["url"]
    assert first["sent"] == entry["request"]["postData"]["text"]
    assert first["headers"]["Content-Length"] == str(len(first["sent"]))
    assert first["headers"]["Host"]
    assert (first["text"], first["size"]) == ('{"id": 1}', 9)
    assert (second["binary"], second["size"]) == ("/wA+", 3)


def test_a_waterfall_shows_the_traffic(tmp_path: Path) -> None:
    """PerfCascade has a row for each exchange, in their order, with its address, status and lengths."""
    if not VIEWER.exists():
        pytest.fail("this test needs PerfCascade: npm ci --prefix tests/axe")
    page = tmp_path / "viewer.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><script>{VIEWER.read_text('utf-8')}</script>", "utf-8")
    har = traffic(tmp_path).read_text("utf-8")
    with Chromium(1280, 900) as browser:
        browser.open(page)
        browser.run(f"document.body.append(perfCascade.fromHar({har})); true")
        rows = browser.run("[...document.querySelectorAll('a.row-item')].map(row => row.textContent)")
        assert [row.split("codearts")[0] for row in rows] == ["125 ms1", "125 ms2"]
        assert all(
            row.endswith("codearts.example.test/base/v4/repositories/2112029391/remote-mirror/associate")
            for row in rows
        )
        browser.click("a.row-item")
        details = " ".join(browser.run("document.querySelector('.row-overlay-holder').textContent").split())
        for words in (
            "Status Code 201",
            "Host codearts.example.test",
            "Body Size 39 bytes",
            "X-Auth-Token $CODEARTS_TOKEN",
        ):
            assert words in details
        assert browser.said == []
