"""The settings of a run."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.config.options import RUN_OPTIONS
from conformance.config.settings import ConfigFile, Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable


def written(**run: object) -> ConfigFile:
    """Return a file with these options under [run]; an underscore stands for a hyphen."""
    return ConfigFile(Path("etc/c.toml"), {"run": {key.replace("_", "-"): value for key, value in run.items()}})


def test_fields_are_the_options() -> None:
    """Settings has one field for each option, and the sources."""
    fields = [field.name for field in dataclasses.fields(Settings)]
    assert fields == [*(option.field for option in RUN_OPTIONS), "sources"]


def test_defaults_apply_where_nothing_is_given() -> None:
    """Without any source every setting has its documented default."""
    assert load_settings({}, {}, None) == Settings(
        config=Path("conformance.toml"),
        spec=None,
        edition=None,
        profile="standard",
        output=Path("reports"),
        report=(),
        seed=None,
        repeat=1,
        concurrency=8,
        rate=None,
        max_requests=None,
        mutation=None,
        fail_on="must",
        exitfirst=False,
        baseline=None,
        examples=None,
        history=None,
        select=(),
        deselect=(),
        probe=(),
        dry_run=False,
        yes=False,
        open=False,
    )


@pytest.mark.parametrize(
    ("cli", "environ", "file"),
    [
        pytest.param({"report": ("sarif, ctrf", "badge")}, {}, written(), id="command line"),
        pytest.param({}, {"CONFORMANCE_REPORT": "sarif,ctrf,badge"}, written(), id="environment"),
        pytest.param({}, {}, written(report=["sarif", "ctrf,badge"]), id="file"),
        pytest.param({}, {}, written(report="sarif,ctrf , badge"), id="one text in the file"),
    ],
)
def test_several_choices_stand_in_one_text_or_in_several(
    cli: dict[str, object], environ: dict[str, str], file: ConfigFile
) -> None:
    """Names of reports, with commas between them."""
    assert load_settings(cli, environ, file).report == ("sarif", "ctrf", "badge")


def test_command_line_wins_then_environment_then_file() -> None:
    """Of several sources the strongest wins, option by option."""
    settings = load_settings(
        {"profile": "deep"},
        {"CONFORMANCE_PROFILE": "smoke", "CONFORMANCE_SEED": "2", "PATH": "/bin"},
        written(profile="standard", seed=3, concurrency=4),
    )
    assert (settings.profile, settings.seed, settings.concurrency) == ("deep", 2, 4)
    assert settings.source("profile") == "--profile"
    assert settings.source("seed") == "CONFORMANCE_SEED"
    assert settings.source("concurrency") == "etc/c.toml: [run] concurrency"
    assert settings.source("rate") == "the default"


@pytest.mark.parametrize("absent", [None, (), [], False], ids=repr)
def test_absent_values_of_the_command_line_give_way(absent: object) -> None:
    """None, an empty list and a flag that was not given leave the setting to the next source."""
    field = "dry_run" if absent is False else "select"
    settings = load_settings({field: absent}, {"CONFORMANCE_DRY_RUN": "yes", "CONFORMANCE_SELECT": "a"}, None)
    assert settings.dry_run
    assert settings.select == ("a",)


@pytest.mark.parametrize("zero", [0, "0"], ids=repr)
def test_seed_zero_is_given(zero: object) -> None:
    """A seed of 0 on the command line is a seed, not an absent one."""
    assert load_settings({"seed": zero}, {"CONFORMANCE_SEED": "5"}, None).seed == 0


def test_environment_is_read_as_text() -> None:
    """Each kind of option can be given as a variable; lists have commas, blanks around values do not count."""
    settings = load_settings(
        {},
        {
            "CONFORMANCE_RATE": " 2.5 ",
            "CONFORMANCE_OUTPUT": "out",
            "CONFORMANCE_DESELECT": "a.*, b",
            "CONFORMANCE_YES": "0",
            "CONFORMANCE_FAIL_ON": "should",
            "CONFORMANCE_MUTATION": "",
        },
        written(yes=True, mutation="never"),
    )
    assert (settings.rate, settings.output, settings.deselect) == (2.5, Path("out"), ("a.*", "b"))
    assert (settings.yes, settings.fail_on, settings.mutation) == (False, "should", "never")


def test_command_line_accepts_text_and_typed_values() -> None:
    """Values of click and plain text of pytest mean the same."""
    typed = {"concurrency": 2, "rate": 5, "output": Path("o"), "dry_run": True, "probe": ("a",)}
    text = {"concurrency": "2", "rate": "5", "output": "o", "dry_run": "true", "probe": ["a"]}
    assert load_settings(typed, {}, None) == load_settings(text, {}, None)


def test_paths_of_the_file_start_at_the_file() -> None:
    """A relative path under [run] is relative to the file, an absolute one stays; the command line's are as given."""
    file = written(output="o", baseline="/b.toml")
    settings = load_settings({}, {}, file)
    assert (settings.output, settings.baseline) == (Path("etc/o"), Path("/b.toml"))
    assert load_settings({"output": "o"}, {}, file).output == Path("o")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("h.db", "etc/h.db"), ("/h.db", "/h.db"), ("none", "none"), ("postgresql://h/d", "postgresql://h/d")],
)
def test_the_path_of_a_database_in_the_file_starts_at_the_file(value: str, expected: str) -> None:
    """A URL and none are as they stand; so is what the command line says."""
    assert load_settings({}, {}, written(history=value)).history == expected
    assert load_settings({"history": value}, {}, written()).history == value


