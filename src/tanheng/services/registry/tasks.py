"""The task board of the plan: what regulators tell of its tasks, which stays as it was told, and what the installation counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.days import begin_of
from tanheng.errors import RegisterError
from tanheng.registry.plan import PlanTask, tasks
from tanheng.services.paging import Page, Paging, page
from tanheng.services.registry.events import TaskTold
from tanheng.services.registry.measures import measures
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import register as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import not_found

KIND = "task"
_YEARS = (2000, 2200)


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone.

    Attributes:
        value: that is to be reached; ``None`` where none is named. counted: what there is now, ``None`` where nothing is counted.
        done: as a regulator told.
    """

    day: date
    texts: Mapping[str, str]
    source: str
    measure: str
    value: float | None
    unit: str
    counted: int | None
    done: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a regulator told of a task; everybody reads it, but not who wrote it."""

    id: str
    lead: Mapping[str, str]
    milestones: Sequence[Mapping[str, Any]]
    progress: int
    notes: str
    organisation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan, as it stands.

    Attributes:
        milestones: of the plan, and those that were told besides. told: the newest; ``None`` where nothing was.
    """

    id: str
    area: str
    titles: Mapping[str, str]
    milestones: tuple[Reached, ...]
    told: Told | None


@dataclass(frozen=True, slots=True)
class Report:
    """The board at the end of a year.

    Attributes:
        counted: what the installation counts now, by measure; only of the year that is not over is it of its end.
        changes: what was told in the year, by task, the oldest first.
    """

    year: int
    at: datetime
    tasks: tuple[Task, ...]
    changes: Mapping[str, tuple[Told, ...]]
    counted: Mapping[str, int]


def board(work: Work) -> tuple[Task, ...]:
    """All tasks, in the order of the plan; everybody reads them."""
    return _board(work, work.now)


def history(work: Work, task: str, paging: Paging) -> Page[Told]:
    """What was told of a task, the newest first; everybody reads it (TH-STO-001)."""
    _task(task)
    table = tables.tasks
    query = select(*_columns()).where(table.c.task == task)
    return page(work, query, paging, by=(table.c.id,), make=_told)


def tell(
    work: Work,
    task: str,
    *,
    organisation: str,
    lead: Mapping[str, str],
    milestones: Sequence[Mapping[str, Any]],
    progress: int,
    notes: str = "",
) -> Task:
    """Tell how far a task is, in the place of what was told before; for owners of a regulator.

    Args:
        milestones: each with ``day`` (ISO), ``texts``, ``source``, and ``done``. progress: per cent.

    Raises:
        RegisterError: TH-REG-030 no progress from 0 to 100. AccessError: TH-ACC-002. StoreError: TH-STO-001 no such task.
    """
    found = _task(task)
    work.require("task.tell", Thing(KIND, task, organisation=organisation))
    if not 0 <= progress <= 100:
        raise RegisterError("TH-REG-030", place="progress")
    made = new_id()
    values = {"lead": dict(lead), "milestones": [dict(one) for one in milestones], "notes": notes.strip()}
    about = {"organisation": organisation, "person": work.actor.id, "at": work.now}
    work.keep(tables.tasks, id=made, task=found.id, progress=progress, **values, **about)
    work.record(TaskTold(id=made, organisation=organisation, task=found.id, progress=progress))
    return next(one for one in board(work) if one.id == found.id)


def report(work: Work, year: int) -> Report:
    """The board as it was told by the end of a year, and what was told in it; for everybody.

    Raises:
        RegisterError: TH-REG-031 a year that is not begun, or before the plan.
    """
    if not _YEARS[0] <= year <= work.today.year:
        raise RegisterError("TH-REG-031", place="year")
    zone = work.platform.configuration.zone
    begun, end = (begin_of(date(one, 1, 1), zone) for one in (year, year + 1))
    table = tables.tasks
    within = select(table.c.task, *_columns()).where(table.c.at >= begun, table.c.at < end).order_by(table.c.id)
    changes: dict[str, list[Told]] = {}
    for row in work.sql.execute(within).mappings():
        changes.setdefault(row["task"], []).append(_told(row))
    return Report(
        year, work.now, _board(work, end), {task: tuple(some) for task, some in changes.items()}, measures(work)
    )


def _board(work: Work, until: datetime) -> tuple[Task, ...]:
    counted = measures(work)
    return tuple(_made(work, task, counted, until) for task in tasks().values())


def _made(work: Work, task: PlanTask, counted: Mapping[str, int], until: datetime) -> Task:
    table = tables.tasks
    query = select(*_columns()).where(table.c.task == task.id, table.c.at <= until).order_by(table.c.id.desc())
    row = work.sql.execute(query.limit(1)).mappings().first()
    told = _told(row) if row is not None else None
    planned = [
        Reached(one.day, one.texts, one.source, one.measure, one.value, one.unit, counted.get(one.measure), False)
        for one in task.milestones
    ]
    further = [
        Reached(date.fromisoformat(one["day"]), one["texts"], one["source"], "", None, "", None, one["done"])
        for one in (told.milestones if told else ())
    ]
    return Task(task.id, task.area, task.titles, tuple(planned + further), told)


def _task(task: str) -> PlanTask:
    found = tasks().get(task)
    if found is None:
        raise not_found(KIND, task)
    return found


def _columns() -> list[Any]:
    return [tables.tasks.c[name] for name in Told.__slots__]


def _told(row: RowMapping) -> Told:
    return Told(**{name: row[name] for name in Told.__slots__})
