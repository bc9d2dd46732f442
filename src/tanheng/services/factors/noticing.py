"""Who is told of a release: those who subscribed, and those whose assessments use what it changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.services import notices
from tanheng.services.factors import collections
from tanheng.services.factors.events import FactorSubscribed
from tanheng.services.factors.members import members
from tanheng.services.factors.releases import Release
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.tables import studies
from tanheng.storage.sql.types import new_id

KIND = "factor-subscription"
_SHOWN = 20
"""Ids of factors that a notice names."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish to be told.

    Attributes:
        factor: id in the collection; empty for any.
    """

    id: str
    collection: str
    factor: str
    created_at: datetime


def subscribe(work: Work, collection: str, factor: str = "") -> Subscription:
    """Be told of releases of a collection that change a factor, or any; asked for twice, it is one wish."""
    collections.seen(work, collection)
    work.require("subscription.keep", _own(work))
    table = tables.subscriptions
    same = (table.c.person == work.actor.id, table.c.collection == collection, table.c.factor == factor)
    row = work.sql.execute(select(table).where(*same)).mappings().one_or_none()
    if row is None:
        made = Subscription(new_id(), collection, factor, work.now)
        work.sql.execute(insert(table).values(person=work.actor.id, **asdict(made)))
        work.record(FactorSubscribed(id=collection, factor=factor, subscribed=True))
        return made
    return _made(row)


def unsubscribe(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """Be told no more (TH-STO-001 where it is nobody's, or somebody else's)."""
    row = work.get(tables.subscriptions, id, kind=KIND)
    work.see("subscription.keep", Thing(KIND, id, person=row["person"]))
    work.sql.execute(delete(tables.subscriptions).where(tables.subscriptions.c.id == id))
    work.record(FactorSubscribed(id=row["collection"], factor=row["factor"], subscribed=False))


def subscriptions(work: Work, paging: Paging) -> Page[Subscription]:
    """The actor's own, the newest first."""
    work.require("subscription.keep", _own(work))
    table = tables.subscriptions
    return page(work, select(table).where(table.c.person == work.actor.id), paging, by=(table.c.id,), make=_made)


def tell(work: Work, collection: RowMapping, after: Release, factors: Collection[str]) -> None:
    """Leave the notices of a release, which changes these factors."""
    changed = set(factors)
    place = f"/v1/factor-collections/{collection['id']}/releases/{after.number}"
    told = {"collection": collection["name"], "version": after.name}
    table = tables.subscriptions
    readers: dict[str, set[str]] = {}
    wanted = select(table.c.person, table.c.factor).where(table.c.collection == collection["id"])
    for person, factor in work.sql.execute(wanted):
        if not factor:
            readers.setdefault(person, set()).update(changed)
        elif factor in changed:
            readers.setdefault(person, set()).add(factor)
    for person, asked in readers.items():
        notices.tell(work, [person], "release-published", place, {**told, **_named(asked)})
    for author, (assessments, used) in _authors(work, collection["id"], changed).items():
        params = {**told, **_named(used), "assessments": len(assessments)}
        notices.tell(work, [author], "assessments-affected", place, params)


def changed_between(work: Work, before: Release | None, after: Release) -> set[str]:
    """Ids of factors that a release has in another version than the one before, has anew, or has no more."""

    def numbers(release: Release | None) -> dict[str, int]:
        if release is None:
            return {}
        query = members(release.id, tables.records.c.factor, tables.members.c.number)
        return {factor: number for factor, number in work.sql.execute(query)}  # noqa: C416 - rows are no pairs to mypy

    old, new = numbers(before), numbers(after)
    return {factor for factor in {*old, *new} if old.get(factor) != new.get(factor)}


def _authors(work: Work, collection: str, changed: Iterable[str]) -> dict[str, tuple[set[str], set[str]]]:
    """Authors of assessments that count and use a changed factor: which assessments, which factors."""
    uses, assessments = tables.uses, studies.assessments
    found: dict[str, tuple[set[str], set[str]]] = {}
    for some in at_once(sorted(changed)):
        query = (
            select(assessments.c.author, assessments.c.id, uses.c.factor)
            .join(assessments, assessments.c.id == uses.c.assessment)
            .where(uses.c.collection == collection, uses.c.factor.in_(some))
            .where(assessments.c.superseded_by.is_(None))
        )
        for author, assessment, factor in work.sql.execute(query):
            of_author = found.setdefault(author, (set(), set()))
            of_author[0].add(assessment)
            of_author[1].add(factor)
    return found


def _named(factors: Iterable[str]) -> dict[str, Any]:
    listed = sorted(factors)
    return {"count": len(listed), "factors": listed[:_SHOWN]}


def _own(work: Work) -> Thing:
    return Thing(KIND, person=work.actor.person)


def _made(row: RowMapping) -> Subscription:
    return Subscription(**{name: row[name] for name in Subscription.__slots__})
