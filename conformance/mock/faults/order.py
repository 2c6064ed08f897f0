"""Faults of order: what is looked at before the token, and what makes the token be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mock import Mock, Refused
from conformance.mock.catalogue import Faults
from conformance.mock.message import FORBIDDEN, NOT_FOUND

if TYPE_CHECKING:
    from conformance.mock import Answer, Request

faults = Faults()


@faults.must("status.401.precedence")
class NotFoundBeforeUnauthorized(Mock):
    """A missing repository is answered 404 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.find(self.parse_id(raw_id))
        return super().associate(request, raw_id)


@faults.must("status.401.precedence")
class ForbiddenBeforeUnauthorized(Mock):
    """A repository that nobody may associate is answered 403 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if not self.fixtures.repositories.get(self.parse_id(raw_id), True):
            raise Refused(FORBIDDEN)
        return super().associate(request, raw_id)


@faults.must("path.repository_id.minimum")
class TokenForgottenForIdOne(Mock):
    """For id 1 any token will do, as where tests once ran on it."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if raw_id == b"1" and request.values(b"x-auth-token"):
            return self.success(request, self.mirror_of(1, self.parse_body(request)))
        return super().associate(request, raw_id)


@faults.must("status.401.unknown-token", "status.40?.*", "header.x-auth-token.*", "path.repository_id.m??imum")
class TokenForgottenOnceAssociated(Mock):
    """Once a repository is associated any token will do for it."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if raw_id.isdigit() and len(raw_id) < 20 and int(raw_id) in self.mirrors:
            return self.success(request, self.mirror_of(self.parse_id(raw_id), self.parse_body(request)))
        return super().associate(request, raw_id)


@faults.should("request.body.not-json", "header.x-auth-token.mandatory", "response.201.url.echo")
class TokenForgottenForMalformedBody(Mock):
    """A body that is no JSON is answered 201 before anyone looks at anything."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        try:
            self.parse_json(request.body or b"{}")
        except Refused:
            return self.success(request, self.mirror_of(self.parse_id(raw_id), "https://example.com/default.git"))
        return super().associate(request, raw_id)


@faults.must("path.repository_id.maximum")
class MaximumIdNotFoundBeforeUnauthorized(Mock):
    """Id 2147483647 is answered 404 to an unknown token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if raw_id == b"2147483647":
            try:
                self.authenticate(request)
            except Refused:
                raise Refused(NOT_FOUND) from None
        return super().associate(request, raw_id)


@faults.must("status.401.precedence")
class SmallIdsForbiddenBeforeUnauthorized(Mock):
    """Ids from 2 to 1,000 are the vendor's own and answered 403 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if 1 < self.parse_id(raw_id) <= 1_000:
            raise Refused(FORBIDDEN)
        return super().associate(request, raw_id)
