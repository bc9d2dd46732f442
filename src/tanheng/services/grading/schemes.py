"""Class schemes that regulators publish; a release never changes, and a product has one scheme at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.errors import GradingError
from tanheng.grading import ClassScheme, PeerGroup
from tanheng.grading.schemes import read_class_scheme
from tanheng.inventory.geography import lies_in
from tanheng.services.grading.events import ClassSchemePublished, ClassSchemeWithdrawn
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import grading as tables

KIND = "class-scheme"


@dataclass(frozen=True, slots=True)
class Published:
    """A release of a class scheme; everybody reads it.

    Attributes:
        organisation: the regulator. scheme, release: id and version in its file. document: the file.
        category … region: the peer group. withdrawn: whether it gives no further limits.
    """

    id: str
    version: int
    organisation: str
    scheme: str
    release: str
    document: str
    digest: str
    names: Mapping[str, str]
    category: str
    boundary: str
    unit: str
    per: str
    region: str
    withdrawn: bool
    created_at: datetime
    changed_at: datetime


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may publish class schemes for an organisation (AccessError)."""
    work.require("class-scheme.publish", Thing(KIND, organisation=organisation))


def publish(work: Work, content: bytes, *, organisation: str, place: str = "") -> Published:
    """Publish a release of a class scheme; the same file is there once.

    Args:
        place: name of the file, for the places of faults.

    Raises:
        GradingError: every fault of the file; TH-GRD-006 the release is there with another content, TH-GRD-007 the id is another
            organisation's, TH-GRD-008 releases before it compare other products, TH-GRD-009 another scheme has classes for some
            of the products. AccessError: no owner of a regulator.
    """
    check(work, organisation)
    scheme = read_class_scheme(content, place=Path(place).name[:100] or "classes.yaml")
    table, peers = tables.class_schemes, scheme.peers
    group = {
        "category": peers.rule_pack,
        "boundary": peers.boundary,
        "unit": peers.unit,
        "per": peers.per,
        "region": peers.region,
    }
    for row in work.sql.execute(select(table).where(table.c.scheme == scheme.id)).mappings().all():
        if row["organisation"] != organisation:
            raise GradingError("TH-GRD-007", id=scheme.id)
        if row["release"] == scheme.version:
            if row["digest"] != scheme.digest:
                raise GradingError("TH-GRD-006", reference=scheme.reference)
            return _made(row)
        if any(row[name] != value for name, value in group.items()):
            raise GradingError("TH-GRD-008", id=scheme.id)
    _refuse_second(work, scheme)
    values = {"scheme": scheme.id, "release": scheme.version, "document": content.decode(), "digest": scheme.digest}
    made = work.insert(table, organisation=organisation, withdrawn=False, **values, **group)
    told = {"scheme": scheme.reference, "digest": scheme.digest}
    work.record(ClassSchemePublished(id=made, organisation=organisation, **told))
    return of(work, made)


def of(work: Work, id: str) -> Published:  # noqa: A002 - as the column is called
    """A release; everybody reads them (TH-STO-001)."""
    return _made(work.get(tables.class_schemes, id, kind=KIND))


def listed(work: Work, paging: Paging, *, category: str = "", current: bool = False) -> Page[Published]:
    """Releases, the newest first; everybody reads them.

    Args:
        category: series of a rule pack; all where empty. current: without those that are withdrawn.
    """
    table = tables.class_schemes
    query = select(table)
    if category:
        query = query.where(table.c.category == category)
    if current:
        query = query.where(table.c.withdrawn.is_(False))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def withdraw(work: Work, id: str, *, expected: int) -> Published:  # noqa: A002
    """Derive no further limits by a release; those that are in force stay, until limits of another release follow.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. AccessError: no owner of the regulator that keeps it.
    """
    row = work.get(tables.class_schemes, id, kind=KIND)
    work.see("thresholds.try", thing(row))  # everybody reads it, but only its regulator has anything to do with it
    work.require("class-scheme.withdraw", thing(row))
    work.change(tables.class_schemes, id, kind=KIND, expected=expected, withdrawn=True)
    told = {"organisation": row["organisation"], "scheme": f"{row['scheme']}@{row['release']}"}
    work.record(ClassSchemeWithdrawn(id=id, **told))
    return of(work, id)


def read(row: RowMapping) -> ClassScheme:
    """A release as its file says it."""
    return _read(row["document"], f"{row['scheme']}.yaml")


def read_document(published: Published) -> ClassScheme:
    """As :func:`read`, of a release that was told."""
    return _read(published.document, f"{published.scheme}.yaml")


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of a class scheme."""
    return Thing(KIND, row["id"], organisation=row["organisation"], public=True)


def overlap(one: PeerGroup, other: PeerGroup) -> bool:
    """Whether a product may be in both groups."""
    if (one.rule_pack, one.boundary, one.unit) != (other.rule_pack, other.boundary, other.unit):
        return False
    if one.per and other.per and one.per != other.per:
        return False
    if not one.region or not other.region:
        return True
    return lies_in(one.region, other.region) or lies_in(other.region, one.region)


@lru_cache(maxsize=64)
def _read(document: str, place: str) -> ClassScheme:
    return read_class_scheme(document.encode(), place=place)


def _refuse_second(work: Work, scheme: ClassScheme) -> None:
    """TH-GRD-009 where another scheme in use has classes for some of the products."""
    table, peers = tables.class_schemes, scheme.peers
    query = select(table).where(table.c.category == peers.rule_pack, table.c.boundary == peers.boundary)
    query = query.where(table.c.scheme != scheme.id, table.c.withdrawn.is_(False))
    for row in work.sql.execute(query).mappings():
        if overlap(peers, read(row).peers):
            raise GradingError("TH-GRD-009", other=f"{row['scheme']}@{row['release']}")


def _made(row: RowMapping) -> Published:
    return Published(**row, names=read(row).names)
