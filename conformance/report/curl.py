"""The shell line that repeats a request byte for byte, for POSIX sh and bash, with secrets as variables.

A short Python program in front of curl makes the values that do not fit into a shell word. Where curl cannot send the
request at all, the line is Python's alone.
"""

from __future__ import annotations

import base64
import re
import shlex
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance import USER_AGENT
from conformance.traffic.redaction import SENSITIVE, Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.contract.message import Exchange, Request, Token

    Field = tuple[bytes, bytes]

_LONGEST_WORD = 1000
_LONGEST_EXPRESSION = 8000
_LONGEST_PROGRAM = 100_000  # Linux takes 131,071 bytes as one argument
_FROM_A_FILE = "--data-binary @body"
_TEXT = re.compile(rb"[\x20-\x7e]*")
_VALUE = re.compile(rb"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_PLAIN_TARGET = re.compile(rb"/[A-Za-z0-9._~!$&'()*+,;=:@%/?{}\[\]-]*")
_IMPOSSIBLE = re.compile(rb"[\0\r\n]|^[ \t]+$")
_OWES_LENGTH = {"POST", "PUT", "PATCH"}
_REPEATED = re.compile(rb"(.{1,8}?)\1{39,}", re.DOTALL)
_VARIABLE = re.compile(r"os\.environ\['(\w+)'\]")
_IN_DOUBLE_QUOTES = re.compile(r"[^\"$`\\!]*")


@dataclass(frozen=True, slots=True)
class Route:
    """The route to the target: proxy and certificates.

    proxy: a word of shell.
    unverified: whether the target's certificate is not verified.
    bundle: the file of trusted certificates.
    certificate: the file of the client's certificate.
    """

    proxy: str | None = None
    unverified: bool = False
    bundle: str | None = None
    certificate: str | None = None

    @property
    def options(self) -> list[str]:
        """The options of curl."""
        return [
            *([f"-x {self.proxy}"] if self.proxy else []),
            *(["-k"] if self.unverified else []),
            *([f"--cacert {shlex.quote(self.bundle)}"] if self.bundle else []),
            *([f"--cert {shlex.quote(self.certificate)}"] if self.certificate else []),
        ]

    def wrapping(self, host: str) -> list[str]:
        """The statements of Python that begin TLS on the socket `s`."""
        trusted = f"cafile={self.bundle!r}" if self.bundle else ""
        made = "ssl._create_unverified_context()" if self.unverified else f"ssl.create_default_context({trusted})"
        if self.certificate is None:
            return [f"s = {made}.wrap_socket(s, server_hostname={host!r})"]
        return [
            f"c = {made}",
            f"c.load_cert_chain({self.certificate!r})",
            f"s = c.wrap_socket(s, server_hostname={host!r})",
        ]


_DIRECT = Route()


def curl_line(
    exchange: Exchange, base_url: str, redactor: Redactor, headers: Sequence[Field] = (), route: Route = _DIRECT
) -> str:
    """The line that repeats the request of an exchange.

    headers: those of the target description, sent with every request.
    route: proxy and certificates.

    The line fails where a variable that it uses is not set. Its head is as long as that of the request, User-Agent
    included, so that a limit on the head's length shows again.
    The line is Python's alone where curl cannot send the request (NUL, or only spaces, in a header), or would send it
    otherwise (a long head in two segments without a proxy, and chunks).
    A password in a url, and any sensitive header but the token's, is ``***``: the line repeats all but that. A body
    that no program of 100,000 characters makes has to be in the file ``body``. Without that the line fails, since curl
    would send an empty body.
    """
    request = exchange.request
    fields = [*request.header_fields(), *headers]
    segmented = request.long_head and not route.proxy
    if segmented or request.chunked or any(_IMPOSSIBLE.search(value) for _, value in fields):
        return redactor.text(raw_line(request, base_url, redactor, headers, route))
    given = {name.lower() for name, _ in fields}
    words = [*route.options, *_method(request)] + ([] if b"user-agent" in given else [f"-A {shlex.quote(USER_AGENT)}"])
    expressions = []
    for word in (_token(request, redactor), *(_field(field, redactor) for field in (*request.headers, *headers))):
        if isinstance(word, Expression):
            expressions.append(word)
        elif word:
            words.append(f"-H {word}")
    words += [f"-H {name}:" for name in _added_by_curl(request) if name.lower().encode() not in given]
    body = _body(request)
    if isinstance(body, Expression):
        words.append("--data-binary @-")
    elif body:
        words.append(body)
    words += _url(request, base_url)
    written = writer(body, end="") if isinstance(body, Expression) else None
    line = guarded(_assembled(words, list(map(writer, expressions)), written), expressions)
    return redactor.text(f": < body && {line}" if body == _FROM_A_FILE else line)


def _assembled(words: list[str], fields: list[str], body: str | None) -> str:
    """The command: fields or body come through standard input; with both, the fields come from a file."""
    written = fields[0] if len(fields) == 1 else f"{{ {' && '.join(fields)}; }}"
    if fields and body:
        line = " ".join(["curl -sS -i", '-H @"$f"', *words])
        return f'f=$(mktemp) && {written} > "$f" && {body} | {line}; rm -f "$f"'
    if fields:
        return " ".join([written, "| curl -sS -i -H @-", *words])
    return " ".join([*([body, "|"] if body else []), "curl -sS -i", *words])


def _method(request: Request) -> list[str]:
    if request.method == "HEAD" and not request.body:
        return ["--head"]
    return [f"-X {shlex.quote(request.method)}"]


def _token(request: Request, redactor: Redactor) -> str | Expression | None:
    """The word for the token's header, or its expression; None where there is no token."""
    token = request.token
    if token is None:
        return None
    name = request.token_header
    if token.secret is None:
        return _word(name, token.value) or joined(_prefix(name), token_expression(token, redactor))
    if token.made_by is None and token.value.isascii():
        return _variable(name, token.secret)
    return joined(_prefix(name), token_expression(token, redactor))


def _field(field: Field, redactor: Redactor) -> str | Expression:
    name, value = field
    secret = redactor.name_of(value)
    if secret and value.isascii():
        return _variable(name, secret)
    if _hidden(field, redactor):
        return shlex.quote(f"{name.decode('latin-1')}: ***")
    return (None if secret else _word(name, value)) or joined(_prefix(name), bytes_expression(value, redactor))


def _hidden(field: Field, redactor: Redactor) -> bool:
    """Whether the value of a header is sensitive, and no variable holds it."""
    name, value = field
    return not redactor.name_of(value) and name.decode("latin-1").lower() in SENSITIVE - {"x-auth-token"}


def _word(name: bytes, value: bytes) -> str | None:
    """A header field as one word of shell; None where its length or characters forbid that."""
    if not value:
        return shlex.quote(f"{name.decode('latin-1')};")
    if len(value) > _LONGEST_WORD or not _VALUE.fullmatch(value):
        return None
    return shlex.quote(f"{name.decode('latin-1')}: {value.decode('ascii')}")


def _variable(name: bytes, secret: str) -> str:
    return f"""'{name.decode("latin-1")}: '"${{{secret}:?}}\""""


def _prefix(name: bytes) -> Expression:
    return bytes_expression(name + b": ")


def _added_by_curl(request: Request) -> list[str]:
    """The headers that curl adds by itself and the suite does not send."""
    with_body = bool(request.body) or request.method.upper() in _OWES_LENGTH
    long = len(request.body or b"") > _LONGEST_WORD
    return ["Accept", *(["Content-Type"] if with_body else []), *(["Expect"] if long else [])]


def _body(request: Request) -> str | Expression | None:
    body = request.body or b""
    if not body:
        return "--data-binary ''" if request.method.upper() in _OWES_LENGTH else None
    if len(body) > _LONGEST_WORD or not _TEXT.fullmatch(body):
        expression = bytes_expression(body)
        return expression if len(expression.source) <= _LONGEST_PROGRAM else _FROM_A_FILE
    option = "--data-raw" if body.startswith(b"@") else "--data-binary"
    return f"{option} {shlex.quote(body.decode('ascii'))}"


def _url(request: Request, base_url: str) -> list[str]:
    parts = urlsplit(base_url)
    target = parts.path.rstrip("/") + request.target.decode("latin-1")
    origin = f"{parts.scheme}://{parts.netloc}"
    if not _PLAIN_TARGET.fullmatch(request.target):
        return [f"--request-target {shlex.quote(target)}", shlex.quote(f"{origin}/")]
    as_is = ["--path-as-is"] if "/." in target else []
    globbed = ["-g"] if any(mark in origin + target for mark in "{}[]") else []
    return [*as_is, *globbed, shlex.quote(origin + target)]


def raw_line(
    request: Request, base_url: str, redactor: Redactor, headers: Sequence[Field] = (), route: Route = _DIRECT
) -> str:
    """The line of Python that sends `request` on a new connection and prints the answer; it uses no proxy.

    The answer is printed as it arrives, also where the server leaves the connection open.
    """
    parts = urlsplit(base_url)
    tls = parts.scheme == "https"
    whole = joined(*_raw_request(request, base_url, redactor, headers))
    statements = [
        f"s = socket.create_connection(({parts.hostname!r}, {parts.port or (443 if tls else 80)}), 10)",
        *(route.wrapping(parts.hostname or "") if tls else []),
        *_sending(whole.source, len(request.body or b"") + len(b"\r\n") if request.long_head else 0, tls=tls),
        "[sys.stdout.buffer.write(d) for d in iter(lambda: s.recv(65536), b'')]",
    ]
    waits = {"time" if tls else "select"} if request.long_head else set()
    modules = {"socket", "sys"} | ({"ssl"} if tls else set()) | waits
    line = python_line(statements, whole.modules | modules)
    return guarded(line, [whole])


def _sending(message: str, later: int, *, tls: bool) -> list[str]:
    """Statements that send the message; the last `later` bytes a moment later, unless the answer is there by then.

    Under TLS the answer cannot be told from messages of TLS itself, so the bytes are always sent.
    """
    if not later:
        return [f"s.sendall(({message}).encode('latin-1'))"]
    rest = f"s.sendall(m[-{later}:])"
    wait = ["time.sleep(0.2)", rest] if tls else [f"select.select([s], [], [], 0.2)[0] or {rest}"]
    return [f"m = ({message}).encode('latin-1')", f"s.sendall(m[:-{later}])", *wait]


def _raw_request(request: Request, base_url: str, redactor: Redactor, headers: Sequence[Field]) -> Iterator[Expression]:
    parts = urlsplit(base_url)
    line = (request.method.encode("latin-1"), parts.path.rstrip("/").encode("ascii") + request.target)
    body = request.body or b""
    yield bytes_expression(b"%b %b HTTP/1.1\r\nHost: " % line + parts.netloc.encode("ascii"))
    if request.token is not None:
        yield bytes_expression(b"\r\n%b: " % request.token_header)
        yield token_expression(request.token, redactor)
    for name, value in (*request.headers, *headers):
        yield bytes_expression(b"\r\n%b: " % name)
        yield bytes_expression(b"***" if _hidden((name, value), redactor) else value, redactor)
    if not any(name.lower() == b"user-agent" for name, _ in (*request.headers, *headers)):
        yield bytes_expression(b"\r\nUser-Agent: " + USER_AGENT.encode("ascii"))
    length = b"" if request.chunked else b"\r\nContent-Length: %d" % len(body)
    yield bytes_expression(length + b"\r\nConnection: close\r\n\r\n")
    yield bytes_expression(body)


@dataclass(frozen=True, slots=True)
class Expression:
    """A Python expression of type str, in latin-1; `ascii` says that its value is ASCII."""

    source: str
    ascii: bool
    modules: frozenset[str] = frozenset()


def bytes_expression(data: bytes, redactor: Redactor | None = None) -> Expression:
    """The expression of `data`: a secret by its name, else a literal with repetitions counted, or packed where long."""
    if redactor and (name := redactor.name_of(data)):
        return Expression(f"os.environ['{name}']", data.isascii(), frozenset({"os"}))
    parts, end = [], 0
    for start, stop, unit in _repeated(data):
        parts += [_literal(data[end:start]), f"{_literal(unit)} * {(stop - start) // len(unit)}"]
        end = stop
    parts.append(_literal(data[end:]))
    source = " + ".join(part for part in parts if part != "''") or "''"
    if len(source) <= _LONGEST_EXPRESSION:
        return Expression(source, data.isascii())
    packed = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    unpacked = f"zlib.decompress(base64.b64decode('{packed}')).decode('latin-1')"
    return Expression(unpacked, data.isascii(), frozenset({"base64", "zlib"}))


def token_expression(token: Token, redactor: Redactor) -> Expression:
    """The expression of `token`: from the environment variable with its secret, or from its head and fill."""
    if token.secret is None:
        return _filled(token)
    made_by = redactor.derivation(token) or "{}"
    source = made_by.replace("{}", f"os.environ['{token.secret}']")
    return Expression(source, token.value.isascii(), frozenset({"os"}))


def joined(*expressions: Expression) -> Expression:
    """The expressions one after the other."""
    source = " + ".join(expression.source for expression in expressions)
    modules = frozenset().union(*(expression.modules for expression in expressions))
    return Expression(source, all(expression.ascii for expression in expressions), modules)


def guarded(line: str, expressions: Iterable[Expression]) -> str:
    """`line`, which fails at its start where a variable of its expressions is not set.

    Otherwise Python would fail alone: behind the pipe, curl would send the request without the value, and would seem to
    prove the opposite.
    """
    names = dict.fromkeys(name for expression in expressions for name in _VARIABLE.findall(expression.source))
    exported = " ".join(f'{name}="${{{name}:?}}"' for name in names)
    return f"export {exported} && {line}" if names else line


def writer(expression: Expression, end: str = "\n") -> str:
    """A shell command that writes the expression's value, and `end`."""
    if expression.ascii:
        last = "" if end == "\n" else f", end={end!a}"
        return python_line([f"print({expression.source}{last})"], expression.modules)
    whole = f"{expression.source} + {end!a}" if end else expression.source
    return python_line([f"sys.stdout.buffer.write(({whole}).encode('latin-1'))"], expression.modules | {"sys"})


def python_line(statements: list[str], modules: frozenset[str]) -> str:
    """A shell command that runs the statements."""
    imports = [f"import {', '.join(sorted(modules))}"] if modules else []
    script = "; ".join([*imports, *statements])
    quoted = f'"{script}"' if _IN_DOUBLE_QUOTES.fullmatch(script) else shlex.quote(script)
    return f"python3 -c {quoted}"


def _filled(token: Token) -> Expression:
    value = token.value
    if token.length <= 2 * len(token.head):
        return bytes_expression(value)
    times = (token.length - len(token.head)) // len(token.fill) + 1
    source = f"({_literal(token.head)} + {_literal(token.fill)} * {times})[:{token.length}]"
    return Expression(source, value.isascii())


def _repeated(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and unit of each sequence of forty repetitions or more."""
    end = 0
    for run in _runs(data):
        for match in _REPEATED.finditer(data, end, run.start() if run else len(data)):
            yield match.start(), match.end(), match.group(1)
        if run:
            yield run.start(), run.end(), run.group()[:1]
            end = run.end()


def _runs(data: bytes) -> Iterator[re.Match[bytes] | None]:
    """The runs of the commonest byte of a sample, then None; a pattern for one byte is far quicker than for any."""
    if data:
        commonest = max(set(data[:: len(data) // 1_000 + 1]), key=data.count)
        yield from re.finditer(re.escape(bytes([commonest])) + b"{40,}", data)
    yield None


def _literal(data: bytes) -> str:
    return ascii(data.decode("latin-1"))
