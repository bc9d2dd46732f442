"""Keeping the entries: written in the transaction that changes what they are of, so that none is stale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from tanheng.factors.loading import embedded
from tanheng.inventory.geography import place_of
from tanheng.inventory.words import fold
from tanheng.services.search.model import Entry, Kind
from tanheng.services.search.tokens import indexed, other_text
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import engine_of
from tanheng.storage.sql.tables import search as tables

_CHUNK = 1000
_TITLE, _SHORT = 500, 200
_OWN_LENGTHS = {"geography": 64, "unit": 64, "factor_kind": 32, "rank": 32}


def index(work: Work, entries: Iterable[Entry]) -> int:
    """Write entries, in place of those of the same kind and reference; returns how many.

    For use cases that have decided whether the actor may change the things that the entries are of; it leaves no event, since
    it says nothing that theirs do not.
    """
    named = {(entry.kind.value, entry.reference): entry for entry in entries}
    keys = sorted(named)  # in one order, so that two who write the same do not lock each other
    for start in range(0, len(keys), _CHUNK):
        _write(work, [named[key] for key in keys[start : start + _CHUNK]])
    return len(named)


def unindex(work: Work, kind: Kind, references: Iterable[str]) -> int:
    """Remove entries, as when what they are of is gone or put away; returns how many there were."""
    table, wanted = tables.entries, sorted(set(references))
    removed = 0
    for start in range(0, len(wanted), _CHUNK):
        named = (table.c.kind == kind.value, table.c.reference.in_(wanted[start : start + _CHUNK]))
        numbers = work.sql.execute(select(table.c.number).where(*named)).scalars().all()
        engine_of(work.sql).remove(work.sql, numbers)
        work.sql.execute(delete(table).where(table.c.number.in_(numbers)))
        removed += len(numbers)
    return removed


def index_embedded(work: Work) -> int:
    """Write entries of the factors that ship with the product, open to everybody; returns how many.

    Entries of embedded factors that no longer ship are removed.
    """
    release = embedded()
    own = (tables.entries.c.kind == Kind.FACTOR.value, tables.entries.c.database == release.name)
    kept = work.sql.execute(select(tables.entries.c.reference).where(*own)).scalars()
    unindex(work, Kind.FACTOR, [reference for reference in kept if reference not in release.factors])
    return index(
        work,
        (
            Entry(
                kind=Kind.FACTOR,
                reference=factor.id,
                names=factor.names,
                public=True,
                text=factor.source.number,
                category=factor.category,
                geography=factor.geography,
                year=factor.year,
                unit=factor.per,
                factor_kind=factor.kind.value,
                database=release.name,
            )
            for factor in release.factors.values()
        ),
    )


def _write(work: Work, entries: list[Entry]) -> None:
    table = tables.entries
    dialect = postgresql if work.sql.dialect.name == "postgresql" else sqlite
    upsert = dialect.insert(table)
    kept = (table.c.number, table.c.kind, table.c.reference)
    replaced = {c.name: upsert.excluded[c.name] for c in table.c if c not in kept}
    written = upsert.on_conflict_do_update(index_elements=["kind", "reference"], set_=replaced).returning(*kept)
    numbers = {(kind, ref): number for number, kind, ref in work.sql.execute(written, [_row(e) for e in entries])}
    numbered = [(numbers[entry.kind.value, entry.reference], entry) for entry in entries]
    engine_of(work.sql).write(work.sql, [indexed(number, entry) for number, entry in numbered])
    work.sql.execute(delete(tables.shared).where(tables.shared.c.entry.in_([number for number, _ in numbered])))
    shares = [{"entry": number, "organisation": one} for number, entry in numbered for one in sorted(entry.shared)]
    if shares:
        work.sql.execute(insert(tables.shared), shares)


def _row(entry: Entry) -> dict[str, Any]:
    zh, en = (entry.names.get(lang, "")[:_TITLE] for lang in ("zh", "en"))
    facets = {"category": entry.category, "database": entry.database, "geography": place_of(entry.geography)}
    facets |= {"unit": entry.unit, "factor_kind": entry.factor_kind, "rank": entry.rank}
    return {
        "kind": entry.kind.value,
        "reference": entry.reference,
        "organisation": entry.organisation,
        "public": entry.public,
        "zh": zh,
        "en": en,
        "folded_zh": fold(zh)[: 2 * _TITLE],
        "folded_en": fold(en)[: 2 * _TITLE],
        "text": other_text(entry),
        "year": entry.year,
        "boost": entry.boost,
        **{name: value[: _OWN_LENGTHS.get(name, _SHORT)] for name, value in facets.items()},
    }
