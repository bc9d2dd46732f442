"""What limits would do to the register before they are in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, case, func, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.certification.procedure import LIVING
from tanheng.grading import Thresholds
from tanheng.grading.disclosing import LEAST, tellable
from tanheng.services.grading import schemes, thresholds
from tanheng.services.grading.peers import graded, places_of, within
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables.certification import certificates


@dataclass(frozen=True, slots=True)
class Cell:
    """Certificates by the class that they have and the class that they would have; ``before`` is empty where they have none.

    Attributes:
        count: ``None`` where fewer makers are behind it than may be told.
    """

    before: str
    after: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What limits would do to the certificates that are valid or suspended.

    Attributes:
        certificates, moved: how many there are, and how many would have another class; ``None`` as in cells.
        whole: whether every number is told, as regulators see them. day: of which the numbers are; ``None`` for now, and where
            none were taken yet.
    """

    classes: tuple[str, ...]
    limits: tuple[float, ...]
    certificates: int | None
    moved: int | None
    cells: tuple[Cell, ...]
    whole: bool
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A certificate that would have another class."""

    certificate: str
    holder: str
    value: float
    before: str
    after: str


def of_draft(work: Work, draft: str) -> Trial:
    """What the limits of a draft would do, for the regulator (TH-STO-001 for anybody else)."""
    row, scheme = thresholds.seen_draft(work, draft)
    return tried(work, scheme, _limits(work, row, scheme), whole=True)


def of_thresholds(work: Work, id: str) -> Trial:  # noqa: A002 - as the column is called
    """What published limits do to the classes that certificates have now, for the regulator (TH-STO-001 for anybody else)."""
    row, scheme = thresholds.with_scheme(work, id)
    work.see("thresholds.try", Thing(thresholds.KIND, id, organisation=scheme["organisation"]))
    return tried(work, scheme, thresholds.read(row), whole=True)


def moves_of_draft(work: Work, draft: str, paging: Paging) -> Page[Move]:
    """The certificates that would have another class by a draft, for the regulator."""
    row, scheme = thresholds.seen_draft(work, draft)
    return _moves(work, scheme, _limits(work, row, scheme), paging)


def moves_of_thresholds(work: Work, id: str, paging: Paging) -> Page[Move]:  # noqa: A002 - as the column is called
    """Likewise by published limits, for the regulator (TH-STO-001 for anybody else)."""
    row, scheme = thresholds.with_scheme(work, id)
    work.see("thresholds.try", Thing(thresholds.KIND, id, organisation=scheme["organisation"]))
    return _moves(work, scheme, thresholds.read(row), paging)


def _limits(work: Work, row: RowMapping, scheme: RowMapping) -> Thresholds:
    found = schemes.read(scheme)
    limits = tuple(float(limit) for limit in row["limits"])
    return Thresholds(found.reference, found.classes, limits, found.tie, work.day_of(row["at"]))


def tried(work: Work, scheme: RowMapping, limits: Thresholds, *, whole: bool) -> Trial:
    """What limits do, as the database counts it: a million certificates are never read into memory.

    Args:
        whole: whether every number is told, and not only those behind which enough makers stand.
    """
    of, group = certificates.c, schemes.read(scheme).peers
    asked, after = within(group, places_of(work, group), LIVING), graded(limits)
    counted = (func.count(), func.count(func.distinct(of.holder)))
    query = select(of.grade, after, *counted).where(*asked).group_by(of.grade, after)
    ranks = {name: rank for rank, name in enumerate(limits.classes)}
    rows = sorted(work.sql.execute(query), key=lambda row: (ranks.get(row[0], -1), row[0], ranks[row[1]]))
    moved = func.sum(case((of.grade != after, 1), else_=0).cast(Integer))
    movers = func.count(func.distinct(case((of.grade != after, of.holder))))
    total, makers, changing, moving = work.sql.execute(select(*counted, moved, movers).where(*asked)).one()
    told = [whole or is_told for is_told in tellable([row[3] for row in rows])]
    is_safe = makers >= LEAST and all(told) and (moving >= LEAST or not changing)
    return Trial(
        classes=limits.classes,
        limits=limits.limits,
        certificates=total if whole or makers >= LEAST else None,
        moved=(changing or 0) if whole or is_safe else None,
        cells=tuple(Cell(row[0], row[1], row[2] if is_told else None) for row, is_told in zip(rows, told, strict=True)),
        whole=whole,
    )


def _moves(work: Work, scheme: RowMapping, limits: Thresholds, paging: Paging) -> Page[Move]:
    of, after = certificates.c, graded(limits)
    columns = (of.id, of.number, of.holder, of.value, of.grade, after.label("after"))
    group = schemes.read(scheme).peers
    asked = within(group, places_of(work, group), LIVING)
    query = select(*columns).where(*asked, of.grade != after)

    def made(row: RowMapping) -> Move:
        return Move(row["number"], row["holder"], row["value"], row["grade"], row["after"])

    return page(work, query, paging, by=(of.id,), make=made)
