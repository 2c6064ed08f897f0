"""Files and folders that are whole or as they were: written under a hidden name, then put in place by a rename."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["commit", "partial", "rollback", "unwritten", "write_bytes", "write_text"]


def partial(path: Path) -> Path:
    """The hidden name beside `path` under which its content is written."""
    return path.with_name(f".{path.name}.part")


def commit(path: Path) -> None:
    """Move the partial file or folder to `path`; a folder replaces the one before. OSError where that fails."""
    part = partial(path)
    if not part.is_dir() or not path.exists():
        part.replace(path)
        return
    old = path.with_name(f".{path.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    path.rename(old)
    part.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def rollback(path: Path) -> None:
    """Remove the partial file or folder, if there is one; `path` itself stays."""
    part = partial(path)
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, through to the disk. OSError where that fails."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, through to the disk. OSError where that fails."""
    try:
        with partial(path).open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        commit(path)
    finally:
        rollback(path)


def unwritten(name: object, error: OSError) -> str:
    """The message for a report that could not be written; `name` is its name, or the path that the user gave."""
    return f"a report could not be written: {name}: {error.strerror or error}"
