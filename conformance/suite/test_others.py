"""Clauses of a contract whose ids begin with a word that no other module looks at."""

import pytest

from conformance.runner.case import Case

KNOWN = (
    "path.*", "query.*", "header.*", "request.*", "example.*", "status.*", "connection.*", "response.*", "error.*",
    "leak.*", "method.*", "uri.*", "state.*",
)  # fmt: skip


@pytest.mark.clauses("*", *(f"!{glob}" for glob in KNOWN))
def test_other(case: Case) -> None:
    """A request is treated as the document says."""
    case.verify()
