"""What the clock does with requests: reminds who asked, and ends those that nobody answered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from tanheng.services import notices
from tanheng.services.suppliers import requests
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import suppliers as tables
from tanheng.suppliers import State, step_of

NEAR = timedelta(days=7)
LAPSES = timedelta(days=90)
"""How long after its day a link still works."""
_WAITING = (State.OPEN.value, State.RETURNED.value)


def remind(work: Work, limit: int = 500) -> int:
    """Tell those who asked of days that are near or past, each once; end requests that are long past.

    Returns how many requests something was done with; fewer than ``limit`` says that nothing is left to do.
    """
    table, today = tables.requests, work.now.date()
    waiting = table.c.state.in_(_WAITING)
    long = select(table).where(waiting, table.c.due < today - LAPSES).limit(limit)
    lapsed = work.sql.execute(long).mappings().all()
    for row in lapsed:
        requests.move(work, row, step_of(State(row["state"]), "lapse"), expected=None)
    done = len(lapsed)
    for kind, within in (
        ("overdue", (table.c.due < today, table.c.reminded != "overdue")),
        ("near", (table.c.due >= today, table.c.due <= today + NEAR, table.c.reminded == "")),
    ):
        found = select(table).where(table.c.state.in_(_WAITING), *within).limit(limit)
        for row in work.sql.execute(found).mappings().all():
            told = {"number": row["number"], "supplier": row["supplier"], "day": row["due"].isoformat()}
            notices.tell(work, [row["author"]], f"supplier-{kind}", f"/v1/data-requests/{row['id']}", told)
            work.sql.execute(update(table).where(table.c.id == row["id"]).values(reminded=kind))
            done += 1
    return done
