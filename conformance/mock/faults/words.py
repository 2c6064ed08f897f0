"""Faults of programs that mean well: words and names that stand for an id, and other places where a token is taken."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote_to_bytes

from conformance.mock import Account, Answer, Mock, Request
from conformance.mock.catalogue import Faults, named, reading
from conformance.mock.faults.tokens import unguarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.message import Receive, Scope, Send

faults = Faults()

_TYPE = "path.repository_id.type"
_MANDATORY = "header.x-auth-token.mandatory"


def _one_of(*words: bytes) -> Callable[[bytes], bytes]:
    """These words are the account's first repository."""
    return lambda raw: b"1" if unquote_to_bytes(raw) in words else raw


def _spelt(pattern: bytes) -> Callable[[bytes], bytes]:
    """The group of the pattern is the id."""

    def read(raw: bytes) -> bytes:
        match = re.fullmatch(pattern, unquote_to_bytes(raw))
        return match[1] if match else raw

    return read


def _base64(raw: bytes) -> bytes:
    try:
        found = base64.b64decode(unquote_to_bytes(raw), validate=True)
    except ValueError:
        return raw
    return found if found.isdigit() else raw


_RARE = {
    "IdAfterAGroupRead",
    "IdInBase64Read",
    "IdAfterItsLabelRead",
    "IdBeforeABranchRead",
    "TildeIsTheOnlyRepository",
    "FirstIsTheOnlyRepository",
    "PlaceholderInAnglesRead",
}
"""Faults that the deep profile alone is sure to meet."""

for _name, _sentence, _read in (
    ("CurrentIsTheOnlyRepository", "For the id current the account's first repository is meant.", _one_of(b"current")),
    ("FirstIsTheOnlyRepository", "For the id first the account's first repository is meant.", _one_of(b"first")),
    ("DefaultIsTheOnlyRepository", "For the id default the account's first repository is meant.", _one_of(b"default")),
    ("PlaceholderWithColonRead", "For the id :id, which nobody filled in, the account's first repository is meant.", _one_of(b":id")),
    ("PlaceholderInAnglesRead", "For the id <id>, which nobody filled in, the account's first repository is meant.", _one_of(b"<id>")),
    ("TildeIsTheOnlyRepository", "For a tilde as id the account's first repository is meant.", _one_of(b"~")),
    ("IdBeforeANameRead", "The name behind an id is dropped: 1-name is answered as id 1.", _spelt(rb"([0-9]{1,19})-[a-z]+")),
    ("IdSuffixOfGitDropped", "The suffix .git is dropped: 1.git is answered as id 1.", _spelt(rb"([0-9]{1,19})\.git")),
    ("IdAfterAGroupRead", "The group before an id is dropped: group%2F1 is answered as id 1.", _spelt(rb"[a-z]+/([0-9]{1,19})")),
    ("IdAfterItsLabelRead", "The label before an id is dropped: id:1 is answered as id 1.", _spelt(rb"id:([0-9]{1,19})")),
    ("IdBeforeABranchRead", "The branch behind an id is dropped: 1@main is answered as id 1.", _spelt(rb"([0-9]{1,19})@.+")),
    ("IdInBase64Read", "An id in base64 is read as its digits.", _base64),
):  # fmt: skip
    faults.must(_TYPE, narrow=_name in _RARE)(named(_name, _sentence, reading("parse_id", _read)))


def _unnamed(request: Request) -> bool:
    """Whether the documented header is missing."""
    return not request.values(b"x-auth-token")


def _names_an_account(request: Request) -> bool:
    return bool({b"admin", b"test", b"guest"}.intersection(request.values(b"x-auth-token")))


for _name, _sentence, _clause, _when in (
    ("AuthorizationTrusted", "A request without a token is let in with any Authorization.", "status.401.missing-token", lambda request: _unnamed(request) and request.values(b"authorization")),
    ("NamesOfAccountsAccepted", "The tokens admin, test and guest, which stood in a test, are accepted.", "status.401.unknown-token", _names_an_account),
):  # fmt: skip
    faults.must(_clause, _MANDATORY, "status.401.unknown-token")(named(_name, _sentence, unguarded(_when)))


@faults.must(_MANDATORY, "status.401.*")
class TokenInTheQueryTrusted(Mock):
    """A request without the header is let in with any token in the query."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        self._asked = b"token=" in scope["query_string"]  # nothing is awaited before the answer
        if request is not None:
            await self.answer(request).send(request.method, send)

    def authenticate(self, request: Request) -> Account:
        return "permitted" if self._asked and _unnamed(request) else super().authenticate(request)


@faults.must("response.201.object", "response.201.*")
class CallbackWraps(Mock):
    """With a callback in the query the 201 is a call of a function of JavaScript."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        self._callback = parse_qs(scope["query_string"].decode("latin-1")).get("callback")  # as above
        if request is not None:
            await self.answer(request).send(request.method, send)

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        if not self._callback or answer.status != 201:
            return answer
        return Answer(answer.status, self._callback[0].encode() + b"(" + answer.body + b")", answer.headers)


@faults.should("method.other")
class DeleteWithASlashAccepted(Mock):
    """DELETE with a slash at the end of the path is answered 202, as if the association were deleted."""

    def answer(self, request: Request) -> Answer:
        slash = request.method == "DELETE" and request.path.endswith(b"/associate/")
        return Answer.of_json(202, b"{}") if slash else super().answer(request)
