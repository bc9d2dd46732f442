"""Writing the whole index anew from what there is: after an upgrade that reads words otherwise, or where it was damaged."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from sqlalchemy import select

from tanheng.accounts import Actor
from tanheng.footprint.reading import study_from_document
from tanheng.services.databases import searching as databases
from tanheng.services.factors import searching as factors
from tanheng.services.registry import entries
from tanheng.services.search.filling import forget, index_embedded
from tanheng.services.search.indexing import index, take_turn, unindex, unindex_within
from tanheng.services.search.model import Kind
from tanheng.services.studies import searching as studies
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as database_tables
from tanheng.storage.sql.tables import factors as factor_tables
from tanheng.storage.sql.tables import search as tables
from tanheng.storage.sql.tables import studies as study_tables

PART = 500
"""Studies that are written in one transaction."""


def rebuild(platform: Platform, actor: Actor, *, told: Callable[[int], None] = lambda _: None) -> int:
    """Write all entries anew, and remove those of things that are gone; returns how many were written.

    It goes on part by part while others work; the data sets of a database are not found until it is written.

    Args:
        told: is told how many entries are written so far.
    """
    platform.do(actor, forget)
    written = platform.do(actor, index_embedded)
    told(written)
    after = ""
    while True:
        count, after = platform.do(actor, _studies, after)
        written += count
        told(written)
        if not after:
            break
    for one in platform.look(actor, _collections):
        written += platform.do(actor, factors.fill, one)
        told(written)
    for one in platform.do(actor, _databases):
        written += databases.fill(platform, actor, one)
        told(written)
    platform.do(actor, entries.forget)
    after = ""
    while True:
        count, after = platform.do(actor, entries.fill, after)
        written += count
        told(written)
        if not after:
            return written


def _collections(work: Work) -> tuple[str, ...]:
    """Ids of the collections of factors that have a release."""
    table = factor_tables.collections
    return tuple(work.sql.execute(select(table.c.id).where(table.c.latest > 0).order_by(table.c.id)).scalars())


def _studies(work: Work, after: str) -> tuple[int, str]:
    """Some studies, and the id of the last of them; empty at the end."""
    take_turn(work, Kind.PRODUCT)  # whoever changes a study meanwhile writes its entry after ours
    table, versions = study_tables.studies, study_tables.versions
    latest = (versions.c.study == table.c.id) & (versions.c.number == table.c.latest)
    query = select(table.c.id, table.c.organisation, table.c.archived, versions.c.document).join(versions, latest)
    if after:
        query = query.where(table.c.id > after)
    rows = work.sql.execute(query.order_by(table.c.id).limit(PART)).all()
    entries = [
        studies.entry(r.id, r.organisation, study_from_document(orjson.loads(r.document)))
        for r in rows
        if not r.archived
    ]
    unindex(work, Kind.PRODUCT, [row.id for row in rows if row.archived])
    return index(work, entries), rows[-1].id if len(rows) == PART else ""


def _databases(work: Work) -> list[str]:
    """The databases that there are; data sets of others are removed."""
    take_turn(work, Kind.DATASET)
    kept = list(
        work.sql.execute(select(database_tables.databases.c.id).order_by(database_tables.databases.c.id)).scalars()
    )
    within = tables.words.c.within
    found = work.sql.execute(select(within).where(tables.words.c.kind == Kind.DATASET.value).distinct()).scalars().all()
    for one in sorted({*found} - {*kept}):
        unindex_within(work, Kind.DATASET, one)
    return kept
