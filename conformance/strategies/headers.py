"""Names of header fields: the token's in every case, names that only look like it, and any other."""

from __future__ import annotations

import string

from hypothesis import strategies as st

__all__ = ["header_names", "token_header_look_alikes", "token_header_names"]

_TOKEN = string.digits + string.ascii_letters + "!#$%&'*+-.^_`|~"  # RFC 9110 section 5.6.2
_OTHERS = ("Token", "X-Token", "X-Access-Token", "X-Api-Key", "X-Auth", "X-Auth-Key", "Api-Key")
"""What carries the token elsewhere."""


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
