"""Answers with the url of another request: two wrote to one resource at once, or the target is wrong."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.contract.known_tokens import TokenKind
from conformance.contract.remembering import remembering
from conformance.contract.strictjson import read_json
from conformance.contract.values import Identifier, readings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Exchange
    from conformance.contract.operation import Operation

_USER_INFO = re.compile(r"://[^/?#]*@")
_UNKNOWN = {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.UNKNOWN}
_KEPT = 64  # most requests are to one of few targets
_BELIEVED = 2  # after so many answers that were the same alone, the target is wrong and nothing else


class Echoes:
    """The urls that were sent for each resource, and a lock that gives one request the target to itself.

    A lenient target takes an odd spelling of a resource's id for the resource. Its url may then stand in the answer
    to another request. That request is sent again with no other good credentials in flight.
    """

    def __init__(self, operation: Operation, shown: str | None) -> None:
        self._member = shown
        self._operation = operation
        self._changed = threading.Condition()
        self._urls: dict[str, set[Identifier]] = defaultdict(set)
        self._inside = 0
        self._waiting = 0
        self._taken = False
        self._believed = 0
        self._reached = lru_cache(_KEPT)(self._resources)

    @contextmanager
    def beside(self, exchange: Exchange) -> Iterator[None]:
        """Send beside others, once no request has the target to itself. Unknown tokens need not wait."""
        if exchange.facts.token in _UNKNOWN:
            yield
            return
        reached = self._reached(exchange.request.target)
        found = {*map(_bare, exchange.facts.strings), *_urls(exchange.request.body)}
        with self._changed:
            self._changed.wait_for(lambda: not self._taken and not self._waiting)
            self._inside += 1
            for url in found:
                self._urls[url] |= reached
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Send with no other good credentials in flight."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._taken and not self._inside)
            self._waiting -= 1
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def foreign(self, exchange: Exchange) -> bool:
        """Whether a success shows a url that was not sent here, and was by another request to the resource."""
        response, facts = exchange.response, exchange.facts
        if response is None or not 200 <= response.status < 300 or not facts.strings:  # noqa: PLR2004 - RFC 9110 section 15.3
            return False
        document = read_json(response.body).value
        shown = document.get(self._member or "") if isinstance(document, dict) else None
        if not isinstance(shown, str) or _bare(shown) in map(_bare, facts.strings):
            return False
        with self._changed:
            return not self._urls.get(_bare(shown), set()).isdisjoint(self._reached(exchange.request.target))

    def _resources(self, target: bytes) -> frozenset[Identifier]:
        """The resources that segments of the path may be read as."""
        named = self._operation.identifier
        if named is None:
            return frozenset({""})
        return frozenset().union(*(readings(segment, named.domain) for segment in re.split(rb"[/?]", target)))

    @property
    def believed(self) -> bool:
        """Whether requests alone have shown often enough that the target does so by itself."""
        return self._believed >= _BELIEVED

    def confirm(self, exchange: Exchange) -> bool:
        """Whether the answer to a request that was sent alone still shows the url of another; noted."""
        same = self.foreign(exchange)
        self._believed += same
        return same


def _bare(url: str) -> str:
    """The url without user info: an answer may omit or mask it."""
    return _USER_INFO.sub("://", url)


def _urls(body: bytes | None) -> frozenset[str]:
    """Every string in a JSON body, without user info."""
    return _remembered(body or b"")


def _read(body: bytes) -> frozenset[str]:
    return frozenset(map(_bare, _strings(body)))


_remembered = remembering(_read, _KEPT, len)  # most requests carry the same few bodies


def _strings(body: bytes) -> Iterator[str]:
    """Every string in a JSON body."""
    waiting = [read_json(body).value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
