"""docs/production.md, tried as an operator would: its description and its commands, against a mock behind TLS.

The page's addresses are exchanged for the mock's, which is no loopback to the suite; nothing else is.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.mock import Iam, Mock, running
from conformance.mock.fixtures import DOMAIN, PASSWORD, PROJECT, USER
from tests.runner.command import CONFORMANCE
from tests.runner.tls import behind_tls

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
README, PAGE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/production.md"))
DESCRIPTION = re.search(r"<!-- description -->\n```toml\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = dict(re.findall(r"<!-- command: (\w+) -->\n```sh\n(.*?)\n```", PAGE, re.DOTALL))
REGIONS = re.findall(r"^\| `([a-z0-9-]+)` \| `(https://[^`]+)` \| (.*) \|$", PAGE, re.MULTILINE)
SIZES = re.findall(r"^\| (smoke|standard|deep) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|", PAGE, re.MULTILINE)
ENVIRON = {"IAM_USER": USER, "IAM_PASSWORD": PASSWORD, "IAM_DOMAIN": DOMAIN}


class Shop:
    """An operator's directory, and the mock that its description leads to."""

    def __init__(self, directory: Path, iam: Iam) -> None:
        self.directory = directory
        self.iam = iam

    def do(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the page in a shell, with nobody at a terminal."""
        shell = shutil.which("sh")
        assert shell is not None
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "PYTEST_"))}
        path = f"{CONFORMANCE.parent}{os.pathsep}{clean['PATH']}"
        return subprocess.run(
            [shell, "-c", command],
            cwd=self.directory,
            env={**clean, **ENVIRON, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@contextmanager
def shop(directory: Path) -> Iterator[Shop]:
    """Serve the mock with its IAM behind TLS, and write the page's description with its addresses."""
    assert DESCRIPTION is not None
    iam = Iam(Mock())
    with running(iam) as url, behind_tls(url, directory / "ca.pem") as https:
        text = re.sub(r'"https://[a-z0-9.-]+\.myhuaweicloud\.com"', f'"{https}"', DESCRIPTION[1])
        text = re.sub(r'project = ".*"', f'project = "{PROJECT}"', text)
        text = text.replace("[targets.production]\n", '[targets.production]\nverify_tls = "ca.pem"\n')
        (directory / "conformance.toml").write_text(text, encoding="utf-8")
        yield Shop(directory, iam)


def report(directory: Path) -> dict[str, Any]:
    """The one report below a directory."""
    (path,) = directory.rglob("report.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_page_has_the_commands_that_are_tried_here() -> None:
    """A command that is added to the page is added here."""
    assert set(COMMANDS) == {"plan", "look", "first", "night", "gateway"}


def test_the_addresses_are_the_sdks() -> None:
    """Every region of the SDK is there, with its address, and IAM's where the SDK has it."""
    known = importlib.import_module("tests.sdk.client")
    assert {region: url for region, url, _ in REGIONS} == known.REGIONS
    for region, _, identity in REGIONS:
        expected = known.IDENTITY.get(region)
        assert identity == (f"`{expected}`" if expected else "not in the SDK: see the console")


def test_the_description_is_of_one_of_these_regions() -> None:
    """Service, IAM and project belong together."""
    assert DESCRIPTION is not None
    target = tomllib.loads(DESCRIPTION[1])["targets"]["production"]
    row = (target["iam"]["project"], target["base_url"], f"`{target['iam']['endpoint']}`")
    assert row in REGIONS


@pytest.mark.parametrize("row", SIZES, ids=lambda row: row[0])
def test_the_cost_of_a_night_is_the_count_of_a_dry_run(tmp_path: Path, row: tuple[str, ...]) -> None:
    """The planned numbers of the page, by the command beside them."""
    profile, *numbers = row
    planned, generated, valid, bad = (int(number.replace(",", "")) for number in numbers)
    with shop(tmp_path) as here:
        said = here.do(f"{COMMANDS['plan']} --profile {profile}").stdout
        assert here.iam.asked == 0
    counts = {kind: int(count) for count, kind in re.findall(r"^ *(\d+) (.*)$", said, re.MULTILINE)}
    good = counts["with a token that is valid"]
    probes = sum(count for kind, count in counts.items() if kind.startswith("with a token"))
    total = next(count for kind, count in counts.items() if kind.startswith("requests, to https://127.1:"))
    assert (total, total - probes, good, probes - good) == (planned, generated, valid, bad)


@pytest.mark.parametrize(("profile", "line"), [("smoke", "--profile smoke"), ("standard", "--fail-on should")])
def test_the_readmes_count_is_that_of_its_description(tmp_path: Path, profile: str, line: str) -> None:
    """Of a real service, where less is sent than on the mock; to a tenth."""
    described = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    promised = re.search(rf"conformance run staging {line} +# about (\d+)", README)
    assert described is not None
    assert promised is not None
    (tmp_path / "conformance.toml").write_text(described[1], encoding="utf-8")
    tokens = "CODEARTS_TOKEN=$(printf %064d 1) CODEARTS_OTHER_TOKEN=$(printf %064d 2)"
    said = Shop(tmp_path, Iam(Mock())).do(f"{tokens} conformance run staging --dry-run --profile {profile}").stdout
    planned = re.search(r"^ *(\d+) requests, to https://", said, re.MULTILINE)
    assert planned is not None
    assert int(planned[1]) == pytest.approx(int(promised[1]), rel=0.1)


def test_the_sizes_are_of_every_profile() -> None:
    """The table has three rows."""
    assert [row[0] for row in SIZES] == ["smoke", "standard", "deep"]


@pytest.mark.nightly
def test_from_nothing_to_a_safe_night(tmp_path: Path) -> None:
    """Look, then a night: the first changes nothing, the second is green and says what it left behind."""
    with shop(tmp_path) as here:
        look = here.do(f"{COMMANDS['look']} --output look")
        assert look.returncode == 3, look.stdout + look.stderr
        assert "the credentials were refused" not in look.stdout
        assert here.iam.app.mirrors == {}
        night = here.do(f"{COMMANDS['night']} --profile smoke --rate 50")
        assert night.returncode == 0, night.stdout + night.stderr
        assert set(here.iam.app.mirrors) == {2_112_029_391}
    found = report(tmp_path / "reports")
    (left,) = found["left_behind"]
    assert left["before"] == {"status": 404, "shown": None}
    assert left["after"]["shown"]["repository_id"] == left["resource"] == 2_112_029_391
    assert "Left behind on the target" in night.stdout
    written = [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    issued = [token for token in here.iam.app.tokens if token not in here.iam.app.fixtures.tokens]
    assert len(issued) == 2
    assert not [secret for secret in (PASSWORD, *(token[:32] for token in issued)) if secret in "".join(written)]


def test_the_first_run_asks(tmp_path: Path) -> None:
    """Without a terminal to ask on it ends before anything is sent, to IAM or to the service."""
    with shop(tmp_path) as here:
        first = here.do(COMMANDS["first"])
        assert (first.returncode, here.iam.asked) == (2, 0)
    assert "for repository_id 2112029391 with https://example.com/" in first.stderr
    assert first.stderr.endswith("; give --yes to agree\n")


def test_the_gateway_can_be_seen_without_production(tmp_path: Path) -> None:
    """The mock's command serves, and prints a description with IAM."""
    with shop(tmp_path) as here:
        tries = (here.do(f"timeout {seconds} {COMMANDS['gateway']}").stdout for seconds in (3, 10, 30, 90))
        said = next((one for one in tries if "[targets" in one), "")
    assert "iam" in tomllib.loads(said)["targets"]["mock"]
