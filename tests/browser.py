"""A true browser for tests of pages: headless Chromium, and a server that counts who asks it."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from conformance.report.look import hash_source
from tests.tools import program

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def browse(
    page: Path, *options: str, script: str = "", fragment: str = "", after: int = 3000, allowed: bool = False
) -> str:
    """Open a page from the disk, run ``script`` in it after so many milliseconds, and return what it has become.

    `allowed` adds the script to those that the page's policy allows.
    """
    browser = program(*NAMES, install="apt-get install chromium")
    copy = page.with_name("browsed.html")
    text = page.read_text(encoding="utf-8")
    end = text.rindex("</body>")
    own = f"setTimeout(() => {{{script}}}, {after})"
    added = f"<script>{own}</script>"
    if allowed:
        head, policy, rest = text.partition("script-src ")
        assert policy, "the page has no policy for scripts"
        text = f"{head}{policy}{hash_source(own)} {rest}"
        end = text.rindex("</body>")
    copy.write_text(f"{text[:end]}{added}{text[end:]}", encoding="utf-8")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        always = (
            "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
            "--disable-component-update --disable-sync --virtual-time-budget=10000 --dump-dom"
        )
        command = [browser, *always.split(), *options, f"--user-data-dir={profile}", f"{copy.as_uri()}#{fragment}"]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    copy.unlink()
    return done.stdout


class Listener:
    """A server on loopback that counts who asks."""

    def __init__(self) -> None:
        """Take a free port."""
        self.asked = 0
        counter = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                counter.asked += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
