"""`st run` in its best configuration for this operation, in this process, and what it said.

It gets what a user who knows it well would give: all its checks and phases, known ids, a token by configuration, and
an OpenAPI file by which no correct server fails. Where spec/openapi.yaml leaves something open, as the document
does, its checks would fail the reference: so here any 4xx is documented, and a body with an http(s) url is mandatory.
It stops at the first failure and does not shrink it, which costs it nothing here and saves it requests.
"""

from __future__ import annotations

import json
import re
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from click.testing import CliRunner
from schemathesis.cli import schemathesis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mock import Fixtures

OPENAPI = Path(__file__).parent.parent / "spec" / "openapi.yaml"
_URL = r"^https?://[a-z]{1,20}\.[a-z]{2,7}/[a-z0-9/]{1,60}\.git$"
_OPTIONS = ("--max-failures", "1", "--no-shrink", "--workers", "8", "--generation-database", "none")


@dataclass(frozen=True, slots=True)
class Said:
    """The result of `st run`: its exit code, and the numbers of generated test cases and of each kind of failure."""

    exit_code: int
    cases: int
    failures: dict[str, int]

    @property
    def found(self) -> bool:
        """Whether it found anything, whatever that was."""
        return self.exit_code != 0


def adapted(openapi: dict[str, Any], known: Mapping[str, int]) -> dict[str, Any]:
    """The OpenAPI document with a 4XX response, `known` ids, and a mandatory body whose url every server takes."""
    copy: dict[str, Any] = json.loads(json.dumps(openapi))
    (path,) = copy["paths"].values()
    operation, schemas = path["post"], copy["components"]["schemas"]
    repository_id = next(parameter for parameter in operation["parameters"] if parameter["name"] == "repository_id")
    for role, number in known.items():
        repository_id["examples"][role] = {"value": number}
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    operation["responses"]["4XX"] = {"description": "Any other refusal.", "content": refusal}
    operation["requestBody"]["required"] = True
    schemas["AssociateRequest"]["required"] = ["url"]
    schemas["AssociateRequest"]["properties"]["url"]["pattern"] = _URL
    return copy


def st_run(base_url: str, fixtures: Fixtures, directory: Path, seed: int) -> Said:
    """Run `st run` on a server that has these fixtures, with its files in `directory`."""
    known = {"restricted": fixtures.restricted_repository_id, "missing": fixtures.missing_repository_id}
    openapi = adapted(yaml.safe_load(OPENAPI.read_text(encoding="utf-8")), known)
    (directory / "openapi.json").write_text(json.dumps(openapi), encoding="utf-8")
    (directory / "schemathesis.toml").write_text(
        f"[auth.openapi.userToken]\napi_key = {json.dumps(fixtures.token)}\n", encoding="utf-8"
    )
    with chdir(directory):
        ran = CliRunner().invoke(
            schemathesis, ["run", "openapi.json", "--url", base_url, "--seed", str(seed), *_OPTIONS]
        )
    return parse(ran.exit_code, ran.output)


def parse(exit_code: int, output: str) -> Said:
    """Read the summary of schemathesis 4.32; ValueError where it did not run, which is no result.

    A failure without a summary, as where it breaks down on an answer, counts as found.
    """
    summary = output.rpartition(" SUMMARY ")[2]
    cases = re.search(r"^ *(\d+) generated", summary, re.MULTILINE)
    if exit_code not in {0, 1} or (exit_code == 0 and cases is None):
        raise ValueError(f"st run ended with {exit_code} and no summary: {output[-500:]}")
    failures = re.findall(r"^ *❌ (.+): (\d+)$", summary, re.MULTILINE)
    return Said(exit_code, int(cases[1]) if cases else 0, {name: int(count) for name, count in failures})
