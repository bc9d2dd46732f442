"""What the next release of a collection, or new limits, would move among all certificates that are valid or suspended.

Whose certificates they are is told of the organisation's own; of others only sums, and only where they are of several holders.
Regulators are told all.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import select

from tanheng.accounts import Actor
from tanheng.certification.procedure import LIVING
from tanheng.factors import Release as Factors
from tanheng.factors.differing import differences, scale
from tanheng.grading.disclosing import tellable
from tanheng.grading.grading import grades
from tanheng.grading.model import Thresholds
from tanheng.inventory.geography import lies_in
from tanheng.services.grading import thresholds
from tanheng.services.impact import snapshot as snapshots
from tanheng.services.impact.graph import Moved, effect_of
from tanheng.services.impact.snapshot import Snapshot
from tanheng.services.impact.uses import EXACT, counted_value
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import grading as grading_tables
from tanheng.storage.sql.tables import impact as tables
from tanheng.storage.sql.tables.certification import certificates

TOLD = 100
"""Certificates that are named, the largest change first; the file has all."""
FEWEST = 3
"""Holders of whose certificates sums are told."""
MANY = 2_000
"""Certificates from which on the states of all are read at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """A certificate that moves: the value on its label, and its class, before and after."""

    certificate: str
    holder: str
    category: str
    unit: str
    before: float
    after: float
    relative: float | None
    grade: str
    would: str


