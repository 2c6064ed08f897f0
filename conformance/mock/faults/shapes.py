"""Faults of tokens of a shape: what is taken for a token of another kind, and what is far too long (table 2)."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

from conformance.mock import Mock, Refused
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CRASH, FORBIDDEN

if TYPE_CHECKING:
    from conformance.mock import Account, Refusal

faults = Faults()

_UNKNOWN = "status.401.unknown-token"
_FAR_OVER = 500_000


def _header(token: str) -> dict[str, str]:
    """The header of a JWT; nothing where the token is none."""
    parts = token.split(".")
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except ValueError:
        return {}
    return header if isinstance(header, dict) and len(parts) == 3 else {}


@faults.must(_UNKNOWN)
class UnsignedJwtAccepted(Mock):
    """A JWT whose header says that it has no signature passes for the permitted account's."""

    def account_of(self, token: str) -> Account:
        return "permitted" if _header(token).get("alg") == "none" else super().account_of(token)


@faults.must(_UNKNOWN)
class SignatureOfJwtNotVerified(Mock):
    """A JWT with any signature passes for the permitted account's."""

    def account_of(self, token: str) -> Account:
        signed = "alg" in _header(token) and token.rpartition(".")[2]
        return "permitted" if signed else super().account_of(token)


def _refusing(pattern: str, refusal: Refusal) -> type[Mock]:
    class Refusing(Mock):
        def account_of(self, token: str) -> Account:
            if token not in self.tokens and re.fullmatch(pattern, token):
                raise Refused(refusal)
            return super().account_of(token)

    return Refusing


for _name, _sentence, _pattern, _refusal, _also in (
    ("JsonAsTokenCrashes", "A token that is an object of JSON is answered 500.", r"\{.*\}", CRASH, ("status.server-error", "status.401.near-valid-token")),
    ("QuotedTokenCrashes", "An unknown token in quotation marks is answered 500.", '".*"', CRASH, ("status.server-error", "status.401.near-valid-token")),
    ("PaddedTokenForbidden", "An unknown token that ends with two equals signs is answered 403.", ".*==", FORBIDDEN, ()),
):  # fmt: skip
    faults.must(_UNKNOWN, "status.documented", *_also)(named(_name, _sentence, _refusing(_pattern, _refusal)))


@faults.must("status.server-error")
class FarOverlongTokenCrashes(Mock):
    """A token over 500,000 characters is answered 500."""

    def account_of(self, token: str) -> Account:
        if len(token) > _FAR_OVER:
            raise Refused(CRASH)
        return super().account_of(token)
