"""Starts one of the three servers on a free port, with tokens and repositories, and describes it as a target."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.independent.servers import ended, free_port, started
from tests.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("FastAPI", "Flask", "Express")
ROOT = Path(__file__).parents[3]
EXPRESS = Path(__file__).parent / "express"
TOKENS = {
    "token": "MIIFtAYJKoZIhvcNAQcCoIIFpTCCBaECAQExDTALBglghkgBZQMEAgEwggOC",
    "short": "k",
    "long": ("a-token-as-long-as-the-page-allows." * 2858)[:100_000],
    "other": "MIIDkgYJKoZIhvcNAQcCoIIDgzCCA38CAQExDTALBglghkgBZQMEAgEwggFg",
}
FIXTURES = {
    "tokens": {value: "other" if name == "other" else "dev" for name, value in TOKENS.items()},
    "repositories": {"2112029391": "dev", "456": "other"},
}


@contextmanager
def naive(name: str, directory: Path) -> Iterator[str]:
    """One of NAMES, which keeps nothing; yields its base url."""
    fixtures = directory / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES), encoding="utf-8")
    port = free_port()
    process = subprocess.Popen(
        [*_command(name), str(port), str(fixtures)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    started(process, name, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ended(process)


def described(base_url: str, directory: Path) -> str:
    """Write conformance.toml, which has all that a description can have, and return the target's name."""
    (directory / "long.txt").write_text(TOKENS["long"], encoding="utf-8")
    (directory / "conformance.toml").write_text(
        f"""\
[targets.naive]
base_url = "{base_url}"
token = "{TOKENS["token"]}"
restricted_token = "{TOKENS["other"]}"
tokens_by_length = {{ 1 = "{TOKENS["short"]}", 100000 = "file:long.txt" }}
repository_id = 2112029391
restricted_repository_id = 456
missing_repository_id = 2147483646
""",
        encoding="utf-8",
    )
    return "naive"


def _command(name: str) -> list[str]:
    if name != "Express":
        return [sys.executable, "-m", f"tests.independent.naive.with_{name.lower()}"]
    node = program("node", install="apt-get install nodejs")
    if not (EXPRESS / "node_modules").exists():
        pytest.fail("Express is not installed: npm ci --prefix tests/independent/naive/express")
    return [node, str(EXPRESS / "server.js")]
