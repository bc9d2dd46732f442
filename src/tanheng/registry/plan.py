"""The plan's tasks and the milestones that it names, as data: ``data/plan/*.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from tanheng.files import shipped_rows


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that is to be reached by a day.

    Attributes:
        measure: that the installation counts itself; empty where it cannot. value: of it, ``None`` where the plan names none.
        source: that names it.
    """

    task: str
    day: date
    texts: Mapping[str, str]
    source: str
    measure: str = ""
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PlanTask:
    """A task of the plan."""

    id: str
    area: str
    titles: Mapping[str, str]
    milestones: tuple[Milestone, ...]


@cache
def tasks() -> Mapping[str, PlanTask]:
    """The tasks by their ids, in the order of the plan."""
    return {
        row["task"]: PlanTask(
            row["task"],
            row["area"],
            {"en": row["title_en"], "zh": row["title_zh"]},
            tuple(one for one in milestones() if one.task == row["task"]),
        )
        for row in shipped_rows("plan/tasks")
    }


@cache
def milestones() -> tuple[Milestone, ...]:
    """The milestones of all tasks."""
    return tuple(
        Milestone(
            row["task"],
            date.fromisoformat(row["date"]),
            {"en": row["text_en"], "zh": row["text_zh"]},
            row["source"],
            row["measure"],
            float(row["value"]) if row["value"] else None,
            row["unit"],
        )
        for row in shipped_rows("plan/milestones")
    )
