"""Full text of the public register, on both engines: FTS5 beside ``search_certificates``, or a column of it under GIN.

What is filtered for equality stands among the words, as tokens: so an engine meets both in its own index, and a search costs what
it finds, not what there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    cast,
    column,
    insert,
    literal,
    literal_column,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from tanheng.storage.sql.searching import postgresql, sqlite
from tanheng.storage.sql.searching.asking import Wanted
from tanheng.storage.sql.tables.search import certificates

Said = tuple[int, str]
"""Serial number of an entry, and its tokens with blanks between them."""
_TEXT = table("search_certificate_text", column("rowid", BigInteger))
_COLUMN: ColumnElement[Any] = literal_column("search_certificates.words", TSVECTOR).label("words")
_SAME: dict[bool, ColumnElement[bool]] = {
    True: literal_column("+search_certificate_text.rowid") == certificates.c.serial,
    False: _TEXT.c.rowid == literal_column("+search_certificates.serial"),
}
"""How both tables are joined, by whether the words come first: what has a plus, SQLite does not look up."""


def create(connection: Connection) -> None:
    """Make the index where it is missing."""
    if not _is_postgresql(connection):
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS search_certificate_text USING fts5("
            "tokens, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '^=-@'\")"
        )
        return
    index = postgresql.INDICES["search_certificates"]
    for statement in (
        "ALTER TABLE search_certificates ADD COLUMN IF NOT EXISTS words TSVECTOR",
        f"CREATE INDEX IF NOT EXISTS {index} ON search_certificates USING gin (words) WITH (fastupdate = off)",
    ):
        connection.exec_driver_sql(statement)


def insert_rows(connection: Connection, rows: Sequence[Mapping[str, Any]], said: Sequence[Said]) -> None:
    """Write entries that are not there, with their words; ``said`` is in the order of the rows."""
    if not rows:
        return
    if not _is_postgresql(connection):
        connection.execute(insert(certificates), list(rows))
        write(connection, said)
        return
    names = [one.name for one in certificates.c]
    columns = postgresql.unnested([*certificates.c, column(postgresql.COLUMN, Text)])
    connection.exec_driver_sql(  # as one, lest every row is written twice
        f"INSERT INTO search_certificates ({', '.join(names)}, words) SELECT {', '.join(names)}, "  # noqa: S608
        f"array_to_tsvector(string_to_array(words, ' ')) FROM {columns} AS t ({', '.join(names)}, words)",
        (*([row[name] for row in rows] for name in names), [tokens for _, tokens in said]),
    )


def change_rows(connection: Connection, rows: Sequence[Mapping[str, Any]], said: Sequence[Said]) -> None:
    """Change entries that are there, and write their words; on SQLite those of before must be removed first.

    Args:
        rows: each with its serial number and the same columns. said: in the order of the rows.
    """
    if not rows:
        return
    names = [name for name in rows[0] if name != "serial"]
    if not _is_postgresql(connection):
        changed = update(certificates).where(certificates.c.serial == bindparam("of"))
        changed = changed.values({name: bindparam(name) for name in names})
        connection.execute(changed, [{"of": row["serial"], **{name: row[name] for name in names}} for row in rows])
        write(connection, said)
        return
    serial, words = certificates.c.serial, column(postgresql.COLUMN, Text)
    columns = postgresql.unnested([serial, *(certificates.c[name] for name in names), words])
    told = ", ".join(f"{name} = t.{name}" for name in names)
    connection.exec_driver_sql(
        f"UPDATE search_certificates SET {told}, words = array_to_tsvector(string_to_array(t.words, ' ')) "  # noqa: S608
        f"FROM {columns} AS t (serial, {', '.join(names)}, words) WHERE search_certificates.serial = t.serial",
        (*([row[name] for row in rows] for name in ("serial", *names)), [tokens for _, tokens in said]),
    )


def write(connection: Connection, said: Sequence[Said]) -> None:
    """Write the words of entries that are there and have none; PostgreSQL has them in their rows."""
    if said:
        connection.exec_driver_sql("INSERT INTO search_certificate_text(rowid, tokens) VALUES (?, ?)", sorted(said))


def remove(connection: Connection, said: Sequence[Said]) -> None:
    """Remove the words of entries; they must be told as they were written."""
    if said and not _is_postgresql(connection):
        connection.exec_driver_sql(
            "INSERT INTO search_certificate_text(search_certificate_text, rowid, tokens) VALUES ('delete', ?, ?)",
            sorted(said),
        )


def clear(connection: Connection) -> None:
    """Remove all words at once."""
    if not _is_postgresql(connection):
        connection.exec_driver_sql("INSERT INTO search_certificate_text(search_certificate_text) VALUES ('delete-all')")


def prepare(connection: Connection) -> None:
    """Let the engine look words up in its index, till :func:`walk`; it would rather read all rows at times."""
    if _is_postgresql(connection):
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = on")


def read_through(connection: Connection) -> None:
    """Let the engine read rows one after the other where that is quicker, till :func:`prepare`."""
    if _is_postgresql(connection):
        connection.exec_driver_sql("SET LOCAL enable_seqscan = on")


def walk(connection: Connection) -> None:
    """Let the engine go through entries in their order, till :func:`prepare`: for what many of them hold."""
    if _is_postgresql(connection):
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")


def goes_in_order(connection: Connection) -> bool:
    """Whether the engine finds what holds words in the order of their serial numbers, and so stops when it has enough."""
    return not _is_postgresql(connection)


def serials(connection: Connection, wanted: Wanted, limit: int) -> Select[tuple[int]]:
    """Serial numbers of entries that hold what is wanted, in no order, so many at most."""
    if _is_postgresql(connection):
        return _holding(select(certificates.c.serial), wanted).limit(limit)
    matching = text("search_certificate_text MATCH :probed").bindparams(probed=sqlite.LANGUAGE.wanted(wanted))
    return select(_TEXT.c.rowid.label("serial")).where(matching).limit(limit)


def newest(wanted: Wanted, rows: int, limit: int) -> Select[tuple[int]]:
    """Serial numbers of those among so many of the newest entries that hold what is wanted; on PostgreSQL."""
    some = select(certificates.c.serial, _COLUMN).order_by(certificates.c.serial.desc()).limit(rows).subquery("newest")
    said = cast(literal(postgresql.LANGUAGE.wanted(wanted)), TSQUERY)
    return select(some.c.serial).where(some.c.words.bool_op("@@")(said)).limit(limit)


def holding(connection: Connection, query: Select[Any], wanted: Wanted, *, words_first: bool) -> Select[Any]:
    """A query of ``search_certificates`` for those that hold what is wanted.

    Args:
        words_first: whether the engine looks for the words first, or for each row of the query whether it holds them.
    """
    if not wanted:
        return query
    if _is_postgresql(connection):
        return _holding(query, wanted)
    matching = text("search_certificate_text MATCH :wanted").bindparams(wanted=sqlite.LANGUAGE.wanted(wanted))
    return query.select_from(_TEXT.join(certificates, _SAME[words_first])).where(matching)


def place(connection: Connection, wanted: Wanted) -> ColumnElement[int]:
    """The serial number by which the engine finds in order."""
    return _TEXT.c.rowid if wanted and not _is_postgresql(connection) else certificates.c.serial


def gathered(connection: Connection, ordered: ColumnElement[int]) -> ColumnElement[int]:
    """What sorts entries that the engine has gathered: an expression for PostgreSQL, lest it goes through all in their order."""
    return ordered + 0 if _is_postgresql(connection) else ordered


def _holding(query: Select[Any], wanted: Wanted) -> Select[Any]:
    said = cast(literal(postgresql.LANGUAGE.wanted(wanted)), TSQUERY)
    return query.where(_COLUMN.bool_op("@@")(said))


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
