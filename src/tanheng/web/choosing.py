"""What forms let a visitor choose, and which of them are shown at all; what is allowed is the API's to say."""

from __future__ import annotations

from tanheng.accounts import Thing, decide
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.services.accounts import organisations, people
from tanheng.services.accounts.organisations import Organisation
from tanheng.services.paging import MOST, Paging
from tanheng.storage.sql import Work
from tanheng.web.visitors import Visitor


def own(work: Work, visitor: Visitor, *roles: Role) -> tuple[Organisation, ...]:
    """The organisations in which the visitor has one of the roles (any role where none is named)."""
    return tuple(organisations.of(work, id_) for id_ in sorted(visitor.organisations(*roles)))


def regulating(visitor: Visitor) -> list[str]:
    """Regulators that the visitor owns."""
    own = visitor.organisations(Role.OWNER)
    return [one for one in own if visitor.actor.memberships[one].kind is OrganisationKind.REGULATOR]


def others(work: Work, organisation: str) -> tuple[Organisation, ...]:
    """Organisations that a thing of an organisation can be shared with, as far as the actor finds them by name."""
    found = organisations.listed(work, Paging(limit=MOST)).items
    return tuple(one for one in found if one.id != organisation)


def may(visitor: Visitor, action: str, organisation: str, *, kind: str = "", state: str = "") -> bool:
    """Whether a button is shown: whether the visitor may do something with a thing of an organisation."""
    return decide(
        visitor.actor, action, Thing(kind or action.partition(".")[0], organisation=organisation, state=state)
    ).allowed


def names(work: Work, visitor: Visitor, organisation: str) -> dict[str, str]:
    """Names of people by their ids: of those in an organisation whom the visitor may know, and of the visitor."""
    if not may(visitor, "membership.read", organisation, kind="membership"):
        return {}
    return {one.person: one.name for one in people.members(work, organisation, Paging(limit=MOST)).items}
