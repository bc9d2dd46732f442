"""Results handed on: reports, what was frozen, the place in history; and assessments that are still being computed."""

from __future__ import annotations

from fastapi import Response

from tanheng.api import errors
from tanheng.footprint.onbackground import recorded
from tanheng.services.jobs import jobs
from tanheng.services.studies.assessing import INLINE_SAMPLES
from tanheng.web.rendering import page
from tanheng.web.results.opening import opened, tab
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
THEN = {
    "assessment": "/assessments/{result.assessment}",
    "report": "/v1/jobs/{id}/file",
}
"""Where one goes on when a job is done."""


@router.get("/assessments/jobs/{job}")
def under_way(visitor: SignedInNeed, job: str) -> Response:
    """An assessment, a recomputation or a report that is being made, or that failed."""
    found = visitor.look(jobs.of, job)
    return page(
        visitor,
        "results/job.html.j2",
        job=found,
        then=THEN.get(found.kind, ""),
        faults=errors.told(visitor.request, found.faults),
    )


@router.get("/assessments/{id}/reports")
def reports(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """Reports to download, what the digest covers, and the other results of the study."""
    one = opened(visitor, id)
    drawn = one.result.monte_carlo
    is_long = drawn is not None and (drawn.samples > INLINE_SAMPLES or recorded(one.result.inputs) is not None)
    current = [other for other in one.around.others if other.superseded_by is None]
    return tab(one, "reports", is_long=is_long, inputs=one.result.inputs, current=current)
