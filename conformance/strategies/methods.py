"""Request methods other than a documented one."""

from __future__ import annotations

import string

from hypothesis import strategies as st

__all__ = ["methods"]

_KNOWN = (
    "GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "SEARCH", "COPY", "MOVE", "LOCK", "UNLOCK", "MKCOL",
    "PROPFIND", "PROPPATCH", "REPORT", "MERGE", "LINK", "UNLINK", "PURGE", "OPTIONS", "POST",
)  # fmt: skip


def methods(documented: str) -> st.SearchStrategy[str]:
    """Methods that are not `documented`: registered ones, OPTIONS among them, and others of 1 to 20 capital letters.

    CONNECT has another form of target, and a server answers HEAD wherever it answers GET (RFC 9110 section 9.1).
    """
    others = {documented, "CONNECT", *(["HEAD"] if documented == "GET" else [])}
    alike = (f"{documented}S", documented[:-1], f"{documented}-")
    made = st.text(string.ascii_uppercase, min_size=1, max_size=20)
    return st.one_of(made, st.sampled_from((*_KNOWN, *alike))).filter(lambda method: method not in others)
