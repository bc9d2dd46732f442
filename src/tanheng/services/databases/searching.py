"""Data sets among what can be searched.

They are written part by part, so that nobody waits for a large database, and resumed where the process that wrote them ended.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.formats.progress import Progress
from tanheng.inventory import Snapshot
from tanheng.inventory.words import atoms, fold, is_han
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.search.filling import Filled, filled, note
from tanheng.services.search.indexing import index, share_within, take_turn, unindex_within
from tanheng.services.search.model import Entry, Kind
from tanheng.services.search.scopes import Scope
from tanheng.services.sharing import DATABASES, Visibility
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables

PART = 2_000
"""Data sets that are written in one transaction: a second or less."""


def fill(platform: Platform, actor: Actor, id: str, *, progress: Progress | None = None) -> int:  # noqa: A002
    """Write what is missing of a database's data sets, for those who may use it; returns how many were written.

    It ends where the name stands for other data meanwhile: who imported these writes them.
    """
    snapshot, done, total = platform.do(actor, begin, id)
    written = 0
    opened = Snapshot.open(platform.home.path / SNAPSHOTS / snapshot)
    while done < total:
        before, now = done, platform.do(actor, _go_on, id, opened, done)
        if now is None:
            break
        done = now
        written += done - before
        if progress is not None:
            progress(done, total)
    return written


def begin(work: Work, id: str) -> tuple[str, int, int]:  # noqa: A002
    """Remove the data sets of what the name of a database stood for before.

    Returns:
        The snapshot; how many of its data sets are written already; how many there are.
    """
    take_turn(work, Kind.DATASET)
    row = _row(work, id)
    now = filled(work, id)
    if now.content != row["snapshot"]:
        unindex_within(work, Kind.DATASET, id)
        now = Filled(row["snapshot"], 0)
        note(work, id, now)
    return row["snapshot"], now.done, row["products"]


def share(work: Work, id: str) -> None:  # noqa: A002
    """Let those find the data sets who may use the database now."""
    take_turn(work, Kind.DATASET)
    share_within(work, id, _scope(work, _row(work, id)))


def _go_on(work: Work, id: str, snapshot: Snapshot, done: int) -> int | None:  # noqa: A002
    """Write a part; returns how many are written then, ``None`` where the name stands for other data."""
    take_turn(work, Kind.DATASET)  # before it is read who may use it: whoever changes that waits, or has ended
    now = filled(work, id)
    row = _row(work, id)
    if now.content != snapshot.path.name or row["snapshot"] != snapshot.path.name:
        return None
    if now.done != done:  # somebody else was at it
        return now.done
    last: int = min(done + PART, row["products"])
    scope = _scope(work, row)
    index(work, [_entry(row, scope, snapshot, at) for at in range(done, last)])
    note(work, id, Filled(now.content, last))
    return last


def _entry(row: RowMapping, scope: Scope, snapshot: Snapshot, at: int) -> Entry:
    product = snapshot.product(at)
    is_chinese = any(map(is_han, atoms(fold(product.name))))
    chinese = product.name_zh or (product.name if is_chinese else "")
    begun = (product.valid_from or product.valid_until)[:4]
    return Entry(
        kind=Kind.DATASET,
        reference=f"{row['id']}/{at}",
        within=row["id"],
        names={"zh": chinese, "en": "" if is_chinese else product.name},
        text=product.process if product.process != product.name else "",
        identifiers=(product.process_id,),
        geography=product.location,
        year=int(begun) if begun.isdecimal() else None,
        unit=product.unit,
        database=row["name"],
        organisation=scope.organisation,
        public=scope.public,
        signed_in=scope.signed_in,
        shared=scope.shared,
    )


def _row(work: Work, id: str) -> RowMapping:  # noqa: A002
    return work.sql.execute(select(tables.databases).where(tables.databases.c.id == id)).mappings().one()


def _scope(work: Work, row: RowMapping) -> Scope:
    is_public = row["visibility"] == Visibility.PUBLIC.value  # to all who are signed in
    return Scope(row["organisation"], signed_in=is_public, shared=frozenset(DATABASES.of(work, row["id"])))
