"""Full text on PostgreSQL: a ``tsvector`` of our tokens under a GIN index, ranked by ts_rank.

Vectors and queries are written as their types are, not parsed from text: no dictionary changes our tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, cast, column, func, literal, table
from sqlalchemy.dialects.postgresql import ARRAY, REAL, TSQUERY, TSVECTOR

from tanheng.storage.sql.searching.asking import WEIGHTS, Indexed, Matching, Term, expression, tokens_of

_TABLE = table("search_text", column("number"), column("words", TSVECTOR))
_SCALE = 10.0  # brings ts_rank, mostly below 1, to about the size of bm25
_BY_LENGTH = 1  # ts_rank divides by 1 + ln(number of tokens)
_AT_ONCE = 200
_LAST = 16383  # position that a tsvector counts to


def create(connection: Connection) -> None:
    """Make the index where it is missing."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS search_text (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)"
    )
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS search_text_words ON search_text USING gin (words) WITH (fastupdate = off)"
    )


def write(connection: Connection, rows: Sequence[Indexed]) -> None:
    """Write the words of entries, in place of those that were there."""
    connection.exec_driver_sql(
        "INSERT INTO search_text (number, words) VALUES (%s, %s::tsvector) "
        "ON CONFLICT (number) DO UPDATE SET words = excluded.words",
        [(row.number, _vector(row)) for row in rows],
    )


def read(connection: Connection) -> Iterator[Indexed]:
    """The words of all entries, for a backup; a few rows at a time are in memory.

    A ``tsvector`` keeps of each word where it stands and in which part: sorted by that, they are the tokens again.
    """
    rows = connection.exec_driver_sql(
        "SELECT number, (SELECT json_agg(json_build_array(lexeme, positions, weights)) FROM unnest(words))"
        " FROM search_text ORDER BY number",
        execution_options={"yield_per": _AT_ONCE},
    )
    for number, words in rows:
        placed = sorted(
            (at, mark, token) for token, ats, marks in words or () for at, mark in zip(ats, marks, strict=True)
        )
        yield Indexed(number, *(tuple(token for _, mark, token in placed if mark == part) for part in "ABCD"))


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove the words of entries."""
    if numbers:
        connection.exec_driver_sql("DELETE FROM search_text WHERE number = ANY(%s)", (list(numbers),))


def matching(terms: Sequence[Term], least: int) -> Matching:
    """How to ask for entries in which at least ``least`` of the terms hold."""
    wanted = cast(literal(expression([_written(term) for term in terms], least, " & ", " | ")), TSQUERY)
    any_of = cast(literal(" | ".join(map(_quoted, tokens_of(terms)))), TSQUERY)
    weights = cast(literal("{" + ",".join(str(weight / WEIGHTS[0]) for weight in reversed(WEIGHTS)) + "}"), ARRAY(REAL))
    score = _SCALE * func.ts_rank(weights, _TABLE.c.words, any_of, _BY_LENGTH)
    return Matching(_TABLE, _TABLE.c.number, _TABLE.c.words.bool_op("@@")(wanted), score)


def _vector(row: Indexed) -> str:
    places: dict[str, list[str]] = {}
    at = 0
    for mark, part in zip("ABCD", (row.title, row.concepts, row.text, row.wider), strict=True):
        for token in part:
            at = min(at + 1, _LAST)
            places.setdefault(token, []).append(f"{at}{mark}")
    return " ".join(f"{_quoted(token)}:{','.join(held)}" for token, held in places.items())


def _written(term: Term) -> str:
    return "(" + " | ".join("(" + " & ".join(map(_quoted, group)) + ")" for group in term.alternatives) + ")"


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
