"""Files and folders that are whole or as they were, and JSON that every parser can read.

A file is written under a hidden name, then put in place by a rename. All JSON is written through this module (RFC 8259
section 8.2, RFC 7493): Python's `json` reads and writes values that other parsers refuse, and a target may send them:
half a surrogate pair, an infinite number, a number of thousands of digits.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_LONE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\ufffd"  # the replacement character, as decoders use it
_LARGEST = 10**308  # RFC 7493 section 2.2: the range of a double
_ODD = (re.compile(r"\\ud[89a-f]"), _LONE, re.compile("[0-9]{308}"))
"""The signs of half a surrogate pair and of a huge number; harmless texts may have them too."""
_EXACT = "_json"


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


def dumps(value: object, **form: Any) -> str:  # noqa: ANN401 - as `json.dumps` takes it
    """`value` as a JSON text; `form` is what `json.dumps` takes."""

    def write(shown: object) -> str:
        return json.dumps(shown, allow_nan=False, **form)

    try:
        text = write(value)
    except ValueError:  # an infinite number, or one that Python does not write
        return write(plain(value))
    odd = any(sign.search(text) for sign in _ODD)
    return write(plain(value)) if odd else text  # `plain` is slow, and seldom needed


def plain(value: object) -> object:
    """`value` with U+FFFD for half a surrogate pair, null for an infinite number, and a string for a huge one."""
    if isinstance(value, str):
        return value if value.isascii() else _LONE.sub(_STAND_IN, value)
    if isinstance(value, dict):
        return {plain(name): plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not -_LARGEST < value < _LARGEST:
        return str(value)
    return value


def exact(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """`value`, so that `restored` gives it back after it was written: `plain` would change none of it.

    An object ``{"_json": TEXT}`` stands for a value that other parsers refuse; TEXT is its JSON in ASCII.
    """
    if isinstance(value, dict):
        escaped = value.keys() == {_EXACT} or any(plain(name) != name for name in value)
        return _escaped(value) if escaped else {name: exact(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    return value if plain(value) == value else _escaped(value)


def _escaped(value: object) -> dict[str, str]:
    return {_EXACT: json.dumps(value)}


def restored(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """The value of which `exact` made this one. ValueError where the text in it is no JSON."""
    if isinstance(value, dict):
        if value.keys() == {_EXACT}:
            return json.loads(value[_EXACT])
        return {name: restored(member) for name, member in value.items()}
    return [restored(item) for item in value] if isinstance(value, list) else value
