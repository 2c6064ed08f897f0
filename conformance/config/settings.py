"""The settings of a run: command line over environment over ``[run]`` over default (docs/interface.md)."""

from __future__ import annotations

import difflib
import math
import operator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from conformance.config import values
from conformance.config.mistakes import closest, mistake, shown
from conformance.config.options import ENVIRONMENT_PREFIX, RUN_OPTIONS, FailOn, Mutation, Option, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.config.files import ConfigFile

__all__ = ["NO_HISTORY", "Settings", "load_settings"]

NO_HISTORY = "none"
_DEFAULT = "the default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user asked for; None where the run decides. ``rate`` is in requests a second.

    A path from the file is relative to the file, any other to the working directory.
    """

    config: Path
    profile: Profile
    output: Path
    seed: int | None
    repeat: int
    concurrency: int
    rate: float | None
    max_requests: int | None
    mutation: Mutation | None
    fail_on: FailOn
    exitfirst: bool
    baseline: Path | None
    examples: Path | None
    history: str | None
    select: tuple[str, ...]
    deselect: tuple[str, ...]
    probe: tuple[str, ...]
    dry_run: bool
    yes: bool
    sources: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)

    def source(self, name: str) -> str:
        """Where a setting comes from, to begin an error message with: ``--select``, ``CONFORMANCE_SELECT``."""
        return dict(self.sources).get(name, _DEFAULT)


def load_settings(
    cli: Mapping[str, object],
    environ: Mapping[str, str],
    file: ConfigFile | None,
    *,
    option_prefix: str = "--",
) -> Settings:
    """Merge the sources; keys of ``cli`` are field names, and None, an empty list and a False flag mean "not given".

    ``cli`` may hold values of click or plain text. An empty environment variable counts as unset.
    Raises UsageError for the first mistake, in one line.
    """
    _refuse_misspelt_variables(environ)
    if file is not None:
        _refuse_unknown_keys(file)
    settings: dict[str, Any] = {}
    sources: list[tuple[str, str]] = []
    for option in RUN_OPTIONS:
        place, given = _given(option, cli, environ, file, option_prefix)
        settings[option.field] = _checked(option, given, place)
        if place == _DEFAULT:
            continue
        sources.append((option.field, place))
        if file is not None and place == _file_place(file, option):
            settings[option.field] = _from_file(option, settings[option.field], file)
    return Settings(**settings, sources=tuple(sources))


def _from_file(option: Option, value: Any, file: ConfigFile) -> Any:  # noqa: ANN401 - any option's
    """A value of the file, in which relative paths start at the file's directory."""
    if option.kind == "path":
        return file.directory / value
    if option.kind == "database" and value != NO_HISTORY and "://" not in value:
        return str(file.directory / value)
    return value


def _file_place(file: ConfigFile, option: Option) -> str:
    return f"{file.path}: [run] {option.name}"


def _given(
    option: Option,
    cli: Mapping[str, object],
    environ: Mapping[str, str],
    file: ConfigFile | None,
    option_prefix: str,
) -> tuple[str, object]:
    """Return the place of the strongest source that gives this option, and the value typed as TOML types it."""
    from_cli = cli.get(option.field)
    # A comparison would take 0 for False, and drop `--seed 0`.
    if not (from_cli is None or from_cli is False or (isinstance(from_cli, list | tuple) and not from_cli)):
        return option.flag(option_prefix), _typed(option, from_cli)
    from_environ = environ.get(option.variable, "").strip()
    if from_environ:
        texts = [text.strip() for text in from_environ.split(",")]
        return option.variable, texts if option.repeatable else _typed(option, from_environ)
    if file is not None and option.name in file.run:
        return _file_place(file, option), file.run[option.name]
    return _DEFAULT, () if option.repeatable else option.default


def _typed(option: Option, value: object) -> object:
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, str):
        if option.kind == "int":
            return values.integer(value)
        if option.kind == "float":
            return values.number(value)
        if option.kind == "bool":
            return values.flag(value)
    return value


def _checked(option: Option, value: object, place: str) -> object:
    if option.repeatable:
        items = value if isinstance(value, list | tuple) else [value]
        return tuple(_scalar(option, item, place) for item in items)
    return None if value is None else _scalar(option, value, place)


def _scalar(option: Option, value: object, place: str) -> object:
    mend = f"give {option.allowed}"
    if value == "":
        raise mistake(place, "is empty", mend)
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,)}
    if type(value) not in kinds.get(option.kind, (str,)):
        raise mistake(place, f"{shown(value)} is not {option.allowed}", mend)
    if option.choices and value not in option.choices:
        raise mistake(place, f"{shown(value)} is no {option.name}", closest(str(value), option.choices, mend))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _in_range(option, value, place)
    return Path(str(value)) if option.kind == "path" else value


def _in_range(option: Option, value: float, place: str) -> float:
    for limit, broken, word in (
        (option.minimum, operator.lt, "under"),
        (option.maximum, operator.gt, "over"),
        (option.above, operator.le, "not over"),
    ):
        if limit is not None and broken(value, limit):
            raise mistake(place, f"{shown(value)} is {word} {limit}", f"give {option.allowed}")
    if option.kind == "int":
        return value
    try:
        finite = float(value)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise mistake(place, f"{shown(value)} is not finite", f"give {option.allowed}")
    return finite


def _refuse_unknown_keys(file: ConfigFile) -> None:
    known = [option.name for option in RUN_OPTIONS if option.in_file]
    for key in file.run:
        place = f"{file.path}: [run] {key}"
        if key == "config":
            raise mistake(place, "a file cannot name itself", "give --config or CONFORMANCE_CONFIG instead")
        if key not in known:
            raise mistake(place, "there is no such option", closest(key, known))


def _refuse_misspelt_variables(environ: Mapping[str, str]) -> None:
    """Refuse a near miss such as CONFORMANCE_MUTATON=never: ignored, it would send what the user forbade."""
    known = [option.variable.removeprefix(ENVIRONMENT_PREFIX) for option in RUN_OPTIONS]
    for variable in sorted(environ):
        name = variable.removeprefix(ENVIRONMENT_PREFIX)
        if name == variable or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
        if near:
            raise mistake(variable, "there is no such option", f"did you mean {ENVIRONMENT_PREFIX}{near[0]}?")
