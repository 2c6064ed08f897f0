"""Migrations: from whatever a release wrote to the newest schema, keeping what is there."""

from __future__ import annotations

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from conformance.exceptions import UsageError
from conformance.history.database import _MIGRATIONS, HEAD, METADATA, connect, runs
from conformance.history.store import History
from tests.history.entries import entry


def test_the_newest_revision_is_the_one_that_the_store_expects() -> None:
    """Else Alembic would be imported every time."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_that_the_store_knows(history: History) -> None:
    """Nothing is missing, nothing left over."""
    with history._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("version", ["0002", "9999"], ids=["of a release before 0.1.0", "of a later release"])
def test_a_database_of_another_release_is_left_alone(version: str, place: str) -> None:
    """One line that says what to do."""
    history = History(place)
    history.add(entry(0))
    with history._engine.connect() as connection:
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = :it"), {"it": version})
        connection.commit()
    history.close()
    with pytest.raises(UsageError, match="update the suite, or name a new file with --history"):
        History(place)
    engine = connect(place)
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.select(runs.c.id)).scalars().all() == ["night-000"]
    engine.dispose()
