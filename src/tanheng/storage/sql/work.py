"""A unit of work: one transaction, the acting person, what it may do, and the events that it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing, decide
from tanheng.audit.rows import digest_of_row
from tanheng.days import day_of
from tanheng.errors import AccessError, StoreError, TanhengError
from tanheng.storage.sql import history, once
from tanheng.storage.sql.tables.kept import TOLD
from tanheng.storage.sql.types import new_id

if TYPE_CHECKING:
    from tanheng.audit import Event
    from tanheng.storage.platform import Platform

T = TypeVar("T")
_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event, and digests of the rows that it tells of, by table and key (``study_versions/ID/1``)."""

    event: Event
    rows: Mapping[str, str]


@dataclass(slots=True)
class Work:
    """What a use case works with; given by :meth:`~tanheng.storage.platform.Platform.do` and ``.look``.

    Attributes:
        sql: connection in an open transaction. now: the moment at which everything of this work happens.
    """

    platform: Platform
    sql: Connection
    actor: Actor
    now: datetime
    events: list[Recorded] = field(default_factory=list)
    _rows: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of this work, in the zone of the installation."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime) -> date:
        """The day of a moment, in the zone of the installation."""
        return day_of(moment, self.platform.configuration.zone)

    def record(self, event: Event) -> None:
        """Tell the history; the event is written with everything else of the transaction, or not at all.

        It also tells the digests of the rows that stay (:mod:`.tables.kept`) and were written since the event before.
        """
        self.events.append(Recorded(event, self._rows))
        self._rows = {}

    def require(self, action: str, thing: Thing) -> None:
        """Go on only where the actor may do ``action``.

        Raises:
            AccessError: TH-ACC-001 for a stranger who would have to sign in, TH-ACC-002 with the reason.
        """
        found = decide(self.actor, action, thing)
        if found.allowed:
            return
        if not self.actor.id:
            raise AccessError("TH-ACC-001", action=action)
        raise AccessError("TH-ACC-002", action=action, reason=found.reason, why=found.explain())

    def require_noted(self, action: str, thing: Thing) -> None:
        """As :meth:`require`, for an action that stands in a row; it is written out where the row is made."""
        self.require(action, thing)

    def may(self, action: str, thing: Thing) -> bool:
        """Whether the actor may do ``action``."""
        return decide(self.actor, action, thing).allowed

    def see(self, action: str, thing: Thing) -> None:
        """As :meth:`require`, but whoever may not read a thing is told that there is none (TH-STO-001)."""
        if not self.may(action, thing):
            raise self.missing(thing.kind, thing.id)

    def missing(self, kind: str, id: str) -> TanhengError:  # noqa: A002 - as the column is called
        """The error of a thing that is not there, or that the actor must not know of: the same for both.

        Strangers are told to sign in (TH-ACC-001), everybody else that there is none (TH-STO-001).
        """
        return not_found(kind, id) if self.actor.id else AccessError("TH-ACC-001")

    def insert(self, table: Table, **values: Any) -> str:
        """A new row with an identifier, version 1 and the moment of this work; returns the identifier."""
        row = {"id": new_id(), "version": 1, "created_at": self.now, "changed_at": self.now, **values}
        self.keep(table, **row)
        return str(row["id"])

    def keep(self, table: Table, **values: Any) -> None:
        """A new row, as it is given; the next event tells its digest, where it is of a table whose rows stay."""
        order = insert(table).values(values)
        if table in TOLD:
            self._note(table, self.sql.execute(order.returning(*table.c)).mappings().one())
        else:
            self.sql.execute(order)

    def keep_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """As :meth:`keep`, for many rows at once, each with a value for every column."""
        if rows:
            self.sql.execute(insert(table), list(rows))
        if table in TOLD:
            for row in rows:
                self._note(table, row)

    def add_missing(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows of which another may have written some meanwhile."""
        self.sql.execute(self._unless_there(table), list(rows))

    def add_first(self, table: Table, **values: Any) -> bool:
        """Write a row unless it is there; whether it was not. Who writes the same at the same moment waits for this work."""
        order = self._unless_there(table).values(values).returning(*table.primary_key)
        return self.sql.execute(order).first() is not None

    def _unless_there(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        if self.sql.dialect.name == "postgresql":
            return postgresql.insert(table).on_conflict_do_nothing()
        return sqlite.insert(table).on_conflict_do_nothing()

    def add_to(self, table: Table, rows: Sequence[Mapping[str, Any]], column: str) -> None:
        """Write rows, or add their ``column`` to that of those that are there by the same key."""
        if not rows:
            return
        dialect = postgresql if self.sql.dialect.name == "postgresql" else sqlite
        order = dialect.insert(table)
        added = {column: table.c[column] + order.excluded[column]}
        self.sql.execute(order.on_conflict_do_update(index_elements=[*table.primary_key], set_=added), list(rows))

    def get(self, table: Table, id: str, *, kind: str) -> RowMapping:  # noqa: A002 - as the column is called
        """The row with an identifier (TH-STO-001 where there is none, or the identifier is none at all)."""
        if not is_id(id):
            raise self.missing(kind, id)
        row = self.sql.execute(_by_id(table), {"id": id}).mappings().one_or_none()
        if row is None:
            raise self.missing(kind, id)
        return row

    def hold(self, table: Table, id: str) -> None:  # noqa: A002 - as the column is called
        """Let nobody else hold or change a row until this work is over; what is read from now on is what they left."""
        self.sql.execute(select(table.c.id).where(table.c.id == id).with_for_update(key_share=True))

    def change(self, table: Table, id: str, *, kind: str, expected: int | None, **values: Any) -> int:  # noqa: A002
        """Change a row that is still at the version that the actor saw; returns its new version.

        Args:
            expected: the version that was seen; ``None`` where any will do.

        Raises:
            StoreError: TH-STO-001 no such row, TH-STO-002 somebody changed it since.
        """
        named = update(table).where(table.c.id == id)
        if expected is not None:
            named = named.where(table.c.version == expected)
        changed = named.values(version=table.c.version + 1, changed_at=self.now, **values)
        told = table.c if table in TOLD else (table.c.version,)
        row = self.sql.execute(changed.returning(*told)).mappings().one_or_none()
        if row is None:
            current = self.get(table, id, kind=kind)["version"]
            raise StoreError("TH-STO-002", kind=kind, id=id, expected=expected, current=current)
        if table in TOLD:
            self._note(table, row)
        return int(row["version"])

    def change_all(self, table: Table, ids: Sequence[str], **values: Any) -> None:
        """Change the rows with these identifiers, at whatever version they are; a few hundred of them at once."""
        changed = update(table).where(table.c.id.in_(ids))
        changed = changed.values(version=table.c.version + 1, changed_at=self.now, **values)
        if table not in TOLD:
            self.sql.execute(changed)
            return
        for row in self.sql.execute(changed.returning(*table.c)).mappings():
            self._note(table, row)

    def _note(self, table: Table, row: Mapping[str, Any] | RowMapping) -> None:
        self._rows[key_of(table, row)] = digest_of_row(table.name, dict(row))

    def finish(self) -> None:
        """Write the events; called once, at the end, so that the chain is held for the shortest time."""
        if self._rows:
            raise RuntimeError(f"no event tells of {', '.join(self._rows)}")
        once.claim(self)
        if self.events:
            history.append(self)


@cache
def _by_id(table: Table) -> Select[Any]:
    """The row with an identifier; made once, since making a statement takes as long as running it."""
    return select(table).where(table.c.id == bindparam("id"))


def key_of(table: Table, row: Mapping[str, Any] | RowMapping) -> str:
    """By what an event tells of a row: its table and its primary key."""
    return "/".join([table.name, *(str(row[column.name]) for column in table.primary_key.columns)])


def at_once(several: Sequence[T], most: int = 500) -> Iterator[Sequence[T]]:
    """Portions of what a statement names: databases take only so many values in one."""
    return (several[start : start + most] for start in range(0, len(several), most))


def not_found(kind: str, id: str) -> StoreError:  # noqa: A002 - as the column is called
    """The error of a thing that is not there; :meth:`Work.missing` where strangers may ask."""
    return StoreError("TH-STO-001", kind=kind, id=id[:80])


def is_id(text: str) -> bool:
    """Whether a text is an identifier at all."""
    return _ID.fullmatch(text) is not None
