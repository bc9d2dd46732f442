"""``read-meanings``: titles that were not read yet, as vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import job
from tanheng.services.search.meanings import JOB, read_missing


@job(JOB)
def read_meanings(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is missing; an attempt goes on where the one before ended."""

    def told(done: int, total: int) -> None:
        context.progress(done, total, "meanings")

    return {"read": read_missing(context.platform, context.actor, told=told)}
