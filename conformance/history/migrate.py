"""Bringing a database to the newest schema, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from conformance.exceptions import UsageError
from conformance.history.schema import HEAD

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["is_current", "migrate"]

_MIGRATIONS = Path(__file__).parent / "migrations"


def is_current(connection: Connection) -> bool:
    """Whether the database has the newest schema; nothing is changed, and Alembic not imported."""
    return _version(connection) == HEAD


def migrate(connection: Connection, to: str = HEAD) -> None:
    """Bring the database to a revision, in the connection's transaction, which nobody else writes beside.

    Raises UsageError where a newer release of the suite has written it.
    """
    if _version(connection) == to:
        return
    from alembic import command  # noqa: PLC0415 - takes as long as all the rest, and is seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise UsageError("history: a newer release of the suite wrote this database: update the suite") from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
