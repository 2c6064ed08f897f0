"""Curl lines, tried in a real shell against a server that keeps the bytes that arrive."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import threading
import zlib
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import USER_AGENT
from conformance.contract.message import Request, Token
from conformance.report.curl import bytes_expression, curl_line, raw_line, token_expression, writer
from conformance.strategies.changes import CHANGES, ODD_CHANGES, apply
from conformance.traffic.redaction import Redactor
from tests.shipped import HEADER

from .builders import BASE_URL, BODY, JSON, NAME, REDACTOR, REQUEST, SECRET, TOKEN, exchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")

SHELLS = [shell for shell in ("bash", "dash") if shutil.which(shell)]
ADDED = {b"host", b"content-length", b"connection"}
AGENT = (b"User-Agent", USER_AGENT.encode())


class Listener:
    """A server on loopback that keeps the bytes of each request, and answers 204."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._server.getsockname()[1]}/base"
        self.seen: list[tuple[bytes, bytes]] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self.seen.append(self._request(connection))
                connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    @staticmethod
    def _request(connection: socket.socket) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65_536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body += connection.recv(65_536)
        return head, body


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """One listener for all lines."""
    with closing(Listener()) as server:
        yield server


def with_token(token: Token | None) -> Request:
    """The documented request with another token."""
    return replace(REQUEST, token=token)


def without_body(method: str) -> Request:
    """A request of another method without a body."""
    return replace(REQUEST, method=method, body=None, headers=())


