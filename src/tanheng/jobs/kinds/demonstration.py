"""``demonstration``: an installation filled with an example, for whoever looks around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.services.demonstration.filling import JOB, fill


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The person who looks around."""

    visitor: str


@job(JOB)
def demonstrate(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, int]:
    """What an attempt before has made is found again."""
    wanted = payload_as(JOB, payload, Payload)
    return fill(context.platform, wanted.visitor, progress=context.progress)
