"""Who may ask what a release or new limits would move among the certificates, and the job that answers."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tanheng.accounts import Actor
from tanheng.accounts.model import OrganisationKind
from tanheng.errors import RequestError
from tanheng.services.factors import previewing as releasing
from tanheng.services.grading import schemes, thresholds
from tanheng.services.impact.previewing import Impact, impact
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import Job
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts

JOB = "impact-preview"


def start(work: Work, *, collection: str = "", draft: str = "") -> Job:
    """Have the whole register looked at: by the next release of a collection, or the limits of a draft.

    Raises:
        RequestError: TH-IMP-001 neither is named, or both. StoreError: TH-STO-001. AccessError: nobody who may preview it.
    """
    if bool(collection) == bool(draft):
        raise RequestError("TH-IMP-001")
    if draft:
        _, scheme = thresholds.seen_draft(work, draft)
        work.require("thresholds.try", schemes.thing(scheme))
        return jobs.begin(work, kind=JOB, payload={"draft": draft}, organisation=scheme["organisation"])
    owner = releasing.owner(work, collection)
    return jobs.begin(work, kind=JOB, payload={"collection": collection}, organisation=owner)


def release_impact(
    platform: Platform,
    actor: Actor,
    collection: str,
    *,
    whole: bool | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> tuple[Impact, pl.DataFrame]:
    """What the next release of a collection would move, and the table of the certificates that may be named.

    Args:
        whole: whether certificates of everybody are named; by default where the collection is a regulator's.

    Raises:
        AccessError: nobody who works on the collection. StoreError: TH-STO-001. FactorError: TH-FAC-053.
    """
    found = platform.look(actor, releasing.asked, collection)
    if whole is None:
        whole = platform.look(actor, is_regulator, found.organisation)
    return impact(platform, actor, found.question(platform), whole=whole, step=step)


def is_regulator(work: Work, organisation: str) -> bool:
    """Whether an organisation is a regulator, to whom certificates of everybody are named."""
    if not organisation:
        return False
    row = work.get(accounts.organisations, organisation, kind="organisation")
    return bool(row["kind"] == OrganisationKind.REGULATOR)
