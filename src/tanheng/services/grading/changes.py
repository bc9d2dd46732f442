"""The classes that a certificate has had, each with the limits that it follows from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tanheng.services.grading.thresholds import Found, read, reference_of
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import grading as tables
from tanheng.storage.sql.tables.certification import certificates
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id


@dataclass(frozen=True, slots=True)
class Change:
    """A certificate got a class, or another; everybody reads it.

    Attributes:
        certificate: its number. thresholds: id of the limits. before: empty where it had none. value: on its label.
        cause: ``issue`` of the certificate, or ``limits`` that took effect.
    """

    id: str
    certificate: str
    thresholds: str
    before: str
    after: str
    value: float
    cause: str
    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """The class of a certificate on a day, empty where it had none; ``classes``: of its limits, the best first."""

    grade: str
    classes: tuple[str, ...] = ()


def listed(
    work: Work, paging: Paging, *, certificate: str = "", thresholds: str = "", holder: str = ""
) -> Page[Change]:
    """Changes, the newest first; everybody reads them.

    Args:
        certificate: number of one. thresholds, holder: ids; what is no id has no changes.
    """
    table = tables.class_changes
    columns = [column for column in table.c if column.name != "certificate"]
    query = select(*columns, certificates.c.number).join(certificates, table.c.certificate == certificates.c.id)
    if certificate:
        query = query.where(certificates.c.number == certificate[:40])
    for column, wanted in ((table.c.thresholds, thresholds), (certificates.c.holder, holder)):
        if wanted and not is_id(wanted):
            return Page(())
        if wanted:
            query = query.where(column == wanted)

    return page(
        work,
        query,
        paging,
        by=(table.c.id,),
        make=lambda row: Change(**{**{n: v for n, v in row.items() if n != "number"}, "certificate": row["number"]}),
    )


def issued(work: Work, certificate: str, thresholds: str, grade: str, value: float) -> None:
    """Keep the class that a certificate is issued with; the event of the issue tells of it."""
    told = {"before": "", "after": grade, "cause": "issue", "value": value, "day": work.today, "at": work.now}
    work.keep(tables.class_changes, id=new_id(), certificate=certificate, thresholds=thresholds, **told)


def standing(work: Work, certificate: str) -> Found | None:
    """The class that a certificate has now; ``None`` where it has none.

    Args:
        certificate: id of the row.
    """
    table, limits, scheme = tables.class_changes, tables.class_thresholds, tables.class_schemes
    query = select(table.c.after, table.c.thresholds, limits.c.series, limits.c.number, scheme.c.release)
    query = query.join(limits, table.c.thresholds == limits.c.id).join(scheme, limits.c.scheme == scheme.c.id)
    query = query.where(table.c.certificate == certificate).order_by(table.c.id.desc()).limit(1)
    row = work.sql.execute(query).mappings().one_or_none()
    return Found(row["after"], row["thresholds"], reference_of(row)) if row is not None else None


def held(work: Work, grades: Mapping[str, str], day: date | None = None) -> dict[str, Held]:
    """The classes of many certificates, with all classes of the limits that they follow from.

    Args:
        grades: their classes now, by id, which count where no change is known. day: at whose end; ``None`` for now.
    """
    table, last = tables.class_changes, dict[str, tuple[str, str]]()
    for part in at_once(sorted(grades)):
        query = select(table.c.certificate, table.c.before, table.c.after, table.c.thresholds, table.c.day)
        for row in work.sql.execute(query.where(table.c.certificate.in_(part)).order_by(table.c.id)):
            if day is None or row.day <= day:
                last[row.certificate] = row.after, row.thresholds
            else:
                last.setdefault(row.certificate, (row.before, ""))
    classes = {"": (), **_classes(work, {limits for _, limits in last.values()} - {""})}
    return {one: Held(last[one][0], classes[last[one][1]]) if one in last else Held(now) for one, now in grades.items()}


def _classes(work: Work, limits: set[str]) -> dict[str, tuple[str, ...]]:
    table = tables.class_thresholds
    return {
        row["id"]: read(row).classes
        for part in at_once(sorted(limits))
        for row in work.sql.execute(select(table.c.id, table.c.document).where(table.c.id.in_(part))).mappings()
    }
