"""The page as text: the template beside this module, with its style and script; everything else in it is escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from conformance import __version__
from conformance.report.clauses import BASES
from conformance.report.files import dumps
from conformance.report.look import hash_source, look, one_line, part, parts, sentence, visible
from conformance.report.page.data import Row, page_of
from conformance.report.page.exchanges import HEIGHT, SPREAD_HEIGHT, SPREAD_WIDTH, WIDTH
from conformance.report.words import count_words, minute, program_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.contract.contract import Contract

__all__ = ["render"]

WORDS = {"pass": "passed", "fail": "failed", "not-tested": "not tested", "recorded": "recorded"}
SIGNS = {"pass": "✓", "fail": "✗", "not-tested": "–", "recorded": "•"}  # noqa: RUF001 - a dash is meant


def render(report: Mapping[str, Any], har: Mapping[str, Any], contract: Contract) -> str:
    """The page of a run: one HTML document that needs no network.

    `report` is the content of report.json, `har` that of traffic.har, empty where there is none; `contract` is the one
    that judged. Its policy forbids the browser every request, and every script and style but its own.
    """
    page = page_of(report, har, contract)
    data = dumps(page.data, separators=(",", ":")).replace("<", "\\u003c")
    style, script = f"{look()}{parts()}{part(__package__, 'page.css')}", part(__package__, "page.js")
    return _template().render(
        page=page,
        report=report,
        contract=contract,
        data=Markup(data),  # noqa: S704 - it cannot end its element
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=hash_source(style),
        script_hash=hash_source(script),
        version=__version__,
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(minute=minute, line=one_line, sentence=sentence, worst=_worst)
    environment.filters["opening"] = lambda text: f"{text[:1].upper()}{text[1:]}"
    environment.globals.update(bases=BASES, words=WORDS, signs=SIGNS, count=count_words, program=program_of)
    environment.globals.update(course=(WIDTH, HEIGHT), spread=(SPREAD_WIDTH, SPREAD_HEIGHT))
    return environment.from_string(part(__package__, "page.html.jinja"))


def _shown(value: object) -> object:
    """The text that the template prints: no text of a target hides, turns or steers its surroundings."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _worst(rows: Sequence[Row], places: Iterable[int]) -> str:
    """The verdict that a sentence of several clauses is marked with."""
    verdicts = {rows[place].row["verdict"] for place in places}
    return next(verdict for verdict in ("fail", "not-tested", "pass", "recorded") if verdict in verdicts)
