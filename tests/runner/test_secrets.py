"""No token or password in anything that a run leaves, whatever the target says back."""

import base64
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from conformance.cli.mock import combination
from conformance.mock import Fixtures
from conformance.mock.faults import FAULTS
from tests.runner.command import command, site


def _spellings(secret: str) -> dict[str, bytes]:
    raw = secret.encode("latin-1")
    return {
        "as it is": raw,
        "its first half": raw[: len(raw) // 2],
        "percent-encoded": quote(secret, safe="").encode(),
        "base64": base64.b64encode(raw)[:64],
        "in the other case": raw.swapcase(),
    }


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["token-repeated", "password-repeated", "stack-trace-shown"], id="secrets said back"),
        pytest.param(["unknown-token-accepted"], id="an unknown token accepted"),
    ],
)
def test_no_secret_in_any_file_of_the_output(tmp_path: Path, names: list[str]) -> None:
    """A search of every byte written, and of the terminal, finds no valid token and no password."""
    with site(tmp_path, combination(names, [])) as target:
        ran = target.run("--fail-on", "should")
    fixtures = Fixtures.default()
    assert ran.code == 1
    assert ran.clauses("fail") >= {FAULTS[name].clause for name in names}
    written = {path: path.read_bytes() for path in ran.reports.rglob("*") if path.is_file()}
    written[Path("terminal")] = (ran.out + ran.err).encode()
    assert len(written) > 100
    for secret in (fixtures.token, fixtures.restricted_token, fixtures.tokens_by_length[100_000]):
        for spelling, value in _spellings(secret).items():
            found = [str(path) for path, content in written.items() if value in content]
            assert not found, f"a token {spelling} in {found[:3]}"
    assert not [path for path, content in written.items() if b"correct-horse-battery" in content]


_CARELESS = """
import os, sys
import conformance.report.record as reports
made = reports.report_data
reports.report_data = lambda record: {**made(record), "note": os.environ["SITE_TOKEN"][4:40].swapcase()}
from conformance.cli import main
sys.argv = ["conformance", "run", "site", "--profile", "smoke"]
sys.exit(main())
"""


def test_a_report_with_a_secret_in_it_is_removed_and_the_run_has_no_verdict(tmp_path: Path) -> None:
    """Exit 3 and one line that says where; whatever was careless, nothing is left to be read."""
    with site(tmp_path) as target:
        ran = command("-c", _CARELESS, cwd=tmp_path, environ=target.environ, program=Path(sys.executable))
    assert ran.code == 3, ran.out + ran.err
    assert "a secret was found in report.json ($SITE_TOKEN): removed" in " ".join(ran.out.split())
    assert not (ran.reports / "report.json").exists()
    assert (ran.reports / "traffic.har").exists()