CASES = {
    "the documented request": REQUEST,
    "no token": with_token(None),
    "an empty token": with_token(Token(b"")),
    "an unknown token of 64 characters": with_token(Token(b"unknown-", length=64)),
    "a token of 1,001 characters": with_token(Token(b"unknown-", length=1001)),
    "a token of 100,001 characters": with_token(Token(b"un'kn\"own" * 6, fill=b"$`\\!q", length=100_001)),
    "a token of 200,000 characters": with_token(Token(b"unknown-", fill=b"abc", length=200_000)),
    "a token of 1 character": with_token(Token(b"q", secret="TOKEN_1")),
    "the valid token in the other case": with_token(
        Token(SECRET.swapcase().encode(), secret=NAME, made_by="{}.swapcase()")
    ),
    "the valid token twice": with_token(Token(SECRET.encode() * 2, secret=NAME, made_by=f"{{}} + {SECRET!r}")),
    "the valid token, padded": with_token(
        Token(SECRET.encode(), length=100_000, secret=NAME, made_by="({} + 'x' * 100000)[:100000]")
    ),
    "the valid token, cut": with_token(Token(SECRET.encode(), length=39, secret=NAME, made_by="{}[:-1]")),
    "the valid token after a word": with_token(
        Token(b"Bearer" + SECRET.encode(), secret=NAME, made_by="'Bearer' + {}")
    ),
    "the valid token between spaces": with_token(Token(f" {SECRET} ".encode(), secret=NAME, made_by="' ' + {} + ' '")),
    "a token with a space and a tab inside": with_token(Token(b"abc d\te")),
    "a token with spaces around it": with_token(Token(b"  abc  ")),
    "a token that is a space": with_token(Token(b" ")),
    "a token with NUL": with_token(Token(b"a\0b")),
    "a token with a control character": with_token(Token(b"abc\x01\x7fd")),
    "a token with bytes over 127": with_token(Token(b"abc\xe9\xff d")),
    "a token of every delimiter": with_token(Token(b"\"(),/:;<=>?@[\\]{}!#$%&'*+-.^_`|~")),
    "the header's name in another case": replace(REQUEST, token_header=b"x-AuTh-ToKeN"),
    "two tokens, the second valid": replace(
        REQUEST, token=Token(b"unknown"), headers=((b"X-Auth-Token", SECRET.encode()), *JSON)
    ),
    "two tokens, both unknown": replace(
        REQUEST, token=Token(b"unknown"), headers=((b"X-Auth-Token", b"y'" * 2000), *JSON)
    ),
    "a percent-encoded id": replace(REQUEST, target=b"/v4/repositories/%31%C2%A0%00{}[]*;v=1/remote-mirror/associate"),
    "no id": replace(REQUEST, target=b"/v4/repositories//remote-mirror/associate"),
    "dot segments and a query": replace(REQUEST, target=b"/v4/./repositories/1/../2/associate?a=b&c"),
    "a fragment, a space and a quote": replace(REQUEST, target=b"/v4/repositories/1#a b\\\"'/associate"),
    "another Content-Type and an Accept": replace(
        REQUEST, headers=((b"content-type", b"text/plain; a='b'"), (b"Accept", b"text/html"))
    ),
    "an empty Content-Type": replace(REQUEST, headers=((b"Content-Type", b""),)),
    "no Content-Type": replace(REQUEST, headers=()),
    "no body": replace(REQUEST, body=None),
    "no body and no Content-Type": replace(REQUEST, body=None, headers=()),
    "a body with quotes, variables and a line break": replace(REQUEST, body=b"{'url': \"$HOME `id` \\ !\"}\r\n\t"),
    "a body that begins with @": replace(REQUEST, body=b"@/etc/hostname"),
    "a binary body": replace(REQUEST, body=b'\xff\xfe{"url"\x01\r\n'),
    "a body with NUL": replace(REQUEST, body=b"a\0b"),
    "a body of 100,000 characters": replace(REQUEST, body=b'{"a":' * 20_000),
    "a body of 1,000,000 characters": replace(REQUEST, body=b'{"note": "' + b"x" * 1_000_000 + b'"}'),
    "a body of 1,000 members": replace(REQUEST, body=b",".join(b'"m%d": %d' % (n, n * n) for n in range(1000))),
    "a long token and a long body": replace(REQUEST, token=Token(b"unknown-", length=100_001), body=b"[" * 20_000),
    "a token of 5,000 characters and a long body": replace(
        REQUEST, token=Token(b"unknown-", length=5000), body=b"[" * 20_000
    ),
    "two long tokens and a long body": replace(
        REQUEST, token=Token(b"u", length=5000), headers=((b"X-Auth-Token", b"v" * 5000),), body=b"[" * 20_000
    ),
    "GET": without_body("GET"),
    "GET with a body": replace(REQUEST, method="GET"),
    "HEAD": without_body("HEAD"),
    "PUT": replace(REQUEST, method="PUT"),
    "DELETE": without_body("DELETE"),
    "OPTIONS": without_body("OPTIONS"),
    "TRACE": without_body("TRACE"),
    "a method of its own": replace(REQUEST, method="ASSOCIATE"),
    "a method in lower case": replace(REQUEST, method="post"),
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("case", CASES)
def test_a_line_repeats_the_request_byte_for_byte(case: str, shell: str, listener: Listener) -> None:
    """Method, target, every header field and the body arrive as they were sent, and no secret is in the line."""
    request = CASES[case]
    line = curl_line(exchange(request), listener.base_url, REDACTOR)
    listener.seen.clear()
    environment = {**os.environ, NAME: SECRET, "TOKEN_1": "q"}
    done = subprocess.run([shell, "-c", line], env=environment, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    ((head, body),) = listener.seen
    start, *rows = head.split(b"\r\n")
    assert start == b"%b /base%b HTTP/1.1" % (request.method.encode(), request.target)
    fields = [(name, value.removeprefix(b" ")) for name, _, value in (row.partition(b":") for row in rows)]
    assert sorted(field for field in fields if field[0].lower() not in ADDED) == sorted(
        [*request.header_fields(), AGENT]
    )
    assert body == (request.body or b"")
    assert SECRET not in line
    assert "\n" not in line
    assert len(line) < 100_000


@pytest.mark.parametrize("shell", SHELLS)
def test_a_line_whose_variable_is_not_set_fails_and_sends_nothing(shell: str, listener: Listener) -> None:
    """Sent without its token, a request would seem to prove the opposite. An empty variable counts as unset."""
    names = {token.secret for request in CASES.values() if (token := request.token) and token.secret}
    wrong = {}
    for case, request in CASES.items():
        line = curl_line(exchange(request), listener.base_url, REDACTOR)
        if not any(name in line for name in names):
            continue
        for values in ({}, dict.fromkeys(names, "")):
            environment = {name: value for name, value in os.environ.items() if name not in names} | values
            listener.seen.clear()
            done = subprocess.run([shell, "-c", line], env=environment, capture_output=True, timeout=30, check=False)
            if not done.returncode or listener.seen or not any(name.encode() in done.stderr for name in names):
                wrong[case] = (line, done.stderr)
    assert not wrong


def test_a_variable_need_not_be_exported(listener: Listener) -> None:
    """A line gives it to Python itself."""
    line = curl_line(exchange(CASES["the valid token twice"]), listener.base_url, REDACTOR)
    environment = {name: value for name, value in os.environ.items() if name != NAME}
    listener.seen.clear()
    script = f"{NAME}='{SECRET}'\n{line}"
    done = subprocess.run([SHELLS[0], "-c", script], env=environment, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert SECRET.encode() * 2 in listener.seen[0][0]


def test_a_line_of_the_documented_request_reads_like_one() -> None:
    """The secret is a variable, the url is whole, and nothing is piped."""
    assert curl_line(exchange(), BASE_URL, REDACTOR) == (
        f"""curl -sS -i -X POST -A {USER_AGENT} -H 'X-Auth-Token: '"${{{NAME}:?}}" """
        """-H 'Content-Type: application/json' """
        """-H Accept: --data-binary '{"url": "https://example.com/test.git"}' """
        "https://codearts.example.test/base/v4/repositories/2112029391/remote-mirror/associate"
    )


def test_a_derived_token_is_made_from_the_variable() -> None:
    """A line shows how a valid token was changed, in Python."""
    token = Token(SECRET.swapcase().encode(), secret=NAME, made_by="{}.swapcase()")
    line = curl_line(exchange(with_token(token)), BASE_URL, REDACTOR)
    assert line.startswith(f'export {NAME}="${{{NAME}:?}}" && ')
    made = f"""python3 -c "import os; print('X-Auth-Token: ' + os.environ['{NAME}'].swapcase())" | curl """
    assert made in line


def test_chunks_are_sent_as_they_were() -> None:
    """Curl would make other chunks, so the line is Python's, without a Content-Length."""
    headers = ((b"Transfer-Encoding", b"chunked"),)
    line = curl_line(exchange(replace(REQUEST, body=b"1\r\n{\r\n0\r\n\r\n", headers=headers)), BASE_URL, REDACTOR)
    assert "curl" not in line.replace("conformance", "")
    assert "Content-Length" not in line
    assert r"1\r\n{\r\n0\r\n\r\n" in line


def test_an_ipv6_address_is_not_a_pattern() -> None:
    """Curl would take brackets for a range."""
    assert " -g 'http://[::1]:8080/v4/" in curl_line(exchange(), "http://[::1]:8080", REDACTOR)


def test_a_temporary_file_is_removed() -> None:
    """With a long header and a long body, the header is in a temporary file."""
    line = curl_line(exchange(CASES["a token of 5,000 characters and a long body"]), BASE_URL, REDACTOR)
    assert line.startswith("f=$(mktemp) && ")
    assert line.endswith('; rm -f "$f"')


def test_headers_of_the_target_description_are_repeated() -> None:
    """Plain ones as they are, secrets by name; other sensitive ones are hidden."""
    headers = ((b"X-Request-Source", b"conformance"), (b"X-Key", SECRET.encode()), (b"Cookie", b"session=1"))
    line = curl_line(exchange(), BASE_URL, REDACTOR, headers)
    assert "-H 'X-Request-Source: conformance'" in line
    assert f"""-H 'X-Key: '"${{{NAME}:?}}\"""" in line
    assert "-H 'Cookie: ***'" in line


def test_a_password_in_a_url_is_not_in_the_line() -> None:
    """Such a line repeats everything else."""
    request = replace(REQUEST, body=BODY.replace(b"https://", b"https://mirror:hunter2@"))
    assert "https://mirror:***@example.com" in curl_line(exchange(request), BASE_URL, REDACTOR)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_body_too_long_for_a_line_is_a_file(tmp_path: Path, shell: str) -> None:
    """Random bytes cannot be compressed to the length of a shell word; without the file nothing is sent."""
    body = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(4000))
    line = curl_line(exchange(replace(REQUEST, body=body)), BASE_URL, REDACTOR)
    assert "--data-binary @body " in line
    assert len(line) < 1000
    words = [shell, "-c", f"export {NAME}=x; {line.replace('curl', 'echo')}"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode != 0, "body" in done.stderr) == ("", True, True)
    (tmp_path / "body").write_bytes(body)
    assert "--data-binary @body" in subprocess.check_output(words, cwd=tmp_path, text=True)


def test_a_secret_over_127_is_written_by_python() -> None:
    """A shell would send the variable in UTF-8, the suite sends latin-1."""
    secret = "clé-secrète-de-la-maison"
    redactor = type(REDACTOR)({NAME: secret})
    token = replace(TOKEN, head=secret.encode("latin-1"), length=len(secret))
    line = curl_line(exchange(with_token(token)), BASE_URL, redactor)
    assert f"'X-Auth-Token: ' + os.environ['{NAME}'] + '\\n').encode('latin-1')" in line.replace("'\"'\"'", "'")
    second = replace(REQUEST, headers=((b"X-Auth-Token", secret.encode("latin-1")),))
    assert f"os.environ['{NAME}']" in curl_line(exchange(second), BASE_URL, redactor).replace("'\"'\"'", "'")


def test_a_raw_line_uses_tls_for_https() -> None:
    """It verifies certificates too."""
    line = curl_line(exchange(with_token(Token(b" "))), BASE_URL, REDACTOR)
    assert "ssl.create_default_context().wrap_socket(s, server_hostname=" in line
    assert "443" in line
    assert "curl" not in line


def read_by_python(line: str) -> str:
    """The program in a line, as Python reads it."""
    return shlex.split(line)[-1]


def test_a_raw_line_holds_no_secret() -> None:
    """A valid token beside one that is a space is a variable there too."""
    request = replace(REQUEST, headers=((b"X-Auth-Token", b" "), (b"X-Key", SECRET.encode())))
    line = curl_line(exchange(request), BASE_URL, REDACTOR)
    assert SECRET not in line
    assert read_by_python(line).count(f"os.environ['{NAME}']") == 2
    alone = curl_line(exchange(replace(request, token=None)), BASE_URL, REDACTOR)
    assert read_by_python(alone).count(f"os.environ['{NAME}']") == 1


def test_a_raw_line_hides_sensitive_headers() -> None:
    """Headers are redacted by name there too."""
    asked = Request(
        "POST", b"/x", Token(b"a\x00b"), b"{}", ((b"Content-Type", b"application/json"),), token_header=HEADER
    )
    line = raw_line(asked, "https://service.invalid", Redactor({}), ((b"Authorization", b"Basic c2VjcmV0LW9m"),))
    assert "c2VjcmV0LW9m" not in line
    assert "***" in line


RUNS = st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.integers(1, 90)), max_size=6)


