"""The database: its address, its connections, its tables, and their migration to the newest schema."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from conformance.exceptions import UsageError
from conformance.places import NO_HOME, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

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


def connect(url: str, *, make: bool = True) -> sa.Engine:
    """The engine for a URL or the path of a SQLite file. Raises UsageError where that cannot be.

    No connection is made yet, and none is kept unused. The folder of a file is made; without `make` the file must be
    there.
    """
    if "://" not in url:
        return _sqlite(url, make=make)
    if url.startswith(_FILE):
        return _sqlite(url.removeprefix(_FILE), make=make)  # a ? is part of its name
    try:
        parsed = sa.make_url(url)
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
        return sa.create_engine(parsed.set(drivername=f"{_POSTGRESQL}+psycopg"), poolclass=sa.NullPool)
    except ModuleNotFoundError as error:
        raise UsageError(
            "history: PostgreSQL needs psycopg: pip install 'remote-mirror-conformance[postgres]'"
        ) from error


def _sqlite(path: str | None, *, make: bool) -> sa.Engine:
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
    engine = sa.create_engine(
        sa.URL.create(_SQLITE, database=str(file)), connect_args={"timeout": _PATIENCE}, poolclass=sa.NullPool
    )
    sa.event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - DB-API has no types
    """Leave transactions to the store; write ahead, so that readers never wait; keep nothing half."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def place_of(url: sa.URL) -> str:
    """The place of a database: the path of a file, else driver, host and database; without users and passwords."""
    name = url.get_backend_name()
    if name == _SQLITE:
        return str(url.database)
    return sa.URL.create(name, host=url.host, port=url.port, database=url.database).render_as_string()


@contextmanager
def database_error(engine: sa.Engine) -> Iterator[None]:
    """Turn what the database complains of into one line that repeats no user and no password."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        place = place_of(engine.url)
        raise UsageError(f"history: {place}: {_without(engine.url, reason)}: {_MEND}, or --history none") from error


def _without(url: sa.URL, words: str) -> str:
    """The driver's words, without what else the URL says."""
    given = {url.username, url.password, *(one for values in url.normalized_query.values() for one in values)}
    for secret in sorted((one for one in given if one), key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", words)
    return words


HEAD = "runs1"
METADATA = sa.MetaData()


def _document(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), sa.ForeignKey("documents.digest"), nullable=nullable, index=True)


documents = sa.Table(
    "documents",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
runs = sa.Table(
    "runs",
    METADATA,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("base_url", sa.Text, nullable=False),
    sa.Column("started_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32), nullable=False),
    sa.Column("suite_version", sa.Text, nullable=False),
    sa.Column("openapi_sha256", sa.String(64), nullable=False),
    sa.Column("clauses_sha256", sa.String(64), nullable=False),
    sa.Column("document_revision", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("profile", sa.Text, nullable=False),
    sa.Column("mutation", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("requests", sa.Integer, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("narrowed", sa.Boolean, nullable=False),
    sa.Column("conclusion", sa.Text, nullable=False),
    sa.Column("passed", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("not_tested", sa.Integer, nullable=False),
    sa.Column("no_verdict", sa.Text, nullable=True),
    _document("report"),
    _document("verdicts"),
    _document("behaviour"),
    _document("traffic", nullable=True),
    sa.Column("series", sa.String(200), nullable=True),
    sa.Index("runs_by_target_and_time", "target", "started_at"),
)


_MIGRATIONS = Path(__file__).parent / "migrations"


def is_current(connection: Connection) -> bool:
    """Whether the database has the newest schema; nothing is changed, and Alembic not imported."""
    return _version(connection) == HEAD


def migrate(connection: Connection) -> None:
    """Bring the database to the newest revision, in the connection's transaction, which nobody else writes beside.

    Raises UsageError where another release of the suite has written it.
    """
    from alembic import command  # noqa: PLC0415 - takes as long as all the rest, and is seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        hint = "update the suite, or name a new file with --history"
        raise UsageError(f"history: another release of the suite wrote this database: {hint}") from error


def _version(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