@pytest.mark.parametrize(("value", "expected"), [("kept", "etc/kept"), ("none", "none")])
def test_examples_go_nowhere_where_none_is_said(value: str, expected: str) -> None:
    """In the file as on the command line; it is no directory beside the file."""
    assert load_settings({}, {}, written(examples=value)).examples == Path(expected)
    assert load_settings({"examples": value}, {}, written()).examples == Path(value)


def test_file_takes_a_list_or_a_single_text() -> None:
    """A repeatable option under [run] is a list of texts or one text; an empty list selects nothing special."""
    assert load_settings({}, {}, written(select="a")).select == ("a",)
    assert load_settings({}, {}, written(select=["a", "b"])).select == ("a", "b")
    assert load_settings({}, {}, written(select=[])).select == ()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        pytest.param(
            "profile", "standart", '"standart" is not a profile; did you mean "standard"?', id="near a choice"
        ),
        pytest.param("profile", "x", '"x" is not a profile; give one of smoke, standard, deep', id="no choice"),
        pytest.param("profile", "Smoke", '"Smoke" is not a profile; did you mean "smoke"?', id="capital letter"),
        pytest.param(
            "fail_on", "never", '"never" is not a fail-on; give one of must, should', id="other option's choice"
        ),
        pytest.param("mutation", "nevr", '"nevr" is not a mutation; did you mean "never"?', id="misspelt mutation"),
        pytest.param("concurrency", "0", "0 is under 1; give a whole number from 1 to 256", id="one under"),
        pytest.param("concurrency", 0, "0 is under 1; give a whole number from 1 to 256", id="typed zero"),
        pytest.param("concurrency", "257", "257 is over 256; give a whole number from 1 to 256", id="one over"),
        pytest.param("max_requests", "0", "0 is under 1; give a whole number, 1 or more", id="no request at all"),
        pytest.param("seed", "1.5", '"1.5" is not a whole number of 64 bits', id="fraction"),
        pytest.param("seed", str(2**63), f"{2**63} is over {2**63 - 1}; give a whole number of 64 bits", id="65 bits"),
        pytest.param(
            "seed", str(-(2**63) - 1), f"-{2**63 + 1} is under -{2**63}; give a whole number of 64 bits", id="-65 bits"
        ),
        pytest.param("seed", "", "is empty; give a whole number of 64 bits", id="empty"),
        pytest.param("rate", "0", "0.0 is not over 0; give a number over 0", id="rate zero"),
        pytest.param("rate", "-1", "-1.0 is not over 0; give a number over 0", id="negative rate"),
        pytest.param("rate", "nan", '"nan" is not a number over 0', id="nan"),
        pytest.param("rate", "1e999", "inf is not finite; give a number over 0", id="infinite"),
        pytest.param("output", "", "is empty; give a path", id="empty path"),
        pytest.param("select", ("a", ""), "is empty; give a text", id="empty glob"),
        pytest.param("yes", "maybe", '"maybe" is not true or false', id="no flag"),
        pytest.param("profile", "a\nb", '"a\\nb" is not a profile; give one of smoke, standard, deep', id="line break"),
    ],
)
def test_mistake_on_the_command_line(field: str, value: object, expected: str, refusal: Callable[..., str]) -> None:
    """A mistake on the command line names the option, what is wrong and what is allowed."""
    option = f"--{field.replace('_', '-')}"
    assert refusal(load_settings, {field: value}, {}, None) == f"{option}: {expected}"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("CONFORMANCE_PROFILE", "fast", '"fast" is not a profile; give one of smoke, standard, deep'),
        ("CONFORMANCE_CONCURRENCY", "many", '"many" is not a whole number from 1 to 256'),
        ("CONFORMANCE_DRY_RUN", "on", '"on" is not true or false'),
        ("CONFORMANCE_SELECT", "a,,b", "is empty; give a text"),
        ("CONFORMANCE_MUTATON", "never", "there is no such option; did you mean CONFORMANCE_MUTATION?"),
    ],
)  # fmt: skip
def test_mistake_in_the_environment(variable: str, value: str, expected: str, refusal: Callable[..., str]) -> None:
    """A mistake in the environment names the variable; a near miss of a variable's name is one."""
    assert refusal(load_settings, {}, {variable: value}, None) == f"{variable}: {expected}"


