"""Answers that show the url of another request: two wrote to one repository at once, or the target is wrong."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.contract.strictjson import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Exchange

__all__ = ["Echoes"]

_USER_INFO = re.compile(rb'://[^/?#"\\]*@')
_BELIEVED = 2  # after so many answers that were the same alone, the target is wrong and nothing else


class Echoes:
    """Knows the bodies that were sent with good credentials, and lets one request have the target to itself.

    A lenient target takes an odd spelling of a repository's id for the repository. Its association may then stand in
    the answer to another request. Such an answer is asked for again with no other association in flight.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._bodies: set[bytes] = set()
        self._inside = 0
        self._waiting = 0
        self._taken = False
        self._believed = 0

    @contextmanager
    def beside(self, exchange: Exchange) -> Iterator[None]:
        """Send beside others, once no request has the target to itself; bad credentials need not wait."""
        if not exchange.facts.token.good:
            yield
            return
        with self._changed:
            self._changed.wait_for(lambda: not self._taken and not self._waiting)
            self._inside += 1
            if exchange.request.body is not None:
                self._bodies.add(_plain(exchange.request.body))
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
        """Whether a success shows another url than was sent, which another request carried."""
        response, url = exchange.response, exchange.facts.url
        if response is None or not 200 <= response.status < 300 or url is None:  # noqa: PLR2004 - RFC 9110 section 15.3
            return False
        document = read_json(response.body).value
        shown = document.get("url") if isinstance(document, dict) else None
        return isinstance(shown, str) and _spelt(shown) != _spelt(url) and self._sent(shown)

    def _sent(self, url: str) -> bool:
        """Whether a body that was sent has this url but for user info, in whatever member and however often."""
        spelt = _spelt(url)
        with self._changed:
            return any(one in body for body in self._bodies for one in spelt)

    @property
    def believed(self) -> bool:
        """Whether answers alone have shown often enough that the target does so by itself."""
        return self._believed >= _BELIEVED

    def confirm(self, exchange: Exchange) -> None:
        """Note the answer to a request that was sent alone."""
        if self.foreign(exchange):
            self._believed += 1


def _spelt(url: str) -> frozenset[bytes]:
    """The url as JSON writes it, without user info."""
    written = (json.dumps(url, ensure_ascii=escaped).encode(errors="replace") for escaped in (True, False))
    return frozenset(map(_plain, written))


def _plain(text: bytes) -> bytes:
    """Without the user info of urls, which an answer may leave out or mask."""
    return _USER_INFO.sub(b"://", text)
