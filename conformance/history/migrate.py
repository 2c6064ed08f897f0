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
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
