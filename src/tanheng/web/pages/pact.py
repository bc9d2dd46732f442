"""The exchange by PACT: partners, what is published to them, what they ask, and where they reach an organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Response

from tanheng.accounts.model import Role
from tanheng.services.pact import inbox, outbox, partners, publishing, questions
from tanheng.services.pact.partners import Partner, Policy
from tanheng.services.paging import MOST, Paging
from tanheng.services.studies import assessments
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
ALL = Paging(limit=MOST)
FEW = Paging(limit=20)
"""Of each list on the page of a partner."""
PROTOCOL = "pact3"
"""That publishes results to partners."""
STATES = ("open", "fulfilled", "rejected")
Chosen = Literal["", "open", "fulfilled", "rejected"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where partners reach an organisation."""

    organisation: str
    names: Mapping[str, str | None]
    base_url: str


@router.get("/exchange/pact")
def overview(visitor: SignedInNeed, after: str = "") -> Response:
    """Partners of the visitor's organisations, and where these are reached."""
    return page(visitor, "pact/partners.html.j2", **visitor.look(_overview, visitor, Paging(after)))


@router.get("/exchange/pact/partners/{id}")
def show_partner(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the API calls it
    """A partner: what is known of it, what it sees and asks, what it was asked, what is sent to it."""
    return page(visitor, "pact/partner.html.j2", **visitor.look(_partner, visitor, id))


@router.get("/exchange/pact/footprints")
def list_published(visitor: SignedInNeed, after: str = "") -> Response:
    """Footprints that the visitor's organisations published."""
    return page(visitor, "pact/footprints.html.j2", **visitor.look(_published, visitor, Paging(after)))


@router.get("/exchange/pact/footprints/{id}")
def show_published(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """A footprint as it was published, and who may read it."""
    return page(visitor, "pact/footprint.html.j2", **visitor.look(_footprint, visitor, id))


@router.get("/exchange/pact/requests")
def list_asked(visitor: SignedInNeed, state: Chosen = "", after: str = "") -> Response:
    """What partners ask for."""
    told = visitor.look(_requests, visitor, state, Paging(after))
    return page(visitor, "pact/requests.html.j2", chosen=state, states=STATES, **told)


@router.get("/exchange/pact/requests/{id}")
def show_asked(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """A request, and the footprints that could answer it."""
    return page(visitor, "pact/request.html.j2", **visitor.look(_request, visitor, id))


def sharing(work: Work, visitor: Visitor, assessment: str) -> dict[str, Any]:
    """What the page of a result needs to publish it: partners, what was published, and what it could take the place of."""
    kept = assessments.of(work, assessment)
    own = partners.listed(work, ALL, organisation=kept.organisation).items
    there = publishing.listed(work, ALL, organisation=kept.organisation, status="Active").items
    return {
        "assessment": assessment,
        "partners": [one for one in own if one.active],
        "names": _named(own),
        "published": publishing.listed(work, ALL, assessment=assessment).items,
        "former": there,
        "may_publish": choosing.may(visitor, "pact.publish", kept.organisation, kind=publishing.KIND),
        "may_register": choosing.may(visitor, "pact.partner", kept.organisation, kind=partners.KIND),
    }


def _overview(work: Work, visitor: Visitor, paging: Paging) -> dict[str, Any]:
    chosen = work.platform.configuration
    own = choosing.own(work, visitor)
    return {
        "page": partners.listed(work, paging),
        "owners": choosing.own(work, visitor, Role.OWNER),
        "policies": tuple(Policy),
        "issuers": work.platform.configuration.pact_issuers,
        "names": {one.id: one.names for one in own},
        "endpoints": [Endpoint(one.id, one.names, partners.base_of(work, one.id)) for one in own],
        "is_safe": chosen.public_url.startswith("https://"),
        "is_trial": chosen.pact_loopback,
        **_open(work),
    }


def _partner(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = partners.of(work, id)
    own = found.organisation
    return {
        "one": found,
        "policies": tuple(Policy),
        "issuers": work.platform.configuration.pact_issuers,
        "seen": publishing.listed(work, FEW, partner=id).items,
        "asked": inbox.listed(work, FEW, partner=id).items,
        "questions": questions.listed(work, FEW, partner=id).items,
        "sendings": outbox.listed(work, FEW, partner=id).items,
        "base_url": partners.base_of(work, own),
        "may_manage": choosing.may(visitor, "pact.partner", own, kind=partners.KIND),
        "may_ask": found.active
        and bool(found.base_url)
        and choosing.may(visitor, "pact.ask", own, kind=questions.KIND),
    }


def _published(work: Work, visitor: Visitor, paging: Paging) -> dict[str, Any]:
    return {
        "page": publishing.listed(work, paging),
        "partners": _named(partners.listed(work, ALL).items),
        "names": {one.id: one.names for one in choosing.own(work, visitor)},
        **_open(work),
    }


def _footprint(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = publishing.of(work, id)
    own = partners.listed(work, ALL, organisation=found.organisation).items
    return {
        "one": found,
        "partners": [one for one in own if one.active or one.id in found.partners],
        "names": _named(own),
        "people": choosing.names(work, visitor, found.organisation),
        "next": publishing.known_as(work, found.organisation, found.replaced_by) if found.replaced_by else None,
        "may_publish": choosing.may(visitor, "pact.publish", found.organisation, kind=publishing.KIND),
    }


def _requests(work: Work, visitor: Visitor, state: str, paging: Paging) -> dict[str, Any]:
    return {
        "page": inbox.listed(work, paging, state=state),
        "partners": _named(partners.listed(work, ALL).items),
        "names": {one.id: one.names for one in choosing.own(work, visitor)},
        **_open(work),
    }


def _request(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = inbox.of(work, id)
    is_open = found.state == "open"
    return {
        "one": found,
        "partner": partners.of(work, found.partner),
        "candidates": inbox.candidates(work, id) if is_open else (),
        "people": choosing.names(work, visitor, found.organisation),
        "may_answer": is_open and choosing.may(visitor, "pact.publish", found.organisation, kind=inbox.KIND),
    }


def _open(work: Work) -> dict[str, int]:
    """How many requests wait for an answer, as far as anybody counts."""
    return {"waiting": len(inbox.listed(work, Paging(limit=100), state="open").items)}


def _named(found: Sequence[Partner]) -> dict[str, str]:
    return {one.id: one.name for one in found}
