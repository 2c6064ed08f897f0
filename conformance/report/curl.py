"""The shell line that repeats a request byte for byte, for POSIX sh and bash, with secrets as variables.

What a shell word cannot hold, or nobody wants to read, is made by a short Python program in front of curl.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance import USER_AGENT
from conformance.report.rawline import raw_line
from conformance.report.recipe import Recipe, bytes_recipe, guarded, joined, token_recipe, writer
from conformance.report.way import Way
from conformance.traffic.redaction import SENSITIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.contract.message import Exchange, Request
    from conformance.traffic.redaction import Redactor

    Field = tuple[bytes, bytes]

__all__ = ["curl_line"]

_STRAIGHT = Way()
_LONGEST_WORD = 1000
_LONGEST_PROGRAM = 100_000  # Linux takes 131,071 bytes as one argument
_TEXT = re.compile(rb"[\x20-\x7e]*")
_VALUE = re.compile(rb"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_PLAIN_TARGET = re.compile(rb"/[A-Za-z0-9._~!$&'()*+,;=:@%/?{}\[\]-]*")
_IMPOSSIBLE = re.compile(rb"[\0\r\n]|^[ \t]+$")
_OWES_LENGTH = {"POST", "PUT", "PATCH"}


def curl_line(
    exchange: Exchange, base_url: str, redactor: Redactor, headers: Sequence[Field] = (), way: Way = _STRAIGHT
) -> str:
    """The line; `headers` are the target description's, sent with every request, and so is the `way` there.

    It fails where a variable that it uses is not set. Its head is as long as that of the request, with its User-Agent:
    what fails from some length of the head on fails there too.
    Where curl cannot send the request at all (NUL, or nothing but spaces, in a header), or not as it was sent (a long
    head in two segments, which no proxy keeps, and these chunks), the line is Python's alone.
    A password in a url, and any sensitive header but the token's, is ``***``: the line then repeats all but that. A
    body of which no program of 100,000 characters can be made has to be in the file ``body``.
    """
    request = exchange.request
    fields = [*request.header_fields(), *headers]
    segmented = request.long_head and not way.proxy
    if segmented or request.chunked or any(_IMPOSSIBLE.search(value) for _, value in fields):
        return redactor.text(raw_line(request, base_url, redactor, headers, way))
    given = {name.lower() for name, _ in fields}
    words = [*way.options, *_method(request)] + ([] if b"user-agent" in given else [f"-A {shlex.quote(USER_AGENT)}"])
    recipes = []
    for word in (_token(request, redactor), *(_field(field, redactor) for field in (*request.headers, *headers))):
        if isinstance(word, Recipe):
            recipes.append(word)
        elif word:
            words.append(f"-H {word}")
    words += [f"-H {name}:" for name in _added_by_curl(request) if name.lower().encode() not in given]
    body = _body(request)
    if isinstance(body, Recipe):
        words.append("--data-binary @-")
    elif body:
        words.append(body)
    words += _url(request, base_url)
    written = writer(body, end="") if isinstance(body, Recipe) else None
    return redactor.text(guarded(_assembled(words, list(map(writer, recipes)), written), recipes))


def _assembled(words: list[str], fields: list[str], body: str | None) -> str:
    """Fields and body come through the one standard input; where there are both, the fields lie in a file meanwhile."""
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


def _token(request: Request, redactor: Redactor) -> str | Recipe | None:
    """The word for the token's header, or how a program writes it, or None where there is no token."""
    token = request.token
    if token is None:
        return None
    name = request.token_header
    if token.secret is None:
        return _word(name, token.value) or joined(_prefix(name), token_recipe(token, redactor))
    if token.made_by is None and token.value.isascii():
        return _variable(name, token.secret)
    return joined(_prefix(name), token_recipe(token, redactor))


def _field(field: Field, redactor: Redactor) -> str | Recipe:
    name, value = field
    secret = redactor.name_of(value)
    if secret and value.isascii():
        return _variable(name, secret)
    if not secret and name.decode("latin-1").lower() in SENSITIVE - {"x-auth-token"}:
        return shlex.quote(f"{name.decode('latin-1')}: ***")
    return (None if secret else _word(name, value)) or joined(_prefix(name), bytes_recipe(value, redactor))


def _word(name: bytes, value: bytes) -> str | None:
    """A header field as one word of shell, or None where it is too long or too odd for that."""
    if not value:
        return shlex.quote(f"{name.decode('latin-1')};")
    if len(value) > _LONGEST_WORD or not _VALUE.fullmatch(value):
        return None
    return shlex.quote(f"{name.decode('latin-1')}: {value.decode('ascii')}")


def _variable(name: bytes, secret: str) -> str:
    return f"""'{name.decode("latin-1")}: '"${{{secret}:?}}\""""


def _prefix(name: bytes) -> Recipe:
    return bytes_recipe(name + b": ")


def _added_by_curl(request: Request) -> list[str]:
    """The headers that curl adds of its own accord and the suite does not send."""
    with_body = bool(request.body) or request.method.upper() in _OWES_LENGTH
    long = len(request.body or b"") > _LONGEST_WORD
    return ["Accept", *(["Content-Type"] if with_body else []), *(["Expect"] if long else [])]


def _body(request: Request) -> str | Recipe | None:
    body = request.body or b""
    if not body:
        return "--data-binary ''" if request.method.upper() in _OWES_LENGTH else None
    if len(body) > _LONGEST_WORD or not _TEXT.fullmatch(body):
        recipe = bytes_recipe(body)
        return recipe if len(recipe.expression) <= _LONGEST_PROGRAM else "--data-binary @body"
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
