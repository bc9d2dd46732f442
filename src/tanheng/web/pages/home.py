"""The front door: for those who work what waits for them, for strangers the register; and the welcome after the first visit."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from tanheng.services import beginning, notices
from tanheng.services.accounts import people
from tanheng.services.certification import cases, certificates, turns
from tanheng.services.demonstration.filling import JOB
from tanheng.services.jobs import jobs
from tanheng.services.paging import Paging
from tanheng.services.studies import studies
from tanheng.storage.sql import Work
from tanheng.web.rendering import page
from tanheng.web.routing import pages, to
from tanheng.web.visitors import SignedInNeed, Visitor, VisitorNeed

router = pages()
FEW, MANY = Paging(limit=8), Paging(limit=50)


@router.get("/")
def home(visitor: VisitorNeed) -> Response:
    """What waits for the visitor; strangers are shown the register."""
    if not visitor.is_known:
        return to(visitor, "/sign-in" if beginning.is_new(visitor.platform) else "/register")
    return page(visitor, "home/home.html.j2", **visitor.look(_waiting, visitor))


@router.get("/welcome")
def welcome(visitor: SignedInNeed) -> Response:
    """After the first visit: the demonstration as it is filled, the second factor, organisations and people."""
    return page(visitor, "home/welcome.html.j2", **visitor.look(_begun, visitor))


def _begun(work: Work, visitor: Visitor) -> dict[str, Any]:
    jobs_of_it = jobs.listed(work, Paging(limit=1), kind=JOB).items
    certificate = certificates.listed(work, Paging(limit=1)).items if jobs_of_it else ()
    return {
        "demonstration": next(iter(jobs_of_it), None),
        "certificate": next(iter(certificate), None),
        "person": people.of(work, visitor.actor.id),
    }


def _waiting(work: Work, visitor: Visitor) -> dict[str, Any]:
    told = cases.listed(work, MANY).items if visitor.organisations() else ()
    whose = turns.of(work, told)
    return {
        "notices": notices.listed(work, FEW, unread=True).items,
        "studies": studies.listed(work, FEW).items if visitor.organisations() else (),
        "cases": sorted(told, key=lambda one: not whose[one.id].mine)[: FEW.limit],  # among equals the newest first
        "turns": whose,
        "jobs": jobs.listed(work, FEW).items,
    }
