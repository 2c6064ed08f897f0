"""The trend page of three targets and 400 nights each: how long it takes to make and to open, and how large it is.

With the name of a file, the page's picture is put there: docs/trend.png is made so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from history import BREAKS, CHANGES, dated, kind, played
from measuring import COMMAND, compiled, machine, run

from conformance.history.store import History

if TYPE_CHECKING:
    from conformance.history.runs import Entry

_NIGHTS = 400
_TARGETS = {"production": 37, "staging": 0, "sandbox": 590}  # and the night of the generated years that is their first
_GOAL_SECONDS, _GOAL_MEGABYTES = 2, 3
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPTIONS = "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
"""It would forbid the script that tells the time."""
_OPENED = "<script>document.title = `opened in ${Math.round(performance.now())} ms`</script></body>"


def of_target(entry: Entry, name: str) -> Entry:
    """The same run on a target of this name."""
    report = entry.report
    target = {**report["target"], "name": name, "base_url": f"https://{name}.example.test"}
    told = {**report["run"], "id": f"{report['run']['id']}-{name}"}
    return replace(entry, report={**report, "target": target, "run": told})


def browser(page: Path, directory: Path, *options: str) -> str:
    """The pages that Chromium prints."""
    name = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if name is None:
        sys.exit(f"none of {', '.join(_CHROMIUM)} is on the PATH")
    command = [name, *_OPTIONS.split(), f"--user-data-dir={directory}/profile", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main(picture: Path | None) -> None:
    """Print the size and the times; write the picture where one is asked for."""
    print(machine())
    with compiled() as environment, tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory:
        here = Path(directory)
        database, page = here / "history.db", here / "trend.html"
        nights = {name: played(name, here) for name in ("", *BREAKS, *CHANGES)}
        history = History(str(database))
        for name, first in _TARGETS.items():
            for night in range(_NIGHTS):
                entry = nights[kind(first + night)]
                history.add(of_target(dated(entry, night), name))
        history.close()
        words = ("history", "--history", str(database), "html", "--output", str(page))
        made = run((*COMMAND, *words), environment, here)
        text = page.read_text(encoding="utf-8")
        opened = here / "opened.html"
        opened.write_text(_POLICY.sub("", text).replace("</body>", _OPENED), encoding="utf-8")
        title = re.search(r"<title>(opened[^<]*)", browser(opened, here, "--dump-dom"))
        print(f"{len(_TARGETS)} targets, {_NIGHTS} nights each")
        print(f"made in {made.seconds:.1f} s, {made.cpu_seconds:.1f} s of CPU")
        print(f"{page.stat().st_size / 1e6:.2f} MB (goal: under {_GOAL_MEGABYTES} MB)")
        print(f"{title[1] if title else 'not opened'} (goal: under {_GOAL_SECONDS:,} s)")
        if picture:
            browser(page, here, "--window-size=1400,900", f"--screenshot={picture.absolute()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
