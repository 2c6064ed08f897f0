"""Python's `http.server`, which has no POST, and servers that are no web servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.independent.servers import echo, files, silence
from tests.independent.session import judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = pytest.mark.nightly


def test_a_server_of_files_is_not_the_documented_service(tmp_path: Path) -> None:
    """It answers 501 to every POST: one line says what stands there, exit 3, and nothing is judged."""
    with files(tmp_path) as base_url:
        ran = judge(base_url, tmp_path)
    assert ran.code == 3
    assert len(ran.out.strip().splitlines()) == 1
    assert "nothing there is the documented service: all 4 requests were answered 501 text/html" in ran.out
    assert ran.report["summary"]["verdict"] == "incomplete"
    assert not ran.clauses("fail")


@pytest.mark.parametrize(
    ("server", "said"),
    [
        pytest.param(echo, "the answer is no HTTP", id="an echo"),
        pytest.param(silence, "no answer in time", id="silence"),
    ],
)
def test_a_server_without_http_gets_no_verdict(
    server: Callable[[], AbstractContextManager[str]], said: str, tmp_path: Path
) -> None:
    """One line says so, exit 3, and no clause fails."""
    with server() as base_url:
        ran = judge(base_url, tmp_path, environ={"CONFORMANCE_TIMEOUT_SECONDS": "0.5"})
    assert ran.code == 3
    assert said in ran.out
    assert len(ran.out.strip().splitlines()) == 1
    assert ran.report["summary"]["verdict"] == "incomplete"
    assert not ran.clauses("fail")
