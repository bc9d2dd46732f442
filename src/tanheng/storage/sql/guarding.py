"""Triggers: the database itself refuses to change or remove what stays as it was written (:mod:`.tables.kept`).

Every upgrade sets them, from the list of tables. Whoever owns the database can take them away; then the digests in the
history tell of what was done (:mod:`tanheng.services.audit.verifying`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, UniqueConstraint, text

from tanheng.storage.sql.tables.kept import KEPT, Kept

_SAID = "rows of this table stay as they were written"
_SOURCE = f"BEGIN RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation'; END"
_FUNCTION = f"CREATE OR REPLACE FUNCTION kept_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_SOURCE}$$"
_BITS = {
    "UPDATE": 16 | 2 | 1,
    "DELETE": 8 | 2 | 1,
    "TRUNCATE": 32 | 2,
}  # pg_trigger.tgtype: BEFORE is 2, FOR EACH ROW 1
_FOUND = text(
    "SELECT t.tgname, c.relname, t.tgtype::int, t.tgenabled, p.prosrc,"
    " ARRAY(SELECT a.attname::text FROM pg_attribute a"
    "  WHERE a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr) ORDER BY a.attname) AS columns"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND t.tgname LIKE 'kept\\_%' AND c.relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A refusal.

    Attributes:
        deed: ``UPDATE``, ``DELETE``, ``TRUNCATE``, or ``INSERT``: SQLite's ``INSERT OR REPLACE`` removes without asking
            a trigger of removing. columns: that may not change; of an ``INSERT``: that no two rows share.
    """

    name: str
    table: str
    deed: str
    columns: tuple[str, ...] = ()


def install(connection: Connection) -> None:
    """Set the triggers, where one is missing or another one."""
    if not missing(connection):
        return
    remove(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION)
    for trigger in _wanted(connection):
        connection.exec_driver_sql(_order(connection, trigger))


def remove(connection: Connection) -> None:
    """Take all triggers away; for a migration that has to touch such rows, and sets them again in its transaction."""
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "postgresql":
        for row in connection.execute(_FOUND).all():
            connection.exec_driver_sql(f"DROP TRIGGER {quote(row.tgname)} ON {quote(row.relname)}")
    else:
        for name in _sqlite(connection):
            connection.exec_driver_sql(f"DROP TRIGGER {quote(name)}")


def missing(connection: Connection) -> list[str]:
    """Names of triggers that are not there, are switched off, or do something else; in order."""
    if connection.dialect.name == "postgresql":
        there = {
            (row.tgname, row.relname, row.tgtype, tuple(row.columns))
            for row in connection.execute(_FOUND)
            if row.tgenabled in {"O", "A"} and row.prosrc == _SOURCE
        }
        wanted = {t.name: (t.name, t.table, _BITS[t.deed], tuple(sorted(t.columns))) for t in _wanted(connection)}
        return sorted(name for name, told in wanted.items() if told not in there)
    orders = _sqlite(connection)
    return sorted(t.name for t in _wanted(connection) if orders.get(t.name) != _order(connection, t))


def _wanted(connection: Connection) -> Iterator[Trigger]:
    for kept in KEPT:
        name = kept.table.name
        yield Trigger(f"kept_{name}_update", name, "UPDATE", _frozen(kept))
        if not kept.removable:
            yield Trigger(f"kept_{name}_delete", name, "DELETE")
        if connection.dialect.name == "postgresql":
            yield Trigger(f"kept_{name}_truncate", name, "TRUNCATE")
        else:
            for number, columns in enumerate(_keys(kept.table)):
                yield Trigger(f"kept_{name}_replace_{number}", name, "INSERT", columns)


def _frozen(kept: Kept) -> tuple[str, ...]:
    return tuple(column.name for column in kept.table.columns if column.name not in kept.changing)


def _keys(table: Table) -> list[tuple[str, ...]]:
    """Columns that tell rows apart, key by key."""
    unique = [entry.columns for entry in table.constraints if isinstance(entry, UniqueConstraint)]
    unique += [index.columns for index in table.indexes if index.unique]
    found = {tuple(column.name for column in columns) for columns in (table.primary_key.columns, *unique)}
    return sorted(found)


def _order(connection: Connection, trigger: Trigger) -> str:
    quote = connection.dialect.identifier_preparer.quote
    head = f"CREATE TRIGGER {quote(trigger.name)} BEFORE {trigger.deed}"
    if trigger.deed == "UPDATE":
        head += " OF " + ", ".join(map(quote, trigger.columns))
    head += f" ON {quote(trigger.table)}"
    if connection.dialect.name == "postgresql":
        every = "STATEMENT" if trigger.deed == "TRUNCATE" else "ROW"
        return f"{head} FOR EACH {every} EXECUTE FUNCTION kept_refuse()"
    when = ""
    if trigger.deed == "INSERT":
        same = " AND ".join(f"{quote(column)} = NEW.{quote(column)}" for column in trigger.columns)
        when = f" WHEN EXISTS (SELECT 1 FROM {quote(trigger.table)} WHERE {same})"  # noqa: S608 - our own names
    return f"{head}{when} BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"


def _sqlite(connection: Connection) -> dict[str, str]:
    """Orders of the triggers that are there, by name."""
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'kept\\_%' ESCAPE '\\'")
    return {row.name: row.sql for row in connection.execute(query)}
