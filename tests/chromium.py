"""A browser that is used as a person uses it: headless Chromium, driven over a pipe by the DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pytest

from tests.browser import NAMES
from tests.tools import program

_AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"

_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "Space": 32}
_PATIENCE = 60  # seconds


def axe(browser: Chromium) -> list[list[str]]:
    """The rules of axe-core that the page breaks as it is now, each with the first element that does."""
    if not _AXE.exists():
        pytest.fail("this test needs axe-core: npm ci --prefix tests/axe")
    browser.run(f"{_AXE.read_text(encoding='utf-8')}; true")
    found: list[list[str]] = browser.run(
        "axe.run().then(said => said.violations.map(one => [one.id, one.nodes[0].html]))"
    )
    return found


class Chromium:
    """A browser with one page and without a network; `said` is what its console said, and what its policy forbade."""

    def __init__(self, width: int, height: int, *, dark: bool = False) -> None:
        self.said: list[str] = []
        self._size = width, height
        self._dark = dark
        self._read = b""
        self._number = 0
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self._in, self._out = ours_in, ours_out

        def pipes() -> None:
            """The protocol is spoken over descriptors 3 and 4."""
            first, second = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(first, 3)
            os.dup2(second, 4)

        options = (
            "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking "
            "--disable-component-update --disable-sync --remote-debugging-pipe --allow-file-access-from-files"
        )
        browser = program(*NAMES, install="apt-get install chromium")
        self._process = subprocess.Popen(
            [browser, *options.split(), f"--user-data-dir={self._profile.name}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=pipes,  # noqa: PLW1509 - the tests' process has no other thread here
        )
        os.close(theirs_in)
        os.close(theirs_out)
        targets = self._call("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        width, height = self._size
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if self._dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        return self

    def __exit__(self, *exc: object) -> None:
        with suppress(OSError):
            self._call("Browser.close")
        self._process.wait(_PATIENCE)
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def open(self, page: Path) -> None:
        """Open a page from the disk, and wait until it is there."""
        self.call("Page.navigate", url=page.as_uri())
        self._until(lambda event: event["method"] == "Page.loadEventFired")

    def run(self, script: str) -> Any:  # noqa: ANN401 - JSON
        """The value of an expression in the page; a promise is waited for."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of the first such element, as far as it can be seen."""
        x, y = self.run(f"""(() => {{
            const one = document.querySelector({json.dumps(selector)});
            one.scrollIntoView({{block: 'center'}});
            const box = one.getClientRects()[0];
            return [box.left + box.width / 2, box.top + box.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """Press a key."""
        text = {"Enter": "\r", "Space": " "}.get(key)
        code = {"key": " " if key == "Space" else key, "code": key, "windowsVirtualKeyCode": _KEYS[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", **code, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **code)

    def tab_to(self, selector: str, most: int = 400) -> None:
        """Press Tab until such an element has the focus."""
        for _ in range(most):
            self.press("Tab")
            if self.run(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        raise AssertionError(f"Tab does not lead to {selector}")

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write what is seen, or the whole page, as a PNG."""
        done = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(done["data"]))

    def differing(self, one: Path, other: Path) -> float:
        """The share of the pixels in which two PNGs are not alike; 1 where they are not of one size."""
        sources = [f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}" for path in (one, other)]
        found: float = self.run(f"""Promise.all({json.dumps(sources)}.map(async source => {{
            const image = new Image();
            image.src = source;
            await image.decode();
            const pane = new OffscreenCanvas(image.width, image.height).getContext("2d");
            pane.drawImage(image, 0, 0);
            return pane.getImageData(0, 0, image.width, image.height);
        }})).then(([one, other]) => {{
            if (one.width !== other.width || one.height !== other.height) return 1;
            let found = 0;
            for (let at = 0; at < one.data.length; at += 4)
                found += [0, 1, 2].some(part => Math.abs(one.data[at + part] - other.data[at + part]) > 40);
            return found / (one.width * one.height);
        }})""")
        return found

    def call(self, method: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        """The result of a command to the page."""
        return self._call(method, self._session, **parameters)

    def _call(self, method: str, session: str | None = None, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self._out, json.dumps(message).encode("ascii") + b"\0")
        done = self._until(lambda event: event.get("id") == number)
        assert "error" not in done, (method, done["error"])
        return done["result"]

    def _until(self, wanted: Any) -> dict[str, Any]:  # noqa: ANN401 - a predicate
        """The next message that is wanted; what the page says in between is noted."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            while b"\0" not in self._read:
                ready, _, _ = select.select([self._in], [], [], max(0, deadline - time.monotonic()))
                assert ready, "Chromium does not answer"
                read = os.read(self._in, 1 << 20)
                assert read, "Chromium is gone"
                self._read += read
            text, _, self._read = self._read.partition(b"\0")
            event = json.loads(text)
            self._note(event)
            if wanted({"method": "", **event}):
                return event

    def _note(self, event: dict[str, Any]) -> None:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Runtime.consoleAPICalled":
            self.said.append(" ".join(str(one.get("value")) for one in parameters["args"]))
        if method == "Log.entryAdded":
            self.said.append(parameters["entry"]["text"])
        if method == "Runtime.exceptionThrown":
            self.said.append(json.dumps(parameters["exceptionDetails"]))
        if method == "Network.requestWillBeSent" and not parameters["request"]["url"].startswith(("file:", "data:")):
            self.said.append(f"asked for {parameters['request']['url']}")
