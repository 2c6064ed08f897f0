"""Migrations: from whatever a release wrote to the newest schema, keeping what is there."""

from __future__ import annotations

from dataclasses import asdict

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from conformance.exceptions import UsageError
from conformance.history.connect import connect
from conformance.history.migrate import _MIGRATIONS, migrate
from conformance.history.row import row_of
from conformance.history.schema import HEAD, METADATA, documents, runs
from conformance.history.store import History
from tests.history.entries import entry, traffic_of


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


def test_a_database_of_a_newer_release_is_left_alone(place: str) -> None:
    """One line that says what to do."""
    history = History(place)
    with history._engine.connect() as connection:
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    history.close()
    with pytest.raises(UsageError, match="update the suite"):
        History(place)


def test_a_database_of_the_first_schema_keeps_its_runs(place: str) -> None:
    """What was there is there, and new runs beside it."""
    engine = connect(place)
    with engine.connect() as connection:
        migrate(connection, "0001")
        row, kept = row_of(entry(0))
        old = {name: value for name, value in asdict(row).items() if name != "series"}
        for one in kept:
            connection.execute(sqlalchemy.insert(documents).values(digest=one.digest, data=one.data))
        connection.execute(sqlalchemy.insert(runs).values(old))
        connection.commit()
    engine.dispose()
    history = History(place)
    assert history.runs() == [row]
    assert history.document(row.report)["run"]["id"] == "night-000"
    assert history.traffic(row) == traffic_of(0)
    assert history.add(entry(1))
    assert len(history.runs()) == 2
    history.close()
