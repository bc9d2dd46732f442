"""Full text on PostgreSQL: a column of ``search_entries`` with our tokens, under a GIN index.

The column stands out of the rows (TOAST): a search reads thousands of them, and of none of them the words.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, cast, delete, literal, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from tanheng.storage.sql.searching.asking import Indexed, Language, Matching, Term
from tanheng.storage.sql.tables.search import entries

COLUMN, INDEX = "words", "search_entries_words"
_TURN = 0x73726368  # number of the lock among PostgreSQL's advisory locks of two numbers
_LANGUAGE = Language(" & ", " | ", "'", "''")
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


def insert_rows(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Write entries that are not there."""
    if rows:
        marks = ", ".join(["%s"] * (1 + len(_OTHERS)))
        connection.exec_driver_sql(
            f"INSERT INTO search_entries (place, {', '.join(_OTHERS)}, words) "  # noqa: S608 - names of columns
            f"VALUES ({marks}, array_to_tsvector(%s::text[]))",
            [(row.place, *(row.values[name] for name in _OTHERS), row.tokens) for row in rows],
        )


def delete_rows(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Remove entries."""
    if rows:
        connection.execute(delete(entries).where(entries.c.place.in_([row.place for row in rows])))


def matching(terms: Sequence[Term], least: int, *, near: bool) -> Matching:
    """How to ask for entries in which at least ``least`` of the terms hold; with ``near`` in their titles."""
    wanted = cast(literal(_LANGUAGE.expression(terms, least, near=near)), TSQUERY)
    held = literal_column(f"search_entries.{COLUMN}", TSVECTOR).bool_op("@@")(wanted)
    # An expression, lest the planner walks all places in their order and looks whether each holds the words.
    return Matching(entries, held, entries.c.place + 0)
