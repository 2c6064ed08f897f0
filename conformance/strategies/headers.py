"""Names of header fields: the token's in every case, names that only look like it, and any other."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from conformance.contract.message import TOKEN_HEADER

__all__ = ["header_names", "token_header_look_alikes", "token_header_names"]

_TOKEN = string.digits + string.ascii_letters + "!#$%&'*+-.^_`|~"  # RFC 9110 section 5.6.2
_LOOK_ALIKES = (
    "X_Auth_Token", "XAuthToken", "X-AuthToken", "X-Auth-Tokens", "X-Auth", "Auth-Token", "X-Auth--Token",
    "XX-Auth-Token", "X-Auth-Token-", "X.Auth.Token", "X-Auth-Key", "X-Token", "X-Subject-Token", "Token",
)  # fmt: skip


def token_header_names() -> st.SearchStrategy[bytes]:
    """``X-Auth-Token`` with each letter in either case: one name to HTTP (RFC 9110 section 5.1)."""
    name = TOKEN_HEADER.decode("ascii")
    cases = st.lists(st.booleans(), min_size=len(name), max_size=len(name))
    return cases.map(
        lambda upper: "".join(c.upper() if up else c.lower() for c, up in zip(name, upper, strict=True)).encode("ascii")
    )


def token_header_look_alikes() -> st.SearchStrategy[bytes]:
    """Names that are not ``X-Auth-Token`` in any case, though nearly."""
    name = TOKEN_HEADER.decode("ascii")
    cut = st.integers(1, len(name) - 1).map(lambda length: name[:length].rstrip("-"))
    longer = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=5).map(lambda tail: name + tail)
    return st.one_of(st.sampled_from(_LOOK_ALIKES), cut, longer).map(str.encode)


def header_names() -> st.SearchStrategy[bytes]:
    """Field names as HTTP allows them (RFC 9110 section 5.6.2), of 1 to 40 characters; not the token's."""
    return (
        st.text(_TOKEN, min_size=1, max_size=40)
        .map(str.encode)
        .filter(lambda name: name.lower() != TOKEN_HEADER.lower())
    )
