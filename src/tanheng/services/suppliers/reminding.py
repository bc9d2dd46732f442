"""What the clock does with requests: reminds who asked, and ends those that nobody answered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from tanheng.services import notices
from tanheng.services.jobs import jobs
from tanheng.services.suppliers import requests
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import suppliers as tables
from tanheng.suppliers import RequestState, step_of

NEAR = timedelta(days=7)
LAPSES = timedelta(days=90)
"""How long after its day a link still works."""
JOB = "supplier-reminders"
_WAITING = (RequestState.OPEN.value, RequestState.RETURNED.value)


def start_where_needed(work: Work) -> bool:
    """Have people reminded, and requests ended, where there are any and nobody is about it; whether it was started."""
    table = tables.requests
    due = or_(*(and_(*conditions) for conditions in _due(work).values()))
    found = select(table.c.id).where(table.c.state.in_(_WAITING), due).limit(1)
    if work.sql.execute(found).first() is None or jobs.is_under_way(work, JOB):
        return False
    jobs.begin(work, kind=JOB, payload={})
    return True


def remind(work: Work, limit: int = 500) -> int:
    """Tell those who asked of days that are near or past, each once; end requests that are long past.

    Returns how many requests something was done with; fewer than ``limit`` says that nothing is left to do.
    """
    table, due, done = tables.requests, _due(work), 0
    for kind, conditions in due.items():
        found = select(table).where(table.c.state.in_(_WAITING), *conditions).limit(limit)
        for row in work.sql.execute(found).mappings().all():
            if kind == "lapse":
                requests.move(work, row, step_of(RequestState(row["state"]), kind), expected=row["version"])
            else:
                told = {"number": row["number"], "supplier": row["supplier"], "day": row["due"].isoformat()}
                notices.tell(work, [row["author"]], f"supplier-{kind}", f"/v1/data-requests/{row['id']}", told)
                work.sql.execute(update(table).where(table.c.id == row["id"]).values(reminded=kind))
            done += 1
    return done


def _due(work: Work) -> dict[str, tuple[ColumnElement[bool], ...]]:
    """What is to be done, and with which of the requests that wait for a supplier."""
    table, today = tables.requests, work.today
    return {
        "lapse": (table.c.due < today - LAPSES,),
        "overdue": (table.c.due < today, table.c.reminded != "overdue"),
        "near": (table.c.due >= today, table.c.due <= today + NEAR, table.c.reminded == ""),
    }
