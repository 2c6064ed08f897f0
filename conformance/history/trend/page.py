"""The trend page as a file: the template beside this module, with its style, its script and the data in it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.report.files import write_text
from conformance.report.look import look
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["page_json", "page_text", "write_page"]


def page_json(value: object) -> str:
    """Compact JSON in ASCII without a less-than sign, so that it cannot end the element that it stands in."""
    return dumps(value, separators=(",", ":")).replace("<", "\\u003c")


_PARTS = {"/*style*/": ("page.css",), "/*script*/": ("grid.js", "dialog.js", "page.js")}


def page_text(data: Mapping[str, Any]) -> str:
    """The page; data cannot end the element that they stand in, and are shown as text only."""
    here = files(__name__.rpartition(".")[0])
    text = (here / "page.html").read_text(encoding="utf-8")
    for mark, names in _PARTS.items():
        text = text.replace(mark, "".join((here / name).read_text(encoding="utf-8") for name in names))
    return text.replace("/*look*/", look()).replace("/*data*/", page_json(data))


def write_page(data: Mapping[str, Any], path: Path) -> None:
    """Write the page so that the file is whole or as it was. UsageError where it cannot be written."""
    try:
        write_text(path, page_text(data))
    except OSError as error:
        raise UsageError(f"--output: {path}: {error.strerror}: name another file") from error
