"""The database: SQLite in a file, or PostgreSQL for many runners that write to one history.

A run is written in one transaction, one writer at a time: it is there whole or not at all.

Traffic is thinned, reports never are. A run gives its traffic up where it repeats what is known: for every probe that
it sent, the last run before and the first run after that sent it too got the same answer and the same verdicts, by the
same suite. So the last run before every change of every probe, the first one after it, the first and the newest keep
theirs for ever. A run alike that kept its traffic stands in for one that did not: the same service, suite, profile,
mutation mode, verdicts and behaviour.
"""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import asdict, fields
from functools import lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, delete, func, insert, or_, select, text, update

from conformance.history.database import connect, database_error, documents, is_current, migrate, place_of, runs
from conformance.history.runs import Document, Entry, Run, Service, probe_states, row_of, time_text, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    _States = Callable[[str, str], Mapping[str, object]]

_SERVICE = tuple(one.name for one in fields(Service))
_SUITE = ("suite_version", "openapi_sha256", "clauses_sha256")
_ALIKE = (*_SERVICE, *_SUITE, "profile", "mutation", "verdicts", "behaviour")
_NEAR = 128  # how many runs before and after one are looked through for those that sent its probes
_LOCK = 7_206_714_519  # any number, the same for every writer
_NEWEST_FIRST = (runs.c.started_at.desc(), runs.c.id.desc())
_OLDEST_FIRST = (runs.c.started_at, runs.c.id)
_DOCUMENTS = ("report", "verdicts", "behaviour", "traffic")


