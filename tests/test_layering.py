"""The layering rule of ARCHITECTURE.md, enforced: who may import whom, and what the pure layers may not touch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "conformance"

MAY_IMPORT = {
    "exceptions": set(),
    "places": set(),
    "contract": {"exceptions"},
    "strategies": {"contract"},
    "plan": {"contract", "strategies"},
    "examples": {"contract", "plan", "places", "exceptions"},
    "judge": {"contract"},
    "mock": {"exceptions"},
    "standin": {"contract", "strategies", "mock"},
    "config": {"contract", "plan", "places", "report", "spec", "exceptions"},
    "spec": {"contract", "judge", "places", "exceptions"},
    "document": {"contract", "places", "spec", "strategies", "exceptions"},
    "traffic": {"contract", "plan", "exceptions"},
    "report": {"contract", "judge", "traffic", "places", "exceptions"},
    "history": {"contract", "judge", "report", "engine", "spec", "places", "exceptions"},
    "engine": {"contract", "plan", "judge", "traffic", "report", "config", "examples", "exceptions"},
    "bundle": {"contract", "judge", "traffic", "report", "history", "engine", "spec", "exceptions"},
    "runner": {
        "contract",
        "plan",
        "judge",
        "traffic",
        "report",
        "config",
        "engine",
        "history",
        "mock",
        "places",
        "spec",
        "standin",
        "exceptions",
    },
    "suite": {"runner"},
    "plugin": {"config", "engine", "runner", "spec", "exceptions"},
    "selftest": {"contract", "plan", "judge", "report", "config", "engine", "runner", "mock", "spec", "exceptions"},
    "errata": {"contract", "document", "engine", "judge", "report", "spec", "exceptions"},
    "explain": {
        "config",
        "contract",
        "document",
        "engine",
        "history",
        "judge",
        "mock",
        "plan",
        "report",
        "spec",
        "traffic",
        "exceptions",
    },
    "__main__": {"cli"},
    "cli": {
        "bundle",
        "config",
        "contract",
        "document",
        "engine",
        "errata",
        "explain",
        "history",
        "mock",
        "places",
        "report",
        "runner",
        "selftest",
        "spec",
        "standin",
        "suite",
        "exceptions",
    },
}
PURE = ("contract", "strategies", "plan", "judge")
IMPURE_MODULES = {
    "asyncio", "datetime", "httpx", "io", "logging", "os", "pathlib", "secrets", "shutil", "socket", "ssl",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "exec", "eval"}


def modules(layer: str) -> Iterator[Path]:
    """The source files of a layer, which is a folder or a module."""
    folder = PACKAGE / layer
    yield from folder.rglob("*.py") if folder.is_dir() else [PACKAGE / f"{layer}.py"]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


def layer_of(module: str) -> str | None:
    """The layer that an import reaches, or None where it leaves the package or takes only its version."""
    parts = module.split(".")
    return parts[1] if parts[0] == "conformance" and len(parts) > 1 else None


def test_every_part_of_the_package_has_its_layer() -> None:
    """Nothing lives outside the layers that the rule names."""
    found = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__", "__pycache__"} == set(MAY_IMPORT)


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_what_it_may(layer: str) -> None:
    """Imports go one way, as the rule says."""
    for path in modules(layer):
        reached = {found for module in imports(path) if (found := layer_of(module))}
        assert reached - {layer} <= MAY_IMPORT[layer], path.relative_to(PACKAGE)


@pytest.mark.parametrize("layer", ["report", "explain"])
def test_reports_see_of_traffic_only_its_redaction(layer: str) -> None:
    """A written report cannot send anything."""
    for path in modules(layer):
        reached = {module for module in imports(path) if layer_of(module) == "traffic"}
        assert reached <= {"conformance.traffic.redaction"}, path.relative_to(PACKAGE)


@pytest.mark.parametrize("layer", PURE)
def test_a_pure_layer_touches_nothing_outside(layer: str) -> None:
    """Contract, strategies, plan and judge use no clock, socket, file or process."""
    for path in modules(layer):
        assert not IMPURE_MODULES & set(imports(path)), path.relative_to(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in IMPURE_CALLS, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_every_folder_says_what_lives_there() -> None:
    """A folder's `__init__.py` has a docstring."""
    for path in PACKAGE.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path.relative_to(PACKAGE)


def test_only_the_self_test_reaches_a_server_in_memory() -> None:
    """Every other run goes through sockets, to the mock too."""
    reaching = {
        layer
        for layer in MAY_IMPORT
        for path in modules(layer)
        if {"conformance.mock.memory", "conformance.traffic.memory"} & set(imports(path))
    }
    assert reaching == {"selftest", "traffic", "engine"}
    assert "conformance.traffic.memory" not in {name for path in modules("selftest") for name in imports(path)}
