"""traffic.har in the network panel of Chromium, whose own importer reads it here."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.report.har import HarWriter
from tests.chromium import Chromium
from tests.report.builders import answer, evidence, exchange

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.nightly

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


def test_the_network_panel_shows_the_traffic(tmp_path: Path) -> None:
    """In the order of the numbers, with host, lengths and bodies; one that is no text as the bytes that came."""
    binary = replace(answer(200, b"\xff\x00>"), headers=((b"Content-Type", b"application/octet-stream"),))
    writer = HarWriter(tmp_path / "traffic.har")
    for number, reply in ((2, binary), (1, answer(201, b'{"id": 1}'))):
        writer.add(number, dict(evidence(exchange(number=number, response=reply)).har))
    writer.close()
    first, second = read(tmp_path / "traffic.har")
    entry = json.loads((tmp_path / "traffic.har").read_bytes())["log"]["entries"][0]
    assert (first["status"], second["status"]) == (201, 200)
    assert first["url"] == entry["request"]["url"]
    assert first["sent"] == entry["request"]["postData"]["text"]
    assert first["headers"]["Content-Length"] == str(len(first["sent"]))
    assert first["headers"]["Host"]
    assert (first["text"], first["size"]) == ('{"id": 1}', 9)
    assert (second["binary"], second["size"]) == ("/wA+", 3)
