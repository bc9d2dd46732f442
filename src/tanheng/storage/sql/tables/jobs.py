"""Jobs: long work that goes on when its process dies."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Big, Id, Json, UtcTime

jobs = Table(
    "jobs",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), index=True),  # NULL: of the installation itself
    Column("starter", String(80), nullable=False),  # ``person:ID``, as in the history
    Column("kind", String(64), nullable=False),
    Column("payload", Json, nullable=False, info={"blob": "blob"}),  # its field, in kinds that have one
    Column("state", String(16), nullable=False),
    Column("done", Big, nullable=False, default=0),
    Column("total", Big, nullable=False, default=0),  # 0: not known
    Column("note", String(500), nullable=False, default=""),
    Column("result", Json, info={"blob": "blob"}),  # its field, of kinds that make a file
    Column(
        "file_needs", String(64), nullable=False, default=""
    ),  # action that reading the file takes besides the job's
    Column("faults", Json, nullable=False),  # [{code, place, params}]; told in the reader's language
    Column("attempts", Integer, nullable=False, default=0),
    Column("fruitless", Integer, nullable=False, default=0),  # attempts since it last got any further
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
)
Index("ix_jobs_state", jobs.c.state, jobs.c.id)
