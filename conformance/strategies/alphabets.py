"""The characters that tokens are made of; all are VCHAR (RFC 9110 section 5.5), the documented kind."""

from __future__ import annotations

import string

__all__ = ["ALPHABETS"]

ALPHABETS = {
    "letters": string.ascii_letters,
    "digits": string.digits,
    "hexadecimal": string.hexdigits.lower()[:16],
    "base64": string.ascii_letters + string.digits + "+/=",
    "base64url": string.ascii_letters + string.digits + "-_",
    "jwt": string.ascii_letters + string.digits + "-_.",
    "token": "!#$%&'*+-.^_`|~" + string.ascii_letters + string.digits,
    "delimiters": '"(),/:;<=>?@[\\]{}',
}
"""By name; the last two are RFC 9110's token characters (section 5.6.2) and its delimiters."""
