"""What is recognised of elsewhere: issuers and sources, and the certificates that organisations registered."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from tanheng.accounts.model import OrganisationKind, Role
from tanheng.services.factors import collections
from tanheng.services.paging import MOST, Paging
from tanheng.services.recognition import foreign, recognitions
from tanheng.storage.sql import Work
from tanheng.suppliers.answer import BOUNDARIES
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor, VisitorNeed

router = pages()
ALL = Paging(limit=MOST)


@router.get("/recognition")
def list_recognitions(visitor: VisitorNeed, after: str = "") -> Response:
    """What regulators recognise; read by anybody."""
    return page(visitor, "recognition/list.html.j2", **visitor.look(_listed, visitor, Paging(after)))


@router.get("/recognition/certificates/{id}")
def show_certificate(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the API calls it
    """A certificate of elsewhere, and whether it is recognised now."""
    return page(visitor, "recognition/certificate.html.j2", **visitor.look(_certificate, visitor, id))


@router.get("/recognition/{id}")
def show_recognition(visitor: VisitorNeed, id: str) -> Response:  # noqa: A002
    """A recognition with its scope and its basis."""
    found = visitor.look(recognitions.of, id)
    may_end = choosing.may(visitor, "recognition.end", found.organisation)
    return page(visitor, "recognition/recognition.html.j2", found=found, may_end=may_end)


def _listed(work: Work, visitor: Visitor, paging: Paging) -> dict[str, Any]:
    regulators = [one for one in choosing.own(work, visitor, Role.OWNER) if one.kind is OrganisationKind.REGULATOR]
    members = choosing.own(work, visitor) if visitor.is_known else ()
    certificates = [
        (one, found)
        for one in members
        if choosing.may(visitor, "foreign-certificate.read", one.id)
        for found in foreign.listed(work, one.id, Paging(limit=50)).items
    ]
    return {
        "page": recognitions.listed(work, paging),
        "today": work.today,
        "regulators": regulators,
        "certificates": certificates,
        "owners": choosing.own(work, visitor, Role.ENGINEER) if visitor.is_known else (),
        "boundaries": BOUNDARIES,
    }


def _certificate(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = foreign.of(work, id)
    usable = collections.listed(work, ALL).items
    return {
        "found": found,
        "may_change": choosing.may(visitor, "foreign-certificate.register", found.organisation),
        "collections": [
            one for one in usable if one.organisation and choosing.may(visitor, "factor.edit", one.organisation)
        ],
    }
