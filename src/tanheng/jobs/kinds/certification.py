"""Jobs of certification: ``case-recomputation`` of an assessment that is verified, ``certification-clock`` once a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import Lane, job
from tanheng.services.certification import clock, verifying


class RecomputationPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which case, by id."""

    case: str


@job(verifying.JOB)
def recompute(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Compute the assessment of a case again, in the name of whoever started the job, and write down what came of it."""
    wanted = payload_as(verifying.JOB, payload, RecomputationPayload)
    context.progress(0, 1, "computing")
    person = context.job.starter.partition(":")[2]
    return asdict(verifying.recompute(context.platform, context.actor, wanted.case, person=person))


@job(clock.JOB, lane=Lane.LIGHT)
def tick(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Take the steps of the clock that are due, and remind of days that are near."""
    return asdict(clock.tick(context.platform, context.actor, at=lambda note: context.progress(0, 0, note)))
