"""A value written as text (command line, environment), read as TOML would have typed it; what cannot be read stays."""

from __future__ import annotations

import re

__all__ = ["flag", "integer", "number"]

# int() and float() also read "1_000", Arabic digits, "nan" and "infinity"; nobody means those.
_INTEGER = re.compile(r"[+-]?[0-9]{1,1000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def integer(text: str) -> int | str:
    """Read a whole number in decimal digits."""
    return int(text) if _INTEGER.fullmatch(text) else text


def number(text: str) -> float | str:
    """Read a decimal number; one too large for a float is infinite, which the caller refuses."""
    return float(text) if _NUMBER.fullmatch(text) else text


def flag(text: str) -> bool | str:
    """Read true, 1, yes, false, 0 or no, in any case."""
    return _FLAGS.get(text.lower(), text)
