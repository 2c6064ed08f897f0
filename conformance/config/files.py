"""The file ``conformance.toml``: found, read, and checked at its top level."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.config.mistakes import closest, mistake, shown
from conformance.config.options import RUN_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ConfigFile", "find_file", "read_file", "read_toml"]

_CONFIG = next(option for option in RUN_OPTIONS if option.name == "config")
_TABLES = ("run", "targets")
_INIT = "make one with `conformance init`"


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that was read; ``data`` has at most the keys ``run`` and ``targets``, both tables."""

    path: Path
    data: Mapping[str, Mapping[str, object]]

    @property
    def directory(self) -> Path:
        """Where relative paths in the file start."""
        return self.path.parent

    @property
    def run(self) -> Mapping[str, object]:
        """The table ``[run]``, empty where the file has none."""
        return self.data.get("run", {})

    @property
    def targets(self) -> Mapping[str, object]:
        """The target descriptions by name, not yet checked."""
        return self.data.get("targets", {})


def find_file(
    cli: Mapping[str, object],
    environ: Mapping[str, str],
    *,
    option_prefix: str = "--",
) -> ConfigFile | None:
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
            raise mistake(place, "is empty", "give the path of a file")
        path = Path(str(named))
        if not _exists(path):
            raise mistake(place, f"there is no file {path}", f"name an existing file, or {_INIT}")
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
            raise mistake(place, f"unknown key {shown(key)}", closest(key, _TABLES))
        if not isinstance(value, dict):
            example = "[run]" if key == "run" else "[targets.staging]"
            raise mistake(f"{place}: {key}", f"must be a table, not {shown(value)}", f"write {example}")
    return ConfigFile(path, data)


def read_toml(path: Path, make: str) -> dict[str, Any]:
    """Read a TOML file, whatever it holds; `make` says how one that cannot be read is made.

    Raises UsageError for a file that cannot be read, is not UTF-8, or is not TOML.
    """
    place = str(path)
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise mistake(place, f"cannot be read ({error.strerror})", f"give a readable file, or {make}") from None
    except UnicodeDecodeError as error:
        raise mistake(place, f"is not UTF-8 (at byte {error.start})", "save it as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise mistake(place, f"is not valid TOML: {error}", "mend the syntax there (https://toml.io)") from None


def _exists(path: Path) -> bool:
    """Whatever else is wrong with the path (too long, no permission) is said when it is read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True
