"""What a release of factors or new limits would move among all certificates: asked for, computed by a job, read here."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import Response

from tanheng.accounts.model import OrganisationKind
from tanheng.errors import TanhengError
from tanheng.services.factors import collections
from tanheng.services.grading import schemes, thresholds
from tanheng.services.impact.asking import JOB
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import Job, JobState
from tanheng.services.paging import MOST, Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.histograms import bins
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
RECENT = Paging(limit=20)


@router.get("/previews")
def list_previews(visitor: SignedInNeed, collection: str = "", draft: str = "") -> Response:
    """What can be previewed, and what was."""
    told = visitor.look(_offered, visitor)
    return page(visitor, "previews/list.html.j2", chosen=collection, chosen_draft=draft, **told)


@router.get("/previews/{job}")
def show_preview(visitor: SignedInNeed, job: str) -> Response:
    """A preview: how far it is, or what would move."""
    return page(visitor, "previews/preview.html.j2", **visitor.look(_preview, job))


def _offered(work: Work, visitor: Visitor) -> dict[str, Any]:
    usable = collections.listed(work, Paging(limit=MOST)).items
    return {
        "collections": [one for one in usable if choosing.may(visitor, "release.preview", one.organisation or "")],
        "drafts": list(_drafts(work, visitor)),
        "jobs": jobs.listed(work, RECENT, kind=JOB).items,
    }


def _drafts(work: Work, visitor: Visitor) -> Any:
    """Limits that were derived and are not published, of the regulators that the visitor belongs to."""
    own = {id_ for id_, of in visitor.actor.memberships.items() if of.kind is OrganisationKind.REGULATOR}
    if not own:
        return
    for scheme in schemes.listed(work, Paging(limit=MOST), current=True).items:
        if scheme.organisation in own:
            for draft in thresholds.drafts(work, scheme.id, RECENT).items:
                if not draft.thresholds:
                    yield scheme, draft


def _preview(work: Work, job: str) -> dict[str, Any]:
    ordered = jobs.of(work, job)
    if ordered.kind != JOB:
        raise work.missing("job", job)
    found = ordered.result if ordered.state is JobState.DONE else None
    told: dict[str, Any] = {"job": ordered, "found": found, "of": _subject(work, ordered)}
    if found and "cells" in found:
        before, after = Counter[str](), Counter[str]()
        for cell in found["cells"]:
            before[cell["before"]] += cell["count"] or 0
            after[cell["after"]] += cell["count"] or 0
        return {**told, "before": before, "after": after}
    if found:
        told["histogram"] = bins(one["relative"] for one in found["largest"])
    return told


def _subject(work: Work, job: Job) -> Any:
    """Of what a preview is; ``None`` where that is gone."""
    try:
        if job.payload.get("draft"):
            draft = thresholds.draft_of(work, job.payload["draft"])
            return schemes.of(work, draft.scheme)
        return collections.of(work, job.payload["collection"])
    except TanhengError:
        return None
