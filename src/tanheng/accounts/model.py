"""The words of the accounts: kinds of organisations, and roles on two axes."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is in the system of the plan."""

    ENTERPRISE = "enterprise"
    SUPPLIER = "supplier"
    CERTIFICATION_BODY = "certification-body"
    REGULATOR = "regulator"
    LOCAL_AUTHORITY = "local-authority"
    BANK = "bank"
    LABORATORY = "laboratory"


class SystemRole(StrEnum):
    """What a person is to the whole installation."""

    ADMINISTRATOR = "administrator"  # runs the installation; reads no tenant's data by that
    AUDITOR = "auditor"  # reads the history of all


class Role(StrEnum):
    """What a person is in one organisation."""

    OWNER = "owner"  # people, sites, tokens and delegation of the organisation
    ENGINEER = "engineer"  # studies, databases, assessments
    VIEWER = "viewer"  # reads
    FACTOR_EDITOR = "factor-editor"  # drafts and submits factors
    FACTOR_REVIEWER = "factor-reviewer"  # reviews what others submitted
    PUBLISHER = "publisher"  # publishes releases
    CERTIFIER = "certifier"  # reviews and decides on applications


SECOND_FACTOR_ROLES: frozenset[SystemRole | Role] = frozenset({SystemRole.ADMINISTRATOR, Role.CERTIFIER})
"""Who must sign in with a second factor."""
DELEGABLE_ROLES: frozenset[Role] = frozenset(Role) - {Role.OWNER, Role.CERTIFIER}
"""What an organisation may lend to another: not who owns it, nor who decides for it as a certifier."""
