"""Before anything is sent: what a dry run lists, and the consent to what a run changes off loopback."""

from __future__ import annotations

import io
import os
import pty
import select
import subprocess
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.exceptions import UsageError
from conformance.runner.embedded import embedded_target
from conformance.runner.preview import changes, dry_run, require_consent
from tests.engine.sessions import preparation, target_with
from tests.runner.command import CONFORMANCE, command

if TYPE_CHECKING:
    from pathlib import Path

ENVIRON = {
    "CONFORMANCE_TOKEN": "a-token-that-nobody-has",
    "CONFORMANCE_REPOSITORY_ID": "123",
    "CONFORMANCE_MIRROR_URL": "https://mirror.invalid/a.git",
    "CONFORMANCE_TIMEOUT_SECONDS": "1",
}
URL = "https://staging.invalid"
HINT = "of them would be sent with `--mutation any`, which is safe on loopback"


def test_it_says_where_how_much_and_what_with() -> None:
    """The target, a number of requests, the repositories that can be associated, the url, and that it is for ever."""
    said = changes(preparation(target_with(repositories={"7": "permitted", "8": "missing"}), mutation="fixture"))
    assert said is not None
    for part in (
        URL,
        "requests with a valid token",
        "POST /v4/repositories/{repository_id}/remote-mirror/associate for repository_id 7 and 123 ",
        "https://mirror.invalid/a.git",
        "the suite undoes none of these changes",
    ):
        assert part in said


def announced(said: str | None) -> int:
    """The number of requests."""
    assert said is not None
    return int(said.split("about ")[1].split()[0].replace(",", ""))


def test_all_runs_of_a_series_are_announced() -> None:
    """Consent is asked for once, and is for each of them; no run sends more than its limit."""
    target = target_with(max_bad_credentials=6_000)  # which the runs share
    one, three = (changes(preparation(target, profile="deep", repeat=repeat)) for repeat in (1, 3))
    assert announced(three) == 3 * announced(one)
    assert "in 3 runs" in str(three)
    assert "at most 60,000 where failures are shrunk" in str(three)
    assert announced(changes(preparation(target_with(), profile="deep", max_requests=7, repeat=3))) == 21


def test_more_is_announced_where_more_is_sent() -> None:
    """The deep profile draws requests with valid tokens too; `any` names no repository."""
    smoke, deep = (
        changes(preparation(target_with(), profile=profile, mutation="any")) for profile in ("smoke", "deep")
    )
    assert smoke is not None
    assert deep is not None
    count = [announced(said) for said in (smoke, deep)]
    assert count[0] < 60
    assert count[1] > 4 * 1200
    assert "for any repository_id of the account" in deep


def test_nothing_is_asked_where_nothing_changes() -> None:
    """On loopback, in a dry run, and where no valid token goes to a repository."""
    with embedded_target() as here:
        assert changes(preparation(here)) is None
    assert changes(preparation(target_with(), dry_run=True)) is None
    assert changes(preparation(target_with(), mutation="never")) is None


def test_without_a_terminal_yes_must_be_given() -> None:
    """The flag is named in the words of the way in."""
    with pytest.raises(UsageError, match=r"; give --conformance-yes to agree$"):
        require_consent(preparation(target_with()), "--conformance-yes")
    require_consent(preparation(target_with(), yes=True), "--conformance-yes")


def test_a_job_without_yes_sends_nothing(tmp_path: Path) -> None:
    """Exit 2 and one line, before anything is looked up."""
    ran = command("run", URL, cwd=tmp_path, environ=ENVIRON)
    assert ran.code == 2
    assert ran.err.startswith(f"error: {URL}: about ")
    assert ran.err.endswith("; give --yes to agree\n")
    assert not ran.reports.exists()


def test_a_job_with_yes_goes_on(tmp_path: Path) -> None:
    """The name does not exist, and that is the next thing to be said."""
    ran = command("run", URL, "--yes", cwd=tmp_path, environ=ENVIRON)
    assert ran.code == 3, ran.out + ran.err
    assert "cannot be reached" in ran.out


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        pytest.param(b"n\n", 2, "error: not confirmed: nothing was sent", id="no"),
        pytest.param(b"\n", 2, "error: not confirmed: nothing was sent", id="nothing"),
        pytest.param(b"y\n", 3, "cannot be reached", id="yes"),
        pytest.param(b"\x04", 130, "reports of an earlier run were removed", id="no answer"),
    ],
)
def test_at_a_terminal_it_asks(tmp_path: Path, typed: bytes, code: int, said: str) -> None:
    """Only a yes goes on; an interruption leaves no report of an earlier run."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "report.json").write_text("an earlier run's")
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [str(CONFORMANCE), "run", URL],
            cwd=tmp_path,
            env={**os.environ, **ENVIRON},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = _until(ours, b"Go on?")
        os.write(ours, typed)
        shown += _until(ours, None)
        assert process.wait(60) == code, shown
    finally:
        os.close(ours)
    assert said in shown.decode()
    assert "Traceback" not in shown.decode()


def _until(terminal: int, mark: bytes | None) -> bytes:
    """The output until the mark, or to the end."""
    shown = b""
    while mark is None or mark not in shown:
        assert select.select([terminal], [], [], 60)[0], shown
        try:
            data = os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        shown += data
    return shown


def listed(**options: object) -> str:
    """The output of a dry run for a target on loopback, and for one off it."""
    stream = io.StringIO()
    with embedded_target() as here:
        target = here if options.pop("loopback") else target_with()
        assert dry_run(preparation(target, **options), Console(file=stream, width=200)) == 0
    return stream.getvalue()


def test_a_dry_run_says_what_another_mutation_would_send() -> None:
    """Once, on loopback, and where that keeps anything back."""
    assert listed(loopback=True, mutation="fixture").count(HINT) == 1
    others = (listed(loopback=True, mutation="any"), listed(loopback=False, mutation="fixture"))
    assert [text for text in others if HINT in text] == []


def test_on_a_terminal_long_lines_go_on_below_their_words() -> None:
    """In a file each is one line."""
    with embedded_target() as here:
        planned = preparation(here)
    terminal, file = (
        Console(file=io.StringIO(), width=100, force_terminal=one, color_system=None) for one in (True, False)
    )
    for console in (terminal, file):
        dry_run(planned, console)
    shown, written = (console.file.getvalue().splitlines() for console in (terminal, file))  # type: ignore[attr-defined]  # a StringIO
    assert max(map(len, shown)) <= 100 < max(map(len, written))
    assert " ".join(" ".join(shown).split()) == " ".join(" ".join(written).split())
    assert any(line.startswith(" " * 10) for line in shown)
