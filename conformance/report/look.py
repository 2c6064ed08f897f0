"""The look of all pages: one style for their colours and controls, one for the parts of pages on a run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

__all__ = ["hash_source", "look", "parts"]


@cache
def look() -> str:
    """The style sheet that all pages begin with."""
    return _sheet("look.css")


@cache
def parts() -> str:
    """The style sheet of text, sentences, messages and judgements, on pages on a run."""
    return _sheet("parts.css")


def hash_source(text: str) -> str:
    """The source that a Content-Security-Policy allows the element with this text by (CSP level 3 section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _sheet(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
