"""Tiny targets to test the suite on: broken ones that it must catch, correct-otherwise ones that it must not accuse.

Each is a small subclass of the mock; they import ``conformance.mock`` and nothing else of ``conformance``.
"""

from .broken import BROKEN
from .correct import CORRECT
from .miniature import Broken, Correct

__all__ = ["BROKEN", "CORRECT", "Broken", "Correct"]
