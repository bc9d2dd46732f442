"""Sites of organisations: where they make what they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.identifiers import is_identifier
from tanheng.errors import AccessError
from tanheng.files import shipped_rows
from tanheng.inventory.geography import place_of
from tanheng.services.accounts import organisations
from tanheng.services.accounts.events import SiteChanged, SiteCreated
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables

KIND = "site"


@dataclass(frozen=True, slots=True)
class Site:
    """A site, and the version of what is known of it.

    Attributes:
        geography: code of the place, as studies name it (``CN-53``).
        identifiers: by scheme: ``gln`` (GS1 Global Location Number), or others of the organisation's choice.
        active: whether anything is still made there.
    """

    id: str
    version: int
    organisation: str
    names: Mapping[str, str]
    geography: str
    address: str
    identifiers: Mapping[str, str]
    active: bool
    created_at: datetime
    changed_at: datetime


def create(
    work: Work,
    organisation: str,
    *,
    names: Mapping[str, str],
    geography: str,
    address: str = "",
    identifiers: Mapping[str, str] | None = None,
) -> Site:
    """Add a site to an organisation.

    Raises:
        AccessError: not an owner; TH-ACC-031 no name, TH-ACC-032 an unknown place, TH-ACC-033 a wrong identifier.
            StoreError: TH-STO-001.
    """
    _seen_organisation(work, organisation)
    work.require("site.create", Thing(KIND, organisation=organisation))
    values = _checked({"names": names, "geography": geography, "address": address, "identifiers": identifiers or {}})
    made = work.insert(tables.sites, organisation=organisation, active=True, **values)
    work.record(SiteCreated(id=made, organisation=organisation, **values))
    return of(work, made)


def of(work: Work, id: str) -> Site:  # noqa: A002 - as the column is called
    """A site that the actor may read (TH-STO-001 for any other)."""
    return Site(**_seen(work, id))


def listed(work: Work, organisation: str, paging: Paging) -> Page[Site]:
    """The sites of an organisation, the newest first."""
    _seen_organisation(work, organisation)
    work.require("site.read", Thing(KIND, organisation=organisation))
    query = select(tables.sites).where(tables.sites.c.organisation == organisation)
    return page(work, query, paging, by=(tables.sites.c.id,), make=lambda row: Site(**row))


def change(work: Work, /, id: str, *, expected: int, **fields: Any) -> Site:  # noqa: A002
    """Change what is known of a site: ``names``, ``geography``, ``address``, ``identifiers``, ``active``.

    Args:
        expected: version that the actor saw.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. AccessError: not an owner; TH-ACC-031, TH-ACC-032, TH-ACC-033.
    """
    row = _seen(work, id)
    work.require("site.change", thing(row))
    values = _checked(fields)
    version = work.change(tables.sites, id, kind=KIND, expected=expected, **values)
    work.record(SiteChanged(id=id, organisation=row["organisation"], version=version, fields=values))
    return of(work, id)


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of a site."""
    return Thing(KIND, str(row["id"]), organisation=str(row["organisation"]))


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept; every one that is there is looked at."""
    values = dict(fields)
    if "names" in values:
        values["names"] = {lang: name for lang, name in values["names"].items() if name.strip()}
        if not values["names"]:
            raise AccessError("TH-ACC-031", place="names")
    if "geography" in values:
        values["geography"] = place_of(values["geography"])
        if values["geography"] not in _places():
            raise AccessError("TH-ACC-032", place="geography", value=fields["geography"])
    for scheme, value in (values.get("identifiers") or {}).items():
        if not is_identifier(scheme, value):
            raise AccessError("TH-ACC-033", place=f"identifiers.{scheme}", scheme=scheme, value=value)
    return values


@cache
def _places() -> frozenset[str]:
    return frozenset(row["code"] for row in shipped_rows("geographies"))


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.sites, id, kind=KIND)
    work.see("site.read", thing(row))
    return row


def _seen_organisation(work: Work, organisation: str) -> None:
    row = work.get(tables.organisations, organisation, kind=organisations.KIND)
    work.see("organisation.read", organisations.thing(row))
