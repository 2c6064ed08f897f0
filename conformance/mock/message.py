"""Requests as they came, answers as they go, and every refusal: the ASGI edge of the mock."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[bytes, bytes], ...]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_JSON = ((b"content-type", b"application/json"),)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, byte for byte: the path neither decoded nor normalised, header names spelled as the client did.

    ``body`` is None where it was longer than the limit.
    """

    method: str
    path: bytes
    headers: Headers
    body: bytes | None

    @classmethod
    async def read(cls, scope: Scope, receive: Receive, *, limit: int) -> Request | None:
        """Return the request with its whole body; None if the client left before its end.

        A body over ``limit`` bytes is read to its end and thrown away: the answer to it would be lost if the
        connection were closed on bytes that nobody read.
        """
        body = bytearray()
        size = 0
        more = True
        while more:
            event = await receive()
            if event["type"] != "http.request":
                return None
            chunk = event.get("body", b"")
            size += len(chunk)
            if size <= limit:
                body += chunk
            else:
                body.clear()
            more = event.get("more_body", False)
        connection = scope.get("extensions", {}).get("conformance.connection", {})
        return cls(
            method=scope["method"],
            path=scope["raw_path"],
            headers=tuple(connection.get("headers", scope["headers"])),
            body=bytes(body) if size <= limit else None,
        )

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """Return every value of the header, in the order sent; ``name`` in lower case."""
        return tuple(value for key, value in self.headers if key.lower() == name)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; ``Content-Length`` is added on the way out unless it is there."""

    status: int
    body: bytes = b""
    headers: Headers = ()

    @classmethod
    def of_json(cls, status: int, body: bytes, headers: Headers = ()) -> Answer:
        """Make an answer that says it is JSON."""
        return cls(status, body, _JSON + headers)

    async def send(self, method: str, send: Send) -> None:
        """Send it as the answer to ``method``: one to HEAD keeps its headers and loses its body."""
        headers = list(self.headers)
        if self.status != 204:  # noqa: PLR2004 - RFC 9110 section 8.6: no Content-Length on No Content
            headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else self.body})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused: status, and the two members of the envelope (document: tables 4 to 6)."""

    status: int
    error_code: str
    error_msg: str
    headers: Headers = ()


class Refused(Exception):  # noqa: N818 - it is an outcome of a step and no error of the mock
    """Raised by a step that refuses the request; carries the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def envelope(refusal: Refusal) -> bytes:
    """Write the body of an error answer, as the document's examples have it."""
    return json.dumps({"error_code": refusal.error_code, "error_msg": refusal.error_msg}).encode()


# In the words of the document's examples.
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
