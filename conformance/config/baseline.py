"""The baseline: deviations that are accepted until they are fixed, each with its reason, in a TOML file.

[[accepted]]
clause = "status.server-error"
probe = "id.alias.2^32"
reason = "known since 2026-11; the gateway reads 32 bits"
ticket = "TICKET-123"      # optional, as are the next two
owner = "platform team"
expires = 2027-01-31       # the last day on which it is accepted
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Item, Table

from conformance.config.errors import closest, config_error, shown
from conformance.config.settings import read_toml
from conformance.report.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

_MAKE = "make one with `conformance baseline accept REPORT`"
_HEAD = "# Deviations that are accepted until they are fixed: `conformance run --baseline` gates on others only.\n\n"
_REQUIRED = ("clause", "probe", "reason")


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """An accepted deviation: `probe` (or property) may fail `clause`, up to and including the day `expires`."""

    clause: str
    probe: str
    reason: str
    ticket: str | None = None
    owner: str | None = None
    expires: date | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """Clause and probe."""
        return self.clause, self.probe

    def expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.expires is not None and today > self.expires

    def __str__(self) -> str:
        until = f"until {self.expires}" if self.expires else None
        more = ", ".join(filter(None, (self.ticket, self.owner, until)))
        return f"{self.reason} ({more})" if more else self.reason


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a file, in its order; no clause and probe stand in two of them."""

    path: Path
    entries: tuple[Accepted, ...]

    def check(self, clause_ids: Collection[str], probe_ids: Collection[str]) -> None:
        """Raise UsageError for an entry with a clause, probe or property that the suite does not have."""
        for number, entry in enumerate(self.entries, 1):
            for key, value, known, where in (
                ("clause", entry.clause, clause_ids, "`conformance clauses` lists the ids"),
                ("probe", entry.probe, probe_ids, "`conformance clauses` lists the probes"),
            ):
                if value not in known:
                    place = f"{self.path}: accepted entry {number}: {key}"
                    raise config_error(place, f"there is no {key} {shown(value)}", closest(value, known, where))


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises UsageError where the file cannot be read or is not TOML, for an unknown key, an entry without clause, probe
    or reason, a value of another type, and two entries for the same clause and probe.
    """
    data = read_toml(path, _MAKE)
    for key in data:
        if key != "accepted":
            raise config_error(str(path), f"unknown key {shown(key)}", closest(key, ("accepted",)))
    rows = data.get("accepted", [])
    if not isinstance(rows, list):
        raise config_error(f"{path}: accepted", f"must be a list of tables, not {shown(rows)}", "write [[accepted]]")
    entries: dict[tuple[str, str], Accepted] = {}
    for number, row in enumerate(rows, 1):
        entry = checked(row, f"{path}: accepted entry {number}")
        if entry.pair in entries:
            raise config_error(f"{path}: accepted entry {number}", "stands there twice", "remove one of the two")
        entries[entry.pair] = entry
    return Baseline(path, tuple(entries.values()))


def checked(row: object, place: str) -> Accepted:
    """The entry that a table holds. Raises UsageError, which begins with `place`, for what is wrong with it."""
    if not isinstance(row, Mapping):
        raise config_error(place, "must be a table", "write [[accepted]]")
    known = [field.name for field in fields(Accepted)]
    for key in row:
        if key not in known:
            raise config_error(place, f"unknown key {shown(key)}", closest(key, known))
    given = {key: value for key, value in row.items() if value is not None}
    for key in _REQUIRED:
        if key not in given:
            raise config_error(place, f"has no {key}", f'give {key} = "…"')
    for key, value in given.items():
        if key == "expires":
            if not isinstance(value, date) or isinstance(value, datetime):
                raise config_error(f"{place}: {key}", "must be a date", "write a day, as in 2027-01-31")
        elif not isinstance(value, str) or not value.strip():
            problem = "is empty" if isinstance(value, str) else "must be a text"
            raise config_error(f"{place}: {key}", problem, f'write {key} = "…"')
    return Accepted(**given)


def add_entries(path: Path, entries: Iterable[Accepted], today: date) -> tuple[int, int]:
    """Add entries to the file, made where it is not there, and extend those that expired; return how many of each.

    The others that it has stay as they are. Raises UsageError where the file cannot be read or written.
    """
    there = {entry.pair: entry.expired(today) for entry in read_baseline(path).entries} if path.exists() else {}
    given = list(entries)
    added = [entry for entry in given if entry.pair not in there]
    extended = [entry for entry in given if there.get(entry.pair)]
    try:
        text = path.read_bytes().decode("utf-8-sig") if path.exists() else _HEAD
        if not isinstance(tomlkit.parse(text).get("accepted", tomlkit.aot()), AoT):
            raise config_error(f"{path}: accepted", "is an inline list", "write each entry as a table [[accepted]]")
        write_text(path, with_entries(text, added, extended))
    except OSError as error:
        raise config_error(str(path), f"cannot be written ({error.strerror})", "name another file") from None
    return len(added), len(extended)


def with_entries(text: str, entries: Iterable[Accepted], extended: Iterable[Accepted] = ()) -> str:
    """The file's text with these entries after those that are there; comments and order stay.

    An entry that is extended gets the new reason and last day; its ticket and owner stay where none is given.
    """
    document = tomlkit.parse(text)
    if "accepted" not in document:
        document.append("accepted", tomlkit.aot())
    again = {entry.pair: entry for entry in extended}
    for place, table in enumerate(document["accepted"]):
        if entry := again.get((table["clause"], table["probe"])):
            document["accepted"][place] = _extended(table, entry)
    for entry in entries:
        document["accepted"].append(_table(entry))
    return tomlkit.dumps(document)


def _extended(table: Table, entry: Accepted) -> Table:
    """The table with what is given; a key that is new stands behind the reason, above what a hand wrote below."""
    given = {key: value for key, value in asdict(entry).items() if value is not None}
    for key in given.keys() & table.keys():
        table[key] = given[key]
    if entry.expires is None:
        table.pop("expires")
    body = Container(parsed=True)
    for found, item in table.value.body:
        body.append(found, item)
        if found is not None and found.key == "reason":
            item.trivia.trail = item.trivia.trail or "\n"
            for key in (key for key in given if key not in table):
                body.append(key, _indented(given[key], item.trivia.indent))
    return Table(body, table.trivia, is_aot_element=True, name=table.name)


def _indented(value: object, indent: str) -> Item:
    made = tomlkit.item(value)
    made.trivia.indent, made.trivia.trail = indent, "\n"
    return made


def _table(entry: Accepted) -> Table:
    table = tomlkit.table()
    for key, value in asdict(entry).items():
        if value is not None:
            table.add(key, value)
    return table
