"""The example database: the simplest generated request that failed a clause, kept for each target from run to run.

An example is a JSON document that holds no secret. The target description's tokens stand in it by their role; a request
that holds one elsewhere is not kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.contract.message import Request, Token
from conformance.exceptions import UsageError
from conformance.places import NO_HOME, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from conformance.plan.fixtures import TargetFixtures

FORMAT = "conformance-example/1"
_ODD = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Example:
    """A request that a property drew, and the clause that failed."""

    property: str
    clause: str
    request: Request


def to_document(example: Example, fixtures: TargetFixtures) -> dict[str, Any] | None:
    """The example for `json.dumps`, bytes in latin-1; None where it would give a secret away."""
    request = example.request
    token = None if request.token is None else _role(request.token, fixtures) or _recipe(request.token, fixtures)
    if (request.token is not None and token is None) or _tells(request, fixtures):
        return None
    return {
        "format": FORMAT,
        "property": example.property,
        "clause": example.clause,
        "request": {
            "method": request.method,
            "target": request.target.decode("latin-1"),
            "token_header": request.token_header.decode("latin-1"),
            "token": token,
            "headers": [[part.decode("latin-1") for part in field] for field in request.headers],
            "body": None if request.body is None else request.body.decode("latin-1"),
        },
    }


def from_document(document: Any, fixtures: TargetFixtures) -> Example | None:  # noqa: ANN401 - whatever a file holds
    """The example; None where its token is one that the description has no more.

    Raises ValueError, TypeError, KeyError or AttributeError for what `to_document` did not make.
    """
    if document["format"] != FORMAT:
        raise ValueError(document["format"])
    request = document["request"]
    token = None if request["token"] is None else _token(request["token"], fixtures)
    if request["token"] is not None and token is None:
        return None
    return Example(
        str(document["property"]),
        str(document["clause"]),
        Request(
            method=str(request["method"]),
            target=request["target"].encode("latin-1"),
            token=token,
            body=None if request["body"] is None else request["body"].encode("latin-1"),
            headers=tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in request["headers"]),
            token_header=request["token_header"].encode("latin-1"),
        ),
    )


def _known(fixtures: TargetFixtures) -> dict[str, Token]:
    """The description's tokens by the name of their place in it."""
    by_length = {f"tokens_by_length.{length}": token for length, token in fixtures.tokens_by_length.items()}
    restricted = {"restricted_token": fixtures.restricted_token} if fixtures.restricted_token else {}
    return {"token": fixtures.token, **restricted, **by_length}


def _role(token: Token, fixtures: TargetFixtures) -> dict[str, Any] | None:
    value = token.value
    return next(({"role": name} for name, known in _known(fixtures).items() if known.value == value), None)


def _recipe(token: Token, fixtures: TargetFixtures) -> dict[str, Any] | None:
    if token.secret is not None or fixtures.known.tokens.near(token.value):
        return None
    return {"head": token.head.decode("latin-1"), "fill": token.fill.decode("latin-1"), "length": token.length}


def _token(document: dict[str, Any], fixtures: TargetFixtures) -> Token | None:
    if "role" in document:
        return _known(fixtures).get(document["role"])
    head, fill, length = document["head"].encode("latin-1"), document["fill"].encode("latin-1"), document["length"]
    if not (fill and isinstance(length, int) and length >= 0):
        raise ValueError(document)
    return Token(head, fill=fill, length=length)


def _tells(request: Request, fixtures: TargetFixtures) -> bool:
    """Whether a token of the description stands anywhere but in its header; of one character anything holds it."""
    known = fixtures.known.tokens.valid | fixtures.known.tokens.restricted
    parts = (request.target, request.body or b"", *(part for field in request.headers for part in field))
    return any(len(secret) > 1 and secret in part for secret in known for part in parts)


def default_directory() -> Path | None:
    """The folder of this user's state where examples are kept, or None where there is no home directory."""
    folder = state_folder()
    return folder / "examples" if folder else None


class ExampleStore:
    """The examples of one target, below `directory`; a folder is made with the first example.

    `trouble` says what could not be written. Without a `directory` nothing is kept.
    """

    def __init__(self, directory: Path | None, name: str, base_url: str, fixtures: TargetFixtures) -> None:
        place = hashlib.sha256(base_url.encode()).hexdigest()[:8]
        self._folder = directory / f"{_ODD.sub('_', name)[:60]}-{place}" if directory else None
        self._fixtures = fixtures
        self.trouble: str | None = None

    def load(self, properties: Iterable[str]) -> tuple[Example, ...]:
        """The examples kept for these properties; UsageError for a file that is unreadable or no example."""
        return tuple(example for name in properties for example in self._of(name))

    def _of(self, name: str) -> Iterator[Example]:
        if self._folder is None:
            return
        folder = self._folder / name
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix == ".json")
        except FileNotFoundError:
            return
        except OSError as error:
            raise UsageError(f"--examples: {folder}: {error.strerror}: give another folder") from error
        for path in paths:
            example = self._read(path)
            if example is not None:
                yield example

    def _read(self, path: Path) -> Example | None:
        """The example of a file, whose property and clause its name says; None for a token that is no more."""
        try:
            example = from_document(json.loads(path.read_text(encoding="ascii")), self._fixtures)
        except OSError as error:
            raise UsageError(f"--examples: {path}: {error.strerror}: fix or delete it") from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise _no_example(path) from None
        if example is not None and self._path(example) != path:
            raise _no_example(path)
        return example

    def save(self, example: Example) -> None:
        """Keep the example, in place of what was kept for its property and clause; not where it holds a secret."""
        document = to_document(example, self._fixtures)
        if document is None:
            return
        path = self._path(example)
        if path is None:
            self.trouble = f"an example could not be kept: {NO_HOME}: give --examples a folder"
            return
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(document, indent=1) + "\n", encoding="ascii")
            part.replace(path)
        except OSError as error:
            self._note(path, error)

    def drop(self, example: Example) -> None:
        """Keep the example no longer."""
        path = self._path(example)
        if path is None:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._note(path, error)

    def _path(self, example: Example) -> Path | None:
        return self._folder / example.property / f"{example.clause}.json" if self._folder else None

    def _note(self, path: Path, error: OSError) -> None:
        self.trouble = f"an example could not be written: {path}: {error.strerror}: give --examples another folder"


def _no_example(path: Path) -> UsageError:
    return UsageError(f"--examples: {path}: is not an example that this version can read: delete it")