class History:
    """The runs at a URL, or in the SQLite file of this path, which is made where there is none and `make` says so.

    `addresses` are the base URLs of the targets that the user describes, by name: other checkouts may have recorded
    targets of the same names elsewhere. Every method raises UsageError where the database cannot be reached, read or
    written.
    """

    def __init__(self, url: str, *, make: bool = True) -> None:
        self.addresses: Mapping[str, str] = {}
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
        """Its place, without user and password."""
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
            self._keep(connection, sorted(kept, key=lambda one: one.digest))
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
        query = select(runs).order_by(*_NEWEST_FIRST).limit(limit)
        if target is not None:
            query = query.where(runs.c.target == target)
        if service is not None:
            query = query.where(_same(service, _SERVICE))
        if counted:
            query = query.where(runs.c.complete, ~runs.c.narrowed)
        if counted or judged:
            query = query.where(runs.c.no_verdict.is_(None))
        if until:
            query = query.where(runs.c.started_at <= until)
        return self._found(query)

    def newest(self, target: str, until: str = "") -> Run | None:
        """The newest whole run of a target by name: at the address that the user describes, where there is one."""
        at = [one for one in self.services(target) if one.base_url == self.addresses.get(target)]
        found = [run for one in at for run in self.runs(service=one, counted=True, until=until, limit=1)]
        found = found or self.runs(target, counted=True, until=until, limit=1)
        return max(found, key=lambda run: (run.started_at, run.id), default=None)

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
        """The subjects that runs of this target tested, in the order of addresses and operations."""
        columns = [runs.c[name] for name in _SERVICE]
        with self._reading() as connection:
            rows = connection.execute(select(*columns).where(runs.c.target == target).distinct()).mappings()
            return sorted((Service(**row) for row in rows), key=lambda one: (one.base_url, one.operation))

    def document(self, digest: str) -> Any:  # noqa: ANN401 - JSON holds anything
        """The JSON data of a document."""
        return unpacked(self._data(digest))

    def traffic(self, run: Run) -> bytes | None:
        """The traffic of a run, or of the one that stands in for it; None where none was ever kept."""
        keeper = self.keeper(run)
        return zlib.decompress(self._data(keeper.traffic)) if keeper and keeper.traffic else None

    def keeper(self, run: Run) -> Run | None:
        """The run whose traffic speaks for a run: itself, else the nearest alike, an earlier one first, or None."""
        if run.traffic is not None:
            return run
        query = select(runs).where(_same(run, _ALIKE), runs.c.traffic.is_not(None)).limit(1)
        earlier = query.where(_before(run)).order_by(*_NEWEST_FIRST)
        later = query.where(~_before(run)).order_by(*_OLDEST_FIRST)
        return next(iter(self._found(earlier) or self._found(later)), None)

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

    def _keep(self, connection: Connection, kept: Iterable[Document]) -> None:
        dialect = import_module(f"sqlalchemy.dialects.{self._engine.dialect.name}")  # the other's takes its time
        rows = [{"digest": one.digest, "data": one.data} for one in kept]
        connection.execute(dialect.insert(documents).on_conflict_do_nothing(), rows)

    def _thin(self, connection: Connection, run: Run) -> None:
        """Take their traffic from the runs that repeat what is known, now that this one is there."""
        query = select(runs).where(_same(run, _SERVICE), runs.c.no_verdict.is_(None) == (run.no_verdict is None))
        older = query.where(_before(run)).order_by(*_NEWEST_FIRST).limit(_NEAR)
        newer = query.where(~_before(run), runs.c.id != run.id).order_by(*_OLDEST_FIRST).limit(_NEAR)
        before = [Run(**row) for row in connection.execute(older).mappings()][::-1]
        after = [Run(**row) for row in connection.execute(newer).mappings()]
        near = [*before, run, *after]
        states = lru_cache(_NEAR)(partial(self._states, connection))
        for one in (*_senders(run, before[::-1], states), run, *_senders(run, after, states)):
            place = near.index(one)
            if one.traffic and all(_repeats(one, row, states) for row in (near[:place][::-1], near[place + 1 :])):
                self._forget_traffic(connection, one)

    def _states(self, connection: Connection, verdicts: str, behaviour: str) -> dict[str, object]:
        """The results of each probe in a run, by the digests of its documents."""
        both = (
            unpacked(connection.execute(select(documents.c.data).where(documents.c.digest == digest)).scalar_one())
            for digest in (verdicts, behaviour)
        )
        return probe_states(*both)

    def _forget_traffic(self, connection: Connection, run: Run) -> None:
        """Take a run's traffic, where one alike has kept its own."""
        alike = select(runs.c.id).where(_same(run, _ALIKE), _before(run), runs.c.traffic.is_not(None)).limit(1)
        if connection.execute(alike).first() is None:
            return
        connection.execute(update(runs).where(runs.c.id == run.id).values(traffic=None))
        users = select(func.count()).select_from(runs).where(runs.c.traffic == run.traffic)
        if connection.execute(users).scalar() == 0:
            connection.execute(delete(documents).where(documents.c.digest == run.traffic))

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


def _same(what: Run | Service, names: Iterable[str]) -> ColumnElement[bool]:
    """The runs that have the same of these columns."""
    return and_(*(runs.c[name] == getattr(what, name) for name in names))


def _before(run: Run) -> ColumnElement[bool]:
    """The runs that started before, in the order in which runs are listed."""
    at = runs.c.started_at
    return or_(at < run.started_at, and_(at == run.started_at, runs.c.id < run.id))


def _senders(run: Run, others: Iterable[Run], states: _States) -> Iterator[Run]:
    """Of these runs, the nearest first, those that are the first to have sent one of the run's probes."""
    missing = set(states(run.verdicts, run.behaviour))
    for other in others:
        sent = states(other.verdicts, other.behaviour).keys()
        if missing & sent:
            yield other
        missing -= sent
        if not missing:
            return


def _repeats(run: Run, others: Iterable[Run], states: _States) -> bool:
    """Whether for every probe of the run the first of these runs that sent it says the same of it."""
    missing = dict(states(run.verdicts, run.behaviour))
    for other in others:
        said = states(other.verdicts, other.behaviour)
        both = missing.keys() & said.keys()
        if both and (other.suite != run.suite or any(missing[probe] != said[probe] for probe in both)):
            return False
        for probe in both:
            del missing[probe]
        if not missing:
            return True
    return False
