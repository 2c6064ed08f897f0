"""The evidence as pages: Markdown, and one HTML file that needs no network and runs no script."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from conformance import __version__
from conformance.judge.verdict import AnsweredBy, in_words
from conformance.report.look import hash_source, look, parts
from conformance.report.words import RESPONDERS, minute

if TYPE_CHECKING:
    from conformance.history.evidence.data import Evidence

__all__ = ["html_page", "markdown_page"]

_LINE = 300
_SHORTEST_FENCE = 3


def html_page(evidence: Evidence) -> str:
    """The page as HTML; everything in it is escaped, and its policy forbids the browser every request."""
    return _rendered("page.html.jinja", evidence, escaped=True)


def markdown_page(evidence: Evidence) -> str:
    """The page as Markdown; the target's words stand in code blocks, which they cannot end."""
    return _rendered("page.md.jinja", evidence, escaped=False)


def _rendered(name: str, evidence: Evidence, *, escaped: bool) -> str:
    environment = jinja2.Environment(
        autoescape=escaped,  # noqa: S701 - Markdown is no HTML
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(minute=minute, block=_block, code=_code, quoted=_quoted, line=_in_a_line)
    template = environment.from_string(_file(name))
    style = f"{look()}{parts()}{_file('page.css')}"
    responder = RESPONDERS[AnsweredBy(evidence.failure["answered_by"])]
    return template.render(
        evidence=evidence,
        responder=responder,
        version=__version__,
        style=Markup(style),  # noqa: S704 - our own files
        style_hash=hash_source(style),
    )


def _file(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _in_a_line(text: str) -> str:
    return in_words(text, _LINE)


def _block(text: str) -> str:
    """A code block that its text cannot end (CommonMark section 4.5)."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _code(text: str) -> str:
    """A code span that its text cannot end (CommonMark section 6.1)."""
    line = _in_a_line(text)
    marks = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    return f"{marks} {line} {marks}" if "`" in line else f"`{line}`"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
