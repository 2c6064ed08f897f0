"""The suite under plain pytest, and the plugin where it has nothing to do."""

from pathlib import Path

import pytest

import conformance.suite
from conformance.mock.faults import FAULTS
from tests.runner.command import PYTEST, QUICKLY, SUITE, Ran, Site, command, site

SMOKE = ("--conformance-profile", "smoke")


def _pytest(target: Site, *options: str) -> Ran:
    return command(*SUITE, *options, cwd=target.directory, environ=target.environ, program=PYTEST)


def test_plain_pytest_runs_the_same_tests_with_the_same_exit_codes(tmp_path: Path) -> None:
    """A conformant target is exit 0, with every report in the output directory; with all plugins that there are."""
    words = [word for word in SUITE if word not in QUICKLY]
    with site(tmp_path) as target:
        ran = command(
            *words, "--conformance-profile", "smoke", cwd=tmp_path, environ=target.environ, program=PYTEST
        )  # fmt: skip
    assert ran.code == 0, ran.out
    assert ran.report["summary"]["verdict"] == "conformant"
    assert "passed" in ran.out


def test_names_of_the_user_s_own_tests_do_not_matter(tmp_path: Path) -> None:
    """Settings of another project neither empty the collection nor double it."""
    collect = ("--collect-only", "-q", "--conformance-profile", "smoke")
    with site(tmp_path) as target:
        usual = _pytest(target, *collect)
        (tmp_path / "pytest.ini").write_text(
            "[pytest]\npython_files = check_*.py\npython_functions = check_*\npython_classes = Check*\n"
        )
        own = _pytest(target, *collect)
        (tmp_path / "pytest.ini").write_text("[pytest]\npython_files = *.py\n")
        wide = _pytest(target, *collect)
    tests = [line for line in usual.out.splitlines() if "::" in line]
    assert len(tests) > 100
    assert [line for line in own.out.splitlines() if "::" in line] == tests, own.out + own.err
    assert [line for line in wide.out.splitlines() if "::" in line] == tests, wide.out + wide.err


def test_k_and_x_select_and_stop(tmp_path: Path) -> None:
    """A test that -k leaves out leaves the gate; -x stops at the first failure and stops sending."""
    with site(tmp_path, FAULTS["id-zero-accepted"].make()) as target:
        fine = _pytest(target, "-k", "header", *SMOKE)
        assert fine.code == 0, fine.out
        assert fine.report["summary"]["verdict"] == "partial"
        stopped = _pytest(target, "-x", *SMOKE)
    assert stopped.code == 1
    assert stopped.out.count("FAILED") == 1


def test_a_target_that_could_not_be_judged_is_exit_3(tmp_path: Path) -> None:
    """If pytest's own exit code would be 0, docs/interface.md's is used."""
    with site(tmp_path) as target:
        target.describe(missing_repository_id="")
        ran = _pytest(target, *SMOKE)
    assert ran.code == 3, ran.out


def test_xdist_is_refused_in_one_line(tmp_path: Path) -> None:
    """Workers would break rate, budget and safety."""
    with site(tmp_path) as target:
        ran = _pytest(target, "-n", "2")
    assert ran.code == 4
    assert "xdist" in ran.err
    assert "Traceback" not in ran.err


def test_a_mistake_in_the_description_is_one_line(tmp_path: Path) -> None:
    """The error names the file and the key."""
    with site(tmp_path) as target:
        target.describe(repository_id="0")
        ran = _pytest(target)
    assert ran.code == 4
    assert "repository_id" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--pyargs", "conformance.suite", "--strict-markers"], id="by name"),
        pytest.param([str(Path(conformance.suite.__file__).parent)], id="by path"),
        pytest.param(["--pyargs", "conformance.suite.test_clauses"], id="a module of it"),
        pytest.param(["--pyargs", "conformance.suite", "-n", "1"], id="with xdist"),
    ],
)
def test_without_a_target_one_line_says_how_to_name_one(tmp_path: Path, words: list[str]) -> None:
    """Exit 4, pytest's own for wrong usage, and no stack."""
    ran = command(*words, *QUICKLY, cwd=tmp_path, program=PYTEST)
    assert ran.code == 4
    assert ran.err.splitlines()[0].startswith("ERROR: conformance.suite tests a target, and none is named: give ")
    assert not any(word in ran.out for word in ("UsageError", "pluggy/", "Warning", "ERRORS"))


def test_the_plugin_is_inert_without_a_target(tmp_path: Path) -> None:
    """Another project's tests run as if the plugin were not there."""
    (tmp_path / "test_other.py").write_text("def test_other():\n    assert True\n")
    ran = command("-q", "-p", "no:cacheprovider", cwd=tmp_path, program=PYTEST)
    assert ran.code == 0
    assert not ran.reports.exists()
