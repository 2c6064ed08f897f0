"""Text of a target as a page may show it: clipped, and without characters that hide, turn or steer what is read."""

from __future__ import annotations

from conformance.judge.verdict import in_words

__all__ = ["one_line", "sentence", "visible"]

_LONGEST_LINE = 300
_LONGEST_BLOCK = 4_000
_FEW_LINES = 4


def visible(text: str, longest: int = _LONGEST_BLOCK) -> str:
    """At most `longest` characters of `text`, over several lines where it has them; what does not print is escaped."""
    shown = text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"
    if shown.isprintable():
        return shown
    return "\n".join("\t".join(in_words(cell, len(shown)) for cell in line.split("\t")) for line in shown.split("\n"))


def one_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """At most `longest` characters of `text` on one line; a middle dot stands where a line ended without a colon."""
    lines = filter(None, map(str.strip, text[: 2 * longest].split("\n")))
    return in_words(" · ".join(lines).replace(": · ", ": "), longest)


def sentence(quote: str) -> str:
    """The quote of a clause without empty lines; one of many lines, such as a table's cells, is one line."""
    lines = [line for line in quote.split("\n") if line.strip()]
    return "\n".join(lines) if len(lines) <= _FEW_LINES else one_line(quote, _LONGEST_BLOCK)
