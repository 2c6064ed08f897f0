"""The benchmark beside `st run`: what it reads of the peer's output, and how it counts."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.mock import Fixtures, Mock, running

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
PASSED = """
=================================== SUMMARY ====================================

Test Phases:
  ✅ Examples
  ⏭  Stateful (not applicable)

Test cases:
  144 generated, 144 passed, 2 skipped

=========================== No issues found in 8.75s ===========================
"""
FAILED = """
=================================== SUMMARY ====================================

Test Phases:
  ❌ Coverage

Failures:
  ❌ ST202 Schema-valid request rejected: 1
  ❌ ST103 Undocumented status code: 2

Test cases:
  18 generated, 2 found 2 unique failures, 2 skipped
"""


@pytest.fixture
def benchmark_module(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - loads a module by its name
    """Loads a script of benchmarks/, which is no package."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


def test_a_summary_without_failures_is_read(benchmark_module: Any) -> None:  # noqa: ANN401 - as above
    """Test cases are counted; nothing was found."""
    said = benchmark_module("peer").parse(0, PASSED)
    assert (said.cases, said.failures, said.found) == (144, {}, False)


def test_a_summary_with_failures_is_read(benchmark_module: Any) -> None:  # noqa: ANN401 - as above
    """Kinds of failure are counted, phases are not taken for one."""
    said = benchmark_module("peer").parse(1, FAILED)
    assert said.failures == {"ST202 Schema-valid request rejected": 1, "ST103 Undocumented status code": 2}
    assert (said.cases, said.found) == (18, True)


@pytest.mark.parametrize(("code", "output"), [(0, PASSED.replace("generated", "made")), (2, "Error: no such option")])
def test_an_output_without_a_summary_is_no_result(benchmark_module: Any, code: int, output: str) -> None:  # noqa: ANN401
    """A tool that did not run has found nothing."""
    with pytest.raises(ValueError, match="no summary"):
        benchmark_module("peer").parse(code, output)


def test_the_peers_openapi_file_is_valid_and_keeps_its_example(benchmark_module: Any) -> None:  # noqa: ANN401
    """The adapted file is still OpenAPI, and the known url still fits its schema."""
    openapi = yaml.safe_load((ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8"))
    copy = benchmark_module("peer").adapted(openapi, {"missing": 456})
    assert not list(OpenAPIV31SpecValidator(copy).iter_errors())
    (path,) = copy["paths"].values()
    ids = path["post"]["parameters"][0]["examples"]
    assert [ids[role]["value"] for role in ("associated", "missing")] == [2112029391, 456]
    example = path["post"]["requestBody"]["content"]["application/json"]["examples"]["associated"]["value"]
    assert not list(Draft202012Validator(copy["components"]["schemas"]["AssociateRequest"]).iter_errors(example))


def test_costs_are_those_of_the_faults_and_false_positives_those_of_the_variants(benchmark_module: Any) -> None:  # noqa: ANN401
    """One row for each tool."""
    module: ModuleType = benchmark_module("against_schemathesis")
    fault, variant = next(iter(module.FAULTS)), next(iter(module.VARIANTS))
    tried = [
        module.Tried("st run", fault, found=True, requests=50, seconds=2.4, cpu_seconds=1.2),
        module.Tried("st run", fault, found=False, requests=150, seconds=3, cpu_seconds=2),
        module.Tried("st run", variant, found=True, requests=99, seconds=9, cpu_seconds=9),
    ]
    assert module.table(tried)[-1] == "| st run | 1 of 2 | 200 | 5.4 | 3.2 | 5.0 | 1 of 1 |"
    assert module.missed(tried, "st run") == [f"st run missed: {fault}", f"st run has false positives on: {variant}"]


@pytest.mark.nightly
def test_the_peer_has_no_false_positive_on_the_reference(benchmark_module: Any, tmp_path: Path) -> None:  # noqa: ANN401
    """In the configuration of the benchmark `st run` passes on the mock, and sends more than a handful of requests."""
    with running(Mock()) as base_url:
        said = benchmark_module("peer").st_run(base_url, Fixtures.default(), tmp_path, 1)
    assert said.exit_code == 0, said
    assert said.cases > 50
