"""Probes that the deep profile alone sends, each beside one of the standard profile that fails by nearly every defect.

What is known of a table decides: a request that only tells how far a defect goes costs as much as one that finds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.operation import Operation

__all__ = ["look_alikes"]

_LENGTHS = {
    3: 2, 8: 2, 32: 16, 256: 255, 4095: 4096, 4097: 8192, 8191: 8190, 10240: 16384, 32767: 32768, 32769: 32768,
    65535: 65536, 65537: 65536, 200000: 131072,
}  # fmt: skip
"""Lengths of tokens that are common limits of servers, and the others around them."""
_IDS = {
    "negative.2^31+1": "negative.2^31", "negative.2^63": "negative.alias.2^64", "over.two": "over",
    "alias.2^33": "alias.2^32", "2^53+1": "alias.2^53", "2^63-1": "2^63", "2^64": "alias.2^64",
    "200-digits": "5000-digits", "decimal.comma": "list", "exponent.capital": "exponent",
    "hexadecimal.capital": "hexadecimal", "parenthesised": "bracketed", "range": "list", "tab.after": "space.after",
    "carriage-return.after": "newline.after", "nul.before": "nul.after", "arabic-digits": "full-width-digits",
    "undefined": "null", "true": "null", "infinity": "nan", "placeholder": "word",
    "encoded-hash": "encoded-question-mark", "leading-zeros": "leading-zero", "plus-sign.encoded": "plus-sign",
    "percent-encoded.one": "percent-encoded",
}  # fmt: skip

_WITH_A_BAD_TOKEN = {
    "id.zero": "id-below", "id.minus-one": "id-below", "id.over": "id-above", "id.20-digits": "id-above",
    "id.word": "id-word", "id.decimal": "id-word", "body.truncated": "body-truncated", "body.missing": "body-absent",
    "body.array": "body-number",
}  # fmt: skip
_TOKENS = {
    "id-below": "missing", "id-above": "unknown", "id-word": "missing", "body-truncated": "unknown",
    "body-absent": "missing", "body-number": "missing",
}  # fmt: skip

_ALWAYS: Mapping[str, str] = {
    **{f"token.unknown.length-{one}": f"token.unknown.length-{other}" for one, other in _LENGTHS.items()},
    **{f"id.{one}": f"id.{other}" for one, other in _IDS.items()},
    **{
        f"{name}.{kind}-token": f"pair.token-{_TOKENS[other]}.{other}"
        for name, other in _WITH_A_BAD_TOKEN.items()
        for kind in ("unknown", "missing")
    },
    "token.unknown.alphabet-letters": "token.unknown.alphabet-base64url",
    "token.unknown.alphabet-hexadecimal": "token.unknown.alphabet-base64url",
    "token.valid.half": "token.valid.cut",
    "token.valid.last-half": "token.valid.headless",
    "token.unusual.tab-inside": "token.unusual.space-inside",
    "token.unusual.delete": "token.unusual.control-character",
    "token.unusual.spaces-around": "token.unusual.space",
    "body.xml": "body.text",
    "body.nul": "body.garbage-after",
    "body.url-object": "body.url-nested",
    "body.other-member": "body.empty-object",
    "body.many-members": "body.extra",
    "body.deep-closed-array": "body.array",
    "content-type.multipart": "content-type.form",
    "content-type.empty": "content-type.missing",
    "accept.xml": "accept.html",
    "url.blank": "url.empty",
    "url.no-scheme": "url.relative",
    "url.only-scheme": "url.no-host",
    "url.git": "url.ssh",
    "url.ftp": "url.ssh",
    "method.GET.with-body": "method.GET",
    "path.dot-segment": "path.double-slash",
    "path.suffix": "path.other-version",
}


def look_alikes(operation: Operation) -> dict[str, str]:
    """A probe of the operation, and the one that stands for it in the standard profile."""
    noun = operation.noun.replace(" ", "-")
    header = operation.credential.header.decode("ascii")
    found = {
        **_ALWAYS,
        f"token.header.{_alternating(header)}": f"token.header.{header.upper()}",
        f"precedence.restricted-{noun}.empty-token": f"precedence.missing-{noun}.empty-token",
        f"precedence.any-{noun}.empty-token": f"precedence.missing-{noun}.empty-token",
        f"precedence.restricted-{noun}.cut-token": f"precedence.missing-{noun}.cut-token",
    }
    longest = operation.credential.longest
    if longest is not None:
        found[f"token.unknown.length-{longest + 2}"] = f"token.unknown.length-{longest + 1}"
        found["token.valid.padded-to-131072"] = f"token.valid.padded-to-{longest + 1}"
        found["token.unknown.length-98304"] = f"token.unknown.length-{longest - 2}"
    return found


def _alternating(name: str) -> str:
    """A header's name with its letters small and capital in turn."""
    letters = iter(range(len(name)))
    return "".join((one.upper() if next(letters) % 2 else one.lower()) if one.isalpha() else one for one in name)
