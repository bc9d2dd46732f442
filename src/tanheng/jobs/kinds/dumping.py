"""``register-dump``: the public register as open data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import job
from tanheng.services.registry.dumps import JOB, make


@job(JOB)
def dump_register(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write all files, and keep them; what was broken off begins anew."""

    def progress(done: int, total: int) -> None:
        context.progress(done, total, "writing")

    with context.folder() as folder:
        made = make(context.platform, context.actor, folder, progress=progress)
    return {"id": made.id, "entries": made.entries, "files": dict(made.files)}