def _made(data: bytes) -> bytes:
    expression = bytes_expression(data).source
    value = eval(expression, {"zlib": zlib, "base64": base64})  # noqa: S307 - the expression is what is tested
    assert isinstance(value, str)
    return value.encode("latin-1")


@given(RUNS)
def test_an_expression_makes_the_bytes_that_were_sent(runs: list[tuple[bytes, int]]) -> None:
    """Repetitions of any unit, one after another."""
    data = b"".join(unit * times for unit, times in runs)
    assert _made(data) == data


@pytest.mark.parametrize("unit", [b"x", b"ab", b"[[", b'{"a":', b"\0"])
def test_repetitions_are_counted(unit: bytes) -> None:
    """A million of them are a short expression."""
    data = b'{"url": "https://example.com", "padding": "' + unit * 1_000_000 + b'"}'
    assert len(bytes_expression(data).source) < 120
    assert _made(data) == data


def test_a_line_makes_every_change_of_a_token() -> None:
    """In a shell it makes the bytes that were sent from the variable, and never holds its value."""
    secret = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl-_8"
    redactor = Redactor({"CODEARTS_TOKEN": secret})
    made = {
        name: apply(change, Token(secret.encode(), secret="CODEARTS_TOKEN"))
        for name, change in {**CHANGES, **ODD_CHANGES}.items()
    }
    lines = [writer(token_expression(token, redactor)) for token in made.values()]
    assert [line for line in lines if secret[:16] in line] == []
    environment = {**os.environ, "CODEARTS_TOKEN": secret}
    done = subprocess.run(["/bin/sh", "-ec", "\n".join(lines)], env=environment, capture_output=True, check=True)
    printed = done.stdout.split(b"\n")[:-1]
    assert [name for name, line in zip(made, printed, strict=True) if made[name].value != line] == []
