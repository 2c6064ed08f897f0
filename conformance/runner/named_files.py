"""The files that the user's own pytest options name, and that this run wrote: reports like ours."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

__all__ = ["NamedFiles"]

_OWN = "conformance_"  # a configuration, a baseline, a history: none of them is a report
_COARSE = 2.0  # seconds; some file systems count in these


class NamedFiles:
    """What `config` names of files written since this was made; `folders` whose files are reports as well."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._since = time.time() - _COARSE
        self.folders: list[Path] = []

    def __iter__(self) -> Iterator[Path]:
        """Each file once."""
        yield from dict.fromkeys(path for path in self._named() if self._written(path))

    def _named(self) -> Iterator[Path]:
        """Every path that an option's value may be, the log's (which a setting may name), and those of folders."""
        logs = self._config.pluginmanager.get_plugin("logging-plugin")
        if logs is not None:
            yield Path(logs.log_file_handler.baseFilename)
        for name, value in vars(self._config.option).items():
            if isinstance(value, str) and value and not name.startswith(_OWN):
                yield Path(self._config.invocation_params.dir, value).expanduser()
        for folder in self.folders:
            yield from sorted(folder.rglob("*"))

    def _written(self, path: Path) -> bool:
        try:
            return path.is_file() and path.stat().st_mtime >= self._since
        except (OSError, ValueError):  # a value that is no path
            return False
