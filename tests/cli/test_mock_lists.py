"""`conformance mock` lists and serves the catalogues."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.cli.mock import combination, fault_lines, variant_lines
from conformance.exceptions import UsageError
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS


def test_the_lists_have_a_line_for_each() -> None:
    """With id, level, clause and summary, or id and summary, and a tab between them."""
    assert [line.split("\t")[0] for line in fault_lines()] == list(FAULTS)
    assert {line.count("\t") for line in fault_lines()} == {3}
    assert [line.split("\t")[0] for line in variant_lines()] == list(VARIANTS)


def test_the_command_prints_them() -> None:
    """And serves nothing. A pipe has its form whatever the width of the terminal that the environment names."""
    ran = CliRunner(env={"COLUMNS": "60"}).invoke(cli, ["mock", "--list-faults"])
    assert (ran.exit_code, ran.output.splitlines()) == (0, fault_lines())
    ran = CliRunner().invoke(cli, ["mock", "--list-variants"])
    assert (ran.exit_code, ran.output.splitlines()) == (0, variant_lines())


def test_a_mock_may_have_several() -> None:
    """Faults before variants."""
    made = combination(["id-zero-accepted", "success-is-ok"], ["chunked"])
    kinds = (FAULTS["id-zero-accepted"].kind, FAULTS["success-is-ok"].kind, VARIANTS["chunked"].kind)
    assert type(made).__bases__ == kinds


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            (["id-zero-acepted"], []),
            (
                "no fault is called id-zero-acepted: did you mean id-zero-accepted? "
                "`conformance mock --list-faults` lists them"
            ),
        ),
        (([], ["zzz"]), "no variant is called zzz: `conformance mock --list-variants` lists them"),
    ],
)
def test_an_unknown_id_is_one_line(given: tuple[list[str], list[str]], line: str) -> None:
    """With the nearest id, where one is near."""
    with pytest.raises(UsageError) as caught:
        combination(*given)
    assert str(caught.value) == line
