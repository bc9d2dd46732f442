"""Full text, as each engine has it: FTS5 on SQLite, ``tsvector`` with GIN on PostgreSQL.

An engine only says which entries hold some tokens, the smallest places first; how well they fit is told apart from it, so that
both rank alike. What it keeps is not of the metadata, since no two engines keep it alike: migrating makes it where it is missing,
and comparisons of schemas pass it over (:func:`is_compared`).
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sqlalchemy import Connection

from tanheng.storage.sql.searching import postgresql, sqlite
from tanheng.storage.sql.searching.asking import Indexed, Matching, Term, Wanted

__all__ = ["Indexed", "Matching", "Term", "Wanted", "engine_of", "is_compared"]
TABLES = ("search_text", "search_certificate_text")


def engine_of(connection: Connection) -> ModuleType:
    """The module of the engine.

    It has ``create``; ``take_turn``, ``keep_texts``, ``insert_rows``, ``delete_rows`` to write; ``matching``, ``among`` to ask.
    """
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def is_compared(name: str | None, kind: str, parents: Any) -> bool:
    """Whether Alembic compares a thing with the metadata: not what engines keep of words."""
    if name is None:
        return True
    if kind == "table":
        return not any(name == table or name.startswith(f"{table}_") for table in TABLES)
    is_of_words = parents.get("table_name") in postgresql.INDICES and name in (
        postgresql.COLUMN,
        *postgresql.INDICES.values(),
    )
    return not is_of_words
