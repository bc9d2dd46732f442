"""Records of factors: added, given new versions, read, found. Who publishes them, and when, is another matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Column, select
from sqlalchemy.engine import RowMapping

from tanheng.errors import FactorError
from tanheng.factors.composing import rank
from tanheng.factors.lifecycle import State, Step, VersionChange, after
from tanheng.factors.model import Level
from tanheng.factors.record import Record, canonical_text, digest_of, read_record
from tanheng.inventory.words import fold
from tanheng.services.factors import collections
from tanheng.services.factors.events import FactorRevised
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.work import not_found

KIND = "factor"
_REASONS = frozenset({VersionChange.CORRECTION, VersionChange.RETIREMENT})


@dataclass(frozen=True, slots=True)
class Entry:
    """A record at a glance, as those see it who work on it.

    Attributes:
        factor: its id in the collection. latest: number of its latest version, which ``state`` is of.
        published: number of the version in the latest release; ``None`` where it is in none.
    """

    id: str
    version: int
    collection: str
    factor: str
    state: State
    latest: int
    published: int | None
    factor_kind: str
    names: Mapping[str, str]
    category: str
    geography: str
    year: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a record; it never changes.

    Attributes:
        document: of :func:`tanheng.factors.record.document`. digest: of its canonical form.
    """

    record: str
    number: int
    document: Mapping[str, Any]
    digest: str
    change: VersionChange
    reason: str
    author: str
    created_at: datetime


def create(work: Work, collection: str, written: Any) -> Entry:
    """Add a factor as a draft.

    Args:
        written: the document of the record.

    Raises:
        FactorError: every fault of the document; TH-FAC-044 its id is there already, TH-FAC-048 its level is too high.
            AccessError: not an editor. StoreError: TH-STO-001.
    """
    row = collections.worked_on(work, collection)
    work.require("factor.edit", collections.thing(work, row))
    record = levelled(read_record(written), row)
    table = tables.records
    named = (table.c.collection == collection, table.c.factor == record.factor.id)
    if work.sql.execute(select(table.c.id).where(*named)).first() is not None:
        raise FactorError("TH-FAC-044", id=record.factor.id)
    made = insert_record(work, row, record)
    return of(work, made)


def revise(
    work: Work,
    id: str,  # noqa: A002 - as the column is called
    written: Any = None,
    *,
    expected: int,
    change: VersionChange = VersionChange.UPDATE,
    reason: str = "",
) -> Entry:
    """Give a record a new version, as a draft; what is published stays so until the next release.

    Args:
        written: the document; that of the latest version by default, as for a retirement.
        reason: needed for a correction and a retirement.

    Raises:
        FactorError: every fault of the document; TH-FAC-045 it is under review, TH-FAC-048, TH-FAC-049, TH-FAC-054.
            AccessError: not an editor. StoreError: TH-STO-001, TH-STO-002.
    """
    row, owner = seen(work, id)
    work.require("factor.edit", collections.thing(work, owner))
    state = after(Step.REVISE, State(row["state"]))
    if change in _REASONS and not reason.strip():
        raise FactorError("TH-FAC-054", change=change.value)
    if row["published"] is None and change is not VersionChange.RETIREMENT:
        change = VersionChange.NEW
    document = orjson.loads(_version(work, id, row["latest"])["document"]) if written is None else written
    record = levelled(read_record(document), owner)
    if record.factor.id != row["factor"]:
        raise FactorError("TH-FAC-049", id=row["factor"], wanted=record.factor.id)
    number = row["latest"] + 1
    head = {"state": state.value, "latest": number, **head_of(record)}
    work.change(tables.records, id, kind=KIND, expected=expected, **head)
    keep_version(work, row, owner, record, number=number, change=change, reason=reason)
    return of(work, id)


def of(work: Work, id: str) -> Entry:  # noqa: A002
    """A record of a collection that the actor works on (TH-STO-001 for any other)."""
    return _made(seen(work, id)[0])


def listed(
    work: Work,
    collection: str,
    paging: Paging,
    *,
    state: State | None = None,
    text: str = "",
    kind: str = "",
    geography: str = "",
    category: str = "",
) -> Page[Entry]:
    """Records of a collection that the actor works on, the newest first.

    Args:
        text: words in id, names or category.
    """
    collections.worked_on(work, collection)
    table = tables.records
    query = select(table).where(table.c.collection == collection)
    asked = (
        (table.c.state, state),
        (table.c.factor_kind, kind),
        (table.c.geography, geography),
        (table.c.category, category),
    )
    for column, wanted in asked:
        if wanted:
            query = query.where(column == str(wanted).replace("\0", ""))
    for word in fold(text.replace("\0", " ")).split():
        query = query.where(table.c.sought.contains(word, autoescape=True))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def versions(work: Work, id: str, paging: Paging) -> Page[Version]:  # noqa: A002
    """The versions of a record, the newest first."""
    seen(work, id)
    table = tables.versions
    return page(work, select(table).where(table.c.record == id), paging, by=(table.c.number,), make=_told)


