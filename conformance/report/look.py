"""The look of pages on a run: style sheets, requests and answers as text, and text of a target as they may show it.

Text of a target is clipped, and without characters that hide, turn or steer what is read. Requests and answers have one
line for each field, as HTTP/1.1 writes them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_LINE = 300
_LONGEST_BLOCK = 4_000
_FEW_LINES = 4


def look() -> str:
    """The style sheet that all pages begin with."""
    return part(__package__, "look.css")


def parts() -> str:
    """The style sheet of text, sentences, messages and judgements, on pages on a run."""
    return part(__package__, "parts.css")


def hash_source(text: str) -> str:
    """The source that a Content-Security-Policy allows the element with this text by (CSP level 3 section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


@cache
def part(package: str, name: str) -> str:
    """The text of a file beside a module: a template, a style sheet, a script."""
    return (files(package) / name).read_text(encoding="utf-8")


def request_text(entry: Mapping[str, Any]) -> str:
    """The request: its line, its fields, and after an empty line its body."""
    request, known = entry["request"], entry["_conformance"]
    return _message(f"{request['method']} {known['target']} HTTP/1.1", request["headers"], request.get("postData"))


def answer_text(entry: Mapping[str, Any]) -> str:
    """The answer in the same form; one line says why there was none."""
    answer, known = entry["response"], entry["_conformance"]
    if not answer["status"]:
        return f"no answer: {known['detail'] or known['trouble']}"
    start = f"{answer['httpVersion']} {answer['status']} {answer['statusText']}".rstrip()
    return _message(start, answer["headers"], answer["content"])


def _message(start: str, fields: list[Mapping[str, str]], body: Mapping[str, Any] | None) -> str:
    lines = [start, *(f"{one['name']}: {one['value']}" for one in fields)]
    text = (body or {}).get("text")
    if text:
        coded = (body or {}).get("encoding") == "base64" or (body or {}).get("_encoding") == "base64"
        lines += ["", f"(in base64) {text}" if coded else text]
    return "\n".join(lines)


def visible(text: str, longest: int = _LONGEST_BLOCK, whole: str | None = None) -> str:
    """At most `longest` characters of `text`, over several lines where it has them; what does not print is escaped.

    A clipped text ends with its length, or with `whole` in place of that.
    """
    shown = text if len(text) <= longest else f"{text[:longest]}… ({whole or f'{len(text):,} characters'})"
    if shown.isprintable():
        return shown
    return "\n".join("\t".join(in_words(cell, len(shown)) for cell in line.split("\t")) for line in shown.split("\n"))


def one_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """At most `longest` characters of `text` on one line; a middle dot stands where a line ended without a colon."""
    lines = filter(None, map(str.strip, text[: 2 * longest].split("\n")))
    return in_words(" · ".join(lines).replace(": · ", ": "), longest)


def fence(text: str, shortest: int = 3) -> str:
    """Backticks around code in Markdown: a run that does not stand in the text (CommonMark sections 4.5 and 6.1)."""
    return "`" * max(shortest, max(map(len, re.findall("`+", text)), default=0) + 1)


def code_span(line: str) -> str:
    """A line as code in Markdown, which nothing in it can end."""
    marks = fence(line, 1)
    space = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{marks}{space}{line}{space}{marks}"


def sentence(quote: str) -> str:
    """The quote of a clause without empty lines; one of many lines, such as a table's cells, is one line."""
    lines = [line for line in quote.split("\n") if line.strip()]
    return "\n".join(lines) if len(lines) <= _FEW_LINES else one_line(quote, _LONGEST_BLOCK)
