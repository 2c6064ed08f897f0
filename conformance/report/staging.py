"""Reports that are whole or as they were: written under another name, and put in their place when they are done."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["drop", "put", "staged", "unwritten"]


def staged(path: Path) -> Path:
    """Where a file or folder is written before it is whole: beside its place, under a hidden name."""
    return path.with_name(f".{path.name}.part")


def put(path: Path) -> None:
    """Put what was staged in its place; a folder replaces the one before. OSError where that cannot be done."""
    part = staged(path)
    if not part.is_dir() or not path.exists():
        part.replace(path)
        return
    old = path.with_name(f".{path.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    path.rename(old)
    part.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def drop(path: Path) -> None:
    """Remove what was staged, if anything was; what is in its place stays."""
    part = staged(path)
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def unwritten(name: object, error: OSError) -> str:
    """What is said where a report could not be written; `name` is its name, or its path where the user chose it."""
    return f"a report could not be written: {name}: {error.strerror or error}"
