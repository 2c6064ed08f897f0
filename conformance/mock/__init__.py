"""The reference implementation of the documented operation, with its fixtures, its server and its target description.

It is written from the document, never from the OpenAPI file, and imports nothing of ``conformance`` but its exceptions.
"""

from __future__ import annotations

from conformance.mock.app import Mirror, Mock
from conformance.mock.fixtures import Access, Account, Fixtures, describe
from conformance.mock.front import Gateway, Iam, with_front
from conformance.mock.message import Answer, Application, Refusal, Refused, Request
from conformance.mock.server import answer_raw, drop, running, serve

__all__ = [
    "SERVED",
    "Access",
    "Account",
    "Answer",
    "Application",
    "Fixtures",
    "Gateway",
    "Iam",
    "Mirror",
    "Mock",
    "Refusal",
    "Refused",
    "Request",
    "answer_raw",
    "describe",
    "drop",
    "running",
    "serve",
    "with_front",
]

SERVED = "associateRemoteMirror"
"""The operationId of what the mock serves."""
