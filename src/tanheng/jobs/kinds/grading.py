"""``regrade``: certificates get the classes that follow from limits; ``class-figures``: what everybody is told, once a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import Lane, job
from tanheng.services.grading import figures
from tanheng.services.grading.regrading import JOB, regrade


@job(JOB, lane=Lane.LIGHT)
def regrade_certificates(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Apply all limits that are due, some certificates at a time; an attempt goes on where the one before ended."""
    moved = regrade(context.platform, context.actor, told=lambda count: context.progress(count, 0, "regrading"))
    return {"moved": moved}


@job(figures.JOB, lane=Lane.LIGHT)
def take_class_figures(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Take the figures of the day, one after the other; an attempt goes on where the one before ended."""
    taken = figures.take(context.platform, context.actor, told=lambda count: context.progress(count, 0, "counting"))
    return {"taken": taken}
