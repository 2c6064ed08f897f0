"""Probes that the deep profile alone sends, each beside one of the standard profile that fails by nearly every defect.

What is known of a table decides: a request that only tells how far a defect goes costs as much as one that finds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LOOK_ALIKES"]

_LENGTHS = {
    3: 2, 8: 2, 32: 16, 255: 256, 4095: 4096, 4097: 8192, 8191: 8192, 10240: 16384, 32767: 32768, 32769: 32768,
    65535: 65536, 65537: 65536, 98304: 99999, 99998: 99999, 8190: 8192, 100002: 100001,
    131072: 100001, 200000: 100001,
}  # fmt: skip
_IDS = {
    "2^32-1": "2^32", "plus-sum": "with-letters", "bracketed": "quoted", "colon": "with-letters",
    "decimal.small": "decimal", "exponent.scientific": "exponent", "negative.2^31+1": "negative.2^31",
    "negative.2^63": "negative.alias.2^64", "over.two": "over",
    "alias.2^33": "alias.2^32", "2^53+1": "alias.2^53", "2^63-1": "2^63", "2^64": "alias.2^64",
    "200-digits": "5000-digits", "decimal.comma": "list", "exponent.capital": "exponent",
    "hexadecimal.capital": "hexadecimal", "parenthesised": "quoted", "range": "list", "tab.after": "space.after",
    "carriage-return.after": "newline.after", "nul.before": "nul.after", "arabic-digits": "full-width-digits",
    "undefined": "null", "true": "null", "infinity": "nan", "placeholder": "word",
    "encoded-hash": "encoded-question-mark", "leading-zeros": "leading-zero", "plus-sign.encoded": "plus-sign",
    "percent-encoded.one": "percent-encoded",
}  # fmt: skip

_URLS = {
    **dict.fromkeys(
        ("port-1", "port-65535", "query", "fragment", "sub-domain", "labels", "no-path-query", "percent-encoded",
         "percent-encoded-slash", "dot-segments", "punycode", "sub-delimiters", "upper-case-host"),
        "rich",
    ),
    "blank": "empty", "no-scheme": "relative", "protocol-relative": "no-host", "only-scheme": "no-host", "git": "ssh",
    "ftp": "ssh", "scp": "ssh", "space": "newline", "non-ascii": "supplementary", "ipv4": "ipv6",
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

LOOK_ALIKES: Mapping[str, str] = {
    **{f"token.unknown.length-{one}": f"token.unknown.length-{other}" for one, other in _LENGTHS.items()},
    **{f"id.{one}": f"id.{other}" for one, other in _IDS.items()},
    **{
        f"{name}.{kind}-token": f"pair.token-{_TOKENS[other]}.{other}"
        for name, other in _WITH_A_BAD_TOKEN.items()
        for kind in ("unknown", "missing")
    },
    **{f"url.{one}": f"url.{other}" for one, other in _URLS.items()},
    "token.unknown.alphabet-base64": "token.unknown.alphabet-base64url",
    "token.unknown.alphabet-letters": "token.unknown.alphabet-base64url",
    "token.unknown.alphabet-hexadecimal": "token.unknown.alphabet-base64url",
    "token.valid.half": "token.valid.cut",
    "token.valid.last-half": "token.valid.headless",
    "token.valid.padded-to-131072": "token.valid.padded-to-100001",
    "token.header.x-AuTh-ToKeN": "token.header.X-AUTH-TOKEN",
    "token.repeated.valid-twice": "token.repeated.valid-then-unknown",
    "token.unusual.object": "token.unusual.space-inside",
    "token.unusual.tab-inside": "token.unusual.space-inside",
    "token.unusual.delete": "token.unusual.control-character",
    "token.unusual.spaces-around": "token.unusual.space",
    "precedence.restricted-repository.empty-token": "precedence.missing-repository.empty-token",
    "precedence.any-repository.empty-token": "precedence.missing-repository.empty-token",
    "precedence.restricted-repository.cut-token": "precedence.missing-repository.cut-token",
    "body.number": "body.null",
    "body.prototype": "body.odd-members",
    "body.xml": "body.text",
    "body.nul": "body.garbage-after",
    "body.url-object": "body.url-nested",
    "body.other-member": "body.empty-object",
    "body.many-members": "body.extra",
    "body.deep-closed-array": "body.array",
    "content-type.multipart": "content-type.form",
    "content-type.empty": "content-type.missing",
    "content-type.capital": "content-type.charset",
    "content-type.latin-1": "content-type.charset",
    "accept.json": "header.odd",
    "accept.html": "header.odd",
    "accept.xml": "header.odd",
    "method.GET.with-body": "method.GET",
    "path.dot-segment": "path.double-slash",
    "path.suffix": "path.other-version",
}
"""A probe, and the one that stands for it in the standard profile."""
