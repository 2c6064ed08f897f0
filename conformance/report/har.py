"""The traffic of a run as one HAR 1.2 file: written entry by entry, and read back to be judged again.

`conformance.report.evidence` describes an entry.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.contract.body import BodyKind, repeatable, strings_of
from conformance.contract.facts import Facts, Role
from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Exchange, Request, Response, Token, Trouble
from conformance.contract.spellings import telling_passwords
from conformance.contract.values import Argument, Identifier, ValueKind
from conformance.exceptions import UsageError
from conformance.places import read_bounded
from conformance.report.files import commit, dumps, partial, restored, rollback
from conformance.report.record import About
from conformance.traffic.redaction import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_CREATOR = {"name": "remote-mirror-conformance", "version": __version__}
_KINDS = {"id_kind": ValueKind, "role": Role, "token": TokenKind, "body": BodyKind}


class HarWriter:
    """Writes the file entry by entry, so that memory stays flat; safe to share between threads.

    `close` puts the entries in the order of their numbers, and the file in place in one step; `whole` says that it did.
    OSError where the disk is full, or the directory is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._places: list[tuple[int, int, int]] = []  # number, begin and length of each entry
        self.whole = False
        self._stream = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115 - until `close` or `discard`

    def add(self, number: int, entry: Mapping[str, object]) -> None:
        """Take an entry in; after `close` or `discard` this does nothing."""
        text = dumps(entry).encode("ascii")
        with self._lock:
            if self._stream.closed:
                return
            self._places.append((number, self._stream.tell(), len(text)))
            self._stream.write(text)

    def close(self, about: Mapping[str, object] | None = None) -> None:
        """Complete the file, with the data of the run, and put it in place; a second call does nothing."""
        with self._lock:
            if self._stream.closed:
                return
            with self._stream, partial(self._path).open("wb") as whole:
                whole.write(_head(_CREATOR).encode("ascii"))
                for place, (_, begin, length) in enumerate(sorted(self._places)):
                    self._stream.seek(begin)
                    whole.write((b",\n" if place else b"\n") + self._stream.read(length))
                whole.write(_tail(about).encode("ascii"))
                whole.flush()
                os.fsync(whole.fileno())
        commit(self._path)
        self.whole = True

    def discard(self) -> None:
        """Remove the incomplete file; a file of an earlier run stays as it is."""
        with self._lock, suppress(OSError):
            self._stream.close()
        rollback(self._path)


def _head(creator: object) -> str:
    return f'{{"log": {{"version": "1.2", "creator": {dumps(creator)}, "pages": [], "entries": ['


def _tail(about: object) -> str:
    said = f', "_conformance": {dumps(about)}' if about is not None else ""
    return f"\n]{said}}}}}\n"


def in_order(raw: bytes) -> bytes:
    """The file with its entries in the order of their numbers, and nothing in it that the writer would not write.

    KeyError, TypeError or ValueError where it is no traffic file.
    """
    log = json.loads(raw)["log"]
    entries = sorted(log["entries"], key=lambda entry: entry["_conformance"]["number"])
    text = ",".join(f"\n{dumps(entry)}" for entry in entries)
    return f"{_head(log['creator'])}{text}{_tail(log['_conformance'])}".encode("ascii")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of a file.

    clauses: those that its probe tests; None where the exchange was not judged.
    exchange: None where it cannot be judged again, because its answer was cut.
    bare: the exchange, without the body of an answer that was cut.
    har: the entry itself.
    """

    probe: str
    number: int
    clauses: tuple[str, ...] | None
    exchange: Exchange | None
    bare: Exchange
    har: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Traffic:
    """A traffic file: the run, and its entries in the order of their numbers."""

    about: About
    entries: tuple[Recorded, ...]


def read_traffic(path: Path) -> Traffic:
    """Read a file that `conformance run` wrote. Raises UsageError where it cannot be read, or is something else."""
    try:
        raw = read_bounded(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: name the traffic.har of a run") from error
    return parse_traffic(raw, str(path))


def parse_traffic(raw: bytes, place: str) -> Traffic:
    """Parse a traffic file. Raises UsageError, which begins with `place`, where it is something else."""
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
    bare = _bare(entry)
    return Recorded(known["probe"], known["number"], declared, None if _cut(known) else bare, bare, entry)


def exchange_of(entry: Mapping[str, Any]) -> Exchange | None:
    """The exchange of a HAR entry, for judging only: redacted parts are placeholders.

    None where the answer was cut. KeyError, TypeError or ValueError where the entry is not of this suite.
    """
    return None if _cut(entry["_conformance"]) else _bare(entry)


def _cut(known: Mapping[str, Any]) -> bool:
    return bool((known["response_body"] or {}).get("cut"))


def _bare(entry: Mapping[str, Any]) -> Exchange:
    known = restored(entry["_conformance"])
    sent = [row for row in entry["request"]["headers"] if "_added" not in row]
    token = _token(known["token"])
    short = _short(known["token"], sent)
    request = Request(
        method=entry["request"]["method"],
        target=known["target"].encode("utf-8"),
        token=None if token is None else Token(_longer(token, short)),
        body=_content(entry["request"].get("postData"), "_encoding", short),
        headers=_headers(sent[0 if token is None else 1 :], short),
        token_header=known["token"]["header"].encode("latin-1") if known["token"] else b"",
    )
    return Exchange(
        number=known["number"],
        probe=known["probe"],
        request=request,
        facts=_facts(known["facts"], request, short),
        response=_response(entry["response"], known, short),
        trouble=Trouble(known["trouble"]) if known["trouble"] else None,
        detail=known["detail"],
        confirmed=known["confirmed"],
        flaky=known["flaky"],
        superseded=known["superseded"],
        started_at=known["started_at"],
        seconds=known["seconds"],
    )


def _token(known: Mapping[str, Any] | None) -> bytes | None:
    """The token's placeholder; for one that is not looked for in answers, a text of its length that is not either."""
    if known is None:
        return None
    return str(known["placeholder"]).encode("utf-8") if _sought(known) else b"x" * known["length"]


