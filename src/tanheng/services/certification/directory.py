"""Certification bodies as everybody reads them: their scope, how much work they have, complaints as counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, ColumnElement, func, or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts.model import OrganisationKind
from tanheng.certification.procedure import Machine, states, steps_from
from tanheng.services.certification import complaints
from tanheng.services.certification.complaints import Counts
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.work import not_found

_UNDER_WAY = tuple(one for one in states(Machine.CASE) if one != "draft" and steps_from(Machine.CASE, one))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a body may certify today: series of rule packs of a scheme, all where empty."""

    scheme: str
    rule_packs: tuple[str, ...]
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Body:
    """A certification body.

    Attributes:
        open_cases: that were submitted and are not over. certificates: that are valid.
    """

    id: str
    names: Mapping[str, str]
    code: str
    geography: str
    closed: bool
    scope: tuple[Scope, ...]
    open_cases: int
    certificates: int
    complaints: Counts


def listed(work: Work, paging: Paging) -> Page[Body]:
    """The bodies of the installation, the newest first."""
    table = accounts.organisations
    query = select(table).where(table.c.kind == OrganisationKind.CERTIFICATION_BODY.value)
    found = page(work, query, paging, by=(table.c.id,), make=lambda row: row)
    return Page(_told(work, found.items), found.next)


def of(work: Work, id: str) -> Body:  # noqa: A002 - as the column is called
    """A body (TH-STO-001 where it is none)."""
    row = work.get(accounts.organisations, id, kind="body")
    if row["kind"] != OrganisationKind.CERTIFICATION_BODY:
        raise not_found("body", id)
    return _told(work, [row])[0]


def _told(work: Work, rows: Sequence[RowMapping]) -> tuple[Body, ...]:
    ids = [row["id"] for row in rows]
    cases, certificates = tables.cases, tables.certificates
    open_cases = dict(_counted(work, cases.c.body, cases.c.body.in_(ids), cases.c.state.in_(_UNDER_WAY)))
    valid = dict(_counted(work, certificates.c.body, certificates.c.body.in_(ids), certificates.c.state == "valid"))
    complained, scopes = complaints.counts(work, ids), _scopes(work, ids)
    return tuple(
        Body(
            **{name: row[name] for name in ("id", "names", "code", "geography", "closed")},
            scope=tuple(scopes.get(row["id"], ())),
            open_cases=open_cases.get(row["id"], 0),
            certificates=valid.get(row["id"], 0),
            complaints=complained.get(row["id"], Counts(0, 0)),
        )
        for row in rows
    )


def _counted(work: Work, column: Column[str], *conditions: ColumnElement[bool]) -> list[tuple[str, int]]:
    query = select(column, func.count()).where(*conditions).group_by(column)
    return [(one, count) for one, count in work.sql.execute(query)]


def _scopes(work: Work, bodies: Sequence[str]) -> dict[str, list[Scope]]:
    table, today = tables.accreditations, work.today
    query = select(table).where(
        table.c.body.in_(bodies),
        table.c.ended_at.is_(None),
        table.c.valid_from <= today,
        or_(table.c.valid_until.is_(None), table.c.valid_until >= today),
    )
    found: dict[str, list[Scope]] = {}
    for row in work.sql.execute(query.order_by(table.c.scheme, table.c.id)).mappings():
        found.setdefault(row["body"], []).append(Scope(row["scheme"], tuple(row["rule_packs"]), row["valid_until"]))
    return found
