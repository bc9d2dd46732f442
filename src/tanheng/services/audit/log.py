"""Reading the public log: its heads, entries and proofs, for anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.audit import merkle
from tanheng.errors import AuditError
from tanheng.services.audit.signingkeys import revoked
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work, publiclog
from tanheng.storage.sql.tables import history
from tanheng.storage.sql.tables import log as tables


@dataclass(frozen=True, slots=True)
class LogHead:
    """A signed head: the root of the first ``size`` leaves, in hex.

    Attributes:
        signature: by ``key``, of :func:`tanheng.audit.publiclog.head_text`.
    """

    size: int
    at: datetime
    root: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Log:
    """The log.

    Attributes:
        id: by which its heads name it. keys: public keys (PEM) by their identifiers, old ones too. key: that signs now.
        head: the latest; ``None`` as long as there is no leaf. revoked: keys that others may have, and from when on.
    """

    id: str
    key: str
    keys: Mapping[str, str]
    head: LogHead | None
    revoked: Mapping[str, datetime]

    @property
    def trusted(self) -> Mapping[str, str]:
        """The keys whose heads prove something: of those that others may have, none does."""
        return {key: public for key, public in self.keys.items() if key not in self.revoked}


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf: the text that it is the hash of, and the hash, in hex."""

    number: int
    entry: str
    leaf: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That leaf ``number`` is in the tree of ``size`` leaves (RFC 9162 §2.1.3); hashes in hex."""

    number: int
    size: int
    leaf: str
    root: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the tree of ``first`` leaves begins that of ``second`` (RFC 9162 §2.1.4); hashes in hex."""

    first: int
    second: int
    path: tuple[str, ...]


def of(work: Work) -> Log:
    """The log, with its latest head."""
    _require(work)
    row = work.sql.execute(select(tables.heads).order_by(tables.heads.c.size.desc()).limit(1)).mappings().one_or_none()
    keys = {key: public.decode() for key, public in work.platform.keys.publics().items()}
    return Log(
        publiclog.id_of(work.sql),
        publiclog.signer_of(work.sql),
        keys,
        None if row is None else _head(row),
        revoked(work),
    )


def heads(work: Work, paging: Paging) -> Page[LogHead]:
    """Every head that was signed, the newest first."""
    _require(work)
    return page(work, select(tables.heads), paging, by=(tables.heads.c.size,), make=_head)


def entries(work: Work, *, first: int, limit: int) -> tuple[Entry, ...]:
    """Leaves from ``first`` (from 0), in their order, up to ``limit`` of them."""
    _require(work)
    table = tables.entries
    query = select(table.c.number, table.c.entry, table.c.leaf).where(table.c.number >= first)
    return tuple(Entry(*row) for row in work.sql.execute(query.order_by(table.c.number).limit(limit)))


def latest(work: Work, limit: int) -> tuple[Entry, ...]:
    """The last leaves, the newest first."""
    _require(work)
    table = tables.entries
    query = select(table.c.number, table.c.entry, table.c.leaf).order_by(table.c.number.desc())
    return tuple(Entry(*row) for row in work.sql.execute(query.limit(limit)))


def about(work: Work, thing: str, limit: int = 100) -> tuple[Entry, ...]:
    """The leaves that tell of a thing, by its id; the oldest first."""
    _require(work)
    table, events = tables.entries, history.events
    query = select(table.c.number, table.c.entry, table.c.leaf).join(events, events.c.number == table.c.event)
    found = query.where(events.c.thing == thing).order_by(table.c.number).limit(limit)
    return tuple(Entry(*row) for row in work.sql.execute(found))


def head_of(work: Work, size: int) -> LogHead | None:
    """The signed head of so many leaves; ``None`` where none was signed of just that size."""
    _require(work)
    row = work.sql.execute(select(tables.heads).where(tables.heads.c.size == size)).mappings().one_or_none()
    return None if row is None else _head(row)


def inclusion(work: Work, *, number: int, size: int | None = None) -> Inclusion:
    """Prove that a leaf is in the tree.

    Args:
        size: of the tree; all leaves by default.

    Raises:
        AuditError: TH-AUD-020 there are not so many leaves, TH-AUD-021 the leaf comes after that tree.
    """
    whole = _size(work, size)
    if number >= whole:
        raise AuditError("TH-AUD-021", number=number, size=whole)
    wanted = merkle.inclusion(number, whole)
    peaks = merkle.covering(0, whole)
    kept = publiclog.hashes(work.sql, {(0, number), *peaks, *(place for places in wanted for place in places)})
    root = merkle.root_of([kept[place] for place in peaks])
    return Inclusion(number, whole, kept[0, number].hex(), root.hex(), _hex(merkle.proof(wanted, kept)))


def consistency(work: Work, *, first: int, second: int | None = None) -> Consistency:
    """Prove that an earlier tree begins a later one.

    Args:
        second: size of the later one; all leaves by default.

    Raises:
        AuditError: TH-AUD-020 there are not so many leaves, TH-AUD-022 the earlier is the larger one.
    """
    whole = _size(work, second)
    if first > whole:
        raise AuditError("TH-AUD-022", first=first, second=whole)
    wanted = merkle.consistency(first, whole)
    kept = publiclog.hashes(work.sql, {place for places in wanted for place in places})
    return Consistency(first, whole, _hex(merkle.proof(wanted, kept)))


def _require(work: Work) -> None:
    work.require("log.read", Thing("log"))


def _size(work: Work, wanted: int | None) -> int:
    _require(work)
    there = publiclog.size_of(work.sql)
    if not there or (wanted is not None and wanted > there):
        raise AuditError("TH-AUD-020", size=wanted or 0, leaves=there)
    return there if wanted is None else wanted


def _head(row: RowMapping) -> LogHead:
    return LogHead(**row)


def _hex(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(hashed.hex() for hashed in hashes)
