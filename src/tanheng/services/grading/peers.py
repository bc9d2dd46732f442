"""Peer groups in the register, as conditions on its rows: only comparable products are ever compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, select

from tanheng.grading import Peer, PeerGroup, Thresholds, Tie
from tanheng.inventory.geography import lies_in
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables.certification import certificates

LIVING = ("valid", "suspended")
"""States of certificates that have a class: one that is suspended may be valid again."""


def within(work: Work, group: PeerGroup, states: Iterable[str] = ("valid",)) -> list[ColumnElement[bool]]:
    """What is asked of the certificates of a peer group."""
    of = certificates.c
    asked = [of.category == group.rule_pack, of.boundary == group.boundary, of.unit == group.unit]
    asked.append(of.state.in_(tuple(states)))
    if group.per:
        asked.append(of.per == group.per)
    if group.region:
        places = work.sql.execute(select(of.geography).where(*asked).distinct()).scalars()
        asked.append(of.geography.in_([place for place in places if lies_in(place, group.region)]))
    return asked


def sample(work: Work, group: PeerGroup) -> list[Peer]:
    """The valid, verified values of a peer group, in the order of their certificates."""
    of = certificates.c
    today = work.now.date()
    query = select(of.number, of.holder, of.value).where(*within(work, group), of.valid_until >= today)
    return [Peer(*row) for row in work.sql.execute(query.order_by(of.number))]


def graded(thresholds: Thresholds) -> ColumnElement[Any]:
    """The class of a certificate by limits, as the database computes it from its value."""
    value, is_better = certificates.c.value, thresholds.tie is Tie.BETTER
    pairs = zip(thresholds.limits, thresholds.classes, strict=False)
    steps = [(value <= limit if is_better else value < limit, name) for limit, name in pairs]
    return case(*steps, else_=thresholds.classes[-1])
