"""Every edit of the shipped contract's files, and what follows of each for the suite."""

from __future__ import annotations

from tests.spec.edits_of_answers import ANSWERS
from tests.spec.edits_of_requests import REQUESTS

EDITS = (*REQUESTS, *ANSWERS)
