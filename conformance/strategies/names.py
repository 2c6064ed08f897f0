"""Names: of header fields, the token's and others, and of methods."""

from __future__ import annotations

import string

from hypothesis import strategies as st

_TOKEN = string.digits + string.ascii_letters + "!#$%&'*+-.^_`|~"  # RFC 9110 section 5.6.2
_OTHERS = ("Token", "X-Token", "X-Access-Token", "X-Api-Key", "X-Auth", "X-Auth-Key", "Api-Key")
"""Headers that carry the token in other services."""
_KNOWN = (
    "GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "SEARCH", "COPY", "MOVE", "LOCK", "UNLOCK", "MKCOL",
    "PROPFIND", "PROPPATCH", "REPORT", "MERGE", "LINK", "UNLINK", "PURGE", "OPTIONS", "POST",
)  # fmt: skip


def token_header_names(header: bytes) -> st.SearchStrategy[bytes]:
    """`header` with each letter in either case: one name to HTTP (RFC 9110 section 5.1)."""
    name = header.decode("ascii")
    cases = st.lists(st.booleans(), min_size=len(name), max_size=len(name))
    return cases.map(
        lambda upper: "".join(c.upper() if up else c.lower() for c, up in zip(name, upper, strict=True)).encode("ascii")
    )


def token_header_look_alikes(header: bytes) -> st.SearchStrategy[bytes]:
    """Names that are not `header` in any case, though nearly."""
    name = header.decode("ascii")
    cut = st.integers(1, max(len(name) - 1, 1)).map(lambda length: name[:length].rstrip("-") or "X")
    longer = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=5).map(lambda tail: name + tail)
    alike = st.one_of(st.sampled_from(_respelt(name)), cut, longer).map(str.encode)
    return alike.filter(lambda made: made.lower() != header.lower())


def _respelt(name: str) -> list[str]:
    """The name with other separators, without one of them or one of its words, and what carries the token elsewhere."""
    words = name.split("-")
    joined = ["-".join((*words[:at], words[at] + words[at + 1], *words[at + 2 :])) for at in range(len(words) - 1)]
    fewer = ["-".join(words[:at] + words[at + 1 :]) for at in range(len(words))] if len(words) > 1 else []
    marks = [name.replace("-", mark) for mark in ("_", ".", "", "--")]
    made = [*marks, *joined, *fewer, f"{name}s", f"{name}-", f"{name[0]}{name}", words[-1], *_OTHERS]
    return [one for one in dict.fromkeys(made) if one.lower() != name.lower()]


def header_names(but: bytes) -> st.SearchStrategy[bytes]:
    """Field names as HTTP allows them (RFC 9110 section 5.6.2), of 1 to 40 characters, and not `but` in any case."""
    return st.text(_TOKEN, min_size=1, max_size=40).map(str.encode).filter(lambda name: name.lower() != but.lower())


def methods(documented: str) -> st.SearchStrategy[str]:
    """Methods that are not `documented`: registered ones, OPTIONS among them, and others of 1 to 20 capital letters.

    CONNECT has another form of target, and a server answers HEAD wherever it answers GET (RFC 9110 section 9.1).
    """
    others = {documented, "CONNECT", *(["HEAD"] if documented == "GET" else [])}
    alike = (f"{documented}S", documented[:-1], f"{documented}-")
    made = st.text(string.ascii_uppercase, min_size=1, max_size=20)
    return st.one_of(st.sampled_from((*_KNOWN, *alike)), made).filter(lambda method: method not in others)
