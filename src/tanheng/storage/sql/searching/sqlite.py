"""Full text on SQLite: an FTS5 table that keeps tokens and nothing else.

Its tokenizer parts them at blanks; it need not know Chinese. Places are its row numbers, in whose order FTS5 finds, so that it
stops where enough is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, column, delete, literal_column, table, text

from tanheng.storage.sql.searching.asking import Indexed, Language, Matching, Term
from tanheng.storage.sql.tables.search import entries

_TEXT = table("search_text", column("rowid"))
_OTHERS = [one.name for one in entries.c if one.name != "place"]
LANGUAGE = Language(" AND ", " OR ", " NOT ", '"', '""')


def create(connection: Connection) -> None:
    """Make the index where it is missing."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5("
        "tokens, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '^=-@'\")"
    )


def take_turn(_connection: Connection, _kind: str) -> None:
    """Nobody has to be waited for: there is one writer at a time."""


def among(column: ColumnElement[Any], several: Sequence[Any]) -> ColumnElement[bool]:
    """That a column has one of several values."""
    return column.in_(several)


def keep_texts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of ``search_words``, in place of those of the same kind and reference."""
    names = list(rows[0])
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names)
    connection.exec_driver_sql(
        f"INSERT INTO search_words ({', '.join(names)}) VALUES ({_marks(names)}) "  # noqa: S608
        f"ON CONFLICT (kind, reference) DO UPDATE SET {replaced}",
        [tuple(row[name] for name in names) for row in rows],
    )


def insert_rows(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Write entries that are not there."""
    if rows:
        ordered = sorted(rows, key=lambda row: row.place)  # FTS5 keeps them in memory only as long as they rise
        connection.exec_driver_sql(
            f"INSERT INTO search_entries (place, {', '.join(_OTHERS)}) VALUES (?, {_marks(_OTHERS)})",  # noqa: S608
            [(row.place, *(row.values[name] for name in _OTHERS)) for row in ordered],
        )
        connection.exec_driver_sql(
            "INSERT INTO search_text(rowid, tokens) VALUES (?, ?)", [(r.place, " ".join(r.tokens)) for r in ordered]
        )


def delete_rows(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Remove entries; they must be told as they were written."""
    if rows:
        ordered = sorted(rows, key=lambda row: row.place)
        connection.execute(delete(entries).where(among(entries.c.place, [row.place for row in ordered])))
        connection.exec_driver_sql(
            "INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', ?, ?)",
            [(row.place, " ".join(row.tokens)) for row in ordered],
        )


def matching(terms: Sequence[Term], least: int, *, near: bool, whole: str) -> Matching:
    """How to ask for entries in which at least ``least`` of the terms hold, with ``near`` in their titles; or a token does."""
    wanted = LANGUAGE.expression(terms, least, near=near, whole=whole)
    held = text("search_text MATCH :wanted").bindparams(wanted=wanted)
    source = _TEXT.join(entries, entries.c.place == literal_column("search_text.rowid"))
    return Matching(source, held, literal_column("search_text.rowid"))  # type: ignore[arg-type]  # text is a condition


def _marks(names: Sequence[str]) -> str:
    """A place for each value: statements of our own, since they are written for thousands of rows."""
    return ", ".join("?" * len(names))
