"""Checks of the database: its schema, the engine below it, its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, DateTime, cast, func, select, text

from tanheng.storage.doctor.findings import Finding
from tanheng.storage.platform import Platform, utc_now
from tanheng.storage.sql import migrating
from tanheng.storage.sql.tables import history

OLDEST = 14
"""Oldest version of PostgreSQL that its makers maintain."""
APART = timedelta(seconds=5)
"""That the clocks of the machine and of the database may be apart."""
AHEAD = timedelta(minutes=1)
"""That the last event may lie ahead of the clock."""
_SHOWN = 5


def schema(platform: Platform, connection: Connection) -> Iterator[Finding]:  # noqa: ARG001 - as all checks
    """The schema is that of this version."""
    found, wanted = migrating.revision(connection), migrating.newest()
    if found and not migrating.is_known(found):
        yield Finding("schema", "newer", {"found": found, "wanted": wanted})
    elif found != wanted:
        yield Finding("schema", "older", {"found": found or "–", "wanted": wanted})
    elif others := migrating.differences(connection):
        shown = "; ".join(others[:_SHOWN])
        yield Finding("schema", "differs", {"count": len(others), "differences": shown})


def engine(platform: Platform, connection: Connection) -> Iterator[Finding]:  # noqa: ARG001 - as all checks
    """SQLite is sound and writes ahead; PostgreSQL is of a version that is maintained, and keeps every script."""
    if connection.dialect.name == "sqlite":
        faults = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        if faults:
            yield Finding("engine", "damaged", {"reason": "; ".join(faults[:_SHOWN])})
        loose = {str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))}
        if loose:
            yield Finding("engine", "loose", {"tables": ", ".join(sorted(loose))})
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        if mode != "wal":
            yield Finding("engine", "journal", {"found": mode})
        return
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if number // 10_000 < OLDEST:
        yield Finding("engine", "server_old", {"found": number // 10_000, "wanted": OLDEST})
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        yield Finding("engine", "encoding", {"found": encoding})


def clock(platform: Platform, connection: Connection) -> Iterator[Finding]:
    """The clocks of machine and database agree, and neither went back behind what was written."""
    if connection.dialect.name == "postgresql":
        there = connection.execute(select(cast(func.clock_timestamp(), DateTime(timezone=True)))).scalar_one()
        apart = abs(utc_now() - there)
        if apart > APART:
            yield Finding("clock", "clocks", {"seconds": round(apart.total_seconds())})
    last = connection.execute(select(func.max(history.events.c.at))).scalar_one()
    if last is not None and last - platform.clock() > AHEAD:
        yield Finding("clock", "ahead", {"at": last.isoformat(timespec="seconds")})
