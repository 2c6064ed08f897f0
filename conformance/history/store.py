"""The database: SQLite in a file, or PostgreSQL for many runners that write to one history.

A run is written in one transaction, one writer at a time: it is there whole or not at all. Of runs that are alike (the
same target, suite, profile, verdicts and behaviour) the first and the newest keep their traffic; for one between them
the first one's speaks, which shows the same for every probe.
"""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import asdict, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, or_, select, text, update

from conformance.history.database import connect, database_error, documents, is_current, migrate, place_of, runs
from conformance.history.runs import Run, Service, row_of, time_text, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine, Select

    from conformance.history.runs import Document, Entry

__all__ = ["History"]

_ALIKE = ("target", "suite_version", "openapi_sha256", "clauses_sha256", "profile", "verdicts", "behaviour")
_LOCK = 7_206_714_519  # any number, the same for every writer
_DOCUMENTS = ("report", "verdicts", "behaviour", "traffic")


class History:
    """The runs at a URL, or in the SQLite file of this path, which is made where there is none and `make` says so.

    Every method raises UsageError where the database cannot be reached, read or written.
    """

    def __init__(self, url: str, *, make: bool = True) -> None:
        self._engine: Engine = connect(url, make=make)
        try:
            with self._reading() as connection:
                current = is_current(connection)
            if not current:
                with self._writing() as connection:
                    migrate(connection)
        except BaseException:
            self.close()
            raise

    @property
    def place(self) -> str:
        """Where it is, without user and password."""
        return place_of(self._engine.url)

    def close(self) -> None:
        """Let the connections go."""
        self._engine.dispose()

    def add(self, entry: Entry) -> bool:
        """Keep a run; False where its id is there already, and nothing is changed."""
        run, kept = row_of(entry)
        with self._writing() as connection:
            if connection.execute(select(runs.c.id).where(runs.c.id == run.id)).first():
                return False
            for one in sorted(kept, key=lambda one: one.digest):
                self._keep(connection, one)
            connection.execute(insert(runs), asdict(run))
            if run.traffic:
                self._thin(connection, run)
        return True

    def runs(
        self,
        target: str | None = None,
        service: Service | None = None,
        *,
        counted: bool = False,
        judged: bool = False,
        until: str = "",
        limit: int | None = None,
    ) -> list[Run]:
        """The runs, of one target, of one service or of all, the newest first; `until` is the latest start.

        `judged` leaves out those without a verdict, `counted` also those that broke off or were narrowed.
        """
        query = select(runs).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(limit)
        if target is not None:
            query = query.where(runs.c.target == target)
        if service is not None:
            query = query.where(*(runs.c[name] == value for name, value in asdict(service).items()))
        if counted:
            query = query.where(runs.c.complete, ~runs.c.narrowed)
        if counted or judged:
            query = query.where(runs.c.no_verdict.is_(None))
        if until:
            query = query.where(runs.c.started_at <= until)
        return self._found(query)

    def begun(self, beginning: str) -> list[Run]:
        """The run with this id, else those whose ids begin so, two at most."""
        query = select(runs).limit(2)
        exact = self._found(query.where(runs.c.id == beginning))
        return exact or self._found(query.where(runs.c.id.startswith(beginning, autoescape=True)))

    def targets(self) -> list[str]:
        """The names of the targets, in alphabetical order."""
        with self._reading() as connection:
            return sorted(connection.execute(select(runs.c.target).distinct()).scalars())

    def services(self, target: str) -> list[Service]:
        """What runs of this target tested, in the order of addresses and operations."""
        columns = [runs.c[one.name] for one in fields(Service)]
        with self._reading() as connection:
            rows = connection.execute(select(*columns).where(runs.c.target == target).distinct()).mappings()
            return sorted((Service(**row) for row in rows), key=lambda one: (one.base_url, one.operation))

    def document(self, digest: str) -> Any:  # noqa: ANN401 - JSON holds anything
        """The JSON data of a document."""
        return unpacked(self._data(digest))

    def traffic(self, run: Run) -> bytes | None:
        """The traffic of a run, or of the first one alike; None where none was ever kept."""
        keeper = self.keeper(run)
        return zlib.decompress(self._data(keeper.traffic)) if keeper and keeper.traffic else None

    def keeper(self, run: Run) -> Run | None:
        """The run whose traffic speaks for a run: itself, or the first one alike; None where none was ever kept."""
        if run.traffic is not None:
            return run
        return next(iter(self._found(select(runs).where(_alike(run)).order_by(runs.c.started_at).limit(1))), None)

    def prune(self, before: datetime) -> int:
        """Forget the runs that started before; how many those were."""
        with self._writing() as connection:
            old = list(connection.execute(select(runs.c.id).where(runs.c.started_at < time_text(before))).scalars())
            connection.execute(delete(runs).where(runs.c.started_at < time_text(before)))
            used = [select(runs.c[name]).where(runs.c[name] == documents.c.digest).exists() for name in _DOCUMENTS]
            connection.execute(delete(documents).where(~or_(*used)))
        if old and self._engine.dialect.name == "sqlite":
            with self._reading() as connection:
                connection.execute(text("VACUUM"))
        return len(old)

    def _found(self, query: Select[Any]) -> list[Run]:
        with self._reading() as connection:
            return [Run(**row) for row in connection.execute(query).mappings()]

    def _data(self, digest: str) -> bytes:
        with self._reading() as connection:
            return bytes(connection.execute(select(documents.c.data).where(documents.c.digest == digest)).scalar_one())

    def _keep(self, connection: Connection, one: Document) -> None:
        dialect = import_module(f"sqlalchemy.dialects.{self._engine.dialect.name}")  # the other's takes its time
        row = {"digest": one.digest, "data": one.data}
        connection.execute(dialect.insert(documents).values(row).on_conflict_do_nothing())

    def _thin(self, connection: Connection, run: Run) -> None:
        order = select(runs.c.id, runs.c.traffic).where(_alike(run)).order_by(runs.c.started_at, runs.c.id)
        between = connection.execute(order).all()[1:-1]
        for name, digest in between:
            connection.execute(update(runs).where(runs.c.id == name).values(traffic=None))
            users = select(func.count()).select_from(runs).where(runs.c.traffic == digest)
            if connection.execute(users).scalar() == 0:
                connection.execute(delete(documents).where(documents.c.digest == digest))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with database_error(self._engine), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction, alone: whole at the end, undone by an exception."""
        with self._reading() as connection:
            if self._engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection
            connection.commit()


def _alike(run: Run) -> ColumnElement[bool]:
    """The runs alike that have kept their traffic."""
    return and_(*(runs.c[name] == getattr(run, name) for name in _ALIKE), runs.c.traffic.is_not(None))
