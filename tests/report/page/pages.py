"""Runs made by hand, and their pages as trees."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lxml import html

from conformance.report.page.page import render
from conformance.report.record import report_data
from tests.report.builders import CONTRACT, REQUEST, answer, evidence, exchange, failed, record
from tests.shipped import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.message import Exchange
    from conformance.report.record import RunRecord

ABOVE = "path.repository_id.above-maximum"
PLACE = [clause.id for clause in CONTRACT.catalogue].index(ABOVE)
CREATED = answer(201, b'{"id": 12439, "repository_id": 2147483648}')
HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \u202eevil\u2066 "
    "\x1b[31mred\x1b[0m \x00 \ud800 {{ 7 * 7 }} "
)


def traffic(*exchanges: tuple[Exchange, tuple[str, ...]]) -> dict[str, Any]:
    """The content of a traffic file; each exchange with the clauses that its probe tests."""
    entries = []
    for one, clauses in exchanges:
        entry: dict[str, Any] = dict(evidence(one).har)
        entries.append({**entry, "_conformance": {**entry["_conformance"], "clauses": list(clauses)}})
    return {"log": {"entries": entries}}


def over(number: int = 17, probe: str = "id.over", **fields: Any) -> Exchange:  # noqa: ANN401
    """An id over the maximum, answered 201."""
    request = replace(REQUEST, target=target_of("2147483648"))
    return exchange(request, **{"response": CREATED, **fields, "number": number, "probe": probe})


def broken(**fields: Any) -> RunRecord:  # noqa: ANN401
    """A run in which an id over the maximum was answered 201."""
    found = failed(
        ABOVE, "id.over", "an id above the maximum was answered 201", accepted=("any status but 2xx",), got="201"
    )
    reproduce = {"id.over": "conformance run staging --seed 1 --probe id.over"}
    return record([found], **{"evidence": {17: evidence(over())}, "reproduce": reproduce, **fields})


BROKEN_TRAFFIC = traffic((exchange(number=3, probe="id.alias"), (ABOVE,)), (over(), (ABOVE,)))


def text_of(run: RunRecord, har: dict[str, Any] | None = None) -> str:
    """The page as text."""
    return render(report_data(run), har or {}, CONTRACT)


def page_of(run: RunRecord, har: dict[str, Any] | None = None) -> html.HtmlElement:
    """The page as a tree."""
    return html.fromstring(text_of(run, har))


def find(tree: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """The elements that a selector of tags, ids and classes finds, such as ``#verdict p.when``."""
    steps = []
    for step in selector.split():
        tag, *rest = re.split(r"(?=[#.])", step)
        tests = (
            f"@id='{one[1:]}'" if one[0] == "#" else f"contains(concat(' ', @class, ' '), ' {one[1:]} ')"
            for one in rest
        )
        steps.append(f"//{tag or '*'}" + "".join(f"[{test}]" for test in tests))
    found: list[html.HtmlElement] = tree.xpath("." + "".join(steps))
    return found


def words(elements: Iterable[html.HtmlElement] | html.HtmlElement) -> str:
    """The text of elements, with single spaces."""
    found = elements if isinstance(elements, list) else [elements]
    return " ".join(" ".join(element.text_content() for element in found).split())
