"""Organisations: set up, listed, changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.model import OrganisationKind
from tanheng.services.accounts.events import (
    CertificationBodyChanged,
    CertificationBodyRegistered,
    OrganisationChanged,
    OrganisationCreated,
)
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables

KIND = "organisation"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation, and the version of what is known of it.

    Attributes:
        code: unified social credit code 统一社会信用代码, or what another country numbers firms by.
        listed: whether others that are signed in find it by name.
    """

    id: str
    version: int
    kind: OrganisationKind
    names: Mapping[str, str]
    code: str
    geography: str
    listed: bool
    closed: bool
    created_at: datetime
    changed_at: datetime


def create(
    work: Work,
    *,
    kind: OrganisationKind,
    names: Mapping[str, str],
    code: str = "",
    geography: str = "",
    listed: bool = False,
) -> Organisation:
    """Set up an organisation.

    Raises:
        AccessError: only administrators do.
    """
    work.require("organisation.create", Thing(KIND))
    values = {"kind": kind.value, "names": dict(names), "code": code, "geography": geography, "listed": listed}
    made = work.insert(tables.organisations, **values, closed=False)
    work.record(
        OrganisationCreated(id=made, organisation=made, organisation_kind=kind.value, names=dict(names), code=code)
    )
    if kind is OrganisationKind.CERTIFICATION_BODY:
        known = CertificationBodyRegistered(
            id=made, organisation=made, names=dict(names), code=code, geography=geography
        )
        work.record(known)
    return of(work, made)


def of(work: Work, id: str) -> Organisation:  # noqa: A002 - as the column is called
    """An organisation that the actor may read (TH-STO-001 for any other)."""
    row = work.get(tables.organisations, id, kind=KIND)
    work.see("organisation.read", thing(row))
    return _made(row)


def listed(work: Work, paging: Paging, *, kind: OrganisationKind | None = None) -> Page[Organisation]:
    """Organisations that the actor may read, the newest first."""
    work.require("organisation.list", Thing(KIND))
    table = tables.organisations
    query = select(table)
    if kind is not None:
        query = query.where(table.c.kind == kind.value)
    if not work.may("organisation.read", Thing(KIND)):  # whoever may read any reads all
        query = query.where(or_(table.c.listed, table.c.id.in_(work.actor.organisations)))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def change(work: Work, /, id: str, *, expected: int, **fields: Any) -> Organisation:  # noqa: A002
    """Change what is known of an organisation: ``names``, ``code``, ``geography``, ``listed``, ``closed``.

    Args:
        expected: version that the actor saw.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. AccessError: neither an owner nor an administrator.
    """
    row = work.get(tables.organisations, id, kind=KIND)
    work.see("organisation.read", thing(row))
    work.require("organisation.change", thing(row))
    version = work.change(tables.organisations, id, kind=KIND, expected=expected, **fields)
    work.record(OrganisationChanged(id=id, organisation=id, version=version, fields=dict(fields)))
    known = {name: {**row, **fields}[name] for name in ("names", "code", "geography", "closed")}
    if row["kind"] == OrganisationKind.CERTIFICATION_BODY and any(row[name] != value for name, value in known.items()):
        work.record(CertificationBodyChanged(id=id, organisation=id, **known))
    return of(work, id)


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of an organisation."""
    return Thing(KIND, str(row["id"]), organisation=str(row["id"]), public=bool(row["listed"]))


def _made(row: RowMapping) -> Organisation:
    return Organisation(**{**row, "kind": OrganisationKind(row["kind"])})
