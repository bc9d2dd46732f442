"""``pact-delivery``: events are sent to partners of PACT, and what they announced is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import Lane, job
from tanheng.services.pact.delivering import deliver
from tanheng.services.pact.outbox import JOB


@job(JOB, lane=Lane.LIGHT)
def deliver_events(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Some events at a time; one that cannot be sent is due again later, so that this comes to an end."""
    done = 0
    while found := deliver(context.platform, context.actor):
        done += found
        context.progress(done, 0, "sending")
    return {"sent": done}
