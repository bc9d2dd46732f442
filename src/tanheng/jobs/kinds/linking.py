"""``link-database``: a database linked anew, with choices, and with what it stands on as that is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.services.databases import databases, linking
from tanheng.storage.sql.work import not_found

TOLD = 1_000
"""Changed inputs that the result lists; it counts them all."""


class LinkingPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The id of a database, and how it is to be linked."""

    database: str
    wish: linking.Wish


@job(linking.JOB)
def link_database(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Link, register and index; tells which inputs another supplier serves now."""
    wanted = payload_as(linking.JOB, payload, LinkingPayload)
    found = context.platform.look(context.actor, databases.of, wanted.database)
    if found.organisation != context.job.organisation:
        raise not_found(databases.KIND, wanted.database)
    made = linking.relink(
        context.platform,
        context.actor,
        wanted.database,
        wanted.wish,
        progress=partial(context.progress, note="linking"),
        indexing=partial(context.progress, note="indexing"),
    )
    return {
        "id": made.database.id,
        "snapshot": made.database.digest,
        "changed": len(made.changes),
        "changes": [asdict(change) for change in made.changes[:TOLD]],
    }
