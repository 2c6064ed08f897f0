"""Rules for everything that is sent: no 5xx, no dropped connection, nothing given away."""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING

from conformance.contract.message import Response, Trouble
from conformance.contract.operation import ORDINARY_LENGTH
from conformance.contract.remembering import remembering
from conformance.contract.spellings import spellings, telling
from conformance.judge.checks.registry import Rule, check
from conformance.judge.verdict import PASS, Finding, fail, untested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.judge.reading import Reading

_SECRET_LENGTH = 16
_FAR_OVER = 10  # times the longest token
_AT = r'(?:^|")[ \t]*at'  # on a line, or in a string of its own
_NET_FRAME = r" [\w.`<>\[\],+|$]{1,300}\([^()\n]{0,300}\)"
_NODE_CALL = r"(?:[^\n(]{1,300} \(|async )?"
_TRACES = tuple(
    re.compile(pattern.encode(), re.MULTILINE)
    for pattern in (
        r"Traceback \(most recent call last\)",  # Python
        r'File "[^"\n]{1,500}", line \d+, in ',
        r"[\w>]\([\w$]{1,200}\.(?:java|kt|scala|groovy):\d+\)",  # Java
        rf"{_AT} [\w$.<>/@-]{{1,300}}\((?:Native Method|Unknown Source|[\w$]{{1,200}}\.(?:java|kt|scala|groovy))\)",
        r"goroutine \d+ \[[^\]\n]{1,100}\]:",  # Go
        r"^\t[^\s:]{1,300}\.go:\d+",
        rf"{_AT}{_NET_FRAME} in (?:[A-Za-z]:)?[^\n:]{{1,300}}:line \d+",  # .NET, with symbols and without
        rf"{_AT}{_NET_FRAME}\r?\n[ \t]+at{_NET_FRAME}",
        rf"{_AT} {_NODE_CALL}(?:[\w-]{{1,30}}:/{{0,3}})?[^\s():]{{1,300}}\.[cm]?[jt]sx?:\d+:\d+",  # Node
        rf"{_AT} {_NODE_CALL}node:[\w/]{{1,200}}:\d+:\d+",
        r"\.rb:\d+:in [`']",  # Ruby
        r"^#\d+ [^\n]{1,300}\.php\(\d+\): ",  # PHP
        r"thread '[^'\n]{1,100}' (?:\(\d+\) )?panicked at ",  # Rust
        rf"{_AT} [^\s:]{{1,300}}\.rs:\d+:\d+",
        r" at \S{1,300}\.p[lm] line \d+\.",  # Perl
    )
)
"""The form of a frame; bounded, so that no answer makes the search slow. An exception's name alone is no trace."""

