"""Where the history is, and how it is reached."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from conformance.exceptions import UsageError
from conformance.places import NO_HOME, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["connect", "database_error", "default_path", "place_of"]

_PATIENCE = 60.0  # seconds that a writer waits for others
_SQLITE, _POSTGRESQL = "sqlite", "postgresql"
_FILE = f"{_SQLITE}:///"
_MEND = "name a file, sqlite:///PATH or postgresql://USER@HOST/DATABASE"


def default_path() -> Path:
    """The file in the user's state directory. Raises UsageError where there is none."""
    folder = state_folder()
    if folder is None:
        raise UsageError(f"history: {NO_HOME}: {_MEND}")
    return folder / "history.db"


def connect(url: str, *, make: bool = True) -> Engine:
    """The engine for a URL or the path of a SQLite file. Raises UsageError where that cannot be.

    No connection is made yet, and none is kept unused. The folder of a file is made; without `make` the file must be
    there.
    """
    if "://" not in url:
        return _sqlite(url, make=make)
    if url.startswith(_FILE):
        return _sqlite(url.removeprefix(_FILE), make=make)  # a ? is part of its name
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # whose words may hold the password
        raise UsageError(f"history: there is no such database: {_MEND}") from None
    option = url.partition("?")[2].partition("=")[0]
    name = parsed.get_backend_name()
    if name == _SQLITE:
        return _sqlite(parsed.database, make=make)
    if name not in {_POSTGRESQL, "postgres"}:
        raise UsageError(f"history: {name} is not supported: {_MEND}")
    if "@" in f"{parsed.host}{parsed.database}{option}":
        raise UsageError(f"history: an @ in user or password is written %40, a / %2F and a ? %3F: {_MEND}")
    try:
        return create_engine(parsed.set(drivername=f"{_POSTGRESQL}+psycopg"), poolclass=NullPool)
    except ModuleNotFoundError as error:
        raise UsageError(
            "history: PostgreSQL needs psycopg: pip install 'remote-mirror-conformance[postgres]'"
        ) from error


def _sqlite(path: str | None, *, make: bool) -> Engine:
    if not path or path == ":memory:":
        raise UsageError(f"history: a database in memory would remember nothing: {_MEND}")
    try:
        file = Path(path).expanduser()
    except RuntimeError:
        raise UsageError(f"history: {path}: {NO_HOME}: {_MEND}") from None
    if not make and not file.exists():
        raise UsageError(f"history: there is no file {file}: `conformance run` makes it, or name another --history")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"history: {file.parent} cannot be made ({error.strerror}): {_MEND}") from error
    engine = create_engine(
        URL.create(_SQLITE, database=str(file)), connect_args={"timeout": _PATIENCE}, poolclass=NullPool
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - DB-API has no types
    """Leave transactions to the store; write ahead, so that readers never wait; keep nothing half."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def place_of(url: URL) -> str:
    """Where a database is: the path of a file, else driver, host and database; users and passwords are in the rest."""
    name = url.get_backend_name()
    if name == _SQLITE:
        return str(url.database)
    return URL.create(name, host=url.host, port=url.port, database=url.database).render_as_string()


@contextmanager
def database_error(engine: Engine) -> Iterator[None]:
    """Turn what the database complains of into one line that repeats no user and no password."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        place = place_of(engine.url)
        raise UsageError(f"history: {place}: {_without(engine.url, reason)}: {_MEND}, or --history none") from error


def _without(url: URL, words: str) -> str:
    """The driver's words, without what else the URL says."""
    given = {url.username, url.password, *(one for values in url.normalized_query.values() for one in values)}
    for secret in sorted((one for one in given if one), key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", words)
    return words
