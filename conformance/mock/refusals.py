"""The refusals of the mock: those in the words of the document's examples, those that it leaves open, and a crash."""

from __future__ import annotations

from conformance.mock.message import Refusal

__all__ = [
    "BAD_BODY",
    "BAD_ID",
    "BAD_REQUEST",
    "BAD_URL",
    "CONFLICT",
    "CRASH",
    "FORBIDDEN",
    "NOT_FOUND",
    "NO_ROUTE",
    "TOO_LARGE",
    "UNAUTHORIZED",
    "not_allowed",
]

UNAUTHORIZED = Refusal(401, "CH.00000002", "Recognize authentication information failed.")
FORBIDDEN = Refusal(403, "CH.00401001", "No access permission.")
NOT_FOUND = Refusal(404, "CH.00402000", "The repository does not exist. Check and try again.")

# The document has no code for what follows; CH.010001 is the product's for a 400, the others are made in its form.
BAD_REQUEST = Refusal(400, "CH.010001", "Invalid request.")
BAD_ID = Refusal(400, "CH.010001", "Invalid repository ID.")
BAD_BODY = Refusal(400, "CH.010001", "The request body must be a JSON object.")
BAD_URL = Refusal(400, "CH.010001", "Invalid url.")
NO_ROUTE = Refusal(404, "CH.00000404", "The requested resource does not exist.")
TOO_LARGE = Refusal(413, "CH.00000413", "The request body is too large.")

# What only faults answer.
CONFLICT = Refusal(409, "CH.00000409", "The repository is associated already.")
CRASH = Refusal(500, "CH.00000500", "Internal error.")


def not_allowed(allow: str) -> Refusal:
    """Return a 405 with the methods that the path has, as ``Allow`` lists them."""
    return Refusal(405, "CH.00000405", "Method not allowed.", ((b"allow", allow.encode()),))