_ESCAPE = re.compile(rb'\\(?:([nrt"\'/\\])|u00([2-7][0-9a-fA-F]))')  # RFC 8259 section 7
_LINE_TAG = re.compile(r"(?:<(?:br|/?(?:p|li|div|tr|td|pre|code|h\d))\b[^<>]{0,200}>[ \r\n]?)+", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
_LINES = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def _always(name: str) -> Callable[[Rule], Rule]:
    """Register a check without arguments whose rule is the same for every contract."""

    def register(rule: Rule) -> Rule:
        def make(_contract: Contract, _clause: Clause) -> Rule:
            return rule

        make.__doc__ = rule.__doc__
        check(name)(make)
        return rule

    return register


@_always("no-server-error")
def server_error(reading: Reading) -> Finding | None:
    """Nothing is answered 5xx; 501 is the right answer to a method that a server does not know (RFC 9110, 9.1)."""
    if reading.status == 0 or reading.unimplemented:
        return None
    if reading.status >= 500:  # noqa: PLR2004 - RFC 9110 section 15: what is over 599 is taken for 5xx
        return fail(f"answered {reading.got}", got=reading.got)
    return PASS


@_always("answered")
def dropped(reading: Reading) -> Finding | None:
    """No connection is dropped; silence and answers that are not HTTP count as well.

    One loss may be the network's, so the request is sent again: only what comes back every time fails. A connection
    that ends while a token far over the maximum still comes in proves nothing, since a server may protect itself so.
    """
    exchange = reading.exchange
    if exchange.response is not None:
        return PASS
    if exchange.trouble not in {Trouble.DROPPED, Trouble.TIMEOUT, Trouble.MALFORMED}:
        return None
    longest = reading.contract.operation.credential.longest or ORDINARY_LENGTH
    far_over = exchange.facts.token_length >= _FAR_OVER * longest
    if far_over and exchange.trouble is Trouble.DROPPED:
        return untested("a server may end the connection while a token comes in that is far over the maximum")
    if not exchange.confirmed:
        return untested(f"{exchange.trouble}, and whether it comes back could not be tried")
    return fail(f"{exchange.trouble}, again and again: {exchange.detail}", got=str(exchange.trouble))


@_always("no-credential")
def token(reading: Reading) -> Finding | None:
    """No answer repeats the token that was sent.

    It is looked for in every header and in the body: as it is, JSON-escaped, percent-encoded and in base64. A token of
    fewer than 16 characters is not looked for, since it would stand in any text by chance. Nor is one of fewer than 256
    with fewer than five different characters: zeros are an id that is not set.
    """
    request, response = reading.exchange.request, reading.exchange.response
    header = reading.contract.operation.credential.header.lower()
    fields = [value for name, value in request.header_fields() if name.lower() == header]
    sent = [value for value in fields if telling(value, _SECRET_LENGTH)]
    if not sent or response is None:
        return None
    room = max(len(response.body), *(len(value) for _, value in response.headers), 0)
    sent = [value for value in sent if len(value) <= room]  # no spelling is shorter than what it spells
    forms = [spellings(value.decode("latin-1")) | _packed(value) for value in sent]
    return _given_away(reading, response, set().union(*forms), "token", "that was sent")


@_always("no-password")
def password(reading: Reading) -> Finding | None:
    """No answer repeats a password from a url's user info, whatever its status and the url."""
    texts, response = reading.facts.passwords, reading.exchange.response
    if not texts or response is None:
        return None
    return _given_away(reading, response, set().union(*map(spellings, texts)), "password", "of the url")


@_always("no-stack-trace")
def stack_trace(reading: Reading) -> Finding | None:
    """No answer carries a stack trace.

    A trace is recognised by the form of its frames, in Python, Java, Go, .NET, Node, Ruby, PHP, Rust and Perl. The name
    of an exception alone is none.
    """
    response = reading.exchange.response
    if response is None:
        return None
    plain = _ESCAPE.sub(_unescaped, response.body)
    places = dict.fromkeys((response.body, plain, _without_markup(plain)), "the body")
    fields = {value: f"the header {name.decode('latin-1')}" for name, value in response.headers}
    for text, place in (places | fields).items():
        if seen := _remembered(text):
            return fail(f"{place} carries a stack trace: {seen}", got=seen)
    return _nothing_seen(reading)


def _trace_in(text: bytes) -> str | None:
    """The beginning of the first frame in a text."""
    found = next(filter(None, (pattern.search(text) for pattern in _TRACES)), None)
    return found and found.group()[:80].decode("latin-1").strip()


_remembered = remembering(_trace_in, 256, len)  # fields and refusals are the same again and again


def _nothing_seen(reading: Reading) -> Finding:
    """Nothing was given away, as far as the answer could be read."""
    coded = reading.exchange.response is not None and reading.exchange.response.coding is not None
    return untested(reading.unread) if coded and reading.unread else PASS


@_always("content-coding")
def content_coding(reading: Reading) -> Finding | None:
    """The body of an answer is in the content coding that the answer says."""
    response = reading.exchange.response
    if response is None:
        return None
    if response.damaged:
        coding = response.coding or ""
        return fail(f"the body is not in the content coding {coding}", got=f"{reading.got}, {coding} that is none")
    if response.coding:
        return untested(reading.unread) if reading.unread else None
    return PASS


def _without_markup(body: bytes) -> bytes:
    """The text of a web page, a line for each block, with its character references resolved."""
    if b"&" not in body and b"<" not in body:
        return body
    text = _TAG.sub("", _LINE_TAG.sub("\n", body.decode("latin-1")))
    return html.unescape(text).replace("\xa0", " ").encode("latin-1", "replace")


def _unescaped(match: re.Match[bytes]) -> bytes:
    """The character that an escape in a JSON string stands for."""
    character, code = match.groups()
    return bytes([int(code, 16)]) if code else _LINES.get(character, character)


def _packed(value: bytes) -> set[bytes]:
    """A token's bytes, and these in base64, in either alphabet and with or without its padding."""
    packed = base64.b64encode(value).rstrip(b"=")
    return {value, packed, packed.translate(_URL_SAFE)}


def _given_away(reading: Reading, response: Response, forms: set[bytes], secret: str, which: str) -> Finding:
    """A failure if a form of the secret stands in the answer."""
    if where := " and ".join(_where(response, forms)):
        return fail(f"the {secret} {which} stands in {where}", got=f"the {secret} in {where}")
    return _nothing_seen(reading)


def _where(response: Response, forms: set[bytes]) -> Iterator[str]:
    for name, value in response.headers:
        if any(form in value for form in forms):
            yield f"the header {name.decode('latin-1')}"
    if any(form in response.body for form in forms):
        yield "the body"
