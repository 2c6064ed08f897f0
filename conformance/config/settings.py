"""The settings of a run: command line over environment over ``[run]`` of ``conformance.toml`` over default.

The file is read here, and a target written into it; what else stands there stays as hands wrote it.
"""

from __future__ import annotations

import difflib
import itertools
import math
import operator
import re
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from conformance.config.errors import InvalidValue, closest, config_error, one_line, shown
from conformance.config.options import ENVIRONMENT_PREFIX, RUN_OPTIONS, Option, typed
from conformance.config.urls import base_url, is_loopback, parse_url
from conformance.exceptions import UsageError
from conformance.places import read_bounded
from conformance.report.files import write_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from conformance.contract.clause import Level
    from conformance.plan.probe import Mutation, Profile
    from conformance.report.formats.registry import ReportName

NOWHERE = "none"
_DEFAULT = "the default"
_CONFIG = next(option for option in RUN_OPTIONS if option.name == "config")
_LARGEST = 8 * 2**20
_TABLES = ("run", "targets")
_INIT = "make one with `conformance init`"
_CATALOGUE = "`conformance clauses` lists the ids"


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that was read; ``data`` has at most the keys ``run`` and ``targets``, both tables."""

    path: Path
    data: Mapping[str, Mapping[str, object]]

    @property
    def directory(self) -> Path:
        """The folder that relative paths in the file are relative to."""
        return self.path.parent

    @property
    def run(self) -> Mapping[str, object]:
        """The table ``[run]``, empty where the file has none."""
        return self.data.get("run", {})

    @property
    def targets(self) -> Mapping[str, object]:
        """The target descriptions by name, not yet checked."""
        return self.data.get("targets", {})

    @property
    def addresses(self) -> dict[str, str]:
        """The base URLs of the described targets by name, as far as they are right."""
        return {name: url for name, table in self.targets.items() if (url := _address(table)) is not None}


def _address(table: object) -> str | None:
    """A described target's base URL as ``base_url`` would write it; None where it is wrong or missing."""
    written = table.get("base_url") if isinstance(table, dict) else None
    try:
        return base_url(written) if isinstance(written, str) else None
    except InvalidValue:
        return None


def find_file(cli: Mapping[str, object], environ: Mapping[str, str], *, option_prefix: str = "--") -> ConfigFile | None:
    """Read the file that ``--config`` or ``CONFORMANCE_CONFIG`` names, else ``./conformance.toml`` if there is one.

    Raises UsageError for a named file that does not exist, and for whatever :func:`read_file` refuses.
    """
    for named, place in (
        (cli.get(_CONFIG.field), _CONFIG.flag(option_prefix)),
        (environ.get(_CONFIG.variable) or None, _CONFIG.variable),
    ):
        if named is None:
            continue
        if not str(named):
            raise config_error(place, "is empty", "give the path of a file")
        path = Path(str(named))
        if not _exists(path):
            raise config_error(place, f"there is no file {path}", f"name an existing file, or {_INIT}")
        return read_file(path)
    path = Path(str(_CONFIG.default))
    return read_file(path) if _exists(path) else None


def read_file(path: Path) -> ConfigFile:
    """Read a TOML file.

    Raises UsageError for a file that cannot be read, is not UTF-8, is not TOML, or has an unknown top-level key.
    """
    place = str(path)
    data = read_toml(path, _INIT)
    for key, value in data.items():
        if key not in _TABLES:
            raise config_error(place, f"unknown key {shown(key)}", closest(key, _TABLES))
        if not isinstance(value, dict):
            example = "[run]" if key == "run" else "[targets.staging]"
            raise config_error(f"{place}: {key}", f"must be a table, not {shown(value)}", f"write {example}")
    return ConfigFile(path, data)


