"""The command line's last resort: whatever goes wrong, one line and the right exit code."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conformance import cli

if TYPE_CHECKING:
    from collections.abc import Callable


def _raising(error: BaseException) -> Callable[..., None]:
    def main(**_: object) -> None:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ValueError("a\nsurprise"), 3, "the suite itself broke (ValueError: a surprise), please report it"),
        (OSError(28, "No space left on device", "f.json"), 3, "f.json: No space left on device"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_no_traceback_reaches_a_user(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even of what nobody thought of."""
    monkeypatch.setattr(cli.cli, "main", _raising(error))
    monkeypatch.setattr(cli, "_silence", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert words in capsys.readouterr().err


def test_a_full_disk_behind_standard_output_is_no_verdict() -> None:
    """Exit 3 and one line: what was printed is not there."""
    script = "import sys; from conformance.cli import main; sys.argv = ['conformance', 'clauses']; main()"
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        ran = subprocess.run(
            [sys.executable, "-c", script], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 3
    assert ran.stderr.count("\n") == 1
    assert "No space left" in ran.stderr
