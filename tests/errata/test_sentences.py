"""Sentences of errata: each is understood by the reader of pages and by the contract."""

from __future__ import annotations

import pytest

from conformance.contract.clause import Clause, Level
from conformance.document.reader import interpret
from conformance.document.text import sheet
from conformance.errata.contract import follow, page_of_contract
from conformance.errata.edits import HAVING, Effect, amended, having, place_of, read, written
from conformance.spec import load_contract

CONTRACT = load_contract()
PAGE = page_of_contract(CONTRACT)
PROMISES = [clause for clause in CONTRACT.catalogue if clause.level is not Level.SILENT]
VALUES = {
    Effect.STATUS: "409", Effect.STATUSES: "409", Effect.MEDIA: "text/html", Effect.LONGEST: "255",
    Effect.FORM: "a port", Effect.ALSO: "201 or 403", Effect.OPEN: "201 or 403",
}  # fmt: skip


def sentences(clause: Clause) -> list[tuple[Effect, str, str]]:
    """Every sentence about a clause: its effect, its value, its words."""
    member = str(clause.arguments.get("member", "error_code"))
    values = {effect: VALUES.get(effect, member) for effect in Effect}
    found = ((effect, value, written(clause, effect, CONTRACT.operation, value)) for effect, value in values.items())
    return [(effect, value, words) for effect, value, words in found if words]


@pytest.mark.parametrize("clause", PROMISES, ids=lambda clause: clause.id)
def test_a_sentence_is_read_back_with_its_effect(clause: Clause) -> None:
    """A sentence of a clause is read back as said of it, with the same value; more words change nothing."""
    for effect, value, words in sentences(clause):
        for text in (words, f"{words[:-1]}: as seen."):
            said = [one for one in read(text, [clause], CONTRACT.operation) if one.effect is effect]
            assert [one.value for one in said] in ([value], [""]), words


@pytest.mark.parametrize("clause", PROMISES, ids=lambda clause: clause.id)
def test_a_page_with_the_sentence_is_read_whole_and_weakens_the_clause(clause: Clause) -> None:
    """The reader of pages leaves nothing unread; the row takes the statuses too, or is silent, and quotes it."""
    weaker = {effect: words for effect, _, words in sentences(clause) if effect in {Effect.ALSO, Effect.OPEN}}
    for effect, words in weaker.items():
        edits = [place_of(clause, words, PAGE, CONTRACT)]
        assert len(interpret(sheet("page", amended(CONTRACT.document, edits))).unread) == len(PAGE.unread)
        changed = follow(CONTRACT, edits, PAGE)
        assert changed is not None
        row = changed.catalogue[clause.id]
        assert row.quote == words
        assert row.level is Level.SILENT or row.arguments["also"] == [201, 403]
        assert (row.level is Level.SILENT) is (effect is Effect.OPEN)


def test_a_form_in_words_has_its_expression() -> None:
    """Each of the table, and a number of segments; other words are no form."""
    assert all(map(having, HAVING))
    assert having("more than 100 segments") == r"^\w+://[^/?#]*(?:/[^/?#]*){101,}"
    assert having("charm") is None