def _sought(token: Mapping[str, Any]) -> bool:
    """Whether a token is looked for in answers; older files say its length alone."""
    return bool(token.get("sought", token["length"] >= SHORTEST_SECRET))


def _short(token: Mapping[str, Any] | None, headers: Iterable[Mapping[str, Any]]) -> tuple[bytes, ...]:
    """The placeholders of what is looked for in answers that are too short to be."""
    placeholders = [row["value"] for row in headers if row.get("_sought")]
    placeholders += [token["placeholder"]] if token and _sought(token) else []
    return tuple({one.encode("utf-8"): None for one in placeholders if len(one) < SHORTEST_SECRET})


def _longer(data: bytes, short: Iterable[bytes]) -> bytes:
    """`data`, the placeholders in it as long as rules want a secret to be."""
    for one in short:
        data = data.replace(one, one.ljust(SHORTEST_SECRET, b"_"))
    return data


def _facts(known: Mapping[str, Any], request: Request, short: Iterable[bytes]) -> Facts:
    """The facts of the entry; older files lack some."""
    values = {field.name: known[field.name] for field in fields(Facts) if field.name in known}
    kinds = {name: kind(values[name]) for name, kind in _KINDS.items() if values[name] is not None}
    arguments = {
        name: Argument(ValueKind(one["kind"]), _identifier(one["value"])) for name, one in values["arguments"].items()
    }

    def text(value: str) -> str:
        return _longer(value.encode("utf-8", "surrogatepass"), short).decode("utf-8", "surrogatepass")

    url = None if values["url"] is None else text(values["url"])
    passwords = values["passwords"] if "passwords" in values else telling_passwords(url, request)
    urls = tuple(map(text, values["urls"]))
    return Facts(
        **{
            **values,
            **kinds,
            "id": _identifier(values["id"]),
            "url": url,
            "passwords": tuple(map(text, passwords)),
            "arguments": arguments,
            "urls": urls,
            "repeatable": values.get("repeatable", all(map(repeatable, strings_of(url, urls)))),
            "wrong": tuple((member, when) for member, when in values["wrong"]),
            "edges": frozenset((member, when) for member, when in values["edges"]),
            "usual_edges": frozenset((member, when) for member, when in values["usual_edges"]),
            "unusual": tuple(values["unusual"]),
            "carriers": tuple(values.get("carriers", ())),
        }
    )


def _identifier(value: Any) -> Identifier | None:  # noqa: ANN401 - any JSON value
    """The identifier; the file has a huge number as a string, and a text as an object."""
    if isinstance(value, dict):
        return str(value["text"])
    return None if value is None else int(value)


def _response(answer: Mapping[str, Any], known: Mapping[str, Any], short: Iterable[bytes]) -> Response | None:
    if not answer["status"]:
        return None
    return Response(
        status=answer["status"],
        reason=answer["statusText"],
        headers=_headers(answer["headers"], short),
        body=b"" if _cut(known) else _content(answer["content"], "encoding", short) or b"",
        http_version=answer["httpVersion"],
        truncated=known["response_body"]["truncated"],
        coding=known["response_body"].get("coding"),
        damaged=known["response_body"].get("damaged", False),
    )


def _headers(rows: Iterable[Mapping[str, str]], short: Iterable[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((row["name"].encode("utf-8"), _longer(row["value"].encode("utf-8"), short)) for row in rows)


def _content(part: Mapping[str, str] | None, encoding: str, short: Iterable[bytes]) -> bytes | None:
    if part is None or "text" not in part:
        return None
    packed = part.get(encoding) == "base64"
    return _longer(base64.b64decode(part["text"]) if packed else part["text"].encode("utf-8"), short)
