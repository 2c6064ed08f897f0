"""The table of run options."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conformance.config.options import RUN_OPTIONS, Option, typed
from conformance.config.tables import keys_of
from conformance.spec import load_contract

BY_NAME = {option.name: option for option in RUN_OPTIONS}

# What docs/interface.md promises.
PROMISED = {
    "config": "./conformance.toml",
    "spec": "the contract that comes with the suite",
    "edition": "the newest that comes with the contract",
    "profile": "standard",
    "output": "reports",
    "report": "html, summary, allure, junit",
    "seed": "from the clock, printed",
    "repeat": "1",
    "concurrency": "8",
    "rate": "unlimited on loopback, 10 elsewhere",
    "max-requests": "the profile's",
    "mutation": "fixture; any on the embedded mock",
    "fail-on": "must",
    "exitfirst": "off",
    "baseline": "none",
    "examples": "the user's state directory; none for the embedded mock",
    "history": "a file in the user's state directory; none on the embedded mock",
    "select": "all",
    "deselect": "none",
    "probe": "all",
    "dry-run": "off",
    "yes": "off",
    "open": "off",
}


def test_every_promised_option_has_its_promised_default() -> None:
    """The options and their defaults are those of docs/interface.md, in its order."""
    assert {option.name: option.shown_default for option in RUN_OPTIONS} == PROMISED
    assert list(BY_NAME) == list(PROMISED)


@pytest.mark.parametrize("option", RUN_OPTIONS, ids=lambda option: option.name)
def test_every_option_explains_itself(option: Option) -> None:
    """Every option has a help text; flags and single choices have no metavar, all others have one."""
    assert option.help.endswith(".")
    assert (option.metavar is None) == (option.kind in ("choice", "bool") and not option.repeatable)
    assert bool(option.choices) == (option.kind == "choice")


def test_names_follow_from_one_name() -> None:
    """Field, variable and flags are made from the name; pytest has its own prefix."""
    option = BY_NAME["max-requests"]
    assert option.field == "max_requests"
    assert option.variable == "CONFORMANCE_MAX_REQUESTS"
    assert option.flag() == "--max-requests"
    assert option.flag("--conformance-") == "--conformance-max-requests"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("profile", "one of smoke, standard, deep"),
        ("concurrency", "a whole number from 1 to 256"),
        ("max-requests", "a whole number, 1 or more"),
        ("seed", "a whole number of 64 bits"),
        ("rate", "a number over 0"),
        ("output", "a path"),
        ("yes", "true or false"),
        ("history", "a file, a URL such as postgresql://USER@HOST/DATABASE, or none"),
        ("select", "a text that is not empty"),
    ],
)
def test_allowed_says_what_may_be_given(name: str, expected: str) -> None:
    """Each option says in words what may be given."""
    assert BY_NAME[name].allowed == expected


def test_no_option_shares_a_variable_with_a_target_key() -> None:
    """A CONFORMANCE_ variable means either an option or a key of a target, never both."""
    assert not {option.variable for option in RUN_OPTIONS} & {key.variable for key in keys_of(load_contract())}


@pytest.mark.parametrize("module", ["config.options", "config.settings", "cli"])
def test_options_are_imported_without_what_is_slow(module: str) -> None:
    """`conformance --help` imports neither Hypothesis nor jsonschema nor PyYAML."""
    slow = {"hypothesis", "jsonschema", "yaml"}
    code = f"import sys, conformance.{module}; sys.exit(bool({slow} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        pytest.param("1_000", "1_000", id="underscore"),
        pytest.param("1.0", "1.0", id="fraction"),
        pytest.param("\u0661", "\u0661", id="Arabic digit"),
        pytest.param("9" * 1001, "9" * 1001, id="1,001 digits"),
        pytest.param("", "", id="empty"),
    ],
)
def test_integer_reads_decimal_digits_only(text: str, expected: int | str) -> None:
    """A whole number is decimal digits with an optional sign; anything else stays text."""
    assert typed("int", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", 10.0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("2.", 2.0),
        ("1e-2", 0.01),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_0", "1_0"),
    ],
)
def test_number_reads_decimal_numbers_only(text: str, expected: float | str) -> None:
    """A number is decimal, with an optional exponent; "nan" and "inf" stay text."""
    assert typed("float", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("YES", True), ("1", True), ("False", False), ("no", False), ("0", False), ("on", "on")],
)
def test_flag_reads_six_words(text: str, *, expected: bool | str) -> None:
    """A flag is true, 1, yes, false, 0 or no in any case; anything else stays text."""
    assert typed("bool", text) == expected
