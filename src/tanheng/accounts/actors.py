"""Who acts: a person or a machine with its roles, the system itself, or a stranger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tanheng.accounts.model import OrganisationKind, Role, SystemRole


class ActorKind(StrEnum):
    """How the actor came in."""

    PERSON = "person"  # signed in, or by a token of their own
    MACHINE = "machine"  # by a token of an organisation
    SYSTEM = "system"  # the installation itself: first run, jobs, the operator's command line
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Membership:
    """The roles of an actor in one organisation.

    Attributes:
        through: ids of organisations of the actor that roles here were lent to; empty where all are the actor's own.
    """

    organisation: str
    kind: OrganisationKind
    roles: frozenset[Role]
    through: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks.

    Attributes:
        id: of the person or machine; empty for a stranger.
        memberships: by id of the organisation.
        scopes: of a token, as ``studies:read``; ``None`` where nothing narrows the roles.
        second_factor: whether the session was opened with one.
        credential: id of the session or token, for the history.
    """

    kind: ActorKind
    id: str = ""
    system_roles: frozenset[SystemRole] = frozenset()
    memberships: Mapping[str, Membership] = field(default_factory=dict)
    scopes: frozenset[str] | None = None
    second_factor: bool = False
    credential: str = ""

    @property
    def person(self) -> str:
        """Id of the person who acts; empty for machines, the system and strangers."""
        return self.id if self.kind is ActorKind.PERSON else ""

    @property
    def organisations(self) -> frozenset[str]:
        """Ids of the organisations in which the actor has a role."""
        return frozenset(own.organisation for own in self.memberships.values() if own.roles)

    def organisations_as(self, *roles: Role) -> frozenset[str]:
        """Ids of the organisations in which the actor has one of ``roles``; of any role where none is named."""
        if not roles:
            return self.organisations
        return frozenset(own.organisation for own in self.memberships.values() if own.roles & set(roles))


ANONYMOUS = Actor(ActorKind.ANONYMOUS)


def system(name: str = "system") -> Actor:
    """The installation itself, acting as ``name`` (``init``, ``job`` …)."""
    return Actor(ActorKind.SYSTEM, name)
