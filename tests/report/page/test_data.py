"""The document in blocks and pieces."""

from __future__ import annotations

from conformance.contract.contract import Passage, passage_of
from conformance.report.page.data import Block, Piece, blocks_of

TEXT = "Range\n\nTable 1 Parameters\n\nid\n\nYes, 1 to 9\n\n{\n  1\n}"


def passage(quote: str) -> Passage:
    """The place of a quote in the text."""
    found = passage_of(TEXT, "", quote)
    assert found is not None
    return found


def test_lines_between_empty_ones_are_a_block() -> None:
    """A line with the words of a section is a heading; brackets are code, whose lines stay together."""
    blocks = list(blocks_of(TEXT, ["Table 1"], {}))
    assert [(block.kind, block.line) for block in blocks] == [
        ("text", 1), ("heading", 3), ("text", 5), ("text", 7), ("code", 9),
    ]  # fmt: skip
    assert blocks[-1].lines == tuple((Piece(line, (), (), goes_on=False),) for line in ("{", "  1", "}"))


def test_a_sentence_over_several_lines_goes_on_in_each() -> None:
    """It begins once."""
    first, last = list(blocks_of(TEXT, [], {4: passage("id\n\nYes")}))[2:4]
    assert first == Block("text", 5, ((Piece("id", (4,), (4,), goes_on=False),),))
    assert last.lines == ((Piece("Yes", (4,), (), goes_on=True), Piece(", 1 to 9", (), (), goes_on=False)),)
    assert (first.begins, last.begins) == ((4,), ())


def test_sentences_may_share_a_passage_and_overlap() -> None:
    """Each piece has all the clauses that hold it."""
    found = {0: passage("Yes, 1"), 1: passage("1 to 9"), 2: passage("1 to 9")}
    [line] = list(blocks_of(TEXT, [], found))[3].lines
    assert [(piece.text, piece.clauses, piece.begins) for piece in line] == [
        ("Yes, ", (0,), (0,)), ("1", (0, 1, 2), (1, 2)), (" to 9", (1, 2), ()),
    ]  # fmt: skip
