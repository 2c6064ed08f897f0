"""What is true of a request before it is answered: everything that decides which clauses speak of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from conformance.contract import identifier
from conformance.contract.body import Body, BodyKind, read_body
from conformance.contract.grammar import is_http, is_one_segment
from conformance.contract.identifier import IdKind
from conformance.contract.message import TOKEN_HEADER
from conformance.contract.wallet import TokenKind, Wallet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.message import Request

__all__ = ["TOKEN_MAXIMUM", "Facts", "Role", "Surroundings", "facts_of", "target_of"]

TOKEN_MAXIMUM = 100_000
_PATH = re.compile(rb"/v4/repositories/([^/?#]*)/remote-mirror/associate(\?[^#]*)?")
_SEGMENTS = (b"v4", b"repositories", b"{}", b"remote-mirror", b"associate")
_JSON = b"application/json"


class Role(StrEnum):
    """What the target description says of a repository id."""

    PERMITTED = "permitted"
    RESTRICTED = "restricted"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the target: its tokens, the roles of the repositories named, and the main one of each."""

    wallet: Wallet
    roles: Mapping[int, Role]
    repository_id: int
    mirror_url: str
    token: bytes | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A request, described. `id` is None where the segment is no plain decimal; lengths count bytes.

    `main` says that the repository is the description's `repository_id`, `usual_name` that the token's header is spelt
    as the document spells it, `usual_url` that the url is the `mirror_url`, `usual_token` that the token is the
    description's `token`, of whatever length.

    `urls` are the strings that the url may stand for where the body has it twice. `queried` says that the path is the
    document's and a query follows it, `one_segment` that every router sees one segment in the id, `well_formed` that
    the request is one of HTTP's grammar, `stranger` that no account is meant by its credentials, by no reading,
    `respelt` that the path is not the document's but was, had its slashes, dots, letters and escapes been set right:
    `id_kind` is then what the id would be.
    """

    method: str
    exact_path: bool
    id_kind: IdKind | None
    id: int | None
    role: Role | None
    main: bool
    token: TokenKind
    token_length: int
    body: BodyKind
    url: str | None
    plain: bool
    usual_name: bool
    usual_url: bool
    usual_token: bool
    urls: tuple[str, ...] = ()
    queried: bool = False
    one_segment: bool = True
    well_formed: bool = True
    stranger: bool = False
    respelt: bool = False

    @property
    def associates(self) -> bool:
        """A POST on the document's path, with a query or without, whatever its id, token and body."""
        return self.method == "POST" and (self.exact_path or self.queried)

    @property
    def served(self) -> bool:
        """On the exact path, and a request that every parser and router takes to the service."""
        return self.exact_path and self.one_segment and self.well_formed

    @property
    def strings(self) -> tuple[str, ...]:
        """Every string that the url may stand for."""
        return self.urls or (() if self.url is None else (self.url,))

    @property
    def post(self) -> bool:
        """A POST on the exact path, whatever its id, token and body."""
        return self.method == "POST" and self.exact_path

    @property
    def addressed(self) -> bool:
        """A plain POST on the exact path whose id and body are in contract, whatever its token."""
        return self.post and self.plain and self.id_kind is IdKind.IN_RANGE and self.body is BodyKind.DOCUMENTED

    @property
    def in_contract(self) -> bool:
        """Addressed, and with a token of 1 to 100,000 characters."""
        return self.addressed and self.token in TokenKind.documented() and 1 <= self.token_length <= TOKEN_MAXIMUM

    @property
    def succeeds(self) -> bool:
        """In contract, with a valid token, to a repository that it may associate: owed a 201."""
        return self.in_contract and self.token is TokenKind.VALID and self.role is Role.PERMITTED


def target_of(segment: bytes | str) -> bytes:
    """The request target for a path segment, which is put in byte for byte."""
    raw = segment.encode("ascii") if isinstance(segment, str) else segment
    return b"/v4/repositories/" + raw + b"/remote-mirror/associate"


def facts_of(request: Request, known: Surroundings) -> Facts:
    """Describe `request`; needs nothing but its bytes and what is known of the target."""
    match = _PATH.fullmatch(request.target)
    kind, number = identifier.classify(match.group(1)) if match else (None, None)
    respelt = None if match else _respelt(request.target)
    on_path = match is not None and kind is not IdKind.EMPTY
    queried = match is not None and match.group(2) is not None
    role = known.roles.get(number) if number is not None and kind is IdKind.IN_RANGE else None
    body = _everyday(read_body(request.body), known)
    value = None if request.token is None else request.token.value
    return Facts(
        method=request.method,
        exact_path=on_path and not queried,
        id_kind=kind if respelt is None else identifier.classify(respelt)[0],
        id=number,
        role=role,
        main=number == known.repository_id,
        token=known.wallet.classify(value),
        token_length=len(value or b""),
        body=body.kind,
        url=body.url,
        plain=_plain(request),
        usual_name=request.token_header == TOKEN_HEADER,
        usual_url=body.url == known.mirror_url,
        usual_token=value is not None and value == known.token,
        urls=body.urls,
        queried=on_path and queried,
        one_segment=match is None or is_one_segment(match.group(1)),
        well_formed=is_http(request),
        stranger=_stranger(request, known.wallet),
        respelt=respelt is not None,
    )


def _respelt(target: bytes) -> bytes | None:
    """The id's segment in a target that a lenient router takes for the document's path, or None where none does."""
    path = re.split(rb"[?#]", target, maxsplit=1)[0]
    segments: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in {b"", b"."}:
            segments.append(segment)
    if len(segments) != len(_SEGMENTS):
        return None
    alike = [unquote_to_bytes(segment).lower().partition(b";")[0] for segment in segments]
    alike[-1] = alike[-1].removesuffix(b".json")
    named = all(here in {b"{}", there} for here, there in zip(_SEGMENTS, alike, strict=True))
    return segments[_SEGMENTS.index(b"{}")] if named else None


def _everyday(body: Body, known: Surroundings) -> Body:
    """The body; the url of the description is in contract whatever its form, for whoever wrote it knows the target."""
    rare = body.kind in {BodyKind.URL_UNCOMMON, BodyKind.URL_OPEN}
    return Body(BodyKind.DOCUMENTED, body.url) if rare and body.url == known.mirror_url else body


def _stranger(request: Request, wallet: Wallet) -> bool:
    """Whether no field of the token's name holds a good token, nor one with white space or the like around it."""
    fields = request.header_fields()
    tokens = [value for name, value in fields if name.lower() == TOKEN_HEADER.lower()]
    return not any(wallet.holds(value) for value in tokens)


def _plain(request: Request) -> bool:
    """Whether the headers are those of an ordinary JSON request: one token, the JSON media type, nothing else odd."""
    names = [name.lower() for name, _ in request.headers]
    media = [value for name, value in request.headers if name.lower() == b"content-type"]
    return (
        b"x-auth-token" not in names
        and media == [_JSON]
        and not ({b"accept", b"transfer-encoding", b"content-encoding", b"expect"} & set(names))
    )