@pytest.mark.parametrize(
    "variable", ["CONFORMANCE_TOKEN", "CONFORMANCE_TOKEN_1", "CONFORMANCE_HISTORIAN", "MUTATON", "CONFORMANCE_"]
)
def test_unrelated_variables_are_left_alone(variable: str) -> None:
    """A variable that is near no option's may mean something to somebody else."""
    assert load_settings({}, {variable: "never"}, None) == load_settings({}, {}, None)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        pytest.param("profile", "fast", '"fast" is not a profile; give one of smoke, standard, deep', id="no choice"),
        pytest.param("profile", 1, "1 is not one of smoke, standard, deep", id="number for a choice"),
        pytest.param("seed", "1", '"1" is not a whole number of 64 bits', id="text for a number"),
        pytest.param("seed", True, "true is not a whole number of 64 bits", id="true for a number"),
        pytest.param("seed", 1.0, "1.0 is not a whole number of 64 bits", id="fraction"),
        pytest.param("rate", True, "true is not a number over 0", id="true for a rate"),
        pytest.param("rate", float("inf"), "inf is not finite; give a number over 0", id="infinite rate"),
        pytest.param("rate", float("nan"), "nan is not finite; give a number over 0", id="nan"),
        pytest.param("rate", 1 << 20_000, "a number of thousands of digits is not finite; give a number over 0", id="too large for a float"),
        pytest.param("yes", "true", '"true" is not true or false', id="text for a flag"),
        pytest.param("yes", 1, "1 is not true or false", id="number for a flag"),
        pytest.param("output", dt.date(2026, 4, 28), "a date or time is not a path", id="date for a path"),
        pytest.param("select", [1], "1 is not a text that is not empty", id="number in a list"),
        pytest.param("select", {}, "a table is not a text that is not empty", id="table for a list"),
        pytest.param("profil", "smoke", 'there is no such option; did you mean "profile"?', id="misspelt key"),
        pytest.param("max_requests", 5, 'there is no such option; did you mean "max-requests"?', id="underscore"),
        pytest.param("config", "x.toml", "a file cannot name itself; give --config or CONFORMANCE_CONFIG instead", id="config in itself"),
    ],
)  # fmt: skip
def test_mistake_in_the_file(key: str, value: object, expected: str, refusal: Callable[..., str]) -> None:
    """A mistake under [run] names the file and the key; types are those of TOML."""
    file = ConfigFile(Path("etc/c.toml"), {"run": {key: value}})
    assert refusal(load_settings, {}, {}, file) == f"etc/c.toml: [run] {key}: {expected}"


def test_pytest_names_its_own_options(refusal: Callable[..., str]) -> None:
    """Under pytest the message names pytest's option."""
    message = refusal(load_settings, {"seed": "x"}, {}, None, option_prefix="--conformance-")
    assert message == '--conformance-seed: "x" is not a whole number of 64 bits'
