"""The options of ``conformance run``, each written once (docs/interface.md).

The command line, the pytest plugin (``--conformance-NAME``), the ``[run]`` table, the ``CONFORMANCE_NAME`` variables
and the table in docs/configuration.md are made from :data:`RUN_OPTIONS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from conformance.contract.clause import Level
from conformance.plan.probe import Mutation, Profile
from conformance.report.formats.registry import DEFAULT, ReportName

if TYPE_CHECKING:
    from enum import StrEnum

Kind: TypeAlias = Literal["str", "int", "float", "bool", "path", "choice", "database"]

ENVIRONMENT_PREFIX = "CONFORMANCE_"
# int() and float() also read "1_000", Arabic digits, "nan" and "infinity"; nobody means those.
_INTEGER = re.compile(r"[+-]?[0-9]{1,1000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_INT64 = (-(2**63), 2**63 - 1)  # what a database holds


def typed(kind: str, text: str) -> object:
    """A text from the command line or the environment as TOML would have typed it; an unreadable one stays a text."""
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "float" and _NUMBER.fullmatch(text):
        return float(text)  # one too large for a float is infinite, which is refused later
    return _FLAGS.get(text.lower(), text) if kind == "bool" else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option; ``minimum`` and ``maximum`` are allowed values, ``above`` is not; a ``bool`` is a flag without value.

    ``default`` is None where the run decides, in the way that ``default_text`` says. ``example`` is TOML, needed where
    neither default nor kind makes one. ``[run]`` refuses an option that is not ``in_file``. ``nowhere`` says that the
    value `none` is no place.
    """

    name: str
    kind: Kind
    help: str
    metavar: str | None = None
    choices: tuple[StrEnum, ...] = ()
    default: str | int | float | bool | None = None
    default_text: str = ""
    example: str = ""
    minimum: int | None = None
    maximum: int | None = None
    above: int | None = None
    repeatable: bool = False
    in_file: bool = True
    nowhere: bool = False

    @property
    def field(self) -> str:
        """The name in Python: of the click parameter and of the field of ``Settings``."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"{ENVIRONMENT_PREFIX}{self.field.upper()}"

    def flag(self, prefix: str = "--") -> str:
        """Return the name on a command line; the pytest plugin's prefix is ``--conformance-``."""
        return f"{prefix}{self.name}"

    @property
    def shown_default(self) -> str:
        """The default in words, for help texts and documentation."""
        if self.default_text:
            return self.default_text
        return "off" if self.kind == "bool" else str(self.default)

    @property
    def allowed(self) -> str:
        """The allowed values in words, as in an error message."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.kind == "bool":
            return "true or false"
        if self.kind in ("int", "float"):
            return f"a {'whole ' if self.kind == 'int' else ''}number{self._range}"
        words = {"path": "a path", "database": "a file, a URL such as postgresql://USER@HOST/DATABASE, or none"}
        return words.get(self.kind, "a text that is not empty")

    @property
    def _range(self) -> str:
        if (self.minimum, self.maximum) == _INT64:
            return " of 64 bits"
        if self.maximum is not None:
            return f" from {self.minimum} to {self.maximum}"
        if self.minimum is not None:
            return f", {self.minimum} or more"
        return f" over {self.above}" if self.above is not None else ""


RUN_OPTIONS: tuple[Option, ...] = (
    Option(
        name="config", kind="path", metavar="FILE", in_file=False,
        default="conformance.toml", default_text="./conformance.toml",
        help="The file that describes the targets.",
    ),
    Option(
        name="spec", kind="path", metavar="DIR",
        default_text="the contract that comes with the suite", example='"spec"',
        help="Another contract: a directory with openapi.yaml, clauses.yaml and the document that this names.",
    ),
    Option(
        name="edition", kind="str", metavar="NAME",
        default_text="the newest that comes with the contract", example='"2026-11"',
        help="The edition by which clauses gate; newer and stricter ones only inform. With none every clause gates.",
    ),
    Option(
        name="profile", kind="choice", choices=tuple(Profile), default="standard",
        help="The number of requests: about 50, about 500, about 6,000; each tests every must clause.",
    ),
    Option(
        name="output", kind="path", metavar="DIR", default="reports",
        help="The directory of the reports.",
    ),
    Option(
        name="report", kind="choice", metavar="NAME[,NAME]", choices=tuple(ReportName), repeatable=True,
        default_text=", ".join(DEFAULT), example='["summary", "sarif"]',
        help=f"The reports to write: {', '.join(ReportName)}. report.json and traffic.har are always written.",
    ),
    Option(
        name="seed", kind="int", metavar="N", minimum=_INT64[0], maximum=_INT64[1],
        default_text="from the clock, printed", example="1",
        help="The same seed sends the same requests, given the same answers and no saved examples.",
    ),
    Option(
        name="repeat", kind="int", metavar="N", minimum=1, maximum=100, default=1, example="3",
        help="Run so many times with one seed; a difference is flaky. Further reports go to DIR/repeat-2 and so on.",
    ),
    Option(
        name="concurrency", kind="int", metavar="N", minimum=1, maximum=256, default=8,
        help="Requests in flight at once.",
    ),
    Option(
        name="rate", kind="float", metavar="N", above=0,
        default_text="unlimited on loopback, 10 elsewhere", example="10",
        help="Requests a second at most.",
    ),
    Option(
        name="max-requests", kind="int", metavar="N", minimum=1, default_text="the profile's", example="1000",
        help="A hard limit on the requests sent.",
    ),
    Option(
        name="mutation", kind="choice", choices=tuple(Mutation),
        default_text="fixture; any on the embedded mock", example='"fixture"',
        help="Ids that a valid token may be sent to: none, those of the target description, any.",
    ),
    Option(
        name="fail-on", kind="choice", choices=(Level.MUST, Level.SHOULD), default="must",
        help="The level of clause that makes the exit code 1.",
    ),
    Option(
        name="exitfirst", kind="bool", in_file=False, default=False,
        help="Begin no further request after the first failure that makes the exit code 1, and make the reports.",
    ),
    Option(
        name="baseline", kind="path", metavar="FILE", default_text="none", example='"baseline.toml"',
        help="Deviations accepted in this file do not gate.",
    ),
    Option(
        name="examples", kind="path", metavar="DIR", nowhere=True,
        default_text="the user's state directory; none for the embedded mock", example='"examples"',
        help="The folder for generated requests that failed, with one for each target, or none. "
        "The next run sends them first.",
    ),
    Option(
        name="history", kind="database", metavar="URL", nowhere=True,
        default_text="a file in the user's state directory; none on the embedded mock", example='"history.db"',
        help="The record of runs: a SQLite file, a URL such as postgresql://USER@HOST/DATABASE, or none.",
    ),
    Option(
        name="select", kind="str", metavar="CLAUSE", repeatable=True, default_text="all", example='["status.*"]',
        help="Only the clauses whose id matches this glob.",
    ),
    Option(
        name="deselect", kind="str", metavar="CLAUSE", repeatable=True, default_text="none", example='["error.*"]',
        help="Without the clauses whose id matches this glob.",
    ),
    Option(
        name="probe", kind="str", metavar="ID", repeatable=True, default_text="all", example='["PROBE-ID"]',
        help="Only this probe.",
    ),
    Option(
        name="dry-run", kind="bool", default=False,
        help="List the planned requests, counted by kind, and send nothing.",
    ),
    Option(
        name="yes", kind="bool", default=False,
        help="Do not ask before the first write to a target that is not loopback.",
    ),
    Option(
        name="open", kind="bool", default=False,
        help="Open the run's page, index.html, in a browser at the end.",
    ),
)  # fmt: skip
