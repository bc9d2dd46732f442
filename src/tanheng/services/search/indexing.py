"""Keeping the entries: written in the transaction that changes what they are of, so that none is stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import RowMapping

from tanheng.inventory.geography import place_of
from tanheng.services.search import scopes, values
from tanheng.services.search.model import Entry, Kind
from tanheng.services.search.ranking import bucket_of
from tanheng.services.search.scopes import Scope
from tanheng.services.search.tokens import words_of
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.searching import Indexed, engine_of
from tanheng.storage.sql.tables import search as tables
from tanheng.storage.sql.tables.search import STEP

CHUNK = 1000
_TITLE, _SHORT = 500, 200
_TEXTS = [column.name for column in tables.words.c if column.name not in ("serial", "kind")]
_CODES = [column.name for column in tables.entries.c if column.name != "place"]


def index(work: Work, entries: Iterable[Entry]) -> int:
    """Write entries, in place of those of the same kind and reference; returns how many.

    For use cases that have decided whether the actor may change the things that the entries are of; it leaves no event, since
    it says nothing that theirs do not. An entry that is as it was before costs little.
    """
    named = {(entry.kind.value, entry.reference[:_SHORT]): entry for entry in entries}
    for kind in sorted({kind for kind, _ in named}):
        references = sorted(ref for of, ref in named if of == kind)  # in one order, so that two writers do not block
        for some in at_once(references, CHUNK):
            _write(work, kind, {ref: named[kind, ref] for ref in some})
    return len(named)


def unindex(work: Work, kind: Kind, references: Iterable[str]) -> int:
    """Remove entries, as when what they are of is gone or put away; returns how many there were."""
    wanted = sorted({reference[:_SHORT] for reference in references})
    return sum(_remove(work, _kept(work, kind.value, some)) for some in at_once(wanted, CHUNK))


def unindex_within(work: Work, kind: Kind, within: str) -> int:
    """Remove all entries of the parts of a thing; returns how many there were."""
    table = tables.words
    named = (table.c.within == within, table.c.kind == kind.value)
    references = work.sql.execute(select(table.c.reference).where(*named)).scalars().all()
    return unindex(work, kind, references)


def share_within(work: Work, within: str, scope: Scope) -> None:
    """Let others find the parts of a thing than did before."""
    place, words = tables.entries.c.place, tables.words
    inside = select(words.c.bucket * STEP + words.c.serial).where(words.c.within == within)
    number = scopes.numbers(work, [scope])[scope]
    work.sql.execute(update(tables.entries).where(place.in_(inside)).values(scope=number))


def take_turn(work: Work, kind: Kind) -> None:
    """Wait for others who write entries of a kind, till the end of the transaction; :func:`index` does so by itself."""
    engine_of(work.sql).take_turn(work.sql, kind.value)


def _write(work: Work, kind: str, entries: Mapping[str, Entry]) -> None:
    engine = engine_of(work.sql)
    engine.take_turn(work.sql, kind)
    columns = _columns(work, entries)
    rows = {reference: {**_texts(reference, entry), **columns[reference]} for reference, entry in entries.items()}
    before = {row["reference"]: row for row in _kept(work, kind, list(entries))}
    changed = [
        ref for ref, row in rows.items() if ref not in before or any(before[ref][key] != row[key] for key in row)
    ]
    replaced = [before[reference] for reference in changed if reference in before]
    engine.delete_rows(work.sql, [_indexed(row) for row in replaced])
    _forget(work, [row for row in replaced if any(row[lang] != rows[row["reference"]][lang] for lang in ("zh", "en"))])
    serials = _keep(work, kind, [rows[reference] for reference in changed])
    engine.insert_rows(work.sql, [_indexed({**rows[ref], "serial": serials[ref]}) for ref in changed])


def _keep(work: Work, kind: str, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Write the texts of entries; returns their serial numbers."""
    if not rows:
        return {}
    engine, table = engine_of(work.sql), tables.words
    engine.keep_texts(work.sql, [{**{name: row[name] for name in _TEXTS}, "kind": kind} for row in rows])
    named = engine.among(table.c.reference, [row["reference"] for row in rows])
    found = work.sql.execute(select(table.c.reference, table.c.serial).where(table.c.kind == kind, named))
    return {row.reference: row.serial for row in found}


def _kept(work: Work, kind: str, references: Sequence[str]) -> Sequence[RowMapping]:
    """The entries that there are, with all that is kept of them; ``kind`` is a code."""
    words, narrow = tables.words, tables.entries
    query = select(words.c.serial, *(words.c[name] for name in _TEXTS), *(narrow.c[name] for name in _CODES))
    joined = query.join_from(words, narrow, narrow.c.place == words.c.bucket * STEP + words.c.serial)
    named = engine_of(work.sql).among(words.c.reference, references)
    return work.sql.execute(joined.where(words.c.kind == kind, named)).mappings().all()


def _forget(work: Work, rows: Sequence[RowMapping]) -> None:
    """Remove what the titles of entries meant."""
    if rows:
        read = tables.meanings.c.serial
        work.sql.execute(
            delete(tables.meanings).where(engine_of(work.sql).among(read, [row["serial"] for row in rows]))
        )


def _remove(work: Work, rows: Sequence[RowMapping]) -> int:
    engine = engine_of(work.sql)
    engine.delete_rows(work.sql, [_indexed(row) for row in rows])
    _forget(work, rows)
    work.sql.execute(delete(tables.words).where(engine.among(tables.words.c.serial, [row["serial"] for row in rows])))
    return len(rows)


def _indexed(row: RowMapping | Mapping[str, Any]) -> Indexed:
    near, far = (row["title"].split() + row["concepts"].split(), row["text"].split() + row["wider"].split())
    return Indexed(row["bucket"] * STEP + row["serial"], {name: row[name] for name in _CODES}, near, far)


def _texts(reference: str, entry: Entry) -> dict[str, Any]:
    words = words_of(entry)
    return {
        "bucket": bucket_of(words, entry.boost),
        "reference": reference,
        "within": entry.within,
        **{lang: entry.names.get(lang, "")[:_TITLE] for lang in ("zh", "en")},
        "title": words.title,
        "concepts": words.concepts,
        "text": words.text,
        "wider": words.wider,
    }


def _columns(work: Work, entries: Mapping[str, Entry]) -> dict[str, dict[str, int | None]]:
    """What is filtered and counted of entries, as codes."""
    told = {reference: _told(entry) for reference, entry in entries.items()}
    codes = values.codes(work, {(facet, value) for one in told.values() for facet, value in one.items() if value})
    owners = {reference: Scope.of(entry) for reference, entry in entries.items()}
    numbers = scopes.numbers(work, set(owners.values()))
    return {
        reference: {
            "scope": numbers[owners[reference]],
            "year": entry.year,
            **{facet: codes.get((facet, value)) for facet, value in told[reference].items()},
        }
        for reference, entry in entries.items()
    }


def _told(entry: Entry) -> dict[str, str]:
    told = {name: str(getattr(entry, name)) for name in values.CODED}
    told["geography"] = place_of(entry.geography)
    return {facet: value[:_SHORT] for facet, value in told.items()}
