"""Text of a target as a page may show it: clipped, and without characters that hide, turn or steer what is read."""

from __future__ import annotations

from conformance.judge.verdict import in_words

__all__ = ["one_line", "visible"]

_LONGEST_LINE = 300
_LONGEST_BLOCK = 4_000


def visible(text: str, longest: int = _LONGEST_BLOCK) -> str:
    """At most `longest` characters of `text`, over several lines where it has them; what does not print is escaped."""
    shown = text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"
    if shown.isprintable():
        return shown
    return "\n".join("\t".join(in_words(cell, len(shown)) for cell in line.split("\t")) for line in shown.split("\n"))


def one_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """At most `longest` characters of `text` on one line; a middle dot stands where a line ended."""
    return in_words(" · ".join(filter(None, map(str.strip, text[: 2 * longest].split("\n")))), longest)
