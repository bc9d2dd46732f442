"""``supplier-reminders``: those who asked suppliers are reminded, and requests that nobody answers end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import Lane, job
from tanheng.services.suppliers.reminding import JOB, remind


@job(JOB, lane=Lane.LIGHT)
def remind_of_requests(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Some requests at a time; an attempt goes on where the one before ended."""
    done = 0
    while found := context.platform.do(context.actor, remind):
        done += found
        context.progress(done, 0, "reminding")
    return {"requests": done}
