"""What a release holds: a version of each of its records."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Select, select

from tanheng.storage.sql.tables import factors as tables


def members(release: str, *columns: Column[Any]) -> Select[Any]:
    """Columns of the members of a release, of their records and of their versions.

    Args:
        release: its id.
    """
    of, records, versions = tables.members, tables.records, tables.versions
    version = (versions.c.record == of.c.record) & (versions.c.number == of.c.number)
    joined = of.join(records, records.c.id == of.c.record).join(versions, version)
    return select(*columns).select_from(joined).where(of.c.release == release)
