"""The metadata that all tables belong to, and the columns that most of them have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer, MetaData

from tanheng.storage.sql.types import Id, UtcTime

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Constraints have names, so that migrations can change them on every engine."""


def identified() -> tuple[Column[Any], ...]:
    """``id``, the number of its version (for optimistic locking), when it was made and last changed."""
    return (
        Column("id", Id, primary_key=True),
        Column("version", Integer, nullable=False, default=1),
        Column("created_at", UtcTime, nullable=False),
        Column("changed_at", UtcTime, nullable=False),
    )
