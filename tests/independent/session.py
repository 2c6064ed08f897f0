"""Runs of the suite by a user who has a URL, a token and a repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

from conformance.config.settings import load_settings
from conformance.config.targets import load_target
from conformance.engine.preparation import Preparation
from conformance.spec import load_contract
from tests.runner.command import Ran, command

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = json.loads((Path(__file__).parents[2] / "spec" / "report.schema.json").read_text(encoding="utf-8"))
PATIENT = {"CONFORMANCE_TIMEOUT_SECONDS": "120"}
"""For a target that is started again before it answers, which takes a busy machine many seconds."""
ENVIRON = {"CONFORMANCE_TOKEN": "a-token-of-some-length", "CONFORMANCE_REPOSITORY_ID": "2112029391"}


def judge(target: str, directory: Path, *options: str, environ: Mapping[str, str] | None = None) -> Ran:
    """`conformance run` in `directory`; AssertionError where its report is not valid or a traceback was shown."""
    ran = command("run", target, "--seed", "1", *options, cwd=directory, environ={**ENVIRON, **(environ or {})})
    assert "Traceback" not in ran.out + ran.err
    jsonschema.validate(ran.report, SCHEMA, format_checker=jsonschema.FormatChecker())
    for name in ("traffic.har", "junit.xml"):
        assert (ran.reports / name).stat().st_size > 0
    return ran


def probes_only() -> list[str]:
    """The options that leave the generated requests out.

    A target that ends at a request, and takes seconds to start, would be ended a hundred times while one is shrunk.
    """
    target = load_target("http://127.0.0.1", None, ENVIRON, load_contract())
    preparation = Preparation.of(load_settings({}, {}, None), target, load_contract())
    return [word for probe in preparation.plan.sent for word in ("--probe", probe.id)]
