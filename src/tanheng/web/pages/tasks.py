"""The board of the plan's tasks: read by anybody, told by regulators; and the report of a year."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Response

from tanheng.api.files import NO_NUL
from tanheng.reporting.certificates import named
from tanheng.services.accounts import organisations
from tanheng.services.paging import Paging
from tanheng.services.registry import tasks
from tanheng.services.registry.tasks import Reached, Task
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import Visitor, VisitorNeed

router = pages()
FIRST_YEAR = 2024
_MINUTE = 60
_AREAS = ("A", "B", "C", "D", "E")
Id = Annotated[str, Path(max_length=8, pattern=NO_NUL)]


@router.get("/tasks")
def board(visitor: VisitorNeed) -> Response:
    """All tasks, by their part of the plan."""
    found, year = visitor.look(_board)
    areas = [(area, [(one, _progress(one)) for one in found if one.area == area]) for area in _AREAS]
    told = [one for one in found if one.told]
    values: dict[str, Any] = {
        "areas": areas,
        "told": len(told),
        "count": len(found),
        "years": range(year, FIRST_YEAR - 1, -1),
    }
    return page(visitor, "tasks/board.html.j2", cache_for=_MINUTE, shares=reached, **values)


@router.get("/tasks/report")
def report(visitor: VisitorNeed, year: Annotated[int, Query(ge=1900, le=2200)]) -> Response:
    """The board at the end of a year, and what was told in it; to be printed."""
    found = visitor.look(tasks.report, year)
    return page(visitor, "tasks/report.html.j2", cache_for=_MINUTE, report=found, shares=reached)


@router.get("/tasks/{task}")
def one(task: Id, visitor: VisitorNeed) -> Response:
    """A task, what was told of it, and the form in which regulators tell."""
    return page(visitor, "tasks/task.html.j2", shares=reached, **visitor.look(_task, visitor, task))


def reached(milestone: Reached) -> float | None:
    """How far a milestone with a number is, from 0 to 1."""
    if milestone.value is None or milestone.counted is None or not milestone.value:
        return None
    return min(milestone.counted / milestone.value, 1.0)


def _board(work: Work) -> tuple[tuple[Task, ...], int]:
    return tasks.board(work), work.today.year


def _progress(task: Task) -> int | None:
    return task.told.progress if task.told else None


def _task(work: Work, visitor: Visitor, task: str) -> dict[str, Any]:
    history = tasks.history(work, task, Paging(limit=100))
    found = next(one for one in tasks.board(work) if one.id == task)
    regulators = [(id_, named(organisations.of(work, id_).names, visitor.lang)) for id_ in choosing.regulating(visitor)]
    return {"task": found, "history": history.items, "regulators": regulators}
