"""The databases that the store is tested on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from conformance.history.database import connect
from conformance.history.store import History
from tests.history.databases import postgresql
from tests.history.entries import url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL for the session."""
    with postgresql() as place:
        yield place


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return url(tmp_path)
    found: str = request.getfixturevalue("postgresql_url")
    engine = connect(found)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DROP SCHEMA public CASCADE"))
        connection.execute(sqlalchemy.text("CREATE SCHEMA public"))
    engine.dispose()
    return found


@pytest.fixture
def history(place: str) -> Iterator[History]:
    """An empty history in each kind of database."""
    made = History(place)
    yield made
    made.close()
