"""The example database as a user meets it: found one night, sent first the next, gone once it is fixed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock
from tests.runner.command import Site, command, site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mock.message import Receive, Scope, Send

PROPERTIES = ("property.tokens.length", "property.methods")
ONLY = [word for name in PROPERTIES for word in ("--probe", name)]


class Changing(Mock):
    """Refuses long tokens, and breaks on other methods, while it is `broken`; notes the lengths of tokens."""

    broken = True

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        length = len(dict(scope["headers"]).get(b"x-auth-token", b""))
        self.lengths.append(length)
        if self.broken and (length > 20_000 or scope["method"] != "POST"):
            await Answer(431 if length > 20_000 else 500).send(scope["method"], send)
        else:
            await super().__call__(scope, receive, send)


def examples(directory: Path) -> Mapping[str, bytes]:
    """Every example below a directory, by property and clause."""
    return {f"{path.parent.name}/{path.stem}": path.read_bytes() for path in directory.rglob("*.json")}


def failed(target: Site, *options: str) -> set[str]:
    """The clauses that a run fails."""
    ran = target.run(*ONLY, *options)
    assert ran.code in {0, 1}, ran.err
    return ran.clauses("fail")


def test_a_failure_is_kept_sent_first_and_dropped_once_it_passes(tmp_path: Path) -> None:
    """Three nights: one finds, one repeats, one is fixed; no file holds a token."""
    app = Changing()
    folder = Path(os.environ["XDG_STATE_HOME"])
    with site(tmp_path, app) as target:
        assert "header.x-auth-token.length" in failed(target, "--seed", "2")
        kept = examples(folder)
        assert {"property.tokens.length/header.x-auth-token.length", "property.methods/status.server-error"} <= set(
            kept
        )
        for content in kept.values():
            assert target.fixtures.token.encode()[:16] not in content
            assert target.fixtures.token.encode()[-16:] not in content
        dry = target.run(*ONLY, "--dry-run")
        assert "property.tokens.length: saved when they failed in an earlier run" in dry.out
        app.lengths.clear()
        assert "header.x-auth-token.length" in failed(target, "--seed", "4", "--concurrency", "1")
        strange = [length for length in app.lengths if length != len(target.fixtures.token)]
        assert strange[0] == 20_001
        assert kept.keys() <= examples(folder).keys()
        app.broken = False
        assert failed(target, "--seed", "3") == set()
        assert examples(folder) == {}


def test_the_budget_counts_what_is_sent_again(tmp_path: Path) -> None:
    """A limit on requests is a limit on these as well, and they stay; one that cannot be read is one line, exit 2."""
    app = Changing()
    with site(tmp_path, app) as target:
        failed(target, "--seed", "2", "--examples", "kept")
        kept = examples(tmp_path / "kept")
        assert kept, "in a folder of the user's choice"
        app.lengths.clear()
        ran = target.run(*ONLY, "--examples", "kept", "--max-requests", "2")
        assert len(app.lengths) == 2
        assert ran.report["run"]["complete"] is False
        assert examples(tmp_path / "kept") == kept
        [spoilt, *_] = sorted((tmp_path / "kept").rglob("*.json"))
        spoilt.write_text("{", encoding="ascii")
        app.lengths.clear()
        ran = target.run(*ONLY, "--examples", "kept")
        assert (ran.code, ran.err.count("\n"), app.lengths) == (2, 1, [])
        assert str(spoilt.relative_to(tmp_path)) in ran.err


def test_the_embedded_mock_leaves_nothing_in_the_users_state(tmp_path: Path) -> None:
    """A mock that is tried out is nobody's target."""
    ran = command("run", "--seed", "1", *ONLY, cwd=tmp_path)
    assert ran.code == 0
    assert not Path(os.environ["XDG_STATE_HOME"]).exists()
