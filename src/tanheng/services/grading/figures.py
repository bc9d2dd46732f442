"""What everybody is told of peer groups, as it was once a day: numbers of every moment would tell who came between two looks.

A job of the worker takes them, once for each day of the zone; until it has come by, those of the day before are told, or none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.grading.disclosing import Bar, Group, edges_of, grouped, histogram_of
from tanheng.services.grading import schemes, thresholds, trying
from tanheng.services.grading.peers import places_of, within
from tanheng.services.grading.trying import Cell, Trial
from tanheng.services.jobs import jobs
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import grading as tables
from tanheng.storage.sql.tables.certification import certificates

JOB = "class-figures"


class Figure(StrEnum):
    """What is told."""

    HISTOGRAM = "histogram"  # of a scheme
    TRIAL = "trial"  # of limits


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of a peer group lie, as far as everybody may know.

    Attributes:
        size: of the sample, rounded; ``None`` where too few makers are in it, or one has most of it. day: ``None`` where
            nothing was taken yet.
    """

    unit: str
    size: int | None
    bars: tuple[Bar, ...]
    day: date | None


def spread(work: Work, scheme: str) -> Spread:
    """How the valid values of a peer group lie, by the rules of :mod:`tanheng.grading.disclosing` (TH-STO-001)."""
    row = work.get(tables.class_schemes, scheme, kind=schemes.KIND)
    told = _told(work, Figure.HISTOGRAM, scheme)
    if told is None:
        return Spread(row["unit"], None, (), None)
    return Spread(row["unit"], told["told"]["size"], tuple(Bar(*bar) for bar in told["told"]["bars"]), told["day"])


def trial(work: Work, id: str) -> Trial:  # noqa: A002 - as the column is called
    """What published limits do to the classes that certificates have: now for the regulator, for others as of the day."""
    row, scheme = thresholds.with_scheme(work, id)
    if work.may("thresholds.try", schemes.thing(scheme)):
        return trying.of_thresholds(work, id)
    limits, told = thresholds.read(row), _told(work, Figure.TRIAL, id)
    found = told["told"] if told is not None else {"certificates": None, "moved": None, "cells": []}
    return Trial(
        classes=limits.classes,
        limits=limits.limits,
        certificates=found["certificates"],
        moved=found["moved"],
        cells=tuple(Cell(*cell) for cell in found["cells"]),
        whole=False,
        day=told["day"] if told is not None else None,
    )


def due(work: Work) -> list[tuple[Figure, str]]:
    """What was not taken today: of every scheme, and of limits that are in force or will be, or were never tried."""
    scheme, limits, table = tables.class_schemes, tables.class_thresholds, tables.class_figures
    is_old = or_(table.c.day.is_(None), table.c.day < work.today)
    lives = or_(
        limits.c.effective > work.today, limits.c.id.in_(thresholds.in_force(work.today)), table.c.day.is_(None)
    )
    asked = {Figure.HISTOGRAM: (scheme.c.id, is_old), Figure.TRIAL: (limits.c.id, and_(is_old, lives))}
    return [
        (kind, one)
        for kind, (thing, condition) in asked.items()
        for one in work.sql.execute(
            select(thing)
            .join(table, and_(table.c.thing == thing, table.c.kind == kind.value), isouter=True)
            .where(condition)
            .order_by(thing)
        ).scalars()
    ]


def start_where_needed(work: Work) -> bool:
    """Have the figures of the day taken, unless they are, or somebody is about it; whether it was started."""
    if not due(work) or jobs.is_under_way(work, JOB):
        return False
    jobs.begin(work, kind=JOB, payload={})
    return True


def take(platform: Platform, actor: Actor, *, told: Callable[[int], None] = lambda _: None) -> int:
    """Take the figures of the day, each in a transaction of its own; returns how many. It may be broken off."""
    several = platform.look(actor, due)
    for at, (kind, thing) in enumerate(several, start=1):
        platform.do(actor, _keep, kind, thing, platform.look(actor, _taken, kind, thing))
        told(at)
    return len(several)


def _told(work: Work, kind: Figure, thing: str) -> RowMapping | None:
    table = tables.class_figures
    query = select(table.c.day, table.c.told).where(table.c.kind == kind.value, table.c.thing == thing)
    return work.sql.execute(query).mappings().one_or_none()


def _taken(work: Work, kind: Figure, thing: str) -> dict[str, Any]:
    if kind is Figure.HISTOGRAM:
        return _histogram(work, thing)
    row, scheme = thresholds.with_scheme(work, thing)
    found = trying.tried(work, scheme, thresholds.read(row), whole=False)
    cells = [[cell.before, cell.after, cell.count] for cell in found.cells]
    return {"certificates": found.certificates, "moved": found.moved, "cells": cells}


def _histogram(work: Work, scheme: str) -> dict[str, Any]:
    """The database counts the products of each maker in each step of the grid; values are not read."""
    group = schemes.read(work.get(tables.class_schemes, scheme, kind=schemes.KIND)).peers
    of = certificates.c
    asked = [*within(group, places_of(work, group)), of.valid_until >= work.today]
    low, high = work.sql.execute(select(func.min(of.value), func.max(of.value)).where(*asked)).one()
    if low is None:
        return {"size": None, "bars": []}
    edges = edges_of(low, high)
    step = case(*((of.value <= edge, at) for at, edge in enumerate(edges[1:-1])), else_=len(edges) - 2)
    query = select(step.label("step"), of.holder, func.count()).where(*asked).group_by("step", of.holder)
    held = [Group() for _ in edges[1:]]
    for at, holder, count in work.sql.execute(query):
        held[at][holder] += count
    whole = grouped(held)
    bars = histogram_of(edges, held)
    return {"size": whole.published, "bars": [[bar.above, bar.up_to, bar.count] for bar in bars]}


def _keep(work: Work, kind: Figure, thing: str, told: dict[str, Any]) -> None:
    table = tables.class_figures
    work.sql.execute(delete(table).where(table.c.kind == kind.value, table.c.thing == thing))
    work.keep(table, kind=kind.value, thing=thing, day=work.today, told=told)
