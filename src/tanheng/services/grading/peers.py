"""Peer groups in the register, as conditions on its rows: only comparable products are ever compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, select

from tanheng.certification.procedure import LIVING
from tanheng.grading import Peer, PeerGroup, Thresholds, Tie
from tanheng.inventory.geography import lies_in
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables.certification import certificates


def within(
    group: PeerGroup, places: Iterable[str] | None, states: Iterable[str] = ("valid",)
) -> list[ColumnElement[bool]]:
    """What is asked of the certificates of a peer group.

    Args:
        places: of the group, as :func:`places_of` finds them.
    """
    of = certificates.c
    asked = [of.category == group.rule_pack, of.boundary == group.boundary, of.unit == group.unit]
    asked.append(of.state.in_(tuple(states)))
    if group.per:
        asked.append(of.per == group.per)
    if places is not None:
        asked.append(of.geography.in_(tuple(places)))
    return asked


def places_of(work: Work, group: PeerGroup) -> list[str] | None:
    """Places in the region of a peer group that certificates name; ``None`` where the group has any.

    All certificates of the category are looked through for them.
    """
    if not group.region:
        return None
    known = work.sql.execute(select(certificates.c.geography).where(*within(group, None, LIVING)).distinct()).scalars()
    return [place for place in known if lies_in(place, group.region)]


def sample(work: Work, group: PeerGroup) -> list[Peer]:
    """The valid, verified values of a peer group, in the order of their certificates."""
    of = certificates.c
    today = work.today
    query = select(of.number, of.holder, of.value).where(
        *within(group, places_of(work, group)), of.valid_until >= today
    )
    return [Peer(*row) for row in work.sql.execute(query.order_by(of.number))]


def graded(thresholds: Thresholds) -> ColumnElement[Any]:
    """The class of a certificate by limits, as the database computes it from its value."""
    value, is_better = certificates.c.value, thresholds.tie is Tie.BETTER
    pairs = zip(thresholds.limits, thresholds.classes, strict=False)
    steps = [(value <= limit if is_better else value < limit, name) for limit, name in pairs]
    return case(*steps, else_=thresholds.classes[-1])
