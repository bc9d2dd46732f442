"""Full text, as each engine has it: FTS5 on SQLite, ``tsvector`` with GIN on PostgreSQL.

The table ``search_text`` is not of the metadata, since no two engines make it alike: migrating makes it where it is missing,
and comparisons of schemas pass it over (:func:`is_compared`).
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sqlalchemy import Connection

from tanheng.storage.sql.searching import postgresql, sqlite
from tanheng.storage.sql.searching.asking import Indexed, Matching, Term

__all__ = ["Indexed", "Matching", "Term", "engine_of", "is_compared"]
TABLE = "search_text"


def engine_of(connection: Connection) -> ModuleType:
    """The module of the engine, with ``create``, ``write``, ``remove`` and ``matching``."""
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def is_compared(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether Alembic compares a table with the metadata: not the index of words, nor what FTS5 keeps beside it."""
    return not (kind == "table" and name is not None and (name == TABLE or name.startswith(f"{TABLE}_")))
