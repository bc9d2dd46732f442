"""Full text on PostgreSQL: a column of ``search_entries`` with our tokens, under a GIN index.

The column stands out of the rows (TOAST): a search reads thousands of them, and of none of them the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Text,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR, dialect

from tanheng.storage.sql.searching.asking import Indexed, Language, Matching, Term
from tanheng.storage.sql.tables.search import entries, words

COLUMN, INDEX = "words", "search_entries_words"
INDICES = {"search_entries": INDEX, "search_certificates": "search_certificates_words"}
"""By the tables that have a column of words."""
_TURN = 0x73726368  # number of the lock among PostgreSQL's advisory locks of two numbers
LANGUAGE = Language(" & ", " | ", " & !", "'", "''")
_DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]  # of SQLAlchemy
_OTHERS = [column.name for column in entries.c if column.name != "place"]


def create(connection: Connection) -> None:
    """Make the index where it is missing."""
    for statement in (
        "ALTER TABLE search_entries ADD COLUMN IF NOT EXISTS words TSVECTOR",
        "ALTER TABLE search_entries ALTER COLUMN words SET STORAGE EXTERNAL",
        "ALTER TABLE search_entries SET (toast_tuple_target = 128)",
        f"CREATE INDEX IF NOT EXISTS {INDEX} ON search_entries USING gin (words) WITH (fastupdate = off)",
    ):
        connection.exec_driver_sql(statement)


def take_turn(connection: Connection, kind: str) -> None:
    """Wait for others who write entries of a kind, till the end of the transaction: two may write the same one."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_TURN, kind))


def among(column: ColumnElement[Any], several: Sequence[Any]) -> ColumnElement[bool]:
    """That a column has one of several values: rows to join with, sent as one parameter, however many they are."""
    return column.in_(select(func.unnest(literal(list(several), ARRAY(column.type)))))


def keep_texts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of ``search_words``, in place of those of the same kind and reference."""
    names = list(rows[0])
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names)
    connection.exec_driver_sql(
        f"INSERT INTO search_words ({', '.join(names)}) SELECT * FROM {unnested([words.c[n] for n in names])} "  # noqa: S608
        f"ON CONFLICT (kind, reference) DO UPDATE SET {replaced}",
        tuple([row[name] for row in rows] for name in names),
    )


def insert_rows(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Write entries that are not there."""
    if rows:
        columns = unnested([entries.c.place, *(entries.c[name] for name in _OTHERS), column(COLUMN, Text)])
        connection.exec_driver_sql(
            f"INSERT INTO search_entries (place, {', '.join(_OTHERS)}, words) SELECT place, {', '.join(_OTHERS)}, "  # noqa: S608
            f"array_to_tsvector(string_to_array(words, ' ')) FROM {columns} AS t (place, {', '.join(_OTHERS)}, words)",
            (
                [row.place for row in rows],
                *([row.values[name] for row in rows] for name in _OTHERS),
                [" ".join(row.tokens) for row in rows],
            ),
        )


def delete_rows(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Remove entries."""
    if rows:
        connection.execute(delete(entries).where(among(entries.c.place, [row.place for row in rows])))


def matching(terms: Sequence[Term], least: int, *, near: bool, whole: str) -> Matching:
    """How to ask for entries in which at least ``least`` of the terms hold, with ``near`` in their titles; or a token does."""
    wanted = cast(literal(LANGUAGE.expression(terms, least, near=near, whole=whole)), TSQUERY)
    held = literal_column(f"search_entries.{COLUMN}", TSVECTOR).bool_op("@@")(wanted)
    # An expression, lest the planner walks all places in their order and looks whether each holds the words.
    return Matching(entries, held, entries.c.place + 0)


def unnested(columns: Sequence[ColumnElement[Any]]) -> str:
    """Rows that are sent as a list for each column: one statement, however many they are."""
    return f"unnest({', '.join(f'%s::{one.type.compile(_DIALECT)}[]' for one in columns)})"
