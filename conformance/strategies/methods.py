"""Request methods other than the document's POST."""

from __future__ import annotations

import string

from hypothesis import strategies as st

__all__ = ["methods"]

_KNOWN = (
    "GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "SEARCH", "COPY", "MOVE", "LOCK", "UNLOCK", "MKCOL",
    "PROPFIND", "PROPPATCH", "REPORT", "MERGE", "LINK", "UNLINK", "PURGE", "POSTS", "POS", "POST-", "OPTIONS",
)  # fmt: skip


def methods() -> st.SearchStrategy[str]:
    """Methods that are not POST: registered ones, OPTIONS among them, and others of 1 to 20 capital letters."""
    made = st.text(string.ascii_uppercase, min_size=1, max_size=20)
    return st.one_of(made, st.sampled_from(_KNOWN)).filter(lambda method: method not in {"POST", "CONNECT"})
