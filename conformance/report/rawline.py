"""The shell line for what curl does not send: the bytes themselves, over a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance import USER_AGENT
from conformance.report.recipe import Recipe, bytes_recipe, guarded, joined, python_line, token_recipe
from conformance.report.way import Way
from conformance.traffic.redaction import SENSITIVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.contract.message import Request
    from conformance.traffic.redaction import Redactor

__all__ = ["raw_line"]

_STRAIGHT = Way()


def raw_line(
    request: Request,
    base_url: str,
    redactor: Redactor,
    headers: Sequence[tuple[bytes, bytes]] = (),
    way: Way = _STRAIGHT,
) -> str:
    """One line of Python that writes `request` to a fresh connection and prints the answer; it knows no proxy.

    The answer is shown as it comes, also where the server does not close the connection as it is asked to.
    """
    parts = urlsplit(base_url)
    tls = parts.scheme == "https"
    whole = joined(*_recipes(request, base_url, redactor, headers))
    statements = [
        f"s = socket.create_connection(({parts.hostname!r}, {parts.port or (443 if tls else 80)}), 10)",
        *(way.wrapping(parts.hostname or "") if tls else []),
        *_sending(whole.expression, len(request.body or b"") + len(b"\r\n") if request.long_head else 0, tls=tls),
        "[sys.stdout.buffer.write(d) for d in iter(lambda: s.recv(65536), b'')]",
    ]
    waits = {"time" if tls else "select"} if request.long_head else set()
    modules = {"socket", "sys"} | ({"ssl"} if tls else set()) | waits
    line = python_line(statements, whole.modules | modules)
    return guarded(line, [whole])


def _sending(message: str, later: int, *, tls: bool) -> list[str]:
    """Statements that send all, the last bytes, so many of them, a little later unless there is an answer by then.

    Whether there is one cannot be seen through TLS, whose own messages come unasked.
    """
    if not later:
        return [f"s.sendall(({message}).encode('latin-1'))"]
    rest = f"s.sendall(m[-{later}:])"
    wait = ["time.sleep(0.2)", rest] if tls else [f"select.select([s], [], [], 0.2)[0] or {rest}"]
    return [f"m = ({message}).encode('latin-1')", f"s.sendall(m[:-{later}])", *wait]


def _recipes(
    request: Request, base_url: str, redactor: Redactor, headers: Sequence[tuple[bytes, bytes]]
) -> Iterator[Recipe]:
    parts = urlsplit(base_url)
    line = (request.method.encode("latin-1"), parts.path.rstrip("/").encode("ascii") + request.target)
    body = request.body or b""
    yield bytes_recipe(b"%b %b HTTP/1.1\r\nHost: " % line + parts.netloc.encode("ascii"))
    if request.token is not None:
        yield bytes_recipe(b"\r\n%b: " % request.token_header)
        yield token_recipe(request.token, redactor)
    for name, value in (*request.headers, *headers):
        yield bytes_recipe(b"\r\n%b: " % name)
        hidden = not redactor.name_of(value) and name.decode("latin-1").lower() in SENSITIVE - {"x-auth-token"}
        yield bytes_recipe(b"***" if hidden else value, redactor)
    if not any(name.lower() == b"user-agent" for name, _ in (*request.headers, *headers)):
        yield bytes_recipe(b"\r\nUser-Agent: " + USER_AGENT.encode("ascii"))
    length = b"" if request.chunked else b"\r\nContent-Length: %d" % len(body)
    yield bytes_recipe(length + b"\r\nConnection: close\r\n\r\n")
    yield bytes_recipe(body)
