"""Jobs: what is under way, what came of it, the file that it made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import Response

from tanheng.api import errors
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import Job, JobState
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()


@router.get("/jobs")
def list_jobs(visitor: SignedInNeed, state: JobState | Literal[""] = "", kind: str = "", after: str = "") -> Response:
    """Jobs of the visitor's organisations, and the visitor's own, the newest first."""
    wanted = state or None
    found = visitor.look(jobs.listed, Paging(after), state=wanted, kind=kind[:64])
    given = {"state": wanted.value if wanted else "", "kind": kind[:64]}
    return page(visitor, "jobs/list.html.j2", found=found, given=given, states=[one.value for one in JobState])


@router.get("/jobs/{id}")
def one_job(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """A job: how far it is, or what came of it."""
    return page(visitor, "jobs/job.html.j2", **visitor.look(_one, visitor, id))


def _one(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002 - as the column is called
    job = jobs.of(work, id)
    made = job.result if isinstance(job.result, Mapping) else {}
    return {
        "job": job,
        "found": errors.told(visitor.request, job.faults),
        "file": made.get("file", "") if "blob" in made else "",
        "results": _plain(made),
        "leads": _leads(job, made),
        "may_cancel": jobs.may_cancel(work, id),
    }


def _plain(made: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What of a result is told in a line each; the rest is shown as it is."""
    return [(key, one) for key, one in made.items() if isinstance(one, str | int | float | bool) and key != "blob"]


_PLACES = {
    "assessment": "/assessments/",
    "database": "/databases/",
    "study": "/studies/",
    "method": "/methods/",
    "case": "/cases/",
}


def _leads(job: Job, made: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pages of what the job made, or was about: pairs of kind and path."""
    named = {**job.payload, **{key: one for key, one in made.items() if isinstance(one, str)}}
    return [(kind, f"{start}{named[kind]}") for kind, start in _PLACES.items() if _is_id(named.get(kind))]


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) == 36 and value.count("-") == 4
