"""URLs in the configuration, read strictly, and the question whether one points to this very machine.

Nothing here resolves a name: whoever answers for ``localhost.example.com`` is not asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address
from typing import TYPE_CHECKING, Literal

from conformance.config.errors import InvalidValue
from conformance.contract.values import URL_MAXIMUM

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHARACTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"(?:(?P<user>.*)@)?(?P<host>\[[0-9A-Fa-f:.]*\]|[^:@\[\]]*)(?::(?P<port>[0-9]*))?")
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?")
_LOOPBACK = IPv4Network("127.0.0.0/8")
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """An absolute http(s) URL in its parts; ``host`` is lower case, and without brackets where it is an IPv6 address.

    ``user_info``, ``query`` and ``fragment`` are None where their delimiter is absent.
    """

    scheme: str
    user_info: str | None
    host: str
    port: int | None
    path: str
    query: str | None
    fragment: str | None

    @property
    def authority(self) -> str:
        """Host and port as a URL writes them, without user info."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def parse_url(text: str) -> Url:
    """Take an absolute http(s) URL apart. Raises InvalidValue, which never repeats the text."""
    if not _CHARACTERS.fullmatch(text):
        raise InvalidValue("contains a character that a URL cannot contain", "percent-encode it")
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise InvalidValue("is not an absolute http or https URL")
    authority = _AUTHORITY.fullmatch(parts["authority"])
    if authority is None:
        raise InvalidValue("has no valid host and port")
    return Url(
        scheme=parts["scheme"].lower(),
        user_info=authority["user"],
        host=_host(authority["host"]),
        port=_port(authority["port"]),
        path=parts["path"],
        query=parts["query"],
        fragment=parts["fragment"],
    )


def is_loopback(host: str) -> bool:
    """Tell whether a host is ``localhost``, in 127.0.0.0/8 or ::1, as written; every other spelling is elsewhere."""
    if host.lower() == "localhost":
        return True
    try:
        return IPv4Address(host) in _LOOPBACK
    except AddressValueError:
        pass
    try:
        return IPv6Address(host) == IPv6Address("::1")
    except AddressValueError:
        return False


def base_url(text: str) -> str:
    """Check and normalise a target's base URL: lower-case scheme and host, no slash at the end. Raises InvalidValue."""
    url = parse_url(text)
    _refuse_user_info(url)
    _refuse_query(url)
    if url.scheme == "http" and not is_loopback(url.host):
        raise InvalidValue("plain http is refused for a target that is not loopback", "use https")
    path = url.path.rstrip("/")
    if any(segment in (".", "..", "") for segment in path.split("/")[1:]):
        raise InvalidValue("has an empty, '.' or '..' segment in its path", "write the path without it")
    return f"{url.scheme}://{url.authority}{path}"


def sent_url(text: str) -> str:
    """Check a url for a request's body, which is sent exactly as it stands. Raises InvalidValue."""
    url = parse_url(text)
    _refuse_user_info(url)
    if url.fragment is not None:
        raise InvalidValue("contains a fragment", "take out the '#' and all that follows")
    if len(text) > URL_MAXIMUM:
        raise InvalidValue(f"is {len(text)} characters long, over {URL_MAXIMUM}")
    return text


def proxy_url(text: str, *, user_info: Literal["allowed", "refused"]) -> str:
    """Check a proxy's URL. Raises InvalidValue."""
    url = parse_url(text)
    if user_info == "refused" and url.user_info is not None:
        raise InvalidValue("contains user info (the part before '@')", 'write proxy = "env:NAME" or "file:PATH"')
    _refuse_query(url)
    if url.path.strip("/"):
        raise InvalidValue("has a path", "give scheme, host and port only")
    return text


def repeated(base: str, paths: Iterable[str]) -> str | None:
    """The end of a base URL that is the beginning of a documented path already, or None.

    Requests would go to it twice: ``/v1/v1/…``. A parameter, as in ``{name}``, stands for any segment.
    """
    written = parse_url(base).path.rstrip("/").split("/")[1:]
    for path in paths:
        documented = path.split("/")[1:]
        for count in range(min(len(written), len(documented)), 0, -1):
            pairs = zip(written[-count:], documented, strict=False)
            if all(name.startswith("{") or segment == name for segment, name in pairs):
                return "/" + "/".join(written[-count:])
    return None


def _refuse_user_info(url: Url) -> None:
    if url.user_info is not None:
        raise InvalidValue("contains user info (the part before '@')", "take it out")


def _refuse_query(url: Url) -> None:
    if url.query is not None or url.fragment is not None:
        raise InvalidValue("contains a query or a fragment", "take out the '?' or '#' and all that follows")


def _host(text: str) -> str:
    if not text:
        raise InvalidValue("has no host")
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except AddressValueError:
            raise InvalidValue("has an invalid IPv6 address as its host") from None
    if not _NAME.fullmatch(text):
        raise InvalidValue("has an invalid host name", "write an international name in its xn-- form")
    return text.lower()


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    if not text or len(text) > len(str(_LAST_PORT)) or not 1 <= int(text) <= _LAST_PORT:
        raise InvalidValue("has an invalid port", f"give a port from 1 to {_LAST_PORT}, or none")
    return int(text)
