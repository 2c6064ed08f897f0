"""The places of the real pages and of their edits: checkouts of public repositories, as `pages.py` says."""

from __future__ import annotations

import argparse
import csv
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.document.files import found, page_of
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.document.page import Page

_EDITS = Path(__file__).with_name("edits.tsv")


def holding(pattern: str) -> Callable[[str], Path]:
    """The type of an argument: a folder with something of this pattern in it."""

    def folder(text: str) -> Path:
        if not any(Path(text).glob(pattern)):
            raise argparse.ArgumentTypeError(f"{text} has no {pattern}: name the folder of the pages, as pages.py says")
        return Path(text)

    return folder


def source(folder: Path, name: str) -> Path:
    """The file of a page by its name in the gold standard: `<service>__<path, / as __>`."""
    service, path = name.split("__", 1)
    return folder / service / "source" / f"{path.replace('__', '/')}.rst"


def described(path: Path) -> Page | None:
    """The page in a file; None where nothing of the template stands in it. A file that is missing is an error."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with suppress(UsageError):
        return page_of(path)
    return None


def operations(folder: Path, every: int = 1) -> Iterator[Path]:
    """Of each Nth file below the services' `source` folders those that have a method with a URI."""
    for path in list(found(tuple(sorted(folder.glob("*/source")))))[::every]:
        if (page := described(path)) and page.method:
            yield path


def edits(folder: Path, every: int = 1) -> Iterator[tuple[str, Path, Path, str]]:
    """Of each Nth real edit: its number, the page before and after, and its classes by hand."""
    with _EDITS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows[::every]:
        place = folder / "edits" / row["edit"]
        yield row["edit"], place / "before.rst", place / "after.rst", row["classes"]
