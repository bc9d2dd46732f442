"""Footprints of others that an organisation accepts: factors of its own, released at once, that studies link to.

Who told a footprint and who accepts it have both looked at it, so it needs no other review.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping

from tanheng.factors.lifecycle import State, Step
from tanheng.factors.model import Level
from tanheng.factors.record import Record
from tanheng.services.factors import collections, records
from tanheng.services.factors.collections import RESERVED
from tanheng.services.factors.publishing import candidate, write_release
from tanheng.services.factors.reviewing import keep_steps
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables

_NAMES = {"en": "Footprints told by suppliers", "zh": "供应商提供的碳足迹"}


def take(work: Work, organisation: str, record: Record, *, number: str) -> str:
    """Release a record for an organisation, for callers who have decided that it may be; returns what studies link to.

    Args:
        number: of what it was accepted of.
    """
    collection = _collection(work, organisation)
    made = records.insert_record(work, collection, record, state=State.REVIEWED)
    keep_steps(work, [(made, 1)], Step.ACCEPT, number)
    latest = collection["latest"] + 1
    work.sql.execute(
        update(tables.collections).where(tables.collections.c.id == collection["id"]).values(latest=latest)
    )
    version = f"{work.today:%Y.%m.%d}.{latest}"
    write_release(work, collection, candidate(work, collection["id"]), version=version, note=number)
    return f"factor:{collection['name']}/{record.factor.id}"


def _collection(work: Work, organisation: str) -> RowMapping:
    """The collection of an organisation that holds what others told it; made with the first of them."""
    table, name = tables.collections, f"{RESERVED}{organisation.replace('-', '')[-12:]}"
    query = select(table).where(table.c.name == name, table.c.organisation == organisation).with_for_update()
    row = work.sql.execute(query).mappings().one_or_none()
    if row is not None:
        return row
    told = {"organisation": organisation, "name": name, "names": _NAMES, "level": Level.ENTERPRISE}
    made = collections.insert_collection(work, **told)  # type: ignore[arg-type]
    return work.get(table, made.id, kind=collections.KIND)
