"""The look of all pages: one style for their colours and controls, which each adds its own to."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["look"]


@cache
def look() -> str:
    """The style sheet that all pages begin with."""
    return (files(__package__) / "look.css").read_text(encoding="utf-8")
