"""The steps of the clock and its reminders: a job, once a day, which may be broken off and begun again at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from tanheng.accounts import Actor
from tanheng.certification.procedure import Machine, Party, table
from tanheng.days import begin_of
from tanheng.errors import TanhengError
from tanheng.services.certification import cases, certificates, change
from tanheng.services.certification.reminding import REMINDERS, Reminder, remind
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import JobState
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import jobs as job_tables

JOB = "certification-clock"
PATIENCE = timedelta(hours=1)
"""After which a day's work that failed is tried again."""
MANY = 500
_LAPSING = tuple(step.state for step in table() if step.machine is Machine.CASE and step.by is Party.CLOCK)


@dataclass(slots=True)
class Ticked:
    """What a day's work did.

    Attributes:
        lapsed: cases whose deadline was over. ended: certificates. told: occasions of which notices were left.
        failed: codes by case or certificate whose step could not be taken; the next day tries again.
    """

    lapsed: int = 0
    ended: int = 0
    told: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def start_where_needed(work: Work) -> bool:
    """Have the day's work done, unless it is, or there is nothing to be watched; whether it was started."""
    if work.sql.execute(select(tables.cases.c.id).limit(1)).first() is None:
        return False
    rows, midnight = job_tables.jobs, begin_of(work.today, work.platform.configuration.zone)
    begun = select(rows.c.state, rows.c.ended_at).where(rows.c.kind == JOB, rows.c.created_at >= midnight)
    for state, ended_at in work.sql.execute(begun):
        if state != JobState.FAILED or work.now - ended_at < PATIENCE:
            return False
    jobs.begin(work, kind=JOB, payload={})
    return True


def tick(platform: Platform, actor: Actor, *, at: Callable[[str], None] = lambda _: None) -> Ticked:
    """Take the steps of the clock that are due, and remind of days that are near.

    Args:
        at: is told what it is at.
    """
    found = Ticked()
    at("cases")
    found.lapsed = _all_taken(platform, actor, _overdue, _lapse, found.failed)
    at("certificates")
    found.ended = _all_taken(platform, actor, certificates.overdue, _end, found.failed)
    at("notices")
    for reminder in REMINDERS:
        found.told += _all_told(platform, actor, partial(_reminded, reminder))
    found.told += _all_told(platform, actor, change.look)
    return found


def _all_told(platform: Platform, actor: Actor, look: Callable[[Work, str], tuple[str, int]]) -> int:
    """Go through everything, part by part; returns how many occasions were told."""
    after, told = platform.do(actor, look, "")
    while after:
        after, more = platform.do(actor, look, after)
        told += more
    return told


def _all_taken(
    platform: Platform,
    actor: Actor,
    due: Callable[[Work], list[tuple[str, str]]],
    take: Callable[[Work, str, str], object],
    failed: dict[str, str],
) -> int:
    """Take every step that is due, each in a transaction of its own; what cannot be taken keeps no other back."""
    taken = 0
    while waiting := [one for one in platform.look(actor, due) if one[0] not in failed]:
        for name, step in waiting:
            try:
                platform.do(actor, take, name, step)
                taken += 1
            except TanhengError as error:
                failed[name] = error.code
    return taken


def _overdue(work: Work) -> list[tuple[str, str]]:
    rows = tables.cases
    past = select(rows.c.id).where(rows.c.state.in_(_LAPSING), rows.c.deadline < work.today).limit(MANY)
    return [(one, "lapse") for one in work.sql.execute(past).scalars()]


def _lapse(work: Work, id: str, step: str) -> None:  # noqa: A002 - as the column is called
    cases.take(work, id, step, expected=cases.of(work, id).version)


def _end(work: Work, number: str, step: str) -> None:
    certificates.take(work, number, step, expected=certificates.of(work, number).version)


def _reminded(reminder: Reminder, work: Work, after: str) -> tuple[str, int]:
    return remind(work, reminder, after)