def read_toml(path: Path, make: str) -> dict[str, Any]:
    """Read a TOML file, whatever it holds; `make` says how one that cannot be read is made.

    Raises UsageError for a file that cannot be read, is not UTF-8, or is not TOML.
    """
    place = str(path)
    try:
        return tomllib.loads(read_bounded(path, _LARGEST).decode("utf-8-sig"))
    except OSError as error:
        raise config_error(place, f"cannot be read ({error.strerror})", f"give a readable file, or {make}") from None
    except UnicodeDecodeError as error:
        raise config_error(place, f"is not UTF-8 (at byte {error.start})", "save it as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise config_error(place, f"is not valid TOML: {error}", "fix the syntax there (https://toml.io)") from None


def _exists(path: Path) -> bool:
    """Anything else that is wrong with the path (too long, no permission) is said when it is read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The user's choices; None leaves one to the run. ``rate`` is in requests a second.

    A path from the file is relative to the file, any other to the working directory.
    """

    config: Path
    spec: Path | None
    edition: str | None
    profile: Profile
    output: Path
    report: tuple[ReportName, ...]
    seed: int | None
    repeat: int
    concurrency: int
    rate: float | None
    max_requests: int | None
    mutation: Mutation | None
    fail_on: Level
    exitfirst: bool
    baseline: Path | None
    examples: Path | None
    history: str | None
    select: tuple[str, ...]
    deselect: tuple[str, ...]
    probe: tuple[str, ...]
    dry_run: bool
    yes: bool
    open: bool
    sources: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)

    def source(self, name: str) -> str:
        """The source of a setting, to begin an error message with: ``--select``, ``CONFORMANCE_SELECT``."""
        return dict(self.sources).get(name, _DEFAULT)


def load_settings(
    cli: Mapping[str, object], environ: Mapping[str, str], file: ConfigFile | None, *, option_prefix: str = "--"
) -> Settings:
    """Merge the sources; keys of ``cli`` are field names, and None, an empty list and a False flag mean "not given".

    ``cli`` may hold values of click or plain text. An empty environment variable counts as unset.
    Raises UsageError for the first error, in one line.
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
    if str(value) == NOWHERE and option.nowhere:
        return value
    if option.kind == "path":
        return file.directory / value
    if option.kind == "database" and "://" not in value:
        return str(file.directory / value)
    return value


def _file_place(file: ConfigFile, option: Option) -> str:
    return f"{file.path}: [run] {option.name}"


def _given(
    option: Option, cli: Mapping[str, object], environ: Mapping[str, str], file: ConfigFile | None, option_prefix: str
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
    return typed(option.kind, value) if isinstance(value, str) else value


def _checked(option: Option, value: object, place: str) -> object:
    if option.repeatable:
        items = value if isinstance(value, list | tuple) else [value]
        if option.choices:  # no choice has a comma, so that one text may hold several
            split = (re.split(r"\s*,\s*", item) if isinstance(item, str) else [item] for item in items)
            items = list(itertools.chain.from_iterable(split))
        return tuple(_scalar(option, item, place) for item in items)
    return None if value is None else _scalar(option, value, place)


def _scalar(option: Option, value: object, place: str) -> object:
    if value == "":
        raise config_error(place, "is empty", f"give {option.allowed.removesuffix(' that is not empty')}")
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,)}
    if type(value) not in kinds.get(option.kind, (str,)):
        raise UsageError(one_line(f"{place}: {shown(value)} is not {option.allowed}"))
    if option.choices and value not in option.choices:
        raise config_error(
            place,
            f"{shown(value)} is not a {option.name}",
            closest(str(value), option.choices, f"give {option.allowed}"),
        )
    if option.choices:
        return next(choice for choice in option.choices if choice == value)
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
            raise config_error(place, f"{shown(value)} is {word} {limit}", f"give {option.allowed}")
    if option.kind == "int":
        return value
    try:
        finite = float(value)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise config_error(place, f"{shown(value)} is not finite", f"give {option.allowed}")
    return finite


def _refuse_unknown_keys(file: ConfigFile) -> None:
    known = [option.name for option in RUN_OPTIONS if option.in_file]
    for key in file.run:
        place = f"{file.path}: [run] {key}"
        if key == "config":
            raise config_error(place, "a file cannot name itself", "give --config or CONFORMANCE_CONFIG instead")
        if key not in known:
            raise config_error(place, "there is no such option", closest(key, known))


def _refuse_misspelt_variables(environ: Mapping[str, str]) -> None:
    """Refuse a near miss such as CONFORMANCE_MUTATON=never: ignored, it would send what the user forbade."""
    known = [option.variable.removeprefix(ENVIRONMENT_PREFIX) for option in RUN_OPTIONS]
    for variable in sorted(environ):
        name = variable.removeprefix(ENVIRONMENT_PREFIX)
        if name == variable or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
        if near:
            raise config_error(variable, "there is no such option", f"did you mean {ENVIRONMENT_PREFIX}{near[0]}?")


def check_globs(globs: Iterable[str], clause_ids: Collection[str], place: str) -> frozenset[str]:
    """Return the clause ids that any glob matches. Raises UsageError for a glob that matches none."""
    matched: set[str] = set()
    for glob in globs:
        found = {clause_id for clause_id in clause_ids if fnmatchcase(clause_id, glob)}
        if not found:
            raise config_error(place, f"{shown(glob)} matches no clause", closest(glob, clause_ids, _CATALOGUE))
        matched |= found
    return frozenset(matched)


def select_clauses(settings: Settings, clause_ids: Collection[str]) -> frozenset[str]:
    """Apply ``--select`` and ``--deselect``. Raises UsageError for a glob that matches nothing, and if none is left."""
    selected = check_globs(settings.select, clause_ids, settings.source("select")) or frozenset(clause_ids)
    left = selected - check_globs(settings.deselect, clause_ids, settings.source("deselect"))
    if not left:
        place = settings.source("deselect" if settings.deselect else "select")
        raise config_error(place, "no clause is selected", "select more or deselect less")
    return left


def select_probes(settings: Settings, probe_ids: Collection[str]) -> frozenset[str]:
    """Apply ``--probe``: the named ones, or all if none is named. Raises UsageError for an unknown id."""
    for probe in settings.probe:
        if probe not in probe_ids:
            hint = closest(probe, probe_ids, "a run's report names every probe")
            raise config_error(settings.source("probe"), f"there is no probe {shown(probe)}", hint)
    return frozenset(settings.probe or probe_ids)


def write_target(path: Path, text: str) -> str:
    """Write the table ``[targets.NAME]`` that `text` is, and return what was done, in words.

    The file is made where there is none. A table of that name is replaced where its ``base_url`` is on loopback.
    Raises UsageError for one that is not, and where the file cannot be read, is no conformance.toml, or cannot be
    written.
    """
    ((name, table),) = tomllib.loads(text)["targets"].items()
    there: Mapping[str, object] = read_file(path).targets if path.exists() else {}
    place = f"{path}: [targets.{name}]"
    old = there.get(name)
    if old == table:
        return f"{place} is there already, for `conformance run {name}`"
    if old is not None and not _on_loopback(old):
        problem = "describes another target, which is not on loopback"
        raise config_error(place, problem, "rename it, or name another file")
    try:
        before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        after = _with_target(before, name, text)
        if not _holds(after, {**tomllib.loads(before), "targets": {**there, name: table}}):
            raise config_error(place, "cannot be added to the lines that stand there", "name another file")
        write_text(path, after)
    except OSError as error:
        raise config_error(str(path), f"cannot be written ({error.strerror})", "name another file") from None
    return f"{place} is {'written' if old is None else 'replaced'}, for `conformance run {name}`"


def _with_target(before: str, name: str, text: str) -> str:
    """The file's text with the table in the place of the one that it has, else at its end.

    Comments and empty lines behind a table belong to what follows.
    """
    lines = before.splitlines(keepends=True)
    own = re.compile(rf"\[targets\.{re.escape(name)}[.\]]")
    start = next((number for number, line in enumerate(lines) if own.match(line)), None)
    if start is None:
        return f"{before.rstrip()}\n\n{text}" if before.strip() else text
    end = start + 1
    while end < len(lines) and (own.match(lines[end]) or not lines[end].startswith("[")):
        end += 1
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
        end -= 1
    return "".join([*lines[:start], text, *lines[end:]])


def _holds(text: str, data: Mapping[str, object]) -> bool:
    """Whether a text is TOML and says just this; an inline table, for example, takes no further one."""
    try:
        return tomllib.loads(text) == data
    except ValueError:
        return False


def _on_loopback(table: object) -> bool:
    url = table.get("base_url") if isinstance(table, dict) else None
    try:
        return isinstance(url, str) and is_loopback(parse_url(url).host)
    except InvalidValue:
        return False
