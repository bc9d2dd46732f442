"""What the history tells of accounts."""

from __future__ import annotations

from tanheng.audit import Event


class OrganisationCreated(Event, frozen=True, kw_only=True):
    """An organisation was set up."""

    type = "organisation.created"

    organisation_kind: str
    names: dict[str, str]
    code: str


class OrganisationChanged(Event, frozen=True, kw_only=True):
    """What is known of an organisation was changed."""

    type = "organisation.changed"

    version: int
    fields: dict[str, str | bool | dict[str, str]]


class CertificationBodyRegistered(Event, frozen=True, kw_only=True):
    """A certification body was set up: public, since whoever reads a certificate must know that its issuer is one."""

    type = "certification-body.registered"
    public = True

    names: dict[str, str]
    code: str
    geography: str


class CertificationBodyChanged(Event, frozen=True, kw_only=True):
    """What is publicly known of a certification body was changed; ``closed``: it issues nothing any longer."""

    type = "certification-body.changed"
    public = True

    names: dict[str, str]
    code: str
    geography: str
    closed: bool


class PersonCreated(Event, frozen=True, kw_only=True):
    """A person was given an account."""

    type = "person.created"
    private = frozenset({"email", "name"})

    email: str
    name: str


class PersonRenamed(Event, frozen=True, kw_only=True):
    """A person calls themselves otherwise."""

    type = "person.renamed"
    private = frozenset({"before", "name"})

    before: str
    name: str


class PersonSuspended(Event, frozen=True, kw_only=True):
    """A person may not sign in any more, or may again."""

    type = "person.suspended"

    suspended: bool


class PasswordChanged(Event, frozen=True, kw_only=True):
    """A password was set."""

    type = "person.password-changed"


class SecondFactorChanged(Event, frozen=True, kw_only=True):
    """A second factor was confirmed, or given up."""

    type = "person.second-factor-changed"

    confirmed: bool


class SignedIn(Event, frozen=True, kw_only=True):
    """A session was opened; ``id`` is the person's."""

    type = "person.signed-in"

    session: str
    second_factor: bool
    issuer: str = ""  # name of the provider; empty for a password


class IdentityLinked(Event, frozen=True, kw_only=True):
    """An account of a provider signs a person in from now on; ``id`` is the person's."""

    type = "person.identity-linked"
    private = frozenset({"subject"})

    issuer: str
    subject: str


class IdentityUnlinked(Event, frozen=True, kw_only=True):
    """It does no more."""

    type = "person.identity-unlinked"
    private = frozenset({"subject"})

    issuer: str
    subject: str


class SystemRolesGiven(Event, frozen=True, kw_only=True):
    """What a person is to the whole installation."""

    type = "person.system-roles-given"

    roles: list[str]


class RolesGiven(Event, frozen=True, kw_only=True):
    """The roles of a person in an organisation, all of them; none where the person left."""

    type = "membership.given"

    roles: list[str]


class SiteCreated(Event, frozen=True, kw_only=True):
    """An organisation told of a site."""

    type = "site.created"

    names: dict[str, str]
    geography: str
    address: str
    identifiers: dict[str, str]


class SiteChanged(Event, frozen=True, kw_only=True):
    """What is known of a site was changed."""

    type = "site.changed"

    version: int
    fields: dict[str, str | bool | dict[str, str]]


class DelegationGiven(Event, frozen=True, kw_only=True):
    """An organisation lent roles to another."""

    type = "delegation.given"

    receiver: str
    roles: list[str]
    until: str
    note: str


class DelegationRevoked(Event, frozen=True, kw_only=True):
    """The roles were taken or given back."""

    type = "delegation.revoked"

    receiver: str


class TokenCreated(Event, frozen=True, kw_only=True):
    """A token was made."""

    type = "token.created"

    person: str
    roles: list[str]
    scopes: list[str]
    expires: str


class TokenRevoked(Event, frozen=True, kw_only=True):
    """A token counts no more."""

    type = "token.revoked"


class PersonalDataErased(Event, frozen=True, kw_only=True):
    """What was personal of somebody is gone; ``id`` is the person's.

    Attributes:
        events: numbers of the events whose personal part went.
    """

    type = "personal-data.erased"

    events: list[int]