def version(work: Work, id: str, number: int | None = None) -> Version:  # noqa: A002
    """A version of a record, the latest by default (TH-STO-001 where there is none)."""
    row, _ = seen(work, id)
    return _told(_version(work, id, row["latest"] if number is None else number))


def known(work: Work, collection: str, *more: Column[Any]) -> dict[str, RowMapping]:
    """The records of a collection by id of the factor, whoever asks: each with the digest of its latest version.

    Args:
        more: further columns of the versions.
    """
    table, versions = tables.records, tables.versions
    latest = (versions.c.record == table.c.id) & (versions.c.number == table.c.latest)
    query = select(table, versions.c.digest, *more).join(versions, latest).where(table.c.collection == collection)
    return {row["factor"]: row for row in work.sql.execute(query).mappings()}


def seen(work: Work, id: str) -> tuple[RowMapping, RowMapping]:  # noqa: A002
    """The rows of a record and of its collection, whose drafts the actor may see."""
    return seen_for(work, work.get(tables.records, id, kind=KIND), KIND, id)


def seen_for(work: Work, row: RowMapping, kind: str, id: str) -> tuple[RowMapping, RowMapping]:  # noqa: A002
    """The rows of a record and of its collection, for a thing of the record that others must not learn of."""
    owner = work.get(tables.collections, row["collection"], kind=collections.KIND)
    work.see("factor.work", replace(collections.thing(work, owner), kind=kind, id=id))
    return row, owner


def levelled(record: Record, collection: RowMapping) -> Record:
    """The record with the level of its collection where it says none.

    Raises:
        FactorError: TH-FAC-048 its own is higher.
    """
    most = Level(collection["level"])
    if record.factor.level is None:
        return replace(record, factor=replace(record.factor, level=most))
    if rank(record.factor) < most.rank:
        raise FactorError("TH-FAC-048", place="level", level=record.factor.level.value, most=most.value)
    return record


def insert_record(
    work: Work, collection: RowMapping, record: Record, *, state: State = State.DRAFT, told: bool = True
) -> str:
    """The rows of a new record and its first version, for callers who have decided that it may be there.

    Args:
        told: whether the history tells of it by itself; an import tells of all at once.
    """
    id = work.insert(  # noqa: A001 - as the column is called
        tables.records,
        collection=collection["id"],
        factor=record.factor.id,
        state=state.value,
        latest=1,
        published=None,
        **head_of(record),
    )
    row = {"id": id, "factor": record.factor.id}
    keep_version(work, row, collection, record, number=1, change=VersionChange.NEW, reason="", told=told)
    return id


def keep_version(
    work: Work,
    row: Mapping[str, Any] | RowMapping,
    collection: RowMapping,
    record: Record,
    *,
    number: int,
    change: VersionChange,
    reason: str,
    told: bool = True,
) -> str:
    """The row of a version, and its event; returns its digest."""
    content = canonical_text(record)
    digest = digest_of(content)
    values = {"document": content, "digest": digest, "change": change.value, "reason": reason}
    work.keep(tables.versions, record=row["id"], number=number, author=work.actor.id, created_at=work.now, **values)
    if told:
        about = {"factor": row["factor"], "number": number, "change": change.value, "digest": digest}
        work.record(FactorRevised(id=row["id"], organisation=collection["organisation"] or "", **about))
    return digest


def head_of(record: Record) -> dict[str, Any]:
    """What is known of a record at a glance, as its columns."""
    factor = record.factor
    return {
        "factor_kind": factor.kind.value,
        "names": dict(factor.names),
        "category": factor.category,
        "geography": factor.geography[:64],
        "year": factor.year,
        "sought": fold(" ".join((factor.id, *factor.names.values(), factor.category))),
    }


def _version(work: Work, id: str, number: int) -> RowMapping:  # noqa: A002
    table = tables.versions
    query = select(table).where(table.c.record == id, table.c.number == number)
    row = work.sql.execute(query).mappings().one_or_none()
    if row is None:
        raise not_found("version", str(number))
    return row


def _made(row: RowMapping) -> Entry:
    kept = {name: row[name] for name in Entry.__slots__}
    return Entry(**{**kept, "state": State(row["state"])})


def _told(row: RowMapping) -> Version:
    typed = {"document": orjson.loads(row["document"]), "change": VersionChange(row["change"])}
    return Version(**{**row, **typed})
