"""The files of the example database: one for each property and clause, in a folder for each target."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from conformance.examples.example import Example, from_document, to_document
from conformance.exceptions import UsageError
from conformance.places import NO_HOME, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from conformance.plan.fixtures import TargetFixtures

__all__ = ["ExampleStore", "default_directory"]

_ODD = re.compile(r"[^A-Za-z0-9._-]")


def default_directory() -> Path | None:
    """The folder of this user's state where examples are kept, or None where there is no home directory."""
    folder = state_folder()
    return folder / "examples" if folder else None


class ExampleStore:
    """The examples of one target, below `directory`; nothing is made there before there is something to keep.

    `trouble` says what could not be written, once that happened. Where `directory` is None nothing can be.
    """

    def __init__(self, directory: Path | None, name: str, base_url: str, fixtures: TargetFixtures) -> None:
        place = hashlib.sha256(base_url.encode()).hexdigest()[:8]
        self._folder = directory / f"{_ODD.sub('_', name)[:60]}-{place}" if directory else None
        self._fixtures = fixtures
        self.trouble: str | None = None

    def load(self, properties: Iterable[str]) -> tuple[Example, ...]:
        """What was kept of these properties; UsageError for a file that cannot be read, or that is no example."""
        return tuple(example for name in properties for example in self._of(name))

    def _of(self, name: str) -> Iterator[Example]:
        if self._folder is None:
            return
        folder = self._folder / name
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix == ".json")
        except FileNotFoundError:
            return
        except OSError as error:
            raise UsageError(f"--examples: {folder}: {error.strerror}: give another folder") from error
        for path in paths:
            example = self._read(path)
            if example is not None:
                yield example

    def _read(self, path: Path) -> Example | None:
        """The example of a file, whose property and clause its name says; None for a token that is no more."""
        try:
            example = from_document(json.loads(path.read_text(encoding="ascii")), self._fixtures)
        except OSError as error:
            raise UsageError(f"--examples: {path}: {error.strerror}: mend or delete it") from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise _no_example(path) from None
        if example is not None and self._path(example) != path:
            raise _no_example(path)
        return example

    def save(self, example: Example) -> None:
        """Keep the example, in place of what was kept for its property and clause; not where it holds a secret."""
        document = to_document(example, self._fixtures)
        if document is None:
            return
        path = self._path(example)
        if path is None:
            self.trouble = f"an example could not be kept: {NO_HOME}: give --examples a folder"
            return
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(document, indent=1) + "\n", encoding="ascii")
            part.replace(path)
        except OSError as error:
            self._note(path, error)

    def drop(self, example: Example) -> None:
        """Keep the example no longer."""
        path = self._path(example)
        if path is None:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._note(path, error)

    def _path(self, example: Example) -> Path | None:
        return self._folder / example.property / f"{example.clause}.json" if self._folder else None

    def _note(self, path: Path, error: OSError) -> None:
        self.trouble = f"an example could not be written: {path}: {error.strerror}: give --examples another folder"


def _no_example(path: Path) -> UsageError:
    return UsageError(f"--examples: {path}: is no example that this version can read: delete it")
