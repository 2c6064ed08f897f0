"""How the suite is run here: as a user who has a URL, a token and a repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from tests.runner.command import Ran, command

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads((Path(__file__).parents[2] / "spec" / "report.schema.json").read_text(encoding="utf-8"))
ENVIRON = {"CONFORMANCE_TOKEN": "a-token-of-some-length", "CONFORMANCE_REPOSITORY_ID": "2112029391"}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """`conformance run URL`, whose report was found valid and whose output free of tracebacks."""

    def run(base_url: str, *options: str, **environ: str) -> Ran:
        ran = command("run", base_url, "--seed", "1", *options, cwd=tmp_path, environ={**ENVIRON, **environ})
        assert "Traceback" not in ran.out + ran.err
        jsonschema.validate(ran.report, SCHEMA, format_checker=jsonschema.FormatChecker())
        for name in ("traffic.har", "junit.xml"):
            assert (ran.reports / name).stat().st_size > 0
        return ran

    return run
