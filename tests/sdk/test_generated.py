"""A client that openapi-python-client generates of the contract, in 3.1 and in 3.0, talks to the mock (nightly)."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.openapi import openapi_3_0
from conformance.mock import Fixtures, Mock, running
from conformance.spec import load_contract

pytestmark = pytest.mark.nightly

FIXTURES = Fixtures.default()
URL = "https://example.com/team/project.git"


@pytest.mark.parametrize("version", ["3.1", "3.0"])
def test_generated_client_talks_to_the_mock(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reading of a success and of a refusal is the mock's answer."""
    described = load_contract().openapi
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(described if version == "3.1" else openapi_3_0(described)), encoding="utf-8")
    programs = Path(sys.executable).parent
    name = f"generated_{version.replace('.', '_')}"
    subprocess.run(
        [
            programs / "openapi-python-client", "generate", "--path", file, "--meta", "none", "--fail-on-warning",
            "--output-path", tmp_path / name,
        ],
        check=True, env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}, capture_output=True,
    )  # fmt: skip
    monkeypatch.syspath_prepend(str(tmp_path))
    operation: Any = importlib.import_module(f"{name}.api.repository.associate_remote_mirror")
    body = importlib.import_module(f"{name}.models").AssociateRequest(url=URL)
    with running(Mock()) as base_url, importlib.import_module(name).Client(base_url=base_url) as client:
        made, refused = (
            operation.sync_detailed(FIXTURES.repository_id, client=client, body=body, x_auth_token=token)
            for token in (FIXTURES.token, "unknown")
        )
    assert made.status_code == 201
    assert (made.parsed.repository_id, made.parsed.url, made.parsed.last_error) == (FIXTURES.repository_id, URL, None)
    assert (refused.status_code, refused.parsed.error_code) == (401, "CH.00000002")
