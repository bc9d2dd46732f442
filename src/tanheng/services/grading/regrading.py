"""Limits take effect: certificates get the classes that follow from them, some at a time; the rest is not touched.

It may be broken off and done again: each time only those are looked for whose class is not what follows from the limits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.accounts.model import Role
from tanheng.certification.procedure import LIVING
from tanheng.services import notices
from tanheng.services.grading import schemes, thresholds
from tanheng.services.grading.events import CertificatesRegraded, ThresholdsApplied
from tanheng.services.grading.peers import graded, places_of, within
from tanheng.services.jobs import jobs
from tanheng.services.registry import entries
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import grading as tables
from tanheng.storage.sql.tables.certification import certificates
from tanheng.storage.sql.types import new_id

JOB = "regrade"
BATCH = 1_000
"""Certificates of a transaction: others wait for no longer than that takes."""
_TOLD = frozenset({Role.OWNER.value, Role.ENGINEER.value})


def due(work: Work) -> list[str]:
    """Ids of limits that are in force and were not applied to all their certificates yet, the oldest first."""
    table = tables.class_thresholds
    applied = select(tables.gradings.c.thresholds)
    query = select(table.c.id).where(table.c.id.in_(thresholds.in_force(work.today)))
    query = query.where(table.c.id.not_in(applied)).order_by(table.c.effective, table.c.published_at)
    return list(work.sql.execute(query).scalars())


def start_where_needed(work: Work) -> bool:
    """Have limits applied that took effect, unless somebody is about it; whether there are any."""
    if not due(work) or jobs.is_under_way(work, JOB):
        return False
    jobs.begin(work, kind=JOB, payload={})
    return True


def regrade(platform: Platform, actor: Actor, *, told: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Apply all limits that are due; returns how many certificates moved, by the id of the limits.

    Args:
        told: is told how many certificates moved so far.
    """
    moved: dict[str, int] = {}
    for one in platform.look(actor, due):
        places = platform.look(actor, _places, one)
        after: str | None = ""
        count = 0
        while after is not None:
            some, after = platform.do(actor, _batch, one, after, places)
            count += some
            told(sum(moved.values()) + count)
        moved[one] = platform.do(actor, _finish, one)
    return moved


def _places(work: Work, id: str) -> list[str] | None:  # noqa: A002 - as the column is called
    """The places that limits are for; asked once, since certificates that come meanwhile are issued with their class."""
    return places_of(work, schemes.read(_both(work, id)[1]).peers)


def _batch(
    work: Work,
    id: str,  # noqa: A002 - as the column is called
    after: str,
    places: list[str] | None,
) -> tuple[int, str | None]:
    """Some certificates that have another class from now on: how many, and the last of them; ``None`` at the end."""
    _take_turn(work, id)
    row, scheme = _both(work, id)
    of, limits = certificates.c, thresholds.read(row)
    is_now = graded(limits)
    query = select(of.id, of.grade, of.value, is_now.label("after")).order_by(of.id).limit(BATCH)
    query = query.where(*within(schemes.read(scheme).peers, places, LIVING), of.grade != is_now)
    if after:
        query = query.where(of.id > after)
    found = work.sql.execute(query).all()
    if not found:
        return 0, None
    by_class: dict[str, list[str]] = defaultdict(list)
    for one in found:
        by_class[one.after].append(one.id)
    for name, ids in by_class.items():
        for some in at_once(ids):
            work.change_all(certificates, some, grade=name)
    shared: dict[str, Any] = {"thresholds": id, "cause": "limits", "day": work.today, "at": work.now}
    work.keep_all(
        tables.class_changes,
        [
            {
                "id": new_id(),
                "certificate": one.id,
                "before": one.grade,
                "after": one.after,
                "value": one.value,
                **shared,
            }
            for one in found
        ],
    )
    work.record(CertificatesRegraded(id=id, moved=len(found), **_named(row, scheme)))
    entries.regrade(work, {one.id: one.after for one in found})
    return len(found), found[-1].id


def _finish(work: Work, id: str) -> int:  # noqa: A002 - as the column is called
    """Say that limits are applied, and tell the holders, once; returns how many certificates moved."""
    _take_turn(work, id)
    said = select(tables.gradings.c.moved).where(tables.gradings.c.thresholds == id)
    if (known := work.sql.execute(said).scalar()) is not None:
        return int(known)
    row, scheme = _both(work, id)
    changes, of = tables.class_changes, certificates.c
    query = select(of.holder, func.count()).join(certificates, changes.c.certificate == of.id)
    query = query.where(changes.c.thresholds == id, changes.c.cause == "limits").group_by(of.holder)
    holders: dict[str, int] = {holder: count for holder, count in work.sql.execute(query)}  # noqa: C416
    moved = sum(holders.values())
    work.keep(tables.gradings, thresholds=id, moved=moved, at=work.now)
    work.record(ThresholdsApplied(id=id, moved=moved, **_named(row, scheme)))
    _tell(work, row, holders)
    return moved


def _take_turn(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """Let whoever applies the same limits at the same moment wait until the end of the transaction, and see what it did."""
    table = tables.class_thresholds
    work.sql.execute(select(table.c.id).where(table.c.id == id).with_for_update())


def _tell(work: Work, row: RowMapping, holders: dict[str, int]) -> None:
    """A notice to owners and engineers of every holder."""
    table = accounts.memberships
    people: dict[int, set[str]] = defaultdict(set)
    for some in at_once(sorted(holders)):
        query = select(table.c.person, table.c.organisation, table.c.roles).where(table.c.organisation.in_(some))
        for person, organisation, roles in work.sql.execute(query):
            if _TOLD & set(roles):
                people[holders[organisation]].add(person)
    place = f"/v1/class-changes?thresholds={row['id']}"
    for count, told in people.items():
        params = {"scheme": row["series"], "effective": row["effective"].isoformat(), "count": count}
        notices.tell(work, told, "classes-changed", place, params)


def _both(work: Work, id: str) -> tuple[RowMapping, RowMapping]:  # noqa: A002 - as the column is called
    row = thresholds.row_of(work, id)
    return row, work.get(tables.class_schemes, row["scheme"], kind=schemes.KIND)


def _named(row: RowMapping, scheme: RowMapping) -> dict[str, Any]:
    reference = f"{row['series']}@{scheme['release']}"
    return {"organisation": scheme["organisation"], "scheme": reference, "number": row["number"]}
