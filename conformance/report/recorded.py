"""Recorded traffic, read back from HAR entries to be judged again; `conformance.report.evidence` describes them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from conformance.contract.body import BodyKind
from conformance.contract.facts import Facts, Role
from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Exchange, Request, Response, Token, Trouble
from conformance.contract.values import Argument, ValueKind
from conformance.exceptions import UsageError
from conformance.report.about import About
from conformance.traffic.redaction import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.contract.values import Identifier

__all__ = ["Recorded", "Traffic", "exchange_of", "parse_traffic", "read_traffic"]

_KINDS = {"id_kind": ValueKind, "role": Role, "token": TokenKind, "body": BodyKind}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange of a file: `clauses` are those that its probe is there for, None where it was not judged.

    `exchange` is None where it cannot be judged again; `har` is the entry of the file.
    """

    probe: str
    number: int
    clauses: tuple[str, ...] | None
    exchange: Exchange | None
    har: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Traffic:
    """A traffic file: the run, and its exchanges in the order of their numbers."""

    about: About
    entries: tuple[Recorded, ...]


def read_traffic(path: Path) -> Traffic:
    """Read what `conformance run` wrote. Raises UsageError where that cannot be read, or is something else."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: name the traffic.har of a run") from error
    return parse_traffic(raw, str(path))


def parse_traffic(raw: bytes, place: str) -> Traffic:
    """Read the text of a traffic file. Raises UsageError, which begins with `place`, where it is something else."""
    try:
        log = json.loads(raw)["log"]
        about = About.from_data(log["_conformance"])
        entries = [_recorded(entry) for entry in log["entries"]]
    except UsageError as error:
        raise UsageError(f"{place} {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{place} is no traffic file of this suite: name the traffic.har of a run") from error
    return Traffic(about, tuple(sorted(entries, key=lambda entry: entry.number)))


def _recorded(entry: Mapping[str, Any]) -> Recorded:
    known = entry["_conformance"]
    clauses = known["clauses"]
    declared = None if clauses is None else tuple(clauses)
    return Recorded(known["probe"], known["number"], declared, exchange_of(entry), entry)


def exchange_of(entry: Mapping[str, Any]) -> Exchange | None:
    """The exchange of a HAR entry, good for judging and nothing else: what was redacted is not there any more.

    None where it cannot be judged, because its answer was cut. KeyError, TypeError or ValueError where the entry is not
    of this suite.
    """
    known = entry["_conformance"]
    if (known["response_body"] or {}).get("cut"):
        return None
    token, placeholder, stand_in = _token(known["token"])
    request = Request(
        method=entry["request"]["method"],
        target=known["target"].encode("utf-8"),
        token=token,
        body=_content(entry["request"].get("postData"), "_encoding"),
        headers=_headers(entry["request"]["headers"][1 if token else 0 :]),
        token_header=known["token"]["header"].encode("latin-1") if token else b"",
    )
    return Exchange(
        number=known["number"],
        probe=known["probe"],
        request=request,
        facts=_facts(known["facts"]),
        response=_response(entry["response"], known, placeholder, stand_in),
        trouble=Trouble(known["trouble"]) if known["trouble"] else None,
        detail=known["detail"],
        confirmed=known["confirmed"],
        flaky=known["flaky"],
        superseded=known["superseded"],
        started_at=known["started_at"],
        seconds=known["seconds"],
    )


def _token(known: Mapping[str, Any] | None) -> tuple[Token | None, bytes, bytes]:
    """The token, its placeholder, and what stands for that: as long as the token, as far as rules care."""
    if known is None:
        return None, b"", b""
    placeholder = known["placeholder"].encode("utf-8")
    if known["length"] < SHORTEST_SECRET:
        return Token(b"x" * known["length"]), placeholder, placeholder
    stand_in = placeholder.ljust(SHORTEST_SECRET, b"_")
    return Token(stand_in), placeholder, stand_in


def _facts(known: Mapping[str, Any]) -> Facts:
    """The facts as they were recorded."""
    values = {field.name: known[field.name] for field in fields(Facts)}
    kinds = {name: kind(values[name]) for name, kind in _KINDS.items() if values[name] is not None}
    arguments = {
        name: Argument(ValueKind(one["kind"]), _identifier(one["value"])) for name, one in values["arguments"].items()
    }
    return Facts(
        **{
            **values,
            **kinds,
            "id": _identifier(values["id"]),
            "arguments": arguments,
            "urls": tuple(values["urls"]),
            "wrong": tuple((member, when) for member, when in values["wrong"]),
            "edges": frozenset((member, when) for member, when in values["edges"]),
            "usual_edges": frozenset((member, when) for member, when in values["usual_edges"]),
            "unusual": tuple(values["unusual"]),
        }
    )


def _identifier(value: Any) -> Identifier | None:  # noqa: ANN401 - as it was recorded
    """The identifier; a huge number is written as a string, a text as an object."""
    if isinstance(value, dict):
        return str(value["text"])
    return None if value is None else int(value)


def _response(
    answer: Mapping[str, Any], known: Mapping[str, Any], placeholder: bytes, stand_in: bytes
) -> Response | None:
    if not answer["status"]:
        return None
    headers = _headers(answer["headers"])
    body = _content(answer["content"], "encoding") or b""
    if placeholder != stand_in:
        headers = tuple((name, value.replace(placeholder, stand_in)) for name, value in headers)
        body = body.replace(placeholder, stand_in)
    return Response(
        status=answer["status"],
        reason=answer["statusText"],
        headers=headers,
        body=body,
        http_version=answer["httpVersion"],
        truncated=known["response_body"]["truncated"],
        coding=known["response_body"].get("coding"),
        damaged=known["response_body"].get("damaged", False),
    )


def _headers(rows: list[Mapping[str, str]]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((row["name"].encode("utf-8"), row["value"].encode("utf-8")) for row in rows)


def _content(part: Mapping[str, str] | None, encoding: str) -> bytes | None:
    if part is None or "text" not in part:
        return None
    return base64.b64decode(part["text"]) if part.get(encoding) == "base64" else part["text"].encode("utf-8")
