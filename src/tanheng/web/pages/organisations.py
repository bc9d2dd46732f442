"""Organisations: what is known of them, their people, sites, machines, and who acts for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from fastapi import Response

from tanheng.accounts import Thing
from tanheng.accounts.deciding import scopes
from tanheng.accounts.model import DELEGABLE_ROLES, SECOND_FACTOR_ROLES, OrganisationKind, Role
from tanheng.services.accounts import delegations, organisations, people, sites, tokens
from tanheng.services.accounts.delegations import Delegation
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
ALL = Paging(limit=500)
LENT, HELD = timedelta(days=180), timedelta(days=365)
"""What is proposed for a delegation, and for a token of a machine."""


@router.get("/organisations")
def list_organisations(visitor: SignedInNeed, kind: OrganisationKind | Literal[""] = "", after: str = "") -> Response:
    """Organisations that the visitor may see, the newest first."""
    return page(visitor, "organisations/list.html.j2", **visitor.look(_listed, visitor, kind, after))


@router.get("/organisations/{id}")
def one_organisation(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """An organisation; its people and the rest for its members."""
    return page(visitor, "organisations/organisation.html.j2", **visitor.look(_one, visitor, id))


def _listed(work: Work, visitor: Visitor, kind: OrganisationKind | Literal[""], after: str) -> dict[str, Any]:
    wanted = kind or None
    return {
        "found": organisations.listed(work, Paging(after), kind=wanted),
        "kind": wanted.value if wanted else "",
        "kinds": [one.value for one in OrganisationKind],
        "own": visitor.actor.memberships,
        "may_create": work.may("organisation.create", Thing(organisations.KIND)),
        "is_without_factor": bool(people.of(work, visitor.actor.id).system_roles) and not visitor.actor.second_factor,
    }


def _one(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002 - as the column is called
    own = organisations.of(work, id)
    values: dict[str, Any] = {"organisation": own, "may": _may(work, id), "members": None, "is_member": False}
    if values["may"]["people"]:
        values["members"] = people.members(work, id, ALL).items
    if id in visitor.actor.memberships:
        lent = delegations.listed(work, id, ALL).items
        values |= {
            "is_member": True,
            "sites": sites.listed(work, id, ALL).items,
            "lent": [(one, _others(work, id, one)) for one in lent],
            "machines": [one for one in tokens.listed(work, ALL).items if one.organisation == id],
        }
    return {**values, **_choices(work)}


def _may(work: Work, id: str) -> dict[str, bool]:  # noqa: A002
    """What the visitor may do, so that only such buttons are shown; the API decides."""
    return {
        "change": work.may("organisation.change", Thing(organisations.KIND, id, organisation=id)),
        "people": work.may("membership.read", Thing("membership", id, organisation=id)),
        "give": work.may("membership.give", Thing("membership", id, organisation=id)),
        "sites": work.may("site.create", Thing("site", organisation=id)),
        "lend": work.may("delegation.give", Thing("delegation", organisation=id)),
        "machines": work.may("token.create", Thing("token", organisation=id)),
        "history": work.may("audit.list", Thing("audit")) and id in work.actor.organisations_as(Role.OWNER),
    }


def _others(work: Work, id: str, one: Delegation) -> dict[str, str]:  # noqa: A002
    """Names of the other organisation of a delegation, where it is known to the visitor."""
    other = one.receiver if one.organisation == id else one.organisation
    thing = Thing(organisations.KIND, other, organisation=other)
    return dict(organisations.of(work, other).names) if work.may("organisation.read", thing) else {"zh": other[:8]}


def _choices(work: Work) -> dict[str, Any]:
    others = organisations.listed(work, ALL).items
    return {
        "roles": [one.value for one in Role],
        "delegable": [one.value for one in Role if one in DELEGABLE_ROLES],
        "mechanical": [one.value for one in Role if one not in SECOND_FACTOR_ROLES],
        "others": [(one.id, one.names) for one in others if not one.closed],
        "scopes": sorted(scopes()),
        "lent_until": (work.today + LENT).isoformat(),
        "held_until": (work.today + HELD).isoformat(),
        "now": work.now,
    }
