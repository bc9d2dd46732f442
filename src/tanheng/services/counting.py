"""Numbers that rise without gaps: of cases, certificates, bits in rows of statuses, requests to suppliers."""

from __future__ import annotations

from sqlalchemy import update

from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables


def next_count(work: Work, name: str, *, first: int = 1, count: int = 1) -> int:
    """The next number under a name; who asks at the same moment waits, so that none is given twice or left out.

    Args:
        count: how many numbers are taken; the last of them is told.
    """
    table = tables.counters
    work.add_missing(table, [{"name": name, "value": first - 1}])
    raised = update(table).where(table.c.name == name).values(value=table.c.value + count).returning(table.c.value)
    return int(work.sql.execute(raised).scalar_one())
