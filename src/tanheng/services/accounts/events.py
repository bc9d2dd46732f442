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
