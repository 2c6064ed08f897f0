"""Errata as text for a terminal and as Markdown for the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.errata.edits import diff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.contract.contract import Contract
    from conformance.errata.erratum import Erratum

__all__ = ["render"]


def render(errata: Sequence[Erratum], contract: Contract, form: str, whole: str = "") -> str:
    """The errata as `text` or `markdown`, with a line feed at the end; `whole` is what is said of them together."""
    made = [one for one in errata if one.edits]
    lines = list(_markdown(errata, contract) if form == "markdown" else _text(errata, contract))
    without = len(errata) - len(made)
    counted = f"{len(made)} errat{'um' if len(made) == 1 else 'a'}, {without} failure{'s' * (without != 1)} without one"
    said = f"{counted}. {whole}".strip() if errata else "Nothing failed: the page needs no erratum."
    return "\n".join([*lines, said]) + "\n"


def _text(errata: Sequence[Erratum], contract: Contract) -> Iterator[str]:
    for one in errata:
        yield f"{one.clause.id}: {one.clause.title}"
        if not one.edits:
            yield f"  no erratum: {one.reason}"
        else:
            yield f"  {_said(one)}"
            yield from diff(contract.document, one.edits, contract.document_path)
        yield ""


def _markdown(errata: Sequence[Erratum], contract: Contract) -> Iterator[str]:
    yield f"# Errata to *{contract.catalogue.title}*, edition of {contract.catalogue.revision}\n"
    for one in errata:
        yield f"## `{one.clause.id}`\n"
        yield f"{one.clause.title}.\n"
        if one.edits:
            yield f"{_said(one)}\n"
            yield "```diff"
            yield from diff(contract.document, one.edits, contract.document_path)
            yield "```\n"
        else:
            yield f"No erratum: {one.reason}.\n"


def _said(one: Erratum) -> str:
    """The facts that hold under the erratum, in sentences."""
    passing = [clause for clause in one.clauses if clause not in one.open]
    said = f"{one.size} line{'s' * (one.size != 1)}."
    if passing:
        said += f" Under it {_joined(passing)} pass{'es' * (len(passing) == 1)}."
    if one.open:
        said += f" Under it nothing is left to judge of {_joined(one.open)}."
    return said


def _joined(clauses: Sequence[str]) -> str:
    return clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"
