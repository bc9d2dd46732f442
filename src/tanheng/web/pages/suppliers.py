"""Requests for footprints to suppliers, as the buyer has them: sent, reminded of, their answers looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.accounts.model import Role
from tanheng.services.paging import MOST, Paging
from tanheng.services.studies import studies
from tanheng.services.suppliers import answering, requests
from tanheng.storage.sql import Work
from tanheng.suppliers import RequestState
from tanheng.suppliers.procedure import STEPS
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
ALL = Paging(limit=MOST)
SOON, USUAL = timedelta(days=7), timedelta(days=30)
FIELDS = ("value", "boundary", "geography", "year", "quality", "primary_share", "gsd2", "standard", "review", "note")
"""Fields of an answer that a buyer asks about."""
_Text = Annotated[str, Query(max_length=200)]


@router.get("/suppliers")
def list_requests(visitor: SignedInNeed, state: RequestState | None = None, after: str = "") -> Response:
    """Requests of the visitor's organisations."""
    told = visitor.look(_listed, visitor, state, Paging(after))
    return page(visitor, "suppliers/list.html.j2", chosen=state or "", states=tuple(RequestState), **told)


@router.get("/suppliers/new")
def ask(visitor: SignedInNeed, study: _Text = "", line: _Text = "", product: _Text = "", per: _Text = "kg") -> Response:
    """The form of a new request."""
    told = visitor.look(_form, visitor)
    given = {"study": study, "line": line, "product": product, "per": per}
    return page(visitor, "suppliers/new.html.j2", given=given, **told)


@router.get("/suppliers/{id}")
def show_request(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the API calls it
    """A request with its answers and the steps that were taken."""
    return page(visitor, "suppliers/request.html.j2", fields=FIELDS, **visitor.look(_request, visitor, id))


def _listed(work: Work, visitor: Visitor, state: RequestState | None, paging: Paging) -> dict[str, Any]:
    today = work.today
    return {
        "page": requests.listed(work, paging, state=state),
        "waiting": (RequestState.OPEN, RequestState.RETURNED),
        "today": today,
        "soon": today + SOON,
        "may_send": bool(visitor.organisations(Role.ENGINEER)),
    }


def _form(work: Work, visitor: Visitor) -> dict[str, Any]:
    return {
        "owners": choosing.own(work, visitor, Role.ENGINEER),
        "studies": studies.listed(work, ALL).items if visitor.organisations() else (),
        "usual": (work.today + USUAL).isoformat(),
        "today": work.today.isoformat(),
    }


def _request(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = requests.of(work, id)
    names = {step.name for step in STEPS.get(found.state, ())}
    may_decide = choosing.may(visitor, "data-request.decide", found.organisation)
    return {
        "request": found,
        "answers": requests.answers(work, id, ALL).items,
        "steps": requests.steps(work, id, ALL).items,
        "files": answering.files(work, id),
        "open_steps": names if may_decide else set(),
        "may_send": choosing.may(visitor, "data-request.send", found.organisation),
        "is_overdue": found.due < work.today and found.state in (RequestState.OPEN, RequestState.RETURNED),
        "is_own_request": found.author == visitor.actor.id,
    }
