"""Full text on SQLite: FTS5, ranked by bm25. Its tokenizer only parts our tokens at blanks; it need not know Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, column, func, literal_column, table, text

from tanheng.storage.sql.searching.asking import WEIGHTS, Indexed, Matching, Term, expression

_TABLE = table("search_text", column("rowid"))


def create(connection: Connection) -> None:
    """Make the index where it is missing."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5("
        "title, concepts, text, wider, tokenize=\"unicode61 remove_diacritics 0 tokenchars '§-_'\")"
    )


def write(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Write the words of entries, in place of those that were there."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO search_text(rowid, title, concepts, text, wider) VALUES (?, ?, ?, ?, ?)",
        [(r.number, *(" ".join(part) for part in (r.title, r.concepts, r.text, r.wider))) for r in rows],
    )


def read(connection: Connection) -> Iterator[Indexed]:
    """The words of all entries, for a backup; a few rows at a time are in memory."""
    rows = connection.exec_driver_sql("SELECT rowid, title, concepts, text, wider FROM search_text ORDER BY rowid")
    for number, *parts in rows:
        yield Indexed(number, *(tuple(part.split(" ")) if part else () for part in parts))


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove the words of entries."""
    if numbers:
        connection.exec_driver_sql("DELETE FROM search_text WHERE rowid = ?", [(number,) for number in numbers])


def matching(terms: Sequence[Term], least: int) -> Matching:
    """How to ask for entries in which at least ``least`` of the terms hold."""
    wanted = expression([_written(term) for term in terms], least, " AND ", " OR ")
    held = text("search_text MATCH :wanted").bindparams(wanted=wanted)
    score = -func.bm25(literal_column("search_text"), *(literal_column(str(weight)) for weight in WEIGHTS))
    return Matching(_TABLE, _TABLE.c.rowid, held, score)  # type: ignore[arg-type]  # text is a condition


def _written(term: Term) -> str:
    return "(" + " OR ".join("(" + " AND ".join(map(_quoted, group)) + ")" for group in term.alternatives) + ")"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