@dataclass(frozen=True, slots=True)
class Group:
    """Certificates of one category that move; by class before and after, ``count`` of them."""

    category: str
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What a release would move among the certificates.

    Attributes:
        certificates: that have a footprint in the graph. moved: whose value on the label is another one; up, down: of these.
        reclassed: that would have another class by the limits in force. holders: of those that move.
        groups: by category and class; of others where several holders stand behind a number.
        largest: the actor's own, or all for regulators.
        inexact: of those that move, totals that are no sum of their parts. elsewhere: certificates that use what changes from
            another release than the latest; gone: what the next release has no more; both stay as they are.
        hidden: whether sums are held back, since too few holders stand behind them.
    """

    certificates: int
    moved: int = 0
    up: int = 0
    down: int = 0
    reclassed: int = 0
    holders: int = 0
    groups: tuple[Group, ...] = ()
    largest: tuple[Change, ...] = ()
    inexact: int = 0
    elsewhere: int = 0
    gone: int = 0
    seconds: float = 0.0
    hidden: bool = False

    def document(self) -> dict[str, Any]:
        """The impact as JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a release would be: factors before and after, as its owner sees them and as others do.

    Attributes:
        collection: its id. organisation: whose it is; empty where it ships.
    """

    collection: str
    organisation: str
    both: Mapping[bool, tuple[Factors, Factors]]


def impact(
    platform: Platform, actor: Actor, asked: Asked, *, whole: bool, step: Callable[[str], None] = lambda _: None
) -> tuple[Impact, pl.DataFrame]:
    """What a release would move, and the table of all certificates that may be named.

    Args:
        whole: whether the reader is a regulator. step: is told what it is at.
    """
    begun = time.perf_counter()
    step("reading")
    snapshot = platform.look(actor, snapshots.current)
    new, elsewhere, gone = new_values(platform, actor, snapshot, asked)
    step("solving")
    moved = effect_of(snapshot, new) if new else Moved.none()
    step("classes")
    table = platform.look(actor, _table, snapshot, moved)
    told = _told(table, asked.organisation, whole=whole)
    seconds = round(time.perf_counter() - begun, 3)
    own = table if whole else table.filter(pl.col("holder") == asked.organisation)
    made = Impact(snapshot.certificates, **told, elsewhere=elsewhere, gone=gone, seconds=seconds)
    return made, own.drop("exact")


def _weights(work: Work) -> dict[str, dict[tuple[str, str], float]]:
    """The weights of every measure."""
    table = tables.measures
    rows = work.sql.execute(select(table.c.id, table.c.weights))
    return {row.id: {(gas, origin): weight for gas, origin, weight in row.weights} for row in rows}


def new_values(platform: Platform, actor: Actor, snapshot: Snapshot, asked: Asked) -> tuple[dict[int, float], int, int]:
    """Values of the factors that change, by place; and how many certificates stay, since they hold another or none follows."""
    measures = platform.look(actor, _weights)
    changed = {}
    for owned, (old, now) in asked.both.items():
        found = differences(old, now)
        ids = {change.before.id for change in found.changed} | {factor.id for factor in found.removed}
        changed[owned] = {id_: (old.factors[id_], now.factors.get(id_)) for id_ in ids}
    new: dict[int, float] = {}
    other: set[int] = set()
    lost: set[int] = set()
    for at, (collection, source, per, measure, value) in enumerate(snapshot.nodes):
        if collection != asked.collection or not any(source in some for some in changed.values()):
            continue
        candidates = (some[source] for some in changed.values() if source in some)
        for before, after in candidates:
            if before.per != per or not _same(counted_value(before, measures[measure]), value):
                continue
            units = scale(before, after) if after is not None else None
            if after is None or units is None:
                lost.add(at)
            else:
                new[at] = counted_value(after, measures[measure]) * units
            break
        else:
            other.add(at)
    return new, _users(snapshot, other), _users(snapshot, lost - set(new))


def _users(snapshot: Snapshot, nodes: set[int]) -> int:
    if not nodes:
        return 0
    return len(np.unique(snapshot.user[np.isin(snapshot.node, list(nodes))]))


def _same(first: float, second: float) -> bool:
    return abs(first - second) <= EXACT * max(abs(first), abs(second))


def _table(work: Work, snapshot: Snapshot, moved: Moved) -> pl.DataFrame:
    """Certificates that are valid or suspended and whose value on the label moves, with their classes; the largest first."""
    kept = np.flatnonzero(moved.before != moved.after)
    places, before, after = moved.places[kept], moved.before[kept], moved.after[kept]
    grade_of = _living(work, snapshot, places)
    ids = snapshot.ids[places].tolist()
    alive = np.array([one in grade_of for one in ids], dtype=np.bool_)
    places, before, after = places[alive], before[alive], after[alive]
    grade = [grade_of[one] for one, is_alive in zip(ids, alive, strict=True) if is_alive]
    groups = [snapshot.groups[at] for at in snapshot.group[places]]
    relative = np.divide(after - before, np.abs(before), out=np.full(len(before), np.nan), where=before != 0)
    made = pl.DataFrame(
        {
            "certificate": [one.decode() for one in snapshot.numbers[places].tolist()],
            "holder": [one.decode() for one in snapshot.holders[places].tolist()],
            "category": [group[0] for group in groups],
            "unit": [group[2] for group in groups],
            "before": before,
            "after": after,
            "relative": relative,
            "class": grade,
            "new_class": _classes(work, snapshot, places, after, grade),
            "exact": snapshot.exact[places],
        },
        schema_overrides={"class": pl.String, "new_class": pl.String, "category": pl.String, "unit": pl.String},
    )
    size = pl.col("relative").abs().fill_nan(float("inf"))
    return made.sort(size, pl.col("certificate"), descending=[True, False])


def _living(work: Work, snapshot: Snapshot, places: Any) -> dict[bytes, str]:
    """Classes of those of some certificates that are valid or suspended, by identifier."""
    of = certificates.c
    query = select(
        of.id, of.state, of.grade
    )  # read from an index alone; by states, the rows would be looked up one by one
    ids = [one.decode() for one in snapshot.ids[places].tolist()]
    several = [query] if len(ids) > MANY else [query.where(of.id.in_(some)) for some in at_once(ids)]
    rows = (row for one in several for row in work.sql.execute(one))
    return {one.encode(): grade for one, state, grade in rows if state in LIVING}


def _classes(work: Work, snapshot: Snapshot, places: Any, values: Any, now: list[str]) -> list[str]:
    """The classes that values would have by the limits in force; where there are none, what certificates have now."""
    rules = _limits(work)
    made = np.array(now, dtype=object)
    group = snapshot.group[places]
    for at in np.unique(group):
        category, boundary, unit, per, place = snapshot.groups[at]
        for scheme, limits in rules:
            fits = (scheme["category"], scheme["boundary"], scheme["unit"]) == (category, boundary, unit)
            if fits and scheme["per"] in ("", per) and (not scheme["region"] or lies_in(place, scheme["region"])):
                chosen = group == at
                names = np.array(limits.classes, dtype=object)
                made[chosen] = names[grades(values[chosen], limits)]
                break
    return [str(one) for one in made]


def _limits(work: Work) -> list[tuple[Any, Thresholds]]:
    """Limits in force with their peer groups, those that decide first."""
    table, scheme = grading_tables.class_thresholds, grading_tables.class_schemes
    query = select(table.c.document, scheme).join(scheme, table.c.scheme == scheme.c.id)
    query = query.where(table.c.id.in_(thresholds.in_force(work.today)))
    query = query.order_by(table.c.effective.desc(), table.c.published_at.desc())
    return [(row, thresholds.read(row)) for row in work.sql.execute(query).mappings()]


def _told(table: pl.DataFrame, organisation: str, *, whole: bool) -> dict[str, Any]:
    """The sums, and what may be named."""
    own = table if whole else table.filter(pl.col("holder") == organisation)
    others = table.filter(pl.col("holder") != organisation)
    is_hidden = not whole and others.height > 0 and others["holder"].n_unique() < FEWEST
    counted = own if is_hidden else table
    shown = own.drop("exact").head(TOLD).with_columns(pl.col("relative").fill_nan(None))
    return {
        "moved": counted.height,
        "up": counted.filter(pl.col("after") > pl.col("before")).height,
        "down": counted.filter(pl.col("after") < pl.col("before")).height,
        "reclassed": counted.filter(pl.col("class") != pl.col("new_class")).height,
        "holders": counted["holder"].n_unique(),
        "groups": _groups(own, others, hidden=is_hidden, whole=whole),
        "largest": tuple(Change(*row) for row in shown.iter_rows()),
        "inexact": counted.filter(~pl.col("exact")).height,
        "hidden": is_hidden,
    }


def _groups(own: pl.DataFrame, others: pl.DataFrame, *, hidden: bool, whole: bool) -> tuple[Group, ...]:
    """Certificates by category and classes; those of others where enough holders stand behind a number."""
    keys = ["category", "class", "new_class"]
    counts = Counter(own.select(keys).iter_rows())
    if not (whole or hidden):
        found = others.group_by(keys).agg(pl.len(), pl.col("holder").n_unique()).sort(keys).rows()
        for row, is_told in zip(found, tellable([row[4] for row in found], least=FEWEST), strict=True):
            counts[row[:3]] += row[3] if is_told else 0
    return tuple(
        Group(category, was, would, count) for (category, was, would), count in sorted(counts.items()) if count
    )
