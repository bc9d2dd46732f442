"""``release-preview``: what the next release of a collection of factors would move, for every assessment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import Lane, job
from tanheng.services.factors.previewing import preview

KIND = "release-preview"


class PreviewPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is previewed: the id of a collection."""

    collection: str


@job(KIND, lane=Lane.LIGHT)
def preview_release(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Compute every assessment that uses what changes; nothing is written."""
    wanted = payload_as(KIND, payload, PreviewPayload)

    def progress(done: int, total: int) -> None:
        context.progress(done, total, "assessing")

    return preview(context.platform, context.actor, wanted.collection, progress=progress).document()
