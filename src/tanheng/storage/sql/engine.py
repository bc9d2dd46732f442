"""Opening the database: one engine a process, the same behaviour on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from tanheng.errors import StoreError

BUSY = 30_000  # milliseconds that SQLite waits for another writer
_TURN = 0x7475726E  # number of the lock of writers among PostgreSQL's advisory locks
_QUERY_ONLY = "query_only"  # in a connection's notes: whether it refuses to write
_RETRIED = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available


def sqlite_url(path: Path) -> URL:
    """The URL of a database file."""
    return URL.create("sqlite", database=str(path))


def open_engine(url: str | URL, *, pool: int = 10, wait: float = 30.0) -> Engine:
    """An engine for a URL; connections are made when they are first needed.

    Args:
        pool: connections that are kept; as many again are made when all of them are in use.
        wait: seconds that a caller waits for one to get free.

    Raises:
        StoreError: TH-STO-004 neither SQLite nor PostgreSQL, or no URL.
    """
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise StoreError("TH-STO-004", url="–") from error
    backend = made.get_backend_name()
    if backend == "postgresql":
        driven = made.set(drivername="postgresql+psycopg")
        engine = create_engine(driven, pool_pre_ping=True, pool_size=pool, max_overflow=pool, pool_timeout=wait)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    if backend == "sqlite":
        engine = create_engine(made, pool_size=pool, max_overflow=pool, pool_timeout=wait)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    raise StoreError("TH-STO-004", url=made.render_as_string(hide_password=True))


def is_retriable(error: DBAPIError) -> bool:
    """Whether the same transaction, tried again, may well succeed: a deadlock, a serialization failure, a busy file."""
    origin: Any = error.orig
    if getattr(origin, "sqlstate", None) in _RETRIED:
        return True
    return type(origin).__module__ == "sqlite3" and "locked" in str(origin)


def take_turn(connection: Connection, *, alone: bool) -> None:
    """Work beside the other writers, or, for a transaction that has met one, when all others have ended.

    So whoever is tried again gets through, however many are in each other's way. SQLite has one writer at a time anyhow.
    """
    if connection.dialect.name == "postgresql":
        how = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        connection.exec_driver_sql(f"SELECT {how}({_TURN})")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, so that writers queue instead of failing late
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("reading", False)
    if connection.info.get(_QUERY_ONLY) != is_reading:  # it stays with the file's connection
        connection.info.pop(_QUERY_ONLY, None)
        connection.exec_driver_sql(f"PRAGMA query_only={int(is_reading)}")
        connection.info[_QUERY_ONLY] = is_reading
    if is_reading:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN")  # it takes no lock yet, so there is no error that SQLAlchemy would have to know
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")  # one state, as SQLite
