"""Files as pages: the format by the file's name or its first characters; a bad file is one line."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from conformance.document import hypertext, markdown, restructuredtext, text
from conformance.document.reader import interpret
from conformance.exceptions import UsageError
from conformance.places import read_bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.document.page import Page
    from conformance.document.sheet import Sheet

_FRONT = {
    ".rst": restructuredtext.sheet, ".rest": restructuredtext.sheet, ".html": hypertext.sheet, ".htm": hypertext.sheet,
    ".xhtml": hypertext.sheet, ".md": markdown.sheet, ".markdown": markdown.sheet, ".txt": text.sheet,
    ".text": text.sheet,
}  # fmt: skip
_LARGEST = 8 * 1024 * 1024
_MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PK\x03\x04": "an archive",
}


def found(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files that are named, and in a directory all that have the name of a page's format, in order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.suffix.lower() in _FRONT and one.is_file())
        else:
            yield path


def sheet_of(path: Path) -> Sheet:
    """The sheet of a file; UsageError with one line where it is none that can be read."""
    try:
        data = read_bounded(path, _LARGEST)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    kind = next((what for start, what in _MAGIC.items() if data.startswith(start)), None)
    if kind or b"\0" in data[:4096]:
        raise UsageError(f"{path}: {kind or 'a binary file'}, not a page as text, HTML, Markdown or reStructuredText")
    if not data.strip():
        raise UsageError(f"{path}: empty")
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 (byte {error.start})") from None
    return sheet_from(path.name, source)


def sheet_from(name: str, source: str) -> Sheet:
    """The sheet of a text, by its name or its first characters."""
    return _FRONT.get(PurePath(name).suffix.lower(), _front(source))(name, source)


def page_of(path: Path) -> Page:
    """The content of the page in a file; UsageError where it has no place of the template."""
    return page_from(path, sheet_of(path))


def page_from(path: Path, sheet: Sheet) -> Page:
    """The content of a sheet that was read from this file; UsageError where it has no place of the template."""
    page = interpret(sheet)
    if not page.method and not page.answers and not page.parameters and page.body is None:
        raise UsageError(
            f"{path}: no page of the template in English: no method with a URI, no table of parameters or answers"
        )
    return page


def _front(source: str) -> Callable[[str, str], Sheet]:
    """The front end for a file whose name says nothing."""
    start = source[:4096]
    if re.search(r"<(?:!doctype|html|body|div|table|h1)\b", start, re.IGNORECASE):
        return hypertext.sheet
    if re.search(r"^(?:\.\. \S|[=~^-]{4,}$)", start, re.MULTILINE):
        return restructuredtext.sheet
    return markdown.sheet if re.search(r"^(?:#{1,6} |\|.*\|$)", start, re.MULTILINE) else text.sheet
