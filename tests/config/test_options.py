"""The table of run options."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conformance.config.options import RUN_OPTIONS, Option
from conformance.config.targets import TARGET_VARIABLES

BY_NAME = {option.name: option for option in RUN_OPTIONS}

# What docs/interface.md promises.
PROMISED = {
    "config": "./conformance.toml",
    "profile": "standard",
    "output": "reports",
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
}


def test_every_promised_option_has_its_promised_default() -> None:
    """The options and their defaults are those of docs/interface.md, in its order."""
    assert {option.name: option.shown_default for option in RUN_OPTIONS} == PROMISED
    assert list(BY_NAME) == list(PROMISED)


@pytest.mark.parametrize("option", RUN_OPTIONS, ids=lambda option: option.name)
def test_every_option_explains_itself(option: Option) -> None:
    """Every option has a help text; choices and flags have no metavar, all others have one."""
    assert option.help.endswith(".")
    assert (option.metavar is None) == (option.kind in ("choice", "bool"))
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
    assert not {option.variable for option in RUN_OPTIONS} & set(TARGET_VARIABLES)


@pytest.mark.parametrize("module", ["options", "settings", "files", "selection"])
def test_options_are_imported_without_pydantic(module: str) -> None:
    """What `conformance --help` needs does not import pydantic."""
    code = f"import sys, conformance.config.{module}; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
