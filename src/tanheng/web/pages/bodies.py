"""Certification bodies: the register, what one may certify, its people and interests, and complaints."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from tanheng.accounts import Thing
from tanheng.certification.model import FUNCTIONS
from tanheng.services.accounts import organisations, people
from tanheng.services.certification import bodies, complaints, directory, interests, naming, schemes
from tanheng.services.certification.complaints import ComplaintState
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.pages.cases import ALL
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()


@router.get("/bodies")
def listed(visitor: SignedInNeed, after: str = "") -> Response:
    """The register of bodies: scope, accreditation, workload, complaints as counts."""
    return page(visitor, "bodies/list.html.j2", **visitor.look(_list, after))


@router.get("/bodies/{id}")
def body(visitor: SignedInNeed, id: str, certificate: str = "") -> Response:  # noqa: A002 - as the address says it
    """A body; its people and interests for its members, complaints for those whom they concern."""
    return page(visitor, "bodies/body.html.j2", **visitor.look(_body, visitor, id), certificate=certificate)


@router.get("/complaints")
def complained(visitor: SignedInNeed, state: str = "", after: str = "") -> Response:
    """The complaints that the visitor may read."""
    chosen = next((one for one in ComplaintState if one.value == state), None)
    values = visitor.look(_complaints, visitor, chosen, after)
    return page(visitor, "bodies/complaints.html.j2", **values, state=state, states=list(ComplaintState))


def _list(work: Work, after: str) -> dict[str, Any]:
    found = directory.listed(work, Paging(after=after))
    return {"bodies": found.items, "next": found.next}


def _body(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = directory.of(work, id)
    granted = bodies.accreditations(work, ALL, body=id).items
    attests = work.may("qualification.attest", Thing(bodies.QUALIFICATION, organisation=id))
    is_member = work.may("qualification.read", Thing(bodies.QUALIFICATION, organisation=id))
    own: dict[str, Any] = {"members": (), "qualifications": (), "interests": (), "towards": ()}
    if is_member:
        own = {
            "members": people.members(work, id, ALL).items,
            "qualifications": bodies.qualifications(work, id, ALL).items,
            "interests": interests.listed(work, id, ALL).items,
            "towards": [one for one in organisations.listed(work, ALL).items if one.id != id],
        }
    regulators = choosing.regulating(visitor)
    names = {one.organisation for one in own["interests"]} | {one.granted_by for one in granted} | set(regulators)
    return (
        own
        | {
            "body": found,
            "accreditations": granted,
            "attests": attests,
            "is_member": is_member,
            "declares": work.may(
                "interest.declare", Thing(interests.INTEREST, organisation=id, person=work.actor.person)
            ),
            "functions": FUNCTIONS,
            "regulators": regulators,
            "names": naming.of_organisations(work, names),
            "schemes": sorted({one.scheme for one in schemes.listed(work, ALL).items}) if regulators else (),
            "today": work.today,
            "me": work.actor.person,
        }
        | _about(work, visitor, id)
    )


def _complaints(work: Work, visitor: Visitor, state: ComplaintState | None, after: str) -> dict[str, Any]:
    found = complaints.listed(work, Paging(after=after), state=state)
    regulators = choosing.regulating(visitor)
    names = naming.of_organisations(work, {*(one.body for one in found.items), *regulators})
    return {"complaints": found.items, "next": found.next, "names": names, "regulators": regulators}


def _about(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    """Complaints about a body, and what the visitor may do with them."""
    found = complaints.listed(work, ALL, body=id).items
    return {
        "complaints": found,
        "answers": work.may("complaint.answer", Thing(complaints.KIND, organisation=id)),
        "closes": [one for one in choosing.regulating(visitor) if one in bodies.regulators_of(work, id)],
    }
