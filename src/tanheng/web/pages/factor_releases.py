"""The next release of a collection of factors: what it would move, and its publication."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from tanheng.services.factors import previewing, releases
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import JobState
from tanheng.storage.sql import Work
from tanheng.web.histograms import bins
from tanheng.web.pages.factor_drafts import top
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
AT_ONCE = 50
"""Assessments that are computed while the visitor waits; a job computes all."""


@router.get("/factors/my/{id}/release")
def preview(visitor: SignedInNeed, id: str, job: str = "") -> Response:  # noqa: A002 - as the API calls it
    """What the next release would move: computed here for some assessments, by a job for all."""
    told = visitor.look(_told, visitor, id, job)
    ordered, found = told["job"], None
    if ordered is None:
        found = previewing.preview(visitor.platform, visitor.actor, id, most=AT_ONCE).document()
    elif ordered.state is JobState.DONE:
        found = ordered.result
    histogram = bins(one["relative"] for one in found["moved"]) if found else []
    return page(visitor, "factors/release.html.j2", found=found, histogram=histogram, **told)


def _told(work: Work, visitor: Visitor, id: str, job: str) -> dict[str, Any]:  # noqa: A002
    told = top(work, visitor, id)
    ordered = jobs.of(work, job) if job else None
    if ordered is not None and ordered.payload.get("collection") != id:
        raise work.missing("job", job)
    return {**told, "job": ordered, "latest": releases.latest_of(work, id)}
