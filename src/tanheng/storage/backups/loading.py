"""Rows of a backup into an empty database: the schema and all rows in one transaction, which ends only when they agree."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, ForeignKeyConstraint, inspect, select
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from tanheng.errors import StoreError
from tanheng.storage.backups import rows
from tanheng.storage.backups.archive import Manifest, members, table_of
from tanheng.storage.platform import tell
from tanheng.storage.sql import migrating
from tanheng.storage.sql.tables import METADATA, history

_JOBS = "dbos"  # schema of the jobs' steps on PostgreSQL: those of another installation must not be taken for ours


def refuse_filled(engine: Engine) -> None:
    """Refuse a PostgreSQL database with anything of ours, or of anybody, in it (TH-STO-027, TH-STO-007)."""
    try:
        with engine.connect().execution_options(reading=True) as connection, connection.begin():
            found = inspect(connection)
            is_filled = found.get_table_names() or _JOBS in found.get_schema_names()
    except DBAPIError as error:
        tell(error)
    if is_filled:
        raise StoreError("TH-STO-027", url=engine.url.render_as_string(hide_password=True))


def load(engine: Engine, source: Path, manifest: Manifest) -> None:
    """Make the schema and insert every row.

    Raises:
        StoreError: TH-STO-007, TH-STO-023, TH-STO-028, TH-STO-029; nothing was written then.
    """
    table = ""
    try:
        with engine.connect() as connection, connection.begin():
            migrating.upgrade_within(connection)
            with _deferred(connection):
                for name, _, stream in members(source):
                    if table := table_of(name):
                        with gzip.open(stream) as lines:
                            rows.write(connection, table, lines)
            _compare(connection, manifest)
    except OperationalError as error:
        tell(error)
    except DBAPIError as error:
        raise StoreError("TH-STO-028", table=table, reason=str(error.orig).splitlines()[0]) from error
    except (gzip.BadGzipFile, zlib.error, EOFError, ValueError, TypeError, StatementError) as error:
        raise StoreError("TH-STO-023", place=str(source), name=table) from error


def _compare(connection: Connection, manifest: Manifest) -> None:
    for table, expected in manifest.tables.items():
        found = rows.count(connection, table)
        if found != expected.rows:
            raise StoreError("TH-STO-029", table=table, found=found, expected=expected.rows)
    head = connection.execute(select(history.head.c.number, history.head.c.hash)).one_or_none()
    events = history.events
    last = connection.execute(select(events.c.number, events.c.hash).order_by(events.c.number.desc()).limit(1)).first()
    if last is not None and head != last:
        raise StoreError("TH-STO-029", table=history.head.name, found=head and head.number, expected=last.number)


@contextmanager
def _deferred(connection: Connection) -> Iterator[None]:
    """Let rows of a table refer to later ones of the same: such references are checked at the end."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # until the transaction ends
        yield
        return
    own = [(f"ALTER TABLE {t.name} ALTER CONSTRAINT {c.name}") for t in METADATA.sorted_tables for c in _own(t.name)]
    for alter in own:
        connection.exec_driver_sql(f"{alter} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for alter in own:
        connection.exec_driver_sql(f"{alter} NOT DEFERRABLE")


def _own(table: str) -> list[ForeignKeyConstraint]:
    found = METADATA.tables[table].foreign_key_constraints
    return [constraint for constraint in found if constraint.referred_table.name == table]
